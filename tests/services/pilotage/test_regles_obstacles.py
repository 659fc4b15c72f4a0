"""The obstacles of an investigation, in order: what repeats an upstream stop, what is old, what opens which page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.pilotage.rules.conclusion import conclure
from services.pilotage.rules.ecarts import comparer
from services.pilotage.rules.menus import PAGES, situer
from services.pilotage.rules.verdict import Cadran, Conclusion
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.nuits import horaire
from shared.horloge.profils import profil

NICE = profil("nice-2021")
PARIS = NICE.zone_horaire
UAI, VOISIN = "0960001A", "0960002B"
LIEUX = {"annee": "2021", "millesime": "2021"}


def a(jour: int, heure: int) -> datetime:
    """A local instant of September 2021 (Monday is the 6th), in UTC."""
    return datetime(2021, 9, jour, heure, tzinfo=PARIS).astimezone(UTC)


CADRAN = Cadran(a(6, 14), horaire(NICE), PARIS)


def trace(service: str, *codes: str, objet: Any = "eleve", uai: str = UAI, **valeurs: Any) -> Trace:
    """What a service says of a pupil, blocked by these codes."""
    cles = {"groupe": "6LAT"} if objet == "groupe" else {"eleve_id": "11"}
    blocages = [Blocage(code=c, raison=f"Raison {c}.", menu=MENUS.get(c, "")) for c in codes]
    donnees: dict[str, Any] = {"etat": "bloque" if codes else "present", "blocages": blocages, "lien": f"/{service}"}
    return Trace(service=service, objet=objet, libelle="X", cles=cles | {"uai": uai}, **donnees | valeurs)


MENUS = {
    "SANS_DIVISION": "Saisie en masse",
    "MEF_INCONNU": "SIECLE - BEE : Fiches élèves > Recherche et MAJ",
    "SANS_PROJET": "AAF : Projets",
    "GROUPE_SANS_EFFECTIF": "Groupes > Élèves",
    "GROUPE_SANS_ELEVE": "Importations > Liens élève-groupe depuis logiciel privé",
}


def conclusion(*traces: Trace, cadran: Cadran = CADRAN) -> Conclusion:
    return conclure(traces, cadran, {}, LIEUX)


def test_everything_known_is_told_in_the_order_of_the_chain() -> None:
    """Two stops in SIECLE and one of the AAF alone: three obstacles; the AAF's echo of the first is none."""
    c = conclusion(trace("siecle_bee", "SANS_DIVISION", "FICHE"), trace("aaf", "SANS_DIVISION", "SANS_PROJET"))
    assert [(o.code, o.application) for o in c.obstacles] == [
        ("SANS_DIVISION", "siecle_bee"),
        ("FICHE", "siecle_bee"),
        ("SANS_PROJET", "aaf"),
    ]
    assert "Si tout est fait maintenant" in c.phrase
    assert c.echeance == a(8, 5)  # the AAF's own is mended sooner: the latest is promised
    assert c.obstacles[2].echeance == a(7, 5)


def test_what_is_mended_upstream_makes_the_rest_old() -> None:
    """Mended in SIECLE this morning: what the AAF says is old, she is on her way; after the delay it holds."""
    matin = [Etape(instant=a(6, 9), libelle="Dernière mise à jour de la fiche")]
    c = conclusion(trace("siecle_bee", etapes=matin), trace("aaf", "MEF_INCONNU"))
    assert (c.etat, c.echeance) == ("en_route", a(8, 5))
    tard = conclusion(
        trace("siecle_bee", etapes=matin), trace("aaf", "MEF_INCONNU"), cadran=replace(CADRAN, maintenant=a(9, 14))
    )
    assert (tard.etat, tard.ou, tard.code, tard.application) == ("bloque", "aaf", "MEF_INCONNU", "siecle_bee")
    assert tard.lien == "/siecle_bee"  # her fiche


def test_the_same_stop_seen_from_two_schools_is_one() -> None:
    """In two schools at once: one obstacle, with the page of each."""
    menu = "Tableau de bord > Signalements académiques"
    double = [
        trace("siecle_bee", "MULTI", uai=u, blocages=[Blocage(code="MULTI", raison=f"Et à {v}.", menu=menu)])
        for u, v in ((UAI, VOISIN), (VOISIN, UAI))
    ]
    (o,) = conclusion(*double).obstacles
    assert (o.lien, dict(o.ailleurs)) == (
        f"/{UAI}/2021/tableau-de-bord",
        {VOISIN: f"/{VOISIN}/2021/tableau-de-bord"},
    )


def test_pupils_are_put_in_a_group_in_edt_first() -> None:
    """Empty in EDT and in SIECLE: EDT first; EDT alone says nothing when SIECLE has its pupils."""
    vide = trace("edt", "GROUPE_SANS_EFFECTIF", objet="groupe")
    deux = conclusion(trace("siecle_bee", "GROUPE_SANS_ELEVE", objet="groupe"), vide)
    assert [o.code for o in deux.obstacles] == ["GROUPE_SANS_EFFECTIF", "GROUPE_SANS_ELEVE"]
    assert conclusion(trace("siecle_bee", objet="groupe"), vide).etat == "reserve"


@pytest.mark.parametrize(
    ("edt", "siecle", "attendu"),
    [("6LAT, 6G1", "6G1", ["LIENS_NON_DEPOSES"]), ("6G1", "6G1", []), ("aucun", "6G1", [])],
)
def test_what_edt_knows_and_siecle_does_not(edt: str, siecle: str, attendu: list[str]) -> None:
    """A group that EDT alone gives the pupil: the links are to be deposited; the other way round says nothing."""
    traces = [trace("siecle_bee", details={"groupes": siecle}), trace("edt", details={"groupes": edt})]
    assert [b.code for t in comparer(traces) for b in t.blocages] == attendu


def test_an_ent_that_takes_complete_feeds_alone() -> None:
    """Mended on Monday: the deltas do not count, it is there on Saturday's; and it deactivates after its own delay."""
    c = conclusion(trace("siecle_bee", "SANS_DIVISION"), cadran=replace(CADRAN, complet_seul=True))
    assert c.echeance == a(11, 5)
    assert replace(CADRAN, attente=90).desactivation(a(11, 5)) == datetime(2021, 12, 10, 5, tzinfo=PARIS)


def test_a_menu_names_its_application_or_is_of_the_one_that_speaks() -> None:
    """The words before the menu are the application's; a menu without page opens nothing."""
    valeurs = {"uai": UAI, **LIEUX, "fiche:siecle_bee": "/fiche"}
    assert situer("aaf", "STS-Web : Exports > Structure", valeurs).chemin == f"/{UAI}/2021/exports/structure"
    assert situer("ent", "SIECLE > Saisie en masse", valeurs).application == "siecle_bee"
    assert situer("aaf", "Fiches élèves > Recherche et MAJ", valeurs).chemin == "/fiche"
    assert situer("sts_web", "Structure", {}).chemin == ""
    assert situer("ent", "Publication", valeurs).chemin == ""


def test_every_menu_opens_a_page(bac: Any) -> None:
    """No address of the catalogue is one that its application does not have."""
    valeurs = {nom: f"{{{nom}}}" for nom in ("uai", "annee", "millesime")}
    for service, menus in PAGES.items():
        routes = {re.sub(r":\w+", "", r.path) for r in bac.installation.applications[service].routes}
        assert [m for m in menus if situer(service, m, valeurs).chemin not in routes] == []
