"""A small académie for the control room's tests: one school, its agents, nomenclatures."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai

UAI = fabriquer_uai("096", 31)
AUTRE = fabriquer_uai("096", 32)


def agent(numero: int, nom: str, *uais: str) -> dict[str, Any]:
    """A teacher of EPP, appointed in these schools."""
    return msg.AgentMsg(
        id=numero,
        nom_usage=nom,
        prenom="Inès",
        date_naissance=date(1980, 5, 4),
        affectations=tuple(msg.AffectationAgentMsg(uai=uai) for uai in uais),
    ).valeurs()


def peupler(bac: Any) -> None:
    """Two schools; TALBOUR appointed in the first, VERNOULT nowhere; the national nomenclatures."""
    ecoles = [msg.EtablissementMsg(uai=uai, nom="DES CARTES").valeurs() for uai in (UAI, AUTRE)]
    agents = [agent(71001, "TALBOUR", UAI), agent(71002, "VERNOULT")]
    for chemin, corps in (
        ("/api/etablissements", ecoles),
        ("/api/agents", agents),
        ("/api/nomenclatures", {"jeu": "national"}),
    ):
        reponse = bac["rectorat"].post(chemin, json=corps)
        assert reponse.status_code == 201, reponse.text
