"""Fiches de renseignements, calendar of Communs, tabs HISTORIQUE and SCOLARITÉ COMPLEXE; what their forms refuse."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from shared.formats.siecle.communs import lire_communs

from .ecole import AUTRE_UAI, SIXIEME, UAI, Ecole, peupler, preparer
from .test_pages import envoyer, page


@pytest.mark.procedure("BEE-39")
def test_sheets_of_families_wait_until_they_are_looked_at(ecole: Ecole) -> None:
    """The page holds nothing until a family answers; a sheet changes its responsable's fiche once integrated."""
    peupler(ecole, 2)
    assert "Aucune fiche de renseignements." in page(ecole, "importations/fiches-renseignements")
    identifiant = ecole.appeler("POST", "/teleservices/400001/activation", 201)["identifiant"]
    saisie = {"identifiant": identifiant, "telephone_portable": "06 39 98 00 11", "commune": "BETHONCOURT"}
    html = envoyer(ecole, "teleservices/fiches", data=saisie)
    assert "La fiche de renseignements attend dans Importations" in html
    html = page(ecole, "importations/fiches-renseignements")
    assert "Téléphone portable : 06 39 98 00 11<br>Commune : BETHONCOURT" in html
    connue = ecole.appeler("GET", "/responsables", params={"nom": "fictif001"})[0]["adresse"]
    assert connue["commune"] == "BESANCON"  # nothing is written before the school says so
    assert "AUCUNE_FICHE" in envoyer(ecole, "importations/fiches-renseignements", 422, data={"acte": "integrer"})
    (fiche,) = ecole.appeler("GET", "/fiches-renseignements")
    html = envoyer(ecole, "importations/fiches-renseignements", data={"fiche": str(fiche["id"]), "acte": "integrer"})
    assert "1 fiche intégrée." in html
    assert "Aucune fiche de renseignements." in html
    ecrite = ecole.appeler("GET", "/responsables", params={"nom": "fictif001"})[0]["adresse"]
    assert (ecrite["commune"], ecrite["code_postal"], ecrite["lignes"]) == ("BETHONCOURT", "25000", connue["lignes"])
    # A second one, rejected, leaves the fiche as it is.
    ecole.appeler("POST", "/teleservices/fiches", 201, json={"identifiant": identifiant, "champs": {"commune": "X"}})
    (fiche,) = ecole.appeler("GET", "/fiches-renseignements")
    ecole.appeler("POST", "/fiches-renseignements", json={"ids": [fiche["id"]], "acte": "rejeter"})
    assert ecole.appeler("GET", "/responsables", params={"nom": "fictif001"})[0]["adresse"] == ecrite
    ecole.appeler("POST", "/fiches-renseignements", 422, json={"ids": [fiche["id"]], "acte": "integrer"})


@pytest.mark.parametrize(
    ("champs", "statut", "code"),
    [
        ({"identifiant": "personne.inconnue1", "mel": "a@exemple.invalid"}, 404, "COMPTE_TS_INCONNU"),
        ({}, 422, "FICHE_RENSEIGNEMENTS_VIDE"),
        ({"mel": "pas un mel"}, 422, "FICHE_RENSEIGNEMENTS_INVALIDE"),
        ({"code_postal": "2500"}, 422, "FICHE_RENSEIGNEMENTS_INVALIDE"),
        ({"telephone_portable": "<script>"}, 422, "FICHE_RENSEIGNEMENTS_INVALIDE"),
        ({"commune": "C" * 33}, 422, "FICHE_RENSEIGNEMENTS_INVALIDE"),
    ],
)
def test_a_bad_sheet_is_refused(ecole: Ecole, champs: dict[str, str], statut: int, code: str) -> None:
    """What a family cannot have meant is refused on the page, with what it typed; nothing waits."""
    peupler(ecole, 1)
    identifiant = ecole.appeler("POST", "/teleservices/400001/activation", 201)["identifiant"]
    html = envoyer(ecole, "teleservices/fiches", statut, data={"identifiant": identifiant, **champs})
    assert code in html
    assert f'value="{champs.get("identifiant", identifiant)}"' in html
    assert ecole.appeler("GET", "/fiches-renseignements") == []


