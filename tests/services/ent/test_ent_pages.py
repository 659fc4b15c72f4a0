"""The pages of the ENT: they open, say what the ENT holds, and answer forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from .jeu_ent import UAI, complet, comptes, ecole_type, eleve, importer, ouvrir_projet

__all__ = ["navigateur"]

P = f"/{UAI}/2021"
HTML = {"accept": "text/html"}


def page(bac: Any, chemin: str, statut: int = 200) -> str:
    reponse = bac["ent"].get(chemin, headers=HTML)
    assert reponse.status_code == statut, reponse.text[:3000]
    texte: str = reponse.text
    return texte


@pytest.fixture
def peuple(bac: Any, tmp_path: Path) -> Any:
    """The typical school with an emptied group, imported."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    ecole = ecole.avec(eleves=(*(replace(e, groupes=e.groupes[-1:]) for e in ecole.eleves[:1]), *ecole.eleves[2:]))
    assert importer(bac, complet(tmp_path, ecole, date(2021, 9, 6)), 1)["etat"] == "applique"
    return bac


@pytest.mark.procedure("ENT-25")
def test_every_page_opens(peuple: Any) -> None:
    """Each entry of the menu opens a page with the administrator's menu, before and after data came."""
    entrees = ("Accueil", "Messagerie", "Cahier de textes", "Rubriques", "Administration", "Pédagogie", "Assistance")
    chemins = ["", "/messagerie", "/cahier-de-textes", "/classes", "/groupes", "/comptes", "/imports", "/imports/1"]
    chemins += ["/vue", "/vue?q=val", "/classes?nom=6A", "/groupes?nom=6LATIN", "/comptes/7100001", "/comptes/7200001"]
    chemins += ["/vue/7100001", "/vue/7200001", "/vue/5101", "/comptes?q=orval&profil=enseignant&etat=a_activer"]
    chemins += ["/autre/orientation", "/ressources", "/messagerie/boite/5101"]
    for chemin in chemins:
        texte = page(peuple, P + chemin)
        assert all(entree in texte for entree in entrees), chemin
    page(peuple, "/")
    page(peuple, "/activation")
    assert "n&#39;existe pas" in page(peuple, P + "/autre/rien", 404)
    assert UAI in page(peuple, "/0970001Z/2021", 404) or "0970001Z" in page(peuple, "/0970001Z/2021", 404)


def test_pages_open_before_the_first_feed(bac: Any) -> None:
    """A project that was never fed has its pages, and says that it waits."""
    ouvrir_projet(bac)
    assert "pas encore alimenté" in page(bac, "/")
    assert "aucune alimentation" in page(bac, P)
    for chemin in ("/messagerie", "/cahier-de-textes", "/classes", "/groupes", "/comptes", "/imports", "/vue?q=a"):
        page(bac, P + chemin)


@pytest.mark.procedure("ENT-18")
@pytest.mark.procedure("ENT-19")
def test_the_assistant_destinataire_shows_empty_lists(peuple: Any) -> None:
    """Every class and group is offered with its counts; the group without links is there, its list empty."""
    texte = page(peuple, P + "/messagerie")
    ligne = texte[texte.index("nom=6LATIN") :].split("</tr>")[0]
    assert "liste vide" in ligne
    assert "liste vide" not in texte[texte.index("nom=6ANG1") :].split("</tr>")[0]
    listes = peuple["ent"].get("/api/projets/essai/destinataires", params={"uai": UAI}).json()
    vus = {g["nom"]: (g["nb_eleves"], g["nb_responsables"], g["nb_enseignants"]) for g in listes["groupes"]}
    assert vus == {"6ANG1": (2, 2, 1), "6LATIN": (0, 0, 0)}
    assert [p["nombre"] for p in listes["profils"]] == [2, 2, 2, 1]


