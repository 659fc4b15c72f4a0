"""The catalogue of faults: what the command lists, what the seed decides, where each may be switched on."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from services.ent.rules.protocoles import PROTOCOLES
from services.ent.use_cases.alteration import Reponse, alterer
from shared.contracts.fautes import FAUTES, FautePosee, lire_posees, verifier
from shared.contracts.refus import Refus
from shared.formats.aaf import fautes as f


def test_the_command_lists_every_fault() -> None:
    """By what it is switched on, and as JSON; one is not switched on nowhere."""
    lance = CliRunner()
    dit = lance.invoke(application, ["fautes"])
    assert dit.exit_code == 0
    assert all(nom in dit.stdout for nom in FAUTES)
    lues = json.loads(lance.invoke(application, ["fautes", "--json"]).stdout)
    assert [x["nom"] for x in lues] == list(FAUTES)
    sans_cible = lance.invoke(application, ["fautes", "poser", "erreur_500"])
    assert isinstance(sans_cible.exception, Refus)
    assert sans_cible.exception.code == "FAUTE_SANS_CIBLE"


def test_every_fault_of_a_connector_is_of_a_protocol_that_there_is() -> None:
    """And does something to an answer, or makes it wait."""
    bonne = Reponse(200, b'{"id_token": "e30.e30.x", "access_token": "a"}')
    for faute in (x for x in FAUTES.values() if x.cible == "connecteur"):
        assert set(faute.protocoles) <= set(PROTOCOLES)
        chemin = "/cas/serviceValidate" if "cas" in faute.protocoles else "/oidc/token"
        assert alterer([FautePosee(faute=faute.nom)], chemin, bonne) != bonne, faute.nom
        verifier(FautePosee(faute=faute.nom), "connecteur", faute.protocoles[0])


@pytest.mark.parametrize("graine", range(5))
def test_the_order_of_deliveries_is_the_seeds(graine: int) -> None:
    """The same seed, the same order; never the right one where two can change places, the first always first."""
    melees = f.desordonner([1, 2, 3, 4], graine)
    assert melees == f.desordonner([1, 2, 3, 4], graine)
    assert melees != [1, 2, 3, 4] == sorted(melees)
    assert melees[0] == 1
    assert f.desordonner([1, 2], graine) == [1, 2]


def test_what_another_version_knew_is_let_be() -> None:
    """A bac that comes from elsewhere may hold faults that are not known here."""
    assert lire_posees([{"faute": "inconnue"}, {"n'importe": "quoi"}, {"faute": "erreur_500"}]) == [
        FautePosee(faute="erreur_500")
    ]
