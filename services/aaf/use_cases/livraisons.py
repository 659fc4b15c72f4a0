"""The feeds of a project as they are delivered to whoever reads them, with the faults that a tester asked for.

Those of the chain's own nights are in `nuit_faussee`: each kind leaves the other's readers alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import func, select

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


class Livraison(Struct, frozen=True):
    """The `rang`-th delivery (from 1): which feed."""

    rang: int
    alimentation: Alimentation


def posees(projet: Projet) -> list[FautePosee]:
    """The faults of a project, first switched on first."""
    return lire_posees(projet.fautes)


def fautes(projet: Projet) -> list[FautePosee]:
    """Those of its deliveries."""
    return [x for x in posees(projet) if not x.nuit]


def poser(u: Unite, code: str, faute: FautePosee) -> list[FautePosee]:
    """Switch one on, for deliveries or, from the next feed on, for the chain's own nights; again, it is replaced.

    Returns all of them.

    Raises `Inconnu` PROJET_INCONNU, `Refus` FAUTE_INCONNUE, FAUTE_AILLEURS, FAUTE_REGLAGE.
    """
    projet = projets.projet(u, code)
    verifier(faute, "alimentation")
    gardees = [x for x in posees(projet) if (x.faute, x.nuit) != (faute.faute, faute.nuit)]
    derniere = select(func.max(Alimentation.numero)).where(Alimentation.projet == code)
    faute = faute.model_copy(update={"depuis": (u.session.scalar(derniere) or 0) if faute.nuit else 0})
    projet.fautes = [x.model_dump() for x in (*gardees, faute)]
    u.journaliser(
        "faute_posee",
        f"Faute « {faute.faute} » posée sur les {'nuits' if faute.nuit else 'livraisons'} du projet {code}",
        nb=1,
        resume={"projet": code, **faute.model_dump()},
    )
    return posees(projet)


def retirer(u: Unite, code: str) -> None:
    """Switch all off. Raises `Inconnu` PROJET_INCONNU."""
    projet = projets.projet(u, code)
    if projet.fautes:
        noms = [x.faute for x in posees(projet)]
        projet.fautes = []
        resume = {"projet": code, "fautes": noms}
        u.journaliser("fautes_retirees", f"Fautes retirées du projet {code}", nb=len(noms), resume=resume)


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
        elif posee.faute == "alimentation_tardive":
            venues = venues[:-1]
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
    return choisie.alimentation.nom, abimer(octets, fautes(projets.projet(u, code))) or octets


def abimer(archive: bytes, fautes: Sequence[FautePosee]) -> bytes | None:
    """An archive spoilt by the first of these faults that does (what is spoilt may not be read again), or None."""
    posee = next((x for x in fautes if x.faute in _ABIMER), None)
    return _ABIMER[posee.faute](archive, posee.graine) if posee is not None else None
