"""An installation of Rentrée: where its applications are, the bacs made in it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import httpx

from rentree_kit.bac import Bac
from rentree_kit.client import Client, RefusRentree
from rentree_kit.mondes import Monde, monde_type

PRET = "pret"
"""The label of the snapshot from which bacs are made."""
ATTENTE_MODELE = 120.0
"""Seconds that a world being made by somebody else is waited for."""


class Installation:
    """The applications at `adresses` (by name). `jeton`: RENTREE_JETON of an installation that asks for one.

    `Installation.a("http://127.0.0.1:8000")` finds them all by the address of its control room.
    """

    def __init__(self, adresses: Mapping[str, str], jeton: str | None = None) -> None:
        self.adresses = dict(adresses)
        entetes = {"X-Rentree-Acteur": "rentree-kit"} | ({"Authorization": f"Bearer {jeton}"} if jeton else {})
        self._http = httpx.Client(headers=entetes, timeout=660, trust_env=False)
        self._mondes: dict[tuple[str, str, int, str], tuple[str, dict[str, Any]]] = {}

    @classmethod
    def a(cls, url: str, jeton: str | None = None) -> Installation:
        """The installation whose control room is at `url`. `jeton`: RENTREE_JETON when absent."""
        jeton = jeton or os.environ.get("RENTREE_JETON") or None
        racine = url.rstrip("/")
        provisoire = cls({"pilotage": racine}, jeton)
        adresses = provisoire.client("pilotage").lire("/api/installation")
        provisoire.fermer()
        return cls({**adresses, "pilotage": racine}, jeton)

    def client(self, application: str, bac: str = "") -> Client:
        """An application, in a bac."""
        return Client(self._http, self.adresses[application] + (f"/b/{bac}" if bac else ""))

    def fermer(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def fautes(self) -> list[dict[str, Any]]:
        """The faults that may be switched on: name, on what, what it does."""
        lues: list[dict[str, Any]] = self.client("pilotage").lire("/api/fautes")
        return lues

    def bac_vide(self, nom: str, *, profil: str = "nice-2021", graine: int = 1) -> Bac:
        """A new world with nothing in it."""
        fait = self._creer(nom, {"profil": profil, "graine": graine})
        return Bac(self, fait, None, None)

    def bac(
        self, nom: str, monde: Monde | None = None, *, apres: str = "48h", profil: str = "nice-2021", graine: int = 1
    ) -> Bac:
        """A bac of its own that begins with a world (`monde_type()` unless another is given), `apres` having passed.

        A world is made once for the installation; each bac is then a copy of it, in about a tenth of a second.
        """
        monde = monde or monde_type()
        cle = (monde.empreinte, profil, graine, apres)
        if cle not in self._mondes:
            self._mondes[cle] = self._modele(monde, profil, graine, apres)
        modele, mis = self._mondes[cle]
        return Bac(self, self._creer(nom, {"modele": {"bac": modele}}), monde, mis)

    def _creer(self, nom: str, corps: dict[str, Any]) -> str:
        """Create a bac of that name, or of the next free one « nom_2 », « nom_3 »…"""
        rang = 1
        while True:
            essaye = nom if rang == 1 else f"{nom[:35]}_{rang}"
            try:
                return str(self.client("pilotage").demander("POST", "/api/bacs", {"nom": essaye, **corps})["nom"])
            except RefusRentree as refus:
                if refus.code != "BAC_EXISTE":
                    raise
            rang += 1

    def _modele(self, monde: Monde, profil: str, graine: int, apres: str) -> tuple[str, dict[str, Any]]:
        """The bac whose snapshot holds that world, made by whoever comes first; what is said of its people."""
        lettres = "".join(x if x.isascii() and x.isalnum() else "_" for x in f"{profil}_{graine}_{apres}".lower())
        nom = f"m_{monde.empreinte}_{lettres}"[:40]
        pilotage = self.client("pilotage")
        limite = time.monotonic() + ATTENTE_MODELE
        while True:
            try:
                pilotage.demander("POST", "/api/bacs", {"nom": nom, "profil": profil, "graine": graine})
            except RefusRentree as refus:
                if refus.code != "BAC_EXISTE":
                    raise
            else:
                return nom, self._poser(nom, monde, apres)
            while time.monotonic() < limite:
                if self._pret(nom):
                    return nom, self.client("pilotage", nom).demander("POST", "/api/mondes/annonce", monde.json())
                time.sleep(0.1)
            pilotage.demander("DELETE", f"/api/bacs/{nom}")  # who was making it is dead
            limite = time.monotonic() + ATTENTE_MODELE

    def _pret(self, nom: str) -> bool:
        try:
            return any(i["libelle"] == PRET for i in self.client("pilotage").lire(f"/api/bacs/{nom}/instantanes"))
        except RefusRentree as refus:
            if refus.code != "BAC_INCONNU":
                raise
            return False

    def _poser(self, nom: str, monde: Monde, apres: str) -> dict[str, Any]:
        from rentree_kit.horloge import Horloge

        pilotage = self.client("pilotage", nom)
        try:
            mis: dict[str, Any] = pilotage.demander("POST", "/api/mondes", monde.json())
            if apres:
                Horloge(pilotage).avancer(apres)
            self.client("pilotage").demander("POST", f"/api/bacs/{nom}/instantanes", {"libelle": PRET})
        except BaseException:
            self.client("pilotage").demander("DELETE", f"/api/bacs/{nom}")
            raise
        return mis
