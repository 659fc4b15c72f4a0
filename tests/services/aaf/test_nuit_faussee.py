"""What the ENT of the chain is told of feeds, night after night, when a tester asked for faults."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.aaf.use_cases import livraisons, nuit_faussee, projets
from shared.contracts.fautes import FautePosee
from shared.formats.aaf import fautes as f

from . import jeu_aaf as jeu
from .veilleur import LUNDI, Veilleur, ecole_d_un_eleve, le

NUITS = [LUNDI + timedelta(days=n) for n in range(2, 6)]


@pytest.fixture(scope="module")
def nuits(installation: Any) -> Any:
    """Four nights of feeds, the first complete, the next three empty deltas; `nuits(faute, …)` asks for a fault after
    the first: what is announced each night at five."""
    from contextlib import ExitStack

    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_nuit_faussee", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_nuit_faussee", pile)
        veilleur = ecole_d_un_eleve(bac)
        corps = {"code": "ENT96", "uais": [jeu.A], "calendrier": {"jours_complets": [0]}}
        assert bac["aaf"].post("/api/projets", json=corps).status_code == 201
        for jour in NUITS:
            veilleur.faire("aaf_alimentation", le(jour, 2))

        def demander(*fautes: FautePosee) -> list[list[int]]:
            with veilleur.a(le(NUITS[0], 12)) as u:
                livraisons.retirer(u, "ENT96")
                for faute in fautes:
                    livraisons.poser(u, "ENT96", faute)
                projet = projets.projet(u, "ENT96")
                projet.fautes = [x | {"depuis": 1} for x in projet.fautes]  # asked before the second was written
            return [[a[0] for a in annoncees(veilleur, le(j, 5), n)] for n, j in enumerate(NUITS, 1)]

        demander.veilleur = veilleur  # type: ignore[attr-defined]
        yield demander
    installation.gestion.supprimer("essai_nuit_faussee")


def annoncees(veilleur: Veilleur, instant: datetime, ecrites: int) -> list[tuple[int, str, int]]:
    """What is told at that instant, when so many feeds were written: number, SHA-256, size."""
    with veilleur.a(instant) as u:
        for a in projets.alimentations(u, "ENT96", ecrites):
            u.session.delete(a)
        u.session.flush()
        dites = [(a.alimentation.numero, a.sha256, a.octets) for a in nuit_faussee.annonces(u, "ENT96", 0)]
        u.session.rollback()
        return dites


def faute(nom: str, fois: int = 1) -> FautePosee:
    """On the nights."""
    return FautePosee(faute=f"alimentation_{nom}", nuit=True, fois=fois)


def test_when_each_feed_is_announced(nuits: Any) -> None:
    """Twice, late, out of order: the night of its writing, and no more; always, when asked for always."""
    assert nuits() == [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]
    assert nuits(faute("doublee")) == [[1], [1, 2, 2], [1, 2, 3], [1, 2, 3, 4]]
    assert nuits(faute("tardive")) == [[1], [1], [1, 2, 3], [1, 2, 3, 4]]
    assert nuits(faute("tardive", 0)) == [[1], [1], [1, 2], [1, 2, 3]]
    assert nuits(faute("desordre")) == [[1], [1], [1, 3], [1, 2, 3, 4]]
    assert nuits(faute("desordre"), faute("doublee", 2)) == [[1], [1], [1, 3, 3], [1, 2, 3, 4]]


@pytest.mark.parametrize("nom", ["tronquee", "malformee", "sans_fichier"])
def test_what_is_announced_of_a_spoilt_archive(nuits: Any, nom: str) -> None:
    """A cut transfer is announced whole, an archive badly written as it is; the night after, nothing is spoilt."""
    nuits(faute(nom))
    veilleur = nuits.veilleur
    derniere = annoncees(veilleur, le(NUITS[1], 5), 2)[-1]
    with veilleur.a(le(NUITS[1], 5)) as u:
        a = projets.alimentation(u, "ENT96", 2)
        recue = nuit_faussee.archive(u, a)
        assert recue is not None
        assert nuit_faussee.archive(u, projets.alimentation(u, "ENT96", 1)) is None
        juste = (hashlib.sha256(recue).hexdigest(), len(recue)) == derniere[1:]
        assert juste is (nom != "tronquee")
        entiere = a.digest
    with veilleur.a(le(NUITS[2], 5)) as u:
        assert nuit_faussee.archive(u, projets.alimentation(u, "ENT96", 2)) is None
    assert annoncees(veilleur, le(NUITS[2], 5), 3)[1][1] == entiere


def test_the_readers_of_deliveries_are_left_alone(nuits: Any) -> None:
    """And the other way round: the fault of deliveries does nothing to the night."""
    nuits(faute("doublee", 0), FautePosee(faute="alimentation_tardive"))
    with nuits.veilleur.a(le(NUITS[3], 5)) as u:
        assert [x.alimentation.numero for x in livraisons.livraisons(u, "ENT96")] == [1, 2, 3]
        assert [a.alimentation.numero for a in nuit_faussee.annonces(u, "ENT96", 2)] == [3, 4, 4]
        assert [x.nuit for x in livraisons.posees(projets.projet(u, "ENT96"))] == [True, False]


def test_a_delta_that_says_nothing_can_be_spoilt(nuits: Any) -> None:
    """It has its manifest alone."""
    with nuits.veilleur.a(le(NUITS[3], 5)) as u:
        octets = u.fichiers.lire(projets.alimentation(u, "ENT96", 3).digest)
    assert f.malformer(octets, 1) != octets
    assert f.retirer_fichier(octets, 1) != octets
