"""The AAF delta that leads from one complete feed to the next, written as a feed of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.formats.aaf import (
    CATEGORIES,
    Depot,
    EcrivainAlimentation,
    Enregistrement,
    Grammaire,
    TypeAlimentation,
    calculer_delta,
    ouvrir,
    reconnaitre_alimentation,
)
from shared.formats.comparaison.aaf import Etat, controler, est_delta, refuser_delta
from shared.formats.comparaison.sortie import dossier_neuf

_ACADEMIE = re.compile(rb'codeAcademieExport="([0-9]{2})"')
_DEBUT = 4096
_SANS_ACADEMIE = "00"


class DeltaEcrit(Struct, frozen=True):
    """What was written: folder, additions, modifications, deletions."""

    dossier: str
    ajouts: int
    modifications: int
    suppressions: int


def ecrire_delta(ancien: Path, nouveau: Path, dossier: Path, *, remplacer: bool = False) -> DeltaEcrit:
    """Write into `dossier` the delta between two complete feeds, under the project and day of the second.

    Nothing stands under that name before the whole is written. Raises `Refus`: CIBLE_EXISTE (unless `remplacer`),
    COMPARER_DELTA_SANS_COMPLET, DELTA_GENERATIONS, DELTA_SANS_DATE, `OrdreRefuse` when a feed is not sorted, and
    what reading and writing raise.
    """
    with ouvrir(ancien) as avant, ouvrir(nouveau) as apres:
        for depot in (avant, apres):
            controler(depot)
            if est_delta(depot):
                raise refuser_delta(depot)
        grammaire = grammaire_de(apres, nouveau)
        if grammaire_de(avant, ancien) is not grammaire:
            raise Refus(
                "Les deux alimentations ne sont pas de la même génération : le delta toucherait toutes les fiches.",
                code="DELTA_GENERATIONS",
                remede="Convertissez d'abord l'une des deux avec « rentree fichier convertir ».",
            )
        nom = apres.fichiers[0].nom
        if nom.jour is None:
            raise Refus(
                f"Les fichiers de « {apres.nom} » ne portent pas de date : celle du delta n'est pas connue.",
                code="DELTA_SANS_DATE",
                remede="Nommez-les <projet>_Complet_<AAAAMMJJ>_<catégorie>_0000.xml.",
            )
        with (
            dossier_neuf(dossier, remplacer=remplacer) as neuf,
            EcrivainAlimentation(
                neuf, nom.projet, academie_de(apres), nom.jour, TypeAlimentation.DELTA, grammaire
            ) as ecrivain,
        ):
            ecrivain.ecrire(calculer_delta(_enregistrements(avant), _enregistrements(apres)))
    fichiers = ecrivain.manifeste.fichiers
    return DeltaEcrit(
        str(dossier),
        sum(f.ajouts for f in fichiers),
        sum(f.modifications for f in fichiers),
        sum(f.suppressions for f in fichiers),
    )


def _enregistrements(depot: Depot) -> Iterator[Enregistrement]:
    etat = Etat(depot)
    for categorie in CATEGORIES:
        yield from etat.categorie(categorie)


def grammaire_de(depot: Depot, source: Path) -> Grammaire:
    """The generation of the feed of `source`: its manifest's, else what its records tell, else the current one."""
    if depot.manifeste is not None:
        return depot.manifeste.grammaire
    return reconnaitre_alimentation(source) or Grammaire.V6_4


def academie_de(depot: Depot) -> str:
    """The code of the académie: the manifest's, else that of a header comment, else « 00 »."""
    if depot.manifeste is not None:
        return depot.manifeste.code_academie
    with depot.fichiers[0].ouvrir() as flux:
        trouve = _ACADEMIE.search(flux.read(_DEBUT))
    return trouve[1].decode() if trouve else _SANS_ACADEMIE
