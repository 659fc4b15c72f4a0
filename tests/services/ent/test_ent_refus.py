"""Feeds that are refused, whole: what is said, what stays, how the ENT recovers."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .jeu_ent import UAI, Ecole, complet, comptes, delta, ecole_type, eleve, importer, ouvrir_projet

J1, J2, J3, J4 = (date(2021, 9, n) for n in (6, 7, 8, 9))


@pytest.fixture
def ecole(bac: Any, tmp_path: Path) -> Ecole:
    """The typical school, imported complete on 6 September as number 1."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    assert importer(bac, complet(tmp_path, ecole, J1), 1)["etat"] == "applique"
    return ecole


def test_a_truncated_feed_is_refused_whole(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """Half a feed changes nothing; the refusal says why, and the next complete one recovers."""
    suite = ecole.avec(eleves=(*ecole.eleves, eleve(4, "BRIVAL", "Zoé")))
    archive = complet(tmp_path, suite, J2)
    moitie = tmp_path / "tronque.tar.gz"
    moitie.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    rapport = importer(bac, moitie, 2)
    assert (rapport["etat"], rapport["code"]) == ("refuse", "TAR_ILLISIBLE")
    assert rapport["phrase"]
    assert rapport["remede"]
    assert 7100004 not in comptes(bac)
    assert bac["ent"].get("/api/projets/essai").json()["dernier_numero"] == 1
    assert importer(bac, complet(tmp_path, suite, J3), 3)["etat"] == "applique"
    assert 7100004 in comptes(bac)


def test_a_bad_value_in_the_middle_leaves_no_trace(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A feed whose reading fails after hundreds of good records is undone whole."""
    suite = ecole.avec(eleves=(*ecole.eleves, *(eleve(n, "BRIVAL", "Zoé") for n in range(10, 60))))
    dossier = tmp_path / "hostile"
    dossier.mkdir()
    archive = complet(dossier, suite, J2)
    source = next(p for p in dossier.iterdir() if p.is_dir())
    fichier = next(source.glob("*_Eleve_0000.xml"))
    fichier.write_bytes(fichier.read_bytes().replace(b"7100055", b"71000559999999999999999"))
    (source / "manifeste.json").unlink()

    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as z:
        for p in sorted(source.iterdir()):
            z.write(p, p.name)
    rapport = importer(bac, tmp_path / "feed.zip", 2)
    assert archive.exists()
    assert (rapport["etat"], rapport["code"]) == ("refuse", "FLUX_VALEUR")
    assert len(comptes(bac)) == 8


def test_gaps_and_stale_feeds_are_refused(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A delta after a gap, a delta seen before, an older complete feed are refused; a newer complete recovers."""
    deux = ecole.avec(eleves=(*ecole.eleves, eleve(4, "BRIVAL", "Zoé")))
    saut = delta(tmp_path, ecole, deux, J3)
    assert importer(bac, saut, 3)["code"] == "FLUX_TROU"
    assert importer(bac, saut, 3)["tentatives"] == 2
    assert importer(bac, saut, 1)["code"] == "FLUX_PERIME"
    assert importer(bac, complet(tmp_path, deux, date(2021, 9, 1)))["code"] == "FLUX_PERIME"
    assert len(comptes(bac)) == 8
    assert importer(bac, complet(tmp_path, deux, J4), 4)["etat"] == "applique"
    assert importer(bac, delta(tmp_path, deux, ecole, date(2021, 9, 10)), 5)["etat"] == "applique"
    refus = [x["code"] for x in bac["ent"].get("/api/projets/essai/imports").json() if x["etat"] == "refuse"]
    assert refus == ["FLUX_PERIME", "FLUX_PERIME", "FLUX_TROU"]


def test_the_first_feed_must_be_complete(bac: Any, tmp_path: Path) -> None:
    """A delta cannot start an ENT."""
    ouvrir_projet(bac)
    archive = delta(tmp_path, Ecole(), ecole_type(), J1)
    assert importer(bac, archive)["code"] == "DELTA_SANS_COMPLET"
    assert comptes(bac) == {}


def test_an_empty_complete_feed_is_refused(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A complete feed without anyone does not deactivate the whole school."""
    rapport = importer(bac, complet(tmp_path, Ecole(), J2), 2)
    assert rapport["code"] == "FLUX_VIDE"
    assert {c["etat"] for c in comptes(bac).values()} == {"a_activer"}


def test_a_stranger_is_not_a_feed(bac: Any, tmp_path: Path) -> None:
    """A file that is no feed is refused with a sentence, whatever its name."""
    ouvrir_projet(bac)
    fichier = tmp_path / "photo.tar.gz"
    fichier.write_bytes(b"GIF89a" + bytes(200))
    rapport = importer(bac, fichier)
    assert (rapport["etat"], rapport["code"]) == ("refuse", "AAF_ABSENTE")


def test_an_unknown_project_and_an_unknown_import(bac: Any) -> None:
    """What does not exist is said, with what to do."""
    for chemin in (
        "/api/projets/rien",
        "/api/projets/rien/comptes",
        "/api/projets/rien/bilan",
        "/api/projets/rien/imports",
    ):
        reponse = bac["ent"].get(chemin)
        assert (reponse.status_code, reponse.json()["code"]) == (404, "PROJET_INCONNU")
    ouvrir_projet(bac)
    assert bac["ent"].get("/api/projets/essai/imports/3").json()["code"] == "IMPORT_INCONNU"
    assert bac["ent"].get("/api/projets/essai/comptes/latest").json()["code"] == "COMPTE_INCONNU"
    deja = bac["ent"].post("/api/projets", json={"code": "autre", "aaf_projet": "X", "libelle": "X", "uais": [UAI]})
    assert (deja.status_code, deja.json()["code"]) == (409, "UAI_DEJA_RATTACHE")
