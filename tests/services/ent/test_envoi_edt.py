"""From EDT to the ENT without a file: the URL of the authorised user, the nights, the matching of identities."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from shared.formats.siecle import responsables as f_resp
from shared.formats.siecle.enveloppe import Enveloppe
from shared.identifiers import fabriquer_uai
from tests.navigateur.outils import (
    LARGEURS,
    navigateur,
    verifier_accessibilite,
    verifier_largeur,
    verifier_page,
)
from tests.services.edt.conftest import Ecole as EcoleEdt
from tests.services.edt.conftest import individu

from .jeu_edt import AURORE, ICI, ORVAL, TASSIN, Semaine, deposer, lire
from .jeu_ent import UAI, complet, comptes, ecole_type, importer, lien, ouvrir_projet, responsable

__all__ = ["navigateur"]

AUTO = "/exports/ent/automatique"


@pytest.fixture
def chaine(bac: Any, tmp_path: Path) -> Iterator[Any]:
    """The school of the ENT, and its base in EDT with a placed timetable: (EDT, bac)."""
    ouvrir_projet(bac, purge_jours=2)
    assert importer(bac, complet(tmp_path, ecole_type(), date(2021, 9, 6)), 1)["etat"] == "applique"
    edt = EcoleEdt(bac)
    edt.base = f"/api/etablissements/{UAI}/bases/2021"
    assert bac["edt"].post(edt.base).status_code == 201
    gens = [
        individu("40101", "ORVAL", "Bérénice"),
        individu("40102", "TASSIN", "Louis"),
        individu("40103", "SEUL", "Ici"),
    ]
    edt.importer_sts(edt.sts_emp(uai=UAI, individus=gens))
    noms = {1_900_001: "VALBRUNE", 1_900_003: "OSTREL"}
    edt.importer_siecle(edt.export_eleves({1_900_001: "6A", 1_900_003: "6A"}, uai=UAI, noms=noms))
    edt.demander("POST", "/placement")
    return edt, bac


def fichier(edt: Any) -> bytes:
    """« Export manuel »."""
    octets: bytes = edt.demander("POST", "/exports/ent").content
    return octets


def declarer(bac: Any, aaf_id: int) -> str:
    """« Import automatisé »: declare a user, read the URL in his box."""
    reponse = bac["ent"].put(f"{ICI}/import-automatise", json={"aaf_id": aaf_id})
    assert reponse.status_code == 200, reponse.text
    (message, *_) = bac["ent"].get(f"/api/etablissements/{UAI}/comptes/{aaf_id}/messages").json()
    assert message["objet"] == "Import automatisé de l'emploi du temps"
    url: str = message["lien"]
    return url


@pytest.mark.procedure("ENT-38")
@pytest.mark.procedure("EDT-46")
def test_the_url_goes_from_the_messagerie_to_edt(chaine: Any) -> None:
    """After a first import by hand a user is declared; he alone receives the URL, and EDT takes it."""
    edt, bac = chaine
    refus = bac["ent"].put(f"{ICI}/import-automatise", json={"aaf_id": ORVAL})
    assert (refus.status_code, refus.json()["code"]) == (409, "IMPORT_MANUEL_REQUIS")
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    refus = bac["ent"].put(f"{ICI}/import-automatise", json={"aaf_id": AURORE})
    assert refus.json()["code"] == "UTILISATEUR_NON_AUTORISABLE"
    url = declarer(bac, ORVAL)
    assert bac["ent"].get(f"/api/etablissements/{UAI}/comptes/{TASSIN}/messages").json() == []
    assert bac["ent"].get(url).json()["uai"] == UAI
    assert edt.demander("GET", AUTO) is None
    pose = edt.demander("PUT", AUTO, json={"url": f" {url} "})
    assert (pose["url"], pose["socle"], pose["envois"]) == (url, "Skolengo", [])


@pytest.mark.procedure("ENT-39")
def test_edt_sends_by_itself_from_then_on(chaine: Any) -> None:
    """Each morning the timetable arrives alone, and takes away what was changed by hand (ENT-35)."""
    edt, bac = chaine
    edt.groupe("6ANG1")
    edt.service("6ANG1", prof=40102)
    edt.demander("POST", "/placement")
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    edt.demander("PUT", AUTO, json={"url": declarer(bac, ORVAL)})
    bac.avancer("nuit")
    (envoi,) = edt.demander("GET", AUTO)["envois"]
    assert (envoi["etat"], envoi["phrase"]) == ("livre", "")
    (dernier, _) = lire(bac, "/imports")
    assert (dernier["origine"], dernier["option"]) == ("automatique", 2)
    assert datetime.fromisoformat(dernier["instant"]).strftime("%H:%M") == "03:30"  # 05:30 in Paris, in UTC
    ajout = {"enseignant": TASSIN, "eleves": [7100001]}
    assert bac["ent"].post(f"{ICI}/groupes/6ANG1/eleves", json=ajout).json() == {"ajoutes": 1}
    bac.avancer("nuit")
    (dernier, *_) = lire(bac, "/imports")
    assert (dernier["numero"], dernier["compteurs"]["ajouts_perdus"]) == (3, 1)
    assert lire(bac, "/ensembles/groupe/6ANG1")["eleves"] == []


def test_a_url_that_is_withdrawn_is_refused_and_said_in_edt(chaine: Any) -> None:
    """Another user declared: the first URL is worth nothing, and EDT shows the ENT's answer; stopping stops."""
    edt, bac = chaine
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    ancienne = declarer(bac, ORVAL)
    edt.demander("PUT", AUTO, json={"url": ancienne})
    declarer(bac, TASSIN)
    edt.demander("POST", AUTO)
    (envoi,) = edt.demander("GET", AUTO)["envois"]
    assert (envoi["etat"], envoi["code"]) == ("refuse", "URL_DEPOT_INCONNUE")
    assert envoi["remede"]
    assert len(lire(bac, "/imports")) == 1
    assert edt.demander("PUT", AUTO, 404, json={"url": ancienne})["code"] == "URL_DEPOT_INCONNUE"
    assert bac["ent"].delete(f"{ICI}/import-automatise").status_code == 204
    assert bac["ent"].get(f"{ICI}/import-automatise").json() is None
    edt.demander("DELETE", AUTO, 204)
    assert edt.demander("POST", AUTO, 404)["code"] == "ENVOI_ENT_ABSENT"
    bac.avancer("nuit")
    assert len(lire(bac, "/imports")) == 1


