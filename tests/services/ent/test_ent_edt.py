"""« Gestion emploi du temps »: the assistant, imports of EDT's timetable and what they bring, by program."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases import cycle, projets
from shared.formats import edt
from shared.horloge.horloge import HorlogeFixe
from shared.identifiers import fabriquer_uai
from tests.formats.edt.jeu_edt import prive, public

from .jeu_edt import (
    ICI,
    ILONA,
    JEAN,
    OPTION2,
    ORVAL,
    TASSIN,
    THEO,
    Semaine,
    deposer,
    ecarts,
    lire,
    membres,
    peupler,
)
from .jeu_ent import UAI, complet, comptes, ecole_type, importer, ouvrir_projet


@pytest.fixture
def ent(bac: Any, tmp_path: Path) -> Any:
    """The school's accounts, classes and groups of the AAF are there (ENT-01)."""
    return peupler(bac, tmp_path)


@pytest.mark.procedure("ENT-27")
def test_the_first_import_wants_the_assistant_and_lists_what_does_not_match(ent: Any) -> None:
    """Without the assistant the first import is refused; with it, unmatched people and classes are listed."""
    semaine = Semaine()
    refus = deposer(ent, semaine.octets(), 409)
    assert (refus["code"], refus["regle"]) == ("ASSISTANT_REQUIS", "ENT-27")
    semaine = semaine.avec(
        classes=("6A", "6B", "6Z"),
        eleves=(*semaine.eleves, (9, "BRIVAL", "Zoé", "6Z")),
        cours=(*semaine.cours, (3, 0, "MATHEMATIQUES", 1, "division", "6Z")),
    )
    rapport = deposer(ent, semaine.octets(), **OPTION2)
    assert rapport["origine"] == "assistant"
    assert ecarts(rapport) == [
        ("eleve", "COMPTE_ABSENT", "BRIVAL Zoé"),
        ("professeur", "COMPTE_ABSENT", "NOUVEL Ange"),
        ("classe", "CLASSE_INCONNUE", "6Z"),
        ("cours", "COURS_SANS_ENSEIGNANT", "ALLEMAND LV1"),
        ("cours", "COURS_SANS_PUBLIC", "MATHEMATIQUES"),
    ]
    assert all(e["remede"] for e in rapport["ecarts"])
    assert rapport["ecarts"][0]["detail"] == "6Z"
    n = rapport["compteurs"]
    assert (n["eleves"], n["eleves_rapproches"], n["professeurs"], n["professeurs_rapproches"]) == (4, 3, 3, 2)
    assert (n["classes"], n["groupes"], n["cours"]) == (2, 2, 4)
    assert lire(ent)["dernier_import"]["numero"] == 1
    assert lire(ent, "/imports/1")["ecarts"] == rapport["ecarts"]


def test_a_file_that_does_not_hold_together_is_told(ent: Any, tmp_path: Path) -> None:
    """Courses outside the grid, links to nothing and a pupil whose account is deactivated: listed, the rest goes in."""
    ecole = ecole_type()
    importer(ent, complet(tmp_path, ecole.avec(eleves=ecole.eleves[:2]), date(2021, 9, 7)), 2)
    casse = BONS.replace(b'NumeroPlaceDebut="1"', b'NumeroPlaceDebut="9"', 1).replace(
        b'<Matiere Ident="2"/>', b'<Matiere Ident="77"/>', 1
    )
    assert casse.count(b"77") == BONS.count(b"77") + 1
    rapport = deposer(ent, casse, **OPTION2)
    assert ("eleve", "COMPTE_DESACTIVE", "OSTREL Jean-Noël") in ecarts(rapport)
    assert ecarts(rapport)[-1] == ("fichier", "LIEN_ROMPU", "")
    n = rapport["compteurs"]
    assert (n["hors_grille"], n["cours"], n["eleves_rapproches"]) == (1, 3, 2)


