"""Checking a feed: the DTD, then what known readers fail on or silently drop.

Source: reference aaf.md, sections 1.1 to 1.5, 3, 7 and 8 (checklist).
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, cast

from lxml import etree

from shared.contracts.refus import FichierRefuse, Lieu, Remarque
from shared.formats.aaf.coherence import Coherence
from shared.formats.aaf.depot import Depot, FichierALire, ouvrir
from shared.formats.aaf.dtd import DTD, NOM_DTD, RACINE
from shared.formats.aaf.lecture import REQUETES, Lecteur, ouvrir_document
from shared.formats.aaf.manifeste import FichierEcrit
from shared.formats.aaf.noms import TypeAlimentation
from shared.security.xml import iterparse, root_of

MAX_PAR_CODE = 20
"""Remarks of one code that are told; a last one says how many there are."""


class _Remarques:
    """Keeps the first remarks of each code and counts the others."""

    def __init__(self) -> None:
        self._gardees: list[Remarque] = []
        self._compte: Counter[str] = Counter()

    def ajoute(self, remarque: Remarque) -> None:
        self._compte[remarque.code] += 1
        if self._compte[remarque.code] <= MAX_PAR_CODE:
            self._gardees.append(remarque)

    def liste(self) -> list[Remarque]:
        suites = [
            Remarque(code, f"{nombre - MAX_PAR_CODE} autre(s) remarque(s) de même code.")
            for code, nombre in sorted(self._compte.items())
            if nombre > MAX_PAR_CODE
        ]
        return self._gardees + suites


_DANGEREUSES = (b"&#38;", b"&#60;", b"&#x26;", b"&#x3c;", b"&#x3C;")
"""A reader replaces these by the characters before it parses, and fails (section 1.2)."""


class _Examine(io.RawIOBase):
    """Passes a stream on while hashing it and looking for bytes that a reader would misunderstand."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.ascii = True
        self.dangereuses = False
        self._queue = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        octets = self._stream.read(size)
        self._hash.update(octets)
        self.ascii = self.ascii and octets.isascii()
        fenetre = self._queue + octets
        self.dangereuses = self.dangereuses or any(reference in fenetre for reference in _DANGEREUSES)
        self._queue = fenetre[-8:]
        return octets

    def sha256(self) -> str:
        """The digest of the whole stream, what is left of it included."""
        while self.read(1024**2):
            pass
        return self._hash.hexdigest()


def verifier_alimentation(source: Path) -> list[Remarque]:
    """Everything that is wrong with a feed, in reading order; an empty list if nothing is.

    `source`: a folder, an archive or one file, as for `lire_alimentation`. Checked: missing, mixed or altered
    files, validity against the DTD, categories, attribute names and order, identifiers, numbers of fields,
    references between files. Files are streamed; identifiers are kept. Never raises a `FichierRefuse`: what
    cannot be read is a remark.
    """
    remarques = _Remarques()
    try:
        with ouvrir(source) as depot:
            _verifier_depot(depot, remarques.ajoute)
            coherence = Coherence(remarques.ajoute)
            declares = {f.nom: f for f in depot.manifeste.fichiers} if depot.manifeste else {}
            for fichier in depot.fichiers:
                try:
                    _verifier_fichier(fichier, declares.get(str(fichier)), coherence, remarques.ajoute)
                except FichierRefuse as refus:
                    remarques.ajoute(_remarque(refus))
            if depot.type_ is TypeAlimentation.COMPLET:
                coherence.terminer()
    except FichierRefuse as refus:
        remarques.ajoute(_remarque(refus))
    return remarques.liste()


def _remarque(refus: FichierRefuse) -> Remarque:
    return Remarque(refus.code, refus.phrase, refus.lieu or Lieu(), refus.remede)


def _verifier_depot(depot: Depot, ajoute: Callable[[Remarque], None]) -> None:
    try:
        depot.controler()
    except FichierRefuse as refus:
        ajoute(_remarque(refus))
    if not depot.dtd and not depot.seul:
        ajoute(
            Remarque(
                "AAF_DTD_ABSENTE",
                f"Le fichier « {NOM_DTD} » n'est pas à côté des fichiers.",
                Lieu(fichier=NOM_DTD),
                "Joignez-le : des lecteurs refusent l'alimentation sans lui.",
            )
        )


