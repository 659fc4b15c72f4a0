"""One INE, one account: a pupil who comes back under another number keeps her login (ENT-12, merging by INE)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from shared.identifiers import fabriquer_ine

from .jeu_ent import complet, comptes, ecole_type, importer, ouvrir_projet

J = date(2021, 9, 6)
ILONA, NOUVELLE = 7100001, 7100099


def test_a_pupil_under_another_number(bac: Any, tmp_path: Path) -> None:
    """The login that she used goes on with the account that the feed speaks of; the other ends, and stays ended."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    importer(bac, complet(tmp_path, ecole, J))
    ancien = comptes(bac)[ILONA]
    acces = {"login": ancien["login"], "code": ancien["code_activation"], "mot_de_passe": "les-six-marronniers"}
    assert bac["ent"].post("/api/projets/essai/activation", json=acces).status_code == 200
    autre = replace(ecole.eleves[0], jointure=NOUVELLE)
    change = ecole.avec(eleves=(*ecole.eleves[1:], autre))
    rapport = importer(bac, complet(tmp_path, change, J + timedelta(1)))
    assert (rapport["compteurs"]["fusionnes"], rapport["compteurs"]["desactives"]) == (1, 0)
    lus = comptes(bac)
    assert (lus[NOUVELLE]["login"], lus[NOUVELLE]["etat"]) == (ancien["login"], "actif")
    assert (lus[ILONA]["etat"], lus[ILONA]["fusion_id"]) == ("desactive", NOUVELLE)
    assert lus[ILONA]["login"] == f"{ancien['login']}2"
    assert (lus[NOUVELLE]["classes"], lus[ILONA]["classes"]) == (["6A"], [])
    entree = {"login": ancien["login"], "mot_de_passe": "les-six-marronniers"}
    assert bac["ent"].post("/api/projets/essai/connexion", json=entree).json()["aaf_id"] == NOUVELLE
    deux = ecole.avec(eleves=(*ecole.eleves, autre))
    rapport = importer(bac, complet(tmp_path, deux, J + timedelta(2)))
    assert rapport["compteurs"]["fusionnes"] == 0
    assert comptes(bac)[ILONA]["etat"] == "desactive"
    page = bac["ent"].get(f"/{ecole_uai(bac)}/2021/comptes/{ILONA}", headers={"accept": "text/html"}).text
    assert f"fusionné avec le n° {NOUVELLE}" in page
    (trace,) = bac.interne("ent", "GET", f"/_sim/trace?cle=aaf_id:{ILONA}").json()
    assert trace["details"]["fusionné avec le compte"] == str(NOUVELLE)
    corrige = replace(autre, ine=fabriquer_ine(990_000_700))
    importer(bac, complet(tmp_path, ecole.avec(eleves=(*ecole.eleves, corrige)), J + timedelta(3)))
    revenue = comptes(bac)[ILONA]
    assert (revenue["etat"], revenue["fusion_id"]) == ("a_activer", None), "two INE, two pupils"


def ecole_uai(bac: Any) -> str:
    """The school of the project."""
    uai: str = bac["ent"].get("/api/projets/essai").json()["uais"][0]
    return uai


def test_two_accounts_are_kept_where_the_project_says_so(bac: Any, tmp_path: Path) -> None:
    """Without the setting, the old number simply leaves, and the new one has a login of its own."""
    ouvrir_projet(bac, fusion_ine=False)
    ecole = ecole_type()
    importer(bac, complet(tmp_path, ecole, J))
    autre = replace(ecole.eleves[0], jointure=NOUVELLE)
    importer(bac, complet(tmp_path, ecole.avec(eleves=(*ecole.eleves[1:], autre)), J + timedelta(1)))
    lus = comptes(bac)
    assert (lus[ILONA]["etat"], lus[ILONA]["fusion_id"], lus[NOUVELLE]["etat"]) == ("desactive", None, "a_activer")
    assert lus[NOUVELLE]["login"] == f"{lus[ILONA]['login']}2"
