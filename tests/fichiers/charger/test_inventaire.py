"""What a folder holds: recognised by content wherever it lies, refused with a reason, or set aside."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from rentree.chargement.inventaire import Inventaire, inventorier, uai_du_nom
from rentree.chargement.lecture import lire_jeu
from rentree.chargement.regroupement import Regroupement, manquants, regrouper
from rentree.chargement.sources import PROFONDEUR, Ouvreur
from shared.contracts.refus import Refus
from shared.formats.reconnaissance import Famille
from shared.horloge.profils import profil
from tests.fichiers.charger.ecoles import ecrire_ecole, poser, uai_de

NICE = profil("nice-2021")


def zipper(nom: str, octets: bytes) -> bytes:
    """A zip of one file."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(nom, octets)
    return sortie.getvalue()


def trouver(dossier: Path) -> tuple[Inventaire, Regroupement]:
    """The folder's inventory, and its schools."""
    with Ouvreur() as ouvreur:
        inventaire = inventorier(dossier, ouvreur)
    return inventaire, regrouper(inventaire, NICE)


def test_archives_are_opened_up_to_a_depth(tmp_path: Path) -> None:
    """Four archives one in the other are read; a fifth is refused, and says so."""
    ecole = ecrire_ecole(0)
    octets = ecole.fichiers[f"sts_emp_{ecole.uai}_2021.xml"]
    for rang in range(PROFONDEUR + 1):
        octets = zipper(f"a{rang}.zip" if rang else "sts.xml", octets)
        (tmp_path / f"{rang}.zip").write_bytes(octets)
    inventaire, _ = trouver(tmp_path)
    assert [len(t.source.membres) for t in inventaire.trouves] == list(range(1, PROFONDEUR + 1))
    assert [(r.nom.split(" > ")[0], r.refus.code) for r in inventaire.rejets] == [(f"{PROFONDEUR}.zip", "ZIP_IMBRIQUE")]


def test_a_bomb_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    """An archive whose member swells beyond reason is refused whole; its neighbour is not."""
    ecole = ecrire_ecole(0)
    poser(tmp_path, ecole.fichiers)
    (tmp_path / "bombe.zip").write_bytes(zipper("gros.xml", b"<a>" + b" " * 8_000_000 + b"</a>"))
    inventaire, groupes = trouver(tmp_path)
    assert [r.refus.code for r in inventaire.rejets] == ["ZIP_TAUX"]
    assert [e.uai for e in groupes.ecoles] == [ecole.uai]


def test_years_are_compared_through_the_profile(tmp_path: Path) -> None:
    """In the south the millésime is one less than the STS year: one set, not two."""
    ecole = ecrire_ecole(0)
    poser(tmp_path, ecole.fichiers)
    with Ouvreur() as ouvreur:
        inventaire = inventorier(tmp_path, ouvreur)
    [nord] = regrouper(inventaire, NICE).ecoles
    [sud] = regrouper(inventaire, profil("noumea-2018")).ecoles
    assert [(j.annee, j.millesime) for j in nord.jeux] == [(2021, 2021)]
    assert [(j.annee, j.millesime) for j in sud.jeux] == [(2021, 2020), (2022, 2021)]


def test_a_broken_file_goes_to_the_school_that_its_name_designates(tmp_path: Path) -> None:
    """Even when nothing of its content can be read."""
    (tmp_path / uai_de(3)).mkdir()
    (tmp_path / uai_de(3) / "eleves.xml").write_bytes(b"<BEE_ELEVES")
    _, groupes = trouver(tmp_path)
    [ecole] = groupes.ecoles
    assert (ecole.uai, [r.refus.code for r in ecole.rejets]) == (uai_de(3), ["XML_MAL_FORME"])
    assert groupes.rejets == []


def test_the_latest_of_two_is_kept(tmp_path: Path) -> None:
    """Of two exports of one kind, the later one; the other is said not to be used."""
    ecole = ecrire_ecole(0)
    with zipfile.ZipFile(io.BytesIO(ecole.fichiers["ExportXML_ElevesAvecAdresses.zip"])) as archive:
        ancien = archive.read("ElevesAvecAdresses.xml")
    poser(tmp_path, {"z_ancien.xml": ancien, "a_recent.xml": ancien.replace(b"10:15:00", b"11:15:00")})
    with Ouvreur() as ouvreur:
        [vue] = regrouper(inventorier(tmp_path, ouvreur), NICE).ecoles
        lu = lire_jeu(vue.jeux[0], ouvreur)
    assert lu.retenus[Famille.SIECLE_ELEVES].source.nom == "a_recent.xml"
    assert [nom for nom, _ in lu.ecartes] == ["z_ancien.xml"]
    assert "sts_emp (STS-Web)" in [libelle for libelle, _ in manquants(vue.jeux[0])]


def test_a_remontee_without_year_goes_with_the_only_one(tmp_path: Path) -> None:
    """EDT may leave the year out: the school's other files say it; alone, it is refused."""
    ecole = ecrire_ecole(0)
    nom = f"emp_sts_{ecole.uai}_2021.xml"
    sans = ecole.fichiers[nom].replace(b"<ANNEE_SCOLAIRE>2021</ANNEE_SCOLAIRE>", b"")
    assert sans != ecole.fichiers[nom]
    poser(tmp_path / "seul", {nom: sans})
    assert [r.refus.code for r in trouver(tmp_path / "seul")[1].ecoles[0].rejets] == ["SANS_ANNEE"]
    poser(tmp_path / "tout", ecole.fichiers | {nom: sans})
    [jeu] = trouver(tmp_path / "tout")[1].ecoles[0].jeux
    assert Famille.EMP_STS in jeu.candidats


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """Nothing to load is not a success."""
    with Ouvreur() as ouvreur, pytest.raises(Refus) as refus:
        inventorier(tmp_path, ouvreur)
    assert refus.value.code == "DOSSIER_VIDE"


@pytest.mark.parametrize(
    ("nom", "uai"),
    [
        (f"lot/{uai_de(4)}/eleves.xml", uai_de(4)),
        (f"sts_emp_{uai_de(4)}_2021.xml", uai_de(4)),
        (f"{uai_de(4).lower()}.zip > x.xml", uai_de(4)),
        ("sts_emp_0960004Z_2021.xml", None),
        ("photo 20210915.jpg", None),
    ],
)
def test_the_uai_of_a_name(nom: str, uai: str | None) -> None:
    """A UAI is found in a name only when its letter is right."""
    assert uai_du_nom(nom) == uai
