"""The pages of the AAF and the refusals of its web service."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from . import jeu_aaf as jeu


@pytest.fixture
def chaine(bac: Any) -> jeu.Chaine:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"code": "ENT 96"}, "AAF_PROJET"),
        ({"uais": ["0960011A"]}, "UAI_INVALIDE"),
        ({"uais": []}, "PROJET_SANS_ETABLISSEMENT"),
        ({"grammaire": "9.9"}, "GRAMMAIRE_INCONNUE"),
        ({"max_par_fichier": 0}, "TAILLE_FICHIER"),
    ],
)
def test_a_project_is_refused(chaine: jeu.Chaine, champs: dict[str, Any], code: str) -> None:
    """A project that cannot be is refused with its code and a remedy, and is not made."""
    reponse = chaine.aaf.post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]} | champs)
    assert (reponse.status_code, reponse.json()["code"]) == (422, code)
    assert reponse.json()["remede"]
    assert chaine.aaf.get("/api/projets").json() == []


def test_what_does_not_exist(chaine: jeu.Chaine) -> None:
    """Unknown school, project, feed, record: 404 with the code of each; a project is not made twice."""
    chaine.projet(jeu.A)
    attendus = {
        f"/api/etablissements/{jeu.A}/exclusions": "UAI_INCONNU",
        "/api/projets/AUTRE": "PROJET_INCONNU",
        "/api/projets/ENT96/alimentations/latest": "ALIMENTATION_INCONNUE",
        "/api/projets/ENT96/alimentations/3/archive": "ALIMENTATION_INCONNUE",
        "/api/annuaire/Eleve/12": "ENREGISTREMENT_INCONNU",
        "/api/annuaire/Rien/12": "ENREGISTREMENT_INCONNU",
    }
    for chemin, code in attendus.items():
        reponse = chaine.aaf.get(chemin)
        assert (reponse.status_code, reponse.json()["code"]) == (404, code), chemin
    encore = chaine.aaf.post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]})
    assert (encore.status_code, encore.json()["code"]) == (409, "PROJET_EXISTANT")


def test_the_pages(chaine: jeu.Chaine) -> None:
    """From the schools to an exclusion, a record, a project made by the form, and its archive."""
    pages = chaine.aaf
    refuse = pages.post("/projets", data={"code": "ENT 96", "uais": jeu.A}, follow_redirects=False)
    assert refuse.status_code == 422
    assert "n&#39;est pas admis" in refuse.text
    assert "ENT 96" in refuse.text
    fait = pages.post("/projets", data={"code": "ENT96", "uais": f"{jeu.A}\n{jeu.B}"}, follow_redirects=True)
    assert fait.status_code == 200
    assert "Projet créé." in fait.text
    chaine.bee(jeu.A, eleves=[jeu.eleve(1), jeu.eleve(2, "3Z"), jeu.eleve(3, mef="99999999999")])
    chaine.rectorat(jeu.A)
    assert "pas encore" in pages.get("/").text
    chaine.jusqu_a(2)
    accueil = pages.get("/?tri=exclus&sens=desc")
    assert "VILLEFEINTE" in accueil.text
    assert f"/etablissements/{jeu.A}/exclusions" in accueil.text
    toutes = pages.get(f"/etablissements/{jeu.A}/exclusions").text
    assert "NOM2 Zoé" in toutes
    assert "NOM3 Zoé" in toutes
    filtrees = pages.get(f"/etablissements/{jeu.A}/exclusions?code=MEF_INCONNU&tri=depuis").text
    assert "NOM2 Zoé" not in filtrees
    assert "NOM3 Zoé" in filtrees
    assert pages.get(f"/etablissements/{jeu.A}").status_code == 200
    trouve = pages.get("/annuaire", params={"q": "nom1 zoe", "categorie": "Eleve"}).text
    numero = chaine.numeros()[jeu.ine(1)]
    assert f"/annuaire/Eleve/{numero}" in trouve
    assert jeu.ine(1) in pages.get(f"/annuaire/Eleve/{numero}").text
    projet = pages.get("/projets/ENT96").text
    assert "ENT96_Complet_20210825.tar.gz" in projet
    assert "ENT96_Complet_20210825_Eleve_0000.xml" in pages.get("/projets/ENT96/alimentations/1").text
    archive = pages.get("/projets/ENT96/alimentations/1/archive")
    assert archive.content[:2] == b"\x1f\x8b"
    demande = pages.post("/projets/ENT96/complet", follow_redirects=True)
    assert "La prochaine alimentation sera complète." in demande.text
    assert "ENT96" in pages.get("/projets").text


@pytest.mark.procedure("AAF-12")
def test_the_drawings_of_the_guides(chaine: jeu.Chaine) -> None:
    """*Fonctionnement* cites the drawings, links to the map of the control room, and tells the académie's hours."""
    page = " ".join(unescape(chaine.aaf.get("/fonctionnement").text).split())  # no-break spaces too
    for dessin in (
        "« Mise en oeuvre de l'alimentation MENESR dans une académie » (guide 002, figure 1)",
        "« Chronologie générale des étapes requises pour alimenter l'ENT » (guide 000, §1, et l'étape 2.12)",
        "« Schéma du fonctionnement global » (guide 004, §2, figure 1)",
        "(guide 001, p. 1)",
    ):
        assert dessin in page
    assert f'href="{chaine.bac["pilotage"].base_url!s}"' in page
    for heure in ("23:30", "20:00", "02:00", "05:00"):
        assert f"<td>{heure}</td>" in page
    assert "Ce qui remonte aujourd'hui y sera mercredi 25 août 2021" in page
    assert "Structure et services passent par SIECLE" in page


