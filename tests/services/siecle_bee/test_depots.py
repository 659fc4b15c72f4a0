"""The deposit of group links: checks at once, treatment in the night, compte rendu the next morning."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.formats.elegroupe.liens import GroupeLien

from .ecole import SIXIEME, Ecole, deposer, liens_xml, peupler, preparer

LIENS = "/importations/liens-eleve-groupe"
SUIVI = "/suivi/liens-eleve-groupe"


def envoyer(ecole: Ecole, nom: str, contenu: bytes, attendu: int, confirmation: str = "ok") -> dict[str, Any]:
    fichier = {"fichier": (nom, contenu, "application/zip")}
    return ecole.appeler("POST", LIENS, attendu, files=fichier, data={"confirmation": confirmation})


@pytest.mark.procedure("BEE-65", "BEE-75", "BEE-77")
def test_deposit_wants_an_export_and_a_confirmation(ecole: Ecole) -> None:
    """Blocked before a first export of the pupils; asked to confirm, word for word; nothing is kept meanwhile."""
    (eleve,) = peupler(ecole, 1)
    nom, contenu = liens_xml({eleve: [GroupeLien("6LATIN")]})
    assert envoyer(ecole, nom, contenu, 422)["code"] == "EXPORT_ELEVES_JAMAIS_FAIT"
    ecole.appeler("POST", "/exports-xml/ElevesAvecAdresses")
    refus = envoyer(ecole, nom, contenu, 409, confirmation="")
    assert refus["code"] == "CONFIRMATION_REQUISE"
    assert "pour éviter des rejets de groupe inexistant sans Sconet BEE." in refus["title"]
    assert ecole.appeler("GET", "/tableau-de-bord")["depot_en_attente"] is None
    assert envoyer(ecole, nom, contenu, 201)["fichier"] == nom.replace(".zip", ".xml")


@pytest.mark.procedure("BEE-78", "BEE-79", "ACC-07", "DIAG-20")
def test_deposit_refused_at_once(ecole: Ecole) -> None:
    """Another millésime, a renamed zip and an XML alone are refused, each with its sentence; the suivi is empty."""
    (eleve,) = peupler(ecole, 1)
    ecole.appeler("POST", "/exports-xml/ElevesAvecAdresses")
    nom, contenu = liens_xml({eleve: [GroupeLien("6LATIN")]}, millesime=2022)
    refus = envoyer(ecole, nom, contenu, 422)
    assert refus["title"] == "Année du fichier différente de l'année utilisée !"
    nom, contenu = liens_xml({eleve: [GroupeLien("6LATIN")]})
    for mauvais in ("liens.zip", nom.replace(".zip", ".xml"), nom.replace(".zip", " (1).zip")):
        assert envoyer(ecole, mauvais, contenu, 422)["code"].startswith("NOM_FICHIER")
    assert ecole.appeler("GET", SUIVI) == []


@pytest.mark.procedure("BEE-80", "BEE-81")
@pytest.mark.parametrize(("reglage", "message"), [("fichier_depose", "Fichier déposé."), ("aucun", "")])
def test_message_of_a_deposit(nouveau_bac: Any, reglage: str, message: str) -> None:
    """A valid file gives « Fichier déposé. », or nothing, as the académie's profile says."""
    ecole = preparer(Ecole(nouveau_bac(bee_message_depot=reglage)))
    (eleve,) = peupler(ecole, 1)
    assert deposer(ecole, {eleve: [GroupeLien("6LATIN")]})["message"] == message


