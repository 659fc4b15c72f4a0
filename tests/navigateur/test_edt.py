"""The timetable software in a browser: every page, wide and narrow, and what its forms do."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx
import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from rentree.demo import depart
from rentree.population import Parametres, generer
from shared.formats import sts
from shared.formats.elegroupe.noms import analyser_nom
from shared.identifiers import fabriquer_uai
from tests.navigateur.outils import (
    CAPTURES,
    LARGEURS,
    navigateur,
    verifier_accessibilite,
    verifier_largeur,
    verifier_page,
)

__all__ = ["navigateur"]
pytestmark = pytest.mark.navigateur

UAI = fabriquer_uai("096", 1)
ANNEE = 2021
RACINE = f"/{UAI}/{ANNEE}"
MATIERES = {"020700": "Français", "061300": "Mathématiques", "030101": "Allemand LV1"}
GROUPE = "6 ALL/É"
INSTANT = datetime(2021, 8, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))


class Poste:
    """The software used by its pages: forms posted as a browser posts them."""

    def __init__(self, bac: Any) -> None:
        self.client = bac["edt"]
        self.population = generer(Parametres(uai=UAI, effectif=60, seed=5, annee=ANNEE + 1))
        self.classes = [d.code for d in self.population.divisions_precedentes]
        self.profs = [a for a in self.population.agents if a.source == "EPP" and a.fonction == "ENS"]

    def envoyer(self, chemin: str, statut: int = 303, **options: Any) -> httpx.Response:
        """POST a form; the answer, its status checked."""
        reponse: httpx.Response = self.client.post(chemin, headers={"Accept": "text/html"}, **options)
        assert reponse.status_code == statut, reponse.text
        return reponse

    def sts_emp(self) -> bytes:
        """The school's sts_emp, with matières."""
        doc = sts.lire_sts_emp(io.BytesIO(depart.sts_precedent(self.population)), "sts_emp.xml")
        matieres = tuple(sts.Matiere(code, None, None, nom, nom) for code, nom in MATIERES.items())
        sortie = io.BytesIO()
        sts.ecrire_sts_emp(sortie, replace(doc, nomenclatures=replace(doc.nomenclatures, matieres=matieres)))
        return sortie.getvalue()

    def siecle(self) -> list[tuple[str, tuple[str, bytes]]]:
        """SIECLE's files, as a picker sends them."""
        return [("fichiers", f) for f in depart.base_precedente(self.population, INSTANT)]

    def remplir(self) -> None:
        """A base with everything in it, by its forms."""
        self.envoyer("/bases", data={"uai": UAI.lower(), "annee": ANNEE})
        fichier = {"fichier": ("sts_emp.xml", self.sts_emp(), "application/xml")}
        self.envoyer(f"{RACINE}/imports/sts", files=fichier, data={"structures": "oui"})
        self.envoyer(f"{RACINE}/professeurs", data={"nom": "BMP EPS"})
        self.envoyer(f"{RACINE}/groupes", data={"code": GROUPE, "divisions": self.classes[:2], "libelle": "Allemand"})
        for rang, classe in enumerate(self.classes):
            for numero, matiere in enumerate(["020700", "061300"]):
                prof = self.profs[(2 * rang + numero) % len(self.profs)]
                champs = {"structure": classe, "matiere": matiere, "heures": "4.5", "profs": [str(prof.id)]}
                self.envoyer(f"{RACINE}/services", data=champs)
        champs = {"structure": GROUPE, "matiere": "030101", "heures": "3", "profs": [str(self.profs[-1].id)]}
        self.envoyer(f"{RACINE}/services", data=champs)
        self.envoyer(
            f"{RACINE}/classes/professeur-principal",
            data={"division": self.classes[0], "professeur": str(self.profs[0].id)},
        )
        self.envoyer(f"{RACINE}/emploi-du-temps")

    def peupler(self) -> None:
        """SIECLE's pupils in the base, some of them in the group."""
        choisis = self.envoyer(f"{RACINE}/imports/siecle/selection", 200, files=self.siecle()).text
        champs = {"nom": [], "digest": []}
        for morceau in choisis.split('<input type="hidden" name="')[1:]:
            nom, _, reste = morceau.partition('" value="')
            champs[nom].append(reste.partition('"')[0])
        coches = dict.fromkeys(("nouveaux", "identite", "scolarite", "ignorer_sortis"), "oui")
        self.envoyer(f"{RACINE}/imports/siecle", data=champs | coches)
        eleves = [
            str(e.id)
            for e in self.population.base_precedente
            if e.scolarite_precedente.division in self.classes[:2] and e.scolarite_precedente.date_sortie is None
        ]
        dates = {"debut": "2021-09-02", "fin": "2022-07-07"}
        self.envoyer(f"{RACINE}/groupe", data={"code": GROUPE, "eleves": eleves[:7]} | dates)


