"""The remontée to the AAF, multi-inscriptions, and what *Suivre* is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.contracts.echanges import (
    Affectations,
    BasculeBee,
    EnseignantServiceMsg,
    EtablissementMsg,
    PersonnelMsg,
    RemonteeBee,
    ServiceMsg,
    ServicesSts,
    sans_contenu,
)
from shared.formats.elegroupe.liens import GroupeLien

from .ecole import AUTRE_UAI, SIXIEME, UAI, Ecole, deposer, dossier, peupler, preparer, responsable


def derniere_remontee(ecole: Ecole) -> RemonteeBee:
    """The last `remontee_bee` of the school, as it stands in the file store."""
    noyau = ecole.bac.installation.applications["siecle_bee"].state.noyau
    with noyau.fabrique.ouvrir(ecole.bac.nom, ecriture=False) as u:
        table = noyau.service.envoi
        envois = u.session.query(table).filter_by(genre="remontee_bee", uai=ecole.uai).order_by(table.id.desc())
        return RemonteeBee.de_valeurs(json.loads(noyau.fichiers.lire(envois.first().digest)))


def services() -> ServicesSts:
    return ServicesSts(
        uai=UAI,
        annee=2021,
        millesime=2021,
        exporte_le=datetime(2021, 8, 23, 9, tzinfo=UTC),
        personnels=(PersonnelMsg(id=1, nom_usage="PROFESSEUR", prenom="Iris"),),
        services=(
            ServiceMsg(structure="6A", type_structure="D", matiere="030201", enseignants=(EnseignantServiceMsg(id=1),)),
        ),
    )


@pytest.mark.procedure("AAF-02", "AAF-04", "AAF-08", "REC-14")
def test_what_goes_up_and_what_does_not(ecole: Ecole) -> None:
    """Valid fiches go up with their groups, structure and services; the others are held back with a reason."""
    ids = peupler(ecole, 6)
    ecole.recevoir("services_sts", services())
    ecole.appeler("PATCH", f"/eleves/{ids[1]}", json={"regime": ""})
    ecole.appeler("PATCH", f"/eleves/{ids[2]}", json={"division": ""})
    ecole.appeler("PATCH", f"/eleves/{ids[3]}", json={"date_sortie": "2021-08-20", "motif_sortie": "99"})
    (personne,) = (r["personne_id"] for r in ecole.appeler("GET", f"/eleves/{ids[4]}")["responsables"])
    ecole.appeler("PATCH", f"/responsables/{personne}", json={"civilite": ""})
    # Born abroad: the registry checks before it gives an INE, so she has none this night.
    etrangere = dossier(50, ine=None, pays_naissance="132", ville_naissance="LEEDS")
    ecole.recevoir("affectations", Affectations(uai=UAI, millesime=2021, dossiers=(etrangere,)))
    ecole.appeler("POST", "/importations/affectation", json={"cles": None})
    sans_ine = ids[-1] + 1
    ecole.appeler("PATCH", f"/eleves/{sans_ine}", json={"mef": SIXIEME, "division": "6A"})
    deposer(ecole, {ids[0]: [GroupeLien("6LATIN")]})
    ecole.bac.avancer("nuit")
    message = derniere_remontee(ecole)
    assert [e.eleve_id for e in message.eleves] == [ids[0], ids[4], ids[5]]
    assert message.eleves[0].groupes == ("6LATIN",)
    assert {(x.id, x.code) for x in message.non_remontes if x.objet == "eleve"} == {
        (str(ids[1]), "FICHE_BLOQUANTE"),
        (str(ids[2]), "SANS_DIVISION"),
        (str(ids[3]), "SORTI"),
        (str(sans_ine), "SANS_INE"),
    }
    retenus = {x.id: x.code for x in message.non_remontes if x.objet == "responsable"}
    assert retenus[str(personne)] == "RESPONSABLE_INCOMPLET"
    assert sorted(set(retenus.values())) == ["ELEVES_NON_REMONTES", "RESPONSABLE_INCOMPLET"]
    assert {lien.eleve_id for lien in message.liens} == {ids[0], ids[5]}
    assert {r.personne_id for r in message.responsables} == {lien.personne_id for lien in message.liens}
    assert all(x.raison and x.remede and x.menu for x in message.non_remontes)
    assert message.structure is not None
    assert [d.code for d in message.structure.divisions] == ["5A", "6A"]
    assert message.services == services()
    assert {s["eleve_id"] for s in message.scolarites} == {ids[0], ids[1], ids[4], ids[5]}


def test_an_unchanged_base_says_so_in_a_few_words(ecole: Ecole) -> None:
    """A night with nothing new sends the fingerprint alone; a change, or a last message not taken, sends it all."""
    ids = peupler(ecole, 2)
    ecole.bac.avancer("nuit")
    entiere = derniere_remontee(ecole)
    ecole.bac.avancer("nuit")
    reduite = derniere_remontee(ecole)
    assert reduite.instant > entiere.instant
    assert reduite == sans_contenu(entiere.avec(instant=reduite.instant).champs(), entiere.empreinte())
    assert (reduite.eleves, reduite.structure) == ((), None)
    partie, avant = ecole.envois("remontee_bee")[:2]
    assert partie["etat"] == "livre"
    assert (partie["nb"], partie["reponse"]) == (2, avant["reponse"])
    remontees = ecole.bac["aaf"].get(f"/api/etablissements/{ecole.uai}/remontees").json()
    assert [(r["source"], r["nb"]) for r in remontees] == [("bee", 2), ("bee", 2)]
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"regime": "0"})
    ecole.bac.avancer("nuit")
    changee = derniere_remontee(ecole)
    assert (changee.inchangee, [e.regime for e in changee.eleves]) == (None, ["0", "2"])
    noyau = ecole.bac.installation.applications["siecle_bee"].state.noyau
    with noyau.fabrique.ouvrir(ecole.bac.nom, ecriture=True, nuit=True) as u:
        table = noyau.service.envoi
        dernier = u.session.query(table).filter_by(genre="remontee_bee").order_by(table.id.desc()).first()
        dernier.etat = "refuse"
    ecole.bac.avancer("nuit")
    assert derniere_remontee(ecole).eleves == changee.eleves


@pytest.mark.procedure("AAF-05")
def test_services_do_not_pass_through_bee_everywhere(nouveau_bac: Any) -> None:
    """Where STS-Web feeds the AAF itself, the remontée of BEE holds no services."""
    from .ecole import preparer

    ecole = preparer(Ecole(nouveau_bac(aaf_chemin_services="sts_direct")))
    peupler(ecole, 1)
    ecole.recevoir("services_sts", services())
    ecole.bac.avancer("nuit")
    assert derniere_remontee(ecole).services is None


@pytest.mark.procedure("REC-15", "BEE-13", "BEE-58", "BEE-59", "BEE-61", "BEE-62", "BEE-63", "DIAG-10")
def test_multi_inscription(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Enrolled in two schools she goes up nowhere and both are told the next day, until one records her exit."""
    (eleve,) = peupler(ecole, 1)
    autre = nouvelle_ecole(ecole.bac)
    cree = autre.appeler("POST", "/eleves", 201, json=dossier(1).valeurs())
    assert cree["eleve_id"] == eleve
    autre.appeler("PATCH", f"/eleves/{eleve}", json={"mef": SIXIEME, "division": "6A"})
    assert ecole.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"] == []
    ecole.bac.avancer("nuit")
    for ici, ailleurs in ((ecole, AUTRE_UAI), (autre, UAI)):
        assert derniere_remontee(ici).eleves == ()
        assert [x.code for x in derniere_remontee(ici).non_remontes if x.objet == "eleve"] == ["MULTI_INSCRIPTION"]
        (signalement,) = ici.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"]
        assert "scolarisé en 6EME, division 6A, a une autre scolarité active" in signalement["phrase"]
        assert ailleurs in signalement["phrase"]
    assert [b["code"] for b in ecole.tracer(eleve_id=str(eleve), uai=UAI)[0]["blocages"]] == ["MULTI_INSCRIPTION"]
    ecole.appeler("PATCH", f"/eleves/{eleve}", json={"date_sortie": "2021-08-24", "motif_sortie": "10"})
    ecole.bac.avancer("nuit")
    assert [e.eleve_id for e in derniere_remontee(autre).eleves] == [eleve]
    assert autre.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"] == []


