"""The pages: every menu entry opens, forms do what the API does, refusals are shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.contracts.echanges import Affectations
from shared.formats.elegroupe.liens import GroupeLien

from .ecole import (
    AUTRE_UAI,
    CINQUIEME,
    SIXIEME,
    UAI,
    Ecole,
    deposer,
    dossier,
    liens_xml,
    peupler,
    preparer,
    responsable,
)

PAGE = {"accept": "text/html"}


def page(ecole: Ecole, chemin: str, attendu: int = 200) -> str:
    """A page of the base, as a browser asks for it."""
    reponse = ecole.bac["siecle_bee"].get(f"/{ecole.uai}/{ecole.millesime}/{chemin}", headers=PAGE)
    assert reponse.status_code == attendu, reponse.text[:2000]
    return lisible(reponse.text)


def envoyer(ecole: Ecole, chemin: str, attendu: int = 303, **options: Any) -> str:
    """Send a form; the page it leads to, or the page of the refusal."""
    client = ecole.bac["siecle_bee"]
    reponse = client.post(f"/{ecole.uai}/{ecole.millesime}/{chemin}", headers=PAGE, **options)
    assert reponse.status_code == attendu, reponse.text[:2000]
    if attendu != 303:
        return lisible(reponse.text)
    suite = reponse.headers["location"].removeprefix(f"/b/{ecole.bac.nom}")
    return lisible(client.get(suite, headers=PAGE).text)


def lisible(html: str) -> str:
    """What a reader sees of apostrophes, quotes and no-break spaces."""
    return html.replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'").replace("&#34;", '"')


@pytest.mark.procedure("BEE-02", "BEE-04", "BEE-05", "BEE-06", "COM-01")
def test_every_menu_entry_opens(ecole: Ecole) -> None:
    """Each entry of the menu opens a page of its own, under its name."""
    peupler(ecole, 2)
    accueil = ecole.bac["siecle_bee"].get("/", headers=PAGE).text
    assert f"/{UAI}/2021/tableau-de-bord" in accueil
    html = page(ecole, "tableau-de-bord")
    menu = html[html.index('id="menu-liste"') : html.index("<main")]
    for libelle in ("Saisie en masse", "Fiches bloquantes", "En XML", "Logiciel privé - Liens élève-groupe"):
        assert libelle in menu
    chemins = re.findall(rf'href="/b/{ecole.bac.nom}/{UAI}/2021/([^"]+)"', menu)
    assert len(chemins) > 20
    for chemin in dict.fromkeys(chemins):
        assert "<h1>" in page(ecole, chemin)


@pytest.mark.procedure("BEE-03")
def test_menu_of_2013(nouveau_bac: Any) -> None:
    """The habillage of 2013 has a left menu with the words of that time."""
    ecole = preparer(Ecole(nouveau_bac(habillage="2013")))
    html = page(ecole, "tableau-de-bord")
    assert "menu-gauche" in html
    assert "Liens élèves-groupe" in html


@pytest.mark.procedure("BEE-28", "BEE-29")
def test_fiche_by_page(ecole: Ecole) -> None:
    """The tabs open, « Compléter » changes the fiche, a refusal is shown on it with its remedy."""
    (eleve,) = peupler(ecole, 1)
    for onglet in ("synthese", "eleve", "responsables", "scolarite", "historique", "complexe"):
        assert "SYNTHÈSE" in page(ecole, f"eleves/{eleve}?onglet={onglet}")
    formulaire = {"onglet": "scolarite", "scolarite": "oui", "mef": SIXIEME, "division": "", "regime": "0"}
    html = envoyer(ecole, f"eleves/{eleve}", data=formulaire)
    assert "La fiche a été mise à jour." in html
    assert "SANS_DIVISION" in html
    html = envoyer(ecole, f"eleves/{eleve}", 422, data={"onglet": "scolarite", "mef": CINQUIEME, "division": "6A"})
    assert "DIVISION_HORS_MEF" in html
    assert ecole.appeler("GET", f"/eleves/{eleve}")["division"] == ""
    html = envoyer(ecole, f"eleves/{eleve}/groupes", data={"groupe": "6LATIN"})
    assert "6LATIN" in html
    envoyer(ecole, f"eleves/{eleve}/groupes", data={"groupe": "6LATIN", "acte": "retirer"})
    assert ecole.appeler("GET", f"/eleves/{eleve}")["groupes"] == []
    envoyer(ecole, f"eleves/{eleve}/suppression", data={})
    assert ecole.appeler("GET", "/eleves") == []


@pytest.mark.procedure("BEE-15", "BEE-18", "BEE-41")
def test_search_create_and_link_a_responsable(ecole: Ecole) -> None:
    """A search that finds nobody offers creation; a responsable is looked for before he is created."""
    peupler(ecole, 1)
    assert "Aucun élève trouvé. Modifier vos critères de recherche." in page(ecole, "eleves?nom=personne")
    assert "1 élève trouvé." in page(ecole, "eleves?nom=fictif&tri=division&sens=desc")
    identite = {"nom": "Neuf", "prenom": "Zoé", "sexe": "2", "commune_naissance": "25056"}
    assert "CREATION_INCOMPLETE" in envoyer(ecole, "eleves/creation", 422, data=identite)
    html = envoyer(ecole, "eleves/creation", data=identite | {"date_naissance": "2010-02-03"})
    assert "La fiche a été créée." in html
    cherche = page(ecole, "eleves/200002/responsable?nom=fictif")
    assert "MME FICTIF001 Iris" in cherche
    assert "Créer un nouveau responsable" in cherche
    lien = {"personne": "400001", "parente": "10", "niveau": "1"}
    assert "FICTIF001" in envoyer(ecole, "eleves/200002/responsable", data=lien)
    nouveau = {"personne": "nouveau", "parente": "20", "niveau": "1", "civilite": "M."}
    assert "RESPONSABLE_SANS_NOM" in envoyer(ecole, "eleves/200002/responsable", 422, data=nouveau)
    envoyer(ecole, "eleves/200002/responsable", data=nouveau | {"nouveau_nom": "PERE", "nouveau_prenom": "Bruno"})
    assert len(ecole.appeler("GET", "/eleves/200002")["responsables"]) == 2
    envoyer(ecole, "eleves/200002/responsable/400001/detachement", data={})
    assert [r["nom"] for r in ecole.appeler("GET", "/eleves/200002")["responsables"]] == ["PERE"]


@pytest.mark.procedure("BEE-24", "BEE-31")
def test_importation_and_saisie_by_page(ecole: Ecole) -> None:
    """Dossiers ticked become fiches; « pour tous » puts them in a division; a refused line says why."""
    dossiers = Affectations(uai=UAI, millesime=2021, dossiers=(dossier(1), dossier(2)))
    ecole.recevoir("affectations", dossiers)
    assert "AUCUN_DOSSIER" in envoyer(ecole, "importations/affectation", 422, data={"acte": "importer"})
    html = envoyer(ecole, "importations/affectation", data={"cle": ["D0001", "D0002"], "acte": "importer"})
    assert "2 fiches créées." in html
    assert "FICTIF001" in page(ecole, "saisie-en-masse")
    tous = {"eleve": ["200001", "200002"], "tous_mef": SIXIEME, "tous_division": "5A"}
    assert "n'est pas rattachée au MEF" in envoyer(ecole, "saisie-en-masse", 200, data=tous)
    assert "2 élèves mis à jour." in envoyer(ecole, "saisie-en-masse", data=tous | {"tous_division": "6A"})
    assert ecole.appeler("GET", "/fiches-bloquantes") == []


@pytest.mark.procedure("BEE-46", "BEE-47", "BEE-48")
def test_doublons_by_page(ecole: Ecole) -> None:
    """The pair is shown with its columns; MODIFIER merges it."""
    for n, cle in enumerate("AB", 1):
        d = dossier(n, responsables=(responsable(cle, "CLONE"),))
        ecole.appeler("POST", "/eleves", 201, json=d.valeurs())
    html = page(ecole, "doublons-responsables?groupe=0")
    for titre in ("Bourse collèges", "Élèves rattachés", "Compte TS", "2 responsables trouvés."):
        assert titre in html
    assert "DOUBLON_INCOMPLET" in envoyer(ecole, "doublons-responsables", 422, data={"supprimer": "400001"})
    html = envoyer(ecole, "doublons-responsables", data={"supprimer": "400001", "remplacer": "400002"})
    assert "Aucun doublon responsable" in html


@pytest.mark.procedure("BEE-73", "BEE-74", "BEE-75", "BEE-88", "BEE-92", "BEE-93", "BEE-94", "BEE-95")
def test_deposit_and_report_by_page(ecole: Ecole) -> None:
    """The dialog asks in the words of the application; the next day the list, the report and the pop-up say all."""
    (eleve,) = peupler(ecole, 1)
    formulaire = page(ecole, "importations/liens-eleve-groupe")
    assert "pour l'établissement à réinitialiser" in formulaire
    assert (
        "ATTENTION : Les liens élève-groupe éventuellement créés/modifiés dans Sconet seront supprimés." in formulaire
    )
    nom, contenu = liens_xml({eleve: [GroupeLien("MPERMANGR2")]})
    fichier = {"fichier": (nom, contenu, "application/zip")}
    html = envoyer(ecole, "importations/liens-eleve-groupe", 409, files=fichier)
    assert "je confirme ce dépôt" in html
    depot = deposer(ecole, {eleve: [GroupeLien("MPERMANGR2")]})
    assert "En attente du traitement de la nuit" in page(ecole, "importations/liens-eleve-groupe")
    ecole.bac.avancer("nuit")
    assert depot["fichier"] in page(ecole, "suivi/liens-eleve-groupe")
    compte_rendu = page(ecole, f"suivi/liens-eleve-groupe/{depot['depot']}")
    assert f"pour le fichier {depot['fichier']}." in compte_rendu
    assert "1 élèves lus." in compte_rendu
    assert "Nombre de liens élève-groupe rejetés : 0" in compte_rendu
    detail = page(ecole, f"suivi/liens-eleve-groupe/{depot['depot']}/eleve/1")
    assert f"({eleve} / 0)" in detail
    assert "GROUPE_A_01" in detail


@pytest.mark.procedure("BEE-65", "COM-02", "NOM-01")
def test_exports_and_modules_by_page(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Zips download from the page; the calendar and the nomenclatures change from theirs; exits too."""
    (eleve,) = peupler(ecole, 1)
    nouvelle_ecole(ecole.bac)
    client = ecole.bac["siecle_bee"]
    reponse = client.post(f"/{UAI}/2021/exportations/xml/Communs", headers=PAGE)
    assert 'filename="ExportXML_Communs.zip"' in reponse.headers["content-disposition"]
    assert "SCONET COMMUN (ANNEE 2021-2022)" in page(ecole, "communs/calendrier")
    envoyer(ecole, "communs/calendrier", data={"sortie_eleves": "2022-06-30"})
    assert ecole.appeler("GET", "/communs/calendrier")["sortie_eleves"] == "2022-06-30"
    assert "CALENDRIER_INVALIDE" in envoyer(ecole, "communs/calendrier", 422, data={"sortie_eleves": "2021-01-01"})
    assert "Nomenclatures réceptionnées" in envoyer(ecole, "nomenclatures/reception", data={})
    assert "Sélection enregistrée : 1 MEF" in envoyer(ecole, "nomenclatures/selection", data={"mef": [SIXIEME]})
    assert "Profilage terminé" in envoyer(ecole, "nomenclatures/profilage", data={})
    corps = {"eleve": [str(eleve)], "vers": AUTRE_UAI, "date_sortie": "2021-08-20", "motif": "10"}
    assert "EXPORT_EPLE_INCOMPLET" in envoyer(ecole, "exportations/dossiers-eple", 422, data={"vers": AUTRE_UAI})
    assert "1 dossier exporté." in envoyer(ecole, "exportations/dossiers-eple", data=corps)
    autre = Ecole(ecole.bac, AUTRE_UAI)
    (attente,) = autre.appeler("GET", "/importations/autre-eple")
    assert "JEANNE INVENTEE" in page(autre, "importations/autre-eple")
    assert "1 fiche créée." in envoyer(autre, "importations/autre-eple", data={"cle": attente["cle"]})


