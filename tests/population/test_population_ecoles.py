"""The invented écoles: the same for the same seed, a feed without fault, what an importer must meet in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from rentree.population.ecoles import ECOLES_MAX, Demande, inventer
from rentree.population.parametres import ParametresRefuses
from shared.formats.aaf import (
    EleveAaf1d,
    EtabEducNatAaf1d,
    Grammaire,
    PersEducNatAaf1d,
    PersRelEleveAaf1d,
    lire_fiches_alimentation,
    reconnaitre_alimentation,
    verifier_alimentation,
)
from shared.identifiers import est_ine_reserve, est_reserve, mel_reserve, telephone_reserve

FICHES = inventer(Demande())
ECOLES = [f for f in FICHES if isinstance(f, EtabEducNatAaf1d)]
ELEVES = [f for f in FICHES if isinstance(f, EleveAaf1d)]
RESPONSABLES = [f for f in FICHES if isinstance(f, PersRelEleveAaf1d)]
PERSONNELS = [f for f in FICHES if isinstance(f, PersEducNatAaf1d)]
_EMPREINTE = """
import hashlib
from rentree.population.ecoles import Demande, inventer
print(hashlib.sha256(repr(inventer(Demande())).encode()).hexdigest())
"""


def test_same_seed_same_people_on_any_machine() -> None:
    """Hash seed, language and time zone change nothing; another seed gives other people."""
    empreintes = set()
    for graine, langue, fuseau in (("0", "C", "UTC"), ("4242", "fr_FR.UTF-8", "Pacific/Noumea")):
        milieu = {**os.environ, "PYTHONHASHSEED": graine, "LANG": langue, "TZ": fuseau}
        sortie = subprocess.run(
            [sys.executable, "-c", _EMPREINTE], env=milieu, capture_output=True, text=True, check=True
        )
        empreintes.add(sortie.stdout)
    assert len(empreintes) == 1
    assert inventer(Demande()) == FICHES
    assert inventer(Demande(seed=2)) != FICHES


def test_everybody_is_in_the_reserved_ranges() -> None:
    """UAI, INE, telephones, addresses; each INE and each number once."""
    assert all(est_reserve(e.uai) for e in ECOLES)
    assert all(est_ine_reserve(e.ine) for e in ELEVES)
    assert len({e.ine for e in ELEVES}) == len(ELEVES)
    assert len({f.identifiant for f in FICHES}) == len(FICHES)
    telephones = [t for r in RESPONSABLES for t in (r.telephone_domicile, *r.mobiles) if t]
    assert all(
        telephone_reserve(t.replace("+33 ", "0")) for t in [*telephones, *(e.telephone for e in ECOLES if e.telephone)]
    )
    assert all(mel_reserve(m) for r in RESPONSABLES for m in r.mels)
    assert all(mel_reserve(p.mel) for p in PERSONNELS)


def test_what_an_importer_must_meet_is_there() -> None:
    """Kinds of écoles, classes of two levels, brothers and sisters, separated parents, direction, remplaçants."""
    assert Counter(e.nom.sigle for e in ECOLES) == {"E.E.PU": 2, "E.M.PU": 1, "E.P.PU": 1, "IEN": 1}
    rpi = [e.rpi for e in ECOLES if e.rpi]
    assert len(rpi) == 2
    assert len(set(rpi)) == 1
    circonscriptions = {e.circonscription for e in ECOLES} - {None}
    assert circonscriptions <= {e.jointure for e in ECOLES}
    niveaux: dict[str, set[str]] = {}
    for e in ELEVES:
        assert e.niveau is not None
        niveaux.setdefault(e.classes[0].id, set()).add(e.niveau.libelle)
    assert {len(n) for n in niveaux.values()} == {1, 2, 3}
    assert any(e.groupes for e in ELEVES)
    parents = {r.jointure: r for r in RESPONSABLES}
    couples = [[parents[a.personne] for a in e.autorites] for e in ELEVES if len(e.autorites) == 2]
    assert any(a.adresse != b.adresse for a, b in couples)
    assert any(a.adresse == b.adresse for a, b in couples)
    fratries = [r.eleves for r in RESPONSABLES if len(r.eleves) > 1]
    ecole_de = {e.jointure: e.structure for e in ELEVES}
    assert any(len({ecole_de[e] for e in fratrie}) > 1 for fratrie in fratries), "in two écoles"
    dirigees = [d for p in PERSONNELS for d in p.directions]
    assert sorted(dirigees) == sorted(e.jointure for e in ECOLES if e.circonscription)
    assert any(len({f.structure for f in p.fonctions}) == 2 and p.structure for p in PERSONNELS)
    assert any(p.structure is None for p in PERSONNELS)


def test_the_command_writes_a_feed_without_fault(tmp_path: Path) -> None:
    """The folder is a complete feed of the first degree in which nothing is found wrong, of the same people."""
    sortie = tmp_path / "ecoles"
    reponse = CliRunner().invoke(application, ["aaf", "ecoles", "-o", str(sortie)], catch_exceptions=False)
    assert reponse.exit_code == 0
    assert "Alimentation complète du projet ENT1D au 02/09/2021" in reponse.output
    assert reconnaitre_alimentation(sortie) is Grammaire.V6_3_1D
    assert verifier_alimentation(sortie) == []
    assert list(lire_fiches_alimentation(sortie)) == FICHES


@pytest.mark.parametrize("demande", [{"ecoles": 0}, {"ecoles": ECOLES_MAX + 1}, {"annee": 1200}])
def test_what_cannot_be_invented_is_refused(demande: dict[str, int]) -> None:
    """The number of écoles and the year have bounds."""
    with pytest.raises(ParametresRefuses):
        Demande(**demande)
