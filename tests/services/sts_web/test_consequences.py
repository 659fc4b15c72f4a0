"""What is done in STS-Web, followed to where its consequence appears: EDT, BEE, the AAF, the ENT."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from shared.formats.elegroupe.liens import GroupeLien
from tests.services.siecle_bee.ecole import SIXIEME, deposer, dossier, jeu_de_nomenclatures, peupler
from tests.services.siecle_bee.ecole import Ecole as EcoleBee

PROJET = "ENT2DVA-STS"
MARDI = datetime.fromisoformat("2021-08-31T08:00:00+02:00")


class Chaine:
    """The collège of STS-Web with its base of BEE, its base of EDT, and the ENT that its AAF project feeds."""

    def __init__(self, ecole: Any) -> None:
        self.ecole, self.bac = ecole, ecole.bac
        self.bee = EcoleBee(ecole.bac, ecole.uai, ecole.annee)

    def ouvrir_bee(self) -> None:
        """The académie opens the base of the year, and the school profiles its nomenclatures."""
        self.bee.ouvrir()
        self.bee.recevoir("nomenclatures", jeu_de_nomenclatures(1))
        self.bee.appeler("POST", "/nomenclatures/reception")
        self.bee.appeler("POST", "/nomenclatures/selection", json={"mefs": [SIXIEME]})
        self.bee.appeler("POST", "/nomenclatures/profilage")

    def ouvrir_ent(self) -> None:
        """An AAF project and the ENT that it feeds every night."""
        projet = {"code": PROJET, "libelle": "ENT d'essai", "uais": [self.ecole.uai]}
        for service, autres in (("aaf", {"grammaire": "6.4"}), ("ent", {"aaf_projet": PROJET})):
            reponse = self.bac[service].post("/api/projets", json=projet | autres)
            assert reponse.status_code == 201, reponse.text

    def exporter(self, *genres: str) -> None:
        """« Exports » > « Structure » and « Services », each with the message of the screen."""
        for genre in genres or ("structure", "services"):
            corps = {"json": {"destination": "sconet"}} if genre == "services" else {}
            message = self.ecole.demander("POST", f"/exports/{genre}", **corps)["message"]
            debut = "La structure a été envoyée" if genre == "structure" else "Les services ont été envoyés"
            assert message == f"{debut} à SCONET via un service Web."

    def groupes_ent(self, nom: str) -> list[str] | None:
        """The groups and classes that a teacher sees in the ENT, None without account."""
        comptes = self.bac["ent"].get(f"/api/projets/{PROJET}/comptes", params={"q": nom}).json()
        return sorted(comptes[0]["classes"] + comptes[0]["groupes"]) if comptes else None

    def edt(self, methode: str, suite: str = "", statut: int = 200, **options: Any) -> Any:
        """A request on the base of the timetable software."""
        chemin = f"/api/etablissements/{self.ecole.uai}/bases/{self.ecole.annee}{suite}"
        reponse = self.bac["edt"].request(methode, chemin, **options)
        assert reponse.status_code == statut, reponse.text
        return reponse.json()

    def vers_edt(self, statut: int = 200, contenu: bytes | None = None, **champs: Any) -> Any:
        """« Exports » > « Emploi du temps », then the import of that file into EDT."""
        fichier = contenu or self.ecole.demander("POST", "/exports/emploi-du-temps").content
        return self.edt("POST", "/imports/sts", statut, files={"fichier": ("sts_emp.xml", fichier)}, data=champs)

    def sans_contrepartie(self, genre: str) -> list[str]:
        """The lines of « Correspondances EDT/STSWEB » whose cell of STS-Web is empty."""
        lignes = self.edt("GET", "/correspondances")
        return [c["code"] for c in lignes if c["genre"] == genre and c["sts_code"] is None]


@pytest.fixture
def chaine(ecole: Any) -> Chaine:
    """The chain of the collège, nothing opened yet but STS-Web."""
    return Chaine(ecole)


@pytest.mark.procedure("STS-23")
def test_groups_typed_in_sts_web_go_down_to_edt(chaine: Chaine) -> None:
    """A group created in STS-Web comes out with the divisions, and EDT has it with its divisions."""
    chaine.ecole.demander("POST", "/groupes", 201, json={"code": "6LATIN", "libelle": "LATIN", "divisions": ["6A"]})
    chaine.edt("POST", statut=201)
    chaine.vers_edt()
    groupes = {g["code"]: g["divisions"] for g in chaine.edt("GET", "/groupes") if g["divisions"]}
    assert groupes == {"6ALL1": ["6A", "6B"], "6LATIN": ["6A"]}
    assert chaine.sans_contrepartie("groupe") == []


@pytest.mark.procedure("STS-25")
@pytest.mark.parametrize("autre", ["6 ALL1", "6All1", "6ALL-1"])
def test_a_name_that_differs_by_one_letter_empties_the_group(chaine: Chaine, autre: str) -> None:
    """The link to the group under another name is rejected in the night; under the very same name it passes."""
    chaine.ouvrir_bee()
    chaine.exporter("structure")
    ids = peupler(chaine.bee, 2)
    depot = deposer(chaine.bee, {ids[0]: [GroupeLien("6ALL1")], ids[1]: [GroupeLien(autre)]})
    chaine.bac.avancer("nuit")
    groupes = [[g["code"] for g in chaine.bee.appeler("GET", f"/eleves/{i}")["groupes"]] for i in ids]
    assert groupes == [["6ALL1"], []]
    (anomalie,) = chaine.bee.appeler("GET", f"/suivi/liens-eleve-groupe/{depot['depot']}")["section2_anomalies"]
    (detail,) = anomalie["details"]
    texte = f"Le groupe \"{autre}\" n'est pas référencé. L'inscription de l'élève dans ce groupe a été rejetée."
    assert (detail["code"], texte in detail.values()) == ("GROUPE_A_01", True)


@pytest.mark.procedure("STS-29")
def test_a_service_shows_its_group_to_its_teacher(chaine: Chaine) -> None:
    """Structure, matière, modalité, hours, teacher: exported, the teacher sees the group in the ENT at T+48 h."""
    chaine.ouvrir_bee()
    chaine.ouvrir_ent()
    ecole = chaine.ecole
    ecole.demander("POST", "/groupes", 201, json={"code": "3 DE ITA", "divisions": ["6A"]})
    saisie = {"structure": "3 DE ITA", "matiere": "030101", "modalite": "CG", "heures": 3}
    ecole.demander("POST", "/services", 201, json=saisie | {"enseignants": [{"id": 40104, "heures": 3}]})
    (vu,) = [s for s in ecole.lire("/services") if s["structure"] == "3 DE ITA"]
    assert (vu["type_structure"], vu["matiere"], vu["modalite"], vu["heures"]) == ("G", "030101", "CG", 3.0)
    assert [(e["id"], e["heures"]) for e in vu["enseignants"]] == [(40104, 3.0)]
    chaine.exporter()
    chaine.bac.avancer("48h")
    assert chaine.groupes_ent("VANNEREAU") == ["3 DE ITA"]


@pytest.mark.procedure("STS-38", "STS-39")
def test_a_replacement_counts_from_the_exports_on(chaine: Chaine) -> None:
    """Moved and not exported, the classes stay with the teacher replaced in the ENT; exported, they follow."""
    chaine.ouvrir_bee()
    chaine.ouvrir_ent()
    chaine.exporter()
    chaine.bac.avancer("48h")
    assert (chaine.groupes_ent("TALBOUR"), chaine.groupes_ent("VANNEREAU")) == (["6ALL1"], [])
    (numero,) = [s["numero"] for s in chaine.ecole.lire("/services") if s["structure"] == "6ALL1"]
    corps = {"origine": 40102, "destinataire": 40104, "services": [numero]}
    assert chaine.ecole.demander("POST", "/changement-support", json=corps) == {"services": 1}
    assert [e["id"] for s in chaine.ecole.lire("/services") if s["numero"] == numero for e in s["enseignants"]] == [
        40104
    ]
    chaine.bac.avancer("48h")
    assert (chaine.groupes_ent("TALBOUR"), chaine.groupes_ent("VANNEREAU")) == (["6ALL1"], [])
    chaine.exporter()
    chaine.bac.avancer("instant", MARDI)  # no night of the AAF falls on a weekend
    assert (chaine.groupes_ent("TALBOUR"), chaine.groupes_ent("VANNEREAU")) == ([], ["6ALL1"])


@pytest.mark.procedure("STS-52")
def test_a_remontee_typed_by_hand_leaves_correspondences_to_check(chaine: Chaine) -> None:
    """The group of EDT, typed in STS-Web under another name, has no counterpart until one is given by hand."""
    chaine.edt("POST", statut=201)
    chaine.vers_edt()
    chaine.edt("POST", "/groupes", 201, json=[{"code": "6LATGR1", "divisions": ["6A"], "matiere": "020700"}])
    chaine.ecole.demander("POST", "/groupes", 201, json={"code": "6LATIN", "divisions": ["6A"]})
    assert "SAISIE_A_LA_MAIN" in codes_alertes(chaine.ecole)
    chaine.vers_edt(structures="false")
    assert chaine.sans_contrepartie("groupe") == ["6LATGR1"]
    chaine.edt("PUT", "/correspondances", json=[{"genre": "groupe", "code": "6LATGR1", "sts_code": "6LATIN"}])
    assert chaine.sans_contrepartie("groupe") == []


def codes_alertes(ecole: Any) -> list[str]:
    """The codes of the alerts of the year."""
    return [a["code"] for a in ecole.lire("/alertes")]


@pytest.mark.procedure("STS-07")
def test_the_wrong_year_is_warned_of_and_refused_further_on(nouvelle_ecole: Any) -> None:
    """In the south one may work in another year: « Campagne » says so, BEE and EDT refuse what comes of it."""
    novembre = datetime.fromisoformat("2018-11-19T08:00:00+11:00")
    ecole = nouvelle_ecole(annee=2018, profil="noumea-2018", depart=novembre)
    juste = ecole.lire("/campagne")
    assert (juste["type"], juste["etat"], juste["debut"], juste["fin"]) == (
        "Rentrée",
        "courante",
        "2018-03-05",
        "2018-03-19",
    )
    assert juste["avertissement"] is None
    chaine = Chaine(ecole)
    chaine.bee.millesime = 2017
    chaine.bee.ouvrir()
    chaine.edt("POST", statut=201)
    ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": ["divisions"]})
    ecole.annee = 2019
    averti = ecole.lire("/campagne")
    assert (averti["etat"], averti["debut"]) == ("preparation", "2019-03-05")
    assert averti["avertissement"]["texte"] == (
        "Vous travaillez sur une autre année que l'année en cours : Année en préparation 2019-2020 "
        "(année en cours : 2018-2019)."
    )
    assert codes_alertes(ecole)[0] == "ANNEE_A_VERIFIER"
    ecole.demander("POST", "/exports/structure")
    (export,) = ecole.lire("/exports")
    assert (export["etat"], "2018-2019" in export["refus"]) == ("refuse", True)
    assert chaine.bee.appeler("GET", "/structures")["divisions"] == []
    contenu = ecole.demander("POST", "/exports/emploi-du-temps").content
    ecole.annee = 2018
    refus = chaine.vers_edt(422, contenu)
    assert refus["code"] == "AUTRE_ANNEE"
    ecole.demander("POST", "/exports/structure")
    assert [d["code"] for d in chaine.bee.appeler("GET", "/structures")["divisions"]] == ["6A", "6B"]


@pytest.mark.procedure("STS-53")
def test_a_group_of_notes_needs_its_service(chaine: Chaine) -> None:
    """A group without service is told and is not in the file of the notes software; with its service it is."""
    ecole = chaine.ecole
    ecole.demander("POST", "/groupes", 201, json={"code": "6MATGR1", "divisions": ["6A"]})

    def structures_notees() -> list[str]:
        ecole.demander("POST", "/exports/services", json={"destination": "editeur"})
        fichier = ecole.demander("GET", "/exports/services_editeur/fichier").json()
        return sorted(s["structure"] for s in fichier["services"])

    (alerte,) = [a for a in ecole.lire("/alertes") if a["code"] == "GROUPE_SANS_SERVICE"]
    assert "Groupes sans service : 6MATGR1." in alerte["texte"]
    assert "ne pourront pas être transmises (LSU)" in alerte["texte"]
    assert structures_notees() == ["6A", "6ALL1"]
    saisie = {"structure": "6MATGR1", "matiere": "061300", "heures": 1.5, "enseignants": [{"id": 40101, "heures": 1.5}]}
    ecole.demander("POST", "/services", 201, json=saisie)
    assert structures_notees() == ["6A", "6ALL1", "6MATGR1"]
    assert "GROUPE_SANS_SERVICE" not in codes_alertes(ecole)


@pytest.mark.procedure("STS-56")
def test_local_matieres_are_matched_by_hand(chaine: Chaine) -> None:
    """National matières find their counterpart by themselves; a local one that changed code waits for a hand."""

    def service_local(code: str, libelle: str) -> None:
        matiere = {"code": code, "code_gestion": "ETP", "libelle_court": libelle, "libelle_long": libelle}
        version = int(code[-1])
        chaine.ecole.recevoir("nomenclatures", json.dumps({"version": version, "matieres": [matiere]}))
        for s in chaine.ecole.lire("/services"):
            if s["structure"] == "6B":
                chaine.ecole.demander("DELETE", f"/services/{s['numero']}", 204)
        chaine.ecole.demander("POST", "/services", 201, json={"structure": "6B", "matiere": code, "heures": 2})

    service_local("999901", "ATELIER BOIS")
    chaine.edt("POST", statut=201)
    chaine.vers_edt()
    assert chaine.sans_contrepartie("matiere") == []
    service_local("999902", "ETP MENUISERIE")
    chaine.vers_edt(structures="false")
    assert chaine.sans_contrepartie("matiere") == ["999901"]
    chaine.edt("PUT", "/correspondances", json=[{"genre": "matiere", "code": "999901", "sts_code": "999902"}])
    assert chaine.sans_contrepartie("matiere") == []


@pytest.mark.procedure("STS-68")
def test_exports_are_run_after_each_change(chaine: Chaine) -> None:
    """Each change makes the last export out of date, which is told, and BEE keeps the old state until the next."""
    chaine.ouvrir_bee()
    ecole = chaine.ecole
    assert codes_alertes(ecole) == ["STRUCTURE_JAMAIS_EXPORTEE", "SERVICES_JAMAIS_EXPORTES"]
    chaine.exporter()
    assert codes_alertes(ecole) == []
    for code, services in (("6C", ["6A", "6ALL1"]), ("6D", ["6A", "6ALL1", "6C"])):
        ecole.demander("POST", "/divisions", 201, json={"code": code, "mefs": [SIXIEME]})
        ecole.demander("POST", "/services", 201, json={"structure": code, "matiere": "061300", "heures": 4.5})
        assert codes_alertes(ecole)[:2] == ["STRUCTURE_CHANGEE", "SERVICES_CHANGES"]
        assert code not in [d["code"] for d in chaine.bee.appeler("GET", "/structures")["divisions"]]
        envoyes = ecole.demander("GET", "/exports/services/fichier").json()["services"]
        assert [s["structure"] for s in envoyes] == services
        chaine.exporter()
        assert "STRUCTURE_CHANGEE" not in codes_alertes(ecole)
        assert code in [d["code"] for d in chaine.bee.appeler("GET", "/structures")["divisions"]]


@pytest.mark.procedure("STS-13")
def test_nomenclatures_profiled_before_the_bascule_are_to_profile_again(nouvelle_ecole: Any) -> None:
    """Profiled too early, the year in preparation has no usable MEF and the banner stands, until profiled again."""
    ecole = nouvelle_ecole(annee=2020, depart=datetime.fromisoformat("2021-06-07T08:00:00+02:00"))
    chaine = Chaine(ecole)
    chaine.bee.millesime = ecole.annee = 2021
    chaine.ouvrir_bee()
    fiche = dossier(1).valeurs() | {"mef": "", "cle": "D0001"}
    eleve = chaine.bee.appeler("POST", "/eleves", 201, json=fiche)["eleve_id"]
    assert chaine.bee.appeler("GET", "/nomenclatures")["nouvelles"] is False
    faite = ecole.bac["sts_web"].post(f"/api/etablissements/{ecole.uai}/bascule", json={"reconduire": ["divisions"]})
    assert faite.status_code == 201
    etat = chaine.bee.appeler("GET", "/nomenclatures")
    assert (etat["mefs"], etat["matieres"], etat["nouvelles"]) == ([], [], True)
    chaine.exporter("structure")
    place = {"mef": SIXIEME, "division": "6A"}
    assert chaine.bee.appeler("PATCH", f"/eleves/{eleve}", 422, json=place)["code"] == "MEF_NON_PROFILE"
    chaine.bee.appeler("POST", "/nomenclatures/profilage")
    assert [m["code"] for m in chaine.bee.appeler("GET", "/nomenclatures")["mefs"]] == [SIXIEME]
    assert chaine.bee.appeler("PATCH", f"/eleves/{eleve}", json=place)["division"] == "6A"


@pytest.mark.procedure("CAL-10")
def test_imports_and_exports_act_at_once(chaine: Chaine) -> None:
    """The import, then both exports, are done when their message is shown; the ENT alone waits for the nights."""
    chaine.ouvrir_bee()
    chaine.ouvrir_ent()
    ecole, depart = chaine.ecole, chaine.bac.maintenant

    def dans_bee() -> list[str]:
        return [g["code"] for g in chaine.bee.appeler("GET", "/structures")["groupes"]]

    rapport = ecole.importer(ecole.emp_sts(groupes=(("6LATIN", ("6A",)),)))
    assert rapport["groupes_crees"] == ["6LATIN"]
    assert [g["code"] for g in ecole.lire("/groupes")] == ["6LATIN"]
    assert [s["structure"] for s in ecole.lire("/services")] == ["6B", "6LATIN"]
    assert dans_bee() == []
    chaine.exporter("structure")
    assert dans_bee() == ["6LATIN"]
    chaine.exporter("services")
    assert [(e["genre"], e["etat"]) for e in ecole.lire("/exports")] == [("structure", "livre"), ("services", "livre")]
    recus = {x["genre"] for x in chaine.bac.interne("siecle_bee", "GET", "/_sim/journal").json()}
    assert recus >= {"structure_sts", "services_sts"}
    assert chaine.bac.maintenant == depart
    assert chaine.groupes_ent("TALBOUR") is None
    chaine.bac.avancer("48h")
    assert chaine.groupes_ent("TALBOUR") == ["6LATIN"]
