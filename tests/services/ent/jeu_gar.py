"""The ENT of the GAR tests: two schools, a connector, and reading what it exports."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from services.ent.rules.connecteurs import uuid_du_compte
from shared.formats.gar import Degre
from shared.formats.gar.schema import schema
from shared.horloge.profils import profil
from tests.conftest import BacEssai

from . import jeu_ent as jeu
from .test_ent_mon_ent import LYCEE, deux_ecoles

ESPACE = "{http://data.education.fr/ns/gar}"
LATIN = "020300"


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT, and a GAR connector."""
    choisi = profil("nice-2021")
    installation.gestion.creer("essai_gar", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_gar", pile)
        alimenter(bac, tmp_path_factory.mktemp("gar"))
        declarer(bac)
        yield bac
    installation.gestion.supprimer("essai_gar")


def alimenter(bac: Any, dossier: Path) -> None:
    """Both schools in one ENT; the feed says what Ilona follows."""
    jeu.ouvrir_projet(bac, uais=[jeu.UAI, LYCEE])
    ecole, lycee = deux_ecoles()
    ilona = replace(ecole.eleves[0], enseignements=((jeu.ANGLAIS, "ANGLAIS LV1"), (LATIN, "LATIN"), ("", "AUTRE")))
    fiches = ecole.avec(
        eleves=(ilona, *ecole.eleves[1:]), matieres=(*ecole.matieres, (LATIN, "LATIN"))
    ).enregistrements()
    fiches.insert(1, lycee.vers_enregistrement())
    rapport = jeu.importer(bac, jeu.archive_complete(dossier, fiches, date(2021, 9, 6)))
    assert rapport["etat"] == "applique", rapport["phrase"]


def declarer(bac: Any, code: str = "gar", **reglages: Any) -> None:
    """A GAR connector of that ENT."""
    corps = {"projet": "essai", "nom": "GAR", "protocole": "gar", "reglages": reglages}
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text


def exporter(bac: Any, code: str = "gar") -> dict[str, Any]:
    """An export now, by hand."""
    reponse = bac["ent"].post(f"/api/connecteurs/{code}/gar/exports")
    assert reponse.status_code == 201, reponse.text
    fait: dict[str, Any] = reponse.json()
    return fait


def piece(bac: Any, nom: str, code: str = "gar") -> bytes:
    """A piece of the last export."""
    reponse = bac["ent"].get(f"/api/connecteurs/{code}/gar/exports/latest/{nom}")
    assert reponse.status_code == 200, reponse.text
    contenu: bytes = reponse.content
    return contenu


def deplier(archive: bytes, degre: Degre = Degre.SECOND) -> dict[str, etree._Element]:
    """The first document of each kind in an archive; each is valid against our schema."""
    documents: dict[str, etree._Element] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for membre in tar.getmembers():
            fichier = tar.extractfile(membre)
            assert fichier is not None
            racine = etree.fromstring(fichier.read())
            schema(degre).assertValid(racine)
            documents.setdefault(membre.name.split("_")[-2], racine)
    return documents


def ident(bac: Any, aaf_id: int) -> str:
    """GARPersonIdentifiant."""
    return uuid_du_compte(bac.nom, "essai", aaf_id)


def dire(element: etree._Element) -> list[Any]:
    """An element as nested (name, text or children)."""
    return [(str(e.tag).removeprefix(ESPACE), dire(e) if len(e) else (e.text or "")) for e in element.iterchildren("*")]


def fiche(racine: etree._Element, nom: str, identifiant: str) -> list[Any]:
    """The record of that person."""
    cle = f"{ESPACE}GARPersonIdentifiant"
    (trouve,) = [e for e in racine.findall(f"{ESPACE}{nom}") if e.findtext(cle) == identifiant]
    return dire(trouve)


def lies(racine: etree._Element, nom: str, identifiant: str) -> list[tuple[str, ...]]:
    """The links of that person: the other leaves of each."""
    siens = [t for t in map(dire, racine.findall(f"{ESPACE}{nom}")) if ("GARPersonIdentifiant", identifiant) in t]
    return [tuple(v for n, v in t if n != "GARPersonIdentifiant") for t in siens]


def identite(nom: str, prenom: str, profils: list[tuple[str, str]], naissance: str, bac: Any, aaf_id: int) -> list[Any]:
    """What both files say of a person."""
    return [
        ("GARPersonIdentifiant", ident(bac, aaf_id)),
        *(("GARPersonProfils", [("GARStructureUAI", u), ("GARPersonProfil", p)]) for u, p in profils),
        ("GARPersonNomPatro", nom),
        ("GARPersonNom", nom),
        ("GARPersonPrenom", prenom),
        ("GARPersonAutresPrenoms", prenom),
        ("GARPersonStructRattach", profils[0][0]),
        *(("GARPersonEtab", u) for u, _ in profils),
        ("GARPersonDateNaissance", naissance),
    ]
