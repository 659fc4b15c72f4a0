"""The feeds as the ENT of the chain finds them at night, with the faults that a tester asked for its own nights.

A feed is faulty the night it is written, and right from the next one on (out of order: from the one after): the ENT,
which asks again for what it did not take, then recovers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from services.aaf.models import Alimentation
from services.aaf.use_cases import livraisons, projets
from shared.contracts.fautes import FautePosee
from shared.persistence.unite import Unite

FRAICHE = timedelta(hours=12)
"""A feed of 02:00 is that of this night for whoever asks at 05:00."""


class Annonce(Struct, frozen=True):
    """A feed, with the size and SHA-256 that the AAF announces of its archive."""

    alimentation: Alimentation
    sha256: str
    octets: int


def annonces(u: Unite, code: str, apres: int) -> list[Annonce]:
    """What the ENT is told to take after number `apres`, in this order. Raises `Inconnu` PROJET_INCONNU."""
    venues = projets.alimentations(u, code, apres)
    suivantes = {a.numero - 1: a for a in venues}
    return [_annoncer(u, a) for a in venues for _ in range(_fois(u, a, {f.faute for f in _de(u, code, a)}, suivantes))]


def _fois(u: Unite, a: Alimentation, fautes: set[str], suivantes: Mapping[int, Alimentation]) -> int:
    """How often a feed is announced now. Out of order: after the one that follows it, but for the first of all."""
    if "alimentation_desordre" in fautes and a.numero > 1:
        suivante = suivantes.get(a.numero)
        return int(suivante is not None and not _cette_nuit(u, suivante))
    if not _cette_nuit(u, a):
        return 1
    return 0 if "alimentation_tardive" in fautes else 1 + ("alimentation_doublee" in fautes)


def archive(u: Unite, a: Alimentation) -> bytes | None:
    """The archive of a feed as it comes this night, None when it comes right."""
    if not _cette_nuit(u, a):
        return None
    with u.fichiers.ouvrir(a.digest) as flux:
        octets = flux.read()
    return livraisons.abimer(octets, _de(u, a.projet, a))


def _annoncer(u: Unite, a: Alimentation) -> Annonce:
    """A transfer that stops leaves the announcement true; an archive badly written is announced as it is."""
    noms = {f.faute for f in _de(u, a.projet, a)}
    octets = archive(u, a) if noms & {"alimentation_malformee", "alimentation_sans_fichier"} else None
    if octets is None or "alimentation_tronquee" in noms:
        return Annonce(a, a.digest, a.octets)
    return Annonce(a, hashlib.sha256(octets).hexdigest(), len(octets))


def _cette_nuit(u: Unite, a: Alimentation) -> bool:
    return u.maintenant - a.instant < FRAICHE


def _de(u: Unite, code: str, a: Alimentation) -> list[FautePosee]:
    """The faults of the night in which a feed was written."""
    posees = livraisons.posees(projets.projet(u, code))
    return [f for f in posees if f.nuit and f.depuis < a.numero and (not f.fois or a.numero <= f.depuis + f.fois)]
