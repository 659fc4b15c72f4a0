"""What SIECLE BEE hears from STS-Web and from the rectorat. What it sends: `demande_ine`, `remontee_bee`."""

from __future__ import annotations

from services.siecle_bee.use_cases import bascule, nomenclatures, receptions
from shared.contracts import echanges
from shared.http.service import Reception

RECEPTIONS: tuple[Reception, ...] = (
    Reception("structure_sts", "Structure reçue de STS-Web", echanges.StructureSts, receptions.recevoir_structure),
    Reception("bascule_sts", "Bascule de STS-Web", echanges.BasculeSts, nomenclatures.recevoir_bascule_sts),
    Reception("services_sts", "Services reçus de STS-Web", echanges.ServicesSts, receptions.recevoir_services),
    Reception(
        "nomenclatures",
        "Nomenclatures chargées par l'académie",
        echanges.NomenclaturesMsg,
        receptions.recevoir_nomenclatures,
    ),
    Reception(
        "affectations",
        "Dossiers d'élèves affectés",
        echanges.Affectations,
        receptions.recevoir_affectations,
    ),
    Reception("bascule_bee", "Bascule de la base élèves", echanges.BasculeBee, bascule.basculer),
    Reception(
        "ines_attribues",
        "INE attribués par le répertoire national",
        echanges.InesAttribues,
        receptions.recevoir_ines,
    ),
)
