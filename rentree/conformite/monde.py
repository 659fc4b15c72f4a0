"""The bac of a run: a small world in an ENT, the target declared as a connector of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.contracts.fautes import FautePosee
from shared.contracts.refus import Refus
from shared.http.clients import Clients

BAC = "conformite"
PROJET = "ENT-CONFORMITE"
CIBLE, VOISIN = "cible", "voisin"
SERVICE_VOISIN = "https://voisin.exemple.invalid/retour"
ATTENTE = 300
ROLES: dict[str, str] = {
    "eleve": "un élève",
    "compose": "un élève au nom composé",
    "parent": "un parent de deux enfants",
    "professeur": "un enseignant de deux établissements",
    "chef": "un chef d'établissement",
}
_NOMS = {
    "eleve": ("Valbrune", "Léa"),
    "compose": ("D'Ostrel-Morvan", "Jean-Noël"),
    "parent": ("Valbrune", "Aurore"),
    "professeur": ("Savigne", "Bérénice"),
    "chef": ("Vermel", "Odile"),
}


def description() -> dict[str, Any]:
    """The world: one person of each role."""

    def qui(cle: str) -> dict[str, Any]:
        return {"cle": cle, "nom": _NOMS[cle][0], "prenom": _NOMS[cle][1]}

    frere = {"cle": "frere", "nom": "Valbrune", "prenom": "Théo", "ecole": "lycee", "division": "2A", "sexe": "1"}
    return {
        "projet": PROJET,
        "ecoles": [
            {"cle": "college", "nom": "Des Essais", "divisions": {"6A": "10010012110", "6B": "10010012110"}},
            {"cle": "lycee", "nom": "Des Cimes", "nature": "LYC", "divisions": {"2A": "20010019110"}},
        ],
        "eleves": [
            {**qui("eleve"), "ecole": "college", "division": "6A"},
            {**qui("compose"), "ecole": "college", "division": "6B", "sexe": "1"},
            frere,
        ],
        "responsables": [{**qui("parent"), "enfants": ["eleve", "frere"]}],
        "personnels": [
            {
                **qui("professeur"),
                "ecoles": ["college", "lycee"],
                "cours": [{"ecole": "college", "structure": "6A"}, {"ecole": "lycee", "structure": "2A"}],
            },
            {**qui("chef"), "fonction": "DIR", "ecoles": ["college"]},
        ],
    }


@dataclass
class MondeDEssai:
    """The world in its bac. `comptes`: role → account of the ENT; `mis`: what the control room said of it."""

    clients: Clients
    racine_ent: str
    comptes: dict[str, dict[str, Any]] = field(default_factory=dict)
    mis: dict[str, Any] = field(default_factory=dict)
    _vu: str = ""

    @classmethod
    def preparer(cls, clients: Clients, adresse_ent: str, bac: str) -> MondeDEssai:
        """Make the bac (that of a former run goes), put the world in it, let two days pass.

        Raises `Refus` BAC_EXISTE for a bac that is not one of a run.
        """
        pilotage = clients.pour("principal")["pilotage"]
        if any(b["nom"] == bac for b in pilotage.lire("/api/bacs")):
            if not bac.startswith(BAC):
                raise Refus(
                    f"Le bac « {bac} » existe déjà.",
                    code="BAC_EXISTE",
                    statut=409,
                    remede=f"Une conformité se joue dans un bac neuf, ou dont le nom commence par « {BAC} ».",
                )
            pilotage.demander("DELETE", f"/api/bacs/{bac}")
        pilotage.poster("/api/bacs", {"nom": bac})
        monde = cls(clients.pour(bac), f"{adresse_ent}/b/{bac}")
        monde.mis = monde.clients["pilotage"].poster("/api/mondes", description())
        monde.avancer(timedelta(hours=48))
        lus = monde.clients["ent"].lire(f"/api/projets/{PROJET}/comptes", limite=500)
        for role, (nom, prenom) in _NOMS.items():
            ici = [c for c in lus if (c["nom"], c["prenom"].upper()) == (nom.upper(), prenom.upper())]
            monde.comptes[role] = ici[0]
        return monde

    def declarer(self, adresses: Sequence[str], protocole: str, reglages: dict[str, Any]) -> Any:
        """Declare the target as a connector, and a neighbour that it must not be taken for; what the ENT answers."""
        corps = {"projet": PROJET, "protocole": protocole, "reglages": reglages}
        ent = self.clients["ent"]
        dit = ent.demander(
            "PUT", f"/api/connecteurs/{CIBLE}", json={**corps, "nom": "Logiciel", "adresses": list(adresses)}
        ).json()
        if protocole == "cas":
            voisin = {**corps, "nom": "Voisin", "adresses": [SERVICE_VOISIN], "reglages": {}}
            ent.demander("PUT", f"/api/connecteurs/{VOISIN}", json=voisin)
        return dit

    def secret(self) -> str:
        """A secret for the target, of a protocol that has one."""
        return str(self.clients["ent"].poster(f"/api/connecteurs/{CIBLE}/secret")["secret"])

    def oublier(self) -> None:
        """Take the connectors of the target and of its neighbour back, if they are there."""
        for code in (CIBLE, VOISIN):
            with suppress(Refus):
                self.clients["ent"].demander("DELETE", f"/api/connecteurs/{code}")

    def instant(self) -> datetime:
        """The simulated instant."""
        return datetime.fromisoformat(self.clients["pilotage"].lire("/api/horloge")["instant"])

    def avancer(self, duree: timedelta) -> None:
        """Let time pass."""
        pilotage = self.clients["pilotage"]
        cible = self.instant() + duree
        corps = {"mode": "instant", "instant": cible.isoformat(), "attendre": ATTENTE, "instantane": False}
        limite = time.monotonic() + ATTENTE
        while True:
            try:
                pilotage.poster("/api/horloge/avance", corps)
                return
            except Refus as refus:
                if refus.code != "HORLOGE_AVANCE" or time.monotonic() > limite:
                    raise
                time.sleep(0.1)

    def poser(self, faute: str, **reglages: int) -> None:
        """Give the target's connector a fault."""
        posee = FautePosee(faute=faute, reglages=reglages)
        self.clients["ent"].poster(f"/api/connecteurs/{CIBLE}/fautes", posee.model_dump())

    def reparer(self) -> None:
        """Take the faults back."""
        self.clients["ent"].demander("DELETE", f"/api/connecteurs/{CIBLE}/fautes")

    def echanges(self) -> list[str]:
        """What was said with the target since the last time, latest first."""
        textes = [_texte(x) for x in self.clients["ent"].lire(f"/api/connecteurs/{CIBLE}/echanges", limite=30)]
        nouveaux = textes[: textes.index(self._vu)] if self._vu in textes else textes
        self._vu = textes[0] if textes else ""
        return nouveaux


def _texte(x: dict[str, Any]) -> str:
    pourquoi = f"\n({x['code']} : {x['explication']})" if x["code"] else ""
    return f"{x['genre']}\n{x['demande']}\n→ {x['reponse']}{pourquoi}"
