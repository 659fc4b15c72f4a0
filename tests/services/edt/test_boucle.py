"""EDT and STS-Web together: what the one writes and the other takes, and what comes back (synchros 1 and 3)."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import ALLEMAND, FRANCAIS

A_JOUR: list[str] = []


def _vers_sts(ecole: Any) -> dict[str, Any]:
    """Synchro 3: the emp_sts file, imported in STS-Web; its report."""
    contenu = ecole.demander("POST", "/exports/sts").content
    reponse = ecole.bac["sts_web"].post(
        f"/api/etablissements/{ecole.uai}/annees/{ecole.annee}/imports/emploi-du-temps",
        files={"fichier": (f"emp_sts_{ecole.uai}_{ecole.annee}.xml", contenu)},
        data={"conserver_services": "non"},
    )
    assert reponse.status_code == 200, reponse.text
    rapport: dict[str, Any] = reponse.json()
    return rapport


def _depuis_sts(ecole: Any) -> bytes:
    """Synchro 1: the sts_emp file that STS-Web writes."""
    reponse = ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/annees/{ecole.annee}/exports/emploi-du-temps")
    assert reponse.status_code == 200, reponse.text
    contenu: bytes = reponse.content
    return contenu


@pytest.fixture
def en_chaine(ecole: Any) -> Any:
    """The collège, in STS-Web too."""
    fichier = {"fichier": ("sts_emp.xml", ecole.sts_emp())}
    reponse = ecole.bac["sts_web"].post("/api/reprise", files=fichier)
    assert reponse.status_code == 201, reponse.text
    return ecole


@pytest.mark.procedure("EDT-10")
def test_a_group_s_name_is_checked_before_sts_rejects_it(en_chaine: Any) -> None:
    """Names that STS-Web will refuse are listed by the assistant; exported all the same, only they are rejected."""
    for code in ("6È ALL1", "6ALLEMAND", "6ALL-2_B"):
        en_chaine.groupe(code)
        en_chaine.service(code, ALLEMAND, 2, 40102)
    point = next(c for c in en_chaine.demander("GET", "/controles") if c["code"] == "NOMS_DE_GROUPES")
    assert (point["lignes"], point["gene"]) == (["6ALLEMAND", "6È ALL1"], True)
    assert "Lettres, chiffres, espaces, « - » et « _ », 8 caractères au plus" in point["remede"]
    rapport = str(_vers_sts(en_chaine))
    assert "6È ALL1" in rapport
    assert "6ALLEMAND" in rapport
    groupes = en_chaine.bac["sts_web"].get(f"/api/etablissements/{en_chaine.uai}/annees/2021/groupes").json()
    assert [g["code"] for g in groupes] == ["6ALL-2_B"]


def test_a_profile_of_long_names_lists_fewer(nouvelle_ecole: Any) -> None:
    """Where the académie allows 20 characters and « . », the same names pass, and « È » still does not."""
    e = nouvelle_ecole(structure_longueur_code=20, structure_caracteres="large")
    e.importer_sts()
    for code in ("6È ALL1", "6ALLEMAND", "6ALL.1"):
        e.groupe(code)
    point = next(c for c in e.demander("GET", "/controles") if c["code"] == "NOMS_DE_GROUPES")
    assert point["lignes"] == ["6È ALL1"]


@pytest.mark.procedure("EDT-14")
def test_an_old_sts_is_told(en_chaine: Any) -> None:
    """sts_emp taken before the remontée is compared with what EDT made since, and says so; after it, nothing is said.

    Once the remontée is in STS-Web and its data taken again, the new group has its counterpart.
    """
    en_chaine.groupe("6ALL1")
    en_chaine.service("6ALL1", FRANCAIS, 2, 40102)
    (avertissement,) = en_chaine.importer_sts(_depuis_sts(en_chaine))["avertissements"]
    assert avertissement.startswith("STSWEB ne connaît pas 1 groupe(s) et 1 service(s) de la base")
    assert _contrepartie(en_chaine, "6ALL1") is None
    _vers_sts(en_chaine)
    assert en_chaine.importer_sts(_depuis_sts(en_chaine))["avertissements"] == A_JOUR
    assert _contrepartie(en_chaine, "6ALL1") == "6ALL1"


def _contrepartie(ecole: Any, code: str) -> str | None:
    lignes = ecole.demander("GET", "/correspondances")
    contrepartie: str | None = next(c["sts_code"] for c in lignes if (c["genre"], c["code"]) == ("groupe", code))
    return contrepartie


@pytest.mark.procedure("EDT-34")
def test_the_export_is_done_again_in_the_year(en_chaine: Any) -> None:
    """Exported again by the page without going through the assistant, the file takes to STS-Web what changed since."""
    page = f"/{en_chaine.uai}/2021/exports/sts"
    html = {"Accept": "text/html"}
    assert en_chaine.bac["edt"].post(page, headers=html, follow_redirects=False).status_code == 303
    assert "2 services" in en_chaine.bac["edt"].get(page, headers=html).text
    _vers_sts(en_chaine)
    en_chaine.service("6A", ALLEMAND, 3, 40103)
    assert en_chaine.bac["edt"].post(page, headers=html, follow_redirects=False).status_code == 303
    assert "3 services" in en_chaine.bac["edt"].get(page, headers=html).text
    fichier = en_chaine.bac["edt"].get(f"{page}/fichier").content
    reponse = en_chaine.bac["sts_web"].post(
        f"/api/etablissements/{en_chaine.uai}/annees/2021/imports/emploi-du-temps",
        files={"fichier": ("emp_sts.xml", fichier)},
        data={"conserver_services": "non"},
    )
    assert reponse.status_code == 200, reponse.text
    services = en_chaine.bac["sts_web"].get(f"/api/etablissements/{en_chaine.uai}/annees/2021/services").json()
    assert [s["structure"] for s in services if s["matiere"] == ALLEMAND] == ["6A"]
