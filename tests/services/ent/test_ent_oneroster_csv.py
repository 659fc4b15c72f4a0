"""The zip of OneRoster, and what becomes of a record from night to night: identifiers, dates, departures."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from . import jeu_ent as jeu
from .test_ent_mon_ent import AURORE, ILONA, PARTAGE, SECRET, THEO, alimenter, deux_ecoles
from .test_ent_oneroster import V1, V2, declarer, lire, qui

TETE = ["sourcedId", "status", "dateLastModified"]
USERS_V1P1 = (
    "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password"
)


def archive(bac: Any, version: str = "1.1", **parametres: str) -> dict[str, list[dict[str, str]]]:
    """The files of the zip."""
    reponse = bac["ent"].get("/api/connecteurs/editeur/oneroster.zip", params={"version": version, **parametres})
    assert reponse.status_code == 200, reponse.text
    with zipfile.ZipFile(io.BytesIO(reponse.content)) as lue:
        return {
            nom.removesuffix(".csv"): list(csv.DictReader(io.StringIO(lue.read(nom).decode())))
            for nom in lue.namelist()
        }


def manifeste(fichiers: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """What the manifest says."""
    return {ligne["propertyName"]: ligne["value"] for ligne in fichiers["manifest"]}


def test_from_night_to_night(bac: Any, tmp_path: Path) -> None:
    """A bulk zip, then deltas of what changed alone: a pupil who left, his classes; the rest keeps its identifiers."""
    alimenter(bac, tmp_path)
    bac.secret = declarer(bac, demographie=True)
    complet = archive(bac)
    dit = manifeste(complet)
    assert (dit["oneroster.version"], dit["file.users"], dit["file.results"]) == ("1.1", "bulk", "absent")
    assert {n for n, v in dit.items() if v == "bulk"} == {f"file.{n}" for n in complet if n != "manifest"}
    par_id = {u["identifier"]: u for u in complet["users"]}
    assert list(par_id[str(ILONA)]) == TETE + USERS_V1P1.split(",")
    assert (par_id[str(ILONA)]["status"], par_id[str(ILONA)]["dateLastModified"]) == ("", ""), "empty in a bulk file"
    assert len(par_id[str(AURORE)]["agentSourcedIds"].split(",")) == 2, "two children"
    assert len(par_id[str(PARTAGE)]["orgSourcedIds"].split(",")) == 2, "two schools"
    ids = {genre: {x["sourcedId"] for x in lignes} for genre, lignes in complet.items() if genre != "manifest"}
    for e in complet["enrollments"]:
        assert (e["classSourcedId"] in ids["classes"], e["userSourcedId"] in ids["users"]) == (True, True)
    for c in complet["classes"]:
        assert (c["courseSourcedId"] in ids["courses"], c["termSourcedIds"] in ids["academicSessions"]) == (True, True)

    deux = archive(bac, "1.2")
    assert "role" not in deux["users"][0]
    roles = [r for r in deux["roles"] if r["userSourcedId"] == par_id[str(PARTAGE)]["sourcedId"]]
    assert sorted((r["roleType"], r["role"]) for r in roles) == [("primary", "teacher"), ("secondary", "teacher")]

    avant = bac.maintenant
    bac.avancer("24h")
    assert all(not x for n, x in archive(bac, depuis=avant.isoformat()).items() if n != "manifest"), (
        "a night of nothing"
    )
    compte = jeu.comptes(bac)[ILONA]
    champs = {"login": compte["login"], "code": compte["code_activation"], "mot_de_passe": SECRET}
    assert bac["ent"].post("/api/projets/essai/activation", json=champs).status_code == 200
    assert [u["identifier"] for u in archive(bac, depuis=avant.isoformat())["users"]] == [str(ILONA)]

    bac.avancer("24h")
    hier = bac.maintenant
    ecole, lycee = deux_ecoles()
    fiches = ecole.avec(eleves=(ecole.eleves[0], ecole.eleves[2])).enregistrements()
    fiches.insert(1, lycee.vers_enregistrement())
    bac.avancer("lot")
    assert jeu.importer(bac, jeu.archive_complete(tmp_path, fiches, date(2021, 9, 8)))["etat"] == "applique"
    delta = archive(bac, depuis=hier.isoformat())
    assert manifeste(delta)["file.users"] == "delta"
    partis = {u["identifier"]: u["status"] for u in delta["users"]}
    assert partis == {str(THEO): "tobedeleted", str(AURORE): "active"}, "his mother has one child less"
    assert {e["status"] for e in delta["enrollments"]} == {"tobedeleted"}
    assert all(e["dateLastModified"] > f"{hier:%Y-%m-%dT%H:%M}" for e in delta["enrollments"])
    assert not delta["orgs"] + delta["classes"]
    assert {u["sourcedId"] for u in archive(bac)["users"]} < ids["users"], "the same identifiers, one less"
    theo = qui(bac, THEO, V2)
    assert theo["status"] == "tobedeleted"
    assert str(THEO) not in {u["identifier"] for u in archive(bac)["users"]}
    depuis = lire(bac, f"{V1}/users", filter=f"dateLastModified>'{hier.isoformat()}'").json()["users"]
    assert {int(u["identifier"]) for u in depuis} == {THEO, AURORE}
