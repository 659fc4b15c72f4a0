"""A school of many pupils: its pages ask the database no more than those of a small one, and count as the rules do."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.engine import Engine
from starlette.routing import Route

from rentree.bench.visite import Motifs, visiter
from services.siecle_bee.models import BaseEleves, Eleve, LienResponsable, Personne
from services.siecle_bee.rules.fiche import LIBELLES_MANQUES
from services.siecle_bee.use_cases import fiches, tableau
from shared.contracts.echanges import Affectations
from shared.formats.elegroupe.liens import GroupeLien
from shared.horloge.profils import profil
from shared.identifiers import fabriquer_uai
from tests.conftest import BacEssai

from .ecole import Ecole, deposer, dossier, fichiers_reprise, peupler, preparer

PEU, BEAUCOUP = 8, 120
PLAFOND = 40
HTML = {"accept": "text/html"}
DEFAUTS: tuple[dict[str, Any], ...] = (
    {"nom": ""},
    {"prenom": ""},
    {"sexe": ""},
    {"sexe": "3"},
    {"pays_naissance": ""},
    {"pays_naissance": "132", "ville_naissance": ""},
    {"pays_naissance": "132", "ville_naissance": "AILLEURS"},
    {"commune_naissance": ""},
    {"nationalite": ""},
    {"regime": ""},
    {"mef": ""},
    {"mef": "99999999999"},
    {"division": ""},
    {"division": "9Z"},
    {"division": "5A"},
    {"date_naissance": date(2000, 1, 1)},
    {"date_sortie": date(2021, 8, 20)},
    {"date_sortie": date(2021, 8, 20), "motif_sortie": "10"},
    {"date_sortie": date(2021, 8, 20), "motif_sortie": "99"},
    {"date_sortie": date(2022, 1, 10), "motif_sortie": "99"},
)


@contextmanager
def requetes() -> Iterator[list[str]]:
    """The SQL statements that pages run meanwhile: those of the threads that answer requests."""
    vues: list[str] = []

    def noter(connexion: Any, curseur: Any, requete: str, *autres: Any) -> None:
        if threading.current_thread().name.startswith("AnyIO"):
            vues.append(requete)

    event.listen(Engine, "before_cursor_execute", noter)
    try:
        yield vues
    finally:
        event.remove(Engine, "before_cursor_execute", noter)


def remplir(bac: BacEssai, rang: int, effectif: int) -> Ecole:
    """A base of so many pupils, a third without division, where as many dossiers and anomalies wait."""
    ecole = Ecole(bac, fabriquer_uai("096", 50 + rang))
    fichiers = fichiers_reprise(ecole.uai, 2021, nombre=effectif, premier=700_001 + 1000 * rang, groupes=("6LATIN",))
    bac["siecle_bee"].post("/api/reprise", files=fichiers).raise_for_status()
    dossiers = tuple(dossier(1000 * rang + n) for n in range(effectif // 4))
    ecole.recevoir("affectations", Affectations(uai=ecole.uai, millesime=2021, dossiers=dossiers))
    ids = [e["eleve_id"] for e in ecole.appeler("GET", "/eleves?limite=500")]
    ecole.appeler("POST", "/saisie-en-masse", json=[{"eleve_id": i, "division": ""} for i in ids[::3]])
    deposer(ecole, {i: [GroupeLien("6LATIN"), GroupeLien("INCONNU")] for i in ids})
    return ecole


def motifs(bac: BacEssai) -> Motifs:
    """The pages of a base that SIECLE declares, as they are in that bac."""
    routes = bac.installation.applications["siecle_bee"].routes
    return {
        r.path: re.compile(f"/b/{bac.nom}" + r.path_regex.pattern.removeprefix("^"))
        for r in routes
        if isinstance(r, Route) and r.path.startswith("/{uai}/")
    }


def compter(ecole: Ecole) -> dict[str, int]:
    """How many statements each page of a base runs, at most, by route."""
    client, connus = ecole.bac["siecle_bee"], motifs(ecole.bac)
    comptes: dict[str, int] = {}

    def ouvrir(adresse: str) -> bytes:
        with requetes() as vues:
            reponse = client.get(adresse.removeprefix(f"/b/{ecole.bac.nom}"), headers=HTML)
        assert reponse.status_code == 200, (adresse, reponse.text[:500])
        route = next(nom for nom, motif in connus.items() if motif.fullmatch(urlsplit(adresse).path))
        comptes[route] = max(comptes.get(route, 0), len(vues))
        contenu: bytes = reponse.content
        return contenu

    visiter([f"/b/{ecole.bac.nom}/{ecole.uai}/{ecole.millesime}/tableau-de-bord"], ouvrir, connus, par_sorte=1)
    return comptes


@pytest.fixture(scope="module")
def bac_nombreux(installation: Any) -> Iterator[BacEssai]:
    """A bac of its own for the tests of this module."""
    choisi = profil("nice-2021")
    installation.gestion.creer("pages_nombreuses", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        yield BacEssai(installation, "pages_nombreuses", pile)
    installation.gestion.supprimer("pages_nombreuses")


def test_pages_ask_as_often_for_120_pupils_as_for_8(bac_nombreux: BacEssai) -> None:
    """Every page that one can reach from the tableau de bord: no statement per pupil, dossier or anomaly."""
    ecoles = [remplir(bac_nombreux, rang, effectif) for rang, effectif in enumerate((PEU, BEAUCOUP))]
    bac_nombreux.avancer("nuit")
    petite, grande = (compter(ecole) for ecole in ecoles)
    assert len(grande) > 30
    assert {route: n for route, n in grande.items() if n > PLAFOND} == {}
    assert {route: (petite[route], n) for route, n in grande.items() if route in petite and n > petite[route]} == {}


def test_number_of_the_menu_is_that_of_the_rules(bac_nombreux: BacEssai) -> None:
    """Whatever a fiche lacks, the database leaves it to the rules, so that the menu counts what the tableau counts."""
    ecole = preparer(Ecole(bac_nombreux, fabriquer_uai("096", 60)))
    ids = peupler(ecole, 70)
    hasard = random.Random(5)
    fabrique = bac_nombreux.installation.applications["siecle_bee"].state.noyau.fabrique
    with fabrique.ouvrir(bac_nombreux.nom, ecriture=False) as u:
        b = u.session.get(BaseEleves, (ecole.uai, 2021))
        for rang, eleve_id in enumerate(ids):
            defauts = [*DEFAUTS[rang % 23 : rang % 23 + 1], *hasard.sample(DEFAUTS, hasard.choice((0, 0, 1)))]
            for defaut in defauts:
                u.session.execute(
                    update(Eleve).where(Eleve.uai == ecole.uai, Eleve.eleve_id == eleve_id).values(defaut)
                )
        siens = (LienResponsable.uai == ecole.uai, LienResponsable.eleve_id.in_(ids[::9]))
        loges = select(LienResponsable.personne_id).where(*siens)
        u.session.execute(
            update(Personne).where(Personne.uai == ecole.uai, Personne.personne_id.in_(loges)).values(adresse_id=None)
        )
        u.session.execute(delete(LienResponsable).where(*siens, LienResponsable.eleve_id.in_(ids[::18])))
        jugees, douteuses = fiches.toutes(u, b), fiches.imparfaites(u, b)
        assert {m.code for f in jugees for m in f.manques} == set(LIBELLES_MANQUES)
        incompletes = [f.eleve.eleve_id for f in jugees if f.manques]
        assert [f.eleve.eleve_id for f in douteuses if f.manques] == incompletes
        assert [f.eleve.eleve_id for f in douteuses if f.sorti] == [f.eleve.eleve_id for f in jugees if f.sorti]
        assert len(douteuses) < len(jugees)
        assert tableau.nombre(u, b) == tableau.tableau(u, b).total > len(incompletes)
