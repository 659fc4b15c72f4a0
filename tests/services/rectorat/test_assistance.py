"""Dossiers d'assistance: the heading follows the diagnosis, the académie answers or sends back."""

from __future__ import annotations

from typing import Any

import pytest

from services.rectorat.rules import assistance as regles
from tests.services.rectorat.academie import AUTRE, UAI, Academie

DOSSIERS = f"/assistance/{UAI}/dossiers"
ENSEIGNANT_ABSENT = {"constat": "compte_enseignant", "verification": "incorrectes", "texte": "Absent de STS-Web."}


@pytest.fixture
def academie(nouveau_bac: Any) -> Academie:
    """The académie of guide 002: help is a « dossier d'assistance »."""
    return Academie(nouveau_bac("toulouse-2013"))


@pytest.mark.parametrize(
    ("constat", "verification", "rubriques"),
    [
        ("lien", "correctes", ("ent",)),
        ("lien", "incorrectes", ("sts_web", "siecle_bee")),
        ("compte_enseignant", "correctes", ("ent",)),
        ("compte_enseignant", "incorrectes", ("sts_web",)),
        ("compte_atss", "correctes", ("ent",)),
        ("compte_atss", "incorrectes", ("gigc",)),
        ("compte_famille", "correctes", ("ent",)),
        ("compte_famille", "incomplete", ()),
        ("compte_famille", "sans_ine", ("siecle_bee",)),
    ],
)
def test_the_heading_follows_the_diagnosis(constat: str, verification: str, rubriques: tuple[str, ...]) -> None:
    """The three tables of the guide, row by row."""
    suite = regles.verification(constat, verification)
    assert suite is not None
    assert suite.rubriques == rubriques
    assert bool(suite.a_faire) == (not rubriques)
    assert {r for r in regles.RUBRIQUES if regles.bonne_rubrique(r, constat, verification)} == set(rubriques)


@pytest.mark.procedure("ACC-15")
def test_a_wrong_heading_is_sent_back_and_the_right_one_answered(academie: Academie) -> None:
    """Opened under the ENT's heading for an absent teacher, it comes back; under STS-Web it is answered and closed."""
    page = academie.page(f"/assistance/{UAI}")
    for rubrique in ("un incident sur l'ENT administration - identifiants utilisateurs", "STS-Web", "SIECLE-BEE"):
        assert f">{rubrique}</option>" in page
    ouvert = academie.poster(
        DOSSIERS, diagnostic="compte_enseignant:incorrectes", rubrique="ent", texte="Absente de STS-Web depuis lundi."
    )
    assert "Dossier d'assistance n° 1 : transmis à l'académie." in ouvert
    a_traiter = academie.page("/dossiers-assistance/1")
    assert "mauvaise rubrique" in a_traiter
    refus = academie.api("POST", "/dossiers-assistance/1/reponse", 409, json={"texte": "Bonjour"})
    assert refus["code"] == "MAUVAISE_RUBRIQUE"
    academie.poster("/dossiers-assistance/1/renvoi")
    renvoye = academie.page(f"{DOSSIERS}/1")
    assert "D'après le diagnostic, la rubrique est « STS-Web ». Rouvrez le dossier sous cette rubrique." in renvoye
    academie.poster(f"{DOSSIERS}/1/reouverture", rubrique="sts_web", texte="")
    assert academie.api("POST", "/dossiers-assistance/1/renvoi", 409)["code"] == "BONNE_RUBRIQUE"
    academie.poster("/dossiers-assistance/1/reponse", texte="Le dossier administratif vient d'être saisi dans EPP.")
    assert "vient d'être saisi dans EPP" in academie.page(f"{DOSSIERS}/1")
    academie.poster(f"{DOSSIERS}/1/cloture")
    lu = academie.api("GET", f"{DOSSIERS}/1")
    assert (lu["etat"], lu["rubrique"]) == ("clos", "sts_web")
    genres = ["ouverture", "renvoi", "reouverture", "reponse", "cloture"]
    assert [h["genre"] for h in lu["historique"]] == genres
    assert [h["rubrique"] for h in lu["historique"]] == ["ent", "ent", "sts_web", "sts_web", "sts_web"]


