"""What is refused, what is written where, and that nothing is ever half written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shared.contracts.refus import Refus
from shared.formats.comparaison import comparer

from .jeu_conversion import (
    COMPLET,
    DELTA,
    DOSSIERS_40,
    ELEGROUPE,
    G2014,
    LIENS_13,
    LIENS_14,
    SIECLE,
    ReglagesConversion,
    code_du_refus,
    convertir,
    copie,
    regles,
    zipper,
)

ELEVES_2014 = G2014 / "ElevesAvecAdresses.xml"


@pytest.mark.parametrize(
    ("source", "vers", "code"),
    [
        (LIENS_14, "1.4", "CONVERTIR_DEJA"),
        (LIENS_14, None, "CONVERTIR_DEJA"),
        (DOSSIERS_40, None, "CONVERTIR_DEJA"),
        (SIECLE / "ElevesAvecAdresses.xml", None, "CONVERTIR_DEJA"),
        (SIECLE / "Structures.xml", None, "CONVERTIR_DEJA"),
        (COMPLET, None, "CONVERTIR_DEJA"),
        (LIENS_14, "2.0", "CONVERTIR_VERSION"),
        (SIECLE / "ElevesAvecAdresses.xml", "2014", "CONVERTIR_VERSION"),
        (COMPLET, "5.0", "CONVERTIR_VERSION"),
        (ELEGROUPE.parents[1] / "sts/data/emp_sts_0980017L_2025.xml", None, "CONVERTIR_FAMILLE"),
        (ELEGROUPE.parents[1] / "edt/data/EXP_COURS.xml", None, "CONVERTIR_FAMILLE"),
        (G2014, None, "CONVERTIR_PLUSIEURS"),
        (G2014 / "absent.xml", None, "FICHIER_INTROUVABLE"),
    ],
    ids=lambda v: v.name if isinstance(v, Path) else str(v),
)
def test_ce_qui_ne_se_convertit_pas(tmp_path: Path, source: Path, vers: str | None, code: str) -> None:
    """Refused with its own code and a remedy, and nothing is written."""
    assert code_du_refus(source, tmp_path / "cible", vers) == code
    assert list(tmp_path.iterdir()) == []


def test_une_cible_qui_existe_est_gardee(tmp_path: Path) -> None:
    """An existing file is neither replaced nor touched, unless it is asked for."""
    cible = tmp_path / "cible.xml"
    cible.write_text("précieux", "utf-8")
    assert code_du_refus(LIENS_13, cible) == "CIBLE_EXISTE"
    assert cible.read_text("utf-8") == "précieux"
    convertir(LIENS_13, cible, reglages=ReglagesConversion(remplacer=True))
    assert b'VERSION="1.4"' in cible.read_bytes()
    assert [f.name for f in tmp_path.iterdir()] == ["cible.xml"]


def test_un_dossier_n_est_pas_remplace_par_un_fichier(tmp_path: Path) -> None:
    """Even when replacing is asked for, a folder is not a file."""
    (tmp_path / "cible").mkdir()
    assert code_du_refus(LIENS_13, tmp_path / "cible", reglages=ReglagesConversion(remplacer=True)) == "CIBLE_EXISTE"


def test_la_source_n_est_jamais_la_cible(tmp_path: Path) -> None:
    """The same file under any of its names is refused: what it says otherwise would be lost."""
    source = copie(LIENS_13, tmp_path / "liens.xml")
    (tmp_path / "lien.xml").symlink_to(source)
    for cible in (source, tmp_path / "lien.xml", tmp_path / "." / "liens.xml"):
        reglages = ReglagesConversion(remplacer=True)
        assert code_du_refus(source, cible, reglages=reglages) == "CONVERTIR_MEME_FICHIER"
    assert source.read_bytes() == LIENS_13.read_bytes()


@pytest.mark.parametrize(
    "changement",
    [
        ("        <DATE_ENTREE>01/09/2014</DATE_ENTREE>\n", ""),
        ("<PRENOM>Léon", f"<PRENOM>{'L' * 101}"),
        ("</BEE_ELEVES>", ""),
        ("<DATE_NAISS>30/11/2001", "<DATE_NAISS>hier"),
    ],
)
def test_une_conversion_qui_echoue_ne_laisse_rien(tmp_path: Path, changement: tuple[str, str]) -> None:
    """A field missing, too long, unreadable, a file cut: refused, without a trace beside the target."""
    source = copie(ELEVES_2014, tmp_path / "source/eleves.xml", changement)
    assert code_du_refus(source, tmp_path / "cible.xml")
    assert [f.name for f in tmp_path.iterdir()] == ["source"]


def test_sans_perte_refuse_plutot_que_de_perdre(tmp_path: Path) -> None:
    """Asked to lose nothing, a conversion that would is refused and says what; one that would not is done."""
    reglages = ReglagesConversion(sans_perte=True)
    with pytest.raises(Refus, match="NOM_USAGE") as refus:
        convertir(LIENS_14, tmp_path / "cible.xml", "1.3", reglages)
    assert refus.value.code == "CONVERTIR_PERTES"
    assert refus.value.details["ecarts"][0]["code"] == "LIENS_NOM_USAGE"
    assert list(tmp_path.iterdir()) == []
    assert convertir(LIENS_13, tmp_path / "cible.xml", "1.4", reglages).sans_perte


def test_un_essai_dit_tout_et_n_ecrit_rien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report of a trial is that of the conversion, and the disk is as it was."""
    travail = tmp_path / "travail"
    travail.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(travail))
    for source, vers in ((LIENS_14, "1.3"), (COMPLET, "6.1")):
        essai = convertir(source, None, vers)
        assert essai.cible is None
        assert not essai.sans_perte
    assert list(travail.iterdir()) == []
    assert regles(convertir(LIENS_14, None, "1.3")) == regles(convertir(LIENS_14, tmp_path / "c.xml", "1.3"))


