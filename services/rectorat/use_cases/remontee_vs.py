"""The date butoir of the remontée des V.S., ventilations de service (REC-18)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from services.rectorat import models
from shared.contracts import echanges as msg
from shared.contracts.refus import Refus
from shared.horloge.calendrier import calendrier_scolaire
from shared.persistence.unite import Unite


def fixer_date_butoir(u: Unite, annee: int, date_butoir: date) -> None:
    """Fix the date of a STS year, or move it; STS-Web knows at once. Raises `Refus` DATE_HORS_ANNEE."""
    calendrier = calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone)
    if not calendrier.rentree_professeurs <= date_butoir <= calendrier.sortie_professeurs:
        raise Refus(
            f"Le {date_butoir:%d/%m/%Y} n'est pas dans l'année scolaire {annee}.",
            code="DATE_HORS_ANNEE",
            regle="REC-18",
            remede=f"Choisissez un jour entre le {calendrier.rentree_professeurs:%d/%m/%Y} et le "
            f"{calendrier.sortie_professeurs:%d/%m/%Y}.",
        )
    u.session.merge(models.RemonteeVs(annee=annee, date_butoir=date_butoir, fixee_le=u.maintenant))
    u.session.flush()
    u.envoyer(
        "date_butoir_vs",
        "sts_web",
        msg.DateButoirVs(annee=annee, date_butoir=date_butoir),
        annee=annee,
        nb=1,
        immediat=True,
    )
    u.journaliser(
        "remontee_vs",
        "Date butoir de la remontée des V.S. fixée",
        annee=annee,
        resume={"date_butoir": date_butoir.isoformat()},
    )


def dates_butoirs(u: Unite) -> list[models.RemonteeVs]:
    """The dates fixed, the latest year first."""
    return list(u.session.scalars(select(models.RemonteeVs).order_by(models.RemonteeVs.annee.desc())))
