"""Joining what applications say, and concluding: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.pilotage.rules.conclusion import conclure
from services.pilotage.rules.observations import identifiant_fige, observer
from services.pilotage.rules.rapprochement import cles, identites, libelle, objet, questions, regrouper
from services.pilotage.rules.verdict import Cadran, Conclusion
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.nuits import horaire
from shared.horloge.profils import profil

NICE = profil("nice-2021")
PARIS = NICE.zone_horaire
UAI = "0960001A"


def a(jour: int, heure: int, minute: int = 0) -> datetime:
    """A local instant of September 2021 (Monday is the 6th), in UTC."""
    return datetime(2021, 9, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


CADRAN = Cadran(a(6, 14), horaire(NICE), PARIS)


def trace(service: str, quoi: str = "eleve", nom: str = "OBRIC Léo", **valeurs: Any) -> Trace:
    donnees: dict[str, Any] = {"service": service, "objet": quoi, "libelle": nom, "cles": {"eleve_id": "11"}}
    return Trace(**donnees | valeurs)


def conclusion(*traces: Trace, muets: dict[str, str] | None = None) -> Conclusion:
    return conclure(traces, CADRAN, muets or {})


def blocage(**valeurs: Any) -> Blocage:
    donnees: dict[str, Any] = {
        "code": "FICHE_INCOMPLETE",
        "raison": "Il manque l'adresse.",
        "regle": "BEE-26",
        "remede": "Le secrétariat complète la fiche.",
        "menu": "Fiches élèves > Recherche et MAJ",
        "interlocuteur": "Le secrétariat de l'établissement",
    }
    return Blocage(**donnees | valeurs)


# --- joining -------------------------------------------------------------------------------------------------------


def test_a_key_leads_to_another() -> None:
    """BEE knows ELEVE_ID and INE, the AAF the INE and its own number, the ENT that number: one dossier."""
    groupes = regrouper(
        [
            trace("ent", cles={"aaf_id": "5", "compte": "leo.obric"}),
            trace("siecle_bee", cles={"eleve_id": "11", "ine": "990000001AB", "uai": UAI, "division": "6A"}),
            trace("aaf", cles={"aaf_id": "5", "ine": "990000001AB"}),
        ]
    )
    assert [[t.service for t in g] for g in groupes] == [["siecle_bee", "aaf", "ent"]]
    assert cles(groupes[0])["compte"] == "leo.obric"


def test_homonyms_stay_apart() -> None:
    """The same name with other keys is somebody else; a number of another family is not a key in common."""
    groupes = regrouper(
        [
            trace("siecle_bee", cles={"eleve_id": "11"}),
            trace("siecle_bee", cles={"eleve_id": "12"}),
            trace("aaf", "responsable", cles={"aaf_id": "5"}),
            trace("ent", "eleve", cles={"aaf_id": "5"}),
        ]
    )
    assert len(groupes) == 4


def test_a_division_is_not_a_key_of_its_pupils() -> None:
    """A pupil and her division are two things, and the same code in two schools too."""
    groupes = regrouper(
        [
            trace("siecle_bee", cles={"eleve_id": "11", "uai": UAI, "division": "6A"}),
            trace("sts_web", "division", "6A", cles={"uai": UAI, "division": "6A"}),
            trace("siecle_bee", "division", "6A", cles={"uai": UAI, "division": "6A"}),
            trace("siecle_bee", "division", "6A", cles={"uai": "0960002B", "division": "6A"}),
        ]
    )
    assert [(objet(g), len(g)) for g in groupes] == [("eleve", 1), ("division", 2), ("division", 1)]


def test_teacher_and_agent_are_one_person() -> None:
    """GI/GC says « agent », STS-Web « enseignant »: one dossier, of a teacher."""
    (groupe,) = regrouper(
        [
            trace("rectorat", "agent", cles={"agent_id": "7"}),
            trace("sts_web", "enseignant", cles={"agent_id": "7", "uai": UAI}),
        ]
    )
    assert objet(groupe) == "enseignant"


def test_a_name_without_key_joins_its_school() -> None:
    """A teacher whom EDT holds without correspondence joins his namesake of the same school."""
    (groupe,) = regrouper(
        [
            trace("sts_web", "enseignant", "TALBOUR Inès", cles={"agent_id": "7", "uai": UAI}),
            trace("edt", "enseignant", "TALBOUR Ines", cles={"agent_id": "", "uai": UAI}),
        ]
    )
    assert [t.service for t in groupe] == ["sts_web", "edt"]


def test_the_order_of_the_answers_does_not_matter() -> None:
    """The same traces in any order make the same dossiers."""
    traces = [
        trace("ent", cles={"aaf_id": "5"}),
        trace("aaf", cles={"aaf_id": "5", "eleve_id": "11"}),
        trace("siecle_bee", cles={"eleve_id": "11"}),
        trace("siecle_bee", nom="ABEL Zoé", cles={"eleve_id": "12"}),
    ]
    assert regrouper(traces) == regrouper(traces[::-1])
    assert [libelle(g) for g in regrouper(traces)] == ["ABEL Zoé", "OBRIC Léo"]


def test_the_name_comes_from_who_knows_it() -> None:
    """A generic label (« Demande d'INE », « Remontée reçue ») is not what a person is called."""
    assert libelle([trace("rectorat", nom="Demande d'INE"), trace("siecle_bee")]) == "OBRIC Léo"
    agent = [trace("rectorat", "agent", "ROME Ada"), trace("aaf", "agent", "Remontée reçue, clé agent_id")]
    assert libelle(agent) == "ROME Ada"


def test_others_are_asked_by_the_surest_key_first() -> None:
    """ELEVE_ID, then the INE; a group always with its school."""
    eleve = [trace("siecle_bee", cles={"ine": "990000001AB", "eleve_id": "11", "uai": UAI})]
    assert questions(eleve) == [("eleve_id:11",), ("ine:990000001AB",)]
    groupe = [trace("sts_web", "groupe", "6LATIN", cles={"uai": UAI, "groupe": "6LATIN"})]
    assert questions(groupe) == [("groupe:6LATIN", f"uai:{UAI}")]
    assert identites(trace("edt", "enseignant", cles={"agent_id": ""})) == []


# --- concluding ----------------------------------------------------------------------------------------------------


@pytest.mark.procedure("DIAG-01")
def test_a_block_is_told_in_five_words() -> None:
    """Where, why, who, which menu, when; and the five words of the guide."""
    c = conclusion(trace("siecle_bee", etat="bloque", blocages=[blocage()]))
    assert (c.etat, c.ou, c.pourquoi, c.regle) == ("bloque", "siecle_bee", "Il manque l'adresse.", "BEE-26")
    assert (c.qui, c.menu) == ("Le secrétariat de l'établissement", "Fiches élèves > Recherche et MAJ")
    assert c.echeance == a(8, 5)  # Monday 14:00: remontée 23:30, integration Tuesday 20:00, feed 02:00, ENT 05:00
    d = c.diagnostic
    assert (d.anomalie, d.public) == ("Compte inexistant", "Élève")
    assert (d.interlocuteur, d.diagnostic) == ("Le secrétariat de l'établissement", "Il manque l'adresse.")
    assert "Le secrétariat complète la fiche." in d.conduite
    assert "mercredi 8 septembre 2021" in d.conduite


def test_the_first_stop_along_the_chain_is_the_one() -> None:
    """What is held back downstream for the same cause does not hide the first stop."""
    c = conclusion(
        trace("siecle_bee", etat="bloque", blocages=[blocage()]),
        trace("aaf", etat="absent", blocages=[blocage(code="ABSENT_DE_BEE")]),
    )
    assert c.code == "FICHE_INCOMPLETE"


def test_an_ine_on_its_way_lifts_the_block_by_itself() -> None:
    """The rectorat gives the INE tonight: nothing to do, and the ENT has the pupil two nights later."""
    c = conclusion(
        trace("rectorat", nom="Demande d'INE", etat="attente", echeance=a(6, 19)),
        trace("siecle_bee", etat="bloque", blocages=[blocage(code="INE_ABSENT")]),
    )
    assert (c.etat, c.ou, c.echeance) == ("en_route", "rectorat", a(8, 5))


@pytest.mark.procedure("CAL-11")
def test_a_deposit_is_on_its_way() -> None:
    """A service's own date is trusted: deposited Monday 14:00, in the ENT on Wednesday 05:00."""
    c = conclusion(trace("siecle_bee", etat="attente", echeance=a(8, 5)), trace("aaf"), trace("ent"))
    assert (c.etat, c.echeance) == ("en_route", a(8, 5))
    assert c.phrase.startswith("Déjà dans l'ENT")
    assert c.diagnostic.anomalie == "Aucune anomalie"
    absente = conclusion(trace("siecle_bee", etat="attente", echeance=a(8, 5)))
    assert (absente.diagnostic.anomalie, absente.echeance) == ("Compte inexistant", a(8, 5))


def test_a_refusal_is_told_while_the_rest_waits() -> None:
    """A deposit waits and a group of the former one was refused: the reserve has its remedy, the rest its date."""
    rejet = blocage(code="GROUPE_A_01", raison="Le groupe n'est pas référencé.", remede="Lancez Exports > Structure.")
    c = conclusion(trace("siecle_bee", etat="attente", echeance=a(8, 5), blocages=[rejet]), trace("aaf"), trace("ent"))
    assert (c.etat, c.code) == ("en_route", "GROUPE_A_01")
    assert "Réserve : Le groupe n'est pas référencé." in c.phrase
    assert c.diagnostic.conduite.startswith("Lancez Exports > Structure.")
    assert "Compte existant" in c.diagnostic.anomalie


def test_a_reserve_does_not_hide_an_arrival() -> None:
    """Present everywhere, but one group was refused: said as a reserve, with its own delay."""
    rejet = blocage(code="FN02", raison="Le groupe est inconnu.", menu="Suivi > Liens élève-groupe")
    c = conclusion(trace("siecle_bee", blocages=[rejet]), trace("aaf"), trace("ent"))
    assert (c.etat, c.ou, c.code) == ("reserve", "siecle_bee", "FN02")


def test_the_school_that_was_left_does_not_stop_the_new_one() -> None:
    """Gone from one school and present in another: she has arrived; gone from the only one: that is the stop."""
    sorti = trace("siecle_bee", etat="absent", cles={"eleve_id": "11", "uai": UAI}, blocages=[blocage(code="SORTI")])
    c = conclusion(trace("siecle_bee"), sorti, trace("aaf"), trace("ent"))
    assert (c.etat, c.ou) == ("arrive", None)
    assert conclusion(sorti).code == "SORTI"


def test_arrived() -> None:
    """In the ENT and held back nowhere: nothing to do."""
    c = conclusion(trace("siecle_bee"), trace("aaf"), trace("ent", etapes=[Etape(instant=a(1, 5), libelle="Créé")]))
    assert (c.etat, c.ou, c.diagnostic.anomalie) == ("arrive", None, "Aucune anomalie")
    assert "mercredi 1er septembre 2021" in c.phrase


def test_not_there_yet() -> None:
    """Typed this morning: on its way; the delay is counted from when it was typed."""
    saisi = Etape(instant=a(6, 9), libelle="Dossier saisi")
    c = conclusion(trace("rectorat", "enseignant", cles={"agent_id": "7"}, etapes=[saisi]))
    assert (c.etat, c.ou, c.echeance) == ("en_route", "rectorat", a(8, 5))
    assert "pas encore dans STS-Web" in c.phrase


def test_lost_on_the_way() -> None:
    """Typed a fortnight ago and nowhere after: the delay is over, a dossier d'assistance is to be opened."""
    saisi = Etape(instant=CADRAN.maintenant - timedelta(days=14), libelle="Dossier saisi")
    c = conclusion(trace("rectorat", "enseignant", cles={"agent_id": "7"}, etapes=[saisi]))
    assert (c.etat, c.ou, c.code) == ("perdu", "sts_web", "NON_ARRIVE")
    assert "dossier d'assistance" in c.diagnostic.conduite


def test_a_local_teacher_is_not_looked_for_upstream() -> None:
    """Someone whom only STS-Web knows goes on from there."""
    fait = Etape(instant=a(6, 9), libelle="Reçu")
    c = conclusion(trace("sts_web", "enseignant", cles={"agent_id": "7"}, etapes=[fait]))
    assert (c.ou, c.etat) == ("sts_web", "en_route")


def test_silence_proves_nothing() -> None:
    """When the ENT does not answer, one does not conclude that the account is missing."""
    c = conclusion(trace("siecle_bee"), trace("aaf"), muets={"ent": "Le service « ent » ne répond pas."})
    assert (c.code, c.ou) == ("SERVICE_INJOIGNABLE", "ent")


@pytest.mark.parametrize(
    ("service", "quoi", "attendue"),
    [
        ("rectorat", "enseignant", a(8, 5)),  # 19:00, then the remontée of the same night
        ("edt", "eleve", a(8, 5)),
        ("ent", "eleve", a(7, 5)),
    ],
)
def test_mended_now_it_arrives(service: str, quoi: str, attendue: datetime) -> None:
    """The date given follows the way from the place where it is mended."""
    assert CADRAN.arrivee(service, quoi, CADRAN.maintenant) == attendue


def test_late_in_the_evening_another_night_is_needed() -> None:
    """At 22:30 links that must be deposited again miss a night, a fiche does not."""
    tard = a(6, 22, 30)
    assert CADRAN.arrivee("siecle_bee", "eleve", tard) == a(8, 5)
    assert CADRAN.arrivee("siecle_bee", "eleve", tard, liens=True) == a(9, 5)


# --- assistance, departures, observations -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forme", "debut"),
    [("dossier", "Ouvrir un dossier d'assistance"), ("verdon", "Déposer une demande dans VERDON"), ("forum", "Écrire")],
)
def test_help_is_asked_as_the_academie_does(forme: str, debut: str) -> None:
    """The heading is the same, the way to ask for it is the profile's."""
    aide = conclure(
        [trace("siecle_bee", etat="bloque", cles={"eleve_id": "11"}, blocages=[blocage(code="SANS_INE")])],
        Cadran(a(6, 14), horaire(NICE), PARIS, forme),
        {},
    ).assistance
    assert aide is not None
    assert aide.rubriques == ("siecle_bee",)
    assert aide.phrase.startswith("Absence d'INE : ")
    assert debut[1:] in aide.phrase


