"""Generic exports as written: bytes, layout, schema, zip; and read back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Refus
from shared.formats.siecle import exports
from shared.formats.siecle.communs import lire_communs
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.enveloppe import Enveloppe, verifier_enveloppe, verifier_jeu
from shared.formats.siecle.etablissements import (
    Etablissement,
    ecrire_etablissements,
    etablissements_des_eleves,
    lire_etablissements,
)
from shared.formats.siecle.exports import Export
from shared.formats.siecle.geographique import lire_geographique
from shared.formats.siecle.nomenclature import Nomenclatures, ecrire_nomenclature, lire_nomenclature
from shared.formats.siecle.responsables import ecrire_responsables, lire_responsables
from shared.formats.siecle.structures import ecrire_structures, lire_structures

from . import jeu_siecle as jeu

DATA = Path(__file__).parent / "data"
INSTANT = datetime.combine(date(2025, 10, 8), time(18, 30, 5))
TOUS = pytest.mark.parametrize("export", list(Export), ids=lambda e: e.name)


@TOUS
def test_bytes_are_those_of_the_reviewed_sample(export: Export) -> None:
    """Each export of the invented school is, byte for byte, the sample that was read and approved."""
    assert jeu.octets(export) == (DATA / exports.nom_xml(export)).read_bytes()


@TOUS
def test_written_files_are_valid_against_the_shipped_schema(export: Export) -> None:
    """What the writers write satisfies the schema that the package ships, keys and references included."""
    document = etree.fromstring(jeu.octets(export))
    exports.schema(export).assertValid(document)
    assert document.tag == export.value.racine
    assert document.get("VERSION") == export.value.version


@TOUS
def test_layout_suits_line_based_readers(export: Export) -> None:
    """ISO-8859-15 is declared on line 1, the root is alone on line 2, each leaf is on one line."""
    lignes = jeu.octets(export).decode("iso-8859-15").splitlines()
    assert lignes[0] == '<?xml version="1.0" encoding="ISO-8859-15"?>'
    assert re.fullmatch(rf'<{export.value.racine} VERSION="[0-9.]+">', lignes[1])
    forme = re.compile(r"(  )*(<\w+( \w+=\"[^\"]*\")*>|</\w+>|<\w+/>|<(\w+)>[^<>]*</\4>)")
    assert [ligne for ligne in lignes[2:] if not forme.fullmatch(ligne)] == []


@TOUS
def test_zip_holds_one_file_exactly_named(export: Export) -> None:
    """The zip is named and filled as SIECLE does: one XML under its exact name."""
    tampon = io.BytesIO()
    exports.ecrire_export_zip(tampon, export, INSTANT, jeu.ECRIVAINS[export])
    with zipfile.ZipFile(tampon) as archive:
        assert archive.namelist() == [exports.nom_xml(export)]
        assert archive.read(exports.nom_xml(export)) == jeu.octets(export)
        assert archive.infolist()[0].date_time == (2025, 10, 8, 18, 30, 4)
    with exports.ouvrir_export_zip(tampon.getvalue(), "essai.zip") as (nom, flux):
        assert (nom, flux.read()) == (exports.nom_xml(export), jeu.octets(export))


def test_zip_bytes_do_not_depend_on_the_moment() -> None:
    """The same export twice gives the same archive, byte for byte."""
    tampons = [io.BytesIO(), io.BytesIO()]
    for tampon in tampons:
        ecrire = jeu.ECRIVAINS[Export.ELEVES_AVEC_ADRESSES]
        exports.ecrire_export_zip(tampon, Export.ELEVES_AVEC_ADRESSES, INSTANT, ecrire)
    assert tampons[0].getvalue() == tampons[1].getvalue()


@pytest.mark.parametrize("noms", [[], ["a.xml", "b.xml"], ["lisezmoi.txt"]])
def test_zip_without_exactly_one_xml_is_refused(noms: list[str]) -> None:
    """An archive with no XML, or with two, is refused."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom in noms:
            archive.writestr(nom, "<a/>")
    with pytest.raises(FichierRefuse), exports.ouvrir_export_zip(tampon.getvalue(), "essai.zip"):
        pass


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("ExportXML_ElevesAvecAdresses.zip", Export.ELEVES_AVEC_ADRESSES),
        ("ExportXML_ElevesAvecAdresses (1).zip", Export.ELEVES_AVEC_ADRESSES),
        ("ExportXML_Communs(12).zip", Export.COMMUNS),
        ("Structures.xml", Export.STRUCTURES),
        ("ExportXML_GFC.zip", None),
        ("sts_emp_0970001Z_2025.xml", None),
    ],
)
def test_file_names_are_recognised(nom: str, attendu: Export | None) -> None:
    """An export is known by its name, even numbered by a browser."""
    assert exports.reconnaitre_nom(nom) is attendu


