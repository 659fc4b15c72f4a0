"""The kernel of a service: its declaration, its settings, and what opens its units of work."""

from __future__ import annotations

from shared.http.clients import Clients, nouveau_transport
from shared.http.service import Reglages, ServiceDef
from shared.persistence.bases import Bases
from shared.persistence.fichiers import MagasinFichiers
from shared.persistence.unite import Fabrique


class Noyau:
    """Built once per process and service; closed when the application stops."""

    def __init__(self, service: ServiceDef, reglages: Reglages) -> None:
        self.service = service
        self.reglages = reglages
        self.bases = Bases(reglages.acces)
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

    def fermer(self) -> None:
        """Close connections."""
        self.transport.close()
        self.bases.fermer()