def _verifier_fichier(
    fichier: FichierALire,
    declare: FichierEcrit | None,
    coherence: Coherence,
    ajoute: Callable[[Remarque], None],
) -> None:
    nom = str(fichier)
    coherence.fichier(fichier.nom)
    with fichier.ouvrir() as brut:
        flux = _Examine(brut)
        nombre = _Requetes(fichier, coherence, ajoute).examiner(cast("BinaryIO", flux))
        sha256 = flux.sha256()
    if not flux.ascii:
        ajoute(
            Remarque(
                "AAF_NON_ASCII",
                f"Fichier « {nom} » : des octets ne sont pas ASCII.",
                Lieu(nom),
                "Écrivez les caractères accentués en références décimales : des lecteurs ignorent l'encodage.",
            )
        )
    if flux.dangereuses:
        ajoute(
            Remarque(
                "AAF_REFERENCE_NUMERIQUE",
                f"Fichier « {nom} » : « & » ou « < » est écrit en référence numérique.",
                Lieu(nom),
                "Écrivez « &amp; » et « &lt; » : des lecteurs ne comprennent pas le fichier autrement.",
            )
        )
    if declare is not None and (sha256 != declare.sha256 or nombre != declare.operations):
        ajoute(
            Remarque(
                "AAF_DECOMPTE",
                f"Fichier « {nom} » : son contenu n'est pas celui que le manifeste déclare.",
                Lieu(nom),
                "Demandez à nouveau l'alimentation.",
            )
        )


class _Requetes:
    """Examines the requests of one file: each one against the DTD, then for coherence."""

    def __init__(self, fichier: FichierALire, coherence: Coherence, ajoute: Callable[[Remarque], None]) -> None:
        self._nom = str(fichier)
        self._coherence = coherence
        self._ajoute = ajoute
        self._lecteur = Lecteur(self._nom, fichier.nom.categorie, fichier.nom.type_ is TypeAlimentation.COMPLET)
        self._dtd = etree.DTD(io.StringIO(DTD.partition("?>")[2]))

    def examiner(self, stream: BinaryIO) -> int:
        """How many valid requests the file holds."""
        suite, debut = ouvrir_document(stream, self._nom)
        nombre = 0
        derniere: int | None = None
        document: etree._Element | None = None
        for element in iterparse(suite, REQUETES, nom=self._nom, doctype=RACINE):
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue  # inside another element: that one is not valid
            document = parent
            self._intrus(element.getprevious())
            ligne = cast("int | None", element.sourceline)
            if ligne is not None and ligne == derniere:
                self._meme_ligne(ligne)
            derniere = ligne
            nombre += self._requete(element)
        if document is not None:
            self._intrus(document[-1])
        else:
            for chemin in root_of(io.BytesIO(debut), self._nom).chemins:
                if "/" not in chemin and chemin not in REQUETES:
                    self._invalide(chemin, None)
        return nombre

    def _requete(self, element: etree._Element) -> bool:
        ligne = cast("int | None", element.sourceline)
        if not self._dtd.validate(element):
            erreurs = [erreur.message for erreur in cast("Iterable[Any]", self._dtd.error_log)]
            self._invalide(str(element.tag), ligne, f" ({erreurs[-1]})" if erreurs else "")
            return False
        try:
            self._coherence.operation(self._lecteur.operation(element), ligne)
        except FichierRefuse as refus:
            self._ajoute(_remarque(refus))
        return True

    def _meme_ligne(self, ligne: int) -> None:
        self._ajoute(
            Remarque(
                "AAF_MEME_LIGNE",
                f"Fichier « {self._nom} », ligne {ligne} : deux requêtes sont sur la même ligne.",
                Lieu(self._nom, ligne),
                "Terminez chaque requête par une fin de ligne : un lecteur perd la seconde de deux requêtes accolées.",
            )
        )

    def _intrus(self, element: etree._Element | None) -> None:
        """Tell the elements that are no request, from this one back to the last request."""
        while element is not None and element.tag not in REQUETES:
            self._invalide(str(element.tag), cast("int | None", element.sourceline))
            element = element.getprevious()

    def _invalide(self, balise: str, ligne: int | None, detail: str = "") -> None:
        ou = f", ligne {ligne}" if ligne else ""
        self._ajoute(
            Remarque(
                "AAF_DTD",
                f"Fichier « {self._nom} »{ou} : <{balise[:60]}> n'est pas valide selon la DTD{detail}.",
                Lieu(self._nom, ligne, balise[:60]),
                "Signalez-le à l'émetteur de l'alimentation.",
            )
        )