def test_the_exclusions_of_a_school(chaine: jeu.Chaine) -> None:
    """Names, also of what BEE keeps back; filtered by code; sorted both ways; each person and group to be followed."""
    retenu = jeu.msg.ExclusionMsg(
        objet="eleve", id="200009", code="FICHE_BLOQUANTE", raison="Sans adresse.", libelle="ZOLA Ada"
    )
    chaine.bee(
        jeu.A,
        eleves=[jeu.eleve(2, "3Z"), jeu.eleve(3, mef="99999999999"), jeu.eleve(1, groupes=("PERDU",))],
        non_remontes=[retenu],
    )
    chaine.jusqu_a(2, heure=21)
    adresse = f"/etablissements/{jeu.A}/exclusions"
    page = unescape(chaine.aaf.get(adresse).text)
    pilotage = str(chaine.bac["pilotage"].base_url).rstrip("/")
    for cherche in (jeu.ine(2), jeu.ine(3), "ZOLA+Ada", "PERDU"):
        assert f'href="{pilotage}/suivre?q={cherche}"' in page
    assert page.count(">Suivre</a>") == 4, "a whole school is not followed"
    assert "Que faire\u00a0:" in page
    montee = unescape(chaine.aaf.get(f"{adresse}?tri=libelle").text)
    descente = unescape(chaine.aaf.get(f"{adresse}?tri=libelle&sens=desc").text)
    assert montee.index("NOM2 Zoé") < montee.index("ZOLA Ada")
    assert descente.index("ZOLA Ada") < descente.index("NOM2 Zoé")
    groupes = unescape(chaine.aaf.get(f"{adresse}?objet=groupe").text)
    assert ("PERDU" in groupes, "ZOLA Ada" in groupes) == (True, False)
    seul = unescape(chaine.aaf.get(f"{adresse}?code=FICHE_BLOQUANTE").text)
    assert "ZOLA Ada" in seul
    assert "NOM2 Zoé" not in seul
    assert "Tout sort" in unescape(chaine.aaf.get(f"{adresse}?code=<b>&tri=x&page=9999999999").text)
    (lue,) = chaine.aaf.get(f"/api{adresse}?code=FICHE_BLOQUANTE").json()
    assert (lue["libelle"], lue["objet"], bool(lue["depuis"])) == ("ZOLA Ada", "eleve", True)
    assert {e["objet"] for e in chaine.aaf.get(f"/api{adresse}?objet=groupe").json()} == {"groupe"}
    assert "ZOLA" in unescape(chaine.bac["pilotage"].get("/suivre", params={"q": "ZOLA Ada"}).text)
