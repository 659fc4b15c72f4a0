"""Putting pupils in groups by hand in BEE: lost at the next import of links.

Source: procedures BEE-25, BEE-82; guide 000 section 2.12 (Remarques).
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.siecle_bee.models import BaseEleves, Groupe, LienGroupe
from services.siecle_bee.use_cases.fiches import eleve
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite


def inscrire(u: Unite, b: BaseEleves, eleve_id: int, groupe: str) -> None:
    """Put a pupil in a group, from today on (from the first day before the rentrée).

    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (GROUPE_INCONNU, GROUPE_HORS_MEF).
    """
    fiche = eleve(u, b, eleve_id)
    connu = u.session.get(Groupe, (b.uai, b.millesime, groupe))
    if connu is None:
        raise Refus(
            f'Le groupe "{groupe}" n\'est pas référencé.',
            code="GROUPE_INCONNU",
            remede="Créez-le dans STS-Web si besoin, puis lancez Exports > Structure.",
        )
    if fiche.mef not in connu.mefs:
        raise Refus(
            f"Le groupe \"{groupe}\" n'est pas rattaché au MEF de l'élève.",
            code="GROUPE_HORS_MEF",
            remede="Rattachez le groupe à ce MEF dans STS-Web, puis lancez Exports > Structure.",
        )
    debut = max(b.rentree_eleves, u.horloge.aujourd_hui())
    requete = insert(LienGroupe).values(uai=b.uai, millesime=b.millesime, eleve_id=eleve_id, groupe=groupe, debut=debut)
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["uai", "millesime", "eleve_id", "groupe"], set_={"fin": None, "depot_id": None}
        )
    )
    fiche.modifie_le = u.maintenant
    _journaliser(u, b, eleve_id, "inscription_groupe", "Élève mis dans un groupe à la main")


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
