"""The portal, the profiles and what each address wants: nobody sees another's, each act has its actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shared.security.acces import cle_des_acces, desceller, sceller

from .conftest import ANNEE, AUTRE, UAI, Visiteur

Entrer = Callable[..., Visiteur]
BEE = f"/{UAI}/{ANNEE}"


def code(reponse: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, asked for as a program asks."""
    return reponse.status_code, reponse.json()["code"]


@pytest.mark.procedure("ACC-01")
def test_the_portal_greets_and_lists_the_profile_s_applications(visiteur: Entrer) -> None:
    """« Bienvenue », the entries of the profile, and no other: the address of another answers 403 with a reason."""
    chef = visiteur("chef")
    page = chef.lire("rectorat", "/arena").text
    for mots in (
        "ARENA - Accédez à vos applications",
        "Bienvenue Mme Alba ESSAI0",
        "gérer mes favoris",
        "déconnexion",
        "Première connexion à l'application",
        "Base élèves établissement (BEE)",
        "Affectation des élèves (AFFELNET)",
    ):
        assert mots in page
    spr = visiteur("superviseur")
    assert "Base élèves établissement (BEE)" not in spr.lire("rectorat", "/arena").text
    refus = spr.lire("sts_web", f"/{UAI}/{ANNEE}")
    assert refus.status_code == 403
    assert "Le profil « Superviseur (SPR) » n&#39;a pas le droit de consulter STS-Web." in refus.text
    assert "Retour au portail" in refus.text
    assert "Accueil de l'application" not in refus.text
    conduite = spr.lire("pilotage", "/")
    assert conduite.status_code == 403
    assert "sans compte, on conduit de nouveau la simulation" in conduite.text


@pytest.mark.procedure("ACC-02")
@pytest.mark.parametrize(
    ("entree", "mots", "fiches", "exports"),
    [
        ("mise-a-jour", "Mise à jour", 200, 200),
        ("consultation-export", "Consultation et export", 200, 200),
        ("consultation", "Consultation", 200, 403),
        ("nomenclatures", "Nomenclatures", 403, 403),
        ("commun", "Commun", 403, 403),
    ],
)
def test_the_entry_fixes_the_mode_of_the_whole_visit(
    visiteur: Entrer, entree: str, mots: str, fiches: int, exports: int
) -> None:
    """What an entry of « Base élèves établissement (BEE) » opens is the same on every page until another is taken."""
    chef = visiteur("chef")
    assert f">{mots}</a>" in chef.lire("rectorat", "/arena").text
    assert chef.entrer(entree).status_code == 303
    assert chef.lire("siecle_bee", f"{BEE}/eleves").status_code == fiches
    assert chef.lire("siecle_bee", f"{BEE}/exportations/xml").status_code == exports
    assert chef.lire("siecle_bee", BEE, follow_redirects=True).status_code == 200
    assert chef.entrer("mise-a-jour").status_code == 303
    assert chef.lire("siecle_bee", f"{BEE}/eleves").status_code == 200


@pytest.mark.procedure("ACC-02")
def test_bee_wants_an_entry(visiteur: Entrer) -> None:
    """Who did not pass by an entry is sent back to the portal; « Administration Téléservices » opens its page alone."""
    chef = visiteur("chef")
    refus = chef.lire("siecle_bee", f"{BEE}/eleves")
    assert refus.status_code == 403
    assert "sans passer par une entrée du portail" in refus.text
    assert "Administration Téléservices" in chef.lire("rectorat", "/arena").text
    assert chef.entrer("teleservices").status_code == 303
    assert chef.lire("siecle_bee", f"{BEE}/teleservices").status_code == 200
    assert chef.lire("siecle_bee", f"{BEE}/eleves").status_code == 403


@pytest.mark.procedure("ACC-03")
def test_affelnet_opens_the_school_s_results(visiteur: Entrer) -> None:
    """Both entries lead to the affectation pages, which show a school its own results and publish nothing."""
    chef = visiteur("chef")
    portail = chef.lire("rectorat", "/arena").text
    assert "Affectation post-3ème" in portail
    assert "Affectation entrée en 1ère" in portail
    page = chef.lire("rectorat", "/affectation?tour=post-3eme")
    assert page.status_code == 200
    assert AUTRE not in page.text
    assert code(chef.demander("rectorat", "GET", f"/affectation?uai={AUTRE}")) == (403, "AUTRE_ETABLISSEMENT")
    assert code(chef.poster("rectorat", "/affectation/publication", {"uai": UAI})) == (403, "DROIT_MANQUANT")


@pytest.mark.procedure("ACC-04")
def test_the_portal_lists_what_is_not_played(visiteur: Entrer) -> None:
    """The other applications are there, greyed, with a word on what they are."""
    page = visiteur("chef").lire("rectorat", "/arena").text
    for mots in ("SIPA (suivi des inscriptions)", "Gestion des absences", "Banque de stages en entreprise"):
        assert f'<span class="inerte">{mots}</span>' in page
    assert "Hors de la simulation : notes et bulletins." in page


