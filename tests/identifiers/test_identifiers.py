"""Identifiers: check letters, syntax, reserved ranges, sort keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import identifiers as i


@pytest.mark.parametrize("uai", ["0771991W", "0750654D", "0140070A"])
def test_published_uai_are_valid(uai: str) -> None:
    """Check letters are those of published directories."""
    assert i.uai_valide(uai)
    assert not i.est_reserve(uai)


@pytest.mark.parametrize("uai", ["0771991X", "771991W", "0771991w", "0771991W ", "07719911", "", "٠771991W"])
def test_misshapen_uai_are_not_valid(uai: str) -> None:
    """A wrong letter, a missing digit, lower case, a space or foreign digits make an UAI invalid."""
    assert not i.uai_valide(uai)


@given(st.sampled_from(["096", "097", "098"]), st.integers(0, 9999))
def test_made_uai_are_valid_and_reserved(departement: str, numero: int) -> None:
    """Every UAI made with a reserved prefix is valid and recognised as reserved."""
    uai = i.fabriquer_uai(departement, numero)
    assert i.uai_valide(uai)
    assert i.est_reserve(uai)


def test_uai_out_of_range_is_refused() -> None:
    """An impossible département or number is an error, never a wrong UAI."""
    for departement, numero in (("96", 1), ("096", 10_000), ("096", -1), ("2A0", 1)):
        with pytest.raises(ValueError):
            i.fabriquer_uai(departement, numero)
    with pytest.raises(ValueError):
        i.cle_uai("12345")


@given(st.integers(i.INE_NUMERO_MIN, i.INE_NUMERO_MAX))
def test_made_ine_are_valid_and_reserved(numero: int) -> None:
    """Every INE made has the RNIE shape, a key that closes the division by 97, and is reserved."""
    ine = i.fabriquer_ine(numero)
    assert re.fullmatch(r"[0-9]{9}[A-HJK]{2}", ine)
    cle = "ABCDEFGHJK".index(ine[9]) * 10 + "ABCDEFGHJK".index(ine[10])
    assert (numero + cle) % 97 == 0
    assert 1 <= cle <= 97
    assert i.ine_valide(ine)
    assert i.est_ine_reserve(ine)


def test_ine_key_of_the_reference() -> None:
    """The key of 110000017 is CA, and no other pair of letters is accepted for that number."""
    assert i.cle_ine(110_000_017) == "CA"
    assert i.ine_valide("110000017CA")
    assert not i.ine_valide("110000017CB")
    assert not i.ine_valide("110000017ca")
    assert not i.est_ine_reserve("110000017CA")


@pytest.mark.parametrize("numero", [989_999_999, 1_000_000_000, 0])
def test_ine_out_of_the_reserved_range_is_not_made(numero: int) -> None:
    """No INE is made that could be a real pupil's."""
    with pytest.raises(ValueError):
        i.fabriquer_ine(numero)


def test_code_syntax() -> None:
    """MEF have 11 characters, matières 6, codes de gestion at most 5 with space and hyphen."""
    assert i.code_mef_valide("10010012110")
    assert i.code_mef_valide("1001001211U")
    assert not i.code_mef_valide("1001001211")
    assert not i.code_mef_valide("ABC10012110")
    assert i.code_matiere_valide("030201")
    assert not i.code_matiere_valide("30201")
    assert all(i.code_gestion_valide(c) for c in ("AGL 8", "PH-CH", "MATHS", "LV"))
    assert not i.code_gestion_valide("MATHEM")


def test_structure_codes_follow_the_guides() -> None:
    """A structure code has at most 8 characters, 20 where the profile says so, among those of the guides."""
    assert all(i.code_structure_valide(c) for c in ("6A", "3 DE ITA", "3ITA9GR1", "1CAPELEC", "3A_G1", "6-1"))
    assert not i.code_structure_valide("3LATIN/GR")
    assert not i.code_structure_valide("3LAT/GR")
    assert i.caracteres_interdits("3LAT/GR.é/") == "/.é"
    assert not i.code_structure_valide("4EME LV2 AJE")
    assert i.code_structure_valide("4EME LV2 AJE", longueur=20)
    assert not i.code_structure_valide("")
    assert not i.code_structure_valide(" 6A")


@given(st.integers(0, 10**7))
def test_telephones_are_reserved(n: int) -> None:
    """Every telephone made reaches nobody."""
    assert i.telephone_reserve(i.telephone_fixe(n))
    assert i.telephone_reserve(i.telephone_mobile(n))


def test_telephones_do_not_repeat_early() -> None:
    """Ten thousand ranks give ten thousand numbers."""
    assert len({i.telephone_mobile(n) for n in range(10_000)}) == 10_000
    assert not i.telephone_reserve("01 99 01 00 00")


def test_mel() -> None:
    """A mail address is ASCII, under .invalid, and keeps first name and name readable."""
    assert i.mel("Zoé", "D'ŒUVRE-Petit", 0) == "zoe.d-oeuvre-petit@courriel.invalid"
    assert i.mel("Zoé", "LE  GUÉ", 12, "ent.invalid") == "zoe.le-gue12@ent.invalid"
    assert i.mel_reserve(i.mel("李", "", 3))
    with pytest.raises(ValueError):
        i.mel("a", "b", 1, "example.org")


def test_sort_key_is_french() -> None:
    """Accents, ligatures, case and punctuation do not count when names are sorted or searched."""
    assert i.cle_tri("  L'Hœuvre–ÇATÉ_d'Âme ") == "l hoeuvre cate d ame"
    assert i.cle_tri("STRAẞE") == i.cle_tri("straße")
    noms = ["ÉVRARD", "EVE", "FABRE", "Étienne", "evans"]
    assert sorted(noms, key=i.cle_tri) == ["Étienne", "evans", "EVE", "ÉVRARD", "FABRE"]


@given(st.text())
def test_sort_key_is_idempotent(texte: str) -> None:
    """The key of a key is itself, whatever the text, so stored keys can be searched with keys."""
    cle = i.cle_tri(texte)
    assert i.cle_tri(cle) == cle
