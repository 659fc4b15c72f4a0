"""What a family's examination is given: the document, where to put what it finds. And what they share."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from lxml import etree

from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats.examen.cles import Cles
from shared.formats.examen.rapport import Gravite, Recueil
from shared.formats.examen.schemas import ecarts
from shared.formats.reconnaissance import FichierReconnu
from shared.security.xml import ligne_de, root_of

GRAVITES = {
    "VALEUR_ILLISIBLE": Gravite.ERREUR,
    "ATTRIBUT_ABSENT": Gravite.ERREUR,
    "SIECLE_PARENTE_ANCIENNE": Gravite.INFORMATION,
}
"""The gravity of a reader's remark; any other is a remark. In the first two something of the file is lost."""

SEMBLABLES = 5
"""Departures from the schema of one element for one reason that are told one by one."""


@dataclass(slots=True)
class Lecture:
    """One document being examined.

    `nom`: its name in messages; `base`: its own name, without archive nor folder; `ouvrir` gives its bytes from the
    beginning, each time; `approfondi`: whether problems are looked for, or things only counted; `inconnus`: elements
    that the document's own reader did not know, and said so.
    """

    nom: str
    base: str
    ouvrir: Callable[[], BinaryIO]
    reconnu: FichierReconnu
    recueil: Recueil
    approfondi: bool = True
    cles: Cles = field(default_factory=Cles)
    comptes: dict[str, int] = field(default_factory=dict)
    inconnus: set[str] = field(default_factory=set)
    uai: str | None = None
    annee: int | None = None

    def compte(self, quoi: str, nombre: int = 1) -> None:
        """Count `nombre` more of something; 0 makes it appear in the report."""
        self.comptes[quoi] = self.comptes.get(quoi, 0) + nombre


class Encodage(io.RawIOBase):
    """Passes a stream on while looking whether its bytes would be UTF-8, and not only ASCII."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decodeur = codecs.getincrementaldecoder("utf-8")("strict")
        self._accents = False
        self._utf8 = True

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        octets = self._stream.read(size)
        if self._utf8 and not (octets.isascii() and not self._accents):
            try:
                self._decodeur.decode(octets, not octets)
                self._accents = True
            except UnicodeDecodeError:
                self._utf8 = False
        return octets

    @property
    def est_utf8(self) -> bool:
        """Whether there are bytes beyond ASCII and all of them are UTF-8."""
        return self._accents and self._utf8


@contextmanager
def flux_controle(lu: Lecture) -> Iterator[BinaryIO]:
    """The bytes of the document; at the end, an error when they are not in the encoding that it declares."""
    with lu.ouvrir() as brut:
        flux = Encodage(brut)
        yield cast("BinaryIO", flux)
        while flux.read(1024**2):
            pass
    if flux.est_utf8 and _declare(lu).startswith(("iso8859", "cp125")):
        lu.recueil.erreur(
            "ENCODAGE_DECLARE",
            "Le fichier déclare un encodage à un octet par caractère, mais ses accents sont écrits en UTF-8 : les noms "
            "seront illisibles.",
            ligne=1,
            remede="Déclarez UTF-8 à la première ligne, ou enregistrez le fichier dans l'encodage déclaré.",
        )


def _declare(lu: Lecture) -> str:
    with lu.ouvrir() as flux:
        return root_of(flux, lu.nom).encodage


def conforme(lu: Lecture, schema: etree.XMLSchema, gravite: Gravite, sauf: tuple[str, ...] = ()) -> None:
    """Validate the document; a line that has its own problem already is not told again.

    Arguments: `gravite` of a departure; `sauf`, parts of libxml2's rules that other checks tell better.
    """
    deja = frozenset(lu.recueil.lignes)
    vus: Counter[tuple[str | None, str]] = Counter()
    with lu.ouvrir() as flux:
        for ecart in ecarts(flux, lu.nom, schema):
            if ecart.ligne in deja or ecart.element in lu.inconnus or any(s in ecart.regle for s in sauf):
                continue
            vus[ecart.element, ecart.phrase] += 1
            if vus[ecart.element, ecart.phrase] <= SEMBLABLES:
                lu.recueil.ajoute(
                    gravite,
                    "SCHEMA",
                    ecart.phrase,
                    ligne=ecart.ligne,
                    element=ecart.element,
                    remede="Produisez à nouveau le fichier ; s'il vient d'un logiciel, signalez-le à son éditeur.",
                )
    for (element, phrase), nombre in vus.items():
        if nombre > SEMBLABLES:
            lu.recueil.ajoute(gravite, "SCHEMA", f"{phrase[:-1]} ({nombre} fois en tout).", element=element)


def relit(lu: Lecture, lire: Callable[[BinaryIO, str], Iterable[Remarque]]) -> None:
    """Read the document with its own reader: keep its remarks, and its refusal unless it was told already.

    Arguments: `lire` gives the remarks of a document, given its bytes and name.
    """
    deja = frozenset(lu.recueil.lignes)
    try:
        with lu.ouvrir() as flux:
            for remarque in lire(flux, lu.nom):
                if remarque.code == "ELEMENT_INCONNU" and remarque.lieu.element:
                    lu.inconnus.add(remarque.lieu.element.rpartition("/")[2])
                lu.recueil.reprend(remarque, GRAVITES.get(remarque.code, Gravite.REMARQUE))
    except FichierRefuse as refus:
        if not (refus.lieu and refus.lieu.ligne in deja):
            lu.recueil.refus(refus)


def textes(element: etree._Element) -> dict[str, str]:
    """The text of each child, trimmed; the first one where a tag comes twice."""
    trouves: dict[str, str] = {}
    for enfant in element.iterchildren("*"):
        trouves.setdefault(str(enfant.tag), (enfant.text or "").strip())
    return trouves


def ligne_feuille(element: etree._Element, balise: str) -> int | None:
    """The line of a child, that of the element when it has no such child."""
    enfant = element.find(balise)
    return ligne_de(element if enfant is None else enfant)
