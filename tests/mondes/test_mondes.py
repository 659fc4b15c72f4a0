"""Described worlds: what the control room announces of each person is what the chain makes of her."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

SIXIEME, SECONDE = "10010012110", "20010019110"


def monde() -> dict[str, Any]:
    """Two schools, every case."""

    def eleve(cle: str, nom: str, prenom: str, ecole: str, division: str, **suite: Any) -> dict[str, Any]:
        return {"cle": cle, "nom": nom, "prenom": prenom, "ecole": ecole, "division": division} | suite

    return {
        "ecoles": [
            {
                "cle": "college",
                "nom": "Des Essais",
                "divisions": {"6A": SIXIEME, "6B": SIXIEME},
                "groupes": {"6LATIN": ["6A", "6B"]},
            },
            {"cle": "lycee", "nom": "Des Cimes", "nature": "LYC", "divisions": {"2A": SECONDE}},
        ],
        "eleves": [
            eleve("lea", "Valbrune", "Léa", "college", "6A", groupes=["6LATIN"]),
            eleve("theo", "Valbrune", "Théo", "lycee", "2A"),
            eleve("jean_noel", "D'Ostrel-Morvan", "Jean-Noël", "college", "6B"),
            eleve("lou", "Ostrel", "Lou", "college", "6B"),
            eleve("ines", "Kerival", "Inès", "college", "6B", cas="sans_ine"),
            eleve("hugo", "Tassin", "Hugo", "college", "6A", cas="multi_inscription", aussi=["lycee", "2A"]),
            eleve("maelle", "Orval", "Maëlle", "college", "6A", cas="fiche_bloquante"),
        ],
        "responsables": [
            {"cle": "aurore", "nom": "Valbrune", "prenom": "Aurore", "enfants": ["lea", "theo"]},
            {
                "cle": "guy",
                "nom": "Ostrel",
                "prenom": "Guy",
                "civilite": "M.",
                "enfants": ["jean_noel", "lou"],
                "en_double": True,
            },
        ],
        "personnels": [
            {
                "cle": "berenice",
                "nom": "Savigne",
                "prenom": "Bérénice",
                "ecoles": ["college", "lycee"],
                "cours": [{"ecole": "college", "structure": "6A"}, {"ecole": "lycee", "structure": "2A"}],
            },
            {"cle": "odile", "nom": "Vermel", "prenom": "Odile", "fonction": "DIR", "ecoles": ["college"]},
        ],
    }


@pytest.fixture(scope="module")
def pose(installation: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The world in a bac, two days later."""
    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_monde", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_monde", pile)
        annonce = bac["pilotage"].post("/api/mondes/annonce", json=monde()).json()
        mis = bac["pilotage"].post("/api/mondes", json=monde())
        assert mis.status_code == 201, mis.text
        assert mis.json() == annonce
        bac.avancer("48h")
        yield bac, annonce
    installation.gestion.supprimer("essai_monde")


def _comptes(bac: Any) -> list[dict[str, Any]]:
    lus: list[dict[str, Any]] = bac["ent"].get("/api/projets/ENT-KIT/comptes", params={"limite": 500}).json()
    return lus


def test_each_pupil_becomes_what_was_announced(pose: Any) -> None:
    """In the ENT with her INE and school, or held back by the AAF under the code announced."""
    bac, dit = pose
    par_eleve = {c["eleve_id"]: c for c in _comptes(bac) if c["eleve_id"]}
    for cle, e in dit["eleves"].items():
        attendu, compte = e["attendu"], par_eleve.get(e["eleve_id"])
        assert (compte is not None) == attendu["dans_ent"], cle
        if compte is not None:
            assert compte["ine"] == e["ine"]
            assert [x["uai"] for x in compte["etablissements"]] == attendu["uais"]
        for uai in attendu["uais"]:
            exclus = bac["aaf"].get(f"/api/etablissements/{uai}/exclusions", params={"objet": "eleve"}).json()
            codes = {x["code"] for x in exclus if x["id"] == str(e["eleve_id"])}
            assert codes == ({attendu["exclusion"]} if attendu["exclusion"] else set()), cle


def test_each_adult_has_the_accounts_announced(pose: Any) -> None:
    """One for a parent of two children and for a teacher, both of two schools; two for a doubled parent; none for the
    parent of nobody who comes out, whom the AAF names under the code announced."""
    bac, dit = pose
    decrit = monde()
    comptes = _comptes(bac)
    adultes = {x["cle"]: x for x in (*decrit["responsables"], *decrit["personnels"])}
    for cle, x in adultes.items():
        attendu = (dit["responsables"].get(cle) or dit["personnels"][cle])["attendu"]
        siens = [c for c in comptes if (c["nom"], c["prenom"].upper()) == (x["nom"].upper(), x["prenom"].upper())]
        siens = [c for c in siens if c["profil"] != "eleve"]
        assert len(siens) == attendu["comptes"], cle
        assert sorted({e["uai"] for c in siens for e in c["etablissements"]}) == sorted(attendu["uais"]), cle
    retenus = bac["aaf"].get(f"/api/etablissements/{dit['ecoles']['college']}/exclusions").json()
    codes = {(x["objet"], x["id"]): x["code"] for x in retenus}
    parent = dit["responsables"]["ines_parent"]
    assert codes["responsable", str(parent["numeros"][0])] == parent["attendu"]["exclusion"]


