"""Traces of the persons of the directory."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from services.aaf.models import Fiche, Identifiant
from services.aaf.traces.commun import LIMITE, Sorties
from services.aaf.use_cases.annuaire import PERSONNES, correspond
from shared.contracts.traces import Etape, ObjetTrace, Trace
from shared.formats.aaf import Categorie
from shared.formats.aaf.grammaire import attributs_de
from shared.persistence.unite import Unite

GENRES = {
    Categorie.ELEVE.value: "eleve",
    Categorie.RESPONSABLE.value: "responsable",
    Categorie.PERSONNEL.value: "agent",
}
"""Category → kind of the numbering."""


def tracer_personnes(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """The persons who are in the directory, one trace per school that knows them."""
    fiches = _trouver(u, q, cles)
    sorties = Sorties(u, {f.uai for f in fiches}, {(f.categorie, f.id) for f in fiches})
    numeros = [int(f.id) for f in fiches]
    connus = dict(
        u.session.execute(select(Identifiant.numero, Identifiant.connu_le).where(Identifiant.numero.in_(numeros))).all()
    )
    traces = []
    for f in fiches:
        trace = Trace(
            service="aaf",
            objet=_objet(f),
            libelle=f.libelle,
            cles=_cles(f),
            details=_details(f),
            lien=f"/annuaire/{f.categorie}/{f.id}",
        )
        connu = connus.get(int(f.id))
        if connu is not None and connu <= f.depuis:
            trace.etapes.append(Etape(instant=connu, libelle="Première remontée reçue"))
        trace.etapes.append(Etape(instant=f.depuis, libelle="Entrée dans l'annuaire"))
        if f.modifie_le > f.depuis:
            trace.etapes.append(Etape(instant=f.modifie_le, libelle="Fiche modifiée dans l'annuaire"))
        sorties.raconter(trace, f.uai, (f.categorie, f.id), f.modifie_le)
        traces.append(trace)
    return traces


def _trouver(u: Unite, q: str, cles: Mapping[str, str]) -> list[Fiche]:
    requete = select(Fiche).where(Fiche.categorie.in_(PERSONNES))
    if q:
        requete = requete.where(correspond(q))
    else:
        conditions = {
            "ine": (Categorie.ELEVE, Fiche.cle),
            "eleve_id": (Categorie.ELEVE, Fiche.reference),
            "personne_id": (Categorie.RESPONSABLE, Fiche.cle),
            "agent_id": (Categorie.PERSONNEL, Fiche.cle),
        }
        connues = [nom for nom in (*conditions, "aaf_id") if cles.get(nom)]
        if not connues:
            return []
        for nom in connues:
            if nom == "aaf_id":
                requete = requete.where(Fiche.id == cles[nom])
            else:
                categorie, colonne = conditions[nom]
                requete = requete.where(Fiche.categorie == categorie.value, colonne == cles[nom])
        if cles.get("uai"):
            requete = requete.where(Fiche.uai == cles["uai"])
    ordre = (Fiche.categorie, Fiche.cle_tri, func.length(Fiche.id), Fiche.id, Fiche.uai)
    return list(u.session.scalars(requete.order_by(*ordre).limit(LIMITE)))


def _valeurs(f: Fiche, nom: str) -> list[str]:
    noms = attributs_de(Categorie(f.categorie))
    return list(f.valeurs[noms.index(nom)])


def _objet(f: Fiche) -> ObjetTrace:
    if f.categorie == Categorie.ELEVE.value:
        return "eleve"
    if f.categorie == Categorie.RESPONSABLE.value:
        return "responsable"
    return "enseignant" if _valeurs(f, "ENTPersonCategorieEnseignant") == ["O"] else "agent"


def _cles(f: Fiche) -> dict[str, str]:
    cles = {"aaf_id": f.id, "uai": f.uai}
    if f.categorie == Categorie.ELEVE.value:
        cles |= {"ine": f.cle, "eleve_id": f.reference}
    elif f.categorie == Categorie.RESPONSABLE.value:
        cles["personne_id"] = f.cle
    elif f.cle.isdecimal():
        cles["agent_id"] = f.cle
    return cles


def _details(f: Fiche) -> dict[str, str]:
    """What the record says of divisions and groups, without the number of the structure."""
    if f.categorie == Categorie.ELEVE.value:
        voulus = {"division": "ENTEleveClasses", "groupes": "ENTEleveGroupes"}
    elif f.categorie == Categorie.PERSONNEL.value:
        voulus = {"divisions": "ENTAuxEnsClasses", "groupes": "ENTAuxEnsGroupes"}
    else:
        return {"élèves": str(len(_valeurs(f, "ENTAuxPersRelEleveEleve")))}
    return {
        libelle: ", ".join(dict.fromkeys(v.split("$")[1] for v in _valeurs(f, nom))) or "aucun"
        for libelle, nom in voulus.items()
    }
