"""Values that no page sends: each is a refusal or an empty answer, never a failure of ours."""

from __future__ import annotations

from typing import Any

import pytest

GRAND, NUL = 10**20, "a\x00b"


@pytest.mark.parametrize(
    ("methode", "suite", "corps"),
    [
        ("PUT", f"/are/{GRAND}/4105", {"heures": 1}),
        ("DELETE", f"/are/{GRAND}/4105", None),
        ("DELETE", "/are/40102/a%00b", None),
        ("POST", "/are", {"agent": GRAND, "code": NUL, "heures": 1}),
        ("POST", "/are", {"agent": 40102, "code": "4105", "heures": 1e308}),
        ("PUT", f"/hsa/{GRAND}/L0421", {"heures": 1}),
        ("DELETE", "/hsa/40102/a%00b", None),
        ("POST", "/hsa", {"agent": 40102, "discipline": NUL, "heures": 1}),
        ("POST", "/indemnites/professeurs-principaux", {"agent": 40102, "division": NUL}),
        ("DELETE", f"/indemnites/professeurs-principaux/{GRAND}/6A", None),
        ("DELETE", "/indemnites/professeurs-principaux/40101/a%00b", None),
        ("DELETE", f"/indemnites/missions/{GRAND}/TUTORAT", None),
        ("DELETE", "/indemnites/missions/40102/a%00b", None),
        ("POST", "/hors-programme", {"mef": NUL, "matiere": "061300", "heures": 1, "motif": "x"}),
        ("POST", "/hors-programme", {"mef": "10010012110", "matiere": NUL, "heures": 1, "motif": "x"}),
        ("POST", "/hors-programme", {"mef": "10010012110", "matiere": "061300", "heures": 1, "motif": NUL}),
        ("DELETE", "/hors-programme/a%00b/061300", None),
        ("POST", "/services-libres", {"structure": NUL, "matiere": "061300", "heures": 1}),
        ("POST", f"/services-libres/{GRAND}/rattachement", {"enseignant": 40102}),
        ("POST", f"/services/{GRAND}/liberation", None),
        ("DELETE", f"/services/{GRAND}", None),
        ("POST", "/divisions", {"code": "6C", "libelle": NUL, "mefs": ["10010012110"]}),
        ("POST", "/divisions", {"code": "6C", "mefs": [NUL]}),
        ("POST", "/divisions", {"code": "6C", "mefs": [{"code": "10010012110", "effectif_prevu": GRAND}]}),
        ("POST", "/groupes", {"code": "6G", "divisions": ["6A"], "effectif_prevu": GRAND}),
        ("DELETE", "/divisions/a%00b", None),
        ("PUT", "/groupes/a%00b", {"code": "6G"}),
        ("POST", "/ressources/locales", {"nom": NUL, "prenom": "Noé"}),
        ("DELETE", f"/ressources/locales/{GRAND}", None),
        ("POST", "/changement-support", {"origine": GRAND, "destinataire": 40102, "services": [1]}),
        ("POST", "/changement-support", {"origine": 40101, "destinataire": 40102, "services": [GRAND]}),
        ("POST", "/suppleances/rattachement", {"suppleances": [NUL]}),
        ("PUT", f"/services/{GRAND}", {"structure": "6A", "matiere": "061300"}),
        ("GET", "/exports/a%00b/fichier", None),
        ("GET", "/../../journal?genre=a%00b", None),
        ("GET", "/../../journal?acteur=a%00b", None),
        ("GET", f"/../../journal?annee={GRAND}", None),
        ("GET", f"/../../journal?page={GRAND}", None),
        ("GET", "/../../journal?au=9999-12-31", None),
        ("GET", "/../../journal?du=0001-01-01", None),
        ("PUT", f"/../../../../campagnes/{GRAND}", {"debut": "2021-09-01", "fin": "2021-09-02"}),
        ("PUT", "/../../../../campagnes/9999", {"debut": "2021-09-01", "fin": "2021-09-02"}),
        ("PUT", "/../../../../campagnes/0", {"debut": "2021-09-01", "fin": "2021-09-02"}),
        ("GET", f"/../{GRAND}/etat-des-services", None),
    ],
)
def test_a_hostile_value_is_no_failure(ecole_commune: Any, methode: str, suite: str, corps: Any) -> None:
    """The answer is below 500, and a refusal has its code."""
    chemin = ecole_commune.base
    while suite.startswith("/.."):
        chemin, suite = chemin.rsplit("/", 1)[0], suite.removeprefix("/..")
    reponse = ecole_commune.bac["sts_web"].request(methode, chemin + suite, **({"json": corps} if corps else {}))
    assert reponse.status_code < 500, reponse.text[:300]
    if reponse.status_code >= 400:
        assert reponse.json()["code"]
        assert reponse.json()["remede"]