@pytest.mark.procedure("BEE-58", "BEE-62", "BEE-63", "REC-15")
def test_multi_inscription_in_the_school_and_in_another_academie(ecole: Ecole) -> None:
    """Twice in one school, or in a school of another académie: held back and told all the same, until one is left."""
    deux_fois, partie = peupler(ecole, 2)
    main = dossier(1, ine=None, pays_naissance="132", ville_naissance="LEEDS").valeurs()
    seconde = ecole.appeler("POST", "/eleves", 201, json=main)
    ecole.appeler("PATCH", f"/eleves/{seconde['eleve_id']}", json={"mef": SIXIEME, "division": "6A"})
    loin = preparer(Ecole(ecole.bac, AUTRE_UAI))
    fiche = EtablissementMsg(uai=AUTRE_UAI, nom="LOINTAINE", commune="LILLE", academie_code="98")
    loin.recevoir("bascule_bee", BasculeBee(uai=AUTRE_UAI, millesime=2021, etablissement=fiche))
    loin.appeler("POST", "/eleves", 201, json=dossier(2).valeurs())
    loin.appeler("PATCH", f"/eleves/{partie}", json={"mef": SIXIEME, "division": "6A"})
    ecole.bac.avancer("nuit")

    def signales() -> list[tuple[int, str]]:
        lus = ecole.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"]
        return sorted((s["eleve_id"], s["phrase"]) for s in lus)

    assert [i for i, _ in signales()] == sorted({deux_fois, partie, seconde["eleve_id"]})
    phrases = dict(signales())
    assert f"établissement {UAI}" in phrases[deux_fois]
    assert f"établissement {AUTRE_UAI} COLLEGE LOINTAINE à LILLE." in phrases[partie]
    assert derniere_remontee(ecole).eleves == ()
    sortie = {"date_sortie": "2021-08-24", "motif_sortie": "10"}
    ecole.appeler("PATCH", f"/eleves/{seconde['eleve_id']}", json=sortie)
    loin.appeler("PATCH", f"/eleves/{partie}", json=sortie)
    ecole.bac.avancer("nuit")
    assert signales() == []
    assert [e.eleve_id for e in derniere_remontee(ecole).eleves] == [deux_fois, partie]


