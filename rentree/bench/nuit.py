"""One full night of an invented académie: links, remontées, directory, complete feed, import into the ENT.

The bac is filled, copied, and its night played twice from the same state: with one worker, then with two.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from msgspec import Struct

from rentree.bench.nuit_plancher import Plancher, mesurer_planchers
from rentree.bench.processeurs import Surveillance
from rentree.bench.processus import COMMANDE, dossier_temporaire
from rentree.chargement import academie
from rentree.chargement.chargeur import Bac
from rentree.installation.reglages import Implantation
from rentree.installation.superviseur import Superviseur
from shared.contracts.refus import Refus
from shared.formats.aaf.verification import verifier_alimentation
from shared.horloge.profils import ProfilAcademique, profil
from shared.http.clients import Clients, nouveau_transport
from shared.http.service import PORTS
from shared.persistence.acces import ROLE_GESTION, base_bac
from shared.persistence.bacs import GestionBacs
from shared.persistence.fichiers import MagasinFichiers

BAC = "academie"
PROFIL = "nice-2021"
ETAPES = {
    "rectorat_diffusion": "diffusion du rectorat",
    "bee_depots": "liens élève-groupe",
    "remontee_bee": "remontée de BEE",
    "remontee_sts": "remontée de STS-Web",
    "remontee_rectorat": "remontée du rectorat",
    "aaf_integration": "intégration dans l'annuaire",
    "aaf_alimentation": "alimentation complète",
    "ent_alimentation": "import dans l'ENT",
}
"""The stages of a night in the order of the timetable, by the name of their batch."""
SECOND = "ouvrier 2"
PATIENCE = 3600
"""Seconds that a stage may take."""
_PAS_MAX = 40

_TOUTES = """
    SELECT lot, count(*), count(*) FILTER (WHERE etat = 'en_erreur'), sum(coalesce((resume ->> 'nb')::int, 0))
    FROM sim.part WHERE instant = %s GROUP BY service, lot ORDER BY service, lot
"""


@dataclass
class Etape:
    """A stage: wall seconds, parts, and the processor seconds of each process."""

    lot: str
    duree: float = 0.0
    parts: int = 0
    processeur: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Processor seconds of all processes."""
        return sum(self.processeur.values())


@dataclass
class Nuit:
    """A night played: its stages, the greatest memory of each process, the digest of each feed."""

    ouvriers: int
    etapes: list[Etape]
    memoire: dict[str, float]
    flux: dict[str, str]

    @property
    def duree(self) -> float:
        """Wall seconds of all stages."""
        return sum(e.duree for e in self.etapes)


class Controle(Struct, frozen=True):
    """A project's first feed: its size, what its DTD and its coherence say against it, what the ENT refused."""

    projet: str
    octets: int
    fiches: int
    remarques: int
    refusees: int
    references: int


@dataclass
class Releve:
    """Everything measured of an académie."""

    eleves: int
    etablissements: int
    remplissage: float
    comptes: dict[str, int]
    nuits: list[Nuit]
    planchers: dict[str, Plancher] = field(default_factory=dict)
    controles: list[Controle] = field(default_factory=list)


Dire = Callable[[str], None]


def mesurer_academie(etablissements: int, eleves: int, dire: Dire, ouvriers: Sequence[int] = (1, 2)) -> Releve:
    """Fill a bac of an installation of its own, and play its night with one worker, then with two.

    The floor of each stage is measured after the first night. Raises `Refus` MESURE_MANQUEE, and what the
    applications refuse.
    """
    with installation() as lieu:
        debut = time.perf_counter()
        rempli = remplir(lieu, etablissements, eleves, dire)
        releve = Releve(eleves, etablissements, time.perf_counter() - debut, dict(rempli.comptes), [])
        dire(f"  bac rempli en {releve.remplissage:.0f} s")
        copie = lieu.clients["pilotage"].poster(f"/api/bacs/{BAC}/instantanes", {"libelle": "avant la nuit"})
        for nombre in ouvriers:
            if releve.nuits:
                lieu.clients["pilotage"].poster("/api/horloge/retour", {"numero": copie["numero"]})
            nuit = lieu.passer_la_nuit(nombre, list(rempli.projets), dire)
            releve.nuits.append(nuit)
            dire("  " + ", ".join(f"{nom} {mo:.0f} Mo" for nom, mo in sorted(nuit.memoire.items())))
            if not releve.planchers:
                releve.planchers = lieu.planchers()
                releve.controles = [lieu.controler(p) for p in rempli.projets]
    return releve


def remplir(lieu: Lieu, etablissements: int, eleves: int, dire: Dire) -> academie.Rempli:
    """Create the bac and fill it, telling every tenth of the way."""
    GestionBacs(lieu.implantation.acces(ROLE_GESTION)).creer(
        BAC, profil=lieu.profil, graine=1, depart=lieu.profil.debut + timedelta(weeks=4)
    )
    jour = (lieu.profil.debut + timedelta(weeks=4)).astimezone(lieu.profil.zone_horaire).date()
    bac = Bac(BAC, lieu.clients, lieu.profil, jour)

    def avance(faits: int, total: int) -> None:
        if faits * 10 // total > (faits - 1) * 10 // total:
            dire(f"  {faits} établissements sur {total}")

    return academie.remplir(bac, academie.parametres_pour(bac, etablissements, eleves, 1), avance=avance)