@pytest.mark.procedure("ENT-29")
def test_the_questions_of_the_assistant(ent: Any) -> None:
    """Five questions, in order, with their answers; another answer is refused with those that there are."""
    assistant = lire(ent, "/assistant")
    assert [(q["question"], [r["libelle"] for r in q["reponses"]]) for q in assistant["questions"]] == [
        ("Logiciel utilisé", ["EDT"]),
        ("Version", ["EDT 2020"]),
        ("Établissement agricole", ["Oui", "Non"]),
        (
            "Les groupes (sous-groupes de classe, groupes d'option) utilisés dans le logiciel d'emploi du temps sont "
            "créés dans",
            ["EDT", "STS"],
        ),
        ("Groupes et classes sont peuplés dans", ["EDT", "Ailleurs"]),
    ]
    refus = deposer(ent, Semaine().octets(), 422, groupes="EDT", peuplement="Nulle part")
    assert refus["code"] == "REPONSE_INCONNUE"
    assert "EDT, Ailleurs" in refus["remede"]
    assert lire(ent)["reglage"] is None


@pytest.mark.procedure("ENT-30")
def test_the_answers_choose_the_piloting(ent: Any) -> None:
    """EDT and EDT give option 2, in the guide's words; the three other pairs are said to be Rentrée's own."""
    recap = lire(ent, "/assistant/recapitulatif", **OPTION2)
    assert (recap["type_import"], recap["option"], recap["propre_a_rentree"]) == ("EDT 2020", 2, False)
    assert recap["pilotage"] == (
        "Option 2 : utilisation des groupes issus de l'emploi du temps avec peuplement dans le logiciel d'emploi du "
        "temps"
    )
    autres = [("EDT", "Ailleurs"), ("STS", "EDT"), ("STS", "Ailleurs")]
    vus = [lire(ent, "/assistant/recapitulatif", groupes=g, peuplement=p) for g, p in autres]
    assert [(v["option"], v["propre_a_rentree"]) for v in vus] == [(1, True), (3, True), (4, True)]
    deposer(ent, Semaine().octets(), groupes="STS", peuplement="EDT")
    assert lire(ent)["reglage"]["option"] == 3


@pytest.mark.procedure("ENT-31")
def test_option_2_makes_groups_beside_those_of_the_aaf(ent: Any) -> None:
    """Each group of EDT becomes a group piloted by the ENT, filled at once, beside those of the annuaire."""
    recap = lire(ent, "/assistant/recapitulatif", **OPTION2)
    assert recap["fonctionnement"][:4] == [
        "L'emploi du temps est importé",
        "Un groupe piloté par l'ENT est créé pour chaque groupe d'option importé du logiciel d'emploi du temps.",
        "Le peuplement des groupes et classes est basé sur l'emploi du temps.",
        "Ces groupes sont utilisés comme données de vie scolaire.",
    ]
    deposer(ent, Semaine().octets(), **OPTION2)
    vus = {e["nom"]: e for e in lire(ent)["ensembles"]}
    assert {n: (e["pilote"], e["nb_eleves"], e["nb_enseignants"]) for n, e in vus.items()} == {
        "6A": ("aaf", 2, 1),
        "6B": ("aaf", 1, 1),
        "6ALL": ("edt", 2, 0),
        "6ANG1": ("edt", 1, 1),
    }
    assert vus["6ALL"]["divisions"] == ["6A", "6B"]
    assert membres(ent, "6ALL") == [ILONA, THEO]
    assert membres(ent, "6ANG1", role="enseignants") == [TASSIN]
    annuaire = {g["nom"]: g["nb_eleves"] for g in ent["ent"].get("/api/projets/essai/groupes").json()}
    assert annuaire == {"6ANG1": 2, "6LATIN": 2}
    listes = ent["ent"].get("/api/projets/essai/destinataires", params={"uai": UAI}).json()
    assert [g["nom"] for g in listes["groupes_edt"]] == ["6ALL", "6ANG1"]