@pytest.fixture
def poste(bac: Any) -> Poste:
    """The software, with a full base of 2021-2022."""
    poste = Poste(bac)
    poste.remplir()
    poste.peupler()
    return poste


def test_every_page_is_clean(poste: Poste, navigateur: Browser) -> None:
    """Every page, wide and narrow: no console error, no sideways scroll, nothing that axe-core finds."""
    poste.envoyer(f"{RACINE}/exports/sts")
    poste.envoyer(f"{RACINE}/exports/liens", data={"exclusif": "oui"})
    adresse = str(poste.client.base_url).rstrip("/")
    pages = {
        "accueil": "/",
        "base": RACINE,
        "import-sts": f"{RACINE}/imports/sts",
        "import-siecle": f"{RACINE}/imports/siecle",
        "matieres": f"{RACINE}/correspondances",
        "corr-professeurs": f"{RACINE}/correspondances?onglet=professeur&ligne=900000000",
        "corr-services": f"{RACINE}/correspondances?onglet=service",
        "classes": f"{RACINE}/classes",
        "groupes": f"{RACINE}/groupes",
        "groupe": str(httpx.URL(f"{RACINE}/groupe", params={"code": GROUPE})),
        "eleves": f"{RACINE}/eleves",
        "professeurs": f"{RACINE}/professeurs",
        "services": f"{RACINE}/services",
        "grille": f"{RACINE}/emploi-du-temps",
        "export-sts": f"{RACINE}/exports/sts",
        "export-liens": f"{RACINE}/exports/liens?fait=true",
    }
    page = navigateur.new_page()
    for nom, chemin in pages.items():
        verifier_page(page, adresse + chemin, LARGEURS, f"edt-{nom}")
    verifier_page(page, f"{adresse}/{UAI}/2099", LARGEURS, "edt-refus", statut=404)
    page.close()


@pytest.mark.procedure("EDT-04")
@pytest.mark.procedure("EDT-23")
def test_the_menu_leads_to_siecle_s_picker(bac: Any, navigateur: Browser) -> None:
    """« Fichier » > « Avec SIECLE » opens the picker, which says what the files are before anything is imported."""
    poste = Poste(bac)
    poste.remplir()
    page = navigateur.new_page()
    page.goto(f"{str(poste.client.base_url).rstrip('/')}{RACINE}")
    expect(page.get_by_text("Superviseur (SPR) en modification")).to_be_visible()
    _ouvrir(page, "Fichier", "Avec SIECLE", "Récupérer les données des élèves")
    page.get_by_label("Fichiers exportés de SIECLE").set_input_files(
        [{"name": nom, "mimeType": "application/zip", "buffer": octets} for _, (nom, octets) in poste.siecle()]
    )
    page.get_by_role("button", name="Valider la sélection").click()
    ligne = page.get_by_role("row", name="Elèves (avec ou sans adresse)")
    expect(ligne).to_contain_text("ExportXML_ElevesAvecAdresses.zip")
    expect(ligne).to_contain_text("24/08/2021")
    expect(ligne).to_contain_text(UAI)
    expect(page.get_by_role("row", name="Géographique")).to_contain_text("manquant")
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_largeur(page)
        verifier_accessibilite(page)
    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_text("Bilan de l'import")).to_be_visible()
    page.close()


