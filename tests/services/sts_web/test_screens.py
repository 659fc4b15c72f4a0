"""The pages: every menu entry opens, and the acts of the procedures can be done by page."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

MENU = [
    "Campagne",
    "Structure",
    "Ressources",
    "Services libres",
    "Services et ARE",
    "Services suppléants",
    "Indemnités",
    "HSA",
    "Bascule",
    "Imports",
    "Exports",
    "Edition journal",
    "Changement d'année",
]
SERVICES_ET_ARE = [
    "Rattachement",
    "Rattachement ARE",
    "Gestion",
    "Services",
    "Consultation ARE",
    "Changement support",
    "Equipe pédagogique",
    "Etat des services",
    "Services / discipline",
    "Hors programme",
]


def texte(html: str) -> str:
    """The text of a page, blanks reduced."""
    sans = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", sans)).split())


class Pages:
    """A browser without script on the school's year."""

    def __init__(self, ecole: Any) -> None:
        self.ecole = ecole
        self.client = ecole.bac["sts_web"]
        self.client.headers["Accept"] = "text/html"
        self.racine = f"/{ecole.uai}/{ecole.annee}"

    def lire(self, suite: str = "") -> str:
        """The text of a page that opens."""
        reponse = self.client.get(self.racine + suite)
        assert reponse.status_code == 200, f"{suite}: {reponse.status_code} {texte(reponse.text)[:300]}"
        return texte(reponse.text)

    def poster(self, suite: str, data: dict[str, Any] | None = None, **options: Any) -> str:
        """The text of the page to which a form leads."""
        reponse = self.client.post(self.racine + suite, data=data or {}, **options)
        assert reponse.status_code == 303, f"{suite}: {reponse.status_code} {texte(reponse.text)[:300]}"
        suivante = self.client.get(reponse.headers["location"].replace(f"/b/{self.ecole.bac.nom}", ""))
        assert suivante.status_code == 200
        return texte(suivante.text)


@pytest.fixture
def pages(ecole: Any) -> Pages:
    """The pages of the collège."""
    return Pages(ecole)


@pytest.mark.procedure("STS-01")
@pytest.mark.procedure("STS-02")
@pytest.mark.procedure("STS-03")
@pytest.mark.procedure("STS-04")
@pytest.mark.procedure("STS-05")
def test_every_menu_entry_opens(pages: Pages) -> None:
    """The header, the bar and the menu are those of the real application, and each link opens a page."""
    html = pages.client.get(pages.racine).text
    assert f"COLLEGE DES TROIS MOULINS ({pages.ecole.uai} - Année en cours 2021-2022)" in texte(html)
    assert "Structure et Services - V 9.0.2" in texte(html)
    nav = html[html.index('aria-label="Menu principal"') :]
    nav = nav[: nav.index("</nav>")]
    vus = [texte(m) for m in re.findall(r"<(?:summary|a)[^>]*>(.*?)</(?:summary|a)>", nav, flags=re.S)]
    assert [v for v in dict.fromkeys(vus) if v in MENU] == MENU
    debut = vus.index("Services et ARE") + 1
    assert vus[debut : debut + len(SERVICES_ET_ARE)] == SERVICES_ET_ARE
    liens = sorted(set(re.findall(rf'href="(?:/b/[^/"]+)?({pages.racine}[^"?#]*)"', html)))
    assert len(liens) >= 29
    for lien in liens:
        reponse = pages.client.get(lien)
        assert reponse.status_code == 200, f"{lien}: {texte(reponse.text)[:300]}"
        assert "STS" in texte(reponse.text)
        assert re.search(rf'href="[^"]*{re.escape(lien)}"[^>]*aria-current="page"', reponse.text), lien


@pytest.mark.procedure("STS-06")
@pytest.mark.procedure("STS-09")
def test_school_and_year_are_chosen(pages: Pages) -> None:
    """The home page lists schools and years; « Changement d'année » lists the years of the school."""
    accueil = texte(pages.client.get("/").text)
    assert "COLLEGE DES TROIS MOULINS" in accueil
    assert "Année en cours 2021-2022" in accueil
    assert "Année en cours 2021-2022" in pages.lire("/changement-annee")


@pytest.mark.procedure("STS-08")
def test_campagne_shows_its_dates(nouvelle_ecole: Any) -> None:
    """In the southern calendar the campagne « Rentrée » is in March."""
    page = Pages(nouvelle_ecole(annee=2018, profil="noumea-2018")).lire("/campagne")
    assert "Rentrée" in page
    assert "05/03/2018" in page
    assert "19/03/2018" in page
    assert "V 11.2.5" in page


