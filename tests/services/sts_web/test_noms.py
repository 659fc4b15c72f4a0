"""The names that the profile allows (`structure.longueur_code`, `structure.caracteres`), from STS-Web to the ENT."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.sts_web.test_consequences import Chaine
from tests.services.sts_web.test_screens import Pages

LONG, LARGE = "4EME LV2 AJE", "4.LV2/AJ"


@pytest.mark.procedure("STS-21")
@pytest.mark.parametrize(
    ("code", "reglages"),
    [(LONG, {"profil": "noumea-2018"}), (LARGE, {"profil": "noumea-2018", "structure_caracteres": "large"})],
)
def test_a_name_that_the_profile_allows_goes_to_the_ent(
    nouvelle_ecole: Any, code: str, reglages: dict[str, Any]
) -> None:
    """Typed in STS-Web, exported, known of BEE at once, and of the ENT after the nights, under the very same name."""
    ecole = nouvelle_ecole(annee=2018, **reglages)
    chaine = Chaine(ecole)
    chaine.bee.millesime = 2017
    chaine.ouvrir_bee()
    chaine.ouvrir_ent()
    ecole.demander("POST", "/groupes", 201, json={"code": code, "divisions": ["6A"]})
    porteur = [{"id": 40104, "heures": 3}]
    saisie = {"structure": code, "matiere": "030101", "heures": 3, "enseignants": porteur}
    ecole.demander("POST", "/services", 201, json=saisie)
    chaine.exporter()
    assert code in [g["code"] for g in chaine.bee.appeler("GET", "/structures")["groupes"]]
    chaine.bac.avancer("48h")
    assert chaine.groupes_ent("VANNEREAU") == [code]


@pytest.mark.procedure("STS-22")
def test_other_characters_are_refused_where_the_guides_are_followed(nouvelle_ecole: Any) -> None:
    """« . » and « / » are refused on entry and at the import, or accepted, as the profile says; « & » never is."""
    for caracteres, attendu in (("guides", "« - » et « _ »."), ("large", "« - », « _ », « . » et « / ».")):
        ecole = nouvelle_ecole(structure_caracteres=caracteres)
        statut = 422 if caracteres == "guides" else 201
        faite = ecole.demander("POST", "/groupes", statut, json={"code": "6.A/B", "divisions": ["6A"]})
        assert faite.get("code") == ("CARACTERES_NON_AUTORISES" if caracteres == "guides" else None)
        refus = ecole.demander("POST", "/groupes", 422, json={"code": "6&A", "divisions": ["6A"]})
        assert refus["code"] == "CARACTERES_NON_AUTORISES"
        assert attendu in refus["remede"]
        rapport = ecole.importer(ecole.emp_sts(groupes=(("6.LAT", ("6A",)), ("6&G", ("6A",)))))
        rejetes = [r["code"] for r in rapport["groupes_rejetes"]]
        assert rejetes == (["6&G", "6.LAT"] if caracteres == "guides" else ["6&G"])
        permis = "ainsi que . et /" in Pages(ecole).lire("/informations-pratiques")
        assert permis == (caracteres == "large")
        ecole.bac["sts_web"].headers["Accept"] = "application/json"
