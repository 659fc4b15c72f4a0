"""The kernel at work: bacs, clock, health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.persistence.acces import SERVICES


def test_every_service_is_healthy(bac: Any) -> None:
    """Each service reaches its database, its clock and its neighbours."""
    for service in SERVICES:
        reponse = bac[service].get("/_sim/health")
        assert reponse.status_code == 200, reponse.text
        assert reponse.json()["pannes"] == []


def test_the_clock_goes_forward_two_days(bac: Any) -> None:
    """48 simulated hours pass, and the clock stands exactly 48 hours later."""
    avant = bac.maintenant
    bac.avancer("48h")
    assert bac.maintenant - avant == timedelta(hours=48)


def test_the_clock_never_goes_back(bac: Any) -> None:
    """Going back is refused with a sentence; a snapshot is the way."""
    reponse = bac["pilotage"].post(
        "/api/horloge/avance",
        json={"mode": "instant", "instant": (bac.maintenant - timedelta(hours=1)).isoformat()},
    )
    assert reponse.status_code == 409
    assert reponse.json()["code"] == "HORLOGE_RECULE"


def test_back_before_the_night(bac: Any) -> None:
    """« Revenir avant la nuit » puts the clock back and changes the generation."""
    depart, generation = bac.maintenant, bac["pilotage"].get("/api/horloge").json()["generation"]
    bac.avancer("nuit", instantane=True)
    reponse = bac["pilotage"].post("/api/horloge/retour", json={})
    assert reponse.status_code == 200, reponse.text
    assert bac.maintenant == depart
    assert bac["pilotage"].get("/api/horloge").json()["generation"] > generation


def test_a_step_without_snapshot(bac: Any) -> None:
    """A program that never goes back asks for none: the night passes, and there is nothing to go back to."""
    bac.avancer("nuit", instantane=False)
    assert bac["pilotage"].get(f"/api/bacs/{bac.nom}/instantanes").json() == []
    assert bac["pilotage"].post("/api/horloge/retour", json={}).status_code == 404
