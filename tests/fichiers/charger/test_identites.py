"""Pseudonyms across schools: one person stays one person, two stay two, whatever else is loaded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rentree.chargement.identites import Identites
from rentree.chargement.inventaire import inventorier
from rentree.chargement.lecture import lire_jeu
from rentree.chargement.regroupement import regrouper
from rentree.chargement.sources import Ouvreur
from rentree.demo.entree.documents import Documents
from shared.horloge.profils import profil
from tests.fichiers.charger.ecoles import ecrire_ecoles


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Documents]:
    """Three schools; a pupil of the first is in the second as well, and so is a teacher."""
    dossier = tmp_path_factory.mktemp("ecoles")
    list(ecrire_ecoles(dossier, 3))
    with Ouvreur() as ouvreur:
        groupes = regrouper(inventorier(dossier, ouvreur), profil("nice-2021"))
        lus = [lire_jeu(e.jeux[0], ouvreur).documents for e in groupes.ecoles]
    a, b, c = (d for d in lus if d is not None)
    assert a.eleves is not None and b.eleves is not None and a.sts is not None and b.sts is not None  # noqa: PT018
    eleves = replace(b.eleves, eleves=(*b.eleves.eleves, a.eleves.eleves[0]))
    return [a, replace(b, eleves=eleves, sts=replace(b.sts, individus=(*b.sts.individus, a.sts.individus[0]))), c]


def anonymes(documents: list[Documents], cle: bytes = b"secrete") -> list[Documents]:
    """The documents, about invented people."""
    identites = Identites(cle)
    for d in documents:
        identites.recueillir(d)
    identites.figer()
    return [identites.remplacer(d) for d in documents]


def test_a_pupil_of_two_schools_stays_one(documents: list[Documents]) -> None:
    """Same INE, same names, same birth date in both schools, and none of them the real one."""
    a, b, _ = anonymes(documents)
    reel, ici, la = documents[0].eleves.eleves[0], a.eleves.eleves[0], b.eleves.eleves[-1]  # type: ignore[union-attr]
    cles = [(e.id_national, e.nom_de_famille, e.prenom, e.date_naiss) for e in (reel, ici, la)]
    assert cles[1] == cles[2]
    assert all(avant != apres for avant, apres in zip(cles[0], cles[1], strict=True))


def test_a_teacher_of_two_schools_stays_one(documents: list[Documents]) -> None:
    """The same holds for the staff."""
    a, b, _ = anonymes(documents)
    ici, la = a.sts.individus[0], b.sts.individus[-1]  # type: ignore[union-attr]
    assert (ici.nom_usage, ici.prenom, ici.date_naissance) == (la.nom_usage, la.prenom, la.date_naissance)
    assert ici.nom_usage != documents[0].sts.individus[0].nom_usage  # type: ignore[union-attr]


def test_two_pupils_stay_two(documents: list[Documents]) -> None:
    """As many INE after as before over all schools, and none of the real ones."""
    avant = {e.id_national for d in documents for e in d.eleves.eleves}  # type: ignore[union-attr]
    apres = {e.id_national for d in anonymes(documents) for e in d.eleves.eleves}  # type: ignore[union-attr]
    assert len(apres) == len(avant)
    assert not avant & apres


def test_the_secret_decides(documents: list[Documents]) -> None:
    """The same secret gives the same people, another one gives others."""
    assert anonymes(documents) == anonymes(documents)
    assert anonymes(documents)[0].eleves != anonymes(documents, b"autre")[0].eleves