@pytest.mark.procedure("BEE-20")
def test_pupil_typed_by_hand_is_a_doublon(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Typed in a second school without her INE, she has two fiches: same names and birth date give her away."""
    (eleve,) = peupler(ecole, 1)
    autre = nouvelle_ecole(ecole.bac)
    saisie = dossier(1, ine=None, pays_naissance="132", ville_naissance="LEEDS")
    sienne = autre.appeler("POST", "/eleves", 201, json=saisie.valeurs())
    assert sienne["eleve_id"] != eleve
    autre.appeler("PATCH", f"/eleves/{sienne['eleve_id']}", json={"mef": SIXIEME, "division": "6A"})
    ecole.bac.avancer("nuit")
    assert [x.code for x in derniere_remontee(ecole).non_remontes if x.objet == "eleve"] == ["MULTI_INSCRIPTION"]


def test_namesakes_with_their_own_ine_are_two_pupils(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """Same names, same birthday, two INE: nobody is held back."""
    peupler(ecole, 1)
    autre = nouvelle_ecole(ecole.bac)
    jumelle = dossier(1, ine=dossier(900).ine)
    cree = autre.appeler("POST", "/eleves", 201, json=jumelle.valeurs())
    autre.appeler("PATCH", f"/eleves/{cree['eleve_id']}", json={"mef": SIXIEME, "division": "6A"})
    ecole.bac.avancer("nuit")
    assert len(derniere_remontee(ecole).eleves) == len(derniere_remontee(autre).eleves) == 1


@pytest.mark.procedure("BEE-44", "DIAG-01")
def test_traces_of_a_pupil_and_her_responsable(ecole: Ecole) -> None:
    """Found by name, INE or key; a bloquante fiche says what it lacks, a complete one when it will arrive."""
    ids = peupler(ecole, 2)
    ine = ecole.appeler("GET", f"/eleves/{ids[0]}")["ine"]
    (par_nom,) = [t for t in ecole.tracer(q="fictif001") if t["objet"] == "eleve"]
    (par_ine,) = ecole.tracer(ine=ine)
    assert par_nom == par_ine
    assert (par_nom["etat"], par_nom["cles"]["ine"]) == ("present", ine)
    # Typed on Monday: up that night, integrated on Tuesday evening, in the ENT on Wednesday morning.
    assert par_nom["echeance"] == "2021-08-25T03:00:00Z"
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"division": ""})
    (bloquee,) = ecole.tracer(eleve_id=str(ids[0]))
    assert (bloquee["etat"], bloquee["echeance"]) == ("bloque", None)
    assert bloquee["blocages"][0]["code"] == "SANS_DIVISION"
    personne = ecole.appeler("GET", f"/eleves/{ids[0]}")["responsables"][0]["personne_id"]
    (parent,) = ecole.tracer(personne_id=str(personne))
    assert (parent["objet"], parent["etat"], parent["blocages"][0]["code"]) == (
        "responsable",
        "bloque",
        "SANS_DIVISION",
    )


@pytest.mark.procedure("DIAG-13", "DIAG-14")
def test_traces_of_a_group(ecole: Ecole) -> None:
    """Unknown: not exported. Empty: no links. Deposited today: wait, with the date. Rejected: the code."""
    (eleve,) = peupler(ecole, 1)
    (inconnu,) = ecole.tracer(groupe="6NEUF", uai=UAI)
    assert (inconnu["etat"], inconnu["blocages"][0]["code"]) == ("absent", "GROUPE_A_01")
    (vide,) = ecole.tracer(groupe="6LATIN", uai=UAI)
    assert (vide["etat"], vide["blocages"][0]["code"]) == ("bloque", "GROUPE_SANS_ELEVE")
    deposer(ecole, {eleve: [GroupeLien("6LATIN"), GroupeLien("6NEUF")]})
    (attente,) = ecole.tracer(groupe="6LATIN", uai=UAI)
    assert attente["etat"] == "attente"
    assert [e["prevu"] for e in attente["etapes"]][-1] is True
    # Deposited on Monday morning: treated that night, in the ENT on Wednesday at 05:00 local.
    assert attente["echeance"] == "2021-08-25T03:00:00Z"
    ecole.bac.avancer("nuit")
    (present,) = ecole.tracer(groupe="6LATIN", uai=UAI)
    assert (present["etat"], present["details"]["élèves"]) == ("present", "1")
    (elle,) = ecole.tracer(eleve_id=str(eleve))
    assert [b["code"] for b in elle["blocages"]] == ["GROUPE_A_01"]


@pytest.mark.procedure("DIAG-01")
def test_a_code_typed_in_part(ecole: Ecole) -> None:
    """The beginning of a code finds groups and divisions, whatever the case; a whole code finds itself alone."""
    ecole.structure({"6A": [SIXIEME], "6AB": [SIXIEME]}, {"6LAT/GR": ["6A"], "6LAT_2": ["6A"], "6A_G1": ["6A"]})
    trouver = {q: [t["cles"].get("groupe") or t["cles"]["division"] for t in ecole.tracer(q=q)] for q in QUESTIONS}
    assert trouver == QUESTIONS


QUESTIONS = {"6lat": ["6LAT/GR", "6LAT_2"], "6A": ["6A"], "6LAT_": ["6LAT_2"], "6LAT%": []}


@pytest.mark.procedure("DIAG-11")
def test_trace_of_a_pupil_who_waits_in_importations(ecole: Ecole) -> None:
    """A dossier not imported yet is found by name and by INE, and says where it waits."""
    attendue = dossier(77)
    ecole.recevoir("affectations", Affectations(uai=UAI, millesime=2021, dossiers=(attendue,)))
    (par_nom,) = ecole.tracer(q="fictif077")
    assert [par_nom] == ecole.tracer(ine=str(attendue.ine))
    assert (par_nom["etat"], par_nom["blocages"][0]["code"]) == ("bloque", "DOSSIER_EN_ATTENTE")
    assert par_nom["blocages"][0]["menu"] == "Importations > Dossiers depuis affectation"


@pytest.mark.procedure("BEE-34", "DIAG-11")
def test_trace_of_a_dossier_imported_or_set_aside(ecole: Ecole) -> None:
    """The fiche tells by which dossier it came; a dossier deleted from the list is said to have been."""
    (eleve,) = peupler(ecole, 1)
    (fiche,) = ecole.tracer(eleve_id=str(eleve))
    assert [e["libelle"] for e in fiche["etapes"]][:2] == [
        "Dossier reçu (Dossiers depuis affectation)",
        "Dossier importé (Dossiers depuis affectation)",
    ]
    ecole.recevoir("affectations", Affectations(uai=UAI, millesime=2021, tour="2", dossiers=(dossier(78),)))
    ecole.appeler("DELETE", "/importations/affectation", json={"cles": ["D0078"]})
    (ecartee,) = ecole.tracer(q="fictif078")
    assert (ecartee["etat"], ecartee["blocages"][0]["code"]) == ("absent", "DOSSIER_SUPPRIME")
    par_tour = {a["detail"]: a for a in ecole.appeler("GET", "/suivi/dossiers")}
    assert [(a["dossiers"], a["importes"], a["supprimes"]) for a in par_tour.values()] == [(1, 1, 0), (1, 0, 1)]
    assert par_tour["2"]["etat"] == "Traité"
    ecole.appeler("POST", "/eleves", 201, json=dossier(78).valeurs())
    assert [t["etat"] for t in ecole.tracer(q="fictif078") if t["objet"] == "eleve"] != ["absent"]


def test_unknown_text_finds_nothing(ecole: Ecole) -> None:
    """A text that nobody bears, and keys of nobody, give no trace."""
    peupler(ecole, 1)
    assert (
        ecole.tracer(q="personne de ce nom")
        == ecole.tracer(q="??")
        == ecole.tracer(eleve_id="1")
        == ecole.tracer(eleve_id="x")
        == []
    )
    assert ecole.tracer(personne_id="12") == ecole.tracer(agent_id="12") == []


def test_adult_without_responsable_goes_up(ecole: Ecole) -> None:
    """A pupil of age needs no représentant légal; a minor does."""
    majeure = dossier(1, responsables=(), date_naissance=date(2003, 1, 1), adresse=responsable("x").adresse)
    mineure = dossier(2, responsables=(), adresse=responsable("x").adresse)
    for d in (majeure, mineure):
        cree = ecole.appeler("POST", "/eleves", 201, json=d.valeurs())
        ecole.appeler("PATCH", f"/eleves/{cree['eleve_id']}", json={"mef": SIXIEME, "division": "6A"})
    ecole.bac.avancer("nuit")
    assert [e.eleve_id for e in derniere_remontee(ecole).eleves] == [200001]


def test_stsweb_hears_the_effectifs_when_they_change(ecole: Ecole) -> None:
    """Pupils present are counted by division and group, once; a night without change says nothing again."""
    ids = peupler(ecole, 4)
    deposer(ecole, {ids[0]: [GroupeLien("6LATIN")]})
    ecole.bac.avancer("nuit")
    assert [e["nb"] for e in ecole.envois("effectifs_bee")] == [4]
    ecole.bac.avancer("nuit")
    assert len(ecole.envois("effectifs_bee")) == 1
    ecole.appeler("PATCH", f"/eleves/{ids[3]}", json={"date_sortie": "2021-08-23", "motif_sortie": "99"})
    ecole.bac.avancer("nuit")
    assert [e["nb"] for e in ecole.envois("effectifs_bee")] == [3, 4]
