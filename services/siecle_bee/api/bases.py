"""Schools, bases, tableau de bord, Communs, reprise."""

from __future__ import annotations

from typing import Any

from fastapi import UploadFile

from services.siecle_bee.api.messages import CalendrierCorps, base_json, calendrier_json
from services.siecle_bee.rules.annees import Calendrier
from services.siecle_bee.use_cases import bases, reprise, tableau
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
BASE = "/etablissements/{uai}/bases/{millesime}"


@routeur.post("/reprise", status_code=201)
def reprendre(u: Ecriture, fichiers: list[UploadFile]) -> dict[str, Any]:
    """Load a base as it is from the XML exports of SIECLE (zipped or not; the pupils' file is wanted)."""
    return reprise.reprendre(u, [(f.filename or "fichier", f.file.read()) for f in fichiers])


@routeur.get("/etablissements")
def etablissements(u: Lecture) -> list[dict[str, Any]]:
    """The schools that SIECLE knows."""
    return [e.fiche for e in bases.etablissements(u)]


@routeur.get("/etablissements/{uai}")
def etablissement(u: Lecture, uai: str) -> dict[str, Any]:
    """A school and its bases, the latest first."""
    ouvertes = bases.bases_de(u, uai)
    return bases.fiche_etablissement(u, uai).valeurs() | {
        "bases": [base_json(b, bases.etat(u, b.millesime)) for b in ouvertes]
    }


@routeur.get(BASE)
def base(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """A base."""
    b = bases.base(u, uai, millesime)
    comptes = {"eleves": bases.nombre_eleves(u, b), "responsables": bases.nombre_responsables(u, b)}
    return base_json(b, bases.etat(u, millesime)) | {"calendrier": calendrier_json(b)} | comptes


@routeur.get(BASE + "/tableau-de-bord")
def tableau_de_bord(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """The counts, the signalements académiques and what waits."""
    t = tableau.tableau(u, bases.base(u, uai, millesime))
    return {
        "total": t.total,
        "repartition": t.repartition,
        "nouvelles_nomenclatures": t.nouvelles_nomenclatures,
        "signalements": {
            "multi_inscription": [
                {"eleve_id": s.eleve_id, "phrase": s.phrase, "depuis": s.depuis} for s in t.signalements
            ]
        },
        "effectifs": {
            "constates": t.effectif_constate,
            "constates_le": t.constat_le,
            "scolarises": t.scolarises,
            "scolarises_hors": t.hors,
            "non_scolarises": t.non_scolarises,
            "motifs_sortie_imprecis": t.motifs_imprecis,
            "redoublants": t.redoublants,
            "boursiers": t.boursiers,
            "parcours_personnalises": t.parcours,
            "par_sexe": t.par_sexe,
            "par_regime": t.par_regime,
        },
        "fiches_bloquantes": t.bloquantes,
        "sans_ine": t.sans_ine,
        "importations": t.dossiers,
        "depot_en_attente": None if t.depot is None else {"id": t.depot.id, "fichier": t.depot.fichier},
        "conseil_doublons": t.conseil_doublons,
    }


@routeur.post(BASE + "/tableau-de-bord/constat")
def constat(u: Ecriture, uai: str, millesime: int) -> dict[str, int]:
    """Recount « Effectifs constatés »."""
    return {"constates": tableau.constater(u, bases.base(u, uai, millesime))}


@routeur.get(BASE + "/communs/calendrier")
def calendrier(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """Communs > Calendrier > Année scolaire."""
    return calendrier_json(bases.base(u, uai, millesime))


@routeur.put(BASE + "/communs/calendrier")
def modifier_calendrier(u: Ecriture, uai: str, millesime: int, corps: CalendrierCorps) -> dict[str, Any]:
    """Change the calendar: it is the reference for the dates of group links from the next night on."""
    b = bases.base(u, uai, millesime)
    bases.modifier_calendrier(u, b, Calendrier(**corps.model_dump()))
    return calendrier_json(b)
