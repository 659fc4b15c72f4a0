"""Searching by a code typed in part: shared by the services that *Suivre* asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute


def code_cherche(
    colonne: InstrumentedAttribute[str], texte: str, *autres: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """The rows whose code is `texte`; where nothing has it, those whose code begins by it. Case does not count.

    Arguments: `colonne`, the code, an attribute of a mapped class; `texte`, not empty; `autres`, the codes of other
    tables that are searched too: what one of them names exactly is no beginning.
    """
    cherche = texte.upper()
    ici = func.upper(colonne)
    exactes = [_exacte(c, cherche) for c in (colonne, *autres)]
    return or_(ici == cherche, and_(ici.startswith(cherche, autoescape=True), *(~e for e in exactes)))


def _exacte(colonne: InstrumentedAttribute[str], cherche: str) -> ColumnElement[bool]:
    table: Any = colonne.class_
    autre = table.__table__.alias()  # an alias of the class itself costs ten times as much
    return select(1).select_from(autre).where(func.upper(autre.c[colonne.key]) == cherche).exists()
