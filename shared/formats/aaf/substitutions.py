"""What the feed cannot carry: what is written in its place, and the remarks that say so.

The written rules:

- a `$` inside a field of a composite value becomes `_` (AAF_DOLLAR_REMPLACE): `$` separates the fields, and
  the format has no way to escape it. Outside composite values a `$` is an ordinary character;
- a character that XML 1.0 does not have (control characters, lone surrogates, U+FFFE and U+FFFF) becomes `?`
  (AAF_CARACTERE_REMPLACE); every other one is written, as a decimal reference beyond ASCII;
- an older generation is given the nearest code of link (AAF_LIEN_REMPLACE), one line for an address
  (AAF_ADRESSE_UNE_LIGNE), and does without the attributes that it does not have (AAF_ATTRIBUT_OMIS).

An empty last field is not substituted but refused (AAF_DERNIER_CHAMP_VIDE): a division without a name is an
error of the source, and any text put there would be taken for its name.

Source: reference aaf.md, sections 1.2, 3, 4.1.2, 4.1.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.refus import Lieu, Remarque

REMPLACANT = "_"
"""What a `$` becomes inside a field."""

REMPLACANT_XML = "?"
"""What a character unknown to XML 1.0 becomes."""

_SANS_DOLLAR = "Renommez cet élément sans « $ » dans l'application d'origine."
_ORIGINE = "Corrigez cette valeur dans l'application d'origine."
_AUTRE_GRAMMAIRE = "Choisissez une grammaire plus récente si le lecteur l'admet."


class Substitutions:
    """Collects what was substituted; `objet` is the record being written ("Eleve 7100001").

    Memory does not grow with the feed: of each kind and attribute the first record is told, the others counted.
    """

    def __init__(self) -> None:
        self.objet = ""
        self._premieres: dict[tuple[str, str], Remarque] = {}
        self._nombres: dict[tuple[str, str], int] = {}

    @property
    def remarques(self) -> list[Remarque]:
        """One remark for each kind and attribute, in the order of the feed; it says how many more there are."""
        remarques = []
        for cle, premiere in self._premieres.items():
            autres = self._nombres[cle] - 1
            suite = f" Il en va de même de {autres} autre(s) valeur(s)." if autres else ""
            remarques.append(Remarque(premiere.code, premiere.phrase + suite, premiere.lieu, premiere.remede))
        return remarques

    @property
    def nombre(self) -> int:
        """How many values were substituted or left out."""
        return sum(self._nombres.values())

    def _note(self, code: str, attribut: str, phrase: str, remede: str, objet: str | None = None) -> None:
        cle = (code, attribut)
        self._nombres[cle] = self._nombres.get(cle, 0) + 1
        if cle not in self._premieres:
            ou = f"{objet or self.objet}, {attribut}"
            self._premieres[cle] = Remarque(code, f"{ou} : {phrase}", Lieu(element=ou), remede)

    def signale(self, attribut: str) -> None:
        """A field of `attribut` held a `$`."""
        phrase = f"le caractère « $ » sépare les champs ; il a été remplacé par « {REMPLACANT} »."
        self._note("AAF_DOLLAR_REMPLACE", attribut, phrase, _SANS_DOLLAR)

    def caracteres(self, objet: str, attribut: str, points: Sequence[int]) -> None:
        """A value of `attribut` held characters (code points) that XML does not have."""
        liste = ", ".join(f"U+{point:04X}" for point in sorted(set(points)))
        phrase = f"{liste} n'existe pas en XML ; il a été remplacé par « {REMPLACANT_XML} »."
        self._note("AAF_CARACTERE_REMPLACE", attribut, phrase, _ORIGINE, objet)

    def lien(self, avant: str, apres: str) -> None:
        """A link was given the nearest meaning of 2012-2014."""
        phrase = f"« {avant} » n'existait pas en 2012-2014 ; il est devenu « {apres} »."
        self._note("AAF_LIEN_REMPLACE", "ENTElevePersRelEleve", phrase, _AUTRE_GRAMMAIRE)

    def adresse(self) -> None:
        """The lines of an address were joined."""
        phrase = "l'adresse n'a qu'une ligne en 2012-2014 ; les siennes ont été réunies."
        self._note("AAF_ADRESSE_UNE_LIGNE", "ENTPersonAdresse", phrase, _AUTRE_GRAMMAIRE)

    def omis(self, attribut: str, grammaire: str) -> None:
        """`attribut` held something and `grammaire` does not have it."""
        phrase = f"la grammaire {grammaire} n'a pas cet attribut ; sa valeur n'est pas écrite."
        self._note("AAF_ATTRIBUT_OMIS", attribut, phrase, _AUTRE_GRAMMAIRE)
