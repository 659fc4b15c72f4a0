"""The feeds of a project as they are delivered to whoever reads them, with the faults that a tester asked for.

The ENT of the chain is not concerned: it reads the feeds themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.aaf.models import Alimentation, Projet
from services.aaf.use_cases import projets
from shared.contracts.fautes import FautePosee, lire_posees, verifier
from shared.contracts.refus import Inconnu
from shared.formats.aaf import fautes as f
from shared.persistence.unite import Unite

_ABIMER = {
    "alimentation_tronquee": f.tronquer,
    "alimentation_malformee": f.malformer,
    "alimentation_sans_fichier": f.retirer_fichier,
}


@dataclass(frozen=True, slots=True)
class Livraison:
    """The `rang`-th delivery (from 1): which feed."""

    rang: int
    alimentation: Alimentation


def fautes(projet: Projet) -> list[FautePosee]:
    """The faults of a project, first switched on first."""
    return lire_posees(projet.fautes)


def poser(u: Unite, code: str, faute: FautePosee) -> list[FautePosee]:
    """Switch one on; the same one again replaces it. All of them.

    Raises `Inconnu` PROJET_INCONNU, `Refus` FAUTE_INCONNUE, FAUTE_AILLEURS, FAUTE_REGLAGE.
    """
    projet = projets.projet(u, code)
    verifier(faute, "alimentation")
    gardees = [x for x in fautes(projet) if x.faute != faute.faute]
    projet.fautes = [x.model_dump() for x in (*gardees, faute)]
    u.journaliser(
        "faute_posee",
        f"Faute « {faute.faute} » posée sur les livraisons du projet {code}",
        nb=1,
        resume={"projet": code, **faute.model_dump()},
    )
    return fautes(projet)


def retirer(u: Unite, code: str) -> None:
    """Switch all off. Raises `Inconnu` PROJET_INCONNU."""
    projet = projets.projet(u, code)
    if projet.fautes:
        noms = [x.faute for x in fautes(projet)]
        projet.fautes = []
        resume = {"projet": code, "fautes": noms}
        u.journaliser(
            "fautes_retirees", f"Fautes retirées des livraisons du projet {code}", nb=len(noms), resume=resume
        )


def livraisons(u: Unite, code: str) -> list[Livraison]:
    """The deliveries of a project, in order: each of its feeds once, but for its faults.

    Raises `Inconnu` PROJET_INCONNU.
    """
    venues = list(projets.alimentations(u, code, 0))
    for posee in fautes(projets.projet(u, code)):
        if posee.faute == "alimentation_doublee":
            venues = f.doubler(venues)
        elif posee.faute == "alimentation_desordre":
            venues = f.desordonner(venues, posee.graine)
    return [Livraison(rang, a) for rang, a in enumerate(venues, 1)]


def livrer(u: Unite, code: str, rang: int) -> tuple[str, bytes]:
    """Name and bytes of a delivery, spoilt as its faults ask. Raises `Inconnu` PROJET_INCONNU, LIVRAISON_INCONNUE."""
    choisie = next((x for x in livraisons(u, code) if x.rang == rang), None)
    if choisie is None:
        raise Inconnu(
            f"Le projet {code} n'a pas de livraison n° {rang}.",
            code="LIVRAISON_INCONNUE",
            remede="Avancez l'horloge : une alimentation est écrite chaque nuit.",
        )
    with u.fichiers.ouvrir(choisie.alimentation.digest) as flux:
        octets = flux.read()
    for posee in fautes(projets.projet(u, code)):
        abimer = _ABIMER.get(posee.faute)
        if abimer is not None:
            octets = abimer(octets, posee.graine)
            break  # what is spoilt once may not be read again
    return choisie.alimentation.nom, octets