def test_a_link_that_is_wrong_upstream_is_mended_first() -> None:
    """An account, a refusal in STS-Web: corrections, and a dossier on STS-Web only in case of difficulty (DIAG-04)."""
    aide = conclusion(
        trace("sts_web", "enseignant", cles={"agent_id": "7"}, etat="bloque", blocages=[blocage(code="SANS_SERVICE")]),
        trace("ent", "enseignant", cles={"agent_id": "7"}),
    ).assistance
    assert aide is not None
    assert (aide.constat, aide.verification, aide.rubriques, aide.ouvrir) == (
        "lien",
        "incorrectes",
        ("sts_web",),
        False,
    )
    assert "exporter à nouveau les services" in aide.phrase


def test_whom_siecle_no_longer_knows_leaves_the_ent() -> None:
    """Gone upstream: deactivated at the next complete feed, deleted after the purge, back if the fiche is; in use: said
    as a loss."""
    activation = Etape(instant=a(1, 9), libelle="Compte activé par son titulaire")
    c = conclure(
        [trace("ent", "responsable", cles={"aaf_id": "5"}, etapes=[activation])],
        Cadran(a(6, 14), horaire(NICE), PARIS, purge=42),
        {},
    )
    assert (c.etat, c.code, c.ou) == ("retire", "INCONNU_DE_SIECLE", "siecle_bee")
    assert "samedi 11 septembre 2021" in c.phrase
    assert "supprimé le samedi 23 octobre 2021" in c.phrase
    assert c.echeance == a(8, 5)
    assert "Si la fiche est remise dans SIECLE maintenant, dans l'ENT le mercredi 8 septembre 2021" in c.phrase
    assert "ENT-15" in c.regle
    assert conclusion(trace("ent", "responsable"), muets={"siecle_bee": "panne"}).etat == "arrive"


