"""Which addresses of EDT and PRONOTE import or export: those that only a superviseur (SPR) opens."""

from __future__ import annotations

import re

import pytest

from services.edt import api, screens
from services.edt.acces import ACCES
from services.edt.api import exports as api_exports
from services.edt.api import imports as api_imports
from services.edt.screens import exports, imports
from shared.security.acces import Identite

UAI, AUTRE = "0960001E", "0970002A"
SPR = {d.chemin for p in (imports, exports) for d in p.routeur.declarations}
SPR |= {"/api" + d.chemin for p in (api_imports, api_exports) for d in p.routeur.declarations}
LIBRES = {"/api/etablissements/{uai:base}/bases/{annee}/controles"}
"""The assistant's checks can be read without exporting."""


def _adresse(chemin: str, uai: str = UAI) -> str:
    return (
        chemin.replace("{uai:base}", uai)
        .replace("{annee:int}", "2021")
        .replace("{annee}", "2021")
        .replace("{genre}", "sts")
    )


@pytest.mark.parametrize("uai", [UAI, f"{UAI}/copie"])
def test_what_imports_or_exports_wants_the_superviseur(uai: str) -> None:
    """Every address declared among imports and exports, of a base or of its copy, wants SPR."""
    for chemin in sorted(SPR - LIBRES):
        assert ACCES.exigence("GET", _adresse(chemin, uai)).droit == "edt.spr", chemin


def test_the_rest_does_not() -> None:
    """Groups, timetable, counterparts, PRONOTE's lines, the copy: whoever may modify EDT."""
    toutes = [d for r in (api.routeur, screens.routeur) for d in r.declarations]
    autres = {d.chemin for d in toutes if not re.search("/(imports|exports|netsynchro)(/|$)|^/bases$", d.chemin)}
    assert len(autres) > 30
    for chemin in sorted(autres):
        assert ACCES.exigence("POST", _adresse(chemin)).droit in ("edt.modifier", "edt.consulter"), chemin


def test_a_copy_is_of_its_school() -> None:
    """The account of a school opens the copy of its base, and no other school's."""
    compte = Identite("a", "A", "superviseur", "principal", UAI, ("edt.consulter", "edt.modifier", "edt.spr"))
    assert ACCES.refus(compte, "GET", f"/{UAI}/copie/2021/exports/sts") is None
    refus = ACCES.refus(compte, "GET", f"/{AUTRE}/copie/2021/exports/sts")
    assert refus is not None
    assert refus.statut == 403
