"""Putting a described world in a bac: asked of the control room, which is given this when it is made.

Source: `services/pilotage` may not import the command (architecture, « Rooms »); the applications are given the world
as `rentree charger` gives them a school's files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.contracts.mondes import MondeDecrit, MondeMis
    from shared.http.service import Reglages


def constructeur_du_poste(reglages: Reglages) -> Callable[[MondeDecrit, str, bool], MondeMis]:
    """What puts a world in a bac: (world, bac, only say) → its people, their numbers, what must become of them.

    Raises `Refus` MONDE_DEJA_POSE, the applications' own.
    """

    def construire(monde: MondeDecrit, nom: str, dire: bool) -> MondeMis:
        from rentree.chargement import ouverture
        from rentree.mondes.pose import annoncer, poser_monde
        from shared.http.clients import Clients, nouveau_transport

        transport = nouveau_transport()
        try:
            clients = Clients(reglages.adresses, reglages.jeton or reglages.jeton_interne, transport, nom)
            bac = ouverture.ouvrir(clients, nom)
            return annoncer(monde, bac) if dire else poser_monde(monde, bac)
        finally:
            transport.close()

    return construire
