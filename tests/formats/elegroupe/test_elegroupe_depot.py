"""Group-links files: written, read back, and what BEE checks when one is deposited."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Refus
from shared.formats.elegroupe.depot import verifier_depot
from shared.formats.elegroupe.ecriture import ecrire_liens, ecrire_liens_zip
from shared.formats.elegroupe.lecture import lire_evenements, lire_liens
from shared.formats.elegroupe.liens import EleveLien, EnTeteLiens, GroupeLien
from shared.formats.elegroupe.schema import schema
from shared.formats.siecle.champs import ecrire_date

from . import jeu_elegroupe as jeu

DATA = Path(__file__).parent / "data"
NOM = f"{jeu.RADICAL}.zip"
XML = jeu.xml().decode("iso-8859-15")


def deposer(texte: str, nom: str = NOM) -> None:
    contenu = jeu.zip_de((nom.replace(".zip", ".xml"), texte.encode("iso-8859-15")))
    verifier_depot(nom, contenu, jeu.CONTEXTE)


def refus_de(texte: str, nom: str = NOM) -> FichierRefuse:
    with pytest.raises(FichierRefuse) as refus:
        deposer(texte, nom)
    return refus.value


@pytest.mark.parametrize("version", ["1.3", "1.4"])
def test_bytes_are_those_of_the_reviewed_sample(version: str) -> None:
    """Both versions are, byte for byte, the samples that were read and approved, and valid."""
    eleves = tuple(replace(e, nom_usage=None) for e in jeu.ELEVES) if version == "1.3" else jeu.ELEVES
    octets = jeu.xml(version, eleves)
    assert octets == (DATA / f"liens_{version}.xml").read_bytes()
    schema(f"liens_{version}").assertValid(etree.fromstring(octets))
    document = lire_liens(io.BytesIO(octets), "liens.xml")
    assert document.entete == EnTeteLiens(version, jeu.PARAMETRES)
    assert document.eleves == eleves


def test_a_written_zip_is_accepted() -> None:
    """What EDT writes, BEE takes: name, stem, schema, year; the pupils come through unchanged."""
    sortie = io.BytesIO()
    fichier = ecrire_liens_zip(sortie, jeu.PARAMETRES, jeu.ELEVES, jeu.INSTANT)
    assert (fichier.nom.nom_zip, fichier.eleves) == (NOM, 3)
    depot = verifier_depot(fichier.nom.nom_zip, sortie.getvalue(), jeu.CONTEXTE)
    assert depot.document.eleves == jeu.ELEVES
    assert depot.nom == fichier.nom
    encore = io.BytesIO()
    ecrire_liens_zip(encore, jeu.PARAMETRES, jeu.ELEVES, jeu.INSTANT)
    assert encore.getvalue() == sortie.getvalue()


@pytest.mark.procedure("EDT-40")
def test_pupils_in_no_group_are_left_out() -> None:
    """A pupil in no group is not in the file nor in the count; without any link there is no file."""
    seul = replace(jeu.ELEVES[0], groupes=())
    sortie = io.BytesIO()
    assert ecrire_liens(sortie, jeu.PARAMETRES, (seul, *jeu.ELEVES[1:])).eleves == 2
    assert b"700101" not in sortie.getvalue()
    vide = io.BytesIO()
    with pytest.raises(Refus) as refus:
        ecrire_liens(vide, jeu.PARAMETRES, [seul])
    assert refus.value.code == "ELEGROUPE_SANS_LIEN"
    assert vide.getvalue() == b""


def test_long_codes_are_not_written_unless_the_profile_says_so() -> None:
    """8 characters at most are written by default, 20 where the profil académique allows it."""
    eleve = replace(jeu.ELEVES[0], groupes=(GroupeLien("MPERMANGR2"),))
    with pytest.raises(Refus) as refus:
        ecrire_liens(io.BytesIO(), jeu.PARAMETRES, [eleve])
    assert refus.value.code == "SIECLE_ECRITURE_CHAMP_LONG"
    assert ecrire_liens(io.BytesIO(), jeu.PARAMETRES, [eleve], longueur_code=20).eleves == 1


def test_wrong_year_has_the_sentence_of_the_screen() -> None:
    """A name of another millésime is refused with the very words of the guide, whatever is inside."""
    with pytest.raises(FichierRefuse) as refus:
        verifier_depot("0970001ZELEGROUPE2026251010174502.zip", b"", jeu.CONTEXTE)
    assert refus.value.phrase == "Année du fichier différente de l'année utilisée !"
    assert refus.value.code == "ANNEE_FICHIER_DIFFERENTE"


def test_year_and_school_of_the_content_count_too() -> None:
    """A renamed file does not pass: PARAMETRES must agree with the base."""
    assert refus_de(XML.replace(">2025<", ">2024<")).code == "ANNEE_FICHIER_DIFFERENTE"
    refus = refus_de(XML.replace(">0970001Z<", ">0970002A<"))
    assert refus.code == "ETABLISSEMENT_FICHIER_DIFFERENT"


def test_another_school_is_refused_by_its_name() -> None:
    """The zip of a neighbouring school is not taken."""
    nom = "0970002AELEGROUPE2025251010174502.zip"
    assert refus_de(XML, nom).code == "ETABLISSEMENT_FICHIER_DIFFERENT"


def test_nothing_before_a_first_export_of_the_pupils() -> None:
    """BEE blocks the import as long as the pupils were never exported."""
    contexte = replace(jeu.CONTEXTE, export_eleves_fait=False)
    with pytest.raises(FichierRefuse) as refus:
        verifier_depot(NOM, jeu.zip_de((f"{jeu.RADICAL}.xml", jeu.xml())), contexte)
    assert refus.value.code == "EXPORT_ELEVES_JAMAIS_FAIT"


@pytest.mark.parametrize(
    ("membres", "code"),
    [
        ((("autre.xml", jeu.xml()),), "NOM_ZIP_XML_DIFFERENTS"),
        (((f"dossier/{jeu.RADICAL}.xml", jeu.xml()),), "NOM_ZIP_XML_DIFFERENTS"),
        (((f"{jeu.RADICAL}.xml", jeu.xml()), ("lisezmoi.txt", b"x")), "ZIP_CONTENU"),
        ((("../../x.xml", b"x"),), "ZIP_NOM_INTERDIT"),
        (((f"{jeu.RADICAL}.xml", b" " * 3_000_000),), "ZIP_TAUX"),
        (((f"{jeu.RADICAL}.xml", b""),), "XML_VIDE"),
    ],
)
def test_archives_that_are_not_what_was_written_are_refused(membres: tuple[tuple[str, bytes], ...], code: str) -> None:
    """Another stem, a second file, nothing, a path or a bomb: each has its code."""
    with pytest.raises(FichierRefuse) as refus:
        verifier_depot(NOM, jeu.zip_de(*membres), jeu.CONTEXTE)
    assert refus.value.code == code


def test_an_xml_renamed_to_zip_is_refused() -> None:
    """Renaming the XML does not make an archive of it."""
    with pytest.raises(FichierRefuse) as refus:
        verifier_depot(NOM, jeu.xml(), jeu.CONTEXTE)
    assert refus.value.code == "ZIP_ILLISIBLE"
    assert "directement le fichier qu'elle contient" not in (refus.value.remede or "")


@pytest.mark.parametrize(
    ("avant", "apres", "element"),
    [
        ("IMPORT_ELEVES", "IMPORT_ELEVE", None),
        (' VERSION="1.4"', "", "IMPORT_ELEVES"),
        ("<UAJ>0970001Z</UAJ>", "<UAJ></UAJ>", "UAJ"),
        ("<ELEVE_ID>700101</ELEVE_ID>", "", "NOM_DE_FAMILLE"),
        ("700101</ELEVE_ID>", "700101</ELEVE_ID><ID_PRV_ELE>4</ID_PRV_ELE>", "ID_PRV_ELE"),
        ("2013-04-17", "17/04/2013", "DATE_NAISS"),
        ("2025-09-01", "2025-9-1", "DATE_DEBUT_GROUPE"),
        (">5LATIN<", ">5ESP2G1<", "GROUPE"),
        (">5LATIN<", "><", "CODE_GROUPE"),
        (">5LATIN<", f">{'X' * 21}<", "CODE_GROUPE"),
        ("990000024BJ", "990000024", "ID_NATIONAL"),
        ("NOM_USAGE>", "NOM_JEUNE_FILLE>", "NOM_JEUNE_FILLE"),
        ("<ELEVES>", "<PERSONNES/><ELEVES>", "PERSONNES"),
    ],
)
def test_invalid_documents_are_refused_as_invalid(avant: str, apres: str, element: str | None) -> None:
    """What the schema refuses is refused with the line and the element, never with a value."""
    assert avant in XML
    refus = refus_de(XML.replace(avant, apres))
    assert refus.code == "XML_NON_VALIDE"
    assert refus.lieu is not None
    if element is not None:
        assert refus.lieu.element == element
        assert refus.lieu.ligne is not None
    for prive in ("FICTIF", "Zoé", "990000024"):
        assert prive not in refus.phrase


def test_same_pupil_twice_is_invalid_only_under_one_identifier() -> None:
    """Uniqueness bears on each identifier: the same person under two of them passes to the night."""
    double = replace(jeu.ELEVES[0], eleve_id=None, id_national="990000017CF")
    deposer(jeu.xml(eleves=(jeu.ELEVES[0], double)).decode("iso-8859-15"))
    assert refus_de(jeu.xml(eleves=(jeu.ELEVES[0], jeu.ELEVES[0])).decode("iso-8859-15")).code == "XML_NON_VALIDE"


def test_limit_of_the_profile_on_codes() -> None:
    """Codes up to 20 characters are taken, unless the profil académique holds to 8."""
    texte = XML.replace(">5LATIN<", ">4EME LV2 AJE<")
    deposer(texte)
    contenu = jeu.zip_de((f"{jeu.RADICAL}.xml", texte.encode("iso-8859-15")))
    with pytest.raises(FichierRefuse) as refus:
        verifier_depot(NOM, contenu, replace(jeu.CONTEXTE, longueur_code=8))
    assert refus.value.code == "XML_NON_VALIDE"
    assert '"4EME LV2 AJE"' in refus.value.phrase


def test_files_of_other_writers_are_taken() -> None:
    """GEPI's 1.3 in UTF-8 with NOM, an empty VERSION and a date with its zone are valid."""
    eleves = tuple(replace(e, nom_usage=None) for e in jeu.ELEVES)
    texte = jeu.xml("1.3", eleves).decode("iso-8859-15").replace("ISO-8859-15", "UTF-8")
    texte = texte.replace('VERSION="1.3"', 'VERSION=""').replace("2013-04-17", "2013-04-17+02:00")
    contenu = jeu.zip_de((f"{jeu.RADICAL}.xml", texte.encode()))
    document = verifier_depot(NOM, contenu, jeu.CONTEXTE).document
    assert document.eleves == eleves
    assert document.entete.version == ""