@pytest.mark.procedure("COM-01")
def test_holidays_are_the_academie_s(ecole: Ecole, nouveau_bac: Any) -> None:
    """Vacances scolaires shows those of the year of the base, north and south, by page and by API."""
    lues = ecole.appeler("GET", "/communs/vacances")
    assert [v["debut"] for v in lues[:2]] == ["2021-10-23", "2021-12-18"]
    html = page(ecole, "communs/vacances")
    assert "SCONET COMMUN (ANNEE 2021-2022)" in html
    assert "23/10/2021" in html
    sud = preparer(Ecole(nouveau_bac(profil="noumea-2018"), millesime=2017))
    assert {v["debut"][:4] for v in sud.appeler("GET", "/communs/vacances")} == {"2018"}


@pytest.mark.procedure("COM-01")
def test_closures_are_the_school_s(ecole: Ecole) -> None:
    """A closure typed on the page goes out with the export Communs; it may be taken away."""
    pont = {"motif": "PONT", "libelle": "Pont de novembre", "debut": "2021-11-12", "fin": "2021-11-13"}
    assert "La période de fermeture a été ajoutée." in envoyer(ecole, "communs/fermetures", data=pont)
    assert ecole.appeler("GET", "/communs/fermetures") == [pont]
    archive = zipfile.ZipFile(io.BytesIO(ecole.appeler("POST", "/exports-xml/Communs")))
    communs = lire_communs(io.BytesIO(archive.read(archive.namelist()[0])), "Communs.xml")
    (fermeture,) = communs.communs.fermetures
    assert (fermeture.motif_court, fermeture.date_fin.isoformat()) == ("PONT", "2021-11-13")
    assert "a été supprimée" in envoyer(ecole, "communs/fermetures", data={"supprimer": "2021-11-12"})
    assert ecole.appeler("GET", "/communs/fermetures") == []
    assert "FERMETURE_INCONNUE" in envoyer(ecole, "communs/fermetures", 404, data={"supprimer": "2021-11-12"})
    ecole.appeler("DELETE", "/communs/fermetures/2021-11-12", 404)


@pytest.mark.parametrize(
    ("changements", "code"),
    [
        ({"motif": ""}, "FERMETURE_SANS_MOTIF"),
        ({"motif": "M" * 11}, "FERMETURE_TROP_LONGUE"),
        ({"libelle": "L" * 41}, "FERMETURE_TROP_LONGUE"),
        ({"fin": "2021-11-11"}, "FERMETURE_DATES"),
        ({"debut": "2021-08-01"}, "FERMETURE_DATES"),
        ({"fin": "2023-01-01"}, "FERMETURE_DATES"),
        ({"debut": ""}, "FERMETURE_SANS_DATES"),
        ({"debut": "12/11/2021"}, "DATE_INVALIDE"),
        ({"debut": "2021-12-01", "fin": "2021-12-03"}, "FERMETURE_CHEVAUCHEMENT"),
    ],
)
def test_a_bad_closure_is_refused(ecole: Ecole, changements: dict[str, str], code: str) -> None:
    """No motif, too long, upside down, out of the year, over another: refused, nothing is written."""
    connue = {"motif": "NEIGE", "libelle": "", "debut": "2021-12-03", "fin": "2021-12-03"}
    ecole.appeler("POST", "/communs/fermetures", 201, json=connue)
    bonne = {"motif": "PONT", "libelle": "", "debut": "2021-11-12", "fin": "2021-11-13"}
    assert code in envoyer(ecole, "communs/fermetures", 422, data=bonne | changements)
    assert ecole.appeler("GET", "/communs/fermetures") == [connue]


