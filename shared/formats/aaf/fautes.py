"""Feeds spoilt on purpose, as networks, disks and tired people spoil them. The same seed spoils alike.

What a reader must do of each is in docs/kit.md: refuse it whole, or end as if it had come right.
"""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Callable, Sequence
from typing import TypeVar

from shared.formats.aaf.manifeste import NOM_MANIFESTE

T = TypeVar("T")


def tronquer(archive: bytes, graine: int) -> bytes:
    """The beginning of an archive: a transfer that stopped."""
    hasard = random.Random(f"{graine}/alimentation_tronquee")
    return archive[: len(archive) * hasard.randint(20, 90) // 100]


def malformer(archive: bytes, graine: int) -> bytes:
    """A good archive of which one XML file stops in the middle of a record; the manifest still counts it whole."""
    hasard = random.Random(f"{graine}/alimentation_malformee")
    membres = _lire(archive)
    choisi = hasard.choice(_principaux(membres))
    return _ecrire(
        [(m, c[: max(len(c) * hasard.randint(40, 80) // 100, 1)] if m.name == choisi else c) for m, c in membres]
    )


def retirer_fichier(archive: bytes, graine: int) -> bytes:
    """A good archive that lacks one file, which its manifest announces."""
    hasard = random.Random(f"{graine}/alimentation_sans_fichier")
    membres = _lire(archive)
    choisi = hasard.choice(_principaux(membres))
    return _ecrire([(m, c) for m, c in membres if m.name != choisi])


def transformer(archive: bytes, changer: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive whose members are what `changer(name, bytes)` makes of them; None leaves one out."""
    changes = [(m, changer(m.name, c)) for m, c in _lire(archive)]
    return _ecrire([(m, c) for m, c in changes if c is not None])


def doubler(livraisons: Sequence[T]) -> list[T]:
    """Each delivery twice."""
    return [x for x in livraisons for _ in range(2)]


def desordonner(livraisons: Sequence[T], graine: int) -> list[T]:
    """The first delivery in its place, then at least two neighbours that changed places (where there are two)."""
    hasard = random.Random(f"{graine}/alimentation_desordre")
    melees = list(livraisons)
    if len(melees) > 2:
        rang = hasard.randint(1, len(melees) - 2)
        melees[rang], melees[rang + 1] = melees[rang + 1], melees[rang]
    return melees


def _principaux(membres: Sequence[tuple[tarfile.TarInfo, bytes]]) -> list[str]:
    """The files of people: to lose a nomenclature would be little. A delta that says nothing has its manifest alone."""
    noms = [m.name for m, _ in membres]
    xml = [n for n in noms if n.endswith(".xml") and not n.endswith(NOM_MANIFESTE)]
    gens = [n for n in xml if any(f"_{c}_" in n for c in ("Eleve", "PersRelEleve", "PersEducNat"))]
    return sorted(gens or xml or [n for n in noms if n.endswith(NOM_MANIFESTE)])


def _lire(archive: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    lus = []
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for membre in tar:
            flux = tar.extractfile(membre)
            lus.append((membre, flux.read() if flux is not None else b""))
    return lus


def _ecrire(membres: Sequence[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """A tar.gz of the same members, their dates kept: the same bytes each time."""
    sortie = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=sortie, mode="wb", mtime=0) as gz,
        tarfile.open(fileobj=gz, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for membre, contenu in membres:
            membre.size = len(contenu)
            tar.addfile(membre, io.BytesIO(contenu))
    return sortie.getvalue()
