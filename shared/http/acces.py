"""Who asks, in a request: the identity that the guard read, and what depends on it.

Source: procedures ACC-01 to ACC-10; decision 0009.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from shared.contracts.refus import Refus
from shared.security.acces import Identite, autre_etablissement, cle_des_acces

if TYPE_CHECKING:
    from shared.http.noyau import Noyau


def cookie_d_acces(bac: str) -> str:
    """The cookie of the portal's session, one for all the applications (a host's cookies know no port), by bac."""
    return f"rentree_acces_{bac}"


def identite(request: Request) -> Identite | None:
    """Who signed in; None for the trainer and for the chain itself."""
    return getattr(request.state, "identite", None)


def perimetre(request: Request) -> str | None:
    """The school that lists must keep to; None for all."""
    qui = identite(request)
    return qui.uai if qui else None


def exiger_etablissement(request: Request, uai: str) -> None:
    """Raises `Refus` AUTRE_ETABLISSEMENT (403) when who asks belongs to another school than `uai`."""
    qui = identite(request)
    if qui is not None and qui.uai is not None and qui.uai != uai.strip().upper():
        raise autre_etablissement(qui)


def peut(request: Request, droit: str) -> bool:
    """Whether who asks has this right; always for the trainer."""
    qui = identite(request)
    return qui is None or droit in qui.droits


def verifier_jeton(request: Request, jetons: dict[str, object]) -> None:
    """Raises `Refus` JETON_RETIRE (401) for an API token that the bac does not know, or no more."""
    qui = identite(request)
    if qui is not None and qui.jeton is not None and str(qui.jeton) not in jetons:
        raise Refus(
            "Ce jeton a été retiré, ou le bac est revenu à un instant où il n'existait pas.",
            code="JETON_RETIRE",
            statut=401,
            remede="Demandez-en un autre sur la page « Accès » du poste de pilotage.",
        )


def cle(noyau: Noyau) -> bytes:
    """The key of this installation's identities."""
    return cle_des_acces(noyau.reglages.jeton_interne)