def test_a_group_carried_over_at_the_bascule() -> None:
    """In STS-Web, without a pupil, unknown of EDT: to remove there; not said when EDT did not answer."""
    cles = {"uai": UAI, "groupe": "6OLD"}
    traces = [
        trace("sts_web", "groupe", "6OLD", cles=cles),
        trace("siecle_bee", "groupe", "6OLD", cles=cles, etat="bloque", details={"élèves": "0"}),
    ]
    (vue,) = observer(traces, CADRAN)
    assert (vue.code, vue.echeance) == ("GROUPE_RECONDUIT", a(8, 5))
    assert observer(traces, CADRAN, muets=("edt",)) == ()
    assert observer([*traces, trace("edt", "groupe", "6OLD", cles=cles)], CADRAN) == ()


@pytest.mark.parametrize(
    ("nom", "identifiant", "fige"),
    [
        ("DIAZ Zénobie", "anne-laure.diaz", True),
        ("DIAZ Zénobie", "zenobie.diaz2", False),
        ("D'ORVAL Jean-Noël", "jean-noel.dorval", False),
        ("DESINIERES René Et Suzanne", "rene_et_suzanne.desinieres", False),
        ("DIAZ Zénobie", "", False),
    ],
)
def test_a_login_made_from_another_name(nom: str, identifiant: str, fige: bool) -> None:
    """Accents, apostrophes, numbers of homonyms change nothing; another first name does."""
    assert identifiant_fige(nom, identifiant) is fige
