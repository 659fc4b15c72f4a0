"""Collecting the identities of the documents read: everything that must not come out again.

What they are and how they are replaced is in `shared.formats.pseudonymes`.
"""

from __future__ import annotations

from collections.abc import Iterable

from rentree.demo.entree.documents import Documents
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.siecle.adresses import Adresse

NAISSANCE_ADULTE = 1980
"""About when adults were born, for their first names."""


def relever(d: Documents) -> Originaux:
    """The identities of all documents."""
    o = Originaux(eleves_nommes=d.eleves is not None or d.liens is not None)
    _relever_sts(o, d)
    _relever_eleves(o, d)
    _relever_responsables(o, d)
    _relever_etablissements(o, d)
    _relever_structures(o, d)
    if d.liens is not None:
        for e in d.liens.eleves:
            o.nommer(e.nom_de_famille, e.nom_usage)
            o.prenommer(None, e.date_naiss.year, e.prenom, e.prenom2, e.prenom3)
            o.ines.update(i for i in (e.id_national,) if i)
    return o


def _relever_structures(o: Originaux, d: Documents) -> None:
    """Codes of divisions and groups, wherever they are declared or used."""
    divisions: list[str | None] = []
    groupes: list[str | None] = []
    for doc in (d.sts, d.emp, d.structures):
        if doc is not None:
            divisions += [x.code for x in doc.divisions]
            groupes += [x.code for x in doc.groupes]
    if d.eleves is not None:
        divisions += [e.division for e in d.eleves.eleves]
        groupes += [g for e in d.eleves.eleves for g in e.groupes]
        divisions += [e.scolarite_an_dernier.code_structure for e in d.eleves.eleves if e.scolarite_an_dernier]
    if d.liens is not None:
        groupes += [g.code for e in d.liens.eleves for g in e.groupes]
    for code in divisions:
        o.structurer(code or "")
    for code in groupes:
        o.structurer(code or "", groupe=True)


def _relever_sts(o: Originaux, d: Documents) -> None:
    if d.sts is None:
        return
    o.personnels_nommes = bool(d.sts.individus)
    for i in (*d.sts.individus, *d.sts.suppleants):
        o.nommer(i.nom_usage, i.nom_patronymique, personnel=True)
        o.prenommer(i.sexe, i.date_naissance.year if i.date_naissance else NAISSANCE_ADULTE, i.prenom)
    o.joindre([d.sts.parametres.uaj.telephone])
    o.loger(d.sts.parametres.uaj.adresse)


def _relever_eleves(o: Originaux, d: Documents) -> None:
    if d.eleves is None:
        return
    for e in d.eleves.eleves:
        o.nommer(e.nom_de_famille, e.nom_usage)
        o.prenommer(e.code_sexe, e.date_naiss.year, e.prenom, e.prenom2, e.prenom3)
        o.ines.update(i for i in (e.id_national, e.ine_bea, e.ine_rnie) if i)
        o.joindre([e.tel_personnel, e.tel_portable, e.tel_professionnel], [e.mel])
        avant = e.scolarite_an_dernier
        if avant is not None:
            o.joindre([avant.telephone], [avant.mel])
            o.loger(avant.ligne1, avant.ligne2, avant.ligne3, avant.ligne4)
    _relever_adresses(o, d.eleves.adresses)


def _relever_responsables(o: Originaux, d: Documents) -> None:
    if d.responsables is None:
        return
    for p in d.responsables.personnes:
        o.nommer(p.nom_de_famille, p.nom_usage)
        o.prenommer(sexe_de_civilite(p.lc_civilite), NAISSANCE_ADULTE, p.prenom)
        o.joindre([p.tel_personnel, p.tel_portable, p.tel_professionnel], [p.mel])
    _relever_adresses(o, d.responsables.adresses)


def sexe_de_civilite(civilite: str | None) -> str | None:
    """ "1" or "2" by the civilité as SIECLE writes it, None when it says nothing."""
    return {"M.": "1", "M": "1", "1": "1", "MME": "2", "MLLE": "2", "2": "2", "3": "2"}.get((civilite or "").upper())


def _relever_adresses(o: Originaux, adresses: Iterable[Adresse]) -> None:
    for a in adresses:
        o.loger(a.ligne1, a.ligne2, a.ligne3, a.ligne4)


def _relever_etablissements(o: Originaux, d: Documents) -> None:
    if d.communs is not None:
        i = d.communs.communs.uaj
        o.joindre([i.telephone, i.telecopie], [i.mel_1, i.mel_2])
        o.loger(i.ligne1, i.ligne2, i.ligne3, i.ligne4)
    if d.etablissements is not None:
        for e in d.etablissements.etablissements:
            o.joindre([e.telephone], [e.mel])
            o.loger(e.ligne1, e.ligne2, e.ligne3, e.ligne4)
