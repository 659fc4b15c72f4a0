"""The objects of AAF feeds, category by category: what a feed states, and what it states once a delta is applied.

Memory holds one category at a time, and of a delta the requests of one category.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu, Refus, Remarque
from shared.formats.aaf import Ajout, Depot, Enregistrement, Modification, Operation, Suppression, fiche_de
from shared.formats.aaf.delta import appliquer_modification
from shared.formats.aaf.grammaire import (
    CATEGORIES,
    REFERENCES,
    Categorie,
    Grammaire,
    attributs_de,
    reconnaitre_grammaire,
)
from shared.formats.aaf.lecture import lire_fichier_depose
from shared.formats.aaf.noms import TypeAlimentation
from shared.formats.comparaison.fiches import SEPARATEUR, Champs, FicheComparee
from shared.formats.comparaison.moteur import comparer_fiches
from shared.formats.comparaison.resultat import CategorieComparee

NOMS = {
    Categorie.ETABLISSEMENT: "établissements",
    Categorie.MEF: "MEF",
    Categorie.MATIERE: "matières",
    Categorie.ELEVE: "élèves",
    Categorie.RESPONSABLE: "responsables",
    Categorie.PERSONNEL: "personnels",
}
_DE_LA_BASE = frozenset(
    {
        *("ENTPersonJointure", "ENTEleveStructRattachId", "ENTPersonStructRattach", "ENTEleveAdresseRel"),
        *("ENTElevePersRelEleve", "ENTEleveParents", "ENTElevePere", "ENTEleveMere", "ENTEleveAutoriteParentale"),
        *("ENTElevePersRelEleve1", "ENTElevePersRelEleve2"),
    }
)
"""What a pupil's record holds that only means something in its own base."""
_DANS_STRUCTURE = frozenset(
    {
        *("ENTEleveClasses", "ENTEleveGroupes", "ENTEleveDateEntreeClasses", "ENTEleveDateSortieClasses"),
        *("ENTPersonClasses", "ENTPersonGroupes"),
    }
)
"""Values that begin with the identifier of a structure, which another base numbers otherwise."""
_INE = "ENTEleveINE"
_MOUVEMENT = (Suppression, Modification)

_CREUX_SEULS = "$, "
_CREUX = ("", *_CREUX_SEULS)
"""What a value made of empty fields, or several of them, begins with."""


class Etat(Struct, frozen=True):
    """What an ENT holds after a complete feed, and after a delta if there is one, category by category."""

    complet: Depot
    delta: Depot | None = None

    def categorie(self, categorie: Categorie) -> Iterator[Enregistrement]:
        """The objects of a category, in the order of the complete feed, those that a delta adds at the end.

        Raises what reading raises, and `Refus` COMPARER_PAS_COMPLET.
        """
        lus = _complet(self.complet, categorie)
        if self.delta is None:
            return lus
        return appliquer(lus, _operations(self.delta, categorie), categorie)


def _operations(depot: Depot, categorie: Categorie) -> Iterator[Operation]:
    for fichier in depot.fichiers:
        if fichier.nom.categorie is categorie:
            yield from lire_fichier_depose(fichier)


def _complet(depot: Depot, categorie: Categorie) -> Iterator[Enregistrement]:
    for operation in _operations(depot, categorie):
        if isinstance(operation, _MOUVEMENT):
            raise Refus(
                f"« {depot.nom} » n'est pas une alimentation complète : elle modifie ou supprime.",
                code="COMPARER_PAS_COMPLET",
                remede="Donnez d'abord l'alimentation complète, puis celle que vous lui comparez.",
                lieu=Lieu(depot.nom),
            )
        yield operation.enregistrement


def appliquer(
    lus: Iterable[Enregistrement], operations: Iterable[Operation], categorie: Categorie
) -> Iterator[Enregistrement]:
    """The objects of a category once the requests of a delta are applied, as `shared.formats.aaf.delta` says.

    Memory: the requests, whatever the number of objects.
    """
    demandes: dict[str, Operation] = {}
    recus: set[str] = set()  # a category of reference is replaced whole by what is added of it
    for operation in operations:
        avant = demandes.get(operation.id)
        if categorie in REFERENCES and isinstance(operation, Ajout):
            recus.add(operation.id)
        if isinstance(operation, Modification) and avant is not None:
            operation = _a_la_suite(avant, operation)
        demandes[operation.id] = operation
    for enregistrement in lus:
        demande = demandes.pop(enregistrement.id, None)
        if isinstance(demande, Suppression) or (recus and enregistrement.id not in recus):
            continue
        if isinstance(demande, Modification):
            yield appliquer_modification(enregistrement, demande)
        else:
            yield enregistrement if demande is None else demande.enregistrement
    for reste in demandes.values():
        if not isinstance(reste, Suppression) and (not recus or reste.id in recus):
            yield Enregistrement(reste.categorie, reste.id, reste.noms, reste.valeurs)


def _a_la_suite(avant: Operation, modification: Modification) -> Operation:
    """Two requests on one object as one; what was deleted before is created."""
    if isinstance(avant, Suppression):
        return Ajout(modification.categorie, modification.id, modification.noms, modification.valeurs)
    ensemble = appliquer_modification(
        Enregistrement(avant.categorie, avant.id, avant.noms, avant.valeurs), modification
    )
    return type(avant)(ensemble.categorie, ensemble.id, ensemble.noms, ensemble.valeurs)