def test_other_pilotings_take_the_groups_of_sts(ent: Any) -> None:
    """With the groups of STS none is made: one that the annuaire has not is listed; peopled or not as answered."""
    rapport = deposer(ent, Semaine().octets(), groupes="STS", peuplement="EDT")
    assert ("groupe", "GROUPE_INCONNU", "6ALL") in ecarts(rapport)
    assert [(e["nom"], e["pilote"], e["nb_eleves"]) for e in lire(ent)["ensembles"]] == [
        ("6A", "aaf", 2),
        ("6B", "aaf", 1),
        ("6ANG1", "aaf", 1),
    ]
    deposer(ent, Semaine().octets(), groupes="STS", peuplement="Ailleurs")
    assert {e["nb_eleves"] for e in lire(ent)["ensembles"]} == {0}
    deposer(ent, Semaine().octets(), groupes="EDT", peuplement="Ailleurs")
    assert {e["nom"]: (e["pilote"], e["nb_eleves"]) for e in lire(ent)["ensembles"]}["6ALL"] == ("edt", 0)


@pytest.mark.procedure("ENT-32")
@pytest.mark.procedure("ENT-35")
def test_what_a_teacher_adds_is_lost_at_the_next_import(ent: Any) -> None:
    """A teacher peoples a group of his, and only his; the next import puts everything back as EDT says."""
    recap = lire(ent, "/assistant/recapitulatif", **OPTION2)
    assert recap["fonctionnement"][4] == (
        "Les enseignants peuvent peupler d'élèves les groupes auxquels ils appartiennent."
    )
    octets = Semaine().octets()
    deposer(ent, octets, **OPTION2)
    chemin = f"{ICI}/groupes/6ANG1/eleves"
    assert ent["ent"].post(chemin, json={"enseignant": TASSIN, "eleves": [ILONA, JEAN]}).json() == {"ajoutes": 1}
    assert ent["ent"].post(f"{chemin}/retrait", json={"enseignant": TASSIN, "eleves": [JEAN]}).json() == {"retires": 1}
    assert membres(ent, "6ANG1") == [ILONA]
    refus = ent["ent"].post(chemin, json={"enseignant": ORVAL, "eleves": [THEO]}).json()
    assert (refus["code"], refus["regle"]) == ("PAS_DANS_LE_GROUPE", "ENT-32")
    refus = ent["ent"].post(chemin, json={"enseignant": TASSIN, "eleves": [ORVAL]}).json()
    assert refus["code"] == "PAS_UN_ELEVE"
    assert {e["nom"]: e["a_la_main"] for e in lire(ent)["ensembles"]}["6ANG1"] == 2
    rapport = deposer(ent, octets)
    assert rapport["compteurs"]["ajouts_perdus"] == 2
    assert membres(ent, "6ANG1") == [JEAN]


@pytest.mark.procedure("ENT-33")
def test_the_timetable_is_in_the_ent_at_once(ent: Any) -> None:
    """Classes, groups, teachers and pupils have their week as soon as the file is taken in."""
    deposer(ent, Semaine().octets(), **OPTION2)

    def vus(**criteres: Any) -> list[tuple[int, str, str, str]]:
        return [(c["jour"], c["debut"], c["matiere"], c["nom"]) for c in lire(ent, "/cours", **criteres)]

    assert vus(genre="division", nom="6A") == [(1, "08:00:00", "MATHEMATIQUES", "6A")]
    assert vus(aaf_id=ORVAL) == [(1, "08:00:00", "MATHEMATIQUES", "6A"), (1, "09:00:00", "MATHEMATIQUES", "6B")]
    assert [c[3] for c in vus(aaf_id=ILONA)] == ["6A", "6ANG1", "6ALL"]
    (allemand,) = [c for c in lire(ent, "/cours") if c["nom"] == "6ALL"]
    assert (allemand["enseignant"], allemand["aaf_id"], allemand["nb_semaines"]) == ("NOUVEL Ange", None, 3)


@pytest.mark.procedure("ENT-34")
@pytest.mark.procedure("ENT-36")
def test_later_imports_keep_the_settings(ent: Any) -> None:
    """They go without the assistant, with the same parameters; only the assistant changes the piloting."""
    deposer(ent, Semaine().octets(), groupes="STS", peuplement="EDT")
    rapport = deposer(ent, Semaine(cours=Semaine().cours[:1]).octets())
    assert (rapport["numero"], rapport["origine"], rapport["option"]) == (2, "main", 3)
    assert len(lire(ent, "/cours")) == 1
    assert deposer(ent, Semaine().octets(), **OPTION2)["option"] == 2
    assert [(i["numero"], i["option"]) for i in lire(ent, "/imports")] == [(3, 2), (2, 3), (1, 3)]


