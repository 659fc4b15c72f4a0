"""Allotting ELEVE_ID, PERSONNE_ID, ADRESSE_ID, ELENOET and deposit numbers: the same for the same acts.

Source: architecture, "Nights" (no sequence gives an identifier that reaches a file); SIECLE reference, section
12.3 (académie-wide, never reused) and 12.4 (ELENOET: number inside the school).
"""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.siecle_bee.models import Compteur
from shared.persistence.unite import Unite

ELEVE, PERSONNE, ADRESSE, DEPOT, DEPOT_DOSSIERS = "eleve", "personne", "adresse", "depot", "depot_dossiers"
PLANCHERS = {ELEVE: 200_000, PERSONNE: 400_000, ADRESSE: 600_000, DEPOT: 0, DEPOT_DOSSIERS: 0}
PLANCHER_ELENOET = 1000


def elenoet(uai: str) -> str:
    """The name of a school's own counter."""
    return f"elenoet:{uai}"


def reserver(u: Unite, nom: str, nombre: int) -> int:
    """Allot `nombre` consecutive numbers and return the first; other transactions wait for this one."""
    if nombre == 0:
        return 0
    plancher = PLANCHERS.get(nom, PLANCHER_ELENOET)
    requete = (
        insert(Compteur)
        .values(nom=nom, dernier=plancher + nombre)
        .on_conflict_do_update(index_elements=["nom"], set_={"dernier": Compteur.dernier + nombre})
        .returning(Compteur.dernier)
    )
    dernier: int = u.session.execute(requete).scalar_one()
    return dernier - nombre + 1


def atteindre(u: Unite, nom: str, valeur: int) -> None:
    """Make the counter start after `valeur`: numbers read from files are never given again."""
    requete = insert(Compteur).values(nom=nom, dernier=max(valeur, PLANCHERS.get(nom, PLANCHER_ELENOET)))
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["nom"],
            set_={"dernier": func.greatest(Compteur.dernier, requete.excluded.dernier)},
        )
    )