def test_structure_is_typed_by_page(pages: Pages) -> None:
    """A division and a group are created, changed and deleted; a refusal is told on the page."""
    faite = pages.poster("/structure/divisions", {"code": "6C", "libelle": "SIXIEME C", "mefs": "10010012110"})
    assert "La division « 6C » est créée." in faite
    refusee = pages.poster("/structure/divisions", {"code": "6C", "mefs": "10010012110"})
    assert "déjà celui d'une division" in refusee
    pages.poster("/structure/groupes", {"code": "6LAT", "divisions": ["6A", "6C"]})
    assert "Structure - Groupe" in pages.lire("/structure/modification?genre=G&code=6LAT")
    corps = {"genre": "G", "avant": "6LAT", "code": "6LATIN", "divisions": ["6A"]}
    assert "6LATIN" in pages.poster("/structure/modification", corps)
    assert "est supprimé" in pages.poster("/structure/suppression", {"genre": "G", "code": "6LATIN"})


@pytest.mark.procedure("STS-47")
@pytest.mark.procedure("STS-54")
def test_the_import_asks_its_question(pages: Pages) -> None:
    """Without an answer nothing is imported; with « Non » the report and the advice are shown."""
    assert "Souhaitez-vous conserver les services, ..." in pages.lire("/imports/emploi-du-temps")
    contenu = pages.ecole.emp_sts(groupes=(("6ALL&1", ("6A",)), ("6ALL1", ("6A",))))
    fichier = {"fichier": ("emp_sts.xml", contenu)}
    sans = pages.poster("/imports/emploi-du-temps", {"conserver_services": ""}, files=fichier)
    assert "Répondez à la question" in sans
    faite = pages.poster("/imports/emploi-du-temps", {"conserver_services": "non"}, files=fichier)
    assert "L'emploi du temps a été importé." in faite
    assert "contient des caractères non autorisés : « & »" in faite
    assert "« Exports » > « Structure », puis « Exports » > « Services »" in faite


@pytest.mark.procedure("STS-55")
def test_the_advice_follows_the_profile(nouvelle_ecole: Any) -> None:
    """Where the profile says so, the advice speaks of the services alone."""
    ecole = nouvelle_ecole(profil="toulouse-2013", annee=2013)
    rapport = ecole.importer(ecole.emp_sts(annee=2013))
    assert "« Exports » > « Services »" in rapport["conseil"]
    assert "Structure" not in rapport["conseil"]


@pytest.mark.procedure("STS-58")
@pytest.mark.procedure("STS-65")
@pytest.mark.procedure("STS-66")
def test_exports_end_with_the_message_of_the_screen(pages: Pages) -> None:
    """Structure, then Services, each with its exact message; the editor's choice says that nothing was sent."""
    assert "La structure a été envoyée à SCONET via un service Web." in pages.poster("/exports/structure")
    page = pages.lire("/exports/services")
    assert "Souhaitez-vous :" in page
    assert "Exporter les services à destination d'un éditeur privé de logiciel de gestion des notes ?" in page
    faite = pages.poster("/exports/services", {"destination": "sconet"})
    assert "Les services ont été envoyés à SCONET via un service Web." in faite
    assert "Rien n'a été envoyé à SCONET" in pages.poster("/exports/services", {"destination": "editeur"})
    fichier = pages.client.post(pages.racine + "/exports/emploi-du-temps")
    assert "attachment" in fichier.headers["content-disposition"]
    assert "Exports : structure" in pages.lire("/journal")


@pytest.mark.procedure("STS-11")
def test_the_bascule_page_gives_the_advice(nouvelle_ecole: Any) -> None:
    """The page advises to carry only the divisions; done, the year in preparation can be chosen."""
    ecole = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-06-07T08:00:00+02:00"))
    page = Pages(ecole)
    assert "mieux vaut ne basculer que les divisions" in page.lire("/bascule")
    faite = page.poster("/bascule", {"reconduire": ["divisions"]})
    assert "La bascule est faite" in faite
    assert "Année en préparation 2021-2022" in faite


@pytest.mark.procedure("STS-30")
@pytest.mark.procedure("STS-31")
@pytest.mark.procedure("STS-32")
def test_changing_support_by_page(pages: Pages) -> None:
    """The three sentences of the screen, the services of the teacher, then « Rattacher »."""
    vide = pages.lire("/services/changement-support")
    assert "Choisissez l'enseignant dont les services doivent être basculés :" in vide
    page = pages.lire("/services/changement-support?origine=40102")
    assert "Sélectionnez le(s) service(s) que vous souhaitez basculer :" in page
    assert "Choisissez l'enseignant sur lequel les services doivent être basculés :" in page
    assert "6ALL1" in page
    corps = {"origine": 40102, "destinataire": 40104, "numeros": [2]}
    assert "Services basculés : 1." in pages.poster("/services/changement-support", corps)
    assert "VANNEREAU Zoé" in pages.lire("/services/equipe-pedagogique?structure=6ALL1")


