"""Traces of what does not come out, with the reasons and when it would if it were mended today."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, cast, get_args

from sqlalchemy import or_, select, tuple_

from services.aaf.models import Exclusion, Fiche, Identifiant
from services.aaf.rules.exclusions import MOTIFS
from services.aaf.traces.commun import LIMITE, Sorties, si_corrige
from services.aaf.traces.personnes import GENRES
from services.aaf.use_cases.projets import nuits_de_l_etablissement
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite

CLES = {"eleve_id": "eleve", "personne_id": "responsable", "agent_id": "", "groupe": "groupe", "division": "division"}
"""Keys that are the identifier of an exclusion, and of which object ("": several)."""
REGLE = "L'AAF ne sort que ce que disent les dernières remontées, contrôlé à l'intégration du soir."
CATEGORIES = {"eleve": "Eleve", "responsable": "PersRelEleve", "enseignant": "PersEducNat", "agent": "PersEducNat"}
CLE_DU_GENRE = {"eleve": "ine", "responsable": "personne_id", "enseignant": "agent_id", "agent": "agent_id"}


def tracer_exclus(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """What is held back, one trace per school and object."""
    lignes = _trouver(u, q, cles)
    numeros = _numeros(u, lignes)
    objets = {(CATEGORIES[objet], str(n)) for (objet, _), n in numeros.items()}
    ailleurs = select(Fiche.categorie, Fiche.id).where(tuple_(Fiche.categorie, Fiche.id).in_(sorted(objets)))
    encore = {(categorie, id_) for categorie, id_ in u.session.execute(ailleurs)} if objets else set()
    sorties = Sorties(u, {e.uai for e in lignes}, objets - encore)
    traces = []
    for (uai, objet, id_), groupe in groupby(lignes, key=lambda e: (e.uai, e.objet, e.id)):
        raisons = list(groupe)
        absent = all(e.code.startswith("ABSENT_DE_") for e in raisons)
        trace = Trace(
            service="aaf",
            objet=cast(ObjetTrace, objet),
            libelle=raisons[0].libelle or f"{objet} {id_}",
            cles={**raisons[0].cles, "uai": uai},
            etat="absent" if absent else "bloque",
            details={"si corrigé aujourd'hui": si_corrige(u, objet, uai)},
            etapes=[
                Etape(instant=e.depuis, libelle=f"Exclusion constatée ({e.code})")
                for e in sorted(raisons, key=lambda e: (e.depuis, e.code))
            ],
            blocages=[
                Blocage(
                    code=e.code,
                    raison=e.raison,
                    regle=REGLE,
                    remede=e.remede,
                    menu=e.menu,
                    interlocuteur=e.interlocuteur,
                    repete=e.code not in MOTIFS,
                )
                for e in raisons
            ],
            lien=f"/etablissements/{uai}/exclusions",
        )
        _raconter_retrait(u, trace, sorties, uai, objet, numeros.get((objet, raisons[0].cles.get(_cle(objet), ""))))
        traces.append(trace)
    return traces


def _trouver(u: Unite, q: str, cles: Mapping[str, str]) -> list[Exclusion]:
    requete = select(Exclusion).where(Exclusion.objet.in_(get_args(ObjetTrace)))
    if q:
        trouve: list[Any] = [Exclusion.id == q, Exclusion.cles["ine"].astext == q.upper()]
        if cle_tri(q):
            trouve.append(Exclusion.cle_tri.contains(cle_tri(q), autoescape=True))
        requete = requete.where(or_(*trouve))
    else:
        connues = [nom for nom in (*CLES, "ine") if cles.get(nom)]
        if not connues:
            return []
        for nom in connues:
            if nom == "ine":
                requete = requete.where(Exclusion.cles["ine"].astext == cles[nom])
            else:
                requete = requete.where(Exclusion.id == cles[nom])
                permis = [CLES[nom]] if CLES[nom] else ["enseignant", "agent"]
                requete = requete.where(Exclusion.objet.in_(permis))
        if cles.get("uai"):
            requete = requete.where(Exclusion.uai == cles["uai"])
    ordre = (Exclusion.uai, Exclusion.objet, Exclusion.id, Exclusion.code)
    return list(u.session.scalars(requete.order_by(*ordre).limit(LIMITE)))


def _cle(objet: str) -> str:
    return CLE_DU_GENRE.get(objet, objet)


def _numeros(u: Unite, lignes: list[Exclusion]) -> dict[tuple[str, str], int]:
    """(object, source key) → number in the feed, of the persons who had one."""
    voulus: dict[tuple[str, str], set[str]] = {}
    for e in lignes:
        cle = e.cles.get(_cle(e.objet))
        if e.objet in CATEGORIES and cle:
            voulus.setdefault((GENRES[CATEGORIES[e.objet]], cle), set()).add(e.objet)
    if not voulus:
        return {}
    requete = select(Identifiant.genre, Identifiant.cle, Identifiant.numero).where(
        tuple_(Identifiant.genre, Identifiant.cle).in_(sorted(voulus)), Identifiant.numero.is_not(None)
    )
    return {
        (objet, cle): numero
        for genre, cle, numero in u.session.execute(requete)
        for objet in sorted(voulus[genre, cle])
        if numero is not None
    }


def _raconter_retrait(u: Unite, trace: Trace, sorties: Sorties, uai: str, objet: str, numero: int | None) -> None:
    """Say when someone who had come out is withdrawn from the ENT."""
    if numero is None:
        return
    trace.cles["aaf_id"] = str(numero)
    sorties_faites = [
        s for p in sorties.projets.get(uai, ()) if (s := sorties.faites.get((p, CATEGORIES[objet], str(numero))))
    ]
    for sortie in sorties_faites:
        trace.etapes.append(Etape(instant=sortie.instant, libelle=sortie.phrase))
    if sorties_faites:
        prochaine = nuits_de_l_etablissement(u, uai).prochain("aaf_alimentation", u.maintenant, u.horloge.fuseau)
        libelle = "Retrait de l'alimentation de l'ENT"
        if objet == "responsable":  # AAF-11
            libelle += ", à la prochaine complète si un de ses élèves sort encore"
        trace.etapes.append(Etape(instant=prochaine, libelle=libelle, prevu=True))
