"""Exportations > En XML > Spécifiques: entries of the screen that say they are not simulated.

Source: procedure BEE-65; SIECLE reference, section 1.1.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.screens.cadre import BASE, page
from services.siecle_bee.use_cases import bases
from shared.contracts.refus import Inconnu
from shared.http.dependances import Lecture
from shared.http.routes import Routeur

routeur = Routeur()

# Who takes each of them.
SPECIFIQUES = {
    "GFC": "la gestion financière et comptable de l'établissement (ExportXML_GFC_<UAI>.zip)",
    "ACCIO": "l'application ACCIO (ExportXML_ACCIO.zip)",
    "SAGESSE": "l'infirmerie de l'établissement (ExportXML_SAGESSE_<UAI>.zip)",
}


@routeur.get(BASE + "/exportations/specifiques/{nom}")
def specifique(request: Request, u: Lecture, uai: str, millesime: int, nom: str) -> Response:
    """A specific export: what it is, and that it is not simulated. Raises `Inconnu` (EXPORT_INCONNU)."""
    b = bases.base(u, uai, millesime)
    if nom not in SPECIFIQUES:
        raise Inconnu(
            f"L'export « {nom} » n'existe pas.",
            code="EXPORT_INCONNU",
            remede="Choisissez une entrée d'Exportations > En XML.",
        )
    phrase = f"Export destiné à {SPECIFIQUES[nom]}."
    return page(request, u, b, "export_specifique.html", f"Exportations - En XML - {nom}", phrase=phrase)
