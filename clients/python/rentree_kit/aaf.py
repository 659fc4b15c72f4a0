"""The feeds that the annuaire writes for the ENT of the bac, as files."""

from __future__ import annotations

import contextlib
import io
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rentree_kit.client import Client


@dataclass(frozen=True)
class Comptes:
    """What a feed holds of a category: additions, modifications, deletions."""

    ajouts: int
    modifications: int
    suppressions: int


@dataclass(frozen=True)
class Alimentation:
    """A feed: `archive` (tar.gz), `fichiers` (the XML, in reading order), what it says by category."""

    numero: int
    complet: bool
    nom: str
    archive: Path
    fichiers: tuple[Path, ...]
    categories: dict[str, Comptes]

    def octets(self) -> bytes:
        """The archive, whole."""
        return self.archive.read_bytes()

    def __iter__(self) -> Iterator[Path]:
        return iter(self.fichiers)


class Aaf:
    """`bac.aaf`: `alimentation()`, `alimentations`, `exclusions(...)`, `extraction()`."""

    def __init__(self, client: Client, projet: str, uais: dict[str, str], dossier: Path) -> None:
        self._client = client
        self._projet = f"/api/projets/{projet}"
        self._uais = uais
        self._dossier = dossier

    @property
    def alimentations(self) -> list[dict[str, Any]]:
        """What was written so far, oldest first."""
        lues: list[dict[str, Any]] = self._client.lire(f"{self._projet}/alimentations")
        return lues

    def alimentation(self, numero: int | None = None, *, complet: bool = False) -> Alimentation:
        """The latest feed, or number `numero`; with `complet`, the latest complete one, else the directory as it stands
        now, extracted as a complete feed (number 0). Raises `RefusRentree` when there is none."""
        if complet and numero is None:
            entiers = [a["numero"] for a in self.alimentations if a["type"] == "Complet"]
            if not entiers:
                return self.extraction()
            numero = entiers[-1]
        dite = self._client.lire(f"{self._projet}/alimentations/{'latest' if numero is None else numero}")
        return self._deposer(dite, self._client.octets(f"{self._projet}/alimentations/{dite['numero']}/archive"))

    def extraction(self) -> Alimentation:
        """A complete feed of the directory as it stands, outside the history of the project."""
        reponse = self._client.requete("GET", f"{self._projet}/extraction")
        nom = reponse.headers["content-disposition"].partition("filename=")[2].strip('"')
        return self._deposer({"numero": 0, "type": "Complet", "nom": nom, "comptes": {}}, reponse.content)

    def livraisons(self) -> list[Alimentation]:
        """What a reader is delivered, in order: each feed once, but for the faults asked for. A spoilt archive is
        given as it came: `fichiers` then holds what could be taken out of it."""
        chemin = f"{self._projet}/livraisons"
        return [
            self._deposer(x, self._client.octets(f"{chemin}/{x['rang']}/archive")) for x in self._client.lire(chemin)
        ]

    def faute(self, nom: str, graine: int = 1, *, nuits: int = 0) -> None:
        """Switch a fault of the deliveries on (`rentree fautes` lists them); with `nuits`, of what the ENT of the bac
        itself finds in so many next nights. Raises `RefusRentree` FAUTE_INCONNUE."""
        corps = {"faute": nom, "graine": graine, "fois": nuits, "nuit": nuits > 0}
        self._client.demander("POST", f"{self._projet}/fautes", corps)

    def sans_faute(self) -> None:
        """Switch them all off."""
        self._client.demander("DELETE", f"{self._projet}/fautes")

    def exclusions(self, ecole: str | None = None) -> dict[str, list[str]]:
        """Why what does not come out does not: codes by « eleve:1700004 », of a school (its key) or of all."""
        raisons: dict[str, list[str]] = {}
        for uai in [self._uais[ecole]] if ecole else sorted(self._uais.values()):
            for x in self._client.lire(f"/api/etablissements/{uai}/exclusions"):
                codes = raisons.setdefault(f"{x['objet']}:{x['id']}", [])
                if x["code"] not in codes:
                    codes.append(x["code"])
        return raisons

    def _deposer(self, dite: dict[str, Any], octets: bytes) -> Alimentation:
        ici = Path(tempfile.mkdtemp(prefix=f"alimentation-{dite['numero']}-", dir=self._dossier))
        archive = ici / dite["nom"]
        archive.write_bytes(octets)
        fichiers = []
        with contextlib.suppress(tarfile.TarError, EOFError, OSError), tarfile.open(fileobj=io.BytesIO(octets)) as tar:
            for membre in tar:
                contenu = tar.extractfile(membre)
                if contenu is not None and membre.name.endswith((".xml", ".dtd")):
                    fichier = ici / Path(membre.name).name
                    fichier.write_bytes(contenu.read())
                    fichiers.append(fichier)
        return Alimentation(
            dite["numero"],
            dite["type"] == "Complet",
            dite["nom"],
            archive,
            tuple(f for f in fichiers if f.suffix == ".xml"),
            {c: Comptes(**x) for c, x in dite.get("comptes", {}).items()},
        )
