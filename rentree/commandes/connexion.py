"""Talking to the installation that runs, from a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.http.clients import Client


def client(service: str, bac: str) -> Client:
    """A client of a service of the running installation (RENTREE_URL_… or loopback ports), in a bac."""
    from rentree.installation.superviseur import implantation_en_place
    from shared.http.clients import Clients, nouveau_transport

    lieu = implantation_en_place()
    jeton = lieu.jeton or lieu.jeton_interne
    return Clients(lieu.adresses, jeton, nouveau_transport(), bac)[service]


def locale(iso: str, fuseau: str) -> str:
    """An ISO instant as a French sentence in a time zone."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from shared.horloge.horloge import instant_fr

    return instant_fr(datetime.fromisoformat(iso), ZoneInfo(fuseau))
