"""Delivering the outbox: messages that travel together, those refused, those sent again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from shared.contracts.echanges import AgentsEpp, EtablissementMsg
from shared.contracts.refus import Refus
from shared.http import ensemble
from shared.identifiers import fabriquer_uai

UAIS = tuple(fabriquer_uai("096", n) for n in (1, 2, 3))


def _envoyer(bac: Any, genres: tuple[str, ...]) -> Any:
    fabrique = bac.installation.applications["rectorat"].state.noyau.fabrique
    with fabrique.ouvrir(bac.nom, ecriture=True, nuit=True) as u:
        for uai, genre in zip(UAIS, genres, strict=True):
            message = AgentsEpp(uai=uai, etablissement=EtablissementMsg(uai=uai))
            u.envoyer(genre, "sts_web", message, uai=uai)
    return fabrique


def _livrer(bac: Any) -> int:
    reponse = bac.interne("rectorat", "POST", "/_sim/envois/livrer")
    assert reponse.status_code == 200, reponse.text
    return int(reponse.json()["livres"])


def _recus(bac: Any) -> list[str]:
    lignes = bac["sts_web"].get("/_sim/journal", params={"genre": "agents_epp", "sens": "recu"}).json()
    return [ligne["uai"] for ligne in reversed(lignes)]


def test_messages_to_one_receiver_arrive_in_order(bac: Any) -> None:
    """Messages that travel together are taken in one by one, in the order they were sent, each with its own answer."""
    _envoyer(bac, ("agents_epp",) * 3)
    assert _livrer(bac) == 3
    assert _recus(bac) == list(UAIS)
    envois = bac["rectorat"].get("/_sim/envois").json()
    assert [(e["etat"], e["reponse"]["nb"]) for e in envois] == [("livre", 0)] * 3
    assert _livrer(bac) == 0


def test_a_refused_message_holds_up_no_other(bac: Any) -> None:
    """One message that the receiver refuses is marked so; those that travelled with it are delivered."""
    _envoyer(bac, ("agents_epp", "inconnu", "agents_epp"))
    assert _livrer(bac) == 3
    assert _recus(bac) == [UAIS[0], UAIS[2]]
    envois = bac["rectorat"].get("/_sim/envois").json()
    assert [e["etat"] for e in envois] == ["livre", "refuse", "livre"]
    assert envois[1]["reponse"]["code"] == "GENRE_INCONNU"


def test_what_was_sent_and_not_noted_is_taken_once(bac: Any) -> None:
    """Messages sent again, as after a fall of the sender, get the same answers and leave no second trace."""
    fabrique = _envoyer(bac, ("agents_epp",) * 3)
    _livrer(bac)
    with fabrique.bases.session(bac.nom) as s:
        avant = s.scalars(select(fabrique.table_envoi.reponse).order_by(fabrique.table_envoi.id)).all()
        s.execute(update(fabrique.table_envoi).values(etat="en_attente", reponse=None))
        s.commit()
    assert _livrer(bac) == 3
    with fabrique.bases.session(bac.nom) as s:
        assert s.scalars(select(fabrique.table_envoi.reponse).order_by(fabrique.table_envoi.id)).all() == avant
    assert _recus(bac) == list(UAIS)


def test_messages_travel_byte_for_byte() -> None:
    """The messages of an ensemble come out as they went in, whatever their bytes."""
    messages = [
        ensemble.Porte("a:1:1", "x", b'{"a":\n1}'),
        ensemble.Porte("a:1:2", "y", b""),
        ensemble.Porte("b", "z", b"\n"),
    ]
    assert list(ensemble.lire(ensemble.ecrire(messages))) == messages


@pytest.mark.parametrize(
    "contenu", [b"", b"[]x", b"{", b'[["a", "b", 3]]\nab', b'[["a", "b", 1]]\nab', b'[["a", 1]]\n']
)
def test_a_malformed_ensemble_is_refused(contenu: bytes) -> None:
    """A body whose sizes do not add up is refused whole."""
    with pytest.raises(Refus, match="mal formé"):
        ensemble.lire(contenu)
