"""What STS-Web does at night: the remontée to the AAF (AAF-03 to AAF-06)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.sts_web.models import Annee
from services.sts_web.use_cases import messages
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite


def planifier_remontee(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per school that holds the year which the AAF collects on that day."""
    annee = u.profil.annee_collectee(instant.astimezone(u.horloge.fuseau).date())
    uais = u.session.scalars(select(Annee.uai).where(Annee.annee == annee).order_by(Annee.uai))
    return [PartAFaire(uai, {"annee": annee}) for uai in uais]


def remonter(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send the ressources of a school, and its services as last exported where the profile says `sts_direct`."""
    uai, annee = part.cle, int(part.donnees["annee"])
    message = messages.remontee(u, uai, annee)
    u.envoyer("remontee_sts", "aaf", message, uai=uai, annee=annee, nb=len(message.personnels))
    services = len(message.services.services) if message.services else 0
    u.journaliser(
        "remontee_sts",
        "Remontée vers l'annuaire académique fédérateur",
        sens="lot",
        uai=uai,
        annee=annee,
        nb=len(message.personnels),
        resume={"personnels": len(message.personnels), "services": services},
    )
    return {"nb": len(message.personnels), "services": services}


LOTS: tuple[Lot, ...] = (Lot("remontee_sts", "Remontée de STS-Web vers l'AAF", planifier_remontee, remonter),)
