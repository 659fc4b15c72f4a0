"""The nights of the AAF: 20:00, the remontées are integrated; 02:00, the feeds are written."""

from __future__ import annotations

from services.aaf.use_cases.alimentation import ecrire_alimentation, planifier_alimentation
from services.aaf.use_cases.collecte import planifier_integration
from services.aaf.use_cases.integration import integrer
from shared.batches.lots import Lot

LOTS: tuple[Lot, ...] = (
    Lot("aaf_integration", "Intégration des remontées dans l'annuaire", planifier_integration, integrer),
    Lot("aaf_alimentation", "Écriture des alimentations des ENT", planifier_alimentation, ecrire_alimentation),
)
