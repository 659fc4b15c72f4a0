"""Reading a feed as a stream of operations.

Source: reference aaf.md, sections 1.1, 1.5, 2.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from lxml import etree

from shared.contracts.refus import Lieu
from shared.formats.aaf.depot import AlimentationRefusee, Depot, FichierALire, ouvrir
from shared.formats.aaf.dtd import RACINE
from shared.formats.aaf.enregistrement import Ajout, Modification, Operation, Suppression, Valeurs
from shared.formats.aaf.grammaire import DECLAREES, Categorie
from shared.formats.aaf.lecture_reguliere import Irregulier, lire_reguliers
from shared.formats.aaf.manifeste import FichierEcrit
from shared.formats.aaf.noms import TypeAlimentation
from shared.security.plat import iterparse_plat
from shared.security.xml import Limites, nom_de_racine

REQUETES = ("addRequest", "modifyRequest", "deleteRequest")
_DEBUT = 64 * 1024
_NAME = b"name"
"""As libxml2 holds it: lxml would encode it again for each attribute."""

_OPERATIONS: dict[tuple[str, str], type[Ajout | Modification]] = {
    ("addRequest", "attributes"): Ajout,
    ("modifyRequest", "modifications"): Modification,
}


def lire_alimentation(source: Path, *, limites: Limites | None = None) -> Iterator[Operation]:
    """The operations of a feed, file after file: category order, then file number, then order of the file.

    `source`: a folder, a `.tar.gz` or `.zip` archive, or one XML file. Memory does not grow with the feed.
    Names, numbers and (when there is a manifest) sizes are checked before the first operation, the declared
    counts at the end of each file.

    Raises `AlimentationRefusee`, `XmlRefuse`, `TarRefuse`, `ZipRefuse`, with file and line. Operations may
    have been yielded before: read within a transaction.
    """
    with ouvrir(source) as depot:
        yield from lire_depot(depot, limites=limites)


def lire_depot(depot: Depot, *, limites: Limites | None = None) -> Iterator[Operation]:
    """The operations of a feed that is open: its names may be looked at first. Otherwise as `lire_alimentation`."""
    depot.controler()
    declares = {f.nom: f for f in depot.manifeste.fichiers} if depot.manifeste else {}
    for fichier in depot.fichiers:
        operations = lire_fichier_depose(fichier, limites=limites)
        declare = declares.get(str(fichier))
        yield from _compte(operations, declare) if declare else operations


def lire_fichier_depose(fichier: FichierALire, *, limites: Limites | None = None) -> Iterator[Operation]:
    """The operations of one file of a feed.

    Those of a complete feed are mostly written as ours are, and read so; from the first thing that is not, the
    hardened parser, which alone refuses, goes on after what was read.
    """
    categorie, complet = fichier.nom.categorie, fichier.nom.type_ is TypeAlimentation.COMPLET
    lues = 0
    if complet:
        with suppress(Irregulier), fichier.ouvrir() as flux:
            for lue in lire_reguliers(flux, categorie, limites or Limites()):
                yield lue
                lues += 1
            return
    with fichier.ouvrir() as flux:
        toutes = lire_fichier(flux, str(fichier), categorie, complet=complet, limites=limites)
        yield from islice(toutes, lues, None)


def _compte(operations: Iterator[Operation], declare: FichierEcrit) -> Iterator[Operation]:
    nombre = 0
    for operation in operations:
        nombre += 1
        yield operation
    if nombre != declare.operations:
        raise AlimentationRefusee(
            f"Le fichier « {declare.nom} » contient {nombre} requête(s) au lieu de {declare.operations}.",
            code="AAF_DECOMPTE",
            remede="Demandez à nouveau l'alimentation : elle ne correspond pas à son manifeste.",
            lieu=Lieu(fichier=declare.nom),
        )


def lire_fichier(
    stream: BinaryIO,
    nom: str,
    categorie: Categorie | None = None,
    *,
    complet: bool = False,
    limites: Limites | None = None,
) -> Iterator[Operation]:
    """The operations of one XML file, of any generation.

    Arguments: `stream` of bytes; `nom`, its name in messages; `categorie`, the only one admitted, None for
    any; `complet`, whether only additions are admitted.

    Raises `AlimentationRefusee` and `XmlRefuse`, with the line.
    """
    suite, _ = ouvrir_document(stream, nom)
    lecteur = Lecteur(nom, categorie, complet)
    for element in iterparse_plat(suite, REQUETES, nom=nom, doctype=RACINE, limites=limites):
        yield lecteur.operation(element)


def ouvrir_document(stream: BinaryIO, nom: str) -> tuple[BinaryIO, bytes]:
    """The same stream from its beginning, once its root is known; that beginning. Raises as `lire_fichier` does."""
    debut = _lit(stream, _DEBUT)
    if nom_de_racine(io.BytesIO(debut), nom) != RACINE:
        raise AlimentationRefusee(
            f"Fichier « {nom} » : l'élément racine n'est pas {RACINE}.",
            code="AAF_RACINE",
            remede="Vérifiez qu'il s'agit d'un fichier d'alimentation.",
            lieu=Lieu(fichier=nom),
        )
    return cast("BinaryIO", _Suite(debut, stream)), debut


def _lit(stream: BinaryIO, taille: int) -> bytes:
    """`taille` bytes, fewer only at the end."""
    morceaux: list[bytes] = []
    while taille > 0 and (morceau := stream.read(taille)):
        morceaux.append(morceau)
        taille -= len(morceau)
    return b"".join(morceaux)


def _valeurs(attribut: etree._Element) -> Valeurs:
    return tuple([valeur.text or "" for valeur in attribut])


class _Suite(io.RawIOBase):
    """What was read already, then the rest of the stream."""

    def __init__(self, debut: bytes, stream: BinaryIO) -> None:
        self._debut = io.BytesIO(debut)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._debut.read(size) or self._stream.read(size)


class Lecteur:
    """Turns the requests of one file into operations; the attribute names of each shape are kept once."""

    def __init__(self, nom: str, categorie: Categorie | None, complet: bool) -> None:
        self._nom = nom
        self._categorie = categorie
        self._complet = complet
        self._noms: dict[tuple[str, ...], tuple[str, ...]] = {}

    def operation(self, element: etree._Element) -> Operation:
        enfants = list(element)
        if len(enfants) != 3:
            return self._sans_attributs(element, enfants)
        operationnels, identifiant, corps = enfants
        categorie, id_ = self._objet(element, operationnels, identifiant)
        type_ = _OPERATIONS.get((element.tag, corps.tag))
        if type_ is None:
            self._refuse(element, f"{element.tag} ne contient pas ce que la DTD attend")
        attributs = list(corps)
        lus = tuple([attribut.get(_NAME) for attribut in attributs])
        valeurs = tuple(
            [
                ((texte,) if (texte := attribut[0].text) else ()) if len(attribut) == 1 else _valeurs(attribut)
                for attribut in attributs
            ]
        )
        connus = self._noms.get(lus)  # type: ignore[arg-type]
        if connus is None:
            connus = self._nouveaux_noms(element, lus)
        if self._complet and type_ is Modification:
            self._refuse_complet(element)
        return type_(categorie, id_, connus, valeurs)

    def _sans_attributs(self, element: etree._Element, enfants: list[etree._Element]) -> Operation:
        """A deletion; or a refusal, for nothing else goes without attributes."""
        if element.tag != "deleteRequest" or len(enfants) != 2:
            self._refuse(element, f"{element.tag} ne contient pas ce que la DTD attend")
        categorie, id_ = self._objet(element, *enfants)
        if self._complet:
            self._refuse_complet(element)
        return Suppression(categorie, id_)

    def _nouveaux_noms(self, element: etree._Element, noms: tuple[str | None, ...]) -> tuple[str, ...]:
        propres = tuple(nom for nom in noms if nom)
        if not propres or len(propres) != len(noms):
            self._refuse(element, "un attribut n'a pas de nom, ou il n'y en a aucun")
        if len(set(propres)) != len(propres):
            self._refuse(element, "un attribut est écrit deux fois")
        self._noms[propres] = propres
        return propres

    def _objet(
        self, element: etree._Element, operationnels: etree._Element, identifiant: etree._Element
    ) -> tuple[Categorie, str]:
        if operationnels.tag != "operationalAttributes" or identifiant.tag != "identifier":
            self._refuse(element, f"{element.tag} ne contient pas ce que la DTD attend")
        id_ = identifiant[0].text if len(identifiant) else None
        if not id_:
            self._refuse(element, "l'identifiant manque")
        categorie: Categorie | None = None
        if len(operationnels):
            declaration = operationnels[0]
            valeur = declaration[0].text if len(declaration) else None
            categorie = DECLAREES.get((declaration.get("name", ""), valeur or ""))
        if categorie is None:
            self._refuse(element, "la catégorie de l'objet manque ou n'est pas connue", "AAF_CATEGORIE")
        if self._categorie is not None and categorie is not self._categorie:
            self._refuse(
                element,
                f"un objet {categorie} est dans un fichier {self._categorie}",
                "AAF_CATEGORIE",
            )
        return categorie, id_

    def _refuse_complet(self, element: etree._Element) -> NoReturn:
        self._refuse(element, f"une alimentation complète contient {element.tag}", "AAF_COMPLET")

    def _refuse(self, element: etree._Element, phrase: str, code: str = "AAF_REQUETE") -> NoReturn:
        ligne = cast("int | None", element.sourceline)
        raise AlimentationRefusee(
            f"Fichier « {self._nom} », ligne {ligne} : {phrase}.",
            code=code,
            remede="Demandez à nouveau l'alimentation, ou signalez ce fichier à son émetteur.",
            lieu=Lieu(fichier=self._nom, ligne=ligne),
        )