@pytest.mark.procedure("BEE-68")
def test_names_of_the_seven_files_of_the_guides() -> None:
    """The seven zips that the guides show have exactly these names."""
    noms = {exports.nom_zip(e) for e in Export}
    for radical in ("Communs", "ElevesAvecAdresses", "Etablissements", "Geographique", "Nomenclature"):
        assert f"ExportXML_{radical}.zip" in noms
    assert {"ExportXML_ResponsablesAvecAdresses.zip", "ExportXML_Structures.zip"} <= noms


def test_every_file_reads_back_as_it_was_given() -> None:
    """Reading what was written gives the same records, for every kind of file."""

    def lu(export: Export) -> io.BytesIO:
        return io.BytesIO(jeu.octets(export))

    eleves = lire_eleves(lu(Export.ELEVES_AVEC_ADRESSES), "e.xml")
    assert (eleves.eleves, eleves.adresses, eleves.remarques) == (jeu.ELEVES, jeu.ADRESSES, ())
    assert eleves.entete.enveloppe == jeu.ENVELOPPE
    responsables = lire_responsables(lu(Export.RESPONSABLES_AVEC_ADRESSES), "r.xml")
    assert (responsables.personnes, responsables.liens) == (jeu.PERSONNES, jeu.LIENS)
    assert (responsables.adresses, responsables.remarques) == (jeu.ADRESSES, ())
    structures = lire_structures(lu(Export.STRUCTURES), "s.xml")
    assert (structures.divisions, structures.groupes) == (jeu.DIVISIONS, jeu.GROUPES)
    assert lire_nomenclature(lu(Export.NOMENCLATURE), "n.xml").nomenclatures == jeu.NOMENCLATURES
    assert lire_communs(lu(Export.COMMUNS), "c.xml").communs == jeu.COMMUNS
    etablissements = lire_etablissements(lu(Export.ETABLISSEMENTS), "etab.xml")
    assert etablissements.etablissements == jeu.ETABLISSEMENTS
    geo = lire_geographique(lu(Export.GEOGRAPHIQUE), "g.xml")
    assert (geo.pays, geo.departements, geo.communes) == (jeu.PAYS, jeu.DEPARTEMENTS, jeu.COMMUNES)


def test_without_addresses_nothing_points_to_one() -> None:
    """The « sans adresse » variants have neither ADRESSES nor ADRESSE_ID."""
    for export in (Export.ELEVES_SANS_ADRESSES, Export.RESPONSABLES_SANS_ADRESSES):
        assert b"ADRESSE_ID" not in jeu.octets(export)
        assert b"ADRESSES" not in jeu.octets(export)


