"""Map, journal and Suivre through the web service, on the real services."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.pilotage.rules.lignes import Ligne
from services.pilotage.use_cases.journal import COLONNES, en_csv
from services.pilotage.use_cases.journaux import Memoire
from services.pilotage.use_cases.voisins import Question, Reponse

from .academie import AUTRE, UAI, agent, peupler

PARIS = ZoneInfo("Europe/Paris")


def local(annee: int, mois: int, jour: int, heure: int, minute: int = 0) -> datetime:
    return datetime(annee, mois, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


def fleche(bac: Any, cle: str) -> dict[str, Any]:
    carte = bac["pilotage"].get("/api/carte").json()
    return next(f for f in carte["fleches"] if f["cle"] == cle)


def instant(texte: str | None) -> datetime | None:
    return None if texte is None else datetime.fromisoformat(texte)


# --- map -----------------------------------------------------------------------------------------------------------


def test_an_empty_bac_has_a_quiet_map(bac: Any) -> None:
    """Six applications answer, nothing has passed and nothing waits."""
    carte = bac["pilotage"].get("/api/carte").json()
    assert [x["nom"] for x in carte["applications"]] == ["rectorat", "sts_web", "siecle_bee", "edt", "aaf", "ent"]
    assert all(x["repond"] for x in carte["applications"])
    assert {f["etat"] for f in carte["fleches"]} == {"vide"}
    assert all(x["lien"].endswith(f"/b/{bac.nom}/") for x in carte["applications"])


def test_an_agent_waits_then_passes(bac: Any) -> None:
    """Typed in EPP, two dossiers wait for 19:00; after the night they have passed, and wait for the integration."""
    peupler(bac)
    avant = fleche(bac, "rectorat-sts_web")
    epp = next(e for e in avant["echanges"] if e["cle"] == "agents_epp")
    assert avant["etat"] == "attente"
    assert [(x["nb"], instant(x["jusqu_a"])) for x in epp["attentes"]] == [(2, local(2021, 8, 23, 19))]
    assert epp["dernier"] is None
    bac.avancer("nuit")
    apres = fleche(bac, "rectorat-sts_web")
    epp = next(e for e in apres["echanges"] if e["cle"] == "agents_epp")
    assert apres["etat"] == "passe"
    assert (epp["attentes"], epp["dernier"]["nb"]) == ([], 1)
    assert instant(epp["dernier"]["instant"]) == local(2021, 8, 23, 19)
    (remontee,) = fleche(bac, "rectorat-aaf")["echanges"]
    assert instant(remontee["dernier"]["instant"]) == local(2021, 8, 23, 23, 30)
    assert [instant(x["jusqu_a"]) for x in remontee["attentes"]] == [local(2021, 8, 24, 20)]


def test_the_map_forgets_what_was_undone(bac: Any) -> None:
    """After « revenir avant la nuit » the passages of that night are no longer on the map."""
    peupler(bac)
    bac.avancer("nuit", instantane=True)
    assert fleche(bac, "rectorat-aaf")["etat"] == "attente"
    assert bac["pilotage"].post("/api/horloge/retour", json={}).status_code == 200
    (remontee,) = fleche(bac, "rectorat-aaf")["echanges"]
    assert remontee["dernier"] is None


class VoisinsSansAaf:
    """Neighbours as the map asks them: the AAF is down, the others have nothing to say."""

    def demander(self, bac: str, questions: list[Question]) -> list[Reponse]:
        return [
            Reponse(q, cause="Le service « aaf » ne répond pas.") if q.service == "aaf" else Reponse(q, [])
            for q in questions
        ]


def test_a_silent_service_is_shown_as_such(bac: Any) -> None:
    """A service that does not answer is named with its reason; the rest of the map is drawn."""
    from services.pilotage.use_cases.carte import dresser
    from services.pilotage.use_cases.poste import lire_poste

    etat = bac.installation.applications["pilotage"].state
    lu = lire_poste(etat.noyau.fabrique, etat.cadence, etat.gestion, bac.nom)
    carte = dresser(lu, Memoire(VoisinsSansAaf()), etat.noyau.reglages.adresses)  # type: ignore[arg-type]
    assert [(a.nom, a.cause) for a in carte.applications if not a.repond] == [
        ("aaf", "Le service « aaf » ne répond pas.")
    ]
    assert len(carte.fleches) == 16


# --- journal -------------------------------------------------------------------------------------------------------


def test_the_journal_joins_all_applications(bac: Any) -> None:
    """Exchanges, batches and acts of every application, latest first, with their counts."""
    peupler(bac)
    bac.avancer("nuit")
    lignes = bac["pilotage"].get("/api/journal", params={"taille": 200}).json()["lignes"]
    assert {"rectorat", "sts_web", "siecle_bee", "aaf", "pilotage"} <= {x["service"] for x in lignes}
    instants = [datetime.fromisoformat(x["instant"]) for x in lignes]
    assert instants == sorted(instants, reverse=True)
    (diffusion,) = [x for x in lignes if x["genre"] == "rectorat_diffusion"]
    assert (diffusion["service"], diffusion["sens"], diffusion["nb_refus"]) == ("pilotage", "lot", 0)


def test_the_journal_is_filtered(bac: Any) -> None:
    """By application, by school and by kind; a page follows another without a line lost or told twice."""
    peupler(bac)
    bac["rectorat"].post("/api/agents", json=[agent(71003, "ORMAND", AUTRE)])
    bac.avancer("nuit")
    pilotage = bac["pilotage"]

    def lire(**filtre: Any) -> dict[str, Any]:
        reponse = pilotage.get("/api/journal", params=filtre)
        assert reponse.status_code == 200, reponse.text
        lu: dict[str, Any] = reponse.json()
        return lu

    assert {x["service"] for x in lire(application="sts_web")["lignes"]} == {"sts_web"}
    assert {x["uai"] for x in lire(uai=AUTRE.lower())["lignes"]} == {AUTRE}
    assert {x["sens"] for x in lire(sens="lot")["lignes"]} == {"lot"}
    toutes = lire(taille=200)["lignes"]
    pages: list[dict[str, Any]] = []
    for numero in range(1, 50):
        page = lire(taille=3, page=numero)
        pages += page["lignes"]
        if not page["suite"]:
            break
    assert pages == toutes
    assert pilotage.get("/api/journal", params={"application": "inconnue"}).status_code == 422


def test_the_journal_as_a_file(bac: Any) -> None:
    """The file has one line per line of the journal, under French titles, local instants, for that school alone."""
    peupler(bac)
    bac.avancer("nuit")
    reponse = bac["pilotage"].get("/journal.csv", params={"uai": UAI})
    assert reponse.headers["content-type"].startswith("text/csv")
    assert "attachment" in reponse.headers["content-disposition"]
    lus = list(csv.reader(io.StringIO(reponse.text.removeprefix("\ufeff")), delimiter=";"))
    assert tuple(lus[0]) == COLONNES
    assert {x[6] for x in lus[1:]} == {UAI}
    assert "2021-08-23T19:00:00+02:00" in {x[0] for x in lus[1:]}


def test_no_cell_of_the_file_computes() -> None:
    """A label that a spreadsheet would take for a formula is made a text."""
    piege = Ligne("edt", 1, local(2021, 9, 6, 9), "action", "groupes", "=HYPERLINK(1)")
    texte = "".join(en_csv([piege], PARIS))
    assert "'=HYPERLINK(1)" in texte
    assert "".join(en_csv([], PARIS)).startswith("\ufeffinstant;")


# --- Suivre --------------------------------------------------------------------------------------------------------


def suivre(bac: Any, q: str) -> list[dict[str, Any]]:
    reponse = bac["pilotage"].get("/api/suivre", params={"q": q})
    assert reponse.status_code == 200, reponse.text
    lu = reponse.json()
    assert lu["muets"] == {}
    dossiers: list[dict[str, Any]] = lu["dossiers"]
    return dossiers


def test_nobody_of_that_name(bac: Any) -> None:
    """An unknown name has no dossier; an empty search is refused with a sentence."""
    assert suivre(bac, "personne") == []
    reponse = bac["pilotage"].get("/api/suivre", params={"q": " "})
    assert (reponse.status_code, reponse.json()["code"]) == (422, "RECHERCHE_VIDE")


def test_an_agent_without_appointment_is_stopped_at_the_rectorat(bac: Any) -> None:
    """The first stop, its rule, who mends it, the menu, and when it would be in the ENT."""
    peupler(bac)
    (dossier,) = suivre(bac, "vernoult")
    assert (dossier["ou"], dossier["code"], dossier["regle"]) == ("rectorat", "AGENT_SANS_AFFECTATION", "REC-01")
    assert dossier["menu"] == "Rectorat > Agents"
    assert dossier["qui"] == "La gestion académique (DPE)"
    assert set(dossier["diagnostic"]) == {"anomalie", "public", "interlocuteur", "diagnostic", "conduite"}
    assert instant(dossier["echeance"]) == local(2021, 8, 25, 5)
    assert dossier["conclusion"].startswith("Arrêté au rectorat")


def test_a_teacher_is_followed_along_the_chain(bac: Any) -> None:
    """Found in the rectorat by name, in the AAF by the key that the rectorat gave; named as EPP names him."""
    peupler(bac)
    (avant,) = suivre(bac, "TALBOUR")
    assert [t["service"] for t in avant["traces"]] == ["rectorat"]
    assert (avant["ou"], avant["etat"]) == ("rectorat", "en_route")
    bac.avancer("nuit")
    (apres,) = suivre(bac, "talbour")
    services = [t["service"] for t in apres["traces"]]
    assert services[0] == "rectorat"
    assert "aaf" in services
    assert apres["cles"]["agent_id"] == "71001"
    assert apres["libelle"] == "TALBOUR Inès"


def test_a_project_has_its_own_delays(bac: Any) -> None:
    """The day of the complete feed and the days before deletion are those of the school's ENT project."""
    from services.pilotage.rules.verdict import Cadran
    from services.pilotage.use_cases.suivre import _cadrans
    from shared.horloge.nuits import HORAIRE_PAR_DEFAUT
    from shared.horloge.profils import profil

    projet = {"code": "ESSAI", "libelle": "Essai", "uais": [UAI]}
    assert bac["aaf"].post("/api/projets", json={**projet, "calendrier": {"jours_complets": [2]}}).status_code == 201
    assert bac["ent"].post("/api/projets", json={**projet, "aaf_projet": "ESSAI", "purge_jours": 42}).status_code == 201
    base = Cadran(local(2021, 8, 23, 8), HORAIRE_PAR_DEFAUT, PARIS)
    voisins = bac.installation.applications["pilotage"].state.voisins
    cadrans = _cadrans(bac.nom, voisins, base, profil("toulouse-2023"), {})
    assert list(cadrans) == [UAI]
    assert base.complet(base.maintenant) == local(2021, 8, 28, 5)
    assert cadrans[UAI].complet(base.maintenant) == local(2021, 8, 25, 5)
    assert cadrans[UAI].suppression(local(2021, 8, 25, 5)) == local(2021, 10, 6, 5)


