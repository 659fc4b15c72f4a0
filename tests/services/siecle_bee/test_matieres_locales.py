"""Matières that a lycée professionnel defines itself: in BEE, then in STS-Web."""

from __future__ import annotations

from typing import Any

import pytest

from services.siecle_bee.rules.montee import mef_propose
from shared.contracts.echanges import BasculeBee, EtablissementMsg

from .ecole import ANGLAIS, CINQUIEME, SIXIEME, UAI, Ecole, jeu_de_nomenclatures, peupler
from .test_pages import envoyer, page
from .test_reprise_exports import exporter

ATELIER = {"code": "9ATEL1", "code_gestion": "ETPA1", "libelle": "ATELIER BOIS"}


@pytest.fixture
def lycee(ecole: Ecole) -> Ecole:
    """The school of the tests, made a lycée professionnel."""
    fiche = EtablissementMsg(uai=UAI, nom="JEANNE INVENTEE", nature="320", categorie="LP", sigle="LP")
    ecole.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2021, etablissement=fiche))
    return ecole


@pytest.mark.procedure("NOM-05")
def test_a_local_matiere_reaches_sts_web(lycee: Ecole) -> None:
    """Defined, it waits for the profilage; profiled, an option may name it, Nomenclature.xml and STS-Web hold it."""
    (eleve,) = peupler(lycee, 1)
    option = {"options": [{"matiere": "9ATEL1", "modalite": "O", "rang": 1}]}
    lycee.appeler("POST", "/nomenclatures/matieres-locales", 201, json=ATELIER)
    assert lycee.appeler("PATCH", f"/eleves/{eleve}", 422, json=option)["code"] == "OPTION_INCONNUE"
    assert lycee.appeler("POST", "/nomenclatures/profilage")["locales"] == 1
    lycee.appeler("PATCH", f"/eleves/{eleve}", json=option)
    (matiere,) = exporter(lycee, "Nomenclature").findall(".//MATIERE[@CODE_MATIERE='9ATEL1']")
    assert matiere.findtext("MATIERE_ETP") == "1"
    lycee.bac.interne("siecle_bee", "POST", "/_sim/envois/livrer")
    (envoi,) = lycee.envois("nomenclatures")
    assert (envoi["destinataire"], envoi["etat"], envoi["reponse"]["matieres"]) == ("sts_web", "livre", 1)
    # Chosen anew, the national ones change; the school's own stays, still profiled.
    lycee.appeler("POST", "/nomenclatures/selection", json={"mefs": [SIXIEME, CINQUIEME], "matieres": [ANGLAIS]})
    matieres = {m["code"] for m in lycee.appeler("GET", "/nomenclatures")["matieres"]}
    assert matieres == {ANGLAIS, "9ATEL1"}
    lycee.recevoir("nomenclatures", jeu_de_nomenclatures(2))
    assert lycee.appeler("DELETE", "/nomenclatures/matieres-locales/9ATEL1", 409)["code"] == "MATIERE_LOCALE_UTILISEE"
    lycee.appeler("PATCH", f"/eleves/{eleve}", json={"options": []})
    lycee.appeler("DELETE", "/nomenclatures/matieres-locales/9ATEL1", 204)
    assert lycee.appeler("DELETE", "/nomenclatures/matieres-locales/9ATEL1", 404)["code"] == "MATIERE_LOCALE_INCONNUE"


REFUSEES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"code": "ab"}, "MATIERE_LOCALE_INVALIDE"),
    ({"code_gestion": "TROPLONG"}, "MATIERE_LOCALE_INVALIDE"),
    ({"libelle": " "}, "MATIERE_LOCALE_INVALIDE"),
    ({"libelle": "X" * 21}, "MATIERE_LOCALE_INVALIDE"),
    ({"code": ANGLAIS}, "MATIERE_DEJA_NATIONALE"),
    ({"code_gestion": "AGL1"}, "MATIERE_DEJA_NATIONALE"),
    ({"code": "9ATEL2"}, "MATIERE_LOCALE_EN_DOUBLE"),
    ({"code_gestion": "ETPA2"}, "MATIERE_LOCALE_EN_DOUBLE"),
)


