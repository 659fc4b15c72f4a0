"""Golden files: read without a remark, valid, written back; whatever is added to them is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from tests.temoins.catalogue import FORMATS, TEMOINS, Temoin, sans_remarques

COURANTS = [t for t in TEMOINS if t.courant]
ANCIENS = [t for t in TEMOINS if not t.courant]
ANCIENNES_REMARQUES = {"SIECLE_PARENTE_ANCIENNE"}


@pytest.mark.parametrize("temoin", COURANTS, ids=lambda t: t.nom)
def test_temoin_valide_et_rendu_octet_pour_octet(temoin: Temoin) -> None:
    """A golden file of today satisfies the shipped schema, is read without a remark, and written back the same."""
    temoin.schema().assertValid(etree.fromstring(temoin.octets))
    document = temoin.lu()
    assert document.remarques == ()
    assert temoin.ecrit(document) == temoin.octets


@pytest.mark.parametrize("temoin", ANCIENS, ids=lambda t: t.nom)
def test_temoin_ancien_lu_entier_et_rendu_au_profil_courant(temoin: Temoin) -> None:
    """A file of a former generation loses nothing when read: written as of today it is valid and reads the same."""
    document = temoin.lu()
    assert {r.code for r in document.remarques} <= ANCIENNES_REMARQUES
    octets = temoin.ecrit(document)
    temoin.schema().assertValid(etree.fromstring(octets))
    relu = temoin.lu(octets)
    if hasattr(document, "entete"):
        assert relu.entete.enveloppe == document.entete.enveloppe
        relu, document = (_sans_entete(d, document.entete) for d in (relu, document))
    assert sans_remarques(relu) == sans_remarques(document)


def _sans_entete(document: Any, entete: object) -> object:
    return replace(document, entete=entete)


def test_chaque_famille_a_ses_temoins() -> None:
    """Every kind of file and every generation that we claim to read has its golden file."""
    noms = {t.nom for t in TEMOINS}
    assert {"2014/ElevesAvecAdresses.xml", "2017/ElevesAvecAdresses.xml"} <= noms
    assert {"2014/ResponsablesAvecAdresses.xml", "2017/ResponsablesAvecAdresses.xml"} <= noms
    assert {"data/liens_1.3.xml", "data/liens_1.4.xml", "data/dossiers_3.1.xml", "data/dossiers_4.0.xml"} <= noms
    presents = {p for d in ("sts", "elegroupe") for p in (FORMATS / d / "data").glob("*.xml")}
    assert presents == {t.chemin for t in TEMOINS} & presents


def _avec(octets: bytes, rang: int, *, attribut: bool) -> bytes:
    """The file with something unknown in its element of that rank."""
    racine = etree.fromstring(octets)
    element = list(racine.iter("*"))[rang]
    if attribut:
        element.set("AJOUT", "1")
    else:
        element.insert(0, etree.fromstring("<AJOUT><SOUS>x</SOUS></AJOUT>"))
        element.append(etree.Element("AJOUT"))
    return etree.tostring(racine, encoding="ISO-8859-15", xml_declaration=True)


def _lieux(octets: bytes) -> Iterator[tuple[int, str, bool]]:
    """One element of each path of the file: rank, path, whether it is a leaf."""
    vus: set[str] = set()
    for rang, element in enumerate(etree.fromstring(octets).iter("*")):
        chemin = "/".join([*(str(a.tag) for a in element.iterancestors()), str(element.tag)])
        if chemin not in vus:
            vus.add(chemin)
            yield rang, chemin, not len(element)


@pytest.mark.parametrize("attribut", [False, True], ids=["element", "attribut"])
@pytest.mark.parametrize("temoin", COURANTS, ids=lambda t: t.nom)
def test_rien_d_inconnu_n_est_perdu_en_silence(temoin: Temoin, attribut: bool) -> None:
    """An unknown element or attribute, at any place, is remarked with its line, and changes nothing else."""
    octets = temoin.octets
    attendu = sans_remarques(temoin.lu())
    muets, changes = [], []
    for rang, chemin, feuille in _lieux(octets):
        document = temoin.lu(_avec(octets, rang, attribut=attribut))
        dites = [r for r in document.remarques if "AJOUT" in (r.lieu.element or "")]
        if not dites or not all(r.lieu.ligne and r.lieu.fichier and r.remede for r in dites):
            muets.append(chemin)
        # An element inside a leaf cuts its text: that one is remarked, but what is read is shorter.
        if sans_remarques(document) != attendu and (attribut or not feuille):
            changes.append(chemin)
    assert (muets, changes) == ([], [])