@pytest.mark.procedure("ACC-05")
def test_consultation_changes_nothing(visiteur: Entrer) -> None:
    """In « Consultation » the menu Importations is missing, a forced deposit is refused, nothing is there after."""
    chef = visiteur("chef")
    chef.entrer("consultation")
    assert "Importations" not in chef.lire("siecle_bee", f"{BEE}/eleves").text
    forces = [
        ("POST", f"{BEE}/importations/liens-eleve-groupe"),
        ("GET", f"{BEE}/importations/liens-eleve-groupe"),
        ("POST", f"/api/etablissements/{UAI}/bases/{ANNEE}/eleves"),
        ("POST", f"/api/etablissements/{UAI}/bases/{ANNEE}/importations/liens-eleve-groupe"),
    ]
    for methode, chemin in forces:
        refus = chef.demander("siecle_bee", methode, chemin)
        assert code(refus) == (403, "MODE_INSUFFISANT")
        assert "« Consultation »" in refus.json()["detail"]
    chef.entrer("mise-a-jour")
    assert "Importations" in chef.lire("siecle_bee", f"{BEE}/eleves").text
    assert "Aucun" in chef.lire("siecle_bee", f"{BEE}/suivi/liens-eleve-groupe").text


@pytest.mark.procedure("ACC-06")
def test_consultation_et_export(visiteur: Entrer) -> None:
    """It shows fiches and « En XML », and refuses a deposit; « Consultation » has no Exportations in its menu."""
    cpe = visiteur("vie-scolaire")
    assert "/arena/entrer/mise-a-jour" not in cpe.lire("rectorat", "/arena").text
    assert code(cpe.demander("rectorat", "GET", "/arena/entrer/mise-a-jour")) == (403, "ENTREE_HORS_PROFIL")
    cpe.entrer("consultation-export")
    assert "Exportations" in cpe.lire("siecle_bee", f"{BEE}/eleves").text
    assert cpe.lire("siecle_bee", f"{BEE}/exportations/xml").status_code == 200
    depot = cpe.poster("siecle_bee", f"{BEE}/importations/liens-eleve-groupe")
    assert code(depot) == (403, "MODE_INSUFFISANT")
    cpe.entrer("consultation")
    assert "Exportations" not in cpe.lire("siecle_bee", f"{BEE}/eleves").text


@pytest.mark.procedure("ACC-08")
@pytest.mark.parametrize(
    ("profil", "edt", "bee"), [("superviseur", 200, 403), ("secretariat", 403, 200), ("adjoint", 200, 200)]
)
def test_the_transfer_of_links_needs_two_rights(visiteur: Entrer, profil: str, edt: int, bee: int) -> None:
    """Without the superviseur's account it stops at the export of EDT, without SIECLE's import at the deposit."""
    qui = visiteur(profil)
    assert qui.lire("edt", f"/{UAI}/{ANNEE}/exports/liens").status_code == edt
    qui.entrer("mise-a-jour")
    assert qui.lire("siecle_bee", f"{BEE}/importations/liens-eleve-groupe").status_code == bee


@pytest.mark.procedure("ACC-09")
def test_imports_and_exports_of_edt_are_the_superviseur_s(visiteur: Entrer) -> None:
    """The SPR's title bar says so; outside it the entries are greyed, and a forced export is refused."""
    spr = visiteur("superviseur").lire("edt", f"/{UAI}/{ANNEE}").text
    assert "Superviseur (SPR) en modification" in spr
    assert f"/{UAI}/{ANNEE}/exports/liens" in spr
    chef = visiteur("chef")
    page = chef.lire("edt", f"/{UAI}/{ANNEE}").text
    menu = page[page.index("<nav") : page.index("</nav>")]
    assert "Superviseur (SPR) en modification" not in page
    assert f"/{UAI}/{ANNEE}/exports/liens" not in menu
    assert '<span class="inerte">Exporter les liens élèves/groupes</span>' in menu
    for methode, chemin in (("POST", "exports/liens"), ("POST", "imports/sts"), ("GET", "netsynchro")):
        assert code(chef.demander("edt", methode, f"/{UAI}/{ANNEE}/{chemin}")) == (403, "SPR_REQUIS")


@pytest.mark.procedure("ACC-10")
@pytest.mark.parametrize(
    ("profil", "service", "methode", "chemin"),
    [
        ("chef", "rectorat", "POST", "/api/agents"),
        ("chef", "rectorat", "POST", "/api/bascules-bee"),
        ("secretariat", "sts_web", "POST", f"/api/etablissements/{UAI}/bascule"),
        ("secretariat", "sts_web", "POST", f"/api/etablissements/{UAI}/annees/{ANNEE}/exports/structure"),
        ("gestionnaire", "sts_web", "POST", f"/api/etablissements/{UAI}/bascule"),
        ("gestionnaire", "edt", "POST", f"/{UAI}/{ANNEE}/services"),
        ("chef", "pilotage", "GET", "/api/carte"),
        ("chef", "pilotage", "POST", "/horloge/avance"),
        ("chef", "ent", "POST", "/api/projets"),
        ("chef", "siecle_bee", "GET", "/_sim/journal"),
    ],
)
def test_an_actor_cannot_do_another_s_act(
    visiteur: Entrer, profil: str, service: str, methode: str, chemin: str
) -> None:
    """EPP and the bascule BEE are the académie's, the bascule STS-Web and the exports the school's head's."""
    qui = visiteur(profil, None if profil == "gestionnaire" else UAI)
    assert code(qui.demander(service, methode, chemin)) == (403, "DROIT_MANQUANT")


