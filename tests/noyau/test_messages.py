"""Messages between the applications: who reads one checks it; what they leave in memory goes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from shared.contracts.echanges import AffectationAgentMsg, AgentMsg, EtablissementMsg, RemonteeRectorat
from shared.identifiers import fabriquer_uai
from shared.persistence.unite import PAR_RAMASSAGE

UAI = fabriquer_uai("096", 1)
AGENT = AgentMsg(
    id=7,
    nom_usage="DÜR'ÉE",
    prenom="Zoé",
    date_naissance=date(1980, 2, 29),
    affectations=(AffectationAgentMsg(uai=UAI, heures=18, debut=date(2021, 9, 1)),),
)
REMONTEE = RemonteeRectorat(
    uai=UAI, instant=datetime(2021, 9, 1, 21, 30, tzinfo=UTC), etablissement=EtablissementMsg(uai=UAI), agents=(AGENT,)
)


def test_a_message_is_read_as_it_was_written() -> None:
    """JSON in the order of the contract, and plain values, give the same message back."""
    corps = REMONTEE.en_json()
    assert corps.startswith(b'{"uai":"' + UAI.encode() + b'","instant":"2021-09-01T21:30:00Z","etablissement":{"uai":')
    assert RemonteeRectorat.lire(corps) == REMONTEE == RemonteeRectorat.de_valeurs(REMONTEE.valeurs())
    assert REMONTEE.avec(agents=()).agents == ()
    assert REMONTEE.champs()["agents"] == (AGENT,)


@pytest.mark.parametrize(
    ("change", "ou"),
    [
        ({"inconnu": 1}, "inconnu"),
        ({"sexe": "3"}, "$.sexe"),
        ({"date_naissance": "30/02/1980"}, "$.date_naissance"),
        ({"affectations": [{"uai": UAI, "quotite": 101}]}, "$.affectations[0].quotite"),
        ({"id": "7"}, "$.id"),
    ],
)
def test_what_no_contract_holds_is_refused_where_it_stands(change: dict[str, Any], ou: str) -> None:
    """A field more, a code of no list, a day that is none, a number too high: refused, told where, by both readers."""
    dit = AGENT.valeurs() | change
    for lire in (AgentMsg.de_valeurs, lambda v: AgentMsg.lire(msgspec.json.encode(v))):
        with pytest.raises(msgspec.ValidationError) as refus:
            lire(dit)
        assert ou in str(refus.value)


def test_a_service_refuses_a_message_without_repeating_its_values(bac: Any) -> None:
    """MESSAGE_MAL_FORME says where, never what: it may be somebody's name. Nothing of the message is taken in."""
    corps = REMONTEE.en_json().replace(b'"sexe":"1"', '"sexe":"D\'ÉTÉ\\nD\'OR"'.encode())
    entetes = {"Idempotency-Key": "essai:1:1"}
    reponse = bac.interne("aaf", "POST", "/_echanges/remontee_rectorat", content=corps, headers=entetes)
    assert (reponse.status_code, reponse.json()["code"]) == (422, "MESSAGE_MAL_FORME")
    assert reponse.json()["details"]["erreur"] == "Invalid enum value … - at `$.agents[0].sexe`"
    assert "ÉTÉ" not in reponse.text
    assert "OR" not in reponse.json()["details"]["erreur"]


def test_an_address_that_takes_a_message_says_which_field_is_wrong(bac: Any) -> None:
    """A body of the API is read field by field: 422 with the path of the first that does not fit, nothing kept."""
    agent = AGENT.valeurs()
    agent["affectations"][0]["quotite"] = 101
    reponse = bac["rectorat"].post("/api/agents", json=[agent])
    assert reponse.status_code == 422, reponse.text
    assert [c["champ"] for c in reponse.json()["details"]["champs"]] == ["body.0.affectations.0.quotite"]
    inconnu = bac["rectorat"].post("/api/agents", json=[AGENT.valeurs() | {"inconnu": 1}])
    assert inconnu.status_code == 422
    connus = bac.installation.applications["rectorat"].state.noyau.fabrique
    with connus.ouvrir(bac.nom, ecriture=False) as u:
        assert u.executer("SELECT count(*) FROM rectorat.agent", {}) == [(0,)]


@pytest.fixture
def a_part() -> Iterator[None]:
    """Imports set apart, as in the processes of an installation, and no collection but those that are asked for."""
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_what_a_request_leaves_in_a_cycle_is_gone_after_some_more(bac: Any, a_part: None) -> None:
    """A service looks for garbage at the pace of its work: a document in a cycle does not stay until the night ends."""

    class Noeud:
        moi: Any

    noeud = Noeud()
    noeud.moi = noeud
    reste = weakref.ref(noeud)
    del noeud
    fabrique = bac.installation.applications["sts_web"].state.noyau.fabrique
    assert reste() is not None
    for _ in range(PAR_RAMASSAGE):
        with fabrique.ouvrir(bac.nom, ecriture=False):
            pass
    assert reste() is None