def test_the_evening_sends_back_what_nobody_sorted(academie: Academie) -> None:
    """At the diffusion a wrong heading comes back by itself; a right one stays, and opens again when added to."""
    faux = academie.api("POST", DOSSIERS, 201, json=ENSEIGNANT_ABSENT | {"rubrique": "gigc"})
    juste = academie.api("POST", DOSSIERS, 201, json=ENSEIGNANT_ABSENT | {"rubrique": "sts_web"})
    assert (faux["bonne_rubrique"], faux["rubriques_attendues"], juste["bonne_rubrique"]) == (False, ["sts_web"], True)
    academie.bac.avancer("nuit")
    etats = {d["numero"]: d["etat"] for d in academie.api("GET", DOSSIERS)}
    assert etats == {1: "renvoye", 2: "ouvert"}
    academie.api("POST", "/dossiers-assistance/2/reponse", json={"texte": "Fait."})
    assert [d["numero"] for d in academie.api("GET", "/dossiers-assistance?etat=repondu")] == [2]
    assert academie.api("POST", f"{DOSSIERS}/2/precision", json={"texte": "Toujours absente."})["etat"] == "ouvert"
    assert [d["numero"] for d in academie.api("GET", "/dossiers-assistance")] == [2, 1]


REFUS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (422, "RUBRIQUE_INCONNUE", {"rubrique": "cuisine"}),
    (422, "DIAGNOSTIC_ABSENT", {"verification": "sans_ine"}),
    (422, "DIAGNOSTIC_ABSENT", {"constat": ""}),
    (409, "RIEN_A_OUVRIR", {"constat": "compte_famille", "verification": "incomplete"}),
    (422, "TEXTE_INVALIDE", {"texte": "  "}),
    (422, "TEXTE_INVALIDE", {"texte": "a" * 4001}),
)


def test_a_bad_opening_is_refused(academie: Academie) -> None:
    """No heading of ours, no diagnosis, nothing to ask for, no text: refused with a word on it, by page and by API."""
    for statut, code, champs in REFUS:
        corps = {**ENSEIGNANT_ABSENT, "rubrique": "sts_web", **champs}
        refus = academie.api("POST", DOSSIERS, statut, json=corps)
        assert (refus["code"], bool(refus["remede"])) == (code, True), champs
        diagnostic = f"{corps.pop('constat')}:{corps.pop('verification')}"
        assert code in academie.poster(DOSSIERS, statut, diagnostic=diagnostic, **corps)
    assert academie.api("GET", "/dossiers-assistance") == []


def test_a_dossier_stays_in_its_school_and_in_its_state(academie: Academie) -> None:
    """Another school does not find it; what its state does not allow is refused."""
    academie.api("POST", DOSSIERS, 201, json=ENSEIGNANT_ABSENT | {"rubrique": "sts_web"})
    for suite in ("", "/cloture"):
        methode = "POST" if suite else "GET"
        refus = academie.api(methode, f"/assistance/{AUTRE}/dossiers/1{suite}", 404)
        assert refus["code"] == "DOSSIER_INCONNU"
    assert academie.api("GET", f"/assistance/{AUTRE}/dossiers") == []
    reouverture = {"rubrique": "sts_web"}
    assert academie.api("POST", f"{DOSSIERS}/1/reouverture", 409, json=reouverture)["code"] == "DOSSIER_ETAT"
    academie.api("POST", f"{DOSSIERS}/1/cloture")
    for suite, corps in (("precision", {"texte": "Encore."}), ("cloture", {})):
        assert academie.api("POST", f"{DOSSIERS}/1/{suite}", 409, json=corps)["code"] == "DOSSIER_ETAT"
    assert academie.api("POST", "/dossiers-assistance/1/reponse", 409, json={"texte": "Oui"})["code"] == "DOSSIER_ETAT"
    assert academie.api("POST", "/assistance/0960009N/dossiers", 404, json=ENSEIGNANT_ABSENT)["code"] == "UAI_INCONNU"


