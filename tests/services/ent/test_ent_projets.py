"""ENT projects close to known ENTs: logins, first steps, delays, the feeds they take, the names of their groups."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.ent import exchanges
from services.ent.rules import logins
from services.ent.rules.modeles import MODELES, nom_du_groupe
from services.ent.use_cases import cycle, projets
from shared.horloge.horloge import HorlogeFixe
from shared.identifiers import fabriquer_uai

from .jeu_ent import PARIS, PROJET, UAI, Ecole, complet, delta, ecole_type, eleve
from .test_ent_nuits import FauxAaf, unite

J = date(2021, 9, 6)
GUY, JEAN = 7200002, 7100003
HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("prenom", "nom", "regle", "login"),
    [
        ("Jean-Noël", "d'Êtchevérry", "entcore", "jeannoel.detcheverry"),
        ("Loïc", "CŒUR", "entcore", "loic.cur"),
        ("Anne Marie", "DE LA TOUR", "entcore", "annemarie.delatour"),
        ("A" * 40, "B" * 40, "entcore", "a" * 30 + "." + "b" * 30),
        ("Jean-Noël", "d'Êtchevérry", "laclasse", "jdetcheverry"),
        ("Zoé", "LE–GALVEC 2", "laclasse", "zlegalvec"),
        ("Maximilienne", "DE SAINT-BARTHELEMY", "laclasse", "mdesaintbarth"),
    ],
)
def test_login_rules(prenom: str, nom: str, regle: Any, login: str) -> None:
    """Accents, compounds, ligatures and length, by the rule of each ENT."""
    assert logins.login_de_base(prenom, nom, regle) == login


def test_a_short_login_of_laclasse_is_filled_up() -> None:
    """Letters are drawn for the name up to four, the same for the same name; the second of a name is number 1."""
    court = logins.login_de_base("Li", "WU", "laclasse", random.Random)
    assert court == logins.login_de_base("Li", "WU", "laclasse", random.Random)
    assert (court[:3], len(court), court.isalpha()) == ("lwu", 4, True)
    assert [logins.login_numerote("lwux", n, "laclasse") for n in (1, 2, 3)] == ["lwux", "lwux1", "lwux2"]
    assert len(logins.login_numerote("m" * 13, 1000, "laclasse")) == 16


def ouvrir(bac: Any, modele: str, rang: int = 0, **champs: Any) -> dict[str, Any]:
    """A project close to an ENT; each has a school of its own, the feed is the same."""
    uai = fabriquer_uai("097", 7 + rang)
    corps = {"code": modele or "propre", "aaf_projet": PROJET, "libelle": "ENT", "uais": [uai], "modele": modele}
    reponse = bac["ent"].post("/api/projets", json=corps | champs)
    assert reponse.status_code == 201, reponse.text
    ouvert: dict[str, Any] = reponse.json()
    return ouvert


def donner(bac: Any, projet: str, archive: Path) -> dict[str, Any]:
    """Import a feed by hand in a project; its report."""
    fichier = {"archive": (archive.name, archive.read_bytes(), "application/gzip")}
    rapport: dict[str, Any] = bac["ent"].post(f"/api/projets/{projet}/imports", files=fichier).json()
    return rapport


def comptes(bac: Any, projet: str) -> dict[int, dict[str, Any]]:
    """The accounts of a project, by number."""
    lus = bac["ent"].get(f"/api/projets/{projet}/comptes", params={"limite": 500}).json()
    return {int(c["aaf_id"]): c for c in lus}


@pytest.fixture
def quatre(bac: Any, tmp_path: Path) -> Ecole:
    """Four projects fed with the same complete feed, in which Jean-Noël has a homonym."""
    ecole = ecole_type()
    ecole = ecole.avec(eleves=(*ecole.eleves, eleve(4, "OSTREL", "Jean-Noël", "6B")))
    archive = complet(tmp_path, ecole, J)
    for rang, modele in enumerate(MODELES):
        ouvrir(bac, modele, rang)
        assert donner(bac, modele, archive)["etat"] == "applique"
    return ecole


def test_each_ent_has_its_own_rules(bac: Any, quatre: Ecole, tmp_path: Path) -> None:
    """One feed, four ENTs: four logins, first steps and delays; one refuses deltas, one does not read its deletions."""
    lus = {modele: comptes(bac, modele) for modele in MODELES}
    assert {m: (c[JEAN]["login"], c[JEAN + 1]["login"]) for m, c in lus.items()} == {
        "entmip": ("jean-noel.ostrel", "jean-noel.ostrel2"),
        "ecollege31": ("jean-noel.ostrel", "jean-noel.ostrel2"),
        "entcore": ("jeannoel.ostrel", "jeannoel.ostrel2"),
        "laclasse": ("jostrel", "jostrel1"),
    }
    assert {m: len(c[JEAN]["code_activation"]) for m, c in lus.items()} == dict.fromkeys(MODELES, 8) | {"laclasse": 10}
    vus = {m: bac["ent"].get(f"/api/projets/{m}").json() for m in MODELES}
    assert {m: (v["desactivation_jours"], v["purge_jours"]) for m, v in vus.items()} == {
        "entmip": (0, 56),
        "ecollege31": (0, 42),
        "entcore": (90, 90),
        "laclasse": (0, 56),
    }
    sans = quatre.avec(eleves=quatre.eleves[:3])
    archive = delta(tmp_path, quatre, sans, J + timedelta(1))
    rapports = {m: donner(bac, m, archive) for m in MODELES}
    assert {m: r["code"] for m, r in rapports.items()} == dict.fromkeys(MODELES, "") | {"entcore": "DELTA_NON_LU"}
    annonces = {m: comptes(bac, m)[JEAN + 1]["retrait_annonce_le"] is not None for m in MODELES}
    assert annonces == {"entmip": True, "ecollege31": True, "entcore": False, "laclasse": False}
    archive = complet(tmp_path, sans, J + timedelta(2))
    for m in MODELES:
        donner(bac, m, archive)
    partis = {m: comptes(bac, m)[JEAN + 1] for m in MODELES}
    etats = {m: (c["etat"], c["absent_le"] is not None) for m, c in partis.items()}
    assert etats == dict.fromkeys(MODELES, ("desactive", False)) | {"entcore": ("a_activer", True)}


def test_ninety_days_twice(bac: Any, quatre: Ecole, tmp_path: Path) -> None:
    """An ENT close to entcore: absent, still open for 90 days, then deactivated, then deleted 90 days later."""
    donner(bac, "entcore", complet(tmp_path, quatre.avec(eleves=quatre.eleves[:3]), J + timedelta(1)))
    absent = bac.maintenant
    for jours, etat in ((89, "a_activer"), (90, "desactive"), (179, "desactive"), (180, "purge")):
        with unite(bac) as u:
            u.horloge = HorlogeFixe(absent + timedelta(days=jours, hours=-3), PARIS)
            cycle.retirer_disparus(u, projets.projet(u, "entcore"))
            cycle.purger(u, projets.projet(u, "entcore"))
        assert comptes(bac, "entcore")[JEAN + 1]["etat"] == etat, jours
    genres = [e["genre"] for e in bac["ent"].get(f"/api/projets/entcore/comptes/{JEAN + 1}").json()["historique"]]
    assert genres == ["cree", "absent", "desactive", "purge"]


def test_who_comes_back_in_time_never_left(bac: Any, quatre: Ecole, tmp_path: Path) -> None:
    """Absent of one complete feed and present in the next: the account stays as it was."""
    donner(bac, "entcore", complet(tmp_path, quatre.avec(eleves=quatre.eleves[:3]), J + timedelta(1)))
    avant = comptes(bac, "entcore")[JEAN + 1]
    assert avant["absent_le"] is not None
    traces = bac.interne("ent", "GET", f"/_sim/trace?cle=aaf_id:{JEAN + 1}").json()
    (dite,) = [b for t in traces for b in t["blocages"]]
    assert (dite["code"], "désactivé le 21/11/2021" in dite["raison"]) == ("ABSENT_DE_LA_COMPLETE", True)
    page = bac["ent"].get(f"/{fabriquer_uai('097', 9)}/2021/comptes/{JEAN + 1}", headers=HTML).text
    assert "reste ouvert jusqu&#39;au 21/11/2021" in page
    donner(bac, "entcore", complet(tmp_path, quatre, J + timedelta(2)))
    apres = comptes(bac, "entcore")[JEAN + 1]
    assert (apres["etat"], apres["absent_le"], apres["login"]) == ("a_activer", None, avant["login"])


def test_an_ent_that_reads_complete_feeds_alone_leaves_the_others(bac: Any, tmp_path: Path) -> None:
    """At night deltas stay where they are, without a refusal; the next complete feed is taken over the gap."""
    ouvrir(bac, "entcore", code="essai")
    ecole = ecole_type()
    plus = ecole.avec(eleves=(*ecole.eleves, eleve(4, "BRIVAL", "Zoé")))
    aaf = FauxAaf()
    aaf.publier(1, "Complet", complet(tmp_path, ecole, J))
    aaf.publier(2, "Delta", delta(tmp_path, ecole, plus, J + timedelta(1)))
    aaf.publier(3, "Complet", complet(tmp_path, plus, J + timedelta(2)))
    with unite(bac) as u:
        u.clients = aaf
        assert exchanges.alimenter(u, "essai") == {"appliques": 2, "refuses": 0}
    assert not [d for d in aaf.demandes if "/2/" in d]
    assert 7100004 in comptes(bac, "essai")


def test_settings_by_page_and_api(bac: Any, tmp_path: Path) -> None:
    """A project is taken from a known ENT, changed setting by setting, and says what it follows."""
    page = bac["ent"].post(
        "/projets",
        data={"code": "lac", "aaf_projet": PROJET, "libelle": "ENT", "uais": UAI, "modele": "laclasse"},
        headers=HTML,
        follow_redirects=True,
    )
    assert "Proche de Laclasse" in page.text
    assert "initiale du prénom et nom" in page.text
    assert "premier mot de passe de 10 signes" in page.text
    assert "Proche de Laclasse" in bac["ent"].get("/projets", headers=HTML).text
    champs = {
        "aaf_projet": PROJET,
        "libelle": "ENT changé",
        "uais": UAI,
        "regle_login": "laclasse",
        "premiers_pas": "code",
        "desactivation_jours": "7",
        "purge_jours": "30",
        "suppressions_delta": "desactiver",
        "flux": "tout",
        "nommage": "entcore",
        "fusion_ine": "oui",
    }
    change = bac["ent"].post("/projets/lac", data=champs, headers=HTML, follow_redirects=True).text
    assert "réglages propres" in change
    assert "désactivé après 7\xa0jours" in change
    lu = bac["ent"].get("/api/projets/lac").json()
    assert (lu["modele"], lu["purge_jours"], lu["nommage"], lu["suppressions_delta"]) == (
        "",
        30,
        "entcore",
        "desactiver",
    )
    donner(bac, "lac", complet(tmp_path, ecole_type(), J))
    noms = bac["ent"].get(f"/{UAI}/2021/groupes", headers=HTML).text
    assert "6A-Student" in noms
    assert "DES SOURCES-Teacher" in noms
    repris = bac["ent"].post("/projets/lac/modele", data={"modele": "ecollege31"}, headers=HTML, follow_redirects=True)
    assert "Proche d&#39;eCollège31" in repris.text
    assert "6A-Student" not in bac["ent"].get(f"/{UAI}/2021/groupes", headers=HTML).text
    assert "Élèves 6A" in bac["ent"].get(f"/{UAI}/2021/groupes", headers=HTML).text
    corps = {"aaf_projet": "AUTRE", "libelle": "ENT", "uais": [UAI], "modele": "entmip", "purge_jours": None}
    change = bac["ent"].put("/api/projets/lac", json=corps).json()
    assert (change["modele"], change["dernier_numero"], change["dernier_jour"]) == ("", 0, None)
    trop = bac["ent"].post("/projets/lac", data=champs | {"purge_jours": "9999"}, headers=HTML)
    assert (trop.status_code, "9999 jours" in trop.text) == (422, True)
    assert bac["ent"].post("/projets/rien/modele", data={"modele": "entcore"}).status_code == 404


def test_another_login_rule_never_gives_a_login_twice(bac: Any, tmp_path: Path) -> None:
    """Two rules may make the same base; accounts made after the change go on numbering after those made before."""
    ouvrir(bac, "entmip")
    ecole = ecole_type()
    ecole = ecole.avec(eleves=(*ecole.eleves, *(eleve(n, "DURAND", "Ω", "6B") for n in (4, 5))))
    donner(bac, "entmip", complet(tmp_path, ecole, J))
    for rang, modele in enumerate(("laclasse", "entmip", "laclasse")):
        assert bac["ent"].post("/projets/entmip/modele", data={"modele": modele}).status_code == 303
        prenom = "Dominique" if modele == "laclasse" else "Ω"
        nom = "URAND" if modele == "laclasse" else "DURAND"
        ecole = ecole.avec(eleves=(*ecole.eleves, eleve(6 + rang, nom, prenom, "6B")))
        assert donner(bac, "entmip", complet(tmp_path, ecole, J + timedelta(1 + rang)))["etat"] == "applique"
    lus = [c["login"] for c in comptes(bac, "entmip").values() if c["aaf_id"] in range(7100004, 7100009)]
    assert len(set(lus)) == 5
    assert {"durand", "durand2", "durand3"} <= set(lus)


def test_profile_groups_count_their_people(bac: Any, quatre: Ecole) -> None:
    """Each profile group says how many it holds; names follow the project's rule."""
    uai = UAI
    groupes = bac["ent"].get("/api/projets/laclasse/groupes-de-profil", params={"uai": uai}).json()
    nombres = {g["nom"]: g["nombre"] for g in groupes}
    assert nombres["DES SOURCES (élèves)"] == 4
    assert nombres["6A (élèves)"] == 2
    assert nombres["6A (enseignants)"] == 2
    assert nombres["6LATIN (parents)"] == 1
    assert nom_du_groupe("skolengo", "principaux", "X") == "Tous les professeurs principaux"
