"""The control room's pages without a script: buttons, going back, bacs, refusals as sentences."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from .academie import peupler

PAGE = {"Accept": "text/html"}


def lire(bac: Any, chemin: str, statut: int = 200, **options: Any) -> str:
    reponse = bac["pilotage"].get(chemin, headers=PAGE, **options)
    assert reponse.status_code == statut, reponse.text
    return unescape(reponse.text)


def poster(bac: Any, chemin: str, **champs: Any) -> httpx.Response:
    reponse: httpx.Response = bac["pilotage"].post(chemin, data=champs, headers=PAGE)
    return reponse


def attendre(bac: Any) -> None:
    """Wait until the running step is over."""
    assert bac.installation.applications["pilotage"].state.cadence.attendre(bac.nom, 60)


@pytest.mark.parametrize("chemin", ["/", "/calendrier", "/horloge", "/journal", "/suivre", "/bacs", "/sante"])
def test_every_page_has_the_clock(bac: Any, chemin: str) -> None:
    """Each page shows the instant, the buttons, and where to come back to."""
    texte = lire(bac, chemin)
    assert "lundi 23 août 2021" in texte
    for bouton in ("Nuit suivante", "Prochain lot", "+24 h", "+48 h", "Aller à…"):
        assert bouton in texte
    assert f'name="retour" value="{chemin}"' in texte
    assert 'http-equiv="refresh"' not in texte


def test_the_buttons_move_the_clock(bac: Any) -> None:
    """A button starts a step, comes back to its page, and the clock stands where it was sent."""
    depart = bac.maintenant
    reponse = poster(bac, "/horloge/avance", mode="24h", retour="/suivre")
    assert (reponse.status_code, reponse.headers["location"]) == (303, f"/b/{bac.nom}/suivre")
    attendre(bac)
    assert bac.maintenant == depart + timedelta(hours=24)
    poster(bac, "/horloge/avance", mode="instant", instant="2021-08-26T08:30", retour="/")
    attendre(bac)
    assert bac.maintenant == depart + timedelta(days=3, minutes=30)


def test_the_next_batch_only(bac: Any) -> None:
    """« Prochain lot » stops at 19:00, once the batch has run."""
    peupler(bac)
    poster(bac, "/horloge/avance", mode="lot", retour="/")
    attendre(bac)
    assert "lundi 23 août 2021 à 19\xa0h\xa000" in lire(bac, "/")
    assert "Diffusion du rectorat" in lire(bac, "/horloge")


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"mode": "instant", "instant": "2021-08-01T08:00"}, "elle ne recule pas"),
        ({"mode": "instant", "instant": "bientôt"}, "n'est ni une durée ni une date"),
        ({"mode": "instant", "instant": "2031-01-01"}, "400 jours"),
    ],
)
def test_a_refusal_is_a_sentence_on_the_page(bac: Any, champs: dict[str, str], phrase: str) -> None:
    """What cannot be done is told on the page that asked, and the clock has not moved."""
    depart = bac.maintenant
    reponse = poster(bac, "/horloge/avance", retour="/horloge", **champs)
    assert reponse.status_code == 303
    assert phrase in lire(bac, "/horloge")
    assert bac.maintenant == depart


@pytest.mark.parametrize("ailleurs", ["//ailleurs.invalid/", "https://ailleurs.invalid/", "\\ailleurs.invalid"])
def test_a_form_never_sends_to_another_site(bac: Any, ailleurs: str) -> None:
    """The page to come back to is one of ours."""
    reponse = poster(bac, "/horloge/avance", mode="instant", instant="hier", retour=ailleurs)
    assert reponse.headers["location"] == f"/b/{bac.nom}/"


def test_going_back_before_the_night(bac: Any) -> None:
    """The snapshots are listed; without script a page asks first; then the whole bac is as it was."""
    depart = bac.maintenant
    bac.avancer("nuit", instantane=True)
    texte = lire(bac, "/")
    assert "Revenir avant la nuit" in texte
    (numero,) = re.findall(r'<option value="(\d+)">23/08/2021', texte)
    question = poster(bac, "/horloge/retour", numero=numero, retour="/journal")
    assert question.status_code == 200
    assert "sera perdu" in question.text
    assert bac.maintenant > depart
    fait = poster(bac, "/horloge/retour", numero=numero, retour="/journal", confirme="oui")
    assert fait.headers["location"] == f"/b/{bac.nom}/journal"
    assert bac.maintenant == depart
    assert "revenue au lundi 23 août 2021" in lire(bac, "/journal")
    assert "n'a pas cet instantané" in _apres(bac, "/horloge/retour", numero="99", confirme="oui", retour="/")


def _apres(bac: Any, chemin: str, **champs: Any) -> str:
    """The page shown after a form."""
    reponse = bac["pilotage"].post(chemin, data=champs, headers=PAGE, follow_redirects=True)
    return unescape(reponse.text)


def test_the_nights_to_come(bac: Any) -> None:
    """The clock's page lists the batches in order and the way of a deposit made now, with its delay."""
    texte = lire(bac, "/horloge")
    assert texte.index("23/08/2021\xa019:00") < texte.index("23/08/2021\xa022:00")
    assert "25/08/2021\xa005:00" in texte
    assert "1\xa0jour 21\xa0heures" in texte