@pytest.mark.procedure("NOM-05")
def test_local_matieres_by_page(lycee: Ecole) -> None:
    """The form defines one and says what is left to do; wrong forms, national codes, codes taken are refused."""
    assert "Aucune matière." in page(lycee, "nomenclatures")
    formulaire = {"code_matiere": "9atel1", "code_gestion": "ETPA1", "libelle": "ATELIER BOIS"}
    assert "lancez le profilage" in envoyer(lycee, "nomenclatures/matiere", data=formulaire)
    for change, code in REFUSEES:
        refus = lycee.appeler("POST", "/nomenclatures/matieres-locales", 422, json=ATELIER | change)
        assert refus["code"] == code, change
    html = envoyer(lycee, "nomenclatures/matiere", 422, data=formulaire | {"libelle": ""})
    assert "MATIERE_LOCALE_INVALIDE" in html
    assert "ATELIER BOIS" in envoyer(lycee, "nomenclatures/profilage", data={})
    assert "ATELIER BOIS" not in envoyer(lycee, "nomenclatures/matiere-supprimee", data={"code": "9ATEL1"})
    assert "ACTION_INCONNUE" in envoyer(lycee, "nomenclatures/rien", 404, data={})


def test_a_college_defines_no_matiere(ecole: Ecole) -> None:
    """The page of a collège has no such form, a forced request is refused with its reason."""
    assert "DÉFINIR LA MATIÈRE" not in page(ecole, "nomenclatures")
    refus = ecole.appeler("POST", "/nomenclatures/matieres-locales", 422, json=ATELIER)
    assert refus["code"] == "MATIERE_LOCALE_RESERVEE_LP"


@pytest.mark.procedure("NOM-04")
def test_a_missing_nomenclature_is_asked_for_by_page(ecole: Ecole) -> None:
    """The mail leaves for the académie at once and the page says what comes next; without a text it is refused."""
    html = page(ecole, "nomenclatures")
    assert "exactement à la réalité du terrain" in html
    formulaire = {"genre": "mef", "code": "20111011110", "texte": "Notre section n'est pas dans la liste."}
    html = envoyer(ecole, "nomenclatures/demande", data=formulaire)
    assert "Courriel envoyé à l'académie : l'ajout apparaîtra à une prochaine réception des nomenclatures." in html
    assert [m["destinataire"] for m in ecole.envois("demande_nomenclature")] == ["rectorat"]
    for mauvais in ({"texte": " "}, {"genre": "autre"}):
        assert "DEMANDE_INCOMPLETE" in envoyer(ecole, "nomenclatures/demande", 422, data=formulaire | mauvais)
    assert len(ecole.envois("demande_nomenclature")) == 1


@pytest.mark.procedure("NOM-05", "REC-11")
def test_the_school_s_own_matieres_pass_the_bascule(lycee: Ecole) -> None:
    """In May they are in the base of the year in preparation, to be profiled again with the rest."""
    lycee.appeler("POST", "/nomenclatures/matieres-locales", 201, json=ATELIER)
    lycee.appeler("POST", "/nomenclatures/profilage")
    fiche = EtablissementMsg(uai=UAI, nom="JEANNE INVENTEE", nature="320", categorie="LP", sigle="LP")
    bilan = lycee.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2022, etablissement=fiche))
    assert bilan["matieres_locales"] == 1
    suivante = Ecole(lycee.bac, millesime=2022)

    def profilees() -> set[str]:
        return {m["code"] for m in suivante.appeler("GET", "/nomenclatures")["matieres"]}

    assert "ATELIER BOIS" in page(suivante, "nomenclatures")
    assert profilees() == set()
    suivante.appeler("POST", "/nomenclatures/reception")
    suivante.appeler("POST", "/nomenclatures/selection", json={"mefs": [SIXIEME]})
    assert suivante.appeler("POST", "/nomenclatures/profilage")["locales"] == 1
    assert "9ATEL1" in profilees()


@pytest.mark.parametrize(
    ("code", "connus", "propose"),
    [
        (SIXIEME, (), CINQUIEME),
        (SIXIEME[:10] + "A", (), CINQUIEME),
        (SIXIEME[:10] + "A", (CINQUIEME[:10] + "A",), CINQUIEME[:10] + "A"),
        ("9990001211A", (), ""),
        ("", (), ""),
    ],
    ids=["nationale", "locale sans suite", "locale suivie", "inconnue", "aucune"],
)
def test_the_mef_proposed_after_a_local_one(code: str, connus: tuple[str, ...], propose: str) -> None:
    """A variant of the académie is followed by the same variant where it exists, else by the national MEF."""
    assert mef_propose(code, connus) == propose
