"""From the dossiers of the affectation to complete fiches: importation, saisie en masse, fiches bloquantes, INE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from shared.contracts.echanges import Affectations, InesAttribues
from shared.identifiers import fabriquer_ine, fabriquer_uai

from .ecole import (
    ANGLAIS,
    AUTRE_UAI,
    CINQUIEME,
    SIXIEME,
    TROISIEME,
    UAI,
    Ecole,
    dossier,
    jeu_de_nomenclatures,
    peupler,
    preparer,
    responsable,
)


def affecter(ecole: Ecole, *dossiers: Any) -> None:
    ecole.recevoir("affectations", Affectations(uai=ecole.uai, millesime=ecole.millesime, dossiers=dossiers))


@pytest.mark.procedure("REC-09", "BEE-31", "BEE-07")
def test_dossiers_wait_then_become_fiches(ecole: Ecole) -> None:
    """Dossiers of the affectation wait in the list; imported, they are fiches to be put in a division."""
    affecter(ecole, dossier(2), dossier(1))
    assert [d["cle"] for d in ecole.appeler("GET", "/importations/affectation")] == ["D0001", "D0002"]
    assert ecole.appeler("GET", "/tableau-de-bord")["importations"] == {"affectation": 2, "eple": 0}
    importes = ecole.appeler("POST", "/importations/affectation", json={"cles": ["D0002"]})["eleves"]
    assert importes == [{"cle": "D0002", "eleve_id": 200001}]
    assert [d["cle"] for d in ecole.appeler("GET", "/importations/affectation")] == ["D0001"]
    fiche = ecole.appeler("GET", "/eleves/200001")
    assert (fiche["mef"], fiche["mef_propose"], fiche["division"], fiche["etat"]) == ("", SIXIEME, "", "a_completer")
    assert [m["code"] for m in fiche["manques"]] == ["MEF", "DIVISION"]
    assert [r["nom"] for r in fiche["responsables"]] == ["FICTIF002"]


def test_dossier_imported_is_not_announced_again(ecole: Ecole) -> None:
    """A second tour that holds a dossier already imported does not put it back in the list."""
    affecter(ecole, dossier(1))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    affecter(ecole, dossier(1), dossier(2))
    assert [d["cle"] for d in ecole.appeler("GET", "/importations/affectation")] == ["D0002"]


def test_unknown_key_is_refused(ecole: Ecole) -> None:
    """A key that waits nowhere is refused, and nothing is imported."""
    affecter(ecole, dossier(1))
    refus = ecole.appeler("POST", "/importations/affectation", 404, json={"cles": ["D0001", "D9999"]})
    assert refus["code"] == "DOSSIER_INCONNU"
    assert len(ecole.appeler("GET", "/importations/affectation")) == 1


@pytest.mark.procedure("BEE-40")
def test_siblings_share_their_responsable(ecole: Ecole) -> None:
    """The same `cle` is the same person: one PERSONNE_ID for two children, in one import or in two."""
    mere = responsable("MERE")
    affecter(ecole, dossier(1, responsables=(mere,)), dossier(2, responsables=(mere, responsable("TANTE"))))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    affecter(ecole, dossier(3, responsables=(mere,)))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    ids = [{r["personne_id"] for r in ecole.appeler("GET", f"/eleves/20000{n}")["responsables"]} for n in (1, 2, 3)]
    assert ids == [{400001}, {400001, 400002}, {400001}]
    assert len(ecole.appeler("GET", "/responsables?nom=modele")) == 2


@pytest.mark.procedure("BEE-12", "BEE-16", "BEE-17", "BEE-21", "BEE-22")
def test_saisie_en_masse_completes_fiches(ecole: Ecole) -> None:
    """Put in MEF, division and options, fiches leave the three lists of fiches bloquantes; bad lines are told."""
    affecter(ecole, *(dossier(n) for n in (1, 2, 3)))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    assert ecole.appeler("GET", "/tableau-de-bord")["fiches_bloquantes"] == 3
    bilan = ecole.appeler(
        "POST",
        "/saisie-en-masse",
        json=[
            {"eleve_id": 200001, "mef": SIXIEME, "division": "6A", "options": [{"matiere": ANGLAIS}]},
            {"eleve_id": 200002, "mef": SIXIEME, "division": "6Z"},
            {"eleve_id": 200003, "mef": TROISIEME, "division": "6A"},
            {"eleve_id": 299999, "mef": SIXIEME},
        ],
    )
    assert (bilan["modifies"], bilan["refuses"]) == (1, 3)
    assert {r["eleve_id"]: r["code"] for r in bilan["refus"]} == {
        200002: "DIVISION_NON_ENVOYEE",
        200003: "MEF_NON_PROFILE",
        299999: "ELEVE_INCONNU",
    }
    assert ecole.appeler("GET", "/eleves/200001")["options"] == [{"rang": 1, "matiere": ANGLAIS, "modalite": "O"}]
    bloquantes = [f["eleve_id"] for f in ecole.appeler("GET", "/fiches-bloquantes")]
    a_completer = [f["eleve_id"] for f in ecole.appeler("GET", "/eleves?etat=a_completer")]
    assert bloquantes == a_completer == [200002, 200003]
    assert ecole.appeler("GET", "/tableau-de-bord")["fiches_bloquantes"] == 2


@pytest.mark.procedure("BEE-21")
def test_patch_completes_one_fiche(ecole: Ecole) -> None:
    """« Compléter » changes one fiche; a field that does not exist is refused."""
    affecter(ecole, dossier(1, commune_naissance=""))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    fiche = ecole.appeler(
        "PATCH",
        "/eleves/200001",
        json={"mef": SIXIEME, "division": "6A", "commune_naissance": "25056", "nom_usage": "D'ÂCHÉ"},
    )
    assert (fiche["etat"], fiche["remonte"], fiche["manques"]) == ("complet", True, [])
    assert [f["eleve_id"] for f in ecole.appeler("GET", "/eleves?nom=d%20ache")] == [200001]
    ecole.appeler("PATCH", "/eleves/200001", 422, json={"ine": "X"})
    assert ecole.appeler("PATCH", "/eleves/200001", 422, json={"division": "5A"})["code"] == "DIVISION_HORS_MEF"


@pytest.mark.procedure("REC-16", "BEE-19", "DIAG-09")
def test_pupil_without_ine_asks_for_one(ecole: Ecole) -> None:
    """A fiche without INE is complete, asks the registry once, and does not go up before the answer."""
    cree = ecole.appeler("POST", "/eleves", 201, json=dossier(1, ine=None).valeurs())
    fiche = ecole.appeler("PATCH", f"/eleves/{cree['eleve_id']}", json={"mef": SIXIEME, "division": "6A"})
    assert (fiche["etat"], fiche["remonte"]) == ("complet", False)
    assert [r["code"] for r in fiche["retenues"]] == ["SANS_INE"]
    assert [(e["destinataire"], e["nb"]) for e in ecole.envois("demande_ine")] == [("rectorat", 1)]
    ine = fabriquer_ine(992_000_001)
    attributions = {str(cree["eleve_id"]): ine, "1": fabriquer_ine(992_000_002)}
    recus = ecole.recevoir("ines_attribues", InesAttribues(uai=UAI, millesime=2021, attributions=attributions))
    assert (recus["nb"], recus["nb_refus"]) == (1, 1)
    fiche = ecole.appeler("GET", f"/eleves/{cree['eleve_id']}")
    assert (fiche["ine"], fiche["remonte"]) == (ine, True)


def test_ine_wants_a_complete_identity(ecole: Ecole) -> None:
    """An identity without birth place asks for no INE; completed, it does."""
    cree = ecole.appeler("POST", "/eleves", 201, json=dossier(1, ine=None, commune_naissance="").valeurs())
    assert ecole.envois("demande_ine") == []
    ecole.appeler("PATCH", f"/eleves/{cree['eleve_id']}", json={"commune_naissance": "25056"})
    assert len(ecole.envois("demande_ine")) == 1


def test_pupil_already_in_the_base_is_not_created_twice(ecole: Ecole) -> None:
    """A dossier whose INE is in the base stays in the list; typing her again is refused."""
    affecter(ecole, dossier(1))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    affecter(ecole, dossier(1, cle="ENCORE"))
    bilan = ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    assert (bilan["eleves"], bilan["deja_presents"]) == ([], [{"cle": "ENCORE", "eleve_id": 200001}])
    refus = ecole.appeler("POST", "/eleves", 409, json=dossier(1).valeurs())
    assert refus["code"] == "ELEVE_DEJA_PRESENT"


@pytest.mark.procedure("BEE-33", "BEE-34", "BEE-35", "BEE-36")
def test_pupil_changes_school(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Exported by the origin, she waits in the other school with her date of exit; imported, she keeps her ELEVE_ID."""
    ids = peupler(ecole, 2)
    autre = nouvelle_ecole(ecole.bac)
    assert autre.appeler("GET", "/importations/autre-eple") == []
    ecole.appeler(
        "POST",
        "/exportations/dossiers-eple",
        json={"eleve_ids": ids[:1], "vers": AUTRE_UAI, "date_sortie": "2021-08-20", "motif": "10"},
    )
    (attente,) = autre.appeler("GET", "/importations/autre-eple")
    assert (attente["uai_origine"], attente["sortie_le"]) == (UAI, "2021-08-20")
    importes = autre.appeler("POST", "/importations/autre-eple", json={"cles": [attente["cle"]]})["eleves"]
    assert [e["eleve_id"] for e in importes] == ids[:1]
    assert autre.appeler("GET", "/importations/autre-eple") == []
    ici, la = (e.appeler("GET", f"/eleves/{ids[0]}") for e in (ecole, autre))
    assert (ici["etat"], ici["motif_sortie"]) == ("sorti", "10")
    assert la["uai_origine"] == UAI
    assert {r["personne_id"] for r in ici["responsables"]} == {r["personne_id"] for r in la["responsables"]}