def test_a_second_world_is_refused(pose: Any) -> None:
    """A bac takes one world: numbers would be given twice."""
    refus = pose[0]["pilotage"].post("/api/mondes", json=monde())
    assert (refus.status_code, refus.json()["code"]) == (409, "MONDE_DEJA_POSE")


@pytest.mark.parametrize(
    "defaut",
    [
        {"eleves": [{"cle": "x", "nom": "X", "prenom": "X", "ecole": "college", "division": "9Z"}]},
        {"responsables": [{"cle": "lea", "nom": "X", "prenom": "X", "enfants": ["lea"]}]},
        {"responsables": [{"cle": "r", "nom": "X", "prenom": "X", "enfants": ["inconnu"]}]},
        {"personnels": [{"cle": "p", "nom": "X", "prenom": "X", "ecoles": ["ailleurs"]}]},
    ],
    ids=["division", "cle_double", "enfant", "ecole"],
)
def test_a_world_that_cannot_be_is_refused_whole(pose: Any, defaut: dict[str, Any]) -> None:
    """An unknown class, child or school, a key said twice: refused before anything is put anywhere."""
    refus = pose[0]["pilotage"].post("/api/mondes/annonce", json=monde() | defaut)
    assert refus.status_code == 422


def test_a_bac_begins_as_a_snapshot_of_another(pose: Any) -> None:
    """The same people, clock and profile; what happens in one is not seen in the other; an unknown model is refused."""
    bac, _ = pose
    pilotage = bac["pilotage"]
    assert pilotage.post("/api/bacs/essai_monde/instantanes", json={}).status_code == 201
    fait = pilotage.post("/api/bacs", json={"nom": "essai_clone", "modele": {"bac": "essai_monde"}})
    assert fait.status_code == 201, fait.text
    try:
        from tests.conftest import BacEssai

        with ExitStack() as pile:
            clone = BacEssai(bac.installation, "essai_clone", pile)
            assert clone.maintenant == bac.maintenant
            assert _comptes(clone) == _comptes(bac)
            clone.avancer("lot")
            assert clone.maintenant > bac.maintenant
        pris = pilotage.post("/api/bacs", json={"nom": "essai_clone", "modele": {"bac": "essai_monde"}})
        assert (pris.status_code, pris.json()["code"]) == (409, "BAC_EXISTE")
    finally:
        bac.installation.gestion.supprimer("essai_clone")
    for modele, code in (({"bac": "nulle_part"}, "BAC_INCONNU"), ({"bac": "principal"}, "BAC_INCONNU")):
        assert pilotage.post("/api/bacs", json={"nom": "x", "modele": modele}).json()["code"] == code
    sans = {"bac": "essai_monde", "instantane": 99}
    assert pilotage.post("/api/bacs", json={"nom": "x", "modele": sans}).json()["code"] == "INSTANTANE_INCONNU"


def test_two_who_ask_for_one_name_at_once(pose: Any) -> None:
    """Of four who create the same bac at the same moment, one does; the others are refused, and spoil nothing."""
    from concurrent.futures import ThreadPoolExecutor

    gestion, adresse = pose[0].installation.gestion, pose[0].installation.implantation.adresses["pilotage"]

    def creer(rang: int) -> int:
        corps = {"nom": "essai_course"}
        return httpx.post(f"{adresse}/api/bacs", json=corps, timeout=30, trust_env=False).status_code

    try:
        with ThreadPoolExecutor(4) as fils:
            assert sorted(fils.map(creer, range(4))) == [201, 409, 409, 409]
    finally:
        gestion.supprimer("essai_course")


def test_the_clock_passes_the_purge(pose: Any) -> None:
    """The fault `delai_de_purge`: the clock goes the delay of that ENT further, and the days asked for."""
    bac, _ = pose
    projet = bac["ent"].get("/api/projets/ENT-KIT").json()
    voulu = {n: projet[n] for n in ("aaf_projet", "libelle", "uais")} | {"purge_jours": 1}
    assert bac["ent"].put("/api/projets/ENT-KIT", json=voulu).status_code == 200
    avant = bac.maintenant
    corps = {"faute": {"faute": "delai_de_purge", "reglages": {"jours": 1}}, "projet": "ENT-KIT"}
    assert bac["pilotage"].post("/api/fautes", json=corps).status_code == 202
    assert (bac.maintenant - avant).days == 2
    autre = bac["pilotage"].post("/api/fautes", json={"faute": {"faute": "erreur_500"}, "projet": "ENT-KIT"})
    assert autre.json()["code"] == "FAUTE_AILLEURS"
