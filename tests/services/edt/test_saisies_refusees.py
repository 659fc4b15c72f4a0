"""Bad input in each form of EDT and PRONOTE: refused as a page, with a code, a sentence and what to do."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from .conftest import FRANCAIS, MATHS

HTML = {"Accept": "text/html"}
SERVICE = {"structure": "6A", "matiere": MATHS, "modalite": "CG", "heures": "4"}
CAS: dict[str, tuple[str, dict[str, Any], str]] = {
    "base, UAI": ("//bases", {"uai": "0960001Z", "annee": "2021"}, "UAI_INVALIDE"),
    "base, année": ("//bases", {"uai": "0970002A", "annee": "99999999999"}, "ANNEE_INVALIDE"),
    "base, deux fois": ("//bases", {"uai": "{uai}", "annee": "2021"}, "BASE_EXISTE"),
    "siecle, rien": ("/imports/siecle/selection", {}, "SELECTION_VIDE"),
    "siecle, sélection": ("/imports/siecle", {"nom": "x", "digest": "zz"}, "SELECTION_PERDUE"),
    "correspondance": ("/correspondances", {"genre": "classe", "code": "6Z"}, "LIGNE_INCONNUE"),
    "correspondance, genre": ("/correspondances", {"genre": "salle", "code": "6A"}, "DEMANDE_MAL_FORMEE"),
    "groupe sans nom": ("/groupes", {"code": " ", "divisions": "6A"}, "GROUPE_SANS_NOM"),
    "groupe sans classe": ("/groupes", {"code": "6LAT"}, "GROUPE_SANS_CLASSE"),
    "groupe pris": ("/groupes", {"code": "6A", "divisions": "6A"}, "GROUPE_EXISTE"),
    "groupe, suppression": ("/groupe/suppression", {"code": "6LAT"}, "GROUPE_INCONNU"),
    "groupe, élèves": ("/groupe", {"code": "6LAT"}, "GROUPE_INCONNU"),
    "groupe, dates": ("/groupe", {"code": "6A", "debut": "2022-01-02", "fin": "2022-01-01"}, "DATES_INVERSEES"),
    "groupe, date": ("/groupe", {"code": "6A", "debut": "demain"}, "DEMANDE_MAL_FORMEE"),
    "groupe, modification": ("/groupe/modification", {"code": "6A", "divisions": "6A"}, "GROUPE_INCONNU"),
    "nom, inconnu": ("/groupes/nom", {"ancien": "6LAT", "nouveau": "X"}, "STRUCTURE_INCONNUE"),
    "nom, vide": ("/classes/nom", {"ancien": "6A", "nouveau": " "}, "GROUPE_SANS_NOM"),
    "nom, pris": ("/classes/nom", {"ancien": "6A", "nouveau": "6B"}, "GROUPE_EXISTE"),
    "principal, classe": (
        "/classes/professeur-principal",
        {"division": "6Z", "professeur": "40101"},
        "CLASSE_INCONNUE",
    ),
    "principal, prof": ("/classes/professeur-principal", {"division": "6A", "professeur": "1"}, "PROFESSEUR_INCONNU"),
    "professeur": ("/professeurs", {"nom": " "}, "PROFESSEUR_SANS_NOM"),
    "exportable": ("/professeurs/exportable", {"numero": "1", "exportable": "true"}, "PROFESSEUR_INCONNU"),
    "service, heures": ("/services", SERVICE | {"heures": "abc"}, "HEURES_INVALIDES"),
    "service, NaN": ("/services", SERVICE | {"heures": "NaN"}, "HEURES_INVALIDES"),
    "service, trop": ("/services", SERVICE | {"heures": "1e30"}, "HEURES_INVALIDES"),
    "service, modalité": ("/services", SERVICE | {"modalite": "ZZ"}, "MODALITE_INCONNUE"),
    "service, matière": ("/services", SERVICE | {"matiere": "000000"}, "MATIERE_INCONNUE"),
    "service, action": (
        "/services/action",
        {"structure": "6A", "matiere": FRANCAIS, "modalite": "CG", "action": "vendre"},
        "DEMANDE_MAL_FORMEE",
    ),
    "service, inconnu": (
        "/services/action",
        {"structure": "6A", "matiere": MATHS, "modalite": "CG", "action": "supprimer"},
        "SERVICE_INCONNU",
    ),
    "placement": ("/emploi-du-temps", {"methode": "magie"}, "DEMANDE_MAL_FORMEE"),
    "sts, point": ("/exports/sts", {"assistant": "oui", "mis_de_cote": "AUTRE"}, "POINT_INCONNU"),
    "liens": ("/exports/liens", {"exclusif": "oui"}, "SANS_SIECLE"),
    "liens, partagée": ("/exports/liens", {}, "USAGE_EXCLUSIF"),
    "ent": ("/exports/ent", {"socle": "Autre"}, "SOCLE_INCONNU"),
    "préparation": ("/exports/preparation", {"destination": "ordinateur"}, "RIEN_A_PREPARER"),
    "préparation, hébergée": ("/exports/preparation", {"destination": "hebergee"}, "PRONOTE_NON_HEBERGE"),
    "initialisation, rien": ("/imports/preparation", {"source": "ordinateur"}, "SELECTION_VIDE"),
    "initialisation, hébergée": ("/imports/preparation", {"source": "hebergee"}, "SANS_PREPARATION"),
    "pronote, nom": ("/pronote/elements", {"genre": "courrier", "libelle": " "}, "ELEMENT_SANS_NOM"),
    "pronote, long": ("/pronote/elements", {"genre": "courrier", "libelle": "x" * 121}, "ELEMENT_TROP_LONG"),
    "pronote, photo": ("/pronote/elements", {"genre": "photo", "libelle": "x"}, "PHOTO_SANS_ELEVE"),
    "pronote, absent": ("/pronote/elements/suppression", {"genre": "modele", "code": "x"}, "ELEMENT_INCONNU"),
    "netsynchro": ("/netsynchro/certificat", {}, "NETSYNCHRO_NON_OUVERT"),
}
FICHIERS: dict[str, tuple[str, bytes, dict[str, str], str]] = {
    "sts": ("/imports/sts", b"<autre/>", {}, "STS_MAUVAIS_FICHIER"),
    "codifications": ("/imports/codifications", b"<autre/>", {}, "FICHIER_INATTENDU"),
    "photo d'un inconnu": ("/pronote/photos", b"GIF89a", {"eleve": "1001"}, "ELEVE_INCONNU"),
}


def _refus(ecole: Any, chemin: str, **options: Any) -> tuple[str, str]:
    """The code on the page of a refusal; its text."""
    adresse = chemin[1:] if chemin.startswith("//") else f"/{ecole.uai}/2021{chemin}"
    reponse = ecole.bac["edt"].post(adresse, headers=HTML, follow_redirects=False, **options)
    assert 400 <= reponse.status_code < 500, (reponse.status_code, reponse.text[:1500])
    texte = html.unescape(reponse.text)
    code = re.search(r"<code>([A-Z_0-9]+)</code>", texte)
    return (code[1] if code else ""), texte


@pytest.mark.parametrize("nom", CAS)
def test_a_bad_form_is_refused(ecole_commune: Any, nom: str) -> None:
    """The page of the refusal bears the code and a remedy."""
    chemin, champs, attendu = CAS[nom]
    donnees = {c: v.format(uai=ecole_commune.uai) if isinstance(v, str) else v for c, v in champs.items()}
    code, texte = _refus(ecole_commune, chemin, data=donnees)
    assert code == attendu
    assert "message-remede" in texte


@pytest.mark.parametrize("nom", FICHIERS)
def test_a_bad_file_is_refused(ecole_commune: Any, nom: str) -> None:
    """A file of another kind changes nothing."""
    chemin, contenu, champs, attendu = FICHIERS[nom]
    avant = ecole_commune.demander("GET")
    code, texte = _refus(ecole_commune, chemin, data=champs, files={"fichier": ("f.xml", contenu)})
    assert code == attendu
    assert "message-remede" in texte
    assert ecole_commune.demander("GET") == avant


def test_addresses_of_nothing_are_refused(ecole_commune: Any) -> None:
    """A year, a number or a name that cannot be is answered 404, on the page as by the API."""
    uai = ecole_commune.uai
    for chemin in (
        f"/{uai}/99999999999",
        f"/{uai}/copie/2021",
        f"/{uai}/2021/groupe?code=6LAT",
        f"/{uai}/2021/emploi-du-temps?structure=6Z",
        f"/{uai}/2021/emploi-du-temps?professeur=99999999999999999999",
        f"/{uai}/2021/pronote/photos/99999999999999999999",
        f"/api/etablissements/{uai}/bases/99999999999",
    ):
        reponse = ecole_commune.bac["edt"].get(chemin, headers=HTML)
        assert reponse.status_code == 404, (chemin, reponse.status_code)
