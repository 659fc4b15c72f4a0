"""Replacing identities on entry: the same person becomes the same invented one in every file.

Everything depends on a secret key and on the text replaced (HMAC), never on the order of the files. The shape is
kept: letter case, accents, hyphens and particles, about the same length; so is what the chain works on: age group,
sex, siblings' shared surname, commune, two spellings of one address.
Source: architecture, "Reserved ranges"; issue, « Real input ».
"""

from __future__ import annotations

import hashlib
import hmac
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count

from rentree.demo.entree.originaux import LETTRES, PARTICULES, Originaux, mots, numero_simple, vocabulaire
from rentree.population import listes
from shared.identifiers import INE_NUMERO_MIN, cle_tri, fabriquer_ine, sans_accent, telephone_fixe, telephone_mobile

_INE_NOMBRE = 8_000_000
"""Numbers given here; the simulated registry gives its own from 998 000 000."""

_DEBUTS = (
    "BA", "BE", "BRE", "CA", "CHE", "CLE", "DA", "DE", "DRE", "FA", "FE", "FLE", "GA", "GE", "GRE", "JA", "JE", "LA",
    "LE", "MA", "ME", "NA", "NE", "PA", "PE", "PLE", "PRE", "RA", "RE", "SA", "SE", "TA", "TE", "TRE", "VA", "VE",
)  # fmt: skip
_DEBUTS_VOYELLES = ("A", "AU", "E", "EU", "I", "O", "ABE", "ALE", "ARI", "EMA", "ERE", "IRE", "OLE", "ORE", "URE")
_SUITES = (
    "BRE", "CA", "DE", "GA", "LE", "LI", "MA", "MI", "NE", "NI", "RE", "RI", "SE", "TE", "TI", "VE", "VI",
)  # fmt: skip
_FINS = (
    "LLET", "RON", "NET", "CHE", "TIER", "SON", "LIN", "GNE", "RET", "DIN", "VAL", "MEL", "RD", "ND", "L", "N", "T",
)  # fmt: skip
_PLUS_COURT_TRONQUE = 4


