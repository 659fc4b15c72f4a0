"""FrEduVecteur and FrEduCtRefId: what is read of them, and why not. Rules alone, no server."""

from __future__ import annotations

import pytest

from services.ent.rules.vecteurs import (
    Faute,
    Vecteur,
    ecart_de_noms,
    lire_references,
    lire_vecteurs,
    reference,
)


@pytest.mark.parametrize(
    ("valeurs", "code", "dit"),
    [
        ([], "invalid.vector", "n'a pas de FrEduVecteur"),
        (["4|1900001"], "invalid.vector", "cinq parts"),
        (["4|||0970007F|1900001"], "invalid.vector", "quatrième part"),
        (["4|||1900001|"], "invalid.vector", "quatrième part"),
        (["12|X|Y|1|0970007F"], "blocked.profile", "ni un élève ni un responsable"),
        (["4|||1|0970007F", "4|||2|0970007F"], "invalid.vector", "un par enfant"),
        (["2|A|B|1|0970007F", "4|||1|0970007F"], "invalid.vector", "un par enfant"),
    ],
)
def test_a_set_of_vectors_is_refused_whole(valeurs: list[str], code: str, dit: str) -> None:
    """entcore's code, and what is wrong with it."""
    faute = lire_vecteurs(valeurs)
    assert isinstance(faute, Faute)
    assert faute.code == code
    assert dit in faute.phrase


def test_vectors_are_read_and_written_alike() -> None:
    """A pupil's, whose names are empty; a parent's, one by child."""
    for valeurs in (["4|||701294|0970007F"], ["2|ABADIE|Louna|1|0970007F", "1|ABADIE|Louna|2|0970008G"]):
        lus = lire_vecteurs(valeurs)
        assert not isinstance(lus, Faute)
        assert [str(v) for v in lus] == valeurs


def test_references_of_the_directory_alone_are_read() -> None:
    """Those of another origin are left aside; three parts, numbers; each once."""
    assert lire_references([reference(99, 7), "{ECT}99|1|8", reference(98, 7), reference(99, 9)]) == [7, 9]
    for valeurs, dit in (([], "commence par"), (["{ECT}99|1|8"], "commence par"), (["{AAF}8"], "n'est pas {AAF}")):
        faute = lire_references(valeurs)
        assert isinstance(faute, Faute)
        assert faute.code == "invalid.joinKey"
        assert dit in faute.phrase


@pytest.mark.parametrize(
    ("nom", "prenom", "dit"),
    [
        ("Valbrune", "Aurore", "aux majuscules près"),
        ("DE VALBRUNE", "Aurore", "accents, tirets ou particule"),
        ("VAL-BRUNE", "Aurore", "accents, tirets ou particule"),
        ("VALBRUN", "Aurore", "ce prénom et un autre nom"),
        ("VALBRUNE", "Aurélie", "ce nom et un autre prénom"),
        ("AUTRE", "Personne", "Aucun des responsables"),
    ],
)
def test_what_differs_from_the_nearest_parent(nom: str, prenom: str, dit: str) -> None:
    """Names are compared to the letter: the sentence says how far the nearest is."""
    assert dit in ecart_de_noms(Vecteur("2", nom, prenom, "1", "0970007F"), [("VALBRUNE", "Aurore")])
    assert "aucun responsable" in ecart_de_noms(Vecteur("2", nom, prenom, "1", "0970007F"), [])