def comparer_etats(
    a: Etat, b: Etat, *, par_ine: bool = False, valeurs: bool = False
) -> tuple[tuple[CategorieComparee, ...], tuple[Remarque, ...]]:
    """What differs between two states of a feed, category by category, and what was compared otherwise.

    Arguments: `par_ine`, pupils by INE, responsables left out. Two generations are compared in the older one, for the
    attributes that it has. Raises `Refus` COMPARER_DEGRES, COMPARER_PAS_COMPLET, and what reading raises.
    """
    categories: list[CategorieComparee] = []
    remarques: list[Remarque] = []
    for categorie in CATEGORIES:
        if par_ine and categorie is Categorie.RESPONSABLE:
            continue
        grammaires = [_grammaire(etat, categorie) for etat in (a, b)]
        commune = _commune(grammaires, categorie, remarques)
        lectures = [
            partial(_fiches, etat, categorie, commune if grammaire is not commune else None, commune, par_ine)
            for etat, grammaire in zip((a, b), grammaires, strict=True)
        ]
        categories += comparer_fiches(*lectures, valeurs=valeurs)
    return tuple(categories), tuple(remarques)


def _grammaire(etat: Etat, categorie: Categorie) -> Grammaire | None:
    """The generation of a category, told by its first object; None when it has none."""
    premier = next(etat.categorie(categorie), None)
    return None if premier is None else reconnaitre_grammaire(categorie, premier.noms)


def _commune(grammaires: list[Grammaire | None], categorie: Categorie, remarques: list[Remarque]) -> Grammaire | None:
    """The older of two generations, None when they are the same one."""
    a, b = grammaires
    if a is None or b is None or a is b:
        return None
    if a.degre is not b.degre:
        raise Refus(
            "L'une des alimentations est du premier degré et l'autre du second : elles ne se comparent pas.",
            code="COMPARER_DEGRES",
            remede="Donnez deux alimentations du même degré.",
        )
    ordre = list(Grammaire)
    ancienne, recente = sorted((a, b), key=ordre.index)
    perdus = [nom for nom in attributs_de(categorie, recente) if nom not in attributs_de(categorie, ancienne)]
    ecartes = f" Non comparés : {SEPARATEUR.join([*perdus, 'ce qui est hors grammaire'])}."
    remarques.append(
        Remarque(
            "COMPARER_GENERATIONS",
            f"{NOMS[categorie]} : la grammaire {recente.value} est comparée dans celle de {ancienne.value}.{ecartes}",
        )
    )
    return ancienne


def _fiches(
    etat: Etat, categorie: Categorie, cible: Grammaire | None, commune: Grammaire | None, par_ine: bool
) -> Iterator[FicheComparee]:
    admis = None if commune is None else frozenset(attributs_de(categorie, commune))
    for enregistrement in etat.categorie(categorie):
        ine = enregistrement.valeur(_INE)
        if cible is not None:
            enregistrement = fiche_de(enregistrement).vers_enregistrement(cible)
        eleve_par_ine = par_ine and categorie is Categorie.ELEVE
        champs = _sans_la_base(enregistrement) if eleve_par_ine else _remplis(enregistrement)
        cle = ine if eleve_par_ine else enregistrement.id
        if cle:
            if admis is not None:
                champs = tuple(champ for champ in champs if champ[0] in admis)
            yield FicheComparee(NOMS[categorie], cle, champs)


def _remplis(enregistrement: Enregistrement) -> Champs:
    """The attributes that hold something: an address of empty lines holds nothing."""
    lus: list[tuple[str, str]] = []
    for nom, textes in zip(enregistrement.noms, enregistrement.valeurs, strict=True):
        if not textes:
            continue
        texte = textes[0] if len(textes) == 1 else SEPARATEUR.join(textes)
        if texte[:1] not in _CREUX or texte.strip(_CREUX_SEULS):
            lus.append((nom, texte))
    return tuple(lus)


def _sans_la_base(eleve: Enregistrement) -> Champs:
    """What a pupil's record says whatever the base."""
    return tuple(
        (nom, SEPARATEUR.join(t.partition("$")[2] if nom in _DANS_STRUCTURE else t for t in textes))
        for nom, textes in eleve.remplis().items()
        if nom not in _DE_LA_BASE and any(texte.strip("$") for texte in textes)
    )


def controler(depot: Depot) -> Depot:
    """The same feed once it is known to be whole. Raises `AlimentationRefusee`."""
    depot.controler()
    return depot


def est_delta(depot: Depot) -> bool:
    """Whether the names of its files say that it is a delta."""
    return depot.type_ is TypeAlimentation.DELTA


def refuser_delta(depot: Depot) -> FichierRefuse:
    """The refusal of a delta where a complete feed is needed."""
    return FichierRefuse(
        f"« {depot.nom} » est un delta : il ne dit rien de ce qui n'a pas changé.",
        code="COMPARER_DELTA_SANS_COMPLET",
        remede="Donnez en premier l'alimentation complète à laquelle il s'applique.",
        lieu=Lieu(depot.nom),
    )