@pytest.mark.procedure("BEE-82", "BEE-83", "BEE-84", "BEE-87", "BEE-91", "BEE-98", "BEE-106", "CAL-08", "CAL-09")
def test_night_replaces_all_links(ecole: Ecole) -> None:
    """Only the last deposit counts; nothing changes before the night; the next morning links and report are there."""
    ids = peupler(ecole, 4)
    ecole.structure({"6A": [SIXIEME]}, {"6LATIN": ["6A"], "6CHORALE": ["6A"]})
    ecole.appeler("POST", f"/eleves/{ids[3]}/groupes", 201, json={"groupe": "6CHORALE"})
    deposer(ecole, {ids[3]: [GroupeLien("6LATIN")]})
    fin = date(2022, 12, 31)
    depot = deposer(
        ecole,
        {
            ids[0]: [GroupeLien("6LATIN")],
            ids[1]: [GroupeLien("MPERMANGR2"), GroupeLien("6LATIN", None, fin)],
            999999: [GroupeLien("6LATIN")],
        },
    )
    assert ecole.appeler("GET", f"/eleves/{ids[0]}")["groupes"] == ecole.appeler("GET", SUIVI) == []
    assert [g["code"] for g in ecole.appeler("GET", f"/eleves/{ids[3]}")["groupes"]] == ["6CHORALE"]
    ecole.bac.avancer("nuit")
    groupes = [[g["code"] for g in ecole.appeler("GET", f"/eleves/{i}")["groupes"]] for i in ids]
    assert groupes == [["6LATIN"], ["6LATIN"], [], []]
    (ligne,) = ecole.appeler("GET", SUIVI)
    assert (ligne["id"], ligne["eleves"], ligne["absents"]) == (depot["depot"], 3, 2)
    cr = ecole.appeler("GET", f"{SUIVI}/{depot['depot']}")
    assert (cr["lus"], cr["complets"], cr["partiels"], cr["rejetes"]) == (3, 1, 1, 1)
    (partiel,) = cr["section2_anomalies"]
    assert (partiel["identifiants"], partiel["anomalie"]) == (
        f"{ids[1]} / 0",
        "Liens 'élève-groupe' partiellement importés",
    )
    assert (partiel["regle"], [d["code"] for d in partiel["details"]]) == ("GROUPE", ["GROUPE_A_01", "ELEGRP_A_03"])
    assert [d["details"][0]["code"] for d in cr["section1_rejetes"]] == ["REJELEGROUPE_01"]


@pytest.mark.procedure("BEE-89", "BEE-90")
@pytest.mark.parametrize(("reglage", "champ"), [("traitement", "traite_le"), ("soumission", "depose_le")])
def test_date_shown_in_the_suivi(nouveau_bac: Any, reglage: str, champ: str) -> None:
    """The list shows the day of the treatment, or that of the submission, as the profile says."""
    ecole = preparer(Ecole(nouveau_bac(bee_suivi_date=reglage)))
    (eleve,) = peupler(ecole, 1)
    deposer(ecole, {eleve: [GroupeLien("6LATIN")]})
    ecole.bac.avancer("nuit")
    (ligne,) = ecole.appeler("GET", SUIVI)
    assert ligne["date_import"] == ligne[champ]
    assert ligne["traite_le"] != ligne["depose_le"]


@pytest.mark.procedure("BEE-99", "COM-03")
def test_corrected_structure_and_calendar_change_the_result(ecole: Ecole) -> None:
    """The group sent and the calendar changed before the night, the same file passes without anomaly."""
    (eleve,) = peupler(ecole, 1)
    depot = deposer(ecole, {eleve: [GroupeLien("6NEUF", date(2021, 8, 30), date(2022, 7, 14))]})
    ecole.structure({"6A": [SIXIEME]}, {"6NEUF": ["6A"]})
    calendrier = ecole.appeler("GET", "/communs/calendrier")
    nouveau = calendrier | {"rentree_eleves": "2021-08-30", "sortie_eleves": "2022-07-14"}
    ecole.appeler("PUT", "/communs/calendrier", json=nouveau)
    ecole.bac.avancer("nuit")
    cr = ecole.appeler("GET", f"{SUIVI}/{depot['depot']}")
    assert (cr["complets"], cr["section2_anomalies"]) == (1, [])
    (groupe,) = ecole.appeler("GET", f"/eleves/{eleve}")["groupes"]
    assert (groupe["debut"], groupe["fin"]) == ("2021-08-30", "2022-07-14")


def test_no_report_before_the_night(ecole: Ecole) -> None:
    """The compte rendu of a deposit that waits does not exist yet, and one learns when it will."""
    (eleve,) = peupler(ecole, 1)
    depot = deposer(ecole, {eleve: [GroupeLien("6LATIN")]})
    refus = ecole.appeler("GET", f"{SUIVI}/{depot['depot']}", 404)
    assert (refus["code"], "lendemain matin" in refus["remede"]) == ("COMPTE_RENDU_INCONNU", True)


@pytest.mark.procedure("CAL-05", "COM-04")
def test_southern_school(nouveau_bac: Any) -> None:
    """In Nouméa the file says 2017 for 2018; the teachers' last day is reset to the pupils'."""
    bac = nouveau_bac("noumea-2018", depart=datetime(2018, 3, 5, 21, tzinfo=UTC))
    ecole = preparer(Ecole(bac, millesime=2017))
    (eleve,) = peupler(ecole, 1)
    depot = deposer(ecole, {eleve: [GroupeLien("6LATIN", date(2018, 2, 19), date(2018, 12, 15))]})
    bac.avancer("nuit")
    (ligne,) = ecole.appeler("GET", f"{SUIVI}/{depot['depot']}")["section2_anomalies"]
    assert ligne["details"][0]["phrase"].endswith(
        '(du 19/02/2018 au 14/12/2018). Celle-ci a été réinitialisée à "14/12/2018".'
    )