@pytest.mark.procedure("ACC-14", "ACC-17")
def test_help_is_verdon_in_nice(bac: Any) -> None:
    """Nice asks through VERDON, reached from ESTEREL; the papers that the guides cite are there by their titles."""
    academie = Academie(bac)
    page = academie.page("/assistance")
    assert "VERDON, ouvert depuis ESTEREL" in page
    ouverte = academie.poster(
        DOSSIERS, diagnostic="dossier_origine:non_exporte", rubrique="siecle_bee", texte="Dossier attendu depuis juin."
    )
    assert "Demande VERDON n° 1 : transmis à l'académie." in ouverte
    documents = academie.page("/assistance/documentation")
    for titre in (
        "Les nomenclatures dans SIECLE – Rentrée 2021",
        "Guide ENT du Chef d'établissement",
        "Siècle Vie Etablissement Guide utilisateur mode éditeur",
        "Index Education",
        "Skolengo",
    ):
        assert titre in documents


@pytest.mark.procedure("ACC-16")
def test_help_is_a_forum_in_noumea(nouveau_bac: Any) -> None:
    """The vice-rectorat has a forum and a mailbox, without address and without heading; nothing is sent back."""
    academie = Academie(nouveau_bac("noumea-2018"))
    page = academie.page("/assistance")
    assert "sur le forum, ou à la boîte aux lettres du vice-rectorat" in page
    assert "@" not in page.split("<main")[1]
    assert 'name="rubrique"' not in academie.page(f"/assistance/{UAI}")
    sujet = academie.api("POST", DOSSIERS, 201, json=ENSEIGNANT_ABSENT)
    assert (sujet["rubrique"], sujet["bonne_rubrique"]) == ("", True)
    academie.bac.avancer("nuit")
    academie.api("POST", "/dossiers-assistance/1/reponse", json={"texte": "Vu."})
    assert academie.api("GET", f"{DOSSIERS}/1")["etat"] == "repondu"


def test_a_school_asks_and_the_academie_answers(academie: Academie) -> None:
    """A secretariat's token opens and reads its own dossiers; another school's, and the académie's acts, are not."""
    corps = {"uai": UAI, "profil": "secretariat", "libelle": "Essai"}
    donne = academie.bac["pilotage"].post("/api/jetons", json=corps).json()["jeton"]
    jeton = {"headers": {"Authorization": f"Bearer {donne}", "Accept": "text/html"}}
    rectorat = academie.bac["rectorat"]
    ouvert = rectorat.post(f"/api{DOSSIERS}", json=ENSEIGNANT_ABSENT | {"rubrique": "sts_web"}, **jeton)
    assert ouvert.status_code == 201
    accueil = rectorat.get("/assistance", **jeton)
    assert accueil.status_code == 200
    assert f"/assistance/{UAI}" in accueil.text
    assert AUTRE not in accueil.text
    assert rectorat.get(f"{DOSSIERS}/1", **jeton).status_code == 200
    autre = f"/assistance/{AUTRE}/dossiers"
    for methode, chemin in (
        ("GET", f"/api{autre}"),
        ("GET", "/api/dossiers-assistance"),
        ("GET", "/dossiers-assistance/1"),
        ("POST", "/api/dossiers-assistance/1/reponse"),
        ("GET", "/sysca"),
        ("GET", f"/educonnect?uai={UAI}"),
    ):
        assert rectorat.request(methode, chemin, **jeton).status_code == 403, chemin
    assert academie.api("GET", f"{DOSSIERS}/1")["etat"] == "ouvert"


def test_the_school_is_chosen_on_the_home_page_of_help(academie: Academie) -> None:
    """The académie's own people choose it in a list; a link of *Suivre* fills the form in."""
    assert f'<option value="{UAI}"' in academie.page("/assistance")
    diagnostic = "constat=lien&verification=incorrectes&rubrique=siecle_bee"
    assert '<input type="hidden" name="constat" value="lien">' in academie.page(f"/assistance?{diagnostic}")
    suite = academie.bac["rectorat"].get(f"/assistance?{diagnostic}&uai={UAI}")
    assert suite.status_code == 303
    page = academie.page(suite.headers["location"].removeprefix(academie.bac["rectorat"].base_url.path.rstrip("/")))
    assert '<option value="lien:incorrectes" selected>' in page
    assert '<option value="siecle_bee" selected>' in page
    academie.page("/assistance/0960009N", 404)
