"""Giving a school's year to the applications that run, through their own web services.

Each part stands alone: what was loaded once is never loaded twice (the reprise of STS-Web and of SIECLE takes an
absent year only), so that a second run completes what the first could not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from msgspec import Struct

from rentree.chargement.preparation import Charge
from rentree.chargement.rapport import Part
from shared.contracts import echanges as msg
from shared.contracts.refus import Refus, Remarque
from shared.http.clients import Clients

T = TypeVar("T")

RECTORAT = "Rectorat"
STS = "STS-Web"
BEE = "Base élèves"
EMPLOI_DU_TEMPS = "Emploi du temps"
EXPORTS = "Exports STS-Web"
LIENS = "Liens élève-groupe"

PATIENCE = 120.0
"""Seconds that a night in progress is waited for."""
_PAUSE = 0.5


class Acquis(Struct, frozen=True):
    """What the applications hold already of a school's year."""

    sts: bool = False
    bee: bool = False
    emploi_du_temps: bool = False
    depots: frozenset[str] = frozenset()


@dataclass
class Envoyeur:
    """Sends schools to the applications of one bac; several threads may share it."""

    clients: Clients
    _agents: dict[int, dict[str, tuple[msg.AffectationAgentMsg, ...]]] = field(default_factory=dict)
    _verrou: threading.Lock = field(default_factory=threading.Lock)

    def amorcer(self) -> bool:
        """Learn which agents the rectorat appoints where; whether it holds any school."""
        rectorat = self.clients["rectorat"]
        ecoles = rectorat.lire("/api/etablissements")
        for e in ecoles:
            for a in rectorat.lire(f"/api/etablissements/{e['uai']}/agents"):
                agent = msg.AgentMsg.de_valeurs(a)
                par_ecole = self._agents.setdefault(agent.id, {})
                for f in agent.affectations:
                    par_ecole[f.uai] = tuple(x for x in agent.affectations if x.uai == f.uai)
        return bool(ecoles)

    def ouvrir_academie(self, code: str, nom: str) -> None:
        """What an empty bac needs first: the name of the académie, the national nomenclatures."""
        self._insister(lambda: self.clients["rectorat"].poster("/api/academie", {"code": code, "nom": nom}))
        self._insister(lambda: self.clients["rectorat"].poster("/api/nomenclatures", {"jeu": "national"}))

    def acquis(self, uai: str, annee: int, millesime: int) -> Acquis:
        """What is already there."""
        sts = annee in [a["annee"] for a in self._ou_rien("sts_web", f"/api/etablissements/{uai}", "annees")]
        bases = self._ou_rien("siecle_bee", f"/api/etablissements/{uai}", "bases")
        bee = millesime in [b["millesime"] for b in bases]
        importe, depots = False, set()
        if sts:
            chemin = f"/api/etablissements/{uai}/annees/{annee}/imports/emploi-du-temps"
            importe = self.clients["sts_web"].lire(chemin) is not None
        if bee:
            base = f"/api/etablissements/{uai}/bases/{millesime}"
            depots = {d["fichier"] for d in self.clients["siecle_bee"].lire(f"{base}/suivi/liens-eleve-groupe")}
            attente = self.clients["siecle_bee"].lire(f"{base}/tableau-de-bord")["depot_en_attente"]
            depots |= {attente["fichier"]} if attente else set()
        return Acquis(sts, bee, importe, frozenset(depots))

    def _ou_rien(self, service: str, chemin: str, cle: str) -> list[dict[str, Any]]:
        try:
            trouves: list[dict[str, Any]] = self.clients[service].lire(chemin)[cle]
        except Refus as refus:
            if refus.statut != 404:
                raise
            return []
        return trouves

    # Parts, in the order of the chain

    def inscrire(self, c: Charge) -> Part:
        """The school and its agents, in the rectorat. An agent of several schools keeps his other appointments."""

        def faire() -> dict[str, int]:
            rectorat = self.clients["rectorat"]
            # Held while sending: of two schools that share an agent, the later message holds both.
            with self._verrou:
                rectorat.poster("/api/etablissements", [c.etablissement.valeurs()])
                agents = [self._avec_ses_autres_ecoles(a, c.uai) for a in c.agents]
                if agents:
                    rectorat.poster("/api/agents", [a.valeurs() for a in agents])
            return {"agents": len(agents)}

        return self._part(RECTORAT, faire)

    def _avec_ses_autres_ecoles(self, a: msg.AgentMsg, uai: str) -> msg.AgentMsg:
        par_ecole = self._agents.setdefault(a.id, {})
        par_ecole[uai] = a.affectations
        return a.avec(affectations=tuple(f for u in sorted(par_ecole) for f in par_ecole[u]))

    def reprendre_sts(self, c: Charge) -> Part:
        """The year of STS-Web."""

        def faire() -> dict[str, int]:
            assert c.sts is not None
            fichiers = {"fichier": (*c.sts, "application/xml")}
            fait = self.clients["sts_web"].demander("POST", "/api/reprise", files=fichiers).json()
            return {n: fait[n] for n in ("divisions", "groupes", "ressources", "suppleants", "services")}

        return self._part(STS, faire, deja="ANNEE_DEJA_CHARGEE")

    def reprendre_bee(self, c: Charge, remarques: list[Remarque]) -> Part:
        """The base of SIECLE."""

        def faire() -> dict[str, int]:
            fichiers = [("fichiers", (nom, octets, "application/xml")) for nom, octets in c.siecle]
            fait = self.clients["siecle_bee"].demander("POST", "/api/reprise", files=fichiers).json()
            remarques.extend(Remarque(r["code"], r["phrase"]) for r in fait["remarques"])
            noms = ("eleves", "personnes", "liens", "divisions", "groupes", "liens_groupe")
            return {n: fait[n] for n in noms}

        return self._part(BEE, faire, deja="BASE_DEJA_OUVERTE")

    def importer_emploi_du_temps(self, c: Charge, remarques: list[Remarque]) -> Part:
        """STS-Web, Imports > Emploi du temps: annule et remplace."""

        def faire() -> dict[str, int]:
            assert c.emp is not None
            fait = (
                self.clients["sts_web"]
                .demander(
                    "POST",
                    f"/api/etablissements/{c.uai}/annees/{c.annee}/imports/emploi-du-temps",
                    files={"fichier": (*c.emp, "application/xml")},
                    data={"conserver_services": "non"},
                )
                .json()
            )
            for rejet in fait["groupes_rejetes"]:
                phrase = f"Le groupe « {rejet['code']} » est rejeté par STS-Web : {rejet['raison']}"
                remarques.append(Remarque(rejet["motif"], phrase, remede=rejet["remede"]))
            remarques.extend(Remarque(m["code"], m["texte"]) for m in fait["messages"])
            rejetes = len(fait["groupes_rejetes"])
            return {"groupes": fait["groupes"], "groupes_rejetes": rejetes, "services": fait["services"]}

        return self._part(EMPLOI_DU_TEMPS, faire)

    def exporter(self, c: Charge, *, structure: bool) -> Part:
        """STS-Web, Exports > Structure then Services: without them BEE, the AAF and the ENT see no teacher."""

        def faire() -> dict[str, int]:
            annee, sts = f"/api/etablissements/{c.uai}/annees/{c.annee}", self.clients["sts_web"]
            comptes: dict[str, int] = {}
            if structure:
                fait = sts.poster(f"{annee}/exports/structure")
                comptes |= {"divisions": fait["divisions"], "groupes": fait["groupes"]}
            fait = sts.poster(f"{annee}/exports/services", {"destination": "sconet"})
            return comptes | {"services": fait["services"]}

        return self._part(EXPORTS, faire)

    def deposer_liens(self, c: Charge) -> Part:
        """BEE, Importations > Liens élève-groupe. The pupils are exported first: no software had them otherwise."""

        def faire() -> dict[str, int]:
            assert c.liens is not None
            base, bee = f"/api/etablissements/{c.uai}/bases/{c.millesime}", self.clients["siecle_bee"]
            bee.demander("POST", f"{base}/exports-xml/ElevesSansAdresses")
            fait = bee.demander(
                "POST",
                f"{base}/importations/liens-eleve-groupe",
                files={"fichier": (*c.liens, "application/zip")},
                data={"confirmation": "ok"},
            )
            return {"eleves": fait.json()["eleves"]}

        part = self._part(LIENS, faire)
        if part.etat == "charge":
            part.phrase = "déposé, traité dans la nuit"
        return part

    def _part(self, nom: str, faire: Callable[[], dict[str, int]], *, deja: str = "") -> Part:
        try:
            return Part(nom, "charge", self._insister(faire))
        except Refus as refus:
            if deja and refus.code == deja:
                return part_acquise(nom)
            return Part(nom, "refuse", refus=refus)

    def _insister(self, faire: Callable[[], T]) -> T:
        """Do, and again while a night is in progress."""
        limite = time.monotonic() + PATIENCE
        while True:
            try:
                return faire()
            except Refus as refus:
                if refus.code != "NUIT_EN_COURS" or time.monotonic() > limite:
                    raise
            time.sleep(_PAUSE)