def test_entities_are_refused_at_the_deposit() -> None:
    """A DOCTYPE with entities is refused before anything is read."""
    texte = XML.replace("<IMPORT", '<!DOCTYPE x [<!ENTITY a "b">]>\n<IMPORT', 1)
    assert refus_de(texte).code == "XML_ENTITES"


def test_pupils_come_while_the_file_is_read() -> None:
    """The streaming reader yields pupils before the end of the file."""
    eleves = tuple(replace(jeu.ELEVES[0], eleve_id=i) for i in range(1, 4001))
    flux = io.BytesIO(jeu.xml(eleves=eleves))
    evenements = lire_evenements(flux, "liens.xml")
    assert isinstance(next(evenements), EnTeteLiens)
    assert isinstance(next(evenements), EleveLien)
    assert flux.tell() < len(flux.getvalue()) / 4
    assert sum(1 for _ in evenements) == 3999


_NOMS = st.text("ABCÉÇŒ abcéœ'-&<", min_size=1, max_size=25).map(str.strip).filter(bool)
_DATES = st.dates(date(1950, 1, 1), date(9999, 12, 31))
_GROUPES = st.lists(
    st.builds(GroupeLien, st.text("5ABGL123", min_size=1, max_size=8), st.none() | _DATES, st.none() | _DATES),
    min_size=1,
    max_size=4,
    unique_by=lambda g: g.code,
).map(tuple)
_IDENTIFIANTS = st.one_of(
    st.fixed_dictionaries({"eleve_id": st.integers(0, 2**32 - 1)}),
    st.fixed_dictionaries({"id_national": st.integers(990000000, 999999999).map(lambda n: f"{n}AB")}),
    st.fixed_dictionaries({"id_prv_ele": st.integers(0, 99999)}),
)


@st.composite
def _eleves(tirer: st.DrawFn) -> EleveLien:
    return EleveLien(
        tirer(_NOMS),
        tirer(_NOMS),
        tirer(_DATES),
        tirer(_GROUPES),
        prenom2=tirer(st.none() | _NOMS),
        **tirer(_IDENTIFIANTS),
    )


@given(st.lists(_eleves(), min_size=1, max_size=4, unique_by=lambda e: e.identifiant), st.sampled_from(["1.3", "1.4"]))
def test_any_file_survives_a_round_trip(eleves: list[EleveLien], version: str) -> None:
    """Whatever names, dates and groups are written, the deposit accepts and gives them back."""
    octets = jeu.xml(version, tuple(eleves))
    depot = verifier_depot(NOM, jeu.zip_de((f"{jeu.RADICAL}.xml", octets)), jeu.CONTEXTE)
    assert depot.document.eleves == tuple(eleves)
    assert ecrire_date(depot.document.entete.parametres.date_import) == "10/10/2025"
