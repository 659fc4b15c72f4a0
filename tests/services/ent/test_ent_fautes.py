"""Faults given to a connector on purpose: what a software is answered, what is kept of it, when it stops."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from shared.contracts.fautes import FAUTES
from tests.services.ent.test_ent_cas import HTML, SERVICE, declarer, role, ticket_pour
from tests.services.ent.test_ent_mon_ent import ILONA, alimenter

OUI = "<cas:user>ilona.valbrune</cas:user>"


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One ENT; each test takes its faults back."""
    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_fautes", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_fautes", pile)
        alimenter(bac, tmp_path_factory.mktemp("fautes"))
        declarer(bac)
        declarer(bac, "autre", "https://autre.exemple.invalid/")
        yield bac
    installation.gestion.supprimer("essai_fautes")


@pytest.fixture
def sans_faute(ent: Any) -> Iterator[Any]:
    """The ENT, right again after the test."""
    yield ent
    assert ent["ent"].delete("/api/connecteurs/appli/fautes").status_code == 204


def poser(bac: Any, faute: str, **suite: Any) -> None:
    """Switch a fault on."""
    reponse = bac["ent"].post("/api/connecteurs/appli/fautes", json={"faute": faute} | suite)
    assert reponse.status_code == 201, reponse.text


def valider(bac: Any, service: str = SERVICE, chemin: str = "serviceValidate") -> Any:
    """Sign Ilona in and ask whose her ticket is."""
    with role(bac, ILONA) as client:
        ticket = ticket_pour(client, service)
    return bac["ent"].get(f"/cas/{chemin}", params={"service": service, "ticket": ticket})


@pytest.mark.parametrize(
    ("faute", "statut", "dit"),
    [
        ("erreur_500", 500, "Internal Server Error"),
        ("corps_vide", 200, ""),
        ("ticket_expire", 200, 'code="INVALID_TICKET"'),
        ("mauvais_service", 200, 'code="INVALID_SERVICE"'),
        ("refus_piege", 200, "authenticationFailure"),
        ("utilisateur_absent", 200, "authenticationSuccess"),
    ],
)
def test_a_fault_changes_the_answer(sans_faute: Any, faute: str, statut: int, dit: str) -> None:
    """A good ticket is answered wrong, whatever the ENT knows; the exchange says what was answered, and why."""
    poser(sans_faute, faute)
    reponse = valider(sans_faute)
    assert (reponse.status_code, OUI in reponse.text) == (statut, False)
    assert dit in reponse.text
    assert reponse.headers["content-length"] == str(len(reponse.content))
    garde = sans_faute["ent"].get("/api/connecteurs/appli/echanges").json()[0]
    assert (garde["code"], garde["reponse"]) == ("FAUTE", reponse.text)
    assert faute in garde["explication"]


def test_the_seed_says_where_an_answer_is_cut(sans_faute: Any) -> None:
    """The same seed cuts at the same place, another elsewhere."""
    longueurs = []
    for graine in (1, 1, 2):
        poser(sans_faute, "corps_tronque", graine=graine)
        reponse = valider(sans_faute)
        assert "</cas:serviceResponse>" not in reponse.text
        longueurs.append(len(reponse.content))
    assert longueurs[0] == longueurs[1] != longueurs[2]


def test_a_fault_is_of_one_connector_and_so_many_times(sans_faute: Any) -> None:
    """Another connector is answered right, the browser too; one asked for once is over after once."""
    poser(sans_faute, "erreur_500", fois=1)
    assert "ilona.valbrune" in valider(sans_faute, "https://autre.exemple.invalid/").text
    assert valider(sans_faute).status_code == 500
    assert OUI in valider(sans_faute).text
    assert sans_faute["ent"].get("/api/connecteurs/appli/fautes").json() == []


def test_a_late_answer_is_right(sans_faute: Any) -> None:
    """The wait is in real seconds, and nothing else changes."""
    poser(sans_faute, "reponse_lente", reglages={"secondes": 1})
    reponse = valider(sans_faute, chemin="validate")
    assert reponse.text == "yes\nilona.valbrune\n"
    assert reponse.elapsed.total_seconds() >= 1


def test_what_cannot_be_asked_for_is_refused(ent: Any) -> None:
    """An unknown fault, one of feeds, one of another protocol, a setting that it does not have."""
    for corps, code in (
        ({"faute": "n_importe"}, "FAUTE_INCONNUE"),
        ({"faute": "alimentation_doublee"}, "FAUTE_AILLEURS"),
        ({"faute": "code_expire"}, "FAUTE_AILLEURS"),
        ({"faute": "erreur_500", "reglages": {"secondes": 1}}, "FAUTE_REGLAGE"),
        ({"faute": "reponse_lente", "reglages": {"secondes": 9999}}, "FAUTE_REGLAGE"),
    ):
        refus = ent["ent"].post("/api/connecteurs/appli/fautes", json=corps)
        assert (refus.status_code, refus.json()["code"]) == (422, code), corps


def test_a_fault_is_seen(sans_faute: Any) -> None:
    """On the page of the connector, where it is switched on and off too, and in the journal of the bac."""
    page = sans_faute["ent"].post(
        "/connecteurs/appli/fautes", data={"faute": "corps_vide", "graine": "7"}, headers=HTML, follow_redirects=True
    )
    assert "La faute « corps_vide » est posée." in page.text.replace("\xa0", " ")
    assert FAUTES["corps_vide"].quoi in html.unescape(page.text)
    assert "Graine 7" in page.text
    journal = sans_faute["pilotage"].get("/api/journal", params={"application": "ent"}).json()["lignes"]
    assert any(x["genre"] == "faute_posee" and x["resume"]["graine"] == 7 for x in journal)
    page = sans_faute["ent"].post("/connecteurs/appli/fautes/retrait", headers=HTML, follow_redirects=True)
    assert "l'ENT répond juste" in html.unescape(page.text)
