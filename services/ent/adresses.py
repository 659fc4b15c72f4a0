"""Addresses of this ENT that somebody copies elsewhere."""

from __future__ import annotations

from fastapi import Request


def adresse_publique(request: Request, lien: str) -> str:
    """A path of this ENT as a whole address, in the bac of the request, as whoever asks reaches it."""
    return str(request.base_url).rstrip("/") + str(getattr(request.state, "base", "")) + lien
