"""A feed as the AAF's web service hands it over: a `.tar.gz`, unfolded."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path


def deplier(archive: bytes) -> dict[str, bytes]:
    """The files of a feed that our own AAF wrote, by name, without their folder."""
    fichiers: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as contenu:
        for membre in contenu:
            flux = contenu.extractfile(membre)
            if flux is not None:
                fichiers[Path(membre.name).name] = flux.read()
    return fichiers
