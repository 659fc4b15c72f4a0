"""Identifiers and telephones: other ones, written the same way."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping

from shared.formats.pseudonymes.originaux import canonique

Hasards = Callable[[str, str], Iterator[random.Random]]

JOINTURE = "jointure"
_ALLONGER = 40
_TELEPHONE = re.compile(r"\d")


class Identifiants:
    """Numbers given in place of the numbers of the files: none of them is one of the files', of any kind.

    Arguments: `hasards`, the keyed streams; `originaux`, identifiers by domain. A number keeps its number of digits.
    Those of the AAF (`JOINTURE`) also keep their order: the records of a feed are sorted by them (reference AAF,
    section 1.5), so they depend on the whole set; the others on the key and the number alone, collisions apart.
    """

    def __init__(self, hasards: Hasards, originaux: Mapping[str, set[str]]) -> None:
        self._hasards = hasards
        self._interdits = {valeur for valeurs in originaux.values() for valeur in valeurs}
        self._tables: dict[str, dict[str, str]] = {}
        self._pris: dict[str, set[str]] = {}
        for domaine in sorted(originaux):
            if domaine == JOINTURE:
                self._tables[domaine] = self._en_ordre(originaux[domaine])
                self._pris[domaine] = set(self._tables[domaine].values())
                continue
            for valeur in sorted(originaux[domaine]):
                self._un(domaine, valeur)

    def remplacer(self, domaine: str, valeur: str) -> str:
        """The identifier that stands for `valeur`, with the blanks and zeros around it."""
        propre = valeur.strip()
        if not propre:
            return valeur
        cle = canonique(propre)
        nouveau = self._tables.get(domaine, {}).get(cle) or self._un(domaine, cle)
        return valeur.replace(propre, nouveau.zfill(len(propre)) if propre != cle else nouveau)

    def _un(self, domaine: str, cle: str) -> str:
        table, pris = self._tables.setdefault(domaine, {}), self._pris.setdefault(domaine, set())
        for essai, hasard in enumerate(self._hasards(f"identifiant {domaine}", cle)):
            taille = len(cle) + essai // _ALLONGER
            if cle.isascii() and cle.isdigit():
                nouveau = str(hasard.randrange(10 ** (taille - 1), 10**taille))
            else:
                nouveau = "".join(hasard.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(max(taille, 4)))
            if nouveau not in pris and nouveau not in self._interdits:
                pris.add(nouveau)
                table[cle] = nouveau
                return nouveau
        raise AssertionError("the streams are endless")

    def _en_ordre(self, valeurs: set[str]) -> dict[str, str]:
        """As many numbers as there are, drawn once for all, given in ascending order."""
        nombres = sorted((v for v in valeurs if v.isascii() and v.isdigit()), key=lambda v: (len(v), v))
        if not nombres:
            return {}
        taille = len(nombres[-1])
        while 10**taille - 10 ** (taille - 1) < 4 * len(nombres):
            taille += 1
        hasard = next(self._hasards("identifiants en ordre", "\n".join(nombres)))
        tires: set[int] = set()
        while len(tires) < len(nombres):
            tire = hasard.randrange(10 ** (taille - 1), 10**taille)
            if str(tire) not in self._interdits:
                tires.add(tire)
        return dict(zip(nombres, map(str, sorted(tires)), strict=True))


def habiller_telephone(numero: str, modele: str) -> str:
    """A ten-digit number written as the model is: « +33 6 … », « 06.39… »; plainly when the model is neither."""
    if not numero:
        return ""
    chiffres = "".join(c for c in modele if c.isdigit())
    if len(chiffres) == 10:
        suite = iter(numero)
    elif len(chiffres) == 11 and modele.strip().startswith("+33"):
        suite = iter("33" + numero[1:])
    else:
        return numero
    return _TELEPHONE.sub(lambda _: next(suite), modele)


def premier_apres(valeurs: list[str], prefixe: str) -> str | None:
    """The first of sorted `valeurs` that begins with `prefixe`."""
    place = bisect_left(valeurs, prefixe)
    return valeurs[place] if place < len(valeurs) and valeurs[place].startswith(prefixe) else None
