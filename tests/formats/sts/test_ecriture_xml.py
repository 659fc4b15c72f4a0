"""The writer of the national XML files: escaping, empty leaves, characters that the encoding lacks."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shared.formats.ecriture import EcrivainXml, substitute


def ecrit(corps: Callable[[EcrivainXml], None], encodage: str = "iso-8859-15", indent: str = "") -> tuple[bytes, int]:
    sortie = io.BytesIO()
    with EcrivainXml(sortie, encodage, indent) as xml:
        xml.declaration()
        xml.ouvrir("R")
        corps(xml)
        xml.fermer()
    return sortie.getvalue(), xml.substitutions


def test_une_feuille_par_ligne() -> None:
    """A leaf is a line; empty ones are self-closed; absent ones are not there."""

    def corps(xml: EcrivainXml) -> None:
        xml.feuille("A", "œuf & <b> l'été", [("C", '"x" & <y>')])
        xml.feuille("B", "")
        xml.feuille("C")
        xml.feuille_si("D", None)
        xml.feuille_si("E", "")
        xml.ouvrir("F", [("G", "1")])
        xml.feuille("H", "2")
        xml.fermer()

    octets, substitutions = ecrit(corps, indent="  ")
    assert octets.decode("iso-8859-15") == (
        '<?xml version="1.0" encoding="ISO-8859-15"?>\n'
        "<R>\n"
        '  <A C="&quot;x&quot; &amp; &lt;y&gt;">œuf &amp; &lt;b&gt; l\'été</A>\n'
        "  <B/>\n"
        "  <C/>\n"
        "  <E/>\n"
        '  <F G="1">\n'
        "    <H>2</H>\n"
        "  </F>\n"
        "</R>\n"
    )
    assert substitutions == 0


@pytest.mark.parametrize(
    ("caractere", "attendu"),
    [("ş", "s"), ("Ł", "L"), ("’", "'"), ("ﬁ", "fi"), ("日", "?"), ("😀", "?"), ("\u0301", "?"), ("…", "...")],
)
def test_regle_de_substitution(caractere: str, attendu: str) -> None:
    """A letter loses its diacritics, a typographic sign becomes plain, the rest a question mark."""
    assert substitute(caractere, "iso-8859-15") == attendu
    octets, substitutions = ecrit(lambda x: x.feuille("A", f"{caractere}-{caractere}"))
    assert f"<A>{attendu}-{attendu}</A>".encode() in octets
    assert substitutions == 2


def test_substitution_selon_l_encodage() -> None:
    """Nothing is replaced when the encoding has the character: œ, € and Ÿ in Latin 9, all of them in UTF-8."""
    assert ecrit(lambda x: x.feuille("A", "œ€Ÿ"))[1] == 0
    assert ecrit(lambda x: x.feuille("A", "日ş"), "utf-8")[1] == 0
    octets, substitutions = ecrit(lambda x: x.feuille("A", "œ"), "iso-8859-1")
    assert b"<A>oe</A>" in octets
    assert substitutions == 1


def test_caracteres_interdits() -> None:
    """A character that no XML document may hold becomes a question mark, counted, in texts and attributes."""
    octets, substitutions = ecrit(lambda x: x.feuille("A", "a\x00b\ud800", [("B", "\x1f")]))
    assert b'<A B="?">a?b?</A>' in octets
    assert substitutions == 3


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["iso-8859-15", "utf-8"]))
def test_toujours_bien_forme(texte: str, attribut: str, encodage: str) -> None:
    """Whatever the text, the document is well formed and an ordinary parser finds the same, substitutions aside."""
    octets, substitutions = ecrit(lambda x: x.feuille("A", texte, [("B", attribut)]), encodage)
    feuille = etree.fromstring(octets)[0]
    if not substitutions:
        assert (feuille.text or "") == texte
        assert feuille.get("B") == attribut


def test_long_document_en_flux() -> None:
    """What is written goes to the stream as it comes, not all at the end."""
    sortie = io.BytesIO()
    xml = EcrivainXml(sortie)
    xml.ouvrir("R")
    for _ in range(10_000):
        xml.feuille("A", "0123456789")
    assert sortie.tell() > 100_000
    xml.fermer()
    assert sortie.getvalue().count(b"<A>0123456789</A>\n") == 10_000
