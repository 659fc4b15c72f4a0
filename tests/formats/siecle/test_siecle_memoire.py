"""A pupils' file of a large school is read in little memory; the bench compares like with like."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from rentree.bench import siecle as bench
from shared.formats.siecle.eleves_ecriture import ecrire_eleves


def test_trois_mille_eleves_en_moins_de_cent_mo(tmp_path: Path) -> None:
    """A process reads ElevesAvecAdresses of 3,000 pupils, documents and all, in less than 100 MB."""
    chemin = tmp_path / "ElevesAvecAdresses.xml"
    eleves, adresses = bench.inventer(bench.NOMBRE)
    with chemin.open("wb") as sortie:
        ecrire_eleves(sortie, bench.ENVELOPPE, eleves, adresses)
    assert chemin.stat().st_size > 5_000_000
    assert bench.memoire_de_lecture(chemin) < bench.MEMOIRE_MO * 1_000_000


def test_le_plancher_ecrit_les_memes_eleves() -> None:
    """The floor of writing holds the same leaves as the file, so that the two durations compare."""
    eleves, adresses = bench.inventer(5)
    sortie = io.BytesIO()
    ecrire_eleves(sortie, bench.ENVELOPPE, eleves, adresses)
    rendre, rendre_adresse = bench._rendus(eleves[0], adresses[0])
    nu = "".join([*map(rendre, eleves), *map(rendre_adresse, adresses)])
    ecrites = [ligne.strip().replace("<VILLE_NAISS/>", "<VILLE_NAISS></VILLE_NAISS>") for ligne in _corps(sortie)]
    assert sorted(nu.splitlines()) == sorted(ecrites)


def _corps(sortie: io.BytesIO) -> list[str]:
    """The lines of the records, without the containers."""
    conteneurs = ("ELEVES>", "OPTIONS>", "STRUCTURES>", "ADRESSES>", "BOURSES/>", "DONNEES>", "BEE_ELEVES>")
    lignes = sortie.getvalue().decode("iso-8859-15").splitlines()
    debut = next(i for i, ligne in enumerate(lignes) if ligne.strip() == "<ELEVES>")
    return [ligne for ligne in lignes[debut:] if not ligne.strip().lstrip("</").startswith(conteneurs)]


def test_le_banc_donne_ses_trois_mesures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing, reading and memory are each measured beside their floor."""
    monkeypatch.setattr(bench, "NOMBRE", 20)
    mesures = list(bench.mesurer_siecle(1))
    assert [m.unite for m in mesures] == ["s", "s", "Mo"]
    assert all(m.valeur > 0 and m.plancher and m.plancher_nom for m in mesures)
