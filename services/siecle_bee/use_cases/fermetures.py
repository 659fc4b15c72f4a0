"""Commun > Calendrier: holidays of the académie, closures of the school.

Source: procedures COM-01, CAL-01 to CAL-05; what a closure says: SIECLE reference, section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, Fermeture
from services.siecle_bee.rules.fermetures import Periode, verifier
from shared.contracts.refus import Inconnu
from shared.horloge.calendrier import Periode as Vacances
from shared.horloge.calendrier import calendrier_scolaire
from shared.persistence.unite import Unite


def vacances(u: Unite, b: BaseEleves) -> tuple[Vacances, ...]:
    """The holidays of the académie in the year of the base, in order."""
    annee = b.millesime - u.profil.millesime_de_l_annee(0)
    return calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone).vacances


def fermetures(u: Unite, b: BaseEleves) -> Sequence[Fermeture]:
    """The closures typed by the school, in order."""
    requete = select(Fermeture).where(Fermeture.uai == b.uai, Fermeture.millesime == b.millesime)
    return u.session.scalars(requete.order_by(Fermeture.debut)).all()


def ajouter(u: Unite, b: BaseEleves, periode: Periode) -> None:
    """Type a closure. Raises `Refus` (those of `rules.fermetures.verifier`)."""
    connues = [Periode(f.debut, f.fin, f.motif, f.libelle) for f in fermetures(u, b)]
    verifier(periode, connues, b.rentree_eleves, b.sortie_eleves)
    u.session.add(
        Fermeture(
            uai=b.uai,
            millesime=b.millesime,
            debut=periode.debut,
            fin=periode.fin,
            motif=periode.motif,
            libelle=periode.libelle,
        )
    )
    u.session.flush()
    u.journaliser("fermeture", "Période de fermeture saisie", uai=b.uai, annee=b.millesime, nb=1)


def supprimer(u: Unite, b: BaseEleves, debut: date) -> None:
    """Take a closure away. Raises `Inconnu` (FERMETURE_INCONNUE)."""
    trouvee = u.session.get(Fermeture, (b.uai, b.millesime, debut))
    if trouvee is None:
        raise Inconnu(
            f"Aucune période de fermeture ne commence le {debut:%d/%m/%Y}.",
            code="FERMETURE_INCONNUE",
            remede="Rechargez la liste des autres périodes de fermeture.",
        )
    u.session.delete(trouvee)
    u.session.flush()
    u.journaliser("fermeture_supprimee", "Période de fermeture supprimée", uai=b.uai, annee=b.millesime, nb=1)
