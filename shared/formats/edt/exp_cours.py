"""`EXP_COURS.xml`: the list of courses that EDT exports. Read only.

Source: reference sts-edt, section 6.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.edt.flux import regarder_racine
from shared.formats.edt.refus import LIMITES_EDT, mauvais_fichier
from shared.formats.edt.remarques import Remarques, nom_local
from shared.formats.edt.valeurs import lire_heure
from shared.security.xml import iterparse

RACINE_EXP_COURS = "TABLE"
ELEMENTS_COURS = ("cours", "cours_annuels")
_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_PUBLIC = re.compile(r"\s*(?:\[(?P<groupe>[^\]]*)\])?\s*(?:<(?P<classe>[^>]*)>)?\s*(?P<reste>.*?)\s*", re.DOTALL)
_DUREE = re.compile(r"(\d{1,2})[hH:](\d\d)", re.ASCII)
_CONNUS = (
    *("NUMERO", "DUREE", "FREQUENCE", "MAT_CODE", "MAT_LIBELLE", "PROF_NOM", "PROF_PRENOM", "CLASSE"),
    *("SALLE", "ALTERNANCE", "MODALITE", "CO-ENS.", "POND.", "JOUR", "H.DEBUT", "EFFECTIF"),
)


class PublicCours(Struct, frozen=True):
    """Who attends: a class, or a part of it, possibly by way of a group (`[GROUPE]<CLASSE> PARTIE`)."""

    classe: str
    groupe: str | None = None
    partie: str | None = None


class ProfesseurCours(Struct, frozen=True):
    """A teacher, by name: the file gives no identifier."""

    nom: str
    prenom: str


class CoursExporte(Struct, frozen=True):
    """One course. `jour` 1 is Monday; `alternance` and `frequence`: H each week, Q1 and Q2 fortnights.

    `autres`: what was met besides, name and text.
    """

    numero: str
    duree: timedelta | None
    frequence: str
    matiere_code: str
    matiere_libelle: str
    professeurs: tuple[ProfesseurCours, ...]
    publics: tuple[PublicCours, ...]
    salle: str
    alternance: str
    modalite: str
    co_enseignement: bool | None
    ponderation: Decimal | None
    jour: int | None
    heure_debut: time | None
    effectif: int | None
    autres: tuple[tuple[str, str], ...] = ()


class LecteurExpCours:
    """The courses of an EXP_COURS file, one by one; `remarques` is complete once the iteration is.

    Any declared encoding, any case of names, blanks around texts, decimal point or comma, courses named `Cours`
    or `Cours_annuels`. Arguments: `stream` of bytes; `nom`, the file's name in messages. Iterating raises
    `XmlRefuse`, and `EdtRefuse` EDT_MAUVAIS_FICHIER.
    """

    def __init__(self, stream: BinaryIO, nom: str) -> None:
        self._stream = stream
        self._nom = nom
        self._remarques = Remarques(nom)

    @property
    def remarques(self) -> tuple[Remarque, ...]:
        """What was met and not understood; never a value of the file."""
        return self._remarques.liste()

    def __iter__(self) -> Iterator[CoursExporte]:
        nom_racine, flux = regarder_racine(self._stream, self._nom)
        if nom_racine.upper() != RACINE_EXP_COURS:
            raise mauvais_fichier(self._nom, nom_racine, RACINE_EXP_COURS)
        racine: etree._Element | None = None
        for element in iterparse(flux, ("{*}*",), nom=self._nom, limites=LIMITES_EDT):
            if racine is None:
                racine = element.getroottree().getroot()
            if element.getparent() is not racine:
                continue
            if nom_local(element).lower() in ELEMENTS_COURS:
                yield self._cours(element)
            else:
                self._remarques.element_inconnu(f"{nom_racine}/{nom_local(element)}", element, garde=False)

    def _cours(self, element: etree._Element) -> CoursExporte:
        lus: dict[str, str] = {}
        autres: list[tuple[str, str]] = []
        for enfant in element:
            nom, texte = nom_local(enfant).upper(), (enfant.text or "").strip()
            if nom in _CONNUS and nom not in lus:
                lus[nom] = texte
            else:
                self._remarques.element_inconnu(f"Cours/{nom}", enfant, garde=True)
                autres.append((nom_local(enfant), texte))
        return CoursExporte(
            numero=lus.get("NUMERO") or element.get("numero", "").strip(),
            duree=self._lit_duree(element, lus.get("DUREE", "")),
            frequence=lus.get("FREQUENCE", ""),
            matiere_code=lus.get("MAT_CODE", ""),
            matiere_libelle=lus.get("MAT_LIBELLE", ""),
            professeurs=self._professeurs(element, lus.get("PROF_NOM", ""), lus.get("PROF_PRENOM", "")),
            publics=_publics(lus.get("CLASSE", "")),
            salle=lus.get("SALLE", ""),
            alternance=lus.get("ALTERNANCE", ""),
            modalite=lus.get("MODALITE", ""),
            co_enseignement=self._ou_non(element, lus.get("CO-ENS.", "")),
            ponderation=self._nombre(element, lus.get("POND.", "")),
            jour=self._jour(element, lus.get("JOUR", "")),
            heure_debut=self._heure(element, lus.get("H.DEBUT", "")),
            effectif=self._effectif(element, lus.get("EFFECTIF", "")),
            autres=tuple(autres),
        )

    def _illisible(self, element: etree._Element, nom: str, quoi: str) -> None:
        self._remarques.valeur_illisible(f"Cours/{nom}", element, nom, quoi)

    def _lit_duree(self, element: etree._Element, texte: str) -> timedelta | None:
        if not texte:
            return None
        trouve = _DUREE.fullmatch(texte)
        if trouve is None:
            self._illisible(element, "DUREE", "une durée de la forme 1h00")
            return None
        return timedelta(hours=int(trouve[1]), minutes=int(trouve[2]))

    def _heure(self, element: etree._Element, texte: str) -> time | None:
        try:
            return lire_heure(texte) if texte else None
        except ValueError:
            self._illisible(element, "H.DEBUT", "une heure de la forme 09h00")
            return None

    def _nombre(self, element: etree._Element, texte: str) -> Decimal | None:
        try:
            nombre = Decimal(texte.replace(",", ".")) if texte else None
        except InvalidOperation:
            nombre = Decimal("NaN")
        if nombre is None or nombre.is_finite():
            return nombre
        self._illisible(element, "POND.", "un nombre")
        return None

    def _effectif(self, element: etree._Element, texte: str) -> int | None:
        nombre = self._entier(texte)
        if texte and nombre is None:
            self._illisible(element, "EFFECTIF", "un nombre entier")
        return nombre

    @staticmethod
    def _entier(texte: str) -> int | None:
        return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 10 else None

    def _jour(self, element: etree._Element, texte: str) -> int | None:
        if not texte:
            return None
        if texte.lower() not in _JOURS:
            self._illisible(element, "JOUR", "un jour de la semaine")
            return None
        return _JOURS.index(texte.lower()) + 1

    def _ou_non(self, element: etree._Element, texte: str) -> bool | None:
        if texte.upper() in ("O", "N"):
            return texte.upper() == "O"
        if texte:
            self._illisible(element, "CO-ENS.", "« O » ou « N »")
        return None

    def _professeurs(self, element: etree._Element, noms: str, prenoms: str) -> tuple[ProfesseurCours, ...]:
        tous, leurs = _liste(noms), _liste(prenoms)
        if len(tous) != len(leurs):
            self._remarques.note(
                "LISTES_INEGALES",
                "Cours/PROF_NOM",
                element,
                "Les noms et les prénoms des professeurs d'un cours ne vont pas par paires.",
                "Complétez les fiches des professeurs dans le logiciel d'emploi du temps.",
            )
        return tuple(ProfesseurCours(n, p) for n, p in zip_longest(tous, leurs, fillvalue=""))


def _liste(texte: str) -> list[str]:
    return [m.strip() for m in texte.split(",")] if texte else []


def _publics(texte: str) -> tuple[PublicCours, ...]:
    publics: list[PublicCours] = []
    for morceau in _liste(texte):
        trouve = _PUBLIC.fullmatch(morceau)
        if trouve is None:  # the pattern takes any text; only the typing needs this
            continue
        groupe, classe, reste = trouve["groupe"], trouve["classe"], trouve["reste"]
        if classe is None:
            publics.append(PublicCours(reste, groupe))
        else:
            publics.append(PublicCours(classe.strip(), groupe, reste or None))
    return tuple(publics)