def test_bad_urls_are_refused_in_edt(chaine: Any) -> None:
    """What is not the URL, or that of another bac or school, is refused with a remedy; nothing is kept."""
    edt, bac = chaine
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    url = declarer(bac, ORVAL)
    autre = fabriquer_uai("096", 44)
    assert bac["edt"].post(f"/api/etablissements/{autre}/bases/2021").status_code == 201
    for base, donnee, code in (
        (UAI, "https://ent.invalid/accueil", "URL_ILLISIBLE"),
        (UAI, "http://[", "URL_ILLISIBLE"),
        (UAI, url.replace(f"/b/{bac.nom}/", "/b/ailleurs/"), "URL_AUTRE_BAC"),
        (UAI, url[:-40] + "0" * 40, "URL_DEPOT_INCONNUE"),
        (autre, url, "URL_AUTRE_ETABLISSEMENT"),
    ):
        refus = bac["edt"].put(f"/api/etablissements/{base}/bases/2021{AUTO}", json={"url": donnee}).json()
        assert (refus["code"], bool(refus["remede"])) == (code, True)
    assert edt.demander("GET", AUTO) is None


def test_any_program_may_deposit_at_the_url(chaine: Any) -> None:
    """The URL takes a file by HTTP; a bad one is refused whole, and the last import stays."""
    edt, bac = chaine
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    url = declarer(bac, ORVAL)
    octets = Semaine().octets()
    fait = bac["ent"].post(url, files={"fichier": ("EDT_KOSMOS.xml", octets)})
    assert (fait.status_code, fait.json()["origine"]) == (201, "automatique")
    refus = bac["ent"].post(url, files={"fichier": ("EDT_KOSMOS.xml", octets[:900])})
    assert (refus.status_code, refus.json()["code"]) == (422, "XML_MAL_FORME")
    assert len(lire(bac, "/imports")) == 2


