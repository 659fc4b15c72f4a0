"""What the files say of real people: everything that must not come out again.

Collected from every document before anything is replaced, so that no pseudonym is by chance somebody's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from shared.formats.pseudonymes.mots import LETTRES, PARTICULES, mots, numero_simple
from shared.identifiers import cle_tri, sans_accent

JEUNE_DEPUIS = 1996
"""Birth years from which first names are those of pupils."""


def epoque(naissance: int) -> str:
    """The generation of first names for a civil year of birth: « jeune » or « adulte »."""
    return "jeune" if naissance >= JEUNE_DEPUIS else "adulte"


@dataclass
class Originaux:
    """The identities of the files.

    `mots`: keys of the words of surnames; `enseignants`: those of the staff; `prenoms`: (key of a first name,
    generation); `sexes`: votes for "1" and for "2" by key of first name; `accentues`: first names written somewhere
    with an accent; `ines`, `telephones` (digits), `mels` (lower case), `lignes` (keys of address lines), `voies` (those
    that are streets), `uais`; `identifiants`: by domain; `divisions`, `groupes`: codes; `couples`: (key of a name, key
    of a first name); `noms_complets`: « Prénom NOM » in one field; `personnels_nommes`, `eleves_nommes`: whether a file
    names the staff, the pupils; `naissances`: surname that goes with a birth date, by (domain, identifier).
    """

    mots: set[str] = field(default_factory=set)
    enseignants: set[str] = field(default_factory=set)
    prenoms: set[tuple[str, str]] = field(default_factory=set)
    sexes: dict[str, list[int]] = field(default_factory=dict)
    accentues: set[str] = field(default_factory=set)
    ines: set[str] = field(default_factory=set)
    telephones: set[str] = field(default_factory=set)
    mels: set[str] = field(default_factory=set)
    lignes: set[str] = field(default_factory=set)
    voies: set[str] = field(default_factory=set)
    uais: set[str] = field(default_factory=set)
    identifiants: dict[str, set[str]] = field(default_factory=dict)
    divisions: set[str] = field(default_factory=set)
    groupes: set[str] = field(default_factory=set)
    couples: set[tuple[str, str]] = field(default_factory=set)
    noms_complets: set[str] = field(default_factory=set)
    personnels_nommes: bool = False
    eleves_nommes: bool = False
    naissances: dict[tuple[str, str], str] = field(default_factory=dict)

    def nommer(self, *noms: str | None, personnel: bool = False) -> None:
        """Keep the words of surnames; `personnel`: of a member of staff."""
        for nom in noms:
            tous = mots(nom)
            significatifs = [m for m in tous if m not in PARTICULES]
            self.mots.update(significatifs or tous)
            if personnel:
                self.enseignants.update(significatifs)

    def prenommer(self, sexe: str | None, naissance: int, *prenoms: str | None) -> None:
        """Keep first names, and the sex that goes with them where it is known ("1" or "2")."""
        for prenom in prenoms:
            if prenom and sans_accent(prenom) != prenom:
                self.accentues.update(cle_tri(m) for m in LETTRES.findall(prenom) if sans_accent(m) != m)
            for mot in mots(prenom):
                self.prenoms.add((mot, epoque(naissance)))
                if sexe in ("1", "2"):
                    self.sexes.setdefault(mot, [0, 0])[int(sexe) - 1] += 1

    def coupler(self, noms: Iterable[str | None], prenoms: Iterable[str | None]) -> None:
        """Keep the pairs that a record makes."""
        cles = [cle_tri(n) for n in noms if n]
        for prenom in prenoms:
            if prenom:
                self.couples.update((cle, cle_tri(prenom)) for cle in cles)

    def joindre(self, telephones: Iterable[str | None] = (), mels: Iterable[str | None] = ()) -> None:
        """Keep telephones and mail addresses."""
        self.telephones.update(n for t in telephones if t and (n := numero_simple(t)))
        self.mels.update(m.strip().lower() for m in mels if m and m.strip())

    def loger(self, voie: str | None, *complements: str | None) -> None:
        """Keep address lines: the street, and what completes it."""
        if voie and (cle := cle_tri(voie)):
            self.voies.add(cle)
            self.lignes.add(cle)
        self.lignes.update(cle for ligne in complements if ligne and (cle := cle_tri(ligne)))

    def identifier(self, domaine: str, valeur: str) -> None:
        """Keep an identifier, without the zeros before it."""
        if valeur.strip():
            self.identifiants.setdefault(domaine, set()).add(canonique(valeur))

    def structurer(self, code: str, *, groupe: bool = False) -> None:
        """Keep the code of a division or of a group."""
        if code.strip():
            (self.groupes if groupe else self.divisions).add(code.strip())

    def sexe(self, cle: str) -> str | None:
        """The sex that most people of that first name have, None when no file says any."""
        votes = self.sexes.get(cle)
        return None if votes is None else "2" if votes[1] > votes[0] else "1"

    def terminer(self) -> None:
        """Once every file is read: names given in one go (« NOM Prénom ») are cut, first names set apart."""
        prenoms = {cle for cle, _ in self.prenoms}
        for complet in self.noms_complets:
            for mot in mots(complet):
                if mot not in prenoms and mot not in PARTICULES:
                    self.mots.add(mot)


def canonique(identifiant: str) -> str:
    """An identifier without blanks nor leading zeros: ELENOET is written both ways."""
    propre = identifiant.strip()
    return propre.lstrip("0") or "0" if propre.isascii() and propre.isdigit() else propre


def lire_date(texte: str) -> tuple[date, str] | None:
    """A date written JJ/MM/AAAA or AAAA-MM-JJ and its form, None when it is neither."""
    propre = texte.strip()
    try:
        if len(propre) == 10 and propre[2] == propre[5] == "/":
            return date(int(propre[6:]), int(propre[3:5]), int(propre[:2])), "%d/%m/%Y"
        if len(propre) == 10 and propre[4] == propre[7] == "-":
            return date(int(propre[:4]), int(propre[5:7]), int(propre[8:])), "%Y-%m-%d"
    except ValueError:
        pass
    return None
