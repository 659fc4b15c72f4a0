"""Reading and writing whole tables of a base: rows without objects, COPY (architecture, "Storage")."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any, TypeVar, cast

from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from services.siecle_bee.models import Base
from shared.persistence import masse
from shared.persistence.unite import Unite

T = TypeVar("T", bound=Base)


@cache
def _ligne(table: type[Base], sauf: tuple[str, ...]) -> tuple[tuple[Any, ...], Callable[[Iterable[Any]], Any]]:
    colonnes = tuple(c for c in table.__table__.columns if c.key not in sauf)
    nommer: Any = namedtuple  # typed for literals alone
    return colonnes, partial(tuple.__new__, nommer(table.__name__, [c.key for c in colonnes]))


def lignes_de(
    u: Unite, table: type[T], *conditions: ColumnElement[bool], ordre: Sequence[Any], sauf: tuple[str, ...] = ()
) -> list[T]:
    """Rows to read and not to change: tuples with the attributes of `table`, which cost a tenth of its objects.

    Arguments: `ordre`, columns; `sauf`, names of columns left out. What the session holds is written first. The rows
    are taken from the driver, which converts every type that the tables of BEE have.
    """
    colonnes, faire = _ligne(table, sauf)
    requete = select(*colonnes).where(*conditions).order_by(*ordre)
    u.session.flush()
    lues = u.session.connection().execute(requete)
    assert lues.cursor is not None
    lignes = list(map(faire, lues.cursor.fetchall()))
    lues.close()
    return cast("list[T]", lignes)


def copier(u: Unite, table: type[Base], lignes: Sequence[Mapping[str, Any]]) -> None:
    """COPY rows into a table; all have the same keys. Columns left out take the model's default, else null.

    Raises what `shared.persistence.masse.copier` raises; the rows must not be there yet.
    """
    if not lignes:
        return
    cible = cast(Table, table.__table__)
    connues = [c for c in cible.columns if c.key in lignes[0]]
    defauts = {c.key: c.default.arg for c in cible.columns if isinstance(c.default, ScalarElementColumnDefault)}
    omises = tuple(cle for cle in defauts if cle not in lignes[0])
    suite = tuple(defauts[cle] for cle in omises)
    noms = [c.key for c in connues]
    json = [c.key for c in connues if isinstance(c.type, JSONB)]

    prendre = itemgetter(*noms) if len(noms) > 1 else lambda ligne: (ligne[noms[0]],)

    def valeurs(ligne: Mapping[str, Any]) -> tuple[Any, ...]:
        pleine = {**ligne, **{cle: Jsonb(ligne[cle]) for cle in json}} if json else ligne
        return (*prendre(pleine), *suite)

    masse.copier(u.session, table, (*noms, *omises), map(valeurs, lignes))
