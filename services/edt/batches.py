"""EDT's night: 05:30, the bases that have the ENT's URL send their timetable (ENT-39)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.edt.use_cases import envoi_ent
from shared.batches.lots import Lot, PartAFaire
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite


def planifier(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per base that sends."""
    return [PartAFaire(f"{uai}:{annee}", {"uai": uai, "annee": annee}) for uai, annee in envoi_ent.a_envoyer(u)]


def executer(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send one base's timetable; one that has nothing to send says so and is tried again the next day."""
    uai, annee = part.donnees["uai"], part.donnees["annee"]
    try:
        return {"nb": envoi_ent.envoyer(u, uai, annee), "nb_refus": 0}
    except Refus as refus:
        if refus.statut >= 500:
            raise
        u.journaliser(
            "envoi_ent",
            f"Emploi du temps non envoyé à l'ENT : {refus.code}",
            sens="lot",
            uai=uai,
            annee=annee,
            nb_refus=1,
            resume={"code": refus.code},
        )
        return {"nb": 0, "nb_refus": 1, "code": refus.code}


LOTS = (Lot("edt_envoi_ent", "Envoi de l'emploi du temps à l'ENT", planifier, executer),)
