"""The catalogue of GAR exports: the simulated ENT's passes, by its address; a spoilt one goes red where it is."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rentree.conformite.catalogue import Bilan
from rentree.conformite.execution import jouer_gar
from rentree.conformite.gar import CATALOGUE
from rentree.conformite.monde import CIBLE, MondeDEssai
from shared.contracts.refus import Refus


@pytest.fixture(scope="module")
def export(monde: MondeDEssai) -> Iterator[str]:
    """The address of an export of the ENT."""
    monde.oublier()
    monde.declarer([], "gar", {"ident": "RX5"})
    monde.clients["ent"].poster(f"/api/connecteurs/{CIBLE}/gar/exports")
    yield f"{monde.racine_ent}/api/connecteurs/{CIBLE}/gar/exports/latest/archive"
    monde.oublier()


def jouer(cible: str) -> Bilan:
    """Play the catalogue."""
    return jouer_gar(cible, 20, lambda dit: None)


def test_the_export_of_the_ent_passes(export: str) -> None:
    """Every rule, but for the checksum that an address does not give."""
    bilan = jouer(export)
    assert {v.titre for v in bilan.verdicts if v.etat != "reussi"} == {"L'empreinte est celle de l'archive"}
    assert len(bilan.verdicts) == len(CATALOGUE)


def test_a_spoilt_export_goes_red_where_it_is(export: str, tmp_path: Path, monde: MondeDEssai) -> None:
    """A pupil's MEF that is not declared, a file that is missing, a false checksum: these cases, and no other."""
    octets = monde.clients["ent"].demander("GET", export.removeprefix(monde.racine_ent)).content
    (tmp_path / "x.tar.gz").write_bytes(octets)
    dossier = tmp_path / "export"
    with tarfile.open(tmp_path / "x.tar.gz") as tar:
        tar.extractall(dossier)  # ours; Python 3.11.2 has no filter
    [etab] = dossier.glob("*_Etab_*.xml")
    etab.write_text(etab.read_text(encoding="utf-8").replace("<men:GARMEFCode>1001", "<men:GARMEFCode>9001"), "utf-8")
    [groupe] = dossier.glob("*_Groupe_*.xml")
    groupe.unlink()
    rouges = {v.titre for v in jouer(str(dossier)).verdicts if v.etat == "echoue"}
    assert "Les fichiers" in rouges
    assert any("MEF" in t for t in rouges)
    assert "Les noms" not in rouges
    archive = tmp_path / f"{etab.name.partition('_2D_')[0]}.tar.gz"
    shutil.copy(tmp_path / "x.tar.gz", archive)
    archive.with_name(archive.name.removesuffix(".tar.gz") + ".md5").write_text("0" * 32)
    assert {v.titre for v in jouer(str(archive)).verdicts if v.etat == "echoue"} >= {
        "L'empreinte est celle de l'archive"
    }
    with pytest.raises(Refus) as refus:
        jouer(str(tmp_path / "rien"))
    assert refus.value.code == "CIBLE_INVALIDE"
