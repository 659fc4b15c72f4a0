"""The pages of « Gestion emploi du temps »: what they say, word for word, and what their buttons do."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.navigateur.outils import LARGEURS, navigateur, verifier_accessibilite, verifier_largeur, verifier_page

from .jeu_edt import JEAN, ORVAL, TASSIN, Semaine, deposer, lire, membres, peupler
from .jeu_ent import UAI

__all__ = ["navigateur"]

P = f"/{UAI}/2021"
G = f"{P}/gestion-emploi-du-temps"
HTML = {"accept": "text/html"}
REPONSES = {"logiciel": "EDT", "version": "EDT 2020", "agricole": "non", "groupes": "EDT", "peuplement": "EDT"}
OPTION_2 = (
    "Option 2 : utilisation des groupes issus de l'emploi du temps avec peuplement dans le logiciel d'emploi du temps"
)


@pytest.fixture
def ent(bac: Any, tmp_path: Path) -> Any:
    """The school's accounts, classes and groups."""
    return peupler(bac, tmp_path)


def page(bac: Any, chemin: str, statut: int = 200, **parametres: str) -> str:
    """The text of a page, tags and entities undone."""
    reponse = bac["ent"].get(chemin, params=parametres, headers=HTML)
    assert reponse.status_code == statut, reponse.text[:3000]
    return texte(reponse.text)


