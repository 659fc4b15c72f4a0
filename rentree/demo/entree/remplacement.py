"""Replacing identities in whole documents, right after they are read: nothing behind sees a real name.

What is not a person's stays: UAI, names of schools, communes, codes, ELEVE_ID, PERSONNE_ID, INDIVIDU ID, ELENOET.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from rentree.demo.entree.documents import Documents
from rentree.demo.entree.originaux import NAISSANCE_ADULTE
from shared.formats import sts
from shared.formats.elegroupe.liens import DocumentLiens, EleveLien
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.communs import DocumentCommuns
from shared.formats.siecle.eleves import DocumentEleves, Eleve, ScolariteAnDernier
from shared.formats.siecle.etablissements import DocumentEtablissements
from shared.formats.siecle.responsables import DocumentResponsables, Personne
from shared.formats.siecle.structures import DocumentStructures


def remplacer(d: Documents, p: Pseudonymes) -> Documents:
    """The same documents, about invented people."""
    return replace(
        d,
        noms={famille: p.texte(nom) for famille, nom in d.noms.items()},
        ecartes=tuple((p.texte(nom), p.texte(raison)) for nom, raison in d.ecartes),
        sts=d.sts and _sts(d.sts, p),
        emp=d.emp and _emp(d.emp, p),
        eleves=d.eleves and _eleves(d.eleves, p),
        responsables=d.responsables and _responsables(d.responsables, p),
        structures=d.structures and _structures(d.structures, p),
        communs=d.communs and _communs(d.communs, p),
        etablissements=d.etablissements and _etablissements(d.etablissements, p),
        liens=d.liens and _liens(d.liens, p),
    )


def _si(texte: str | None, remplacement: Callable[[str], str]) -> str | None:
    """None and "" stay what they are: absent and empty are two things in these files."""
    return remplacement(texte) if texte else texte


# STS


def _sts(doc: sts.StsEmp, p: Pseudonymes) -> sts.StsEmp:
    uaj = doc.parametres.uaj
    ecole = replace(uaj, adresse=p.ligne(uaj.adresse), boite_postale="", telephone=p.numero(uaj.telephone))
    return replace(
        doc,
        parametres=replace(doc.parametres, uaj=ecole),
        individus=tuple(_individu(i, p) for i in doc.individus),
        suppleants=tuple(_individu(i, p) for i in doc.suppleants),
        divisions=tuple(_division(x, p) for x in doc.divisions),
        groupes=tuple(_groupe(x, p) for x in doc.groupes),
        remarques=(),
    )


def _individu(i: sts.IndividuSts, p: Pseudonymes) -> sts.IndividuSts:
    naissance = i.date_naissance
    return replace(
        i,
        nom_usage=p.nom(i.nom_usage),
        nom_patronymique=p.nom(i.nom_patronymique),
        prenom=p.prenom(i.prenom, naissance.year if naissance else NAISSANCE_ADULTE),
        date_naissance=naissance and p.naissance(naissance, i.nom_patronymique or i.nom_usage),
        profs_princ=tuple(replace(x, code_structure=p.structure(x.code_structure)) for x in i.profs_princ),
    )


def _division(d: sts.Division, p: Pseudonymes) -> sts.Division:
    return replace(d, code=p.structure(d.code), libelle_long=p.texte(d.libelle_long))


def _groupe(g: sts.Groupe, p: Pseudonymes) -> sts.Groupe:
    divisions = tuple(replace(x, code=p.structure(x.code)) for x in g.divisions)
    return replace(
        g,
        code=p.structure(g.code),
        libelle_long=p.texte(g.libelle_long, groupe=True),
        divisions=divisions,
    )


def _emp(doc: sts.EmpSts, p: Pseudonymes) -> sts.EmpSts:
    return replace(
        doc,
        individus=tuple(
            replace(
                i,
                indemnites=tuple(replace(x, code_structure=p.structure(x.code_structure)) for x in i.indemnites),
            )
            for i in doc.individus
        ),
        divisions=tuple(_division(x, p) for x in doc.divisions),
        groupes=tuple(_groupe(x, p) for x in doc.groupes),
        remarques=(),
    )


# SIECLE


def _eleves(doc: DocumentEleves, p: Pseudonymes) -> DocumentEleves:
    return replace(
        doc,
        eleves=tuple(_eleve(e, p) for e in doc.eleves),
        adresses=tuple(_adresse(a, p) for a in doc.adresses),
        remarques=(),
    )


def _eleve(e: Eleve, p: Pseudonymes) -> Eleve:
    annee = e.date_naiss.year
    avant = e.scolarite_an_dernier
    return replace(
        e,
        nom_de_famille=p.nom(e.nom_de_famille),
        nom_usage=_si(e.nom_usage, p.nom),
        prenom=p.prenom(e.prenom, annee),
        prenom2=_si(e.prenom2, lambda x: p.prenom(x, annee)),
        prenom3=_si(e.prenom3, lambda x: p.prenom(x, annee)),
        date_naiss=p.naissance(e.date_naiss, e.nom_de_famille),
        id_national=_si(e.id_national, p.ine),
        ine_bea=_si(e.ine_bea, p.ine),
        ine_rnie=_si(e.ine_rnie, p.ine),
        tel_personnel=_si(e.tel_personnel, p.numero),
        tel_portable=_si(e.tel_portable, p.numero),
        tel_professionnel=_si(e.tel_professionnel, p.numero),
        mel=_si(e.mel, p.mel),
        division=_si(e.division, p.structure),
        groupes=tuple(p.structure(g) for g in e.groupes),
        scolarite_an_dernier=avant and _an_dernier(avant, p),
    )


def _an_dernier(s: ScolariteAnDernier, p: Pseudonymes) -> ScolariteAnDernier:
    return replace(
        s,
        code_structure=_si(s.code_structure, p.structure),
        telephone=_si(s.telephone, p.numero),
        mel=_si(s.mel, p.mel),
        **_lignes(s, p),
    )


def _lignes(a: Adresse | ScolariteAnDernier, p: Pseudonymes) -> dict[str, Any]:
    """The lines of an address: the first one is a street, the others complete it."""
    return {
        "ligne1": _si(a.ligne1, p.ligne),
        "ligne2": _si(a.ligne2, lambda x: p.ligne(x, complement=True)),
        "ligne3": _si(a.ligne3, lambda x: p.ligne(x, complement=True)),
        "ligne4": _si(a.ligne4, lambda x: p.ligne(x, complement=True)),
        "boite_postale": None,
    }


def _adresse(a: Adresse, p: Pseudonymes) -> Adresse:
    return replace(a, **_lignes(a, p))


def _responsables(doc: DocumentResponsables, p: Pseudonymes) -> DocumentResponsables:
    return replace(
        doc,
        personnes=tuple(_personne(x, p) for x in doc.personnes),
        adresses=tuple(_adresse(a, p) for a in doc.adresses),
        remarques=(),
    )


def _personne(x: Personne, p: Pseudonymes) -> Personne:
    return replace(
        x,
        nom_de_famille=p.nom(x.nom_de_famille),
        nom_usage=_si(x.nom_usage, p.nom),
        prenom=p.prenom(x.prenom, NAISSANCE_ADULTE),
        tel_personnel=_si(x.tel_personnel, p.numero),
        tel_portable=_si(x.tel_portable, p.numero),
        tel_professionnel=_si(x.tel_professionnel, p.numero),
        mel=_si(x.mel, p.mel),
    )


def _structures(doc: DocumentStructures, p: Pseudonymes) -> DocumentStructures:
    return replace(
        doc,
        divisions=tuple(
            replace(x, code=p.structure(x.code), libelle_long=_si(x.libelle_long, p.texte)) for x in doc.divisions
        ),
        groupes=tuple(
            replace(
                x,
                code=p.structure(x.code),
                libelle_long=_si(x.libelle_long, lambda t: p.texte(t, groupe=True)),
                divisions=tuple(p.structure(c) for c in x.divisions),
            )
            for x in doc.groupes
        ),
    )


def _communs(doc: DocumentCommuns, p: Pseudonymes) -> DocumentCommuns:
    i = doc.communs.uaj
    ecole = replace(
        i,
        nom_resp=None,
        ligne1=_si(i.ligne1, p.ligne),
        ligne2=None,
        ligne3=None,
        ligne4=None,
        boite_postale=None,
        telephone=_si(i.telephone, p.numero),
        telecopie=_si(i.telecopie, p.numero),
        mel_1=_si(i.mel_1, p.mel),
        mel_2=_si(i.mel_2, p.mel),
    )
    return replace(doc, communs=replace(doc.communs, uaj=ecole))


def _etablissements(doc: DocumentEtablissements, p: Pseudonymes) -> DocumentEtablissements:
    return replace(
        doc,
        etablissements=tuple(
            replace(
                e,
                ligne1=_si(e.ligne1, p.ligne),
                ligne2=None,
                ligne3=None,
                ligne4=None,
                boite_postale=None,
                telephone=_si(e.telephone, p.numero),
                mel=_si(e.mel, p.mel),
            )
            for e in doc.etablissements
        ),
    )


def _liens(doc: DocumentLiens, p: Pseudonymes) -> DocumentLiens:
    return replace(doc, eleves=tuple(_eleve_lien(e, p) for e in doc.eleves))


def _eleve_lien(e: EleveLien, p: Pseudonymes) -> EleveLien:
    annee = e.date_naiss.year
    return replace(
        e,
        nom_de_famille=p.nom(e.nom_de_famille),
        nom_usage=_si(e.nom_usage, p.nom),
        prenom=p.prenom(e.prenom, annee),
        prenom2=_si(e.prenom2, lambda x: p.prenom(x, annee)),
        prenom3=_si(e.prenom3, lambda x: p.prenom(x, annee)),
        date_naiss=p.naissance(e.date_naiss, e.nom_de_famille),
        id_national=_si(e.id_national, p.ine),
        groupes=tuple(replace(g, code=p.structure(g.code)) for g in e.groupes),
    )