def part_acquise(nom: str) -> Part:
    """A part that was loaded before: nothing is changed."""
    return Part(nom, "deja", phrase="déjà chargé, rien n'est changé")


def ouvrir_projet(clients: Clients, uais: Iterable[str]) -> str | None:
    """Open an ENT for the schools that have none, fed by an AAF project of the same code; None when all have one.

    A second run opens a second one: an ENT takes its schools when it is opened. Raises the services' `Refus`.
    """
    aaf, ent = clients["aaf"], clients["ent"]
    existants = ent.lire("/api/projets")
    servis = {uai for p in existants for uai in p["uais"]}
    nouveaux = sorted(set(uais) - servis)
    if not nouveaux:
        return None
    pris = {p["code"] for p in (*existants, *aaf.lire("/api/projets"))}
    code = next(c for c in _codes() if c not in pris)
    aaf.poster("/api/projets", {"code": code, "libelle": "ENT du chargement", "uais": nouveaux, "grammaire": "6.4"})
    ent.poster("/api/projets", {"code": code, "aaf_projet": code, "libelle": "ENT du chargement", "uais": nouveaux})
    return code


def _codes() -> Iterable[str]:
    yield "ENT-RENTREE"
    numero = 2
    while True:
        yield f"ENT-RENTREE-{numero}"
        numero += 1
