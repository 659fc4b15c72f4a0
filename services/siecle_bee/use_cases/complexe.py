"""The tab SCOLARITÉ COMPLEXE of a fiche, and what the tableau de bord counts of it.

Source: procedures BEE-09, BEE-28.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select

from services.siecle_bee.models import BaseEleves, ScolariteComplexe
from services.siecle_bee.rules.complexe import GENRES, Famille, verifier
from services.siecle_bee.use_cases.fiches import eleve
from shared.contracts.refus import Inconnu
from shared.persistence.unite import Unite


def lister(u: Unite, b: BaseEleves, eleve_id: int) -> Sequence[ScolariteComplexe]:
    """The scolarités complexes of a pupil, the first one first."""
    requete = select(ScolariteComplexe).where(
        ScolariteComplexe.uai == b.uai,
        ScolariteComplexe.millesime == b.millesime,
        ScolariteComplexe.eleve_id == eleve_id,
    )
    return u.session.scalars(requete.order_by(ScolariteComplexe.debut, ScolariteComplexe.rang)).all()


def ajouter(
    u: Unite, b: BaseEleves, eleve_id: int, genre: str, lieu: str, debut: date | None, fin: date | None
) -> ScolariteComplexe:
    """Type a scolarité complexe.

    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (COMPLEXE_GENRE, COMPLEXE_LIEU, COMPLEXE_DATES).
    """
    fiche = eleve(u, b, eleve_id)
    premier = verifier(genre, lieu, debut, fin, b.millesime)
    dernier = select(func.max(ScolariteComplexe.rang)).where(
        ScolariteComplexe.uai == b.uai,
        ScolariteComplexe.millesime == b.millesime,
        ScolariteComplexe.eleve_id == eleve_id,
    )
    ligne = ScolariteComplexe(
        uai=b.uai,
        millesime=b.millesime,
        eleve_id=eleve_id,
        rang=(u.session.scalar(dernier) or 0) + 1,
        genre=genre,
        lieu=lieu,
        debut=premier,
        fin=fin,
    )
    u.session.add(ligne)
    fiche.modifie_le = u.maintenant
    u.session.flush()
    _journaliser(u, b, eleve_id, "scolarite_complexe", "Scolarité complexe saisie")
    return ligne


def supprimer(u: Unite, b: BaseEleves, eleve_id: int, rang: int) -> None:
    """Take one away. Raises `Inconnu` (ELEVE_INCONNU, COMPLEXE_INCONNUE)."""
    fiche = eleve(u, b, eleve_id)
    ligne = u.session.get(ScolariteComplexe, (b.uai, b.millesime, eleve_id, rang))
    if ligne is None:
        raise Inconnu(
            "Cette scolarité complexe n'existe pas.",
            code="COMPLEXE_INCONNUE",
            remede="Rechargez l'onglet SCOLARITÉ COMPLEXE de la fiche.",
        )
    u.session.delete(ligne)
    fiche.modifie_le = u.maintenant
    u.session.flush()
    _journaliser(u, b, eleve_id, "scolarite_complexe_supprimee", "Scolarité complexe supprimée")


def _journaliser(u: Unite, b: BaseEleves, eleve_id: int, genre: str, libelle: str) -> None:
    u.journaliser(genre, libelle, uai=b.uai, annee=b.millesime, nb=1, resume={"eleve_id": eleve_id})


def actives(u: Unite, b: BaseEleves) -> dict[Famille, set[int]]:
    """Who is today out of the school, and who follows a parcours personnalisé: ELEVE_ID by family."""
    jour = u.horloge.aujourd_hui()
    requete = select(ScolariteComplexe.genre, ScolariteComplexe.eleve_id).where(
        ScolariteComplexe.uai == b.uai,
        ScolariteComplexe.millesime == b.millesime,
        ScolariteComplexe.debut <= jour,
        or_(ScolariteComplexe.fin.is_(None), ScolariteComplexe.fin >= jour),
    )
    trouves: dict[Famille, set[int]] = {"hors": set(), "parcours": set()}
    for genre, eleve_id in u.session.execute(requete):
        trouves[GENRES[genre].famille].add(eleve_id)
    return trouves