@pytest.mark.procedure("BEE-28")
def test_scolarite_complexe_by_page(ecole: Ecole) -> None:
    """The tab adds and takes away; the tableau de bord counts the two families; bad lines are refused."""
    (eleve,) = peupler(ecole, 1)
    onglet = f"eleves/{eleve}/complexe?onglet=complexe"
    bonne = {"genre": "CNED", "lieu": "Domicile", "debut": "2021-08-02", "fin": "2022-06-30"}
    for changements, code in (
        ({"genre": ""}, "COMPLEXE_GENRE"),
        ({"genre": "RIEN"}, "COMPLEXE_GENRE"),
        ({"lieu": "L" * 61}, "COMPLEXE_LIEU"),
        ({"debut": ""}, "COMPLEXE_DATES"),
        ({"fin": "2021-08-01"}, "COMPLEXE_DATES"),
        ({"debut": "2019-08-01"}, "COMPLEXE_DATES"),
        ({"debut": "hier"}, "DATE_INVALIDE"),
    ):
        html = envoyer(ecole, onglet, 422, data=bonne | changements)
        assert code in html
        assert "Aucune scolarité complexe." in html
    assert "La scolarité complexe a été ajoutée." in envoyer(ecole, onglet, data=bonne)
    (ligne,) = ecole.appeler("GET", f"/eleves/{eleve}/complexe")
    assert (ligne["libelle"], ligne["famille"]) == ("Enseignement à distance (CNED)", "hors")
    assert ecole.appeler("GET", "/tableau-de-bord")["effectifs"]["scolarises_hors"] == 1
    envoyer(ecole, f"eleves/{eleve}/complexe/9/suppression", 404, data={})
    html = envoyer(ecole, f"eleves/{eleve}/complexe/{ligne['rang']}/suppression", data={})
    assert "Aucune scolarité complexe." in html
    assert ecole.appeler("GET", "/tableau-de-bord")["effectifs"]["scolarises_hors"] == 0
    ecole.appeler("POST", "/eleves/1/complexe", 404, json={"genre": "CNED", "debut": "2021-09-02"})


@pytest.mark.procedure("BEE-28", "BEE-37")
def test_a_pupil_goes_and_comes_back_and_her_history_says_so(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Export/Import between EPLE works as often as needed; HISTORIQUE tells every school, and what was done."""
    (eleve,) = peupler(ecole, 1)
    autre = nouvelle_ecole(ecole.bac)
    ecole.appeler("PATCH", f"/eleves/{eleve}", json={"regime": "0"})
    for depart, arrivee, jour in ((ecole, autre, "2021-08-23"), (autre, ecole, "2021-08-24")):
        corps = {"eleve": str(eleve), "vers": arrivee.uai, "date_sortie": jour, "motif": "10"}
        assert "1 dossier exporté." in envoyer(depart, "exportations/dossiers-eple", data=corps)
        (attente,) = arrivee.appeler("GET", "/importations/autre-eple")
        html = envoyer(arrivee, "importations/autre-eple", data={"cle": attente["cle"]})
        assert ("0 fiche créée. 1 fiche rouverte." if arrivee is ecole else "1 fiche créée.") in html
    revenue = ecole.appeler("GET", f"/eleves/{eleve}")
    assert (revenue["date_sortie"], revenue["mef_propose"], revenue["etat"]) == (None, SIXIEME, "a_completer")
    historique = autre.appeler("GET", f"/eleves/{eleve}/historique")
    assert {(s["uai"], s["millesime"]) for s in historique["scolarites"]} == {(UAI, 2021), (AUTRE_UAI, 2021)}
    html = page(ecole, f"eleves/{eleve}?onglet=historique")
    assert f"{AUTRE_UAI}" in html
    assert "Fiche élève modifiée" in html
    assert "regime" in html
