"""Two invented écoles of one ENT as the AAF of the first degree writes them, and feeds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from shared.formats.aaf import (
    Ajout,
    EcrivainAlimentation,
    Enregistrement,
    Fiche,
    Grammaire,
    PersEducNatAaf1d,
    calculer_delta,
    ecrire_archive,
)
from shared.formats.aaf.valeurs import ClasseEcole, CodeLibelle, Fonction, NomCourant
from shared.identifiers import fabriquer_ine, fabriquer_uai
from tests.formats.aaf.exemples_1d import (
    CE2,
    CIRCONSCRIPTION,
    ECOLE,
    ELEVES_1D,
    ORDINAIRE,
    PERSONNELS_1D,
    PROJET_1D,
    RESPONSABLES_1D,
)

from .jeu_ent import PARIS

UAI, MATERNELLE_UAI = ECOLE.uai, fabriquer_uai("096", 62)
MATERNELLE = replace(
    ECOLE, jointure=32, uai=MATERNELLE_UAI, nom=NomCourant("E.M.PU", "LES ŒILLETS", "MOULINS-FEINTS"), rpi=None
)
OSSIAN, FLEURINE, ANSELME = 810001, 810002, 810003
MERE, PERE = 820001, 820002
DIRECTRICE, SOUTIEN, REMPLACANTE = 6100, 6101, 6102
HOMONYME = ClasseEcole(31, ORDINAIRE, "7002", CE2.nom)
"""Another class of the same name in the same école."""
ANSELME_FICHE = replace(
    ELEVES_1D[1],
    jointure=ANSELME,
    ine=fabriquer_ine(990000063),
    autorites=(),
    niveau=CodeLibelle("1123", "CE2"),
    classes=(HOMONYME,),
    nom_famille="TREZEL",
    nom_usage="TREZEL",
    prenom="Anselme",
    prenoms=("Anselme",),
)
REMPLACANTE_FICHE = PersEducNatAaf1d(
    jointure=REMPLACANTE,
    civilite="Mme",
    structure=32,
    fonctions=(
        Fonction(31, "ENS", "ENSEIGNEMENT", "G0000", "SANS SPECIALITE"),
        Fonction(32, "-", "SANS OBJET"),
    ),
    specialites=(CodeLibelle("G0000", "SANS SPECIALITE"),),
    nom_famille="MARVAULT",
    nom_usage="MARVAULT",
    prenom="Élise",
    mel="elise.marvault@ac-fictive.invalid",
)


def fiches(eleves: Sequence[Fiche] = (*ELEVES_1D, ANSELME_FICHE)) -> list[Fiche]:
    """What a complete feed holds, in its order."""
    return [CIRCONSCRIPTION, ECOLE, MATERNELLE, *eleves, *RESPONSABLES_1D, *PERSONNELS_1D, REMPLACANTE_FICHE]


def complet(dossier: Path, lues: Sequence[Fiche], jour: date) -> Path:
    """The archive of a complete feed of that day."""
    return archive(dossier, "Complet", jour, ajouts(f.vers_enregistrement() for f in lues))


def delta(dossier: Path, avant: Sequence[Fiche], apres: Sequence[Fiche], jour: date) -> Path:
    """The archive of the delta from one state to the next."""
    etats = [[f.vers_enregistrement() for f in etat] for etat in (avant, apres)]
    return archive(dossier, "Delta", jour, calculer_delta(*etats))


def ajouts(enregistrements: Iterable[Enregistrement]) -> list[Ajout]:
    """Their additions."""
    return [Ajout(e.categorie, e.id, e.noms, e.valeurs) for e in enregistrements]


def archive(dossier: Path, type_: str, jour: date, operations: Iterable[Any]) -> Path:
    """The archive of these operations."""
    ici = dossier / f"{type_}-{jour:%Y%m%d}-{len(list(dossier.iterdir()))}"
    with EcrivainAlimentation(ici, PROJET_1D, "99", jour, type_, Grammaire.V6_3_1D) as ecrivain:
        ecrivain.ecrire(operations)
    a_deux_heures = datetime(jour.year, jour.month, jour.day, 2, tzinfo=PARIS)
    return ecrire_archive(ici, ecrivain.manifeste, a_deux_heures, ici.with_suffix(".tar.gz"))
