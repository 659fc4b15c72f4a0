"""The school of the files, its académie, and the schools its pupils come from."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from msgspec.structs import replace

from rentree.demo.entree.documents import Documents
from rentree.demo.entree.donnees import Ecole, Sources
from rentree.population import Adresse, Etablissement, etablissement_invente
from rentree.population.lieux import Lieux
from shared import nomenclatures
from shared.formats.reconnaissance import Famille
from shared.identifiers import uai_valide
from shared.nomenclatures import Academie, CodeInconnu, Commune

_SIMULEE = "99"


def academie_de(d: Documents) -> Academie:
    """The académie: as the files name it, else that of the département of the UAI."""
    dite = d.sts.parametres.uaj.academie if d.sts is not None else None
    code = dite.code if dite is not None and dite.code else ""
    if not code and d.etablissements is not None:
        code = next((e.code_academie or "" for e in d.etablissements.etablissements if e.code == d.uai), "")
    try:
        return nomenclatures.academie(code) if code else nomenclatures.academie_du_departement(d.uai[:3])
    except CodeInconnu:
        libelle = dite.libelle if dite is not None else ""
        return Academie(code[-2:] or _SIMULEE, libelle or "ACADEMIE", (), None, None)


def etablissement_de(d: Documents, modele: Etablissement, sources: Sources) -> Etablissement:
    """The school: `modele` (invented, of the same UAI) with everything that the files say of it."""
    e = replace(modele, code_academie=academie_de(d).code)
    familles = []
    if d.etablissements is not None:
        x = next((x for x in d.etablissements.etablissements if x.code == d.uai), None)
        if x is not None:
            familles.append(Famille.SIECLE_ETABLISSEMENTS)
            e = _complete(
                e,
                sigle=x.sigle,
                denomination=x.denom_princ,
                complement=x.denom_compl,
                nature=x.code_nature,
                categorie=x.code_type_etab,
                telephone=x.telephone,
                mel=x.mel,
                secteur=x.code_secteur,
            )
            e = _loge(e, x.ligne1, x.code_postal, x.code_commune_insee, None)
    if d.communs is not None:
        i = d.communs.communs.uaj
        familles.append(Famille.SIECLE_COMMUNS)
        e = _complete(
            e,
            denomination=i.denom_princ,
            complement=i.denom_compl,
            categorie=i.code_type_etab,
            telephone=i.telephone,
            mel=i.mel_1,
            secteur=i.secteur_code,
        )
        e = _loge(e, i.ligne1, i.code_postal, i.code_commune_insee, i.libelle_postal)
    if d.sts is not None:
        u = d.sts.parametres.uaj
        familles.append(Famille.STS_EMP)
        e = _complete(
            e,
            sigle=u.sigle,
            denomination=u.denom_princ,
            complement=u.denom_compl,
            nature=u.code_nature,
            categorie=u.code_categorie,
            telephone=u.telephone,
            secteur="PR" if u.statut.lower().startswith("priv") else None,
        )
        insee = e.adresse.commune_insee if u.code_postal == e.adresse.code_postal else None
        e = _loge(e, u.adresse, u.code_postal, insee, u.commune)
    partis = "son nom et son adresse sont inventés, son UAI est gardée"
    sources.noter("établissement", d.origine(*familles) or next(iter(d.noms.values())), "" if familles else partis)
    return e


def _complete(e: Etablissement, **champs: str | None) -> Etablissement:
    remplis: dict[str, Any] = {nom: propre for nom, valeur in champs.items() if (propre := (valeur or "").strip())}
    return replace(e, **remplis)


def _loge(
    e: Etablissement, ligne: str | None, code_postal: str | None, insee: str | None, commune: str | None
) -> Etablissement:
    """The address of a school: nothing of the invented one is mixed with a real commune."""
    if not code_postal:
        return e
    connue = next((c for c in nomenclatures.communes() if c.code_postal == code_postal), None)
    nom = commune or (connue.acheminement if connue else "")
    departement = f"0{code_postal[:2]}" if code_postal[:2] not in ("97", "98") else code_postal[:3]
    adresse = Adresse(
        id=0,
        ligne1=(ligne or e.adresse.ligne1)[:38],
        ligne2=None,
        code_postal=code_postal[:5],
        commune_insee=insee or (connue.insee if connue else ""),
        libelle_postal=nom[:32],
        departement=departement,
    )
    return replace(e, adresse=adresse)


def lieux_de(d: Documents, ecole: Ecole, lieux: Lieux, etablissement: Etablissement, commune: Commune) -> Lieux:
    """The schools around: the neighbour is the one of the académie from which most newcomers come."""
    noms: dict[str, tuple[str, str, str, str]] = {}
    if d.eleves is not None:
        for e in d.eleves.eleves:
            s = e.scolarite_an_dernier
            if s is not None and s.code_rne and s.code_rne != d.uai and uai_valide(s.code_rne):
                noms[s.code_rne] = (s.sigle or "", s.denom_princ or "", s.denom_compl or "", s.code_nature or "")
    venus = Counter(
        avant[0]
        for i, avant in sorted(ecole.an_dernier.items())
        if avant[0] in noms and not (avant[1] or "").startswith("0")
    )
    departement = lieux.voisin.adresse.departement
    autres = {uai: _connu(uai, departement, *noms[uai]) for uai in sorted(noms)}
    proches = [u for u in sorted(venus) if _meme_academie(u, d.uai)]
    voisin = max(proches, key=lambda u: (venus[u], u[:3] == d.uai[:3])) if proches else None
    ecoles = tuple(e for uai, e in autres.items() if uai != voisin)
    return dataclasses.replace(
        lieux,
        academie=academie_de(d),
        commune=commune,
        etablissement=etablissement,
        voisin=autres[voisin] if voisin else lieux.voisin,
        ecoles=ecoles or lieux.ecoles,
    )


def _meme_academie(uai: str, autre: str) -> bool:
    """Whether two schools can exchange dossiers: BEE does it inside an académie."""
    try:
        return nomenclatures.academie_du_departement(uai[:3]) == nomenclatures.academie_du_departement(autre[:3])
    except CodeInconnu:
        return uai[:3] == autre[:3]


def _connu(uai: str, departement: str, sigle: str, denomination: str, complement: str, nature: str) -> Etablissement:
    invente = etablissement_invente(uai, departement)
    return _complete(invente, sigle=sigle, denomination=denomination, complement=complement, nature=nature)