BONS = Semaine().octets()
MAUVAIS: dict[str, tuple[bytes, str]] = {
    "école": (Semaine(uai=fabriquer_uai("096", 44)).octets(), "EDT_AUTRE_ETABLISSEMENT"),
    "année": (Semaine(debut=date(2020, 9, 1)).octets(), "EDT_AUTRE_ANNEE"),
    "coupé": (BONS[: len(BONS) // 2], "XML_MAL_FORME"),
    "autre": (b"<?xml version='1.0'?><STS_EDT/>", "EDT_MAUVAIS_FICHIER"),
    "texte": (b"emploi du temps", "XML_MAL_FORME"),
    "vide": (b"", "XML_VIDE"),
    "entités": (b'<!DOCTYPE a [<!ENTITY b "c">]><ExportEmploiDuTemps>&b;</ExportEmploiDuTemps>', "XML_ENTITES"),
}


@pytest.mark.parametrize("cas", MAUVAIS)
def test_a_bad_file_changes_nothing(ent: Any, cas: str) -> None:
    """Another school, another year, cut, another document, hostile: refused whole, with what to do."""
    deposer(ent, BONS, **OPTION2)
    avant = (lire(ent), lire(ent, "/cours"))
    octets, code = MAUVAIS[cas]
    refus = deposer(ent, octets, 422)
    assert refus["code"] == code
    assert refus["title"]
    assert refus["remede"]
    assert (lire(ent), lire(ent, "/cours")) == avant


def test_a_file_closed_for_the_ent_opens_with_its_key(ent: Any) -> None:
    """The container is refused without the private key, and taken in with it."""
    ferme = io.BytesIO()
    edt.ecrire_conteneur(
        ferme,
        io.BytesIO(BONS),
        edt.EnTeteConteneur("ESSAI", datetime(2021, 9, 6, 8, tzinfo=UTC), UAI, None, None),
        destinataires=(edt.Destinataire("KOSMOS", public("ent", "PEM")),),
        cle=b"k" * 16,
        vecteur=b"v" * 16,
        alea=random.Random(1),
    )
    assert deposer(ent, ferme.getvalue(), 422, **OPTION2)["code"] == "EDT_CLE_ABSENTE"
    reponse = ent["ent"].post(
        f"{ICI}/imports",
        files={"fichier": ("EDT_KOSMOS.xml", ferme.getvalue()), "cle_privee": ("ent.pem", prive("ent", "PEM"))},
        data=OPTION2,
    )
    assert reponse.json()["compteurs"]["cours"] == 4


@pytest.mark.procedure("ENT-37")
@pytest.mark.procedure("ENT-24")
def test_seances_are_generated_and_doubled_by_a_renaming(ent: Any, tmp_path: Path) -> None:
    """Each course with a teacher gives its dated séances; a class renamed everywhere has them twice."""
    refus = ent["ent"].post(f"{ICI}/seances", json={})
    assert (refus.status_code, refus.json()["code"]) == (409, "SANS_EMPLOI_DU_TEMPS")
    deposer(ent, BONS, **OPTION2)
    bilan = ent["ent"].post(f"{ICI}/seances", json={}).json()
    assert bilan == {"generees": 9, "retirees": 0, "anciennes": 0}
    lues = lire(ent, "/seances", genre="division", nom="6A")
    assert [s["jour"] for s in lues] == ["2021-09-06", "2021-09-13", "2021-09-27"]
    assert {s["enseignant"] for s in lues} == {"BERENICE ORVAL"}
    assert ent["ent"].post(f"{ICI}/seances", json={}).json() == {"generees": 9, "retirees": 9, "anciennes": 0}
    courte = ent["ent"].post(f"{ICI}/seances", json={"debut": "2021-09-06", "fin": "2021-09-12"}).json()
    assert (courte["generees"], courte["retirees"]) == (3, 3)
    ecole = ecole_type()
    renommee = ecole.avec(divisions=("6A1", "6B"), groupes=(("6ANG1", ("6A1",)),))
    importer(ent, complet(tmp_path, renommee, date(2021, 9, 8)), 2)
    semaine = Semaine(
        classes=("6A1", "6B"),
        groupes=(),
        eleves=tuple((r, n, p, "6A1" if c == "6A" else c) for r, n, p, c in Semaine().eleves),
        cours=((1, 0, "MATHEMATIQUES", 1, "division", "6A1"),),
    )
    assert ecarts(deposer(ent, semaine.octets())) == [("professeur", "COMPTE_ABSENT", "NOUVEL Ange")]
    assert ent["ent"].post(f"{ICI}/seances", json={}).json()["generees"] == 3
    par_nom = {s["nom"]: (s["nombre"], s["actuel"]) for s in lire(ent, "/seances")}
    assert (par_nom["6A"], par_nom["6A1"]) == ((3, False), (3, True))


@pytest.mark.procedure("ENT-16")
@pytest.mark.procedure("DIAG-18")
@pytest.mark.procedure("DIAG-22")
def test_a_doublon_forbids_the_matching_until_it_is_purged(bac: Any, tmp_path: Path) -> None:
    """A teacher with two accounts is matched with none, even when one is deactivated; after the purge he is."""
    ouvrir_projet(bac, purge_jours=42)
    ecole = ecole_type()
    double = replace(ecole.personnels[0], jointure=5190)
    importer(bac, complet(tmp_path, ecole.avec(personnels=(*ecole.personnels, double)), date(2021, 9, 6)), 1)
    attendu = ("professeur", "COMPTE_EN_DOUBLE", "ORVAL Bérénice")
    rapport = deposer(bac, BONS, **OPTION2)
    assert attendu in ecarts(rapport)
    assert lire(bac, "/cours", aaf_id=ORVAL) == []
    (remarque,) = _remarques(bac, ORVAL)
    assert (remarque["code"], remarque["regle"]) == ("NON_RAPPROCHE", "ENT-27, DIAG-22")
    importer(bac, complet(tmp_path, ecole, date(2021, 9, 7)), 2)
    assert comptes(bac)[5190]["etat"] == "desactive"
    assert attendu in ecarts(deposer(bac, BONS))
    with _unite(bac) as u:
        u.horloge = HorlogeFixe(u.maintenant + timedelta(days=43), u.horloge.fuseau)
        assert cycle.purger(u, projets.projet(u, "essai")) == 1
    assert attendu not in ecarts(deposer(bac, BONS))
    assert len(lire(bac, "/cours", aaf_id=ORVAL)) == 2
    assert _remarques(bac, ORVAL) == []


def _remarques(bac: Any, aaf_id: int) -> list[dict[str, Any]]:
    """What *Suivre* is told of a teacher."""
    reponse = bac.interne("ent", "GET", "/_sim/trace", params={"cle": f"aaf_id:{aaf_id}"})
    assert reponse.status_code == 200, reponse.text
    remarques: list[dict[str, Any]] = reponse.json()[0]["remarques"]
    return remarques


def _unite(bac: Any) -> Any:
    fabrique = bac.installation.applications["ent"].state.noyau.fabrique
    return fabrique.ouvrir(bac.nom, ecriture=True, nuit=True)


def test_an_ent_never_fed_takes_the_file_and_matches_nobody(bac: Any) -> None:
    """Before the first feed everybody is unmatched; an unknown school has no timetable at all."""
    ouvrir_projet(bac)
    rapport = deposer(bac, Semaine(debut=date(2021, 9, 2)).octets(), **OPTION2)
    assert rapport["compteurs"]["ecarts"]["COMPTE_ABSENT"] == 6
    autre = fabriquer_uai("096", 44)
    assert bac["ent"].get(f"/api/etablissements/{autre}/emploi-du-temps").json()["code"] == "UAI_INCONNU"


def test_the_mask_of_weeks_gives_the_days() -> None:
    """Bit n is week n; days outside the period are left out."""
    jours = regles.jours_du_cours(0b1110, 3, date(2021, 8, 30), date(2021, 9, 2), date(2021, 9, 10))
    assert list(jours) == [date(2021, 9, 8)]
