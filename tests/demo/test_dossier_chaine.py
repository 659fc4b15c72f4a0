"""`rentree demo --dossier` played from STS-Web to the ENT."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rentree.demo import bilan as b
from rentree.demo import jouer_etapes
from rentree.demo.dossier import debut_de_l_annee
from rentree.demo.etapes import Rentree
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from tests.demo.dossier_essai import ORIGINAUX, REEL, lire, remplir

NICE = profil("nice-2021")


@pytest.fixture(scope="module")
def jouee(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folder played from STS-Web to the ENT: the files left, and the bilan."""
    dossier = remplir(tmp_path_factory.mktemp("reel") / "d", tuple(sorted(p.name for p in REEL.iterdir())), {})
    entree = lire(dossier)
    nom, out = "dossier_reel", tmp_path_factory.mktemp("out")
    installation.gestion.creer(nom, profil=NICE, graine=1, depart=debut_de_l_annee(NICE, 2021))
    lieu, transport = installation.implantation, nouveau_transport()
    r = Rentree(
        clients=Clients(lieu.adresses, lieu.jeton_interne, transport, nom),
        population=entree.population,
        fuseau=NICE.zone_horaire,
        dire=lambda etape, instant: None,
    )
    jouer_etapes(r)
    fichiers = b.rassembler(r)
    bilan = b.composer(r, b.sommes(fichiers), entree.sources)
    b.ecrire(out, fichiers, bilan)
    yield out, bilan
    transport.close()
    installation.gestion.supprimer(nom)


def textes(dossier: Path) -> Iterator[tuple[str, str]]:
    """Every text left in a folder, archives opened."""
    for chemin in sorted(p for p in dossier.rglob("*") if p.is_file()):
        octets = chemin.read_bytes()
        contenus = {chemin.name: octets}
        if zipfile.is_zipfile(io.BytesIO(octets)):
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                contenus = {f"{chemin.name}/{m}": archive.read(m) for m in archive.namelist()}
        for nom, contenu in contenus.items():
            tete = contenu[:120].decode("ascii", "replace")
            yield nom, contenu.decode("iso-8859-15" if "8859-15" in tete else "utf-8")


@pytest.mark.timeout(300)
def test_the_folder_is_played_to_the_ent(jouee: tuple[Path, dict[str, Any]]) -> None:
    """Thirteen pupils, two classes, the files' mistakes explained one by one at the end of the chain."""
    _, bilan = jouee
    assert (bilan["uai"], bilan["eleves"], bilan["divisions"]) == ("0970034K", 13, 2)
    assert bilan["comptes"]["eleves"] > 0
    codes = {x["code"] for x in bilan["exclusions"]}
    assert {"GROUPE_REJETE_STS", "RESPONSABLE_EN_DOUBLE", "FICHE_BLOQUANTE", "MULTI_INSCRIPTION"} <= codes
    assert bilan["sources"]


@pytest.mark.timeout(300)
def test_no_file_left_names_anybody(jouee: tuple[Path, dict[str, Any]]) -> None:
    """Every file of --out, feeds of the AAF included, is free of the identities of the folder."""
    out, _ = jouee
    vus = dict(textes(out))
    assert any(n.endswith(".xml") and "PersRelEleve" in n for n in vus)
    assert {n: f for n, t in vus.items() if (f := ORIGINAUX.fuites(t))} == {}
