"""Reading HTML forms in synchronous routes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from shared.contracts.refus import Refus


class Champs:
    """The text fields of a form; a field may come several times (tick boxes)."""

    def __init__(self, paires: list[tuple[str, str]]) -> None:
        self._paires = paires

    def get(self, nom: str, defaut: str = "") -> str:
        """The first value of a field, trimmed; `defaut` when it was not sent."""
        return next((valeur.strip() for cle, valeur in self._paires if cle == nom), defaut)

    def tous(self, nom: str) -> list[str]:
        """Every value of a field."""
        return [valeur for cle, valeur in self._paires if cle == nom]

    def numeros(self, nom: str) -> list[int]:
        """The values of a field that are numbers."""
        return [int(v) for v in self.tous(nom) if v.isascii() and v.isdecimal() and len(v) < 16]

    def __contains__(self, nom: object) -> bool:
        return any(cle == nom for cle, _ in self._paires)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(cle for cle, _ in self._paires))


async def _lire(request: Request) -> Champs:
    formulaire = await request.form()
    return Champs([(cle, valeur) for cle, valeur in formulaire.multi_items() if isinstance(valeur, str)])


Formulaire = Annotated[Champs, Depends(_lire)]
"""The fields of a POST form."""


def date_lue(form: Champs, nom: str, libelle: str) -> date | None:
    """The day of a date field, None when empty. Raises `Refus` (DATE_INVALIDE)."""
    texte = form.get(nom)
    if not texte:
        return None
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise Refus(
            f"La {libelle} n'est pas une date.",
            code="DATE_INVALIDE",
            remede="Choisissez-la dans le calendrier, ou saisissez-la au format AAAA-MM-JJ.",
        ) from None
