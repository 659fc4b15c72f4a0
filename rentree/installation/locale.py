"""The whole chain in one process, for tests: each application in a thread with an event loop of its own.

Source: architecture, "How it runs". Clients are ordinary synchronous httpx over loopback.
"""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import httpx
import uvicorn

from rentree.installation.base import preparer
from rentree.installation.metier import GARDE
from rentree.installation.ouvrier import Ouvrier
from rentree.installation.registre import construire, declarations
from rentree.installation.reglages import Implantation, lire_secret
from rentree.installation.serveur import Serveur
from shared.persistence.acces import ROLE_GESTION, SERVICES, AccesBase
from shared.persistence.bacs import GestionBacs
from shared.persistence.embarque import ServeurEmbarque


def ecouter(port: int, hote: str = "127.0.0.1") -> socket.socket:
    """A listening socket. Raises OSError when the port is taken.

    Its protocol is named: asyncio sets TCP_NODELAY on such sockets alone, and each answer would wait 40 ms without it.
    """
    prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    prise.bind((hote, port))
    prise.listen(256)
    return prise


class InstallationLocale:
    """PostgreSQL, seven services and a worker, in this process; also a context manager."""

    def __init__(self, racine: Path, *, jeton: str | None = None, ouvrier: bool = True) -> None:
        self.serveur = ServeurEmbarque(racine)
        dsn = self.serveur.demarrer()
        self.secret = lire_secret(racine)
        self.admin = AccesBase(dsn.host, dsn.port, dsn.user, dsn.password)
        preparer(self.admin, self.secret)
        prises = {nom: ecouter(0) for nom in SERVICES}
        adresses = {nom: f"http://127.0.0.1:{p.getsockname()[1]}" for nom, p in prises.items()}
        self.implantation = Implantation(racine, dsn.host, dsn.port, self.secret, adresses, jeton)
        self.gestion = GestionBacs(self.implantation.acces(ROLE_GESTION), self._lacher, racine)
        self.applications = {nom: construire(nom, self.implantation.reglages(nom)) for nom in SERVICES}
        self._fils: list[threading.Thread] = []
        self._serveurs: list[Serveur] = []
        for nom, prise in prises.items():
            reglage = uvicorn.Config(
                self.applications[nom],
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
                timeout_keep_alive=GARDE,
                lifespan="on",
            )
            serveur = Serveur(reglage)
            fil = threading.Thread(target=serveur.run, kwargs={"sockets": [prise]}, name=nom, daemon=True)
            fil.start()
            self._serveurs.append(serveur)
            self._fils.append(fil)
        self.ouvrier = Ouvrier(self.implantation, declarations()) if ouvrier else None
        if self.ouvrier is not None:
            fil = threading.Thread(target=self.ouvrier.tourner, name="ouvrier", daemon=True)
            fil.start()
            self._fils.append(fil)
        limite = time.monotonic() + 20
        while not all(s.started for s in self._serveurs):
            if time.monotonic() > limite:
                raise RuntimeError("a service did not start")
            time.sleep(0.01)

    def client(self, service: str, bac: str, **options: object) -> httpx.Client:
        """An ordinary HTTP client of a service, in a bac."""
        entetes = {"X-Rentree-Acteur": "essai"}
        if self.implantation.jeton:
            entetes["Authorization"] = f"Bearer {self.implantation.jeton}"
        return httpx.Client(
            base_url=f"{self.implantation.adresses[service]}/b/{bac}",
            headers=entetes,
            timeout=60,
            trust_env=False,
            verify=False,  # noqa: S501 - loopback http: reading the authorities' certificates takes 40 ms a client
        )

    def _lacher(self, bac: str) -> None:
        for application in self.applications.values():
            application.state.noyau.lacher(bac)

    def arreter(self) -> None:
        """Stop everything, the database last."""
        if self.ouvrier is not None:
            self.ouvrier.arreter()
        for serveur in self._serveurs:
            serveur.arreter()
        for fil in self._fils:
            fil.join(5)
        self.serveur.arreter()

    def __enter__(self) -> InstallationLocale:
        return self

    def __exit__(self, *exc: object) -> None:
        self.arreter()