@dataclass
class Lieu:
    """An installation that runs, and its bac."""

    implantation: Implantation
    superviseur: Superviseur
    clients: Clients
    profil: ProfilAcademique

    def base(self) -> psycopg.Connection[Any]:
        """A connection to the bac, to look."""
        return psycopg.connect(self.implantation.acces(ROLE_GESTION).conninfo(base_bac(BAC)), autocommit=True)

    def controler(self, projet: str) -> Controle:
        """Check the first feed of a project request by request, and read what its import said."""
        (ligne,) = self.clients["ent"].lire(f"/api/projets/{projet}/imports")
        compteurs = ligne["compteurs"]
        chemin = MagasinFichiers(self.implantation.racine / "fichiers").chemin(ligne["sha256"])
        return Controle(
            projet,
            chemin.stat().st_size,
            sum(compteurs["recues"].values()),
            len(verifier_alimentation(chemin)),
            compteurs["fiches_refusees"],
            sum(compteurs["references_manquantes"].values()),
        )

    def planchers(self) -> dict[str, Plancher]:
        """The floors, measured on what the night left."""
        magasin = MagasinFichiers(self.implantation.racine / "fichiers")
        with self.base() as base:
            return mesurer_planchers(base, magasin, Surveillance({}, self.postmaster))

    @property
    def postmaster(self) -> int:
        """The pid of PostgreSQL."""
        return int((self.implantation.racine / "postgres" / "postmaster.pid").read_text().split()[0])

    def passer_la_nuit(self, ouvriers: int, projets: list[str], dire: Dire) -> Nuit:
        """Step by step, from batch to batch, until every ENT has imported its first feed."""
        with self._ouvriers(ouvriers) as pids, Surveillance(pids, self.postmaster) as garde:
            etapes: dict[str, Etape] = {}
            for _ in range(_PAS_MAX):
                self._avancer(garde, etapes)
                if all(self.clients["ent"].lire(f"/api/projets/{p}/imports") for p in projets):
                    break
            else:
                raise _manquee("aucune alimentation n'est arrivée dans l'ENT")
        rangees = [etapes[lot] for lot in ETAPES if lot in etapes]
        for e in rangees:
            dire(f"  {ouvriers} ouvrier(s), {ETAPES[e.lot]} : {e.duree:.1f} s, processeur {e.total:.1f} s")
        return Nuit(ouvriers, rangees, garde.memoire, {p: self._empreinte(p) for p in projets})

    def _empreinte(self, projet: str) -> str:
        """The SHA-256 of the archive of a project's first feed."""
        archive = self.clients["aaf"].demander("GET", f"/api/projets/{projet}/alimentations/1/archive")
        return hashlib.sha256(archive.content).hexdigest()

    def _avancer(self, garde: Surveillance, etapes: dict[str, Etape]) -> None:
        """The next batch; an empty one (nothing planned) is not a stage."""
        avant, debut = garde.temps(), time.perf_counter()
        corps = {"mode": "lot", "attendre": PATIENCE, "instantane": False}
        self.clients["pilotage"].poster("/api/horloge/avance", corps, timeout=2 * PATIENCE)
        duree, apres = time.perf_counter() - debut, garde.temps()
        instant = datetime.fromisoformat(self.clients["pilotage"].lire("/api/horloge")["instant"])
        with self.base() as base:
            faites = base.execute(_TOUTES, (instant,)).fetchall()
        for lot, parts, erreurs, nb in faites:
            if erreurs:
                raise _manquee(f"{erreurs} part(s) de {lot} sont en erreur")
            if lot in ETAPES and nb and lot not in etapes:
                ici = {nom: apres[nom] - avant[nom] for nom in apres}
                etapes[lot] = Etape(lot, duree, parts, {n: s for n, s in ici.items() if s > 0})

    @contextmanager
    def _ouvriers(self, nombre: int) -> Iterator[dict[str, int]]:
        """The processes, with as many workers as wanted."""
        pids = self.superviseur.pids
        if nombre == 1:
            yield pids
            return
        i = self.implantation
        env = os.environ | {
            "RENTREE_HOME": str(i.racine),
            "RENTREE_SECRET": i.secret,
            "RENTREE_DATABASE_URL": f"postgresql://x@{i.hote_base}:{i.port_base}/postgres",
            **{f"RENTREE_ADRESSE_{s.upper()}": a for s, a in i.adresses.items()},
        }
        second = subprocess.Popen([*COMMANDE, "worker"], env=env)
        try:
            time.sleep(3)  # it imports the stack and says it is there
            yield pids | {SECOND: second.pid}
        finally:
            second.terminate()
            second.wait(10)


@contextmanager
def installation() -> Iterator[Lieu]:
    """An installation of its own, in a temporary folder."""
    with dossier_temporaire() as racine:
        superviseur = Superviseur(racine, ports=dict.fromkeys(PORTS, 0))
        implantation = superviseur.demarrer()
        transport = nouveau_transport()
        try:
            clients = Clients(implantation.adresses, implantation.jeton_interne, transport, BAC)
            yield Lieu(implantation, superviseur, clients, profil(PROFIL))
        finally:
            transport.close()
            superviseur.arreter()


def _manquee(quoi: str) -> Refus:
    return Refus(
        f"La nuit de l'académie n'a pas pu être mesurée : {quoi}.",
        code="MESURE_MANQUEE",
        remede="Jouez-la à la main pour voir : rentree population --creer --bac ESSAI, puis rentree horloge avancer.",
        statut=500,
    )
