"""The interface that an AAF importer shows to be tried: by HTTP, or by a folder. What it must be: docs/kit.md."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx
from msgspec import Struct

from shared.contracts.refus import Refus

PARTIS = ("desactive", "purge", "supprime")
ENTREE, SORTIE = "entree", "sortie"
PAUSE = 0.1


class Compte(Struct, frozen=True):
    """An account as the importer tells it. `annonce`: its leaving is known, though it is still there."""

    id: int
    nom: str
    prenom: str
    vivant: bool
    classes: tuple[str, ...]
    uais: tuple[str, ...]
    annonce: bool = False


class Recu(Struct, frozen=True):
    """What the importer said of a feed; `muet`: nothing, in time."""

    etat: Literal["applique", "refuse", "muet"]
    dit: str


class Importeur(Protocol):
    """An importer that is being tried."""

    def deposer(self, archive: Path) -> Recu:
        """Give it a feed; what it says once it is done with it."""

    def comptes(self) -> dict[int, Compte]:
        """Its accounts, by number. Raises `Refus` CIBLE_ILLISIBLE."""


def importeur_de(cible: str, patience: float, entetes: Sequence[str] = ()) -> Importeur:
    """The importer at an address, or behind a folder. Raises `Refus` CIBLE_INVALIDE."""
    if cible.startswith(("http://", "https://")):
        coupes = [e.partition(":") for e in entetes]
        return ParHttp(cible.rstrip("/"), patience, {nom.strip(): valeur.strip() for nom, _, valeur in coupes})
    dossier = Path(cible)
    if not dossier.is_dir():
        raise Refus(
            f"« {cible} » n'est ni une adresse ni un dossier.",
            code="CIBLE_INVALIDE",
            remede="Donnez l'adresse de l'importateur (http://…), ou le dossier qu'il surveille.",
        )
    return ParDossier(dossier, patience)


class ParHttp:
    """POST {cible}/imports (multipart, field « archive »), GET {cible}/comptes: what the simulated ENT has."""

    def __init__(self, cible: str, patience: float, entetes: dict[str, str]) -> None:
        self._cible = cible
        self._http = httpx.Client(timeout=patience, trust_env=False, headers=entetes, verify=cible[:5] == "https")

    def deposer(self, archive: Path) -> Recu:
        """Give it a feed."""
        fichiers = {"archive": (archive.name, archive.read_bytes(), "application/gzip")}
        try:
            r = self._http.post(f"{self._cible}/imports", files=fichiers)
        except httpx.HTTPError as erreur:
            return Recu("muet", f"pas de réponse ({type(erreur).__name__})")
        if r.status_code >= 500:
            return Recu("muet", f"erreur {r.status_code}")
        if r.status_code >= 400:
            return Recu("refuse", f"{r.status_code} {r.text[:200]}")
        try:
            dit = r.json()
        except ValueError:
            dit = {}
        refuse = isinstance(dit, dict) and dit.get("etat") == "refuse"
        phrase = str(dit.get("phrase") or dit.get("code") or "") if isinstance(dit, dict) else ""
        return Recu("refuse" if refuse else "applique", f"{r.status_code} {phrase}".strip())

    def comptes(self) -> dict[int, Compte]:
        """Its accounts."""
        try:
            r = self._http.get(f"{self._cible}/comptes", params={"limite": 5000})
            r.raise_for_status()
            return _lire(r.json())
        except (httpx.HTTPError, ValueError) as erreur:
            raise _illisible(f"GET {self._cible}/comptes", erreur) from None


class ParDossier:
    """`entree/<nom>.tar.gz` is given; `sortie/<nom>.tar.gz.json` is waited for, with « etat » and « comptes »."""

    def __init__(self, dossier: Path, patience: float) -> None:
        self._dossier = dossier
        self._patience = patience
        self._comptes: dict[int, Compte] = {}
        for nom in (ENTREE, SORTIE):
            (dossier / nom).mkdir(exist_ok=True)

    def deposer(self, archive: Path) -> Recu:
        """Give it a feed: whole under its name at once."""
        rendu = self._dossier / SORTIE / f"{archive.name}.json"
        rendu.unlink(missing_ok=True)
        provisoire = self._dossier / ENTREE / f".{archive.name}"
        provisoire.write_bytes(archive.read_bytes())
        os.replace(provisoire, self._dossier / ENTREE / archive.name)
        limite = time.monotonic() + self._patience
        while time.monotonic() < limite:
            dit = _json(rendu)
            if dit is not None:
                self._comptes = _lire(dit.get("comptes", []))
                return Recu("refuse" if dit.get("etat") == "refuse" else "applique", str(dit.get("dit", "")))
            time.sleep(PAUSE)
        return Recu("muet", f"pas de {rendu.name} en {self._patience:.0f} s")

    def comptes(self) -> dict[int, Compte]:
        """Its accounts, as its last answer says them."""
        return self._comptes


def _json(chemin: Path) -> dict[str, Any] | None:
    """A file of JSON, None while it is not there whole."""
    try:
        lu = json.loads(chemin.read_bytes())
    except (OSError, ValueError):
        return None
    return lu if isinstance(lu, dict) else None


def _lire(bruts: Any) -> dict[int, Compte]:
    try:
        lus = [_compte(x) for x in bruts]
    except (KeyError, TypeError, ValueError) as erreur:
        raise _illisible("La liste des comptes", erreur) from None
    return {c.id: c for c in lus}


def _compte(x: dict[str, Any]) -> Compte:
    return Compte(
        int(x["aaf_id"]),
        str(x["nom"]),
        str(x["prenom"]),
        x.get("etat") not in PARTIS,
        tuple(x.get("classes") or ()),
        tuple(sorted(e["uai"] for e in x.get("etablissements") or ())),
        bool(x.get("retrait_annonce_le") or x.get("absent_le")),
    )


def _illisible(quoi: str, erreur: Exception) -> Refus:
    return Refus(
        f"{quoi} ne se lit pas ({type(erreur).__name__}).",
        code="CIBLE_ILLISIBLE",
        statut=502,
        remede="Elle doit être une liste JSON d'objets : aaf_id, nom, prenom, etat (docs/kit.md).",
    )
