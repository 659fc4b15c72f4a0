"""What the forms of the rectorat refuse, by page and by API; the BCN and the calendars."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.rectorat.academie import UAI, Academie, agent, place
from tests.services.siecle_bee.ecole import SIXIEME
from tests.services.siecle_bee.ecole import Ecole as EcoleBee

MEF = {"code": "10010012199", "modele": SIXIEME, "libelle": "6ème bilangue"}
MATIERE = {"code": "0302Z9", "code_gestion": "ZZ9", "libelle": "Langue régionale"}


@pytest.fixture
def academie(bac: Any) -> Academie:
    """The académie of Nice."""
    return Academie(bac)


REFUS: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("/nomenclatures/mefs", MEF | {"code": "6EME"}, 422, "MEF_INVALIDE"),
    ("/nomenclatures/mefs", MEF | {"modele": "99999999999"}, 404, "NOMENCLATURE_INCONNUE"),
    ("/nomenclatures/mefs", MEF | {"libelle": " "}, 422, "LIBELLE_INVALIDE"),
    ("/nomenclatures/mefs", MEF | {"demande": 7}, 404, "DEMANDE_INCONNUE"),
    ("/nomenclatures/matieres", MATIERE | {"code": "trop long"}, 422, "MATIERE_INVALIDE"),
    ("/nomenclatures/matieres", MATIERE | {"code_gestion": ""}, 422, "MATIERE_INVALIDE"),
    ("/nomenclatures/matieres", MATIERE | {"code_gestion": "AGL1"}, 422, "CODE_GESTION_PRIS"),
    ("/nomenclatures/matieres", MATIERE | {"libelle": "a" * 61}, 422, "LIBELLE_INVALIDE"),
    ("/nomenclatures/demandes/7/reponse", {"texte": "Non."}, 404, "DEMANDE_INCONNUE"),
    ("/remontee-vs", {"annee": 2021, "date_butoir": "2022-08-15"}, 422, "DATE_HORS_ANNEE"),
)


def test_a_bad_form_is_refused(academie: Academie) -> None:
    """Each form says what is wrong and what to do, by page and by API, and nothing is loaded."""
    for chemin, corps, statut, code in REFUS:
        refus = academie.api("POST", chemin, statut, json=corps)
        assert (refus["code"], bool(refus["remede"])) == (code, True), corps
        assert code in academie.poster(chemin, statut, **corps)
    assert "Aucune nomenclature n'est chargée." in academie.page("/nomenclatures")
    assert academie.api("GET", "/remontee-vs") == []


@pytest.mark.parametrize("champs", [{"annee": "bientôt", "date_butoir": "2021-10-15"}, {"annee": 2021}])
def test_a_date_butoir_that_is_no_date(academie: Academie, champs: dict[str, Any]) -> None:
    """What is not a year or not a date is refused with a page, and nothing is fixed."""
    assert "<h1>" in academie.poster("/remontee-vs", 422, **champs)
    assert academie.api("GET", "/remontee-vs") == []


@pytest.mark.parametrize("champs", [{"quotite": 0}, {"quotite": 101}, {"heures": 41}, {"discipline": "L9999"}])
def test_an_appointment_out_of_bounds_is_refused(academie: Academie, champs: dict[str, Any]) -> None:
    """A quotité or hours that nobody works, an unknown discipline: refused, and the agent is appointed nowhere."""
    academie.agents(agent(50001, "ALBAREDE"))
    statut = 404 if "discipline" in champs else 422
    academie.poster("/agents/50001/affectations", statut, uai=UAI, **champs)
    assert academie.api("GET", f"/etablissements/{UAI}/agents") == []


def test_a_demand_is_answered_once(academie: Academie) -> None:
    """A school that says nothing sends nothing; its mail gets one answer, never empty."""
    academie.api("POST", "/bascules-bee", 201, json={"uai": UAI, "millesime": 2021})
    bee = EcoleBee(academie.bac, UAI)
    vide = bee.appeler("POST", "/nomenclatures/demande", 422, json={"genre": "matiere", "texte": " "})
    assert vide["code"] == "DEMANDE_INCOMPLETE"
    reponse = academie.bac["siecle_bee"].post(f"/{UAI}/2021/nomenclatures/demande", data={"genre": "", "texte": "Ah"})
    assert reponse.status_code == 422
    assert academie.api("GET", "/nomenclatures/demandes") == []
    bee.appeler("POST", "/nomenclatures/demande", 201, json={"genre": "matiere", "texte": "Le breton manque."})
    chemin = "/nomenclatures/demandes/1/reponse"
    assert academie.api("POST", chemin, 422, json={"texte": ""})["code"] == "REPONSE_VIDE"
    assert "Demande 1 : réponse envoyée." in academie.poster(chemin, texte="Pas dans cette académie.")
    assert academie.api("POST", chemin, 409, json={"texte": "Si."})["code"] == "DEMANDE_TRAITEE"
    ajout = MATIERE | {"demande": 1}
    assert academie.api("POST", "/nomenclatures/matieres", 409, json=ajout)["code"] == "DEMANDE_TRAITEE"
    assert academie.api("GET", "/nomenclatures/ajouts") == []


def test_an_added_matiere_goes_to_sts_and_bee(academie: Academie) -> None:
    """Added, it is in the next version beside the national ones, which all stay."""
    academie.api("POST", "/nomenclatures", 201, json={})
    assert academie.api("POST", "/nomenclatures/matieres", 201, json=MATIERE) == {"version": 2}
    (ajout,) = academie.api("GET", "/nomenclatures/ajouts")
    assert (ajout["code"], ajout["donnees"]["libelle_court"]) == ("0302Z9", "LANGUE RÉGIONALE")
    academie.bac.avancer("nuit")
    academie.api("POST", "/bascules-bee", 201, json={"uai": UAI, "millesime": 2021})
    bee = EcoleBee(academie.bac, UAI)
    recues = bee.appeler("POST", "/nomenclatures/reception")
    assert recues["version"] == 2
    bee.appeler("POST", "/nomenclatures/selection", json={"mefs": [SIXIEME], "matieres": ["0302Z9", "030201"]})
    bee.appeler("POST", "/nomenclatures/profilage")
    matieres = {m["code"]: m["code_gestion"] for m in bee.appeler("GET", "/nomenclatures")["matieres"]}
    assert matieres == {"0302Z9": "ZZ9", "030201": "AGL1"}


BCN = (
    ("mefs-college", "", ("10010012110", "10310019110", "16710002110")),
    ("mefs-lycee-gt", "2nde generale", ("20010019110",)),
    ("mefs-lycee-pro", "1cap1", ("1CAP1 BOULANGER",)),
    ("matieres", "AGL1", ("030201",)),
    ("options", "10010012110", ("ANGLAIS",)),
    ("disciplines", "L0202", ("L0202",)),
    ("communes", "25056", ("BESANCON",)),
    ("pays", "100", ("FRANCE",)),
    ("professions", "", ("Libellé",)),
    ("table-inconnue", "6eme", ("10010012110",)),
)


def test_the_bcn_is_searched(academie: Academie) -> None:
    """Each table by code or by label, accents or not; an unknown table shows the first."""
    for table, q, attendus in BCN:
        page = academie.page(f"/bcn?table={table}&q={q}")
        assert [vu for vu in attendus if vu not in page] == [], table
        assert "Aucune ligne" in academie.page(f"/bcn?table={table}&q=introuvable")


def test_the_calendars_by_zone_and_in_the_south(academie: Academie) -> None:
    """2021-2022 in the three zones, 2018 in Nouvelle-Calédonie with the guide's four dates; a wrong year is refused."""
    page = academie.page("/calendrier?annee=2021")
    for vu in ("Zone A", "Zone B", "Zone C", "Rentrée des élèves", "02/09/2021", "05/02/2022", "19/02/2022"):
        assert vu in page
    assert "Cette académie suit : Zone B." in page
    sud = academie.page("/calendrier?annee=2018").split("Nouvelle-Calédonie")[1]
    for vu in ("16/02/2018", "19/02/2018", "14/12/2018", "15/12/2018"):
        assert vu in sud
    assert academie.bac["rectorat"].get("/calendrier?annee=99999").status_code == 422


def test_the_home_page_counts_what_waits(academie: Academie) -> None:
    """A dossier to treat, a certificate to deliver, a mail to answer: each is counted, with the way to it."""
    academie.agents(agent(50001, "ALBAREDE", place()))
    corps = {"constat": "compte_enseignant", "verification": "correctes", "rubrique": "ent", "texte": "Sans compte."}
    academie.api("POST", f"/assistance/{UAI}/dossiers", 201, json=corps)
    page = academie.page("/")
    assert "Dossiers d'assistance</a> : 1 dossier à traiter" in page
    assert "Certificats NetSynchro</a> : 0 demande" in page