@pytest.mark.procedure("REC-16")
def test_a_pupil_who_waits_for_her_ine(bac: Any) -> None:
    """BEE holds the fiche back, the rectorat gives the INE tonight: the two answers make one dossier."""
    peupler(bac)
    assert bac["rectorat"].post("/api/bascules-bee", json={"uai": UAI, "millesime": 2021}).status_code == 201
    base = f"/api/etablissements/{UAI}/bases/2021"
    fiche = {
        "cle": "1",
        "nom": "ORVALT",
        "prenoms": ["Lina"],
        "sexe": "2",
        "date_naissance": "2010-02-03",
        "commune_naissance": "06088",
    }
    reponse = bac["siecle_bee"].post(f"{base}/eleves", json=fiche)
    assert reponse.status_code == 201, reponse.text
    assert bac.interne("siecle_bee", "POST", "/_sim/envois/livrer").status_code == 200
    (dossier,) = suivre(bac, "orvalt")
    traces = {t["service"]: t for t in dossier["traces"]}
    assert list(traces) == ["rectorat", "siecle_bee"]
    assert (traces["rectorat"]["etat"], traces["siecle_bee"]["etat"]) == ("attente", "bloque")
    # The INE comes by itself, the division does not: the fiche is what stops her.
    assert (dossier["libelle"], dossier["ou"]) == ("ORVALT Lina", "siecle_bee")
    assert [o["code"] for o in dossier["obstacles"]] == ["FICHE_BLOQUANTE"]