@pytest.mark.procedure("ENT-04")
def test_the_fichier_des_identifiants(peuple: Any) -> None:
    """It holds login and activation code of each account of the school, until it is activated."""
    reponse = peuple["ent"].get(P + "/comptes/identifiants.csv")
    assert reponse.headers["content-disposition"] == f'attachment; filename="identifiants_essai_{UAI}_20210823.csv"'
    lignes = [x.strip('"').split('";"') for x in reponse.content.decode("utf-8-sig").splitlines()]
    assert lignes[0][:3] == ["Identifiant ENT", "Nom", "Prénom"]
    lus = {x[0]: x[3] for x in lignes[1:]}
    assert lus == {c["login"]: c["code_activation"] for c in comptes(peuple, uai=UAI).values()}
    corps = {"projet": "essai", "login": "aurore.valbrune", "code": lus["aurore.valbrune"]}
    assert peuple["ent"].post("/activation", data=corps, follow_redirects=False).status_code == 303
    apres = peuple["ent"].get(P + "/comptes/identifiants.csv").content.decode("utf-8-sig")
    assert lus["aurore.valbrune"] not in apres
    assert comptes(peuple)[7200001]["etat"] == "actif"
    refus = peuple["ent"].post("/activation", data=corps, headers=HTML)
    assert refus.status_code == 409
    assert "déjà activé" in refus.text
    faux = peuple["ent"].post("/activation", data=corps | {"login": "personne.inconnue"}, headers=HTML)
    assert (faux.status_code, "ACTIVATION_REFUSEE" in faux.text) == (404, True)


@pytest.mark.procedure("ENT-23")
def test_a_parent_sees_the_classes_of_his_children(peuple: Any) -> None:
    """Pupil, parent and teacher see the same class and groups."""
    for aaf_id in (7100001, 7200001, 5102):
        texte = page(peuple, f"{P}/vue/{aaf_id}")
        assert "Classe 6A" in texte
        assert "Groupe 6ANG1" in texte
    assert "Classe 6B" not in page(peuple, f"{P}/vue/5102")


def test_an_import_by_page(peuple: Any, tmp_path: Path) -> None:
    """A feed given in the form is applied and its report shown; a bad one says why."""
    ecole = ecole_type()
    archive = complet(tmp_path, ecole.avec(eleves=(*ecole.eleves, eleve(4, "BRIVAL", "Zoé", "6Z"))), date(2021, 9, 7))
    fichier = {"archive": (archive.name, archive.read_bytes(), "application/gzip")}
    reponse = peuple["ent"].post(
        P + "/imports", files=fichier, data={"numero": "2"}, headers=HTML, follow_redirects=True
    )
    assert reponse.status_code == 200
    assert "L&#39;alimentation est appliquée." in reponse.text
    assert "CLASSE_NON_DECLAREE" in reponse.text
    deja = peuple["ent"].post(P + "/imports", files=fichier, data={"numero": "2"}, headers=HTML, follow_redirects=True)
    assert "refusé en entier" in deja.text
    assert "FLUX_PERIME" in deja.text


def test_a_project_is_opened_by_page(bac: Any) -> None:
    """The form opens a project; a refusal comes back on the page with what was typed."""
    corps = {"code": "ent1", "aaf_projet": "X", "libelle": "ENT des collèges", "uais": UAI, "purge_jours": "42"}
    assert "ent1" in bac["ent"].post("/projets", data=corps, headers=HTML, follow_redirects=True).text
    assert bac["ent"].get("/api/projets/ent1").json()["purge_jours"] == 42
    refus = bac["ent"].post("/projets", data=corps | {"code": "ent2", "uais": "0970007A"}, headers=HTML)
    assert refus.status_code == 422
    assert "lettre de contrôle" in refus.text
    assert 'value="ENT des collèges"' in refus.text


@pytest.mark.navigateur
def test_pages_are_accessible(navigateur: Browser, peuple: Any) -> None:
    """Pages open cleanly in a browser, wide and narrow: no error, no sideways scroll, no axe violation."""
    base = str(peuple["ent"].base_url).rstrip("/")
    onglet = navigateur.new_page()
    for nom, chemin in {
        "choix": "/",
        "accueil": P,
        "messagerie": f"{P}/messagerie",
        "groupe": f"{P}/groupes?nom=6ANG1",
        "comptes": f"{P}/comptes",
        "compte": f"{P}/comptes/7100001",
        "cahier-de-textes": f"{P}/cahier-de-textes",
        "rubriques": f"{P}/classes",
        "classe": f"{P}/classes?nom=6A",
        "groupes": f"{P}/groupes",
        "responsable": f"{P}/comptes/7200001",
        "choix-vue": f"{P}/vue?q=val",
        "publication": f"{P}/autre/publication",
        "imports": f"{P}/imports",
        "import": f"{P}/imports/1",
        "vue": f"{P}/vue/5102",
    }.items():
        verifier_page(onglet, base + chemin, LARGEURS, f"ent-{nom}")
    onglet.close()
