"""GAR exports: what is written, what is read back, what a spoilt one is reported for."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.refus import FichierRefuse
from shared.formats.examen import examiner
from shared.formats.gar import Degre, ecrire_archive, lire_noeuds, lire_nom, lire_nom_archive
from shared.formats.gar.verification import Rapport, verifier_archive
from shared.formats.reconnaissance import Famille, reconnaitre

from . import jeu_gar as jeu

A_21H = datetime(2021, 9, 7, 19, tzinfo=UTC)


@pytest.mark.parametrize("degre", list(Degre))
def test_the_golden_files_are_written(degre: Degre, tmp_path: Path) -> None:
    """Both degrees, byte for byte; an archive made twice is the same; nothing is reported."""
    ecrivain = jeu.ecrire(degre, tmp_path)
    temoins = sorted((jeu.DOSSIER / degre).glob("*.xml"))
    assert sorted(f.nom for f in ecrivain.fichiers) == [c.name for c in temoins]
    for temoin in temoins:
        assert (tmp_path / temoin.name).read_bytes() == temoin.read_bytes()
    deux = [ecrire_archive(ecrivain, A_21H, tmp_path).chemin.read_bytes() for _ in range(2)]
    assert deux[0] == deux[1]
    archive = tmp_path / jeu.nom(degre).archive
    assert archive.name == f"ESSAI_GAR-ENT_Complet_20210907_210000_{degre}.tar.gz"
    assert (tmp_path / jeu.nom(degre).md5).read_text().isalnum()
    rapport = verifier_archive(archive, (tmp_path / jeu.nom(degre).md5).read_text())
    assert rapport.conforme, rapport.en_texte()
    assert rapport.comptes["GAREleve"] == 2


def test_read_back_is_what_was_written(tmp_path: Path) -> None:
    """Every record of every file comes back with its leaves, in order; blocks too."""
    ecrivain = jeu.ecrire(Degre.SECOND, tmp_path)
    ecrits = dict(jeu.noeuds(Degre.SECOND))
    for fichier in ecrivain.fichiers:
        with (tmp_path / fichier.nom).open("rb") as flux:
            lus = list(lire_noeuds(flux, fichier.nom))
        assert [x.nom for x in lus] == [x.nom for x in ecrits[fichier.sorte]]
        for lu, ecrit in zip(lus, ecrits[fichier.sorte], strict=True):
            feuilles = [(nom, v) for nom, v in ecrit.contenu if isinstance(v, str)]
            assert [(nom, v) for nom, textes in lu.textes.items() for v in textes] == feuilles
            assert [nom for nom, _ in lu.blocs] == [nom for nom, v in ecrit.contenu if not isinstance(v, str)]
    assert lus[0].ligne == 3


def test_cut_by_number_of_records(tmp_path: Path) -> None:
    """A file more beyond the number, numbers that follow, each a whole document; the report is the same."""
    ecrivain = jeu.ecrire(Degre.SECOND, tmp_path, par_fichier=2)
    groupes = [f for f in ecrivain.fichiers if f.sorte == "Groupe"]
    assert [f.nom.rpartition("_")[2] for f in groupes] == [f"{i:04d}.xml" for i in range(5)]
    assert [sum(f.comptes.values()) for f in groupes] == [2, 2, 2, 2, 1]
    rapport = verifier_archive(tmp_path)
    assert rapport.conforme, rapport.en_texte()
    assert rapport.comptes["GARGroupe"] == 3


def test_names() -> None:
    """The parts of a name; that of 2019 has no degree; anything else is none of ours."""
    lu = lire_nom("A_B_GAR-ENT_Complet_20210907_210000_2D_Eleve_0003.xml")
    assert lu is not None
    assert (lu.ident, lu.degre, lu.sorte, lu.numero) == ("A_B", Degre.SECOND, "Eleve", 3)
    ancien = lire_nom_archive("A_GAR-ENT_Complet_20190907_210000.tar.gz")
    assert ancien is not None
    assert ancien.degre is None
    assert ancien.archive == "A_GAR-ENT_Complet_20190907_210000.tar.gz"
    for faux in (
        "A_GAR-ENT_Delta_20210907_210000_2D_Eleve_0000.xml",
        "A_GAR-ENT_Complet_20211307_210000_2D_Eleve_0000.xml",
    ):
        assert lire_nom(faux) is None


def _gater(dossier: Path, sorte: str, avant: str, apres: str) -> Rapport:
    """The report of the golden export in which one thing of one file was changed."""
    shutil.copytree(jeu.DOSSIER / "2D", dossier, dirs_exist_ok=True)
    (chemin,) = dossier.glob(f"*_{sorte}_0000.xml")
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
    return verifier_archive(dossier)


def _feuille(nom: str, valeur: str) -> str:
    return f"<men:{nom}>{valeur}</men:{nom}>"


@pytest.mark.parametrize(
    ("sorte", "avant", "apres", "codes"),
    [
        ("Eleve", "2012-04-17", "17/04/2012", {"GAR_SCHEMA"}),
        ("Eleve", _feuille("GARPersonPrenom", "Louna"), "", {"GAR_SCHEMA"}),
        ("Eleve", "National_elv", "National_" + "x" * 31, {"GAR_SCHEMA"}),
        ("Eleve", ' Version="1.0"', "", {"GAR_SCHEMA"}),
        ("Groupe", ">DIVISION<", ">CLASSE<", {"GAR_SCHEMA", "GAR_DIVISION_INCONNUE", "GAR_DIVISION_ATTENDUE"}),
        (
            "Eleve",
            _feuille("GARPersonIdentifiant", jeu.FRERE),
            _feuille("GARPersonIdentifiant", jeu.ELEVE),
            {"GAR_SCHEMA", "GAR_PERSONNE_EN_DOUBLE", "GAR_PERSONNE_INCONNUE"},
        ),
        (
            "Eleve",
            _feuille("GARPersonIdentifiant", jeu.FRERE),
            _feuille("GARPersonIdentifiant", jeu.CHEF),
            {"GAR_PERSONNE_EN_DOUBLE", "GAR_PERSONNE_INCONNUE"},
        ),
        ("Eleve", _feuille("GARPersonEtab", jeu.A), _feuille("GARPersonEtab", "0970099A"), {"GAR_UAI_INCONNU"}),
        ("Eleve", _feuille("GARMEFCode", jeu.MEF), _feuille("GARMEFCode", "10010012119"), {"GAR_MEF_NON_DECLARE"}),
        (
            "Eleve",
            _feuille("GARMatiereCode", jeu.MATHS),
            _feuille("GARMatiereCode", "999999"),
            {"GAR_MATIERE_NON_DECLAREE"},
        ),
        ("Groupe", "<men:GARGroupeDivAppartenance>6A<", "<men:GARGroupeDivAppartenance>6Z<", {"GAR_DIVISION_INCONNUE"}),
        (
            "Groupe",
            _feuille("GARGroupeStatut", "GROUPE"),
            _feuille("GARGroupeStatut", "DIVISION"),
            {"GAR_DIVISION_AVEC_APPARTENANCE", "GAR_GROUPE_ATTENDU"},
        ),
        (
            "Groupe",
            f"{jeu.B}</men:GARStructureUAI>\n  <men:GARGroupeLibelle>",
            f"{jeu.A}</men:GARStructureUAI>\n  <men:GARGroupeLibelle>",
            {"GAR_SCHEMA", "GAR_GROUPE_EN_DOUBLE", "GAR_GROUPE_INCONNU"},
        ),
        (
            "Groupe",
            _feuille("GARPersonIdentifiant", jeu.FRERE),
            _feuille("GARPersonIdentifiant", "absent"),
            {"GAR_PERSONNE_INCONNUE"},
        ),
        (
            "Groupe",
            f"{_feuille('GARPersonIdentifiant', jeu.ENSEIGNANT)}\n  {_feuille('GARGroupeCode', '6A')}",
            f"{_feuille('GARPersonIdentifiant', jeu.ELEVE)}\n  {_feuille('GARGroupeCode', '6A')}",
            {"GAR_ENSEIGNANT_INCONNU"},
        ),
        ("RespAff", _feuille("GARRespAffEtab", jeu.A), _feuille("GARRespAffEtab", "0970099A"), {"GAR_UAI_INCONNU"}),
        ("RespAff", _feuille("GARPersonMail", "chef@a.invalid"), "", {"GAR_SCHEMA"}),
        ("Eleve", "</men:GAR-ENT-Eleve>", "", {"XML_MAL_FORME"}),
        (
            "Eleve",
            "GAR-ENT-Eleve",
            "GAR-ENT-Autre",
            {"GAR_RACINE", "GAR_FICHIER_ABSENT", "GAR_PERSONNE_INCONNUE"},
        ),
    ],
)
def test_a_spoilt_file_is_reported(tmp_path: Path, sorte: str, avant: str, apres: str, codes: set[str]) -> None:
    """One thing changed: the right codes, at a line of that file, without a name."""
    rapport = _gater(tmp_path, sorte, avant, apres)
    assert set(rapport.nombres) == codes, rapport.en_texte()
    assert all(r.remede and "ABADI" not in r.phrase and "ORVAL" not in r.phrase for r in rapport.lignes)
    if codes.isdisjoint({"GAR_RACINE", "XML_MAL_FORME"}):
        assert all(r.lieu.ligne and r.lieu.fichier for r in rapport.lignes)
    assert rapport.en_texte().splitlines()[0].endswith(f";ANOMALIES;{sum(rapport.nombres.values())}")


def test_an_export_that_is_not_whole(tmp_path: Path) -> None:
    """A kind that is missing, a number that is missing, another name, a wrong checksum, two degrees together."""
    shutil.copytree(jeu.DOSSIER / "2D", tmp_path / "a")
    (etab,) = (tmp_path / "a").glob("*_Etab_*")
    etab.unlink()
    assert verifier_archive(tmp_path / "a").nombres["GAR_FICHIER_ABSENT"] == 1
    shutil.copytree(jeu.DOSSIER / "2D", tmp_path / "b")
    (eleve,) = (tmp_path / "b").glob("*_Eleve_*")
    suivant = eleve.rename(eleve.with_name(eleve.name.replace("_0000.xml", "_0001.xml")))
    assert verifier_archive(tmp_path / "b").nombres == Counter(GAR_NUMEROS=1)
    suivant.rename(suivant.with_name("eleves.xml"))
    assert verifier_archive(tmp_path / "b").nombres == Counter(GAR_NOM=1)
    shutil.copytree(jeu.DOSSIER / "1D", tmp_path / "b", dirs_exist_ok=True)
    assert "GAR_MELANGE" in verifier_archive(tmp_path / "b").nombres
    ecrivain = jeu.ecrire(Degre.SECOND, tmp_path / "a")
    archive = ecrire_archive(ecrivain, A_21H, tmp_path).chemin
    assert verifier_archive(archive, "0" * 32).nombres == Counter(GAR_MD5=1)
    vide = tmp_path / "vide"
    vide.mkdir()
    assert verifier_archive(vide).nombres == Counter(GAR_ABSENT=1)


def test_the_commands_know_an_export(tmp_path: Path) -> None:
    """A file, a folder, an archive: recognised, counted, verified with its checksum."""
    (eleve,) = (jeu.DOSSIER / "2D").glob("*_Eleve_*")
    reconnu = reconnaitre(eleve, eleve.name)
    assert (reconnu.famille, reconnu.variante, reconnu.version) == (Famille.GAR, "Eleve", "1.0")
    ecrivain = jeu.ecrire(Degre.SECOND, tmp_path)
    archive = ecrire_archive(ecrivain, A_21H, tmp_path).chemin
    (document,) = examiner([archive]).documents
    assert (document.famille, document.variante, document.problemes) == ("gar", "2D", ())
    assert dict(document.comptes) == {
        "établissements": 2,
        "personnels": 2,
        "élèves": 2,
        "divisions et groupes": 3,
        "responsables d'affectation": 1,
    }
    archive.with_name(jeu.nom(Degre.SECOND).md5).write_text("0" * 32)
    assert [p.code for p in examiner([archive]).tous()] == ["GAR_MD5"]
    assert len(examiner([jeu.DOSSIER]).documents) == 2
    assert {p.code for p in examiner([eleve]).tous()} == {
        "GAR_UAI_INCONNU",
        "GAR_MEF_NON_DECLARE",
        "GAR_MATIERE_NON_DECLAREE",
    }


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    """Another root, or ours in another namespace."""
    chemin = tmp_path / "x.xml"
    for texte in ("<GAR-ENT-Eleve/>", '<a:Autre xmlns:a="http://data.education.fr/ns/gar"/>'):
        chemin.write_text(texte)
        with chemin.open("rb") as flux, pytest.raises(FichierRefuse) as refus:
            list(lire_noeuds(flux, "x.xml"))
        assert refus.value.code == "GAR_RACINE"
