"""The kernel of a service: its declaration, its settings, and what opens its units of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool

from shared.http.clients import Clients, nouveau_transport
from shared.http.service import Reglages, ServiceDef
from shared.persistence.bases import Bases
from shared.persistence.breve import lire_bref, ouvrir_breve
from shared.persistence.differe import Differe
from shared.persistence.directe import Directes, Lignes
from shared.persistence.fichiers import MagasinFichiers
from shared.persistence.unite import Fabrique


class Noyau:
    """Built once per process and service; closed when the application stops."""

    def __init__(self, service: ServiceDef, reglages: Reglages) -> None:
        self.service = service
        self.reglages = reglages
        self.bases = Bases(reglages.acces)
        self.directes = Directes(reglages.acces)
        self.fichiers = MagasinFichiers(reglages.racine / "fichiers")
        self.transport = nouveau_transport()
        self.clients = Clients(reglages.adresses, reglages.jeton_interne, self.transport)
        self.fabrique = Fabrique(
            service=service.nom,
            bases=self.bases,
            fichiers=self.fichiers,
            clients=self.clients,
            table_envoi=service.envoi,
            table_journal=service.journal,
            dehors=service.dehors,
        )

        if service.differe is not None:
            self.fabrique.differe = Differe(self.fabrique, service.differe)

    async def executer(self, bac: str, sql: str, parametres: Mapping[str, Any], *, ecriture: bool) -> Lignes:
        """The rows of one statement (parameters as `%(nom)s`) in a transaction of its own, asked by the event loop.

        Arguments: `ecriture`, whether it takes the bac's lock. What cannot be done at once waits in a thread. Raises
        `NuitEnCours` (409), `Inconnu` (unknown bac), `BaseInjoignable`.
        """
        lus = await self.directes.tenter(bac, sql, parametres, verrou=ecriture)
        return await run_in_threadpool(self._executer, bac, sql, parametres, ecriture) if lus is None else lus

    def _executer(self, bac: str, sql: str, parametres: Mapping[str, Any], ecriture: bool) -> Lignes:
        if not ecriture:
            return lire_bref(self.fabrique, bac, sql, parametres)
        with ouvrir_breve(self.fabrique, bac) as u:
            return u.executer(sql, parametres)

    def lacher(self, bac: str) -> None:
        """Write what waits for that bac and close the connections on it, from a thread: it will be copied or dropped.

        The engines stay: they are asked for again at once.
        """
        if self.fabrique.differe is not None:
            self.fabrique.differe.vider(bac)
        self.directes.lacher(bac)
        self.bases.lacher(bac)

    def fermer(self) -> None:
        """Write what waits; close connections, but those of the event loop (`directes`)."""
        if self.fabrique.differe is not None:
            self.fabrique.differe.fermer()
        self.transport.close()
        self.bases.fermer()
