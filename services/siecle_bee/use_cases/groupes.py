"""Putting pupils in groups by hand in BEE: lost at the next import of links.

Source: procedures BEE-25, BEE-82; guide 000 section 2.12 (Remarques).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.siecle_bee.models import BaseEleves, Groupe, LienGroupe
from services.siecle_bee.rules.structures import verifier_groupe
from services.siecle_bee.use_cases.fiches import eleve
from shared.persistence.unite import Unite


def inscrire(u: Unite, b: BaseEleves, eleve_id: int, groupe: str) -> None:
    """Put a pupil in a group, from today on (from the first day before the rentrée).

    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (GROUPE_INCONNU, GROUPE_HORS_MEF).
    """
    fiche = eleve(u, b, eleve_id)
    connu = u.session.get(Groupe, (b.uai, b.millesime, groupe))
    verifier_groupe(groupe, fiche.mef, {} if connu is None else {groupe: connu.mefs})
    ecrire_liens(u, b, {eleve_id: groupe})
    fiche.modifie_le = u.maintenant
    _journaliser(u, b, eleve_id, "inscription_groupe", "Élève mis dans un groupe à la main")


def ecrire_liens(u: Unite, b: BaseEleves, groupes: Mapping[int, str]) -> None:
    """Write a link by ELEVE_ID, all at once: from today on (from the first day before the rentrée), without end."""
    debut = max(b.rentree_eleves, u.horloge.aujourd_hui())
    ici = {"uai": b.uai, "millesime": b.millesime, "debut": debut}
    requete = insert(LienGroupe)
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["uai", "millesime", "eleve_id", "groupe"], set_={"fin": None, "depot_id": None}
        ),
        [{**ici, "eleve_id": eleve_id, "groupe": groupe} for eleve_id, groupe in sorted(groupes.items())],
    )


def desinscrire(u: Unite, b: BaseEleves, eleve_id: int, groupe: str) -> None:
    """Take a pupil out of a group. Raises `Inconnu` (ELEVE_INCONNU)."""
    fiche = eleve(u, b, eleve_id)
    u.session.execute(
        delete(LienGroupe).where(
            LienGroupe.uai == b.uai,
            LienGroupe.millesime == b.millesime,
            LienGroupe.eleve_id == eleve_id,
            LienGroupe.groupe == groupe,
        )
    )
    fiche.modifie_le = u.maintenant
    _journaliser(u, b, eleve_id, "retrait_groupe", "Élève retiré d'un groupe à la main")


def _journaliser(u: Unite, b: BaseEleves, eleve_id: int, genre: str, libelle: str) -> None:
    u.journaliser(genre, libelle, uai=b.uai, annee=b.millesime, nb=1, resume={"eleve_id": eleve_id})
