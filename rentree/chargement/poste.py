"""Loading asked for on a page of the control room, which knows nothing of this: it is given to it when it is made.

Source: `services/pilotage` may not import the command (architecture, « Rooms »); the work is that of `rentree charger`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.http.service import Reglages


def chargeur_du_poste(reglages: Reglages) -> Callable[[Path, str, bool], dict[str, Any]]:
    """What loads a folder into a bac, or only says what would be: (folder, bac, only say) → the report as JSON values.

    Identities are replaced, always. Raises what `rentree charger` raises.
    """

    def charger(dossier: Path, nom: str, verifier: bool) -> dict[str, Any]:
        from rentree.chargement import chargeur, ouverture
        from rentree.chargement.identites import cle_de_l_installation
        from rentree.chargement.sources import Ouvreur
        from shared.http.clients import Clients, nouveau_transport

        transport = nouveau_transport()
        try:
            jeton = reglages.jeton or reglages.jeton_interne
            bac = ouverture.ouvrir(Clients(reglages.adresses, jeton, transport, nom), nom)
            cle = None if verifier else cle_de_l_installation(reglages.secret or "")
            with Ouvreur() as ouvreur:
                lu = chargeur.lire(dossier, bac.profil, ouvreur, cle=cle, avance=_en_silence)
                fait = chargeur.verifier(lu) if verifier else chargeur.charger(lu, bac, ouvreur, avance=_en_silence)
                return fait.as_json()
        finally:
            transport.close()

    return charger


def _en_silence(etape: str, faits: int, total: int) -> None:
    """Nobody watches: the page waits for the report."""
