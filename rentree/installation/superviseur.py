"""`rentree up`: PostgreSQL if needed, then each service and the worker as processes of their own, supervised.

Source: architecture, "How it runs": on Linux the stack is imported once and forked, elsewhere processes are
spawned: each imports its own service, side by side; ready when every `/_sim/health` says so; servers stop within
2 s even with a live stream open.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from msgspec.structs import replace

from rentree.installation.en_marche import adresses_en_marche, effacer, noter
from rentree.installation.file_de_depart import FileDeDepart
from rentree.installation.fourche import fourcher
from rentree.installation.metier import OUVRIER, servir, servir_ouvrier
from rentree.installation.pile import importer_base, importer_commun, importer_service, importer_tout
from rentree.installation.reglages import (
    Implantation,
    adresses_voulues,
    implantation_de_l_environnement,
    lire_secret,
    ports_voulus,
    racine_par_defaut,
)
from rentree.installation.tache import Tache
from shared.contracts.refus import Refus
from shared.persistence.acces import SERVICES, AccesBase
from shared.persistence.embarque import ServeurEmbarque

journal = structlog.get_logger("superviseur")

DEVANT = ("siecle_bee", "rectorat", "sts_web", "pilotage")
"""Whom a rentrée begins with, in that order: BEE reads files that take it a second."""
DERRIERE = ("edt", "aaf", "ent", OUVRIER)
"""Whom it asks for later; the worker last, since nobody waits for it before a night."""
PAUSE_RELANCE = 0.2
SEUIL_RAMASSAGE = 100_000
"""Allocations between two garbage collections in a service: thousands of rows come and go without a cycle."""


@dataclass
class Enfant:
    """A supervised process: how to start it again, and its pid."""

    nom: str
    demarrer: Callable[[], int]
    pid: int = 0


class Superviseur:
    """An installation running as processes.

    Arguments: `racine`, RENTREE_HOME; `ports`, by service, 0 picks free ones; `fourche`, fork (Linux) or spawn.
    """

    def __init__(
        self, racine: Path, *, ports: dict[str, int] | None = None, fourche: bool = sys.platform == "linux"
    ) -> None:
        self.racine = racine
        self.ports = ports or ports_voulus()
        self.fourche = fourche
        self.implantation: Implantation
        self._serveur: ServeurEmbarque | None = None
        self._prises: dict[str, socket.socket] = {}
        self._enfants: dict[str, Enfant] = {}
        self._arret = threading.Event()
        self._depart: FileDeDepart | None = None
        self._gardien: threading.Thread | None = None
        self.relances = 0
        """How many processes were started again, PostgreSQL included."""
        self._vie: tuple[int, int] | None = None
        """A pipe that nobody writes to: it closes with the supervisor, however that ends."""

    # --- starting ----------------------------------------------------------------------------------------------

    def demarrer(
        self,
        des_la_base: Callable[[AccesBase], None] | None = None,
        des_le_depart: Callable[[Implantation], None] | None = None,
        *,
        tous: bool = True,
    ) -> Implantation:
        """Start everything; returns when every service answers. Raises `Refus` PORT_OCCUPE, the database's.

        Arguments: `des_la_base`, what to do on the database as soon as it is ready, while we import; it is given the
        access of the role that owns the bacs. `des_le_depart`, what to do as soon as every service takes requests
        (they answer when they can): the readiness waits for it. `tous`, false for who is in a hurry: those of
        `DERRIERE` start behind it, one after another, and answer when they can.
        """
        jeton = os.environ.get("RENTREE_JETON") or None
        self._ouvrir_ports()
        serveur = Tache(self._demarrer_base, fourche=False)
        outils = threading.Event()
        preparation = Tache(lambda: _preparer(serveur, outils, des_la_base), fourche=False)
        try:
            if self.fourche:
                with _fils_servis():
                    importer_base()
                    outils.set()
                    importer_commun()
                    if not serveur.finie:  # a first start: the cluster is being made, its tables will be
                        importer_tout()
                        importlib.import_module("rentree.installation.migrations")
            outils.set()
            secret, admin = serveur.resultat()
            adresses = {nom: f"http://127.0.0.1:{p.getsockname()[1]}" for nom, p in self._prises.items()}
            self.implantation = Implantation(self.racine, admin.hote, admin.port, secret, adresses, jeton)
            preparation.resultat()
            derriere = DERRIERE if self.fourche and not tous else ()
            devant = [nom for nom in (*DEVANT, *DERRIERE) if nom not in derriere]
            self._lancer(devant, derriere)
            if des_le_depart is not None:
                des_le_depart(self.implantation)
            self._attendre_sante([nom for nom in devant if nom in SERVICES])
            noter(self.racine, adresses)
        except BaseException:
            self.arreter()
            raise
        self._gardien = threading.Thread(target=self._garder, name="gardien", daemon=True)
        self._gardien.start()
        return self.implantation

    def _lancer(self, devant: Sequence[str], derriere: Sequence[str]) -> None:
        """Start each process for the first time."""
        if self.fourche:
            self._vie = os.pipe()
            self._depart = FileDeDepart([*devant, *derriere])
        for nom in (*devant, *derriere):
            enfant = Enfant(nom, self._lanceur(nom))
            enfant.pid = self._fourcher(nom, self._depart) if self._depart else enfant.demarrer()
            self._enfants[nom] = enfant
        if self._depart:
            self._depart.mener((devant, os.cpu_count() or 1), (derriere, 1))

    def _ouvrir_ports(self) -> None:
        for nom in SERVICES:
            prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                prise.bind(("127.0.0.1", self.ports[nom]))
                prise.listen(256)
            except OSError as erreur:
                prise.close()
                for ouverte in self._prises.values():
                    ouverte.close()
                raise Refus(
                    f"Le port {self.ports[nom]} ({nom}) est déjà pris.",
                    code="PORT_OCCUPE",
                    remede="Arrêtez ce qui l'utilise (un autre « rentree up » ?), ou choisissez d'autres ports :"
                    " RENTREE_PORT=9000 déplace les sept, RENTREE_PORT=0 en prend de libres.",
                ) from erreur
            self._prises[nom] = prise

    def _demarrer_base(self) -> tuple[str, AccesBase]:
        """The installation's secret, and the administrator's access to a server that answers."""
        if os.environ.get("RENTREE_DATABASE_URL"):
            implantation, admin = implantation_de_l_environnement()
            return implantation.secret, admin
        self._serveur = ServeurEmbarque(self.racine)
        dsn = self._serveur.demarrer()
        self._serveur.port = dsn.port  # started again after a crash, it keeps its port
        return lire_secret(self.racine), AccesBase(dsn.host, dsn.port, dsn.user, dsn.password)

    def _lanceur(self, nom: str) -> Callable[[], int]:
        return lambda: self._fourcher(nom) if self.fourche else self._engendrer(nom)

    def _fourcher(self, nom: str, depart: FileDeDepart | None = None) -> int:
        """Fork a process, which waits for its turn if there is a `depart`."""
        gc.freeze()  # shared pages stay shared
        pid = fourcher()
        if pid:
            return pid
        code = 1
        try:
            gc.set_threshold(SEUIL_RAMASSAGE, 20, 20)
            self._finir_avec_lui()
            if depart:
                depart.attendre_mon_tour(nom)
            pret = depart.sonner if depart else lambda: None
            if nom == OUVRIER:
                servir_ouvrier(self.implantation, pret)
            else:
                importer_service(nom)
                servir(nom, self.implantation, self._prises[nom], pret)
            code = 0
        except BaseException as erreur:
            journal.error("processus tombé", processus=nom, exc_info=erreur)
        finally:
            if depart:
                depart.sonner()
            os._exit(code)

    def _finir_avec_lui(self) -> None:
        """In a forked child: end when the supervisor does, even killed, so that its ports are free again."""
        assert self._vie is not None
        lecture, ecriture = self._vie
        os.close(ecriture)

        def attendre() -> None:
            os.read(lecture, 1)
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(2)
            os._exit(1)

        threading.Thread(target=attendre, name="superviseur-en-vie", daemon=True).start()

    def _engendrer(self, nom: str) -> int:
        prise = self._prises.pop(nom, None)
        port = 0
        if prise is not None:  # its number is kept, the child binds it
            port = prise.getsockname()[1]
            self.ports[nom] = port
            prise.close()
        port = port or self.ports.get(nom, 0)
        i = self.implantation
        env = os.environ | {
            "RENTREE_HOME": str(i.racine),
            "RENTREE_SECRET": i.secret,
            "RENTREE_DATABASE_URL": f"postgresql://x@{i.hote_base}:{i.port_base}/postgres",
            **{f"RENTREE_ADRESSE_{s.upper()}": a for s, a in i.adresses.items()},
        }
        commande = [sys.executable, "-m", "rentree"]
        commande += ["worker"] if nom == OUVRIER else ["service", nom, "--port", str(port)]
        return subprocess.Popen(commande, env=env).pid

    def _attendre_sante(self, noms: Sequence[str]) -> None:
        import httpx

        limite = time.monotonic() + 40
        reste = set(noms)
        with httpx.Client(trust_env=False, timeout=2, verify=False) as client:  # noqa: S501 - loopback http
            while reste:
                for nom in sorted(reste):
                    with contextlib.suppress(httpx.HTTPError):
                        # No bac may exist yet: alive is what can be asked of every service before the first one.
                        if client.get(self.implantation.adresses[nom] + "/_sim/vivant").status_code == 200:
                            reste.discard(nom)
                # A child that falls while starting does so again: no use waiting.
                tombes = [nom for nom in sorted(reste) if self._mort(self._enfants[nom].pid)]
                if tombes or (reste and time.monotonic() > limite):
                    raise Refus(
                        f"Ces services n'ont pas démarré : {', '.join(tombes or sorted(reste))}.",
                        code="DEMARRAGE_INCOMPLET",
                        remede="Leur journal, au-dessus, dit pourquoi.",
                    )
                time.sleep(0.01)

    # --- keeping ----------------------------------------------------------------------------------------------------

    def _garder(self) -> None:
        """Start again whatever dies: a service, the worker, PostgreSQL."""
        if self._depart:
            self._depart.finir()
        while not self._arret.wait(PAUSE_RELANCE):
            try:
                if self._serveur is not None:
                    self._veiller_base()
                for enfant in self._enfants.values():
                    if self._mort(enfant.pid) and not self._arret.is_set():
                        journal.warning("processus relancé", processus=enfant.nom)
                        enfant.pid = enfant.demarrer()
                        self.relances += 1
            except Exception as erreur:  # the keeper must outlive what it keeps: the next round tries again
                journal.warning("relance manquée", cause=type(erreur).__name__)

    def _veiller_base(self) -> None:
        assert self._serveur is not None
        with (
            contextlib.suppress(OSError),
            socket.create_connection((self.implantation.hote_base, self.implantation.port_base), 1),
        ):
            return
        if not self._arret.is_set():
            journal.warning("base relancée")
            self._serveur.demarrer()
            self.relances += 1

    @staticmethod
    def _mort(pid: int) -> bool:
        try:
            fini, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return True
        return fini == pid

    @property
    def pids(self) -> dict[str, int]:
        """The processes, by name."""
        return {nom: enfant.pid for nom, enfant in self._enfants.items()}

    # --- stopping --------------------------------------------------------------------------------------------------

    def arreter(self) -> None:
        """Stop all, the database last; who does not stop within 2 s is killed."""
        self._arret.set()
        if self._depart:
            self._depart.abandonner()
        if "implantation" in vars(self):  # it knew where it would be
            effacer(self.racine, self.implantation.adresses)
        if self._gardien is not None and self._gardien is not threading.current_thread():
            self._gardien.join(5)
        for enfant in self._enfants.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(enfant.pid, signal.SIGTERM)
        limite = time.monotonic() + 2
        reste = {e.pid for e in self._enfants.values()}
        while reste and time.monotonic() < limite:
            reste = {p for p in reste if not self._mort(p)}
            time.sleep(0.01)
        for pid in reste:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            self._mort(pid)
        for prise in self._prises.values():
            prise.close()
        if self._vie is not None:
            for bout in self._vie:
                os.close(bout)
            self._vie = None
        self._enfants.clear()
        serveur, self._serveur = self._serveur, None
        if serveur is not None:
            serveur.arreter()


def _preparer(
    serveur: Tache[tuple[str, AccesBase]], outils: threading.Event, ensuite: Callable[[AccesBase], None] | None
) -> None:
    """Roles, control database, template; then what the caller wants. Once its modules are all there: two threads that
    import the same packages from both ends may see one half made.
    """
    secret, admin = serveur.resultat()
    outils.wait()
    from rentree.installation.base import preparer

    gestion = preparer(admin, secret)
    if ensuite is not None:
        ensuite(gestion)


@contextlib.contextmanager
def _fils_servis() -> Iterator[None]:
    """While this thread imports without a pause: another that asks for its turn gets it in half a millisecond."""
    avant = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(avant)


def implantation_en_place() -> Implantation:
    """The installation that runs for this folder, as another command finds it.

    Its ports are those that it wrote there (RENTREE_PORT=0 picks any), else those of the environment; an address given
    by RENTREE_ADRESSE_<SERVICE> prevails. Raises `Refus` URL_BASE_INVALIDE.
    """
    if os.environ.get("RENTREE_DATABASE_URL"):
        lieu = implantation_de_l_environnement()[0]
    else:
        racine = racine_par_defaut()
        jeton = os.environ.get("RENTREE_JETON") or None
        lieu = Implantation(racine, "127.0.0.1", 0, lire_secret(racine), adresses_voulues(), jeton)
    ecrites = adresses_en_marche(lieu.racine)
    if ecrites is None:
        return lieu
    donnees = {nom: a for nom, a in lieu.adresses.items() if f"RENTREE_ADRESSE_{nom.upper()}" in os.environ}
    return replace(lieu, adresses=ecrites | donnees)
