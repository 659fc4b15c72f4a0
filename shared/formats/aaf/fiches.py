"""From wire records to typed ones whatever their degree, and what that loses.

Source: reference aaf.md, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from shared.contracts.refus import Lieu, Remarque
from shared.formats.aaf.depot import AlimentationRefusee, ouvrir
from shared.formats.aaf.ecoles import EtabEducNatAaf1d
from shared.formats.aaf.eleves import EleveAaf
from shared.formats.aaf.enregistrement import Ajout, Enregistrement, Modification
from shared.formats.aaf.etablissements import EtabEducNatAaf, MatiereEducNatAaf, MefEducNatAaf
from shared.formats.aaf.fiche import Fiche
from shared.formats.aaf.grammaire import Categorie, Degre, Grammaire, degre_de, reconnaitre_grammaire
from shared.formats.aaf.lecture import lire_fichier, lire_fichier_depose
from shared.formats.aaf.personnes import PersEducNatAaf, PersRelEleveAaf
from shared.formats.aaf.premier_degre import EleveAaf1d, PersEducNatAaf1d, PersRelEleveAaf1d
from shared.formats.aaf.valeurs import ValeurComposite
from shared.security.xml import Limites

FICHES: dict[Categorie, type[Fiche]] = {
    Categorie.ETABLISSEMENT: EtabEducNatAaf,
    Categorie.MEF: MefEducNatAaf,
    Categorie.MATIERE: MatiereEducNatAaf,
    Categorie.ELEVE: EleveAaf,
    Categorie.RESPONSABLE: PersRelEleveAaf,
    Categorie.PERSONNEL: PersEducNatAaf,
}
"""The typed record of each category of the second degree."""

FICHES_1D: dict[Categorie, type[Fiche]] = {
    Categorie.ETABLISSEMENT: EtabEducNatAaf1d,
    Categorie.ELEVE: EleveAaf1d,
    Categorie.RESPONSABLE: PersRelEleveAaf1d,
    Categorie.PERSONNEL: PersEducNatAaf1d,
}
"""The typed record of each category of the first degree."""

NON_PORTES: tuple[str, ...] = (
    "dates d'entrée et de sortie de l'établissement (ENTEleveDateEntreeStructRattach, "
    "ENTEleveDateSortieStructRattach), de syntaxe non publiée",
    "identifiant de l'élève dans l'enseignement agricole (ENTEleveStructureRattachIdMEN)",
    "enseignements suivis dans un établissement d'accueil (ENTEleveEnseignementsEtablissementsAccueil)",
    "adresse électronique et téléphone propres à l'élève (mail, homePhone ; ENTPersonMail au premier degré)",
    "autres prénoms d'un responsable du second degré (ENTPersonAutresPrenoms)",
    "attributs datés des personnels (ENTPersonFonctionsDate, ENTAuxEnsClassesMatieresDate et les autres « …Date »)",
    "identifiant STS et fonction de direction d'un personnel du second degré (ENTPersonSTSId, ENTEnsFonctionDir)",
    "niveau et filière d'un MEF (ENTNivFormation, ENTFiliere), matière nationale d'une matière locale "
    "(ENTMatiereRattach)",
    "codes de nature, de tutelle et d'académie d'une école (apparus après la grammaire 6.3 du premier degré)",
    "groupes du premier degré à trois champs (idEcole$typeGroupe$nomGroupe), antérieurs à la grammaire 6.3",
    "commentaires d'en-tête (versionAF, versionSDET…) : écrits, jamais relus",
)
"""What exists in reality and the typed records do not carry; wire records keep every attribute, `pertes` tells them."""


def fiche_de(operation: Enregistrement | Ajout | Modification) -> Fiche:
    """The typed record of a wire record, of the degree that its attributes tell; the second when they do not.

    Raises `ValeurComposite`.
    """
    premier = degre_de(operation.categorie, operation.noms) is Degre.PREMIER
    return (FICHES_1D if premier else FICHES)[operation.categorie].from_enregistrement(operation)


def pertes(operation: Enregistrement | Ajout | Modification, fiche: Fiche | None = None) -> list[Remarque]:
    """What the typed record of a wire record does not carry: attributes that hold something it would not give back.

    Arguments: `fiche`, the typed record when it is already known. Raises `ValeurComposite`. The remarks
    (AAF_NON_PORTE) name the record and the attribute, not the value.
    """
    fiche = fiche or fiche_de(operation)
    grammaire = reconnaitre_grammaire(operation.categorie, operation.noms)
    rendues = fiche.vers_enregistrement(grammaire).remplis()
    return [
        Remarque(
            "AAF_NON_PORTE",
            f"{operation.categorie} {operation.id}, {nom} : cette valeur n'est pas portée par la fiche.",
            Lieu(element=f"{operation.categorie} {operation.id}, {nom}"),
            "Conservez le fichier d'origine : la fiche ne la rendra pas.",
        )
        for nom, valeurs in operation.remplis().items()
        if rendues.get(nom) != valeurs
    ]


def lire_fiches(
    stream: BinaryIO,
    nom: str,
    categorie: Categorie | None = None,
    *,
    limites: Limites | None = None,
    ajoute: Callable[[Remarque], None] | None = None,
) -> Iterator[Fiche]:
    """The typed records of one file of a complete feed, of any generation and degree, as a stream.

    Arguments as for `lire_fichier`; `ajoute` is given the remarks on what the records do not carry (reading then
    takes about twice as long). Raises `AlimentationRefusee` (AAF_COMPLET on anything but an addition), `XmlRefuse`,
    `ValeurComposite` with the file.
    """
    for operation in lire_fichier(stream, nom, categorie, complet=True, limites=limites):
        assert isinstance(operation, Ajout)
        yield _typee(operation, nom, ajoute)


def lire_fiches_alimentation(
    source: Path, *, limites: Limites | None = None, ajoute: Callable[[Remarque], None] | None = None
) -> Iterator[Fiche]:
    """The typed records of a whole complete feed, file after file. Arguments and errors as for `lire_fiches`."""
    with ouvrir(source) as depot:
        depot.controler()
        for fichier in depot.fichiers:
            for operation in lire_fichier_depose(fichier, limites=limites):
                if not isinstance(operation, Ajout):
                    raise AlimentationRefusee(
                        f"Le fichier « {fichier} » est celui d'une alimentation Delta : il ne contient pas "
                        "seulement des fiches entières.",
                        code="AAF_COMPLET",
                        remede="Appliquez-le à l'annuaire précédent, ou donnez une alimentation complète.",
                        lieu=Lieu(fichier=str(fichier)),
                    )
                yield _typee(operation, str(fichier), ajoute)


def _typee(operation: Ajout, nom: str, ajoute: Callable[[Remarque], None] | None) -> Fiche:
    try:
        fiche = fiche_de(operation)
        if ajoute is not None:
            for remarque in pertes(operation, fiche):
                ajoute(
                    Remarque(remarque.code, remarque.phrase, Lieu(nom, None, remarque.lieu.element), remarque.remede)
                )
    except ValeurComposite as refus:
        element = refus.lieu.element if refus.lieu else None
        raise ValeurComposite(
            f"Fichier « {nom} », {refus.phrase}", code=refus.code, remede=refus.remede, lieu=Lieu(nom, None, element)
        ) from None
    return fiche


def reconnaitre_alimentation(source: Path) -> Grammaire | None:
    """The generation (and degree) of a feed, told by the first record of each category; None when it holds none.

    A category that did not change between two generations tells the latest: the oldest that one of them tells is
    that of the feed. Raises as `lire_fichier` does.
    """
    trouvees: dict[Categorie, Grammaire] = {}
    with ouvrir(source) as depot:
        for fichier in depot.fichiers:
            if fichier.nom.categorie in trouvees:
                continue
            for operation in lire_fichier_depose(fichier):
                if operation.noms:
                    trouvees[operation.categorie] = reconnaitre_grammaire(operation.categorie, operation.noms)
                    break
    return min(trouvees.values(), key=list(Grammaire).index, default=None)
