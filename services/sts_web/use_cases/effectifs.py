"""« Effectif calculé » of the divisions and groups: the pupils that SIECLE BEE counts in them.

That BEE tells it every night is inferred; the guides show the column alone.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from shared.contracts.echanges import EffectifMsg, EffectifsBee
from shared.persistence.unite import Unite


def recevoir_effectifs(u: Unite, message: EffectifsBee) -> dict[str, Any]:
    """Note the effectifs of a school's year; what STS-Web does not know is left, what BEE does not count is 0."""
    _noter(u, message, "division", _totaux(message.divisions))
    _noter(u, message, "groupe", _totaux(message.groupes))
    _noter(u, message, "division_mef", _parts(message.divisions))
    _noter(u, message, "groupe_division", _parts(message.groupes))
    return {"nb": sum(e.nb for e in message.divisions)}


def _totaux(effectifs: Iterable[EffectifMsg]) -> dict[tuple[str, str], int]:
    totaux: Counter[tuple[str, str]] = Counter()
    for e in effectifs:
        totaux[e.structure, ""] += e.nb
    return totaux


def _parts(effectifs: Iterable[EffectifMsg]) -> dict[tuple[str, str], int]:
    return {(e.structure, e.part): e.nb for e in effectifs}


def _noter(u: Unite, message: EffectifsBee, table: str, effectifs: Mapping[tuple[str, str], int]) -> None:
    """Write what changed, in two statements: a school has hundreds of effectifs every night, nearly all as before."""
    parametres = {
        "uai": message.uai,
        "annee": message.annee,
        "codes": [code for code, _ in effectifs],
        "parts": [part for _, part in effectifs],
        "nombres": list(effectifs.values()),
    }
    for requete in _NOTER[table]:
        u.session.execute(requete, parametres)


_DITS = (
    "unnest(CAST(:codes AS text[]), CAST(:parts AS text[]), CAST(:nombres AS int[])) AS dits (code, part, nb)"
    " WHERE t.uai = :uai AND t.annee = :annee AND dits.code = t.{} AND dits.part = {}"
)
_NOTER = {
    table: (
        text(
            f"UPDATE sts_web.{table} AS t SET effectif_calcule = 0 WHERE t.uai = :uai AND t.annee = :annee"
            f" AND t.effectif_calcule IS DISTINCT FROM 0 AND NOT EXISTS (SELECT FROM {_DITS.format(code, part)})"
        ),
        text(
            f"UPDATE sts_web.{table} AS t SET effectif_calcule = dits.nb FROM {_DITS.format(code, part)}"
            " AND t.effectif_calcule IS DISTINCT FROM dits.nb"
        ),
    )
    for table, code, part in (
        ("division", "code", "''"),
        ("groupe", "code", "''"),
        ("division_mef", "division", "t.mef"),
        ("groupe_division", "groupe", "t.division"),
    )
}
"""By table: what BEE does not count any more, what it counts otherwise."""