def test_an_investigation_page(bac: Any) -> None:
    """The page names the five words, the stop, and links to the application."""
    peupler(bac)
    texte = lire(bac, "/suivre", params={"q": "vernoult"})
    for mot in ("Anomalie", "Public concerné", "Interlocuteur en établissement", "Diagnostic", "Conduite à tenir"):
        assert f"<dt>{mot}</dt>" in texte
    assert "AGENT_SANS_AFFECTATION" in texte
    for mot in ("À faire", "<dt>Qui</dt>", "<dt>Menu</dt>", "<dt>Si c'est fait maintenant</dt>"):
        assert mot in texte
    assert f"/b/{bac.nom}/agents/7" in texte
    assert "Rien ni personne de ce nom" in lire(bac, "/suivre", params={"q": "introuvable"})
    assert "au moins deux caractères" in lire(bac, "/suivre", 422, params={"q": "x"})


def test_the_life_of_a_bac(bac: Any) -> None:
    """Created, copied, restored and dropped from the pages, each loss confirmed first."""
    nom = f"{bac.nom}_b"
    fait = _apres(bac, "/bacs", nom=nom, profil="noumea-2018", graine="7", depart="")
    assert f"Le bac « {nom} » est créé" in fait
    assert "Pacific/Noumea" in fait
    assert f"« {nom} » existe déjà" in _apres(bac, "/bacs", nom=nom, profil="nice-2021", graine="1")
    assert "L'instantané n° 1 est pris" in _apres(bac, f"/bacs/{nom}/instantanes", libelle="au départ")
    assert "au départ" in lire(bac, f"/bacs/{nom}")
    assert "sera perdu" in _apres(bac, f"/bacs/{nom}/retour", numero="1")
    assert "est revenu à l'instantané n° 1" in _apres(bac, f"/bacs/{nom}/retour", numero="1", confirme="oui")
    assert "seront perdus" in _apres(bac, f"/bacs/{nom}/suppression")
    assert f"Le bac « {nom} » est supprimé" in _apres(bac, f"/bacs/{nom}/suppression", confirme="oui")
    assert "n'existe pas" in lire(bac, f"/bacs/{nom}", 404)


@pytest.mark.parametrize(
    ("champ", "valeurs"),
    [
        ("nom", {"nom": "Été 2021"}),
        ("profil", {"profil": "inconnu"}),
        ("graine", {"graine": "beaucoup"}),
        ("depart", {"depart": "32/13/2021"}),
    ],
)
def test_a_bac_refused_keeps_what_was_typed(bac: Any, champ: str, valeurs: dict[str, str]) -> None:
    """The refusal stands beside its field, what was typed stays, no bac is made."""
    avant = bac["pilotage"].get("/api/bacs").json()
    reponse = poster(bac, "/bacs", **({"nom": "essai_refuse", "profil": "nice-2021", "graine": "1"} | valeurs))
    assert reponse.status_code in (404, 422)
    texte = unescape(reponse.text)
    assert f'id="erreur-{champ}"' in texte
    assert (valeurs["nom"] if champ == "nom" else "essai_refuse") in texte
    assert bac["pilotage"].get("/api/bacs").json() == avant


def test_every_service_is_said_healthy(bac: Any) -> None:
    """The health page names the seven services and says that none has a fault."""
    texte = lire(bac, "/sante")
    assert "Les sept services sont en bonne santé" in texte
    assert texte.count("en bonne santé") == 8


def test_the_static_files_are_served(bac: Any) -> None:
    """The script and the style sheet that pages name exist."""
    texte = lire(bac, "/")
    for chemin in re.findall(r'(?:src|href)="(/b/[^"]*/_pilotage/[^"]*)"', texte):
        reponse = bac["pilotage"].get(chemin.removeprefix(f"/b/{bac.nom}"))
        assert reponse.status_code == 200
    assert texte.count("/_pilotage/") == 2