@pytest.mark.procedure("EDT-47")
@pytest.mark.procedure("ENT-16")
def test_identities_of_pronote_are_not_matched_with_a_doublon(chaine: Any, tmp_path: Path) -> None:
    """A parent typed twice is matched with neither account, even once one is deactivated; after the purge she is."""
    edt, bac = chaine
    ecole = ecole_type()
    autre = responsable(9, "VALBRUNE", "Aurore", ecole.eleves[1:2])
    double = ecole.avec(responsables=(*ecole.responsables, autre))
    enfant = ecole.eleves[1]
    double = double.avec(
        eleves=(
            ecole.eleves[0],
            replace(enfant, liens=(*enfant.liens, lien(autre))),
            ecole.eleves[2],
        )
    )
    importer(bac, complet(tmp_path, double, date(2021, 9, 7)), 2)

    def echecs() -> list[tuple[str, str, str]]:
        envoi = {"responsables": ("ResponsablesAvecAdresses.xml", siecle())}
        bilan = edt.demander("POST", "/imports/identites-ent", files=envoi)
        return [(e["genre"], e["nom"], e["code"]) for e in bilan["echecs"]]

    seul = ("enseignant", "SEUL", "COMPTE_ABSENT")
    en_double = ("responsable", "VALBRUNE", "COMPTE_EN_DOUBLE")
    assert [e for e in echecs() if e[0] != "eleve"] == [seul, en_double]
    importer(bac, complet(tmp_path, ecole, date(2021, 9, 8)), 3)
    assert comptes(bac)[autre.jointure]["etat"] == "desactive"
    assert en_double in echecs()
    bac.avancer("48h")
    assert comptes(bac)[autre.jointure]["etat"] == "purge"
    assert [e for e in echecs() if e[0] != "eleve"] == [seul]


def siecle(uai: str = UAI) -> bytes:
    """SIECLE's export of responsables: Aurore VALBRUNE, in two fiches."""
    sortie = io.BytesIO()
    instant = datetime(2021, 9, 7, 10)  # noqa: DTZ001 - files carry a wall clock
    f_resp.ecrire_responsables(
        sortie,
        Enveloppe(uai, 2021, instant.date(), instant),
        [f_resp.Personne(n, "VALBRUNE", "Aurore") for n in (1, 9)],
        [f_resp.ResponsableEleve(1_900_000 + n, p, 1, "10") for n, p in ((1, 1), (2, 9))],
        [],
    )
    return sortie.getvalue()


def test_responsables_of_another_school_are_refused(chaine: Any) -> None:
    """The file must be of the base's school."""
    edt, _ = chaine
    envoi = {"responsables": ("r.xml", siecle(fabriquer_uai("096", 44)))}
    assert edt.demander("POST", "/imports/identites-ent", 422, files=envoi)["code"] == "AUTRE_ETABLISSEMENT"


@pytest.mark.procedure("EDT-46")
def test_the_url_is_put_into_edt_by_page(chaine: Any, navigateur: Browser) -> None:
    """From « Imports/Exports » > « Socles ENT »: a wrong URL comes back as typed; the right one sends; pages hold."""
    edt, bac = chaine
    deposer(bac, fichier(edt), groupes="EDT", peuplement="EDT")
    url = declarer(bac, ORVAL)
    base = f"{str(bac['edt'].base_url).rstrip('/')}/{UAI}/2021"
    page = navigateur.new_page()
    page.goto(base)
    for entree in ("Imports/Exports", "Socles ENT"):
        page.get_by_text(entree, exact=True).first.click()
    page.get_by_role("link", name="Export automatique").click()
    page.get_by_label("URL reçue").fill("https://ent.invalid/accueil")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("URL_ILLISIBLE")).to_be_visible()
    expect(page.get_by_label("URL reçue")).to_have_value("https://ent.invalid/accueil")
    page.get_by_label("URL reçue").fill(url)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("reçu par l'ENT")).to_be_visible()
    assert [i["origine"] for i in lire(bac, "/imports")] == ["automatique", "assistant"]
    for suite in (AUTO, "/imports/identites-ent"):
        for largeur in LARGEURS:
            verifier_page(page, base + suite, largeur, f"edt{suite.replace('/', '-')}")
    page.get_by_role("button", name="Rapprocher").click()
    expect(page.get_by_text("Personnes non rapprochées")).to_be_visible()
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_largeur(page)
        verifier_accessibilite(page)
    page.goto(base + AUTO)
    page.get_by_role("button", name="Arrêter l'envoi automatique").click()
    expect(page.get_by_text("L'envoi automatique est arrêté.")).to_be_visible()
    page.close()