@pytest.mark.procedure("STS-34")
@pytest.mark.procedure("STS-35")
def test_saisie_rapide_by_page(pages: Pages, fabriquer_agent: Any) -> None:
    """The suppléant is listed with dates and suppléé; ticked and validated, his services are counted."""
    pages.ecole.agents(
        fabriquer_agent(40102, "TALBOUR"),
        fabriquer_agent(50003, "MARCELIN", "SUP", debut=date(2021, 9, 6), fin=date(2021, 10, 1), supplee_id=40102),
    )
    page = pages.lire("/services-suppleants/saisie-rapide")
    assert "Sélection des suppléants pour rattachement automatique des services des absents" in page
    assert "06/09/2021 - 01/10/2021" in page
    assert "Enregistrement(s) 1 à 1, sur 1 trouvé(s)" in page
    (ligne,) = pages.ecole.lire("/suppleances")
    faite = pages.poster("/services-suppleants/saisie-rapide", {"suppleances": [ligne["cle"]]})
    assert "Services rattachés : 1." in faite


def test_an_unknown_school_is_a_page_too(pages: Pages) -> None:
    """A browser gets a page with the sentence and the remedy."""
    reponse = pages.client.get("/0960002F/2021/structure")
    assert reponse.status_code == 404
    assert "n'existe pas dans STS-Web" in texte(reponse.text)


@pytest.mark.procedure("STS-27")
def test_structure_shows_the_groups_to_compare_with_edt(pages: Pages) -> None:
    """Each group with its divisions and MEF, before and after an import, and the rule of the names."""
    page = pages.lire("/structure")
    assert "6ALL1 6EME ALLEMAND 6A, 6B 10010012110, 10110001110 20" in page
    assert "identiques, à la lettre près, dans STS-Web, le logiciel d'emploi du temps et SIECLE" in page
    pages.ecole.importer(pages.ecole.emp_sts(groupes=(("6LATIN", ("6A",)),)))
    page = pages.lire("/structure")
    assert "6LATIN 6LATIN 6A 10010012110" in page
    assert "6EME ALLEMAND" not in page


@pytest.mark.procedure("STS-43")
def test_the_file_is_saved_and_never_opened(pages: Pages) -> None:
    """The page says what the browser offers; a file changed on the way is refused by EDT with its line."""
    page = pages.lire("/exports/emploi-du-temps")
    for offre in ("Ouvrir avec", "Enregistrer le fichier", "Toujours effectuer cette action pour ce type de fichier."):
        assert f"« {offre} »" in page
    reponse = pages.client.post(pages.racine + "/exports/emploi-du-temps")
    assert reponse.headers["content-disposition"] == f'attachment; filename="sts_emp_{pages.ecole.uai}_2021.xml"'
    edt = pages.ecole.bac["edt"]
    base = f"/api/etablissements/{pages.ecole.uai}/bases/2021"
    assert edt.post(base).status_code == 201
    abime = reponse.content.replace(b"</DIVISIONS>", b"", 1)
    refus = edt.post(base + "/imports/sts", files={"fichier": ("sts_emp.xml", abime)})
    assert refus.status_code == 422, refus.text
    assert refus.json()["lieu"]["ligne"] > 1
    assert edt.post(base + "/imports/sts", files={"fichier": ("sts_emp.xml", reponse.content)}).status_code == 200


@pytest.mark.procedure("STS-59")
def test_an_export_stays_en_cours_until_it_is_done(pages: Pages) -> None:
    """The page tells to wait for the message; a treatment that is not finished is shown « En cours »."""
    assert "Le traitement peut être long : attendez le message avant de continuer." in pages.lire("/exports/structure")
    pages.poster("/exports/structure")
    fabrique = pages.ecole.bac.installation.applications["sts_web"].state.noyau.fabrique
    with fabrique.bases.session(pages.ecole.bac.nom) as s:
        s.execute(update(fabrique.table_envoi).values(etat="en_attente", reponse=None))
        s.commit()
    assert "Le traitement de cet export est en cours" in pages.lire("/exports/structure")
    assert "En cours" in pages.lire()
    pages.ecole.bac.interne("sts_web", "POST", "/_sim/envois/livrer")
    assert "Le traitement de cet export est en cours" not in pages.lire("/exports/structure")
    assert "En cours" not in pages.lire()
