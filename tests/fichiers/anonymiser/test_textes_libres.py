"""Free texts: who is named in a code, a label, a file name, and what is left alone."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from shared.formats.pseudonymes.noms import NomsDeFichiers
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.identifiers import est_ine_reserve, sans_accent, telephone_reserve


def faire(*, nommes: bool = True, codes: tuple[str, ...] = ()) -> Pseudonymes:
    """Three teachers (Bérard, Li, Blanc), two pupils (Garnier-Vidal, Lopez), their first names."""
    o = Originaux(personnels_nommes=nommes, eleves_nommes=nommes)
    o.nommer("BÉRARD", "LI", "BLANC", personnel=True)
    o.nommer("GARNIER-VIDAL", "LOPEZ")
    o.prenommer("2", 1980, "Hélène")
    o.prenommer("1", 2010, "Timéo")
    o.ines.add("990000017CF")
    for code in codes:
        o.structurer(code, groupe=True)
    return Pseudonymes(b"cle", o)


@pytest.mark.parametrize(
    "texte",
    [
        "3LAT BÉRARD",
        "3LATBÉRA",
        "3LATBERARD",
        "3 BERARD G2",
        "AIDE LI",
        "3 BLANC",
        "PAP Timéo",
        "PAP TIMEO LOPEZ",
        "SUIVI GARNIER",
        "Mme Hélène Bérard",
    ],
)
def test_names_of_people_do_not_stay(texte: str) -> None:
    """Whole, glued to the subject, cut by the eight characters of a code, without its accent: no name stays."""
    rendu = faire().texte(texte, groupe=True)
    assert rendu != texte
    assert len(rendu) <= len(texte)
    plat = sans_accent(rendu).upper()
    assert not [n for n in ("BERA", "BLANC", "GARNIER", "LOPEZ", "TIMEO", "HELENE", "AIDE LI") if n in plat]
    assert (sans_accent(rendu) == rendu) == (sans_accent(texte) == texte)


@pytest.mark.parametrize(
    "texte", ["3LATIN", "5ESP2GR1", "GROUPE ANGLAIS LV1", "CHORALE", "4 ROUGE", "6A_G2", "DEMI-GROUPE 1"]
)
def test_words_of_the_school_stay(texte: str) -> None:
    """Subjects, levels, colours that are nobody's name, activities: a code that names nobody is the same code."""
    assert faire().texte(texte, groupe=True) == texte


def test_numbers_are_found_in_a_text() -> None:
    """An INE, a mail and a telephone typed in a label are those of the reserved ranges, the words around stay."""
    mots = faire().texte("VOIR 990000017CF, zoe@exemple.fr ou 06 12 34 56 78 (LOPEZ)").split()
    assert mots[0] == "VOIR"
    assert est_ine_reserve(mots[1].rstrip(","))
    assert mots[1].rstrip(",") != "990000017CF"
    assert mots[2].endswith("@courriel.invalid")
    assert telephone_reserve("".join(mots[4:9]))
    assert "LOPEZ" not in mots[9]


def test_without_knowing_who_is_there_every_word_is_suspect() -> None:
    """When no file names teachers or pupils, a word of a group that is not a school's is taken for a name."""
    prudent = faire(nommes=False).texte("3LAT MARCHETTI", groupe=True)
    assert "MARCHETTI" not in prudent
    assert prudent.startswith("3LAT ")
    assert faire().texte("3LAT MARCHETTI", groupe=True) == "3LAT MARCHETTI"


def test_two_groups_stay_two() -> None:
    """Codes that would become the same do not, and a code that changes never takes the place of one that stays."""
    codes = ("3 BERARD", "3 BÉRARD", "3 BERAR", "3LATIN", "3 LOPEZ")
    p = faire(codes=codes)
    rendus = [p.structure(c) for c in codes]
    assert len(set(rendus)) == len(codes)
    assert rendus[3] == "3LATIN"
    assert [p.structure(c) for c in codes] == rendus


def test_names_of_files() -> None:
    """What the applications write stays; a person's name does not; two files never get one name."""
    noms = NomsDeFichiers(faire(), remplacer_uai=True)
    for nom in ("ExportXML_ElevesAvecAdresses (1).zip", "ficAlimMENESR.dtd", "Communs.xml", "emp_sts.xml"):
        assert noms.nom(nom) == nom
    assert "LOPEZ" not in noms.nom("export LOPEZ.xml")
    assert "0960001E" not in noms.nom("0960001EELEGROUPE2021210915101500.zip")
    assert noms.nom("0960001EELEGROUPE2021210915101500.zip").endswith("ELEGROUPE2021210915101500.zip")
    deux = {str(noms.chemin(PurePosixPath(n))) for n in ("a/LOPEZ.xml", "a/Lopez.xml", "b/LOPEZ.xml")}
    assert len(deux) == 3