class Pseudonymes:
    """The replacement of one folder's identities.

    Arguments: `cle`, the secret; `originaux`, what must not come out again.
    """

    def __init__(self, cle: bytes, originaux: Originaux) -> None:
        self._cle = cle
        self._originaux = originaux
        self._mots: dict[str, str] = {}
        self._mots_pris: set[str] = set()
        self._ines: dict[str, str] = {}
        self._ines_pris = set(originaux.ines)
        self._telephones: dict[str, str] = {}
        self._structures: dict[str, str] = {}
        # In sorted order, so that who gets his second choice does not depend on the order of the files.
        for mot in sorted(originaux.mots):
            self._mot(mot)
        for ine in sorted(originaux.ines):
            self.ine(ine)

    def _hasards(self, domaine: str, valeur: str) -> Iterator[random.Random]:
        """Streams of randomness for a value, one more each time the last choice could not be taken."""
        for essai in count():
            message = f"{domaine}\0{valeur}\0{essai}".encode()
            yield random.Random(hmac.digest(self._cle, message, hashlib.sha256))

    def _choisir(
        self, domaine: str, valeur: str, tirer: Callable[[random.Random, int], str], convient: Callable[[str], bool]
    ) -> str:
        """The first draw that fits; `tirer` is told which try it is."""
        for essai, hasard in enumerate(self._hasards(domaine, valeur)):
            trouve = tirer(hasard, essai)
            if convient(trouve):
                return trouve
        raise AssertionError("the streams are endless")

    # Names

    def nom(self, texte: str) -> str:
        """A surname: each word replaced, particles kept."""
        seul = all(m in PARTICULES for m in mots(texte))
        return LETTRES.sub(lambda m: m[0] if cle_tri(m[0]) in PARTICULES and not seul else self._mot(m[0]), texte)

    def _mot(self, mot: str) -> str:
        """One word of a surname."""
        cle = cle_tri(mot)
        if cle not in self._mots:
            self._mots[cle] = self._choisir(
                "nom",
                cle,
                # Short words are few: after a while, a longer one.
                lambda hasard, essai: _inventer_mot(hasard, len(cle) + essai // 40, cle[0] in "aeiou"),
                lambda m: (
                    m not in self._mots_pris
                    and cle_tri(m) not in self._originaux.mots
                    and cle_tri(m) not in vocabulaire()
                ),
            )
            self._mots_pris.add(self._mots[cle])
        return _habiller(self._mots[cle], mot)

    def prenom(self, texte: str, naissance: int) -> str:
        """A first name of the same sex and period, compound when it was; `naissance`: about when, a civil year."""
        return LETTRES.sub(lambda m: self._un_prenom(m[0], naissance), texte)

    def _un_prenom(self, mot: str, naissance: int) -> str:
        cle = cle_tri(mot)
        sexe = self._originaux.sexes.get(cle) or sexe_probable(cle, naissance)
        accent = sans_accent(mot) != mot
        simples = [x for x in _prenoms_simples(sexe, naissance) if x[1] != cle]
        choix = [p for p, _, accentue in simples if accentue is accent] or [p for p, _, _ in simples]
        choisi = next(self._hasards("prenom", cle)).choice(choix)
        return _casser(choisi if accent else sans_accent(choisi), mot)

    def naissance(self, jour: date, nom: str) -> date:
        """Another day of the same civil year, the cohort of a level; twins, who share name and day, still do."""
        debut = date(jour.year, 1, 1)
        nombre = (date(jour.year + 1, 1, 1) - debut).days
        for hasard in self._hasards("naissance", f"{cle_tri(nom)} {jour.isoformat()}"):
            autre = debut + timedelta(days=hasard.randrange(nombre))
            if autre != jour:
                return autre
        raise AssertionError("the streams are endless")

    # Numbers and addresses

    def ine(self, texte: str) -> str:
        """An INE of the reserved range; the same one twice in the files stays the same one twice."""
        cle = texte.strip().upper()
        if cle not in self._ines:
            self._ines[cle] = self._choisir(
                "ine",
                cle,
                lambda hasard, _: fabriquer_ine(INE_NUMERO_MIN + hasard.randrange(_INE_NOMBRE)),
                lambda ine: ine not in self._ines_pris,
            )
            self._ines_pris.add(self._ines[cle])
        return self._ines[cle]

    def telephone(self, texte: str) -> str:
        """A telephone of the reserved ranges, mobile when it was; "" stays ""."""
        numero = numero_simple(texte)
        if not numero:
            return ""
        if numero not in self._telephones:
            fabriquer = telephone_mobile if numero.startswith(("06", "07")) else telephone_fixe
            self._telephones[numero] = self._choisir(
                "telephone",
                numero,
                lambda hasard, _: fabriquer(hasard.randrange(10_000)),
                lambda t: t not in self._originaux.telephones,
            )
        return self._telephones[numero]

    def mel(self, texte: str) -> str:
        """A mail address that reaches nobody; "" stays ""."""
        cle = texte.strip().lower()
        if not cle:
            return ""
        return f"contact.{hmac.digest(self._cle, f'mel {cle}'.encode(), hashlib.sha256).hex()[:12]}@courriel.invalid"

    def ligne(self, texte: str, *, complement: bool = False) -> str:
        """A line of address: a street, or a `complement`; "" stays ""."""
        cle = cle_tri(texte)
        if not cle:
            return ""
        tirer = _tirer_complement if complement else _tirer_voie
        return self._choisir("ligne", cle, tirer, lambda ligne: cle_tri(ligne) not in self._originaux.lignes)

    # Free text

    def structure(self, code: str, *, groupe: bool = False) -> str:
        """A division or group code, the names of people in it replaced; never longer than it was.

        Two codes stay two codes. `groupe`: as for `texte`.
        """
        propre = code.strip()
        if propre not in self._structures:
            nouveau = self.texte(propre, groupe=groupe)
            pris = set(self._structures.values())
            essais = (nouveau, *(f"{nouveau[: max(len(propre), 2) - len(str(n))]}{n}" for n in range(2, 100)))
            self._structures[propre] = nouveau if nouveau == propre else next(e for e in essais if e not in pris)
        return self._structures[propre]

    def texte(self, texte: str, *, groupe: bool = False) -> str:
        """Free text (label, file name): the words that name somebody of the files are replaced, none longer.

        `groupe`: the text names a group, often after its teacher. When no file says who teaches, every word of it
        that is not a school's is taken for a name.
        """
        prudent = groupe and not self._originaux.personnels_nommes
        return LETTRES.sub(lambda m: self._mot_libre(m[0], m.end() == len(texte), prudent), texte)

    def _mot_libre(self, mot: str, au_bout: bool, prudent: bool) -> str:
        cle, o = cle_tri(mot), self._originaux
        if cle in PARTICULES or cle in vocabulaire() or len(cle) < 3:
            return mot
        if cle in o.mots:
            return self._mot(mot)[: len(mot)]
        if len(cle) < _PLUS_COURT_TRONQUE:
            return mot
        if au_bout:
            # Codes have eight characters: « 3 DUPOND » may be what is left of a longer name.
            entier = next((e for e in sorted(o.enseignants) if e.startswith(cle)), None)
            if entier is not None:
                return _habiller(self._mots[entier], mot)[: len(mot)]
        if cle in o.prenoms_enseignants:
            return self._un_prenom(mot, 1980)[: len(mot)]
        return self._mot(mot)[: len(mot)] if prudent else mot


@cache
def _prenoms_simples(sexe: str, naissance: int) -> tuple[tuple[str, str, bool], ...]:
    """First names of one word: (name, key, whether it has an accent)."""
    return tuple((p, cle_tri(p), sans_accent(p) != p) for p in listes.prenoms(sexe, naissance) if LETTRES.fullmatch(p))


def sexe_probable(cle: str, naissance: int) -> str:
    """The sex that a first name (its key) has in our lists, of its period then of the other; "1" when in none.

    A compound name has that of its first word.
    """
    premier = cle.partition(" ")[0]
    for annee in (naissance, 2010, 1980):
        for sexe in ("1", "2"):
            if any(premier == x[1] for x in _prenoms_simples(sexe, annee)):
                return sexe
    return "1"


def _inventer_mot(hasard: random.Random, longueur: int, voyelle: bool) -> str:
    """A word that sounds like a surname, in capitals, of about `longueur` letters; `voyelle`: begins with a vowel."""
    debuts = _DEBUTS_VOYELLES if voyelle else _DEBUTS
    if longueur <= 2:
        return hasard.choice(debuts)[:longueur]
    fin = hasard.choice([f for f in _FINS if len(f) < longueur])
    mot = hasard.choice([d for d in debuts if len(d) <= max(2, longueur - len(fin))])
    while len(mot) + len(fin) < longueur:
        mot += hasard.choice(_SUITES)
    return (mot + fin)[: max(longueur, 3) + 1]


def _habiller(mot: str, modele: str) -> str:
    """`mot` (capitals) with an accent when the model has one, in the model's case."""
    if sans_accent(modele) != modele:
        mot = mot.replace("E", "É", 1) if "E" in mot else mot.replace("A", "Â", 1)
    return _casser(mot, modele)


def _casser(mot: str, modele: str) -> str:
    if modele.isupper():
        return mot.upper()
    return mot.lower() if modele.islower() else mot[:1].upper() + mot[1:].lower()


def _tirer_voie(hasard: random.Random, _essai: int) -> str:
    voie = f"{hasard.choice(listes.lieux('voies'))} {hasard.choice(listes.lieux('noms_voies'))}"
    return re.sub(r"\s+", " ", f"{hasard.randint(1, 198)} {voie}")[:38]


def _tirer_complement(hasard: random.Random, _essai: int) -> str:
    return f"{hasard.choice(('BATIMENT', 'APPARTEMENT', 'ESCALIER', 'RESIDENCE'))} {hasard.randint(1, 99)}"
