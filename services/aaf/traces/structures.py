"""Traces of the divisions and groups of the structure last exported."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from services.aaf.models import DivisionGroupe, Fiche, Structure
from services.aaf.traces.commun import LIMITE, Sorties
from shared.contracts.traces import Blocage, Etape, Trace
from shared.formats.aaf import Categorie
from shared.formats.aaf.grammaire import attributs_de
from shared.persistence.recherche import code_cherche
from shared.persistence.unite import Unite

PEUPLEMENT = {
    "D": ("ENTEleveClasses", "ENTAuxEnsClasses"),
    "G": ("ENTEleveGroupes", "ENTAuxEnsGroupes"),
}


def tracer_structures(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """The divisions and groups of that code."""
    requete = select(DivisionGroupe, Structure).join(Structure, Structure.uai == DivisionGroupe.uai)
    if q:
        requete = requete.where(code_cherche(DivisionGroupe.code, q))
    else:
        voulus = [(type_, cles[nom]) for nom, type_ in (("division", "D"), ("groupe", "G")) if cles.get(nom)]
        if len(voulus) != 1:
            return []
        type_, code = voulus[0]
        requete = requete.where(DivisionGroupe.type == type_, DivisionGroupe.code == code)
        if cles.get("uai"):
            requete = requete.where(DivisionGroupe.uai == cles["uai"])
    ordre = (DivisionGroupe.uai, DivisionGroupe.type, DivisionGroupe.code)
    trouves = u.session.execute(requete.order_by(*ordre).limit(LIMITE)).all()
    sorties = Sorties(u, {d.uai for d, _ in trouves}, ())
    return [_trace(u, d, ecole, sorties) for d, ecole in trouves]


def _trace(u: Unite, d: DivisionGroupe, ecole: Structure, sorties: Sorties) -> Trace:
    objet = "division" if d.type == "D" else "groupe"
    eleves = _compter(u, d, ecole, Categorie.ELEVE)
    enseignants = _compter(u, d, ecole, Categorie.PERSONNEL)
    trace = Trace(
        service="aaf",
        objet="division" if d.type == "D" else "groupe",
        libelle=f"{d.code} {d.libelle}".strip(),
        cles={objet: d.code, "uai": d.uai},
        details={"élèves": str(eleves), "enseignants": str(enseignants)}
        | ({"divisions": ", ".join(d.divisions)} if d.type == "G" else {}),
        etapes=[Etape(instant=d.depuis, libelle="Entrée dans l'annuaire")],
        lien=f"/annuaire/{Categorie.ETABLISSEMENT.value}/{ecole.numero}",
    )
    if d.type == "G" and not eleves:
        trace.blocages.append(
            Blocage(
                code="GROUPE_SANS_ELEVE",
                raison="Aucun élève qui sort dans l'AAF n'a de lien avec ce groupe.",
                regle="Les liens élève-groupe viennent de SIECLE : dépôt du logiciel d'emploi du temps ou saisie.",
                remede="Vérifiez le compte rendu du dernier dépôt des liens élève-groupe.",
                menu="SIECLE - BEE : Importations > Liens élève-groupe depuis logiciel privé",
            )
        )
    if not enseignants:
        trace.blocages.append(
            Blocage(
                code="SANS_SERVICE",
                raison="Aucun service n'a été exporté pour cette structure : elle n'a pas d'enseignant.",
                regle="L'AAF voit les services du dernier export, non l'état présent de STS-Web.",
                remede="Dans STS-Web, vérifiez les services puis faites Exports > Services.",
                menu="STS-Web : Exports > Services",
            )
        )
    sorties.raconter(trace, d.uai, None, d.depuis)
    return trace


def _compter(u: Unite, d: DivisionGroupe, ecole: Structure, categorie: Categorie) -> int:
    nom = PEUPLEMENT[d.type][0 if categorie is Categorie.ELEVE else 1]
    rang = attributs_de(categorie).index(nom)
    requete = select(func.count()).where(
        Fiche.categorie == categorie.value,
        Fiche.uai == d.uai,
        Fiche.valeurs[rang].contains([f"{ecole.numero}${d.code}"]),
    )
    return u.session.execute(requete).scalar_one()