@pytest.mark.procedure("ACC-10")
def test_each_actor_does_his_own_act(academie: Any, visiteur: Entrer) -> None:
    """The gestionnaire types EPP; the head exports, and the journal of the school says which account did it."""
    dpe = visiteur("gestionnaire", None)
    assert dpe.demander("rectorat", "POST", "/api/agents", json=[]).status_code == 201
    assert dpe.lire("rectorat", "/agents").status_code == 200
    chef = visiteur("chef")
    export = chef.demander("sts_web", "POST", f"/api/etablissements/{UAI}/annees/{ANNEE}/exports/structure")
    assert export.status_code == 200, export.text
    journal = academie.interne("sts_web", "GET", "/_sim/journal").json()
    assert f"chef.{UAI.lower()}" in {ligne["origine"] for ligne in journal}


@pytest.mark.parametrize(
    ("service", "chemin"),
    [
        ("sts_web", f"/{AUTRE}/{ANNEE}"),
        ("sts_web", f"/api/etablissements/{AUTRE}/annees/{ANNEE}/campagne"),
        ("siecle_bee", f"/{AUTRE}/{ANNEE}"),
        ("siecle_bee", f"/{AUTRE}/{ANNEE}/eleves"),
        ("siecle_bee", f"/etablissements/{AUTRE}/bases/{ANNEE}/eleves"),
        ("edt", f"/{AUTRE}/{ANNEE}"),
        ("aaf", f"/api/etablissements/{AUTRE}/exclusions"),
        ("aaf", f"/etablissements/{AUTRE.lower()}"),
        ("ent", f"/{AUTRE}/{ANNEE}"),
    ],
)
def test_nobody_sees_another_school(visiteur: Entrer, service: str, chemin: str) -> None:
    """A head asks for the other school's page: 403, whether it exists or not, with whose school he may open."""
    chef = visiteur("chef")
    chef.entrer("mise-a-jour")
    refus = chef.demander(service, "GET", chemin)
    assert code(refus) == (403, "AUTRE_ETABLISSEMENT")
    assert UAI in refus.json()["detail"]


@pytest.mark.parametrize("service", ["sts_web", "siecle_bee", "edt", "aaf", "ent"])
def test_lists_keep_to_one_s_school(visiteur: Entrer, service: str) -> None:
    """The home page of each application lists the visitor's school and no other."""
    adjoint = visiteur("adjoint")
    adjoint.entrer("mise-a-jour")
    page = adjoint.lire(service, "/")
    assert page.status_code == 200
    assert AUTRE not in page.text
    if service != "ent":  # no project of this bac is fed
        assert UAI in page.text


def test_signing_out_gives_the_hand_back(visiteur: Entrer) -> None:
    """After « déconnexion » nobody is signed in, and the portal asks who comes."""
    chef = visiteur("chef")
    chef.lire("rectorat", "/arena/deconnexion")
    chef.temoins.clear()
    retour = chef.lire("rectorat", "/arena")
    assert retour.status_code == 303
    assert retour.headers["location"].endswith("/arena/connexion")


def test_accounts_that_do_not_exist(academie: Any) -> None:
    """An unknown account, school or profile is refused with a sentence."""
    for compte in ("roi", "chef", "chef.9999999Z", "gestionnaire.0960001E"):
        reponse = academie["rectorat"].post("/arena/connexion", data={"compte": compte})
        assert code(reponse) == (404, "COMPTE_INCONNU")


def test_an_identity_cannot_be_made_up(academie: Any, visiteur: Entrer) -> None:
    """A session sealed with another key is nobody; one sealed for another bac too."""
    vraie = visiteur("secretariat").temoins[f"rentree_acces_{academie.nom}"]
    cle = cle_des_acces(academie.installation.implantation.jeton_interne)
    qui = desceller(vraie, cle)
    assert qui is not None
    assert desceller(vraie, b"autre") is None
    assert desceller(vraie[:-2] + "AA", cle) is None
    for texte, attendu in (
        (sceller(qui, b"autre"), "JETON_INVALIDE"),
        (sceller(type(qui)(**{**_champs(qui), "bac": "principal"}), cle), "JETON_AUTRE_BAC"),
    ):
        reponse = academie["sts_web"].get("/api/etablissements", headers={"Authorization": f"Bearer {texte}"})
        assert code(reponse) == (401, attendu)


def _champs(qui: Any) -> dict[str, Any]:
    return {nom: getattr(qui, nom) for nom in type(qui).__struct_fields__}
