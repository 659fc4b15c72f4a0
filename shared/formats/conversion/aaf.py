"""An AAF feed, complete or delta, from one generation of the grammar to another, as a stream.

Source: reference aaf.md, sections 0, 1.5, 4; the rules of substitution are those of `shared.formats.aaf.substitutions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.contracts.refus import Lieu, Refus
from shared.formats.aaf import (
    Ajout,
    Depot,
    EcrivainAlimentation,
    Fiche,
    Grammaire,
    Manifeste,
    Modification,
    Operation,
    Substitutions,
    Suppression,
    TypeAlimentation,
    fiche_de,
    lire_fichier_depose,
    ouvrir,
    pertes,
)
from shared.formats.comparaison.delta_aaf import academie_de, grammaire_de
from shared.formats.conversion.rapport import Ecarts

_DES_LIENS = frozenset(
    {
        *("ENTEleveParents", "ENTElevePere", "ENTEleveMere", "ENTEleveAutoriteParentale"),
        *("ENTElevePersRelEleve1", "ENTEleveQualitePersRelEleve1"),
        *("ENTElevePersRelEleve2", "ENTEleveQualitePersRelEleve2"),
    }
)
_LIENS = "ENTElevePersRelEleve"
"""What 2012-2014 derives from the links goes with them in a modification."""


def grammaire_source(source: Path) -> tuple[Grammaire, TypeAlimentation]:
    """The generation of a feed, and whether it is complete. Raises what opening it raises, CONVERTIR_SANS_DATE."""
    with ouvrir(source) as depot:
        depot.controler()
        premier = depot.fichiers[0].nom
        if premier.type_ is None or premier.jour is None:
            raise Refus(
                f"Les fichiers de « {depot.nom} » ne disent ni leur type ni leur date.",
                code="CONVERTIR_SANS_DATE",
                remede="Nommez-les <projet>_<Complet|Delta>_<AAAAMMJJ>_<catégorie>_0000.xml.",
                lieu=Lieu(str(premier)),
            )
        return grammaire_de(depot, source), premier.type_


def convertir_alimentation(source: Path, dossier: Path, grammaire: Grammaire, ecarts: Ecarts) -> tuple[int, Manifeste]:
    """Write into `dossier` the feed `source` in another generation; the number of requests, and the manifest.

    Raises what reading and writing raise, `ValeurComposite` on a value that cannot be read.
    """
    substitutions = _VersEcarts(ecarts)
    with ouvrir(source) as depot:
        depot.controler()
        premier = depot.fichiers[0].nom
        assert premier.type_ is not None  # grammaire_source() refuses it
        assert premier.jour is not None
        with EcrivainAlimentation(
            dossier,
            premier.projet,
            academie_de(depot),
            premier.jour,
            premier.type_,
            grammaire,
            substitutions=substitutions,
        ) as ecrivain:
            ecrivain.ecrire(_operations(depot, grammaire, substitutions, ecarts))
    return sum(f.operations for f in ecrivain.manifeste.fichiers), ecrivain.manifeste


class _VersEcarts(Substitutions):
    """Tells each substitution to the report of the conversion."""

    def __init__(self, ecarts: Ecarts) -> None:
        super().__init__()
        self._ecarts = ecarts

    def _note(self, code: str, attribut: str, phrase: str, remede: str, objet: str | None = None) -> None:
        note = self._ecarts.abandonne if code == "AAF_ATTRIBUT_OMIS" else self._ecarts.substitue
        note(code, attribut, phrase.rstrip("."), premier=objet or self.objet)


def _operations(
    depot: Depot, grammaire: Grammaire, substitutions: Substitutions, ecarts: Ecarts
) -> Iterator[Operation]:
    for fichier in depot.fichiers:
        for operation in lire_fichier_depose(fichier):
            if isinstance(operation, Suppression):
                yield operation
                continue
            fiche = fiche_de(operation)
            for remarque in pertes(operation, fiche):
                objet, _, attribut = (remarque.lieu.element or "").rpartition(", ")
                phrase = "nos fiches ne portent pas cette valeur"
                ecarts.abandonne(remarque.code, attribut, phrase, premier=objet)
            convertie = _convertie(operation, fiche, grammaire, substitutions)
            if convertie.noms:
                yield convertie
            else:
                phrase = f"rien de ce que cette modification nomme n'existe dans la grammaire {grammaire.value}"
                ecarts.abandonne("AAF_MODIFICATION_VIDE", operation.categorie, phrase, premier=operation.id)


def _convertie(
    operation: Ajout | Modification, fiche: Fiche, grammaire: Grammaire, substitutions: Substitutions
) -> Ajout | Modification:
    """The same request; a modification names the attributes that it named, and no other."""
    enregistrement = fiche.vers_enregistrement(grammaire, substitutions)
    if not isinstance(operation, Modification):
        return Ajout(enregistrement.categorie, enregistrement.id, enregistrement.noms, enregistrement.valeurs)
    nommes = frozenset(operation.noms)
    paires = [
        (nom, valeurs)
        for nom, valeurs in enregistrement.attributs
        if nom in nommes or (nom in _DES_LIENS and _LIENS in nommes)
    ]
    return Modification.de(operation.categorie, operation.id, paires)