def _ouvrir(page: Page, *entrees: str) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    for libelle in entrees[:-1]:
        menu.locator("summary").get_by_text(libelle, exact=True).click()
    verifier_largeur(page)
    verifier_accessibilite(page)
    page.screenshot(path=CAPTURES / "edt-menu.png")
    menu.get_by_role("link", name=entrees[-1], exact=True).click()


@pytest.mark.procedure("EDT-38")
def test_links_are_told_then_downloaded(poste: Poste, navigateur: Browser) -> None:
    """The export of the links says its sentence, and the file that is downloaded has the name that BEE wants."""
    page = navigateur.new_page()
    page.goto(f"{str(poste.client.base_url).rstrip('/')}{RACINE}/exports/liens")
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("heading", name="Export SIECLE")).to_be_visible()
    dit = "Les liens élèves/groupes de 7 élèves ont été exportés dans le fichier ZIP suivant :"
    expect(page.get_by_text(dit)).to_be_visible()
    with page.expect_download() as attente:
        page.get_by_role("link", name="ELEGROUPE").click()
    nom = attente.value.suggested_filename
    assert (analyser_nom(nom).uai, analyser_nom(nom).millesime) == (UAI, ANNEE)
    page.get_by_label("Mode usage exclusif").uncheck()
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("mode usage exclusif").first).to_be_visible()
    expect(page.get_by_text("USAGE_EXCLUSIF")).to_be_visible()
    page.close()


@pytest.mark.procedure("EDT-17")
def test_a_counterpart_is_chosen_in_the_list(poste: Poste, navigateur: Browser) -> None:
    """The line of a place to fill is opened, a teacher of STS-Web freed and chosen; the line then shows him."""
    page = navigateur.new_page()
    adresse = str(poste.client.base_url).rstrip("/")
    page.goto(f"{adresse}{RACINE}/correspondances?onglet=professeur")
    libre = poste.profs[0]
    nom = f"{libre.nom_usage or libre.nom} {libre.prenom}"
    page.get_by_role("link", name=f"Choisir la correspondance de {nom}").first.click()
    page.get_by_label("Professeurs STSWEB").select_option("")
    page.get_by_role("button", name="Valider").click()
    page.get_by_role("link", name="Choisir la correspondance de BMP EPS").click()
    page.get_by_label("Professeurs STSWEB").select_option(str(libre.id))
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("row", name="BMP EPS")).to_contain_text(str(libre.id))
    page.close()


@pytest.mark.procedure("EDT-02")
@pytest.mark.parametrize(
    ("habillage", "titre", "entree"),
    [
        ("2013", "Superviseur en modification", "IMPORTS / EXPORTS"),
        ("2018", "Superviseur (SPR) en modification", "Avec PRONOTE HEBERGE"),
        ("2023", "Superviseur (Administrateur) en modification", "Avec PRONOTE HEBERGE"),
    ],
)
def test_the_look_follows_the_profile(nouveau_bac: Any, habillage: str, titre: str, entree: str) -> None:
    """The title bar and the menu are those of the guide's version."""
    client = nouveau_bac(habillage=habillage)["edt"]
    page = client.get("/", headers={"Accept": "text/html"}).text
    assert titre in page
    assert entree in page


def test_a_refusal_is_a_page(poste: Poste) -> None:
    """A form that is refused answers the refusal's page, with its code and what to do."""
    autre = {"fichier": ("emp.xml", b"<EDT_STS/>", "application/xml")}
    reponse = poste.envoyer(f"{RACINE}/imports/sts", 422, files=autre)
    assert "message-remede" in reponse.text
    reponse = poste.envoyer(f"{RACINE}/groupes", 422, data={"code": "SEUL"})
    assert "GROUPE_SANS_CLASSE" in reponse.text
    assert "text/html" in reponse.headers["content-type"]
    fichier = poste.client.get(f"{RACINE}/exports/sts/fichier", headers={"Accept": "text/html"})
    assert (fichier.status_code, "SANS_EXPORT" in fichier.text) == (404, True)
    assert unquote(str(fichier.url)).endswith("/exports/sts/fichier")
