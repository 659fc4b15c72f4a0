"""File names of the group-links import: what is written, what is refused and with which sentence."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.refus import FichierRefuse
from shared.formats.elegroupe.noms import analyser_nom, nom_elegroupe
from shared.identifiers import fabriquer_uai

BON = "0970001ZELEGROUPE2025251010174502"


@pytest.mark.procedure("BEE-71")
def test_name_of_the_guide_is_read() -> None:
    """School, millésime and the stamp to the second are read; the XML has the same stem."""
    nom = analyser_nom(f"{BON}.zip")
    assert (nom.uai, nom.millesime) == ("0970001Z", 2025)
    assert nom.instant == datetime.combine(date(2025, 10, 10), time(17, 45, 2))
    assert (nom.nom_zip, nom.nom_xml) == (f"{BON}.zip", f"{BON}.xml")


def test_millesime_is_not_the_calendar_year() -> None:
    """A southern school writes millésime 2017 in July 2018: the two years are independent."""
    nom = analyser_nom("0970001ZELEGROUPE2017180724091341.zip")
    assert (nom.millesime, nom.instant.year) == (2017, 2018)


@pytest.mark.parametrize(
    ("nom", "code"),
    [
        (f"{BON}.xml", "NOM_FICHIER_NON_ZIP"),
        (f"{BON}.7z", "NOM_FICHIER_NON_ZIP"),
        (f"{BON}.ZIP", "NOM_FICHIER_NON_ZIP"),
        (BON, "NOM_FICHIER_NON_ZIP"),
        (f"{BON} (1).zip", "NOM_FICHIER_COPIE"),
        (f"{BON}(2).zip", "NOM_FICHIER_COPIE"),
        (f"{BON} - Copie.zip", "NOM_FICHIER_COPIE"),
        ("0970001ZELEGROUPE20252510101745.zip", "NOM_FICHIER_HORODATAGE_COURT"),
        ("0970001ZELEGROUPE2o25251010174502.zip", "NOM_FICHIER_LETTRE_O"),
        ("0970001ZELEGROUPE2025251O10174502.zip", "NOM_FICHIER_LETTRE_O"),
        ("o970001ZELEGROUPE2025251010174502.zip", "NOM_FICHIER_LETTRE_O"),
        ("0970001ZELEGROUPE2025251310174502.zip", "NOM_FICHIER_HORODATAGE_IMPOSSIBLE"),
        ("0970001ZELEGROUPE2025250229174502.zip", "NOM_FICHIER_HORODATAGE_IMPOSSIBLE"),
        ("0970001ZELEGROUPE2025251010240000.zip", "NOM_FICHIER_HORODATAGE_IMPOSSIBLE"),
        ("0970001ZPRIVE2025251010174502.zip", "NOM_FICHIER_AUTRE_IMPORT"),
        (f"{BON.lower()}.zip", "NOM_FICHIER_CASSE"),
        ("0970001ZELEVEGROUPE2025251010174502.zip", "NOM_FICHIER_MALFORME"),
        ("RNE-elevegroupe.zip", "NOM_FICHIER_MALFORME"),
        ("0970001Z_ELEGROUPE_20251010.zip", "NOM_FICHIER_MALFORME"),
        (f"{BON}9.zip", "NOM_FICHIER_MALFORME"),
        ("0970001ZELEGROUPE.zip", "NOM_FICHIER_MALFORME"),
        (f"copie de {BON}.zip", "NOM_FICHIER_MALFORME"),
        ("٠970001ZELEGROUPE2025251010174502.zip", "NOM_FICHIER_MALFORME"),
        (".zip", "NOM_FICHIER_MALFORME"),
    ],
)
@pytest.mark.procedure("BEE-72")
@pytest.mark.procedure("BEE-79")
def test_spoilt_names_are_refused_precisely(nom: str, code: str) -> None:
    """Each way of spoiling the name has its own code, a sentence and what to do."""
    with pytest.raises(FichierRefuse) as refus:
        analyser_nom(nom)
    assert refus.value.code == code
    assert refus.value.phrase.endswith(".")
    assert refus.value.remede
    assert refus.value.lieu is not None
    assert refus.value.lieu.fichier == nom


def test_ten_digits_are_told_to_be_ten() -> None:
    """The sentence says how many digits there are and how many are wanted."""
    with pytest.raises(FichierRefuse, match=r"10 chiffres au lieu de 12"):
        analyser_nom("0970001ZELEGROUPE20252510101745.zip")


def test_folders_of_the_browser_are_ignored() -> None:
    """Some browsers send the path with the name."""
    assert analyser_nom(f"C:\\fakepath\\{BON}.zip").radical == BON


def test_wrong_page_is_named() -> None:
    """A dossiers file is sent to its own page, and a group-links file put there is sent back."""
    with pytest.raises(FichierRefuse) as refus:
        analyser_nom("0970001ZPRIVE2025251010174502.zip")
    assert "« Dossiers depuis logiciel privé »" in refus.value.phrase
    with pytest.raises(FichierRefuse) as refus:
        analyser_nom(f"{BON}.zip", "PRIVE")
    assert refus.value.code == "NOM_FICHIER_AUTRE_IMPORT"
    assert analyser_nom("0970001ZPRIVE2025251010174502.zip", "PRIVE").uai == "0970001Z"


@given(
    st.integers(0, 9999).map(lambda n: fabriquer_uai("098", n)),
    st.integers(1000, 9999),
    st.datetimes(datetime.combine(date(2000, 1, 1), time()), datetime.combine(date(2099, 12, 31), time())),
)
def test_written_names_are_read_back(uai: str, millesime: int, instant: datetime) -> None:
    """Any name that is written has the form of the guides and says again what it was given."""
    nom = nom_elegroupe(uai, millesime, instant)
    assert re.fullmatch(r"[0-9]{7}[A-Z]ELEGROUPE[0-9]{4}[0-9]{12}\.zip", nom)
    lu = analyser_nom(nom)
    assert (lu.uai, lu.millesime, lu.instant) == (uai, millesime, instant.replace(microsecond=0))


@pytest.mark.parametrize(("uai", "annee"), [("970001Z", 2025), ("0970001z", 2025), ("0970001Z", 2100)])
def test_impossible_names_are_not_written(uai: str, annee: int) -> None:
    """What would not be read back is not written."""
    with pytest.raises(ValueError, match=r"nom impossible|deux chiffres"):
        nom_elegroupe(uai, 2025, datetime.combine(date(annee, 1, 1), time()))