def test_dossier_that_does_not_concern_the_school_is_removed(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """« SUPPRIMER » empties the list and makes no fiche; an unknown motif of exit is refused."""
    ids = peupler(ecole, 1)
    autre = nouvelle_ecole(ecole.bac)
    corps = {"eleve_ids": ids, "vers": AUTRE_UAI, "date_sortie": "2021-08-20", "motif": "XX"}
    assert ecole.appeler("POST", "/exportations/dossiers-eple", 422, json=corps)["code"] == "MOTIF_SORTIE_INCONNU"
    ecole.appeler("POST", "/exportations/dossiers-eple", json=corps | {"motif": "99"})
    (attente,) = autre.appeler("GET", "/importations/autre-eple")
    autre.appeler("DELETE", "/importations/autre-eple", json={"cles": [attente["cle"]]})
    assert autre.appeler("GET", "/importations/autre-eple") == autre.appeler("GET", "/eleves") == []
    assert ecole.appeler("GET", "/tableau-de-bord")["effectifs"]["motifs_sortie_imprecis"] == 1


@pytest.mark.procedure("NOM-01", "NOM-02", "NOM-03", "BEE-14")
def test_nomenclatures_step_by_step(bac: Any) -> None:
    """Réception, sélection, profilage in that order; the banner goes when the latest set is profiled."""
    ecole = Ecole(bac)
    ecole.ouvrir()
    assert ecole.appeler("POST", "/nomenclatures/reception", 422)["code"] == "NOMENCLATURES_ABSENTES"
    ecole.recevoir("nomenclatures", jeu_de_nomenclatures(1))
    assert ecole.appeler("GET", "/tableau-de-bord")["nouvelles_nomenclatures"] is True
    selection = {"mefs": [SIXIEME]}
    refus = ecole.appeler("POST", "/nomenclatures/selection", 422, json=selection)
    assert refus["code"] == "NOMENCLATURES_NON_RECUES"
    ecole.appeler("POST", "/nomenclatures/reception")
    assert ecole.appeler("POST", "/nomenclatures/profilage", 422)["code"] == "NOMENCLATURES_NON_SELECTIONNEES"
    refus = ecole.appeler("POST", "/nomenclatures/selection", 422, json={"mefs": ["10010012113"]})
    assert refus["code"] == "NOMENCLATURE_MANQUANTE"
    ecole.appeler("POST", "/nomenclatures/selection", json=selection)
    assert ecole.appeler("GET", "/nomenclatures")["mefs"] == []
    ecole.appeler("POST", "/nomenclatures/profilage")
    assert [m["code"] for m in ecole.appeler("GET", "/nomenclatures")["mefs"]] == [SIXIEME]
    assert ecole.appeler("GET", "/tableau-de-bord")["nouvelles_nomenclatures"] is False


@pytest.mark.procedure("STS-58", "BEE-06")
def test_structure_replaces_the_one_before(ecole: Ecole) -> None:
    """A new export replaces divisions and groups, is dated in Suivi des échanges, and drops links to dead groups."""
    (eleve,) = peupler(ecole, 1)
    ecole.appeler("POST", f"/eleves/{eleve}/groupes", 201, json={"groupe": "6LATIN"})
    resume = ecole.structure({"6A": [SIXIEME], "6B": [SIXIEME]}, {"6ESP": ["6B"], "CLUB": []})
    assert (resume["groupes_sans_mef"], resume["liens_supprimes"]) == (["CLUB"], 1)
    structures = ecole.appeler("GET", "/structures")
    assert [d["code"] for d in structures["divisions"]] == ["6A", "6B"]
    assert [(g["code"], g["mefs"]) for g in structures["groupes"]] == [("6ESP", [SIXIEME])]
    assert [li["genre"] for li in ecole.appeler("GET", "/suivi/structures")] == ["structure", "structure"]
    assert ecole.appeler("GET", f"/eleves/{eleve}")["groupes"] == []


def test_structure_of_a_year_not_open_is_refused(ecole: Ecole) -> None:
    """STS-Web that exports for a year whose base is not open is told why."""
    ecole.millesime = 2022
    with pytest.raises(AssertionError, match="BASE_NON_OUVERTE"):
        ecole.structure({"6A": [SIXIEME]})


@pytest.mark.procedure("BEE-42", "BEE-46", "BEE-48", "BEE-49")
def test_doublons_responsables_are_merged(ecole: Ecole) -> None:
    """Same civilité and names are a doublon; the children of the one deleted pass to the other."""
    affecter(
        ecole,
        dossier(1, responsables=(responsable("A", "CLONE"),)),
        dossier(2, responsables=(responsable("B", "CLONE"),)),
    )
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    (groupe,) = ecole.appeler("GET", "/doublons-responsables")
    assert [(r["personne_id"], r["eleves"]) for r in groupe["responsables"]] == [(400001, 1), (400002, 1)]
    ecole.appeler("POST", "/doublons-responsables", json={"supprimer": 400001, "remplacer": 400002})
    assert ecole.appeler("GET", "/doublons-responsables") == []
    enfants = [ecole.appeler("GET", f"/eleves/20000{n}")["responsables"][0]["personne_id"] for n in (1, 2)]
    assert enfants == [400002, 400002]
    refus = ecole.appeler("POST", "/doublons-responsables", 422, json={"supprimer": 400002, "remplacer": 400002})
    assert refus["code"] == "PAS_UN_DOUBLON"


@pytest.mark.procedure("BEE-50", "DIAG-19")
def test_merging_renews_the_compte_teleservices(ecole: Ecole) -> None:
    """The télé-services account of the person deleted is replaced by one whose digit is higher."""
    for n, cle in enumerate("AB", 1):
        d = dossier(n, responsables=(responsable(cle, "CLONE"),))
        ecole.appeler("POST", "/eleves", 201, json=d.valeurs())
    ecole.appeler("PATCH", "/responsables/400001", json={"compte_ts": 1})
    bilan = ecole.appeler("POST", "/doublons-responsables", json={"supprimer": 400001, "remplacer": 400002})
    assert bilan == {"liens_transferes": 1, "compte_ts": 2}


def test_at_most_two_legal_responsables(ecole: Ecole) -> None:
    """A third représentant légal is refused; as a contact he is taken."""
    (eleve,) = peupler(ecole, 1)
    ids = [ecole.appeler("POST", "/responsables", 201, json=responsable("", f"LEGAL{n}").valeurs()) for n in (1, 2)]
    chemins = [f"/eleves/{eleve}/responsables/{i['personne_id']}" for i in ids]
    ecole.appeler("PUT", chemins[0], json={"parente": "20", "niveau": "1"})
    assert ecole.appeler("PUT", chemins[1], 422, json={"parente": "20"})["code"] == "TROIS_REPRESENTANTS"
    ecole.appeler("PUT", chemins[1], json={"parente": "90", "niveau": "3"})
    assert len(ecole.appeler("GET", f"/eleves/{eleve}")["responsables"]) == 3


def test_bulk_acts_ask_the_database_as_often_for_600_as_for_20(bac: Any) -> None:
    """Importation, saisie en masse, export and fiches bloquantes: no statement per pupil."""
    comptes = []
    for rang, effectif in enumerate((20, 600)):
        ecole = preparer(Ecole(bac, fabriquer_uai("096", 20 + rang)))
        affecter(ecole, *(dossier(1000 * rang + n, date_naissance=date(2010, 5, 1)) for n in range(effectif)))
        with statements() as vus:
            tous = ecole.appeler("POST", "/importations/affectation", json={"cles": None})["eleves"]
            lignes = [{"eleve_id": e["eleve_id"], "mef": SIXIEME, "division": "6A", "regime": "2"} for e in tous]
            assert ecole.appeler("POST", "/saisie-en-masse", json=lignes)["modifies"] == effectif
            ecole.appeler("POST", "/exports-xml/ElevesAvecAdresses")
            assert ecole.appeler("GET", "/fiches-bloquantes") == []
        comptes.append(len(vus))
    assert comptes[1] <= comptes[0] + 20, comptes


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements that run meanwhile, in every service."""
    vus: list[str] = []

    def noter(connexion: Any, curseur: Any, requete: str, *autres: Any) -> None:
        vus.append(requete)

    event.listen(Engine, "before_cursor_execute", noter)
    try:
        yield vus
    finally:
        event.remove(Engine, "before_cursor_execute", noter)


def test_division_of_another_mef_is_a_reason(ecole: Ecole) -> None:
    """A pupil of 5e left in a division of 6e is bloquante with that reason."""
    (eleve,) = peupler(ecole, 1)
    fiche = ecole.appeler("PATCH", f"/eleves/{eleve}", json={"mef": CINQUIEME})
    assert [m["code"] for m in fiche["manques"]] == ["DIVISION_HORS_MEF"]
