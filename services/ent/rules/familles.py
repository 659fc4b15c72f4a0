"""The known ENTs, by family: what each answers to a connector, protocol by protocol. Pure data.

Source: connectors reference §2.1 to 2.9, §3 and §4 (entcore, Laclasse, an ENT on Apereo CAS). What no public source
says is in `deduit`, and said on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.contracts.refus import Inconnu


class Famille(Struct, frozen=True):
    """A family of ENTs: settings by protocol (those that it says nothing of keep their defaults), what was inferred."""

    libelle: str
    reglages: Mapping[str, Mapping[str, Any]]
    deduit: str


FAMILLES: dict[str, Famille] = {
    "entcore": Famille(
        "Proche d'entcore (ONE, NEO)",
        {
            "cas": {
                "prereglage": "defaut",
                "codes": "numeros",
                "p3": False,
                "duree": 300,
                "service": "sans_casse",
                "deconnexion": "brut",
            },
            "oidc": {"prereglage": "entcore"},
            "saml": {"prereglage": "entcore"},
        },
        "",
    ),
    "skolengo": Famille(
        "Proche de Kosmos / Skolengo",
        {
            "cas": {
                "prereglage": "apereo",
                "forme": "A",
                "p3": True,
                "duree": 300,
                "service": "exact",
                "deconnexion": "formulaire",
            },
            "oidc": {"prereglage": "skolengo"},
            "saml": {"prereglage": "apereo"},
        },
        "tout, sauf l'adresse du serveur CAS : ce que Kosmos envoie n'est pas public, le plus proche est Apereo CAS.",
    ),
    "laclasse": Famille(
        "Proche de Laclasse",
        {
            "cas": {
                "prereglage": "laclasse",
                "forme": "D",
                "codes": "noms",
                "p3": True,
                "duree": 60,
                "service": "aucun",
                "deconnexion": "formulaire",
            },
            "oidc": {"prereglage": "laclasse"},
            "saml": {"prereglage": "laclasse"},
        },
        "la demande de déconnexion ; OpenID Connect.",
    ),
    "netocentre": Famille(
        "Proche de Netocentre (Apereo CAS)",
        {
            "cas": {
                "prereglage": "apereo",
                "forme": "A",
                "codes": "noms",
                "p3": True,
                "duree": 10,
                "service": "exact",
                "deconnexion": "formulaire",
                "mandat": True,
            },
            "oidc": {"prereglage": "apereo"},
            "saml": {"prereglage": "apereo"},
        },
        "la vie d'un ticket, celle qu'Apereo CAS a sans réglage.",
    ),
}
"""Code → family, in the order of the page."""


def famille(code: str) -> Famille:
    """One family. Raises `Inconnu` FAMILLE_INCONNUE."""
    if code not in FAMILLES:
        raise Inconnu(
            f"Aucune famille d'ENT ne s'appelle « {code[:40]} ».",
            code="FAMILLE_INCONNUE",
            remede=f"Choisissez parmi : {', '.join(FAMILLES)}.",
        )
    return FAMILLES[code]


def reglages(code: str, protocole: str) -> dict[str, Any]:
    """The settings of a family for a protocol; none without a code. Raises `Inconnu` FAMILLE_INCONNUE."""
    return dict(famille(code).reglages.get(protocole, {})) if code else {}
