"""NetSynchro: EDT and SIECLE exchange without anybody carrying files, once the DSI gave its certificate."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.siecle_bee.ecole import Ecole as EcoleBee
from tests.services.siecle_bee.ecole import peupler, preparer

SUIVI = "/suivi/liens-eleve-groupe"


@pytest.fixture
def avec_bee(nouvelle_ecole: Any) -> Any:
    """The collège in EDT and in BEE, in an académie where NetSynchro is open: (EDT, BEE, its two pupils)."""
    e = nouvelle_ecole(netsynchro="oui")
    e.importer_sts()
    bee = preparer(EcoleBee(e.bac, e.uai))
    return e, bee, sorted(peupler(bee, 2))


@pytest.mark.procedure("EDT-42")
def test_the_certificate_is_asked_beforehand(avec_bee: Any) -> None:
    """Without it both ways are refused with a word on it; asked of the DSI, it is there the next morning."""
    e, _, _ = avec_bee
    assert e.demander("GET", "/netsynchro") == {"certificat": "absent"}
    for methode, suite, data in (
        ("POST", "/imports/siecle", {"methode": "netsynchro"}),
        ("POST", "/netsynchro/liens", {}),
    ):
        refus = e.demander(methode, suite, 409, data=data)
        assert (refus["code"], refus["title"]) == (
            "CERTIFICAT_ABSENT",
            "Aucun certificat NetSynchro n'est enregistré dans la base.",
        )
    assert e.demander("POST", "/netsynchro/certificat") == {"certificat": "demande"}
    refus = e.demander("POST", "/imports/siecle", 409, data={"methode": "netsynchro"})
    assert refus["title"] == "Le certificat NetSynchro est demandé, la DSI ne l'a pas encore délivré."
    assert e.demander("GET")["eleve"] == 0
    e.bac.avancer("nuit")
    assert e.demander("GET", "/netsynchro") == {"certificat": "installe"}
    assert e.demander("POST", "/imports/siecle", data={"methode": "netsynchro"})["eleves"] == 2


@pytest.mark.procedure("EDT-41")
@pytest.mark.procedure("EDT-43", "BEE-86")
def test_pupils_come_and_links_go_without_files(avec_bee: Any) -> None:
    """The pupils of BEE come in without a file; the links go to BEE, which treats them in the night."""
    e, bee, eleves = avec_bee
    e.demander("POST", "/netsynchro/certificat")
    e.bac.avancer("nuit")
    bilan = e.demander("POST", "/imports/siecle", data={"methode": "netsynchro"})
    assert (bilan["eleves"], bilan["nouveaux"], bilan["partis"]) == (2, 2, 0)
    assert len(bilan["fichiers"]) == 6
    assert e.demander("GET")["millesime"] == 2021
    e.groupe("6LATIN")
    e.demander("POST", "/groupes/eleves", json=[{"groupe": "6LATIN", "eleves": eleves}])
    depot = e.demander("POST", "/netsynchro/liens", 201)
    assert depot["eleves"] == 2
    assert bee.appeler("GET", SUIVI) == []
    e.bac.avancer("nuit")
    (suivi,) = bee.appeler("GET", SUIVI)
    assert (suivi["id"], suivi["eleves"]) == (depot["depot"], 2)
    compte_rendu = bee.appeler("GET", f"{SUIVI}/{suivi['id']}")
    assert (compte_rendu["complets"], compte_rendu["rejetes"]) == (2, 0)


def test_the_academie_opens_netsynchro(ecole: Any) -> None:
    """Where the académie has not opened it, nothing of it works."""
    for suite in ("/netsynchro/certificat", "/netsynchro/liens"):
        assert ecole.demander("POST", suite, 409)["code"] == "NETSYNCHRO_NON_OUVERT"
