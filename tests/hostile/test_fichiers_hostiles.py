"""Every hostile or broken file is refused with its code, quickly, and leaves nothing behind."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from shared.contracts.refus import FichierRefuse
from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre
from shared.formats.sts import lire_emp_sts, lire_sts_emp
from shared.security.archives import ZipRefuse, open_zip
from shared.security.xml import XmlRefuse, document, iterparse, root_of

from .corpus_hostile import ISO, XML, ZIP, zip_de

SECONDES = 5.0
SANS_LIGNE = ("XML_VIDE", "XML_TEXTE_GEANT")  # an endless text is stopped before the parser counts its lines


def _iterparse(octets: bytes) -> object:
    return [e.tag for e in iterparse(io.BytesIO(octets), ("A", "STS_EDT"), nom="essai.xml")]


def _iterparse_sans_prise(octets: bytes) -> object:
    return list(iterparse(io.BytesIO(octets), ("ABSENT",), nom="essai.xml"))


def _document(octets: bytes) -> object:
    return document(io.BytesIO(octets), nom="essai.xml")


XML_SAIN = ISO + b'<STS_EDT>\n<A B="1">\xe9 &amp; &#233;</A>\n<!-- rien -->\n<B><![CDATA[x]]></B>\n</STS_EDT>\n'
LECTEURS: dict[str, Callable[[bytes], object]] = {
    "iterparse": _iterparse,
    "iterparse_sans_prise": _iterparse_sans_prise,
    "document": _document,
    "sts_emp": lambda o: lire_sts_emp(io.BytesIO(o), "essai.xml"),
    "emp_sts": lambda o: lire_emp_sts(io.BytesIO(o), "essai.xml"),
}


@pytest.mark.parametrize("lecteur", LECTEURS)
@pytest.mark.parametrize("cas", XML)
def test_xml_hostile_refuse(cas: str, lecteur: str) -> None:
    """Whatever the reader, a hostile XML file is refused with the code of what is wrong, and a remedy."""
    attendu, fabrique = XML[cas]
    if cas == "texte_en_cdata" and lecteur == "iterparse_sans_prise":
        attendu = ""  # nobody asked for it: it is freed, not handed over
    octets = fabrique()
    debut = time.monotonic()
    try:
        LECTEURS[lecteur](octets)
        code, refus = "", None
    except XmlRefuse as recu:
        code, refus = recu.code, recu
    assert time.monotonic() - debut < SECONDES
    assert code == attendu
    if refus is not None:
        assert refus.remede
        assert refus.lieu is not None
        assert refus.lieu.fichier == "essai.xml"
        assert refus.lieu.ligne or code in SANS_LIGNE


@pytest.mark.parametrize("cas", ZIP)
def test_zip_hostile_refuse(cas: str, tmp_path: Path) -> None:
    """A hostile archive is refused at once with its code, given as bytes, as a stream or as a path."""
    attendu, fabrique = ZIP[cas]
    octets = fabrique()
    chemin = tmp_path / "essai.zip"
    chemin.write_bytes(octets)
    debut = time.monotonic()
    for source in (octets, io.BytesIO(octets), chemin):
        with pytest.raises(ZipRefuse) as refus:
            open_zip(source, "essai.zip")
        assert refus.value.code == attendu
        assert refus.value.remede
    assert time.monotonic() - debut < SECONDES
    assert [p.name for p in tmp_path.iterdir()] == ["essai.zip"]


@pytest.mark.parametrize("cas", [*XML, *ZIP])
def test_reconnaissance_resiste(cas: str, tmp_path: Path) -> None:
    """Recognising a hostile file never does worse than a refusal, « inconnu », or the name of its family."""
    octets = (XML.get(cas) or ZIP[cas])[1]()
    chemin = tmp_path / "essai"
    chemin.write_bytes(octets)
    try:
        reconnu: FichierReconnu | None = reconnaitre(chemin, "essai")
    except FichierRefuse:
        reconnu = None
    assert reconnu is None or reconnu.famille is Famille.STS_EMP or reconnu.phrase


def test_fichiers_abimes_au_hasard() -> None:
    """Bytes changed at random give a document or a refusal, never another exception."""
    alea = random.Random(20251110)
    sain = (XML_SAIN, zip_de(("a.xml", XML_SAIN * 20), ("dossier/é.xml", b"<a/>")))
    for essai in range(1500):
        octets = bytearray(sain[essai % 2])
        for _ in range(alea.randint(1, 4)):
            position = alea.randrange(len(octets))
            octets[position : position + alea.randint(0, 3)] = alea.randbytes(alea.randint(0, 3))
        with suppress(XmlRefuse, ZipRefuse):
            if essai % 2:
                with open_zip(bytes(octets), "essai.zip") as archive:
                    for membre in archive:
                        with membre.open() as flux:
                            flux.read()
            else:
                root_of(io.BytesIO(octets), "essai.xml")
                _document(bytes(octets))


def test_corpus_sans_cle_commune() -> None:
    """The two corpora share only the case « vide », so that the test above covers both."""
    assert set(XML) & set(ZIP) == {"vide"}