def test_un_zip_des_liens_porte_le_nom_de_son_xml(tmp_path: Path) -> None:
    """What BEE takes: one XML of the zip's own stem, dated by the file itself, the same bytes each time."""
    cible = tmp_path / "0970001ZELEGROUPE2025250915103000.zip"
    convertir(LIENS_13, cible)
    with zipfile.ZipFile(cible) as archive:
        (membre,) = archive.infolist()
    assert membre.filename == "0970001ZELEGROUPE2025250915103000.xml"
    assert membre.date_time[:3] == (2025, 10, 10)
    octets = cible.read_bytes()
    convertir(LIENS_13, cible, reglages=ReglagesConversion(remplacer=True))
    assert cible.read_bytes() == octets
    assert comparer(LIENS_13, cible).identique


def test_un_export_zippe_reste_un_export_zippe(tmp_path: Path) -> None:
    """The zip of an old SIECLE export becomes that of a current one, its XML under the name that SIECLE gives."""
    source = zipper(tmp_path / "ExportXML_ElevesAvecAdresses.zip", ELEVES_2014)
    cible = tmp_path / "neuf/ExportXML_ElevesAvecAdresses.zip"
    convertir(source, cible)
    with zipfile.ZipFile(cible) as archive:
        (membre,) = archive.infolist()
    assert (membre.filename, membre.date_time) == ("ElevesAvecAdresses.xml", (2014, 11, 3, 7, 15, 8))
    assert comparer(source, cible).identique


def test_un_dossier_qui_ne_peut_pas_etre_cree(tmp_path: Path) -> None:
    """A target below a file: the system's refusal becomes ours."""
    (tmp_path / "fichier").write_text("x", "utf-8")
    assert code_du_refus(LIENS_13, tmp_path / "fichier/cible.xml") == "CIBLE_IMPOSSIBLE"


def test_hors_contrat_n_a_pas_de_forme_courante(tmp_path: Path) -> None:
    """The exports of schools without contract keep their own roots: they are not turned into something else."""
    texte = ELEVES_2014.read_bytes().replace(b"BEE_ELEVES", b"BEE_EPHC_ELEVES")
    source = tmp_path / "source.xml"
    source.write_bytes(texte)
    assert code_du_refus(source, tmp_path / "cible.xml") == "CONVERTIR_FAMILLE"


def test_un_delta_et_un_complet_ne_se_melangent_pas(tmp_path: Path) -> None:
    """A folder that holds two feeds is refused by the reader of feeds."""
    melange = tmp_path / "melange"
    melange.mkdir()
    for fichier in [*COMPLET.glob("*.xml"), *DELTA.glob("*.xml")]:
        (melange / fichier.name).write_bytes(fichier.read_bytes())
    assert code_du_refus(melange, tmp_path / "cible", "6.1") == "AAF_MELANGE"