def texte(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def envoyer(bac: Any, chemin: str, statut: int = 200, **options: Any) -> str:
    """A form sent; the page that follows."""
    reponse = bac["ent"].post(chemin, headers=HTML, follow_redirects=True, **options)
    assert reponse.status_code == statut, reponse.text[:3000]
    return texte(reponse.text)


def fichier(octets: bytes) -> dict[str, Any]:
    return {"fichier": ("EDT_KOSMOS.xml", octets, "application/xml")}


def dans_l_ordre(lu: str, *morceaux: str) -> None:
    """Each of these is in the text, in this order."""
    ici = 0
    for morceau in morceaux:
        assert morceau in lu[ici:], morceau
        ici = lu.index(morceau, ici) + len(morceau)


@pytest.mark.procedure("ENT-25")
@pytest.mark.procedure("ENT-26")
def test_the_menu_leads_to_four_tabs(ent: Any) -> None:
    """« Pédagogie » > « Gestion emploi du temps » opens four tabs under « Vous êtes ici : Données emploi du temps »."""
    accueil = page(ent, P)
    menu = accueil[accueil.index("Accueil") :]
    dans_l_ordre(
        menu,
        *("Accueil", "Messagerie", "Cahier de textes", "Rubriques", "Administration", "Établissement", "Pédagogie"),
        *("Gestion emploi du temps", "Services Personnels", "Publication", "Scolarité", "Agendas", "Ressources"),
        *("Orientation", "Assistance"),
    )
    assert f'href="/b/{ent.nom}{G}"' in ent["ent"].get(P, headers=HTML).text
    for onglet in ("", "/import", "/import-automatise", "/seances"):
        dans_l_ordre(
            page(ent, G + onglet),
            *("Vous êtes ici : Données emploi du temps", "Synthèse vie scolaire", "Import emploi du temps"),
            *("Import automatisé", "Génération de séances"),
        )


@pytest.mark.procedure("ENT-28")
def test_the_assistant_says_what_it_does(ent: Any) -> None:
    """Its words are the guide's; « Quitter » leaves all as it was, « Lancer l'assistant » goes on."""
    lu = page(ent, G + "/assistant")
    dans_l_ordre(
        lu,
        "Vous êtes ici : Données emploi du temps > Assistant d'import d'emploi du temps",
        "Retour",
        "L'assistant d'import d'emploi du temps vous guide pas à pas afin d'importer les données de vie scolaire à "
        "partir de logiciels dédiés. Selon les réponses fournies, il vous sera demandé de fournir un ou plusieurs "
        "fichiers nécessaires à l'import des données de vie scolaire. Les questions portent sur le logiciel d'emploi "
        "du temps utilisé dans votre établissement, et sur la manière dont les groupes et classes sont gérés dans "
        "votre établissement.",
        "Quitter",
        "Lancer l'assistant",
    )
    brut = ent["ent"].get(G + "/assistant", headers=HTML).text
    quitter = re.search(r'href="([^"]+)">Quitter', brut)
    assert quitter is not None
    assert "Aucun emploi du temps n'est importé." in page(ent, quitter[1].removeprefix(f"/b/{ent.nom}"))
    assert lire(ent)["reglage"] is None


@pytest.mark.procedure("ENT-29")
@pytest.mark.procedure("ENT-30")
@pytest.mark.procedure("ENT-33")
def test_the_first_import_by_page(ent: Any) -> None:
    """Questions, « Récapitulatif », « Import de l'emploi du temps », then the report and the timetable at once."""
    dans_l_ordre(
        page(ent, G + "/assistant/questions"),
        *("Logiciel utilisé", "EDT", "Version", "EDT 2020", "Établissement agricole", "Oui", "Non"),
        "Les groupes (sous-groupes de classe, groupes d'option) utilisés dans le logiciel d'emploi du temps sont créés "
        "dans",
        *("EDT", "STS", "Groupes et classes sont peuplés dans", "EDT", "Ailleurs"),
    )
    assert "n'a pas cette réponse" in page(ent, G + "/assistant/recapitulatif", 422, groupes="EDT")
    dans_l_ordre(
        page(ent, G + "/assistant/recapitulatif", **REPONSES),
        *("Récapitulatif", "Type d'import", "EDT 2020", "Pilotage des classes et des groupes d'option", OPTION_2),
        *("Fonctionnement proposé", "L'emploi du temps est importé", "Import de l'emploi du temps"),
        "Votre situation permet d'importer une partie ou la totalité des données de vie scolaire à partir de fichiers "
        'déjà existants. Veuillez fournir le(s) fichier(s) demandé(s) ci-dessous. Cliquez ensuite sur "valider".',
        *("Fichier XML", "* : champ obligatoire", "Annuler", "Continuer"),
    )
    assert "sont de Rentrée" in page(ent, G + "/assistant/recapitulatif", **(REPONSES | {"groupes": "STS"}))
    refus = envoyer(ent, G + "/import", 422, files=fichier(b"<autre/>"), data=REPONSES)
    dans_l_ordre(refus, "EDT_MAUVAIS_FICHIER", "Récapitulatif")
    rapport = envoyer(ent, G + "/import", files=fichier(Semaine().octets()), data=REPONSES)
    dans_l_ordre(
        rapport, "L'emploi du temps est importé.", "Ce qui n'a pas été rapproché", "NOUVEL Ange", "COMPTE_ABSENT"
    )
    assert len(lire(ent, "/cours", nom="6A", genre="division")) == 1
    assert "MATHEMATIQUES" in page(ent, f"{G}/ensemble", genre="division", nom="6A")
    assert "MATHEMATIQUES" in page(ent, f"{P}/vue/{ORVAL}")
    assert "6ALL" in page(ent, f"{P}/groupes")


@pytest.mark.procedure("ENT-34")
@pytest.mark.procedure("ENT-35")
@pytest.mark.procedure("ENT-36")
def test_later_imports_by_page(ent: Any) -> None:
    """The settings of the last import, the warning, the way to change the piloting; what was added by hand goes."""
    deposer(ent, Semaine().octets(), groupes="EDT", peuplement="EDT")
    dans_l_ordre(
        page(ent, G + "/import"),
        "Les informations ci-dessous reprennent les paramètres du dernier import d'emploi du temps. Vous pouvez "
        "sélectionner un fichier et procéder à la mise à jour de vos données de vie scolaire en cliquant sur "
        "\"valider\". Vous pouvez également modifier directement les paramètres ou lancer l'assistant d'import "
        "d'emploi du temps.",
        "Attention : l'import d'un fichier d'emploi du temps supprime toutes les données ajoutées ou modifiées "
        "manuellement depuis votre dernier import.",
        *("Paramètres d'import", "EDT 2020", OPTION_2),
        "Pour modifier ce mode de pilotage, vous pouvez lancer l'assistant d'import emploi du temps.",
        *("Fichier d'import", "Continuer"),
    )
    geste = {"enseignant": str(TASSIN), "eleve": str(JEAN), "geste": "retirer"}
    assert "retiré du groupe" in envoyer(ent, f"{G}/groupes/6ANG1/eleves", data=geste)
    refus = envoyer(ent, f"{G}/groupes/6ANG1/eleves", 403, data=geste | {"enseignant": str(ORVAL)})
    assert "PAS_DANS_LE_GROUPE" in refus
    assert membres(ent, "6ANG1") == []
    assert "1 changement à la main" in page(ent, G)
    assert "EDT_AUTRE_ETABLISSEMENT" in envoyer(
        ent, G + "/import", 422, files=fichier(Semaine(uai="0980017L").octets())
    )
    rapport = envoyer(ent, G + "/import", files=fichier(Semaine().octets()))
    dans_l_ordre(rapport, "à la main", "Changements faits à la main, effacés", "1")
    assert membres(ent, "6ANG1") == [JEAN]


@pytest.mark.procedure("ENT-37")
def test_seances_by_page(ent: Any) -> None:
    """« Génération de séances » refuses without a timetable; with one, séances are in the cahier de textes."""
    assert "SANS_EMPLOI_DU_TEMPS" in envoyer(ent, G + "/seances", 409, data={})
    deposer(ent, Semaine().octets(), groupes="EDT", peuplement="EDT")
    assert "DATES_INVERSEES" in envoyer(ent, G + "/seances", 422, data={"debut": "2022-01-01", "fin": "2021-12-01"})
    assert "9 séances générées" in envoyer(ent, G + "/seances", data={"debut": "2021-09-01", "fin": "2022-07-06"})
    dans_l_ordre(page(ent, P + "/cahier-de-textes"), "Séances", "6A", "06/09/2021")
    assert "27/09/2021" in page(ent, G + "/seances", genre="division", nom="6A")


@pytest.mark.procedure("ENT-38")
def test_import_automatise_by_page(ent: Any) -> None:
    """A user is declared, and finds the URL in his messagerie; the authorisation is withdrawn."""
    refus = envoyer(ent, G + "/import-automatise", 409, data={"aaf_id": str(ORVAL)})
    assert "IMPORT_MANUEL_REQUIS" in refus
    deposer(ent, Semaine().octets(), groupes="EDT", peuplement="EDT")
    declare = envoyer(ent, G + "/import-automatise", data={"aaf_id": str(ORVAL)})
    dans_l_ordre(declare, "il a reçu l'URL dans sa messagerie", "BERENICE ORVAL")
    assert "/api/depots-edt/" in page(ent, f"{P}/messagerie/boite/{ORVAL}")
    assert "ne vaut plus" in envoyer(ent, G + "/import-automatise/retrait")
    assert "Aucun utilisateur n'est autorisé" in page(ent, G + "/import-automatise")


def test_pages_hold_in_a_browser(ent: Any, navigateur: Browser) -> None:
    """No console error, no horizontal scroll, no accessibility violation, before and after the import."""
    base = str(ent["ent"].base_url).rstrip("/")
    onglet = navigateur.new_page()
    questions = "&".join(f"{c}={v}" for c, v in REPONSES.items())
    avant = ("", "/import", "/assistant", "/assistant/questions", f"/assistant/recapitulatif?{questions}")
    apres = ("", "/import", "/imports/1", "/ensemble?genre=groupe&nom=6ANG1", "/import-automatise", "/seances")
    for rang, chemins in enumerate((avant, apres)):
        if rang:
            deposer(ent, Semaine().octets(), groupes="EDT", peuplement="EDT")
            envoyer(ent, G + "/import-automatise", data={"aaf_id": str(ORVAL)})
            envoyer(ent, G + "/seances", data={})
        for chemin in chemins:
            nom = "ent-edt-" + (chemin.split("?")[0].strip("/").replace("/", "-") or "synthese") + f"-{rang}"
            verifier_page(onglet, base + G + chemin, LARGEURS, nom)
    for chemin in (f"/messagerie/boite/{ORVAL}", "/ressources", f"/vue/{JEAN}"):
        verifier_page(onglet, base + P + chemin, LARGEURS, "ent" + chemin.replace("/", "-"))
    onglet.close()


def test_a_trainee_goes_through_the_assistant(ent: Any, navigateur: Browser, tmp_path: Path) -> None:
    """From the tab to the report by clicks alone."""
    base = str(ent["ent"].base_url).rstrip("/")
    donnees = tmp_path / "EDT_KOSMOS.xml"
    donnees.write_bytes(Semaine().octets())
    onglet = navigateur.new_page()
    onglet.goto(base + G + "/import")
    onglet.get_by_role("link", name="Lancer l'assistant").click()
    onglet.get_by_role("link", name="Lancer l'assistant").click()
    for legende in ("sont créés dans", "sont peuplés dans"):
        onglet.get_by_role("group", name=legende).get_by_label("EDT", exact=True).check()
    onglet.get_by_role("button", name="Continuer").click()
    expect(onglet.get_by_text(OPTION_2)).to_be_visible()
    onglet.get_by_label("Fichier XML").set_input_files(donnees)
    onglet.get_by_role("button", name="Continuer").click()
    expect(onglet.get_by_text("L'emploi du temps est importé.")).to_be_visible()
    verifier_largeur(onglet)
    verifier_accessibilite(onglet)
    onglet.close()
