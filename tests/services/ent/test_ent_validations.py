"""Validations that are asked by hundreds: a ticket is spent once, what was exchanged is seen at once and kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from rentree.installation.registre import declarations
from shared.http.noyau import Noyau
from shared.persistence import differe
from shared.persistence.acces import VERROU_BAC, base_bac, role_service

from .test_ent_cas import SERVICE, declarer, role, ticket_pour
from .test_ent_mon_ent import ILONA, alimenter

EXCHANGES = "/api/connecteurs/appli/echanges"


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An ENT with a CAS connector."""
    from contextlib import ExitStack

    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_valide", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_valide", pile)
        alimenter(bac, tmp_path_factory.mktemp("valide"))
        declarer(bac)
        yield bac
    installation.gestion.supprimer("essai_valide")


@pytest.fixture
def lentement(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written later waits for much longer than a test."""
    monkeypatch.setattr(differe, "DELAI", 3600.0)


def valider(bac: Any, ticket: str) -> httpx.Response:
    """serviceValidate."""
    return bac["ent"].get("/cas/serviceValidate", params={"service": SERVICE, "ticket": ticket})  # type: ignore[no-any-return]


def tickets(bac: Any, nombre: int) -> list[str]:
    """So many tickets of a pupil."""
    with role(bac, ILONA) as client:
        return [ticket_pour(client) for _ in range(nombre)]


def ecrits(bac: Any) -> list[tuple[str, str]]:
    """The exchanges that the database holds, in the order of their numbers: kind, request."""
    acces = bac.installation.implantation.acces(role_service("ent"))
    with psycopg.connect(acces.conninfo(base_bac(bac.nom))) as c:
        return [(g, d) for g, d in c.execute("SELECT genre, demande FROM echange_connecteur ORDER BY id").fetchall()]


def test_a_ticket_is_spent_once_whoever_comes_together(ent: Any) -> None:
    """Eight clients validate one ticket at the same time: one alone is told who it is of."""
    (ticket,) = tickets(ent, 1)
    ensemble = threading.Barrier(8)

    def presenter(_: int) -> str:
        with ent.installation.client("ent", ent.nom) as client:
            client.get("/_sim/vivant")
            ensemble.wait()
            return str(client.get("/cas/serviceValidate", params={"service": SERVICE, "ticket": ticket}).text)

    with ThreadPoolExecutor(8) as fils:
        reponses = list(fils.map(presenter, range(8)))
    assert sum("<cas:authenticationSuccess>" in r for r in reponses) == 1
    assert sum('code="INVALID_TICKET"' in r for r in reponses) == 7


def test_an_exchange_is_seen_at_once_in_its_place(ent: Any, lentement: None) -> None:
    """What was just validated is shown before it is written, between what came before it and what came after."""
    premier, second = tickets(ent, 2)
    assert "authenticationSuccess" in valider(ent, premier).text
    (troisieme,) = tickets(ent, 1)
    assert "authenticationFailure" in valider(ent, premier).text
    lus = ent["ent"].get(EXCHANGES).json()[:5]
    assert [(e["genre"], e["code"]) for e in lus] == [
        ("validation", "INVALID_TICKET"),
        ("connexion", ""),
        ("validation", ""),
        ("connexion", ""),
        ("connexion", ""),
    ]
    assert premier in lus[2]["demande"]
    assert "ilona.valbrune" in lus[2]["reponse"]
    assert troisieme in lus[1]["reponse"]
    assert second in lus[3]["reponse"]


def test_what_was_exchanged_is_in_the_copy_of_a_bac(ent: Any, lentement: None) -> None:
    """A bac that is let go of, to be copied, holds every exchange in its database, once, in order."""
    un, deux = tickets(ent, 2)
    for ticket in (un, deux):
        valider(ent, ticket)
    ent.installation.applications["ent"].state.noyau.lacher(ent.nom)
    genres = [(genre, t) for genre, demande in ecrits(ent)[-2:] for t in (un, deux) if t in demande]
    assert genres == [("validation", un), ("validation", deux)]
    valider(ent, un)
    assert ent["ent"].get(EXCHANGES).json()[0]["code"] == "INVALID_TICKET", "connected again"
    ent.installation.applications["ent"].state.noyau.lacher(ent.nom)
    assert [sum(ticket in demande for _, demande in ecrits(ent)) for ticket in (un, deux)] == [2, 1]


def test_nothing_is_lost_when_the_process_ends(ent: Any, lentement: None) -> None:
    """A process that ends writes what it still had to: a row of its own memory is in the database."""
    implantation = ent.installation.implantation
    noyau = Noyau(declarations()["ent"], implantation.reglages("ent"))
    assert noyau.fabrique.differe is not None
    with noyau.fabrique.ouvrir(ent.nom, ecriture=False) as u:
        base = u.executer("SELECT oid::bigint FROM pg_database WHERE datname = current_database()", {})[0][0]
        numero = u.executer("SELECT nextval('echange_connecteur_id_seq')", {})[0][0]
        ligne = {"connecteur": "appli", "instant": u.maintenant, "genre": "validation", "demande": "la dernière"}
    ligne |= {"reponse": "", "code": "", "explication": "", "id": numero}
    noyau.fabrique.differe.ajouter(ent.nom, base, "appli", numero, ligne)
    noyau.fabrique.differe.ajouter(ent.nom, base + 1, "appli", numero, ligne | {"demande": "d'un bac d'avant"})
    noyau.fermer()
    assert [d for _, d in ecrits(ent) if d in ("la dernière", "d'un bac d'avant")] == ["la dernière"]


def test_a_validation_waits_for_the_end_of_a_step(ent: Any) -> None:
    """While the clock advances a validation waits, others are served, and it is answered when the step is over."""
    (ticket,) = tickets(ent, 1)
    acces = ent.installation.implantation.acces(role_service("ent"))
    with ThreadPoolExecutor(1) as fil, psycopg.connect(acces.conninfo(base_bac(ent.nom)), autocommit=True) as c:
        c.execute("SELECT pg_advisory_lock(%s)", [VERROU_BAC])
        attendue = fil.submit(valider, ent, ticket)
        with ent.installation.client("ent", ent.nom) as autre:
            assert autre.get(EXCHANGES).status_code == 200
        assert not attendue.done()
        c.execute("SELECT pg_advisory_unlock(%s)", [VERROU_BAC])
        assert "authenticationSuccess" in attendue.result(5).text


def test_a_validation_outlives_a_cut_connection(ent: Any) -> None:
    """PostgreSQL has ended every connection of the ENT meanwhile: the next validation is answered as any other."""
    un, deux = tickets(ent, 2)
    valider(ent, un)
    implantation = ent.installation.implantation
    acces = implantation.acces(role_service("ent"))
    with psycopg.connect(acces.conninfo(base_bac(ent.nom)), autocommit=True) as c:
        c.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    assert "authenticationSuccess" in valider(ent, deux).text
