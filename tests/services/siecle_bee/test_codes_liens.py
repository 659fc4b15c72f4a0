"""The codes of the group-links import, each under its own condition; what is mended upstream, then deposited again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.formats.elegroupe.anomalies import LIBELLE_PARTIEL, REGLES
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.identifiers import fabriquer_ine

from .ecole import AUTRE_UAI, SIXIEME, Ecole, deposer, deposer_zip, dossier, peupler, preparer, zip_de_liens
from .test_pages import page

SUIVI = "/suivi/liens-eleve-groupe"
LATIN = GroupeLien("6LATIN")
NE = date(2010, 1, 1)
RENTREE, SORTIE = date(2021, 9, 2), date(2022, 7, 7)


def codes(ecole: Ecole, depot: int) -> dict[str, list[list[str]]]:
    """The codes of a report, by section, pupil by pupil."""
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    return {
        nom: [[d["code"] for d in ligne["details"]] for ligne in cr[nom]]
        for nom in ("section1_rejetes", "section2_anomalies")
    }


def liens(ecole: Ecole, eleve: int) -> list[tuple[str, str, str | None]]:
    return [(g["code"], g["debut"], g["fin"]) for g in ecole.appeler("GET", f"/eleves/{eleve}")["groupes"]]


def phrases(ecole: Ecole, depot: int) -> dict[str, str]:
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    return {
        d["code"]: d["phrase"]
        for section in ("section1_rejetes", "section2_anomalies")
        for ligne in cr[section]
        for d in ligne["details"]
    }


@pytest.mark.procedure("BEE-104", "BEE-101", "BEE-93", "BEE-94")
@pytest.mark.parametrize(
    "reglage", ["recalee", pytest.param("vide", marks=pytest.mark.procedure("BEE-103"))], ids=["recalee", "vide"]
)
def test_every_published_code_in_one_night(nouveau_bac: Any, reglage: str) -> None:
    """One pupil per code: section, sentence, and the links of the next morning, in both ways of treating dates."""
    ecole = preparer(Ecole(nouveau_bac(bee_liens_date_hors_annee=reglage)))
    calendrier = {"rentree_eleves": "2021-09-02", "sortie_eleves": "2022-07-07"}
    ecole.appeler("PUT", "/communs/calendrier", json=ecole.appeler("GET", "/communs/calendrier") | calendrier)
    autre = Ecole(ecole.bac, AUTRE_UAI)
    autre.ouvrir()
    ailleurs = autre.appeler("POST", "/eleves", 201, json=dossier(50).valeurs())["eleve_id"]
    deux_fois, sans_groupe, sans_mef, autre_mef, ordre, tot, tard = peupler(ecole, 7)
    ecole.appeler("PATCH", f"/eleves/{sans_mef}", json={"mef": "", "division": ""})

    def lu(eleve_id: int, *groupes: GroupeLien) -> EleveLien:
        return EleveLien("INCONNU", "Zoé", NE, groupes, eleve_id=eleve_id)

    fichier = [
        lu(999_999, LATIN),
        lu(ailleurs, LATIN),
        lu(deux_fois, LATIN),
        EleveLien("INCONNU", "Zoé", NE, (LATIN,), id_national=fabriquer_ine(990_000_001)),
        lu(sans_groupe, GroupeLien("MPERMANGR2"), LATIN),
        lu(sans_mef, LATIN),
        lu(autre_mef, GroupeLien("5ESP2G1")),
        lu(ordre, GroupeLien("6LATIN", date(2021, 12, 1), date(2021, 12, 1))),
        lu(tot, GroupeLien("6LATIN", date(2021, 9, 1), SORTIE)),
        lu(tard, GroupeLien("6LATIN", RENTREE, date(2022, 7, 8))),
    ]
    depot = deposer_zip(ecole, *zip_de_liens(fichier))["depot"]
    ecole.bac.avancer("nuit")
    rejets = [["REJELEGROUPE_01"], ["REJELEGROUPE_02"], ["REJELEGROUPE_03"], ["GROUPE_B_01"]]
    anomalies = [["GROUPE_A_01"], ["GROUPE_B_02"], ["ELEGRP_A_01"], ["ELEGRP_A_02"], ["ELEGRP_A_03"]]
    assert codes(ecole, depot) == {"section1_rejetes": rejets, "section2_anomalies": anomalies}
    fin = '"07/07/2022"' if reglage == "recalee" else "vide"
    debut = '"02/09/2021"' if reglage == "recalee" else "vide"
    annee = "n'est pas incluse dans la période scolaire autorisée sur l'année en cours (du 02/09/2021 au 07/07/2022)."
    lues = phrases(ecole, depot)
    assert lues["ELEGRP_A_01"].endswith(f'"6LATIN". Celle-ci a été réinitialisée à {fin}.')
    attendue = f'La date de début "01/09/2021" du groupe "6LATIN" {annee} Celle-ci a été réinitialisée à {debut}.'
    assert lues["ELEGRP_A_02"] == attendue
    attendue = f'La date de fin "08/07/2022" du groupe "6LATIN" {annee} Celle-ci a été réinitialisée à {fin}.'
    assert lues["ELEGRP_A_03"] == attendue
    assert '"5ESP2G1"' in lues["GROUPE_B_02"]
    assert SIXIEME in lues["GROUPE_B_02"]
    assert "999999" in lues["REJELEGROUPE_01"]
    reset = "2022-07-07" if reglage == "recalee" else None
    assert {i: liens(ecole, i) for i in (deux_fois, sans_groupe, sans_mef, autre_mef, ordre, tot, tard)} == {
        deux_fois: [("6LATIN", "2021-09-02", None)],
        sans_groupe: [("6LATIN", "2021-09-02", None)],
        sans_mef: [],
        autre_mef: [],
        ordre: [("6LATIN", "2021-12-01", reset)],
        tot: [("6LATIN", "2021-09-02", "2022-07-07")],
        tard: [("6LATIN", "2021-09-02", reset)],
    }
    html = page(ecole, f"suivi/liens-eleve-groupe/{depot}")
    assert "Nombre de liens élève-groupe rejetés : 4" in html
    for phrase in (REGLES["GROUPE"], REGLES["ELEGRP"]):
        assert phrase in html
    assert LIBELLE_PARTIEL not in html


@pytest.mark.procedure("BEE-70", "BEE-85", "BEE-98", "BEE-100", "BEE-105", "STS-24")
def test_mended_upstream_then_deposited_again(ecole: Ecole) -> None:
    """Each unknown group is an anomaly; attached to a MEF in STS-Web, sent, deposited anew: the links are there."""
    un, deux = peupler(ecole, 2)
    envoyes = {un: [GroupeLien("6CHORALE"), LATIN], deux: [GroupeLien("6THEATRE")]}
    sans_mef = {"6LATIN": ["6A"], "6CHORALE": [], "6THEATRE": []}
    assert ecole.structure({"6A": [SIXIEME]}, sans_mef)["groupes_sans_mef"] == ["6CHORALE", "6THEATRE"]
    premier = deposer(ecole, envoyes)["depot"]
    ecole.bac.avancer("nuit")
    assert codes(ecole, premier)["section2_anomalies"] == [["GROUPE_A_01"], ["GROUPE_A_01"]]
    assert liens(ecole, deux) == []
    # The remontée alone changes nothing: the cause is in STS-Web.
    deuxieme = deposer(ecole, envoyes)["depot"]
    ecole.bac.avancer("nuit")
    assert codes(ecole, deuxieme)["section2_anomalies"] == [["GROUPE_A_01"], ["GROUPE_A_01"]]
    ecole.structure({"6A": [SIXIEME]}, {code: ["6A"] for code in sans_mef})
    troisieme = deposer(ecole, envoyes)["depot"]
    ecole.bac.avancer("nuit")
    assert codes(ecole, troisieme) == {"section1_rejetes": [], "section2_anomalies": []}
    assert [g for g, _, _ in liens(ecole, un)] == ["6CHORALE", "6LATIN"]
    assert [g for g, _, _ in liens(ecole, deux)] == ["6THEATRE"]
    assert [li["id"] for li in ecole.appeler("GET", SUIVI)] == [troisieme, deuxieme, premier]


@pytest.mark.procedure("BEE-70", "BEE-76", "BEE-86", "BEE-105")
def test_what_the_page_of_the_deposit_recalls(nouveau_bac: Any) -> None:
    """The message asks for the groups only; the page adds the structure, the same names, and NetSynchro."""
    ecole = preparer(Ecole(nouveau_bac(netsynchro="oui")))
    html = page(ecole, "importations/liens-eleve-groupe")
    assert "Le message du dépôt ne parle que de l'import dans STS-Web" in html
    assert "Exports > Structure" in html
    assert "les noms des groupes sont les mêmes" in html
    assert "Avec NetSynchro" in html
