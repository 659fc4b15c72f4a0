"""AAF feeds: complete with complete, complete with a delta applied, and the delta between two."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

import pytest

from shared.contracts.refus import Refus
from shared.formats.aaf import (
    Ajout,
    Categorie,
    EcrivainAlimentation,
    Enregistrement,
    Modification,
    Operation,
    Suppression,
    TypeAlimentation,
    appliquer_delta,
    ecrire_archive,
    lire_alimentation,
)
from shared.formats.comparaison import Cle, Reglages, comparer, ecrire_delta
from shared.formats.comparaison.aaf import appliquer

from .jeu_comparaison import COMPLET, COMPLET_2013, DELTA, copie, copie_aaf, differences

CLASSE = ("<value>420$4A</value>", "<value>420$4B</value>")


def test_un_changement_est_dit(tmp_path: Path) -> None:
    """One attribute changed, in one record of one category."""
    neuf = copie_aaf(COMPLET, tmp_path / "neuf", "Eleve", CLASSE)
    assert differences(comparer(COMPLET, neuf)) == {"élèves": ((), (), {"910001": ["ENTEleveClasses"]})}


def test_dossier_et_archive_disent_la_meme_chose(tmp_path: Path) -> None:
    """A feed in its archive is the feed of the folder."""
    dossier = tmp_path / "feed"
    with EcrivainAlimentation(dossier, "P", "96", date(2024, 9, 16), TypeAlimentation.COMPLET) as ecrivain:
        ecrivain.ecrire(lire_alimentation(COMPLET))
    archive = ecrire_archive(dossier, ecrivain.manifeste, datetime(2024, 9, 16), tmp_path / "feed.tar.gz")  # noqa: DTZ001
    comparaison = comparer(archive, COMPLET)
    assert comparaison.identique
    assert sum(c.inchangees for c in comparaison.paires[0].categories) == 10


def test_un_delta_est_applique_a_l_alimentation_complete() -> None:
    """A delta as the second term: what it changes, and not the list of what it says again."""
    assert differences(comparer(COMPLET, DELTA)) == {
        "élèves": ((), ("910002",), {"910001": ["ENTEleveClasses", "ENTEleveGroupes"]})
    }


def test_un_delta_qui_redit_ce_qui_est_ne_change_rien(tmp_path: Path) -> None:
    """A modification whose values are those that the complete feed has is no difference."""
    redit = copie_aaf(
        DELTA,
        tmp_path / "redit",
        "Eleve",
        ("<value>420$4B</value>", "<value>420$4A</value>"),
        (
            '"ENTEleveGroupes" operation="replace"><value/>',
            '"ENTEleveGroupes" operation="replace"><value>420$4A GR1</value><value>420$4A-4B LAT</value>',
        ),
        ("<id>910002</id>", "<id>999999</id>"),
    )
    assert comparer(COMPLET, redit).identique


def test_deux_generations_se_comparent_dans_l_ancienne() -> None:
    """Feeds of 2013 and 2024 of other schools: everything differs, and what is not compared is told."""
    comparaison = comparer(COMPLET_2013, COMPLET)
    assert not comparaison.identique
    codes = [r.code for r in comparaison.paires[0].remarques]
    assert codes == ["COMPARER_GENERATIONS"] * 3
    assert "ENTEleveINE" in comparaison.paires[0].remarques[1].phrase


def test_un_delta_seul_ne_se_compare_pas() -> None:
    """A delta as the first term is refused: it says nothing of what did not change."""
    with pytest.raises(Refus) as refus:
        comparer(DELTA, COMPLET)
    assert refus.value.code == "COMPARER_DELTA_SANS_COMPLET"


def test_un_complet_qui_modifie_est_refuse(tmp_path: Path) -> None:
    """A file without a type in its name that deletes is no complete feed."""
    (fichier,) = DELTA.glob("*.xml")
    faux = copie(fichier, tmp_path / "faux_Eleve_0000.xml")
    with pytest.raises(Refus) as refus:
        comparer(faux, COMPLET)
    assert refus.value.code == "COMPARER_PAS_COMPLET"


def test_une_alimentation_incomplete_est_refusee(tmp_path: Path) -> None:
    """A numbered file that is missing is told before anything is compared."""
    troue = copie_aaf(COMPLET, tmp_path / "troue")
    (eleves,) = troue.glob("*_Eleve_0000.xml")
    eleves.rename(eleves.with_name(eleves.name.replace("_0000", "_0001")))
    with pytest.raises(Refus) as refus:
        comparer(COMPLET, troue)
    assert refus.value.code == "AAF_FICHIER_MANQUANT"


def test_par_ine_un_eleve_d_une_autre_base(tmp_path: Path) -> None:
    """The same pupils under other identifiers are the same by INE; responsables are left out."""
    autre = copie_aaf(
        COMPLET,
        tmp_path / "autre",
        "Eleve",
        ("<id>910001</id>", "<id>880001</id>"),
        ('"ENTPersonJointure"><value>910001', '"ENTPersonJointure"><value>880001'),
        ("920001$10$1$1$0$1", "930001$10$1$1$0$1"),
    )
    assert not comparer(COMPLET, autre).identique
    comparaison = comparer(COMPLET, autre, Reglages(Cle.INE))
    assert comparaison.identique
    assert "responsables" not in [c.nom for c in comparaison.paires[0].categories]


# --- the delta between two feeds --------------------------------------------------------------------------------------


def test_le_delta_ecrit_mene_de_l_un_a_l_autre(tmp_path: Path) -> None:
    """Applied to the first feed, the delta written gives the second; its day and project are those of the second."""
    neuf = copie_aaf(COMPLET, tmp_path / "neuf", "Eleve", CLASSE, ("<id>910002</id>", "<id>910003</id>"))
    ecrit = ecrire_delta(COMPLET, neuf, tmp_path / "delta")
    assert (ecrit.modifications, ecrit.suppressions) == (1, 1)
    assert sorted(f.name for f in (tmp_path / "delta").glob("*_Eleve_*")) == [
        "ENT2DVA-ENT96_Delta_20240916_Eleve_0000.xml"
    ]
    assert not comparer(COMPLET, neuf).identique
    assert comparer(COMPLET, neuf, Reglages(appliquer=tmp_path / "delta")).identique


def test_un_delta_ne_remplace_que_ce_qu_on_demande(tmp_path: Path) -> None:
    """A folder that is there is kept; `remplacer` replaces a feed, never a folder that holds anything else."""
    cible = tmp_path / "delta"
    ecrire_delta(COMPLET, COMPLET, cible)
    avant = {f.name: f.read_bytes() for f in cible.iterdir()}
    with pytest.raises(Refus) as refus:
        ecrire_delta(COMPLET, COMPLET, cible)
    assert refus.value.code == "CIBLE_EXISTE"
    ecrire_delta(COMPLET, COMPLET, cible, remplacer=True)
    assert {f.name: f.read_bytes() for f in cible.iterdir()} == avant
    (cible / "a garder.txt").write_text("précieux", "utf-8")
    with pytest.raises(Refus):
        ecrire_delta(COMPLET, COMPLET, cible, remplacer=True)
    assert (cible / "a garder.txt").exists()
    assert sorted(f.name for f in tmp_path.iterdir()) == ["delta"]


def test_un_delta_refuse_ne_laisse_rien(tmp_path: Path) -> None:
    """Between two generations, or to a delta, nothing is written."""
    for a, b, code in ((COMPLET_2013, COMPLET, "DELTA_GENERATIONS"), (COMPLET, DELTA, "COMPARER_DELTA_SANS_COMPLET")):
        with pytest.raises(Refus) as refus:
            ecrire_delta(a, b, tmp_path / "delta")
        assert refus.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_appliquer_vaut_le_module_des_deltas() -> None:
    """Applied as a stream, any requests give what `appliquer_delta` gives on a directory in memory."""
    alea = random.Random(20250901)
    for categorie in (Categorie.ELEVE, Categorie.MEF):
        for _ in range(600):
            avant = [_fiche(categorie, str(i), alea) for i in range(6) if alea.random() < 0.7]
            operations = [_operation(categorie, alea) for _ in range(alea.randrange(6))]
            annuaire = {(e.categorie, e.id): e for e in avant}
            appliquer_delta(annuaire, operations)
            rendu = {(e.categorie, e.id): e.remplis() for e in appliquer(avant, operations, categorie)}
            assert rendu == {cle: e.remplis() for cle, e in annuaire.items()}, operations


def _fiche(categorie: Categorie, identifiant: str, alea: random.Random) -> Enregistrement:
    return Enregistrement.de(categorie, identifiant, [(n, (str(alea.randrange(3)),)) for n in "abc"])


def _operation(categorie: Categorie, alea: random.Random) -> Operation:
    identifiant = str(alea.randrange(6))
    sorte = alea.randrange(3)
    if sorte == 0:
        return Suppression(categorie, identifiant)
    fiche = _fiche(categorie, identifiant, alea)
    if sorte == 1:
        return Ajout(fiche.categorie, fiche.id, fiche.noms, fiche.valeurs)
    return Modification.de(categorie, identifiant, fiche.attributs[: alea.randrange(1, 4)])
