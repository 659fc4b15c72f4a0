"""Tables of fields: how one XML leaf of a SIECLE file becomes one attribute of a record, and back.

Each file kind declares its leaves once, in file order; the reader, the writer and the test that compares
the shipped schema with the code all use that declaration.

Source: reference SIECLE, sections 1.3 (three states of an optional element) and 1.4 (lexical forms).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from lxml import etree

from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.notes import RIEN, Notes

_DATE_FR = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
# xs:date allows a time zone behind the day.
_DATE_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_HEURE = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})")
_BLANCS = re.compile(r"[\r\n\t]+")
_ENTIER = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")
# ScolIA and TRIADE meet all of these in the field for what is 0/1 or true/false today.
_BOOLEENS = {"0": False, "false": False, "n": False, "non": False}
_BOOLEENS |= {"1": True, "true": True, "o": True, "oui": True}


class Forme(Enum):
    """The lexical form of a leaf."""

    TEXTE = "texte"
    ENTIER = "nombre entier"
    DATE = "date JJ/MM/AAAA"
    DATE_ISO = "date AAAA-MM-JJ"
    ZERO_UN = "0 ou 1"
    VRAI_FAUX = "true ou false"
    DECIMAL = "nombre décimal"
    TELEPHONE = "téléphone"


@dataclass(frozen=True, slots=True)
class Champ:
    """One leaf: its tag, the record's attribute, its form.

    `maxi` is the greatest number of characters the writer lets out; `oblige` makes a reading without it
    fail; `toujours` makes a writing without it fail (an `oblige` leaf is always written); `anciens` are the
    tags of former generations, read when the current one is absent. `lecteur` (None for a text) and `ecrivain`
    follow from the form.
    """

    balise: str
    attribut: str
    forme: Forme = Forme.TEXTE
    maxi: int | None = None
    oblige: bool = False
    toujours: bool = False
    anciens: tuple[str, ...] = ()
    lecteur: Callable[[str], Any] | None = field(init=False, repr=False, compare=False)
    ecrivain: Callable[[Any], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lecteur", _LECTEURS.get(self.forme))
        object.__setattr__(self, "ecrivain", _ECRIVAINS.get(self.forme, str))


def lieu(nom: str, element: etree._Element, balise: str | None = None) -> Lieu:
    """Where `element` stands in the file `nom`; `balise`, the leaf spoken of, else the element itself."""
    ligne: Any = element.sourceline  # the type stub says Ellipsis
    return Lieu(fichier=nom, ligne=ligne, element=balise or str(element.tag))


def champ_invalide(nom: str, element: etree._Element, balise: str, attendu: str) -> FichierRefuse:
    """The refusal of a leaf whose value does not have its form; the value itself, personal, is not told."""
    return FichierRefuse(
        f"La valeur de l'élément {balise} est invalide : {attendu} attendu.",
        code="SIECLE_VALEUR_INVALIDE",
        lieu=lieu(nom, element, balise),
        remede="Corriger la donnée dans l'application qui a produit le fichier, puis le produire à nouveau.",
    )


def champ_absent(nom: str, element: etree._Element, balise: str) -> FichierRefuse:
    """The refusal of a record that lacks an obligatory leaf or attribute."""
    return FichierRefuse(
        f"L'élément {balise}, obligatoire, manque dans {element.tag}.",
        code="SIECLE_CHAMP_ABSENT",
        lieu=lieu(nom, element),
        remede="Produire à nouveau le fichier avec l'application d'origine.",
    )


def lire_date(texte: str, forme: re.Pattern[str] = _DATE_FR) -> date | None:
    """The date of `JJ/MM/AAAA`, or None when `texte` is no such date."""
    trouve = forme.fullmatch(texte)
    if trouve is None:
        return None
    parties = [int(p) for p in trouve.groups()]
    annee, mois, jour = parties if forme is _DATE_ISO else reversed(parties)
    try:
        return date(annee, mois, jour)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def lire_date_iso(texte: str) -> date | None:
    """The date of `AAAA-MM-JJ`, or None when `texte` is no such date. The days of a file's groups are few."""
    return lire_date(texte, _DATE_ISO)


def lire_horodatage(texte: str) -> datetime | None:
    """The local instant of `JJ/MM/AAAA HH:MM:SS`, without time zone, or None when it is no such instant."""
    jour, _, heure = texte.partition(" ")
    lu, trouve = lire_date(jour), _HEURE.fullmatch(heure.strip())
    if lu is None or trouve is None:
        return None
    heures, minutes, secondes = (int(p) for p in trouve.groups())
    try:
        return datetime.combine(lu, time(heures, minutes, secondes))
    except ValueError:
        return None


def ecrire_date(valeur: date) -> str:
    """`JJ/MM/AAAA`; years under 1000 are padded, which strftime does not do everywhere."""
    return f"{valeur.day:02d}/{valeur.month:02d}/{valeur.year:04d}"


def ecrire_horodatage(valeur: datetime) -> str:
    """`JJ/MM/AAAA HH:MM:SS` of the instant's own wall clock."""
    return f"{ecrire_date(valeur)} {valeur.hour:02d}:{valeur.minute:02d}:{valeur.second:02d}"


def _lire_entier(texte: str) -> int | None:
    return int(texte) if _ENTIER.fullmatch(texte) else None


def _lire_booleen(texte: str) -> bool | None:
    return _BOOLEENS.get(texte.lower())


def _lire_decimal(texte: str) -> Decimal | None:
    return Decimal(texte.replace(",", ".")) if _DECIMAL.fullmatch(texte) else None


