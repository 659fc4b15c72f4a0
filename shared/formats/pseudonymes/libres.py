"""Names of people inside free text: labels, codes of groups, names of files.

A group is often named after its teacher (« 3LAT MARTIN »), sometimes after a pupil; the name may be cut by the eight
characters of a code, or stuck to the subject.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from shared.formats.pseudonymes.mots import LETTRES, PARTICULES, accentuer, matieres, vocabulaire
from shared.formats.pseudonymes.numeros import premier_apres
from shared.identifiers import cle_tri, sans_accent

if TYPE_CHECKING:
    from shared.formats.pseudonymes.pseudonymes import Pseudonymes

_TRONQUE_PERSONNEL, _TRONQUE, _CODE = 4, 5, 8
"""Shortest piece of a name looked for at the end of a text (of the staff, of anybody), and the length from which a text
may have been cut."""

_COLLE_PERSONNEL, _COLLE, _COLLE_MAX = 4, 5, 30
"""Shortest name looked for inside a longer word (of the staff, of anybody), and the longest."""

_NUMEROS = re.compile(
    r"(?P<mel>[^\s<>,;:@\"']+@[^\s<>,;:@\"']+)"
    r"|(?<![0-9A-Za-z])(?P<ine>\d{9}[A-Za-z]{2}|\d{10}[A-Za-z]|\d{4}[Aa]\d{5}[A-Za-z])(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(?P<telephone>(?:\+33|0033|0)[ .]?\d(?:[ .-]?\d\d){4})(?![0-9A-Za-z])"
)
"""What names somebody without a word: a mail address, an INE of any generation, a telephone."""


class TexteLibre:
    """What stands for a free text. `p` gives the names."""

    def __init__(self, p: Pseudonymes) -> None:
        self._p = p

    @cached_property
    def _prenoms(self) -> dict[str, int]:
        """First names of the files, each with a year of the generation that has it."""
        return {cle: 1980 if generation == "adulte" else 2010 for cle, generation in sorted(self._p.originaux.prenoms)}

    @cached_property
    def _enseignants(self) -> list[str]:
        return sorted(e for e in self._p.originaux.enseignants if len(e) >= _TRONQUE_PERSONNEL)

    @cached_property
    def _tous(self) -> list[str]:
        return sorted(m for m in self._p.originaux.mots if len(m) >= _TRONQUE)

    @cached_property
    def _colles(self) -> frozenset[str]:
        """Names that may be stuck inside a word."""
        o = self._p.originaux
        longs = {m for m in o.mots if len(m) >= _COLLE} | {m for m in o.enseignants if len(m) >= _COLLE_PERSONNEL}
        return frozenset(longs - vocabulaire() - PARTICULES)

    def remplacer(self, texte: str, *, groupe: bool = False, colle: bool = True) -> str:
        """Free text: the words that name somebody of the files are replaced, none longer; INE, mails, telephones too.

        `groupe`: the text names a group, often after its teacher. When no file says who teaches, or who learns, every
        word of it that is not a school's is taken for a name. `colle`: a name inside a longer word is looked for.
        """
        p = self._p
        prudent = groupe and not (p.originaux.personnels_nommes and p.originaux.eleves_nommes)
        fait, place = [], 0
        for numero in (*_NUMEROS.finditer(texte), None):
            morceau = texte[place : numero.start() if numero else len(texte)]
            fait.append(self._morceau(morceau, numero is None and len(texte) >= _CODE, prudent, colle))
            if numero is not None:
                place = numero.end()
                par = {"mel": p.mel, "ine": p.ine, "telephone": p.telephone}[numero.lastgroup or ""]
                fait.append(par(numero[0]))
        return "".join(fait)

    def _morceau(self, texte: str, plein: bool, prudent: bool, colle: bool) -> str:
        return LETTRES.sub(lambda m: self._mot(m[0], plein and m.end() == len(texte), prudent, colle), texte)

    def _mot(self, mot: str, au_bout: bool, prudent: bool, colle: bool) -> str:
        cle, p = cle_tri(mot), self._p
        o = p.originaux
        if cle in PARTICULES or cle in matieres():
            return mot
        if cle in o.enseignants and len(cle) > 1:
            return self._tailler(p.mot(mot), mot)
        if cle in vocabulaire() or len(cle) < 3:
            return mot
        if cle in o.mots:
            return self._tailler(p.mot(mot), mot)
        if cle in self._prenoms:
            return self._tailler(p.mot_de_prenom(mot, self._prenoms[cle]), mot)
        if len(cle) < _TRONQUE_PERSONNEL:
            return mot
        if au_bout and (coupe := self._couper(mot, cle, colle)) is not None:
            return coupe
        if colle and (decolle := self._decoller(mot, cle)) is not None:
            return decolle
        return self._tailler(p.mot(mot), mot) if prudent else mot

    def _couper(self, mot: str, cle: str, colle: bool) -> str | None:
        """Codes have eight characters: « 3 DUPOND », « 3LATMART » may end with what is left of a longer name."""
        if len(cle) != len(mot):
            return None
        for place in range(len(cle) - _TRONQUE_PERSONNEL + 1 if colle else 1):
            reste = cle[place:]
            entier = premier_apres(self._enseignants, reste)
            if entier is None and len(reste) >= _TRONQUE:
                entier = premier_apres(self._tous, reste)
            if entier is not None:
                return mot[:place] + self._tailler(self._p.mot(_en_casse(entier, mot)), mot[place:])
        return None

    def _decoller(self, mot: str, cle: str) -> str | None:
        if len(cle) != len(mot):
            return None
        for longueur in range(min(len(cle) - 1, _COLLE_MAX), _COLLE_PERSONNEL - 1, -1):
            for place in range(len(cle) - longueur + 1):
                fin = place + longueur
                if cle[place:fin] in self._colles:
                    return mot[:place] + self._tailler(self._p.mot(mot[place:fin]), mot[place:fin]) + mot[fin:]
        return None

    @staticmethod
    def _tailler(nouveau: str, modele: str) -> str:
        """No longer than it was, and with an accent if it had one: STS-Web refuses them in a code, before and after."""
        court = nouveau[: len(modele)]
        return accentuer(court) if sans_accent(modele) != modele else sans_accent(court)


def _en_casse(entier: str, modele: str) -> str:
    return entier.upper() if modele.isupper() else entier.lower() if modele.islower() else entier.capitalize()