@pytest.mark.procedure("BEE-69")
def test_a_set_of_files_must_be_of_one_school_and_year() -> None:
    """A file of another school or year is refused by name; a coherent set is not."""
    autre = Enveloppe("0970002A", 2025, jeu.ENVELOPPE.date_export, INSTANT)
    verifier_jeu({"a.xml": jeu.ENVELOPPE, "b.xml": jeu.ENVELOPPE})
    with pytest.raises(FichierRefuse) as refus:
        verifier_jeu({"a.xml": jeu.ENVELOPPE, "b.xml": autre})
    assert refus.value.code == "SIECLE_AUTRE_ETABLISSEMENT"
    assert refus.value.lieu is not None
    assert refus.value.lieu.fichier == "b.xml"
    with pytest.raises(FichierRefuse) as refus:
        verifier_enveloppe(jeu.ENVELOPPE, uai=jeu.UAI, annee=2026, nom="a.xml")
    assert refus.value.code == "SIECLE_AUTRE_ANNEE"


def test_exports_need_what_the_base_needs() -> None:
    """BEE refuses to export before profilage, before STS-Web's structure, or without responsables."""
    sortie = io.BytesIO()
    with pytest.raises(Refus) as refus:
        ecrire_nomenclature(sortie, jeu.ENVELOPPE, Nomenclatures())
    assert refus.value.code == "SIECLE_SANS_NOMENCLATURE"
    with pytest.raises(Refus) as refus:
        ecrire_structures(sortie, jeu.ENVELOPPE, [], jeu.GROUPES)
    assert refus.value.code == "SIECLE_SANS_STRUCTURE"
    with pytest.raises(Refus) as refus:
        ecrire_responsables(sortie, jeu.ENVELOPPE, jeu.PERSONNES, [])
    assert refus.value.code == "SIECLE_SANS_RESPONSABLE"
    with pytest.raises(Refus) as refus:
        ecrire_responsables(sortie, jeu.ENVELOPPE, jeu.PERSONNES[:1], jeu.LIENS, jeu.ADRESSES)
    assert refus.value.code == "SIECLE_PERSONNE_INCONNUE"
    assert sortie.getvalue() == b""


def test_schools_of_the_pupils_are_those_of_last_year() -> None:
    """EtablissementsEleves holds, once each and in order, the schools where the pupils were; the others are told."""
    passe = jeu.ELEVES[0].scolarite_an_dernier
    assert passe is not None
    eleves = [
        replace(jeu.ELEVES[0], scolarite_an_dernier=replace(passe, code_rne=code))
        for code in ("0970003B", "0970002A", "0970002A", "", None)
    ]
    autre = Etablissement("0970004C", "LYC")
    fiches, inconnus = etablissements_des_eleves([*eleves, jeu.ELEVES[2]], (autre, *jeu.ETABLISSEMENTS))
    assert (fiches, inconnus) == (jeu.ETABLISSEMENTS, ("0970003B",))
    tampon = io.BytesIO()
    exports.ecrire_export_zip(
        tampon, Export.ETABLISSEMENTS_ELEVES, INSTANT, lambda f: ecrire_etablissements(f, jeu.ENVELOPPE, fiches)
    )
    with exports.ouvrir_export_zip(tampon.getvalue(), "ExportXML_EtablissementsEleves.zip") as (nom, flux):
        assert nom == "EtablissementsEleves.xml"
        assert lire_etablissements(flux, nom).etablissements == fiches


def test_replaced_characters_are_counted() -> None:
    """Ł and the curly apostrophe, which ISO-8859-15 lacks, and a line end, are replaced by the rule and counted."""
    eleve = replace(jeu.ELEVES[2], nom_de_famille="ŁUKASZEWICZ", prenom="Zoé’", nom_usage="ŒUVRE\r\n€ Ÿ")
    tampon = io.BytesIO()
    nombre = exports.ecrire_export_zip(
        tampon, Export.ELEVES_SANS_ADRESSES, INSTANT, lambda f: ecrire_eleves(f, jeu.ENVELOPPE, [eleve])
    )
    assert nombre == 3
    with exports.ouvrir_export_zip(tampon.getvalue(), "e.zip") as (nom, flux):
        (lu,) = lire_eleves(flux, nom).eleves
    assert (lu.nom_de_famille, lu.prenom, lu.nom_usage) == ("LUKASZEWICZ", "Zoé'", "ŒUVRE € Ÿ")
