"""Links from one application to the pages of another, in the same bac."""

from __future__ import annotations

from collections.abc import Mapping

from shared.persistence.acces import BAC_PRINCIPAL


def lien_vers(adresses: Mapping[str, str], bac: str, service: str, page: str = "/") -> str:
    """The address of a page of a service, in a bac."""
    prefixe = "" if bac == BAC_PRINCIPAL else f"/b/{bac}"
    return adresses[service].rstrip("/") + prefixe + page
