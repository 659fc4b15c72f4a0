"""The catalogue of OneRoster readers: a right one passes, those wrong in one way go red for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rentree.conformite.catalogue import Bilan, jouer
from rentree.conformite.monde import MondeDEssai
from rentree.conformite.oneroster import CATALOGUE, BancOneRoster

from .lecteur_oneroster import LecteurOneRoster


@pytest.fixture(scope="module")
def secret(monde: MondeDEssai) -> Iterator[str]:
    """That of the connector of every reader."""
    monde.oublier()
    monde.declarer([], "oneroster", {})
    yield monde.secret()
    monde.oublier()


def eprouver(monde: MondeDEssai, secret: str, lecteur: LecteurOneRoster, titres: Sequence[str]) -> Bilan:
    """Play some cases."""
    banc = BancOneRoster(monde, lecteur.adresse, secret, patience=20, lenteur=1)
    return jouer(Bilan("oneroster", lecteur.adresse), [c for c in CATALOGUE if c.titre in titres], banc, lambda v: None)


@pytest.mark.parametrize(
    ("defaut", "attendus"),
    [
        ("une_page", {"Première synchronisation", "La même encore"}),
        ("efface_d_abord", {"Erreur 500 de l'ENT", "Réponse vide"}),
    ],
)
def test_a_reader_that_is_wrong_goes_red(monde: MondeDEssai, secret: str, defaut: str, attendus: set[str]) -> None:
    """The cases of what it does wrong fail, and they alone."""
    with LecteurOneRoster(defaut) as lecteur:
        bilan = eprouver(monde, secret, lecteur, ["Première synchronisation", *attendus])
    assert {v.titre for v in bilan.verdicts if v.etat == "echoue"} == attendus, [v.constat for v in bilan.verdicts]


def test_a_right_reader_passes(monde: MondeDEssai, secret: str) -> None:
    """All pages, through the ENT's failures; a pupil leaves: who never closes an account is seen."""
    titres = [c.titre for c in CATALOGUE]
    with LecteurOneRoster() as lecteur, LecteurOneRoster("garde_tout") as mauvais:
        eprouver(monde, secret, mauvais, titres[:1])
        bilan = eprouver(monde, secret, lecteur, titres)
        rouge = eprouver(monde, secret, mauvais, titres[1:2])
    assert [(v.titre, v.constat) for v in bilan.verdicts if v.etat != "reussi"] == []
    assert rouge.verdicts[0].constat == "Après une seconde, il y a 2 personne(s) de trop.", "he and his parent"