@pytest.mark.procedure("BEE-10", "BEE-11")
def test_constat_stays_until_recounted(ecole: Ecole) -> None:
    """« Effectifs constatés » stays when a pupil leaves; the button recounts."""
    ids = peupler(ecole, 2)
    envoyer(ecole, "tableau-de-bord/constat", data={})
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"date_sortie": "2021-08-20", "motif_sortie": "10"})
    effectifs = ecole.appeler("GET", "/tableau-de-bord")["effectifs"]
    assert (effectifs["constates"], effectifs["scolarises"]) == (2, 1)
    ecole.appeler("POST", "/tableau-de-bord/constat")
    assert ecole.appeler("GET", "/tableau-de-bord")["effectifs"]["constates"] == 1


def test_unknown_pages_are_refused(ecole: Ecole) -> None:
    """A school, a base, a fiche or an entry that does not exist answers 404 with a sentence."""
    client = ecole.bac["siecle_bee"]
    assert "UAI_INCONNU" in client.get(f"/{AUTRE_UAI}/2021/eleves", headers=PAGE).text
    assert "BASE_INCONNUE" in client.get(f"/{UAI}/2019/eleves", headers=PAGE).text
    assert "ELEVE_INCONNU" in page(ecole, "eleves/1", 404)
    assert "PAGE_INCONNUE" in page(ecole, "autre/rien", 404)
