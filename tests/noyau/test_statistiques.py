"""What the planner knows of what was just loaded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.siecle_bee.models import Adresse
from shared.persistence.masse import actualiser_statistiques, inserer

CONNUES = text("SELECT reltuples FROM pg_class WHERE oid = 'siecle_bee.adresse'::regclass")


def _connues(s: Session) -> float:
    return float(s.execute(CONNUES).scalar_one())


def _ajouter(s: Session, premiere: int, nb: int) -> None:
    inserer(
        s,
        Adresse,
        [{"uai": "0960001E", "millesime": 2021, "adresse_id": premiere + i} for i in range(nb)],
    )


def test_a_load_is_known_at_once(bac: Any) -> None:
    """A service, which owns no table, has what it just loaded counted, within its transaction."""
    with bac.installation.applications["siecle_bee"].state.noyau.bases.session(bac.nom) as s:
        _ajouter(s, 1, 200)
        actualiser_statistiques(s)
        assert _connues(s) == 200
        s.rollback()


def test_a_service_counts_no_other_schema(bac: Any) -> None:
    """The rectorat asks too, while BEE's rows wait: they are still unknown."""
    applications = bac.installation.applications
    with applications["siecle_bee"].state.noyau.bases.session(bac.nom) as s:
        avant = _connues(s)
        _ajouter(s, 1, 200)
        s.commit()
    with applications["rectorat"].state.noyau.bases.session(bac.nom) as autre:
        actualiser_statistiques(autre)
        autre.commit()
    with applications["siecle_bee"].state.noyau.bases.session(bac.nom) as s:
        assert _connues(s) == avant
