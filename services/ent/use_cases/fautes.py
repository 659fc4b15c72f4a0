"""Faults given to a connector on purpose: switched on, read, switched off. What they do: `rencontre`, `alteration`."""

from __future__ import annotations

from services.ent.models import Connecteur
from services.ent.use_cases import connecteurs
from shared.contracts.fautes import FAUTES, FautePosee, lire_posees, verifier
from shared.persistence.unite import Unite


def posees(connecteur: Connecteur) -> list[FautePosee]:
    """The faults of a connector, first switched on first."""
    return lire_posees(connecteur.fautes)


def possibles(protocole: str) -> list[str]:
    """The names of those that a connector of that protocol may have."""
    return [f.nom for f in FAUTES.values() if protocole in f.protocoles]


def poser(u: Unite, code: str, faute: FautePosee) -> list[FautePosee]:
    """Switch one on; the same one again replaces it. All of them.

    Raises `Inconnu` CONNECTEUR_INCONNU, `Refus` FAUTE_INCONNUE, FAUTE_AILLEURS, FAUTE_REGLAGE.
    """
    connecteur = connecteurs.trouver(u, code)
    verifier(faute, "connecteur", connecteur.protocole)
    gardees = [f for f in posees(connecteur) if f.faute != faute.faute]
    connecteur.fautes = [f.model_dump() for f in (*gardees, faute)]
    u.journaliser(
        "faute_posee",
        f"Faute « {faute.faute} » posée sur le connecteur « {connecteur.nom} »",
        nb=1,
        resume={"code": code, **faute.model_dump()},
    )
    return posees(connecteur)


def retirer(u: Unite, code: str) -> None:
    """Switch all off. Raises `Inconnu` CONNECTEUR_INCONNU."""
    connecteur = connecteurs.trouver(u, code)
    if connecteur.fautes:
        noms = [f.faute for f in posees(connecteur)]
        connecteur.fautes = []
        u.journaliser(
            "fautes_retirees",
            f"Fautes retirées du connecteur « {connecteur.nom} »",
            nb=len(noms),
            resume={"code": code, "fautes": noms},
        )