# The value of a non-empty text, or None when it does not have the form.
_LECTEURS: dict[Forme, Callable[[str], Any]] = {
    Forme.ENTIER: _lire_entier,
    Forme.DATE: lire_date,
    Forme.DATE_ISO: lire_date_iso,
    Forme.ZERO_UN: _lire_booleen,
    Forme.VRAI_FAUX: _lire_booleen,
    Forme.DECIMAL: _lire_decimal,
}
_ECRIVAINS: dict[Forme, Callable[[Any], str]] = {
    Forme.DATE: ecrire_date,
    Forme.DATE_ISO: lambda jour: f"{jour.year:04d}-{jour.month:02d}-{jour.day:02d}",
    Forme.ZERO_UN: lambda vrai: "1" if vrai else "0",
    Forme.VRAI_FAUX: lambda vrai: "true" if vrai else "false",
    Forme.DECIMAL: lambda nombre: str(nombre.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)),
}


def valeur(texte: str | None, champ: Champ, element: etree._Element, nom: str) -> Any:
    """The value of one leaf: None when absent, "" for an empty text, else of the field's type.

    Labels are trimmed: old exports padded them to the width of the column. Raises `FichierRefuse` with
    code SIECLE_VALEUR_INVALIDE or SIECLE_CHAMP_ABSENT.
    """
    propre = None if texte is None else texte.strip()
    if not propre:
        if champ.oblige:
            raise champ_absent(nom, element, champ.balise)
        return propre if champ.lecteur is None else None
    if champ.lecteur is None:
        return propre
    lu = champ.lecteur(propre)
    if lu is None:
        raise champ_invalide(nom, element, champ.balise, champ.forme.value)
    return lu


def lire_champs(
    element: etree._Element,
    champs: Sequence[Champ],
    nom: str,
    notes: Notes | None = None,
    autres: frozenset[str] = RIEN,
) -> dict[str, Any]:
    """The values of `champs` among the children of `element`, by attribute name; of a repeated leaf, the first.

    Arguments: `nom`, the file's name, for refusals; `notes`, told of the children and attributes that are neither
    `champs` nor `autres` (the blocks and keys of that record). Raises `FichierRefuse`.
    """
    presents: dict[str, str] = {}
    composees: list[etree._Element] = []
    for enfant in element.iterchildren("*"):
        presents.setdefault(enfant.tag, enfant.text or "")
        if len(enfant) or enfant.keys():
            composees.append(enfant)
    if notes is not None:
        notes.feuilles(element, presents, composees, champs, autres)
    lus: dict[str, Any] = {}
    for champ in champs:
        texte = presents.get(champ.balise)
        if not texte and champ.anciens:
            for ancien in champ.anciens:
                texte = presents.get(ancien, texte)
                if texte:
                    break
        if texte and champ.lecteur is None and (propre := texte.strip()):
            lus[champ.attribut] = propre
        elif texte is None and not champ.oblige:
            lus[champ.attribut] = None
        else:
            lus[champ.attribut] = valeur(texte, champ, element, nom)
    return lus


def lire_identifiant(element: etree._Element, cle: str, nom: str) -> int:
    """The integer key of a record: attribute `cle`, else the child of that name. Raises `FichierRefuse`."""
    texte = lire_cle(element, cle)
    if texte and _ENTIER.fullmatch(texte):
        return int(texte)
    return int(valeur(texte, Champ(cle, cle, Forme.ENTIER, oblige=True), element, nom))


def lire_cle(element: etree._Element, cle: str) -> str | None:
    """The key of a record, trimmed: attribute `cle`, else the child of that name (ScolIA meets both)."""
    attribut = element.get(cle)
    texte = attribut if attribut is not None else element.findtext(cle)
    return None if texte is None else texte.strip()


def ecrire_champs(xml: EcrivainXml, source: object, champs: Sequence[Champ], repere: str) -> None:
    """Write the leaves of `source` in order; None is omitted, "" is written empty.

    Arguments: `repere`, which record, for the refusal (« ELEVE 700101 »: never a name). A telephone longer
    than its column is left out, as BEE does. Raises `Refus` with code SIECLE_ECRITURE_CHAMP_ABSENT or
    SIECLE_ECRITURE_CHAMP_LONG.
    """
    for champ in champs:
        donnee = getattr(source, champ.attribut)
        if donnee is None or donnee == "":
            if champ.oblige or champ.toujours:
                raise Refus(
                    f"L'élément {champ.balise} de {repere} est vide : il doit toujours être exporté.",
                    code="SIECLE_ECRITURE_CHAMP_ABSENT",
                    lieu=Lieu(element=champ.balise),
                    remede="Compléter la fiche, puis exporter à nouveau.",
                )
            if donnee is not None:
                xml.feuille(champ.balise)
            continue
        texte = champ.ecrivain(donnee).strip()
        if not texte.isprintable():  # consumers that read line by line want a leaf on one line
            texte, remplaces = _BLANCS.subn(" ", texte)
            xml.substitutions += remplaces
        if champ.maxi is not None and len(texte) > champ.maxi:
            if champ.forme is Forme.TELEPHONE:
                continue
            raise Refus(
                f"L'élément {champ.balise} de {repere} compte {len(texte)} caractères ; "
                f"il en admet {champ.maxi} au plus.",
                code="SIECLE_ECRITURE_CHAMP_LONG",
                lieu=Lieu(element=champ.balise),
                remede="Raccourcir la donnée, puis exporter à nouveau.",
            )
        xml.feuille(champ.balise, texte)
