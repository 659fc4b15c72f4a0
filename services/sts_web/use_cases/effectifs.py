"""« Effectif calculé » of the divisions and groups: the pupils that SIECLE BEE counts in them.

That BEE tells it every night is inferred; the guides show the column alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import InstrumentedAttribute

from services.sts_web.models import Division, DivisionMef, Groupe, GroupeDivision
from shared.contracts.echanges import EffectifMsg, EffectifsBee
from shared.persistence.unite import Unite


def recevoir_effectifs(u: Unite, message: EffectifsBee) -> dict[str, Any]:
    """Note the effectifs of a school's year; what STS-Web does not know is left, what BEE does not count is 0."""
    for table in (Division, Groupe, DivisionMef, GroupeDivision):
        ici = update(table).where(table.uai == message.uai, table.annee == message.annee)
        u.session.execute(ici.values(effectif_calcule=0))
    _noter(u, message, Division, (Division.code,), [((c,), n) for c, n in _totaux(message.divisions)])
    _noter(u, message, Groupe, (Groupe.code,), [((c,), n) for c, n in _totaux(message.groupes)])
    _noter(u, message, DivisionMef, (DivisionMef.division, DivisionMef.mef), _parts(message.divisions))
    _noter(u, message, GroupeDivision, (GroupeDivision.groupe, GroupeDivision.division), _parts(message.groupes))
    return {"nb": sum(e.nb for e in message.divisions)}


def _totaux(effectifs: Iterable[EffectifMsg]) -> list[tuple[str, int]]:
    totaux: Counter[str] = Counter()
    for e in effectifs:
        totaux[e.structure] += e.nb
    return sorted(totaux.items())


def _parts(effectifs: Iterable[EffectifMsg]) -> list[tuple[tuple[str, ...], int]]:
    return [((e.structure, e.part), e.nb) for e in effectifs]


def _noter(
    u: Unite,
    message: EffectifsBee,
    table: type[Division | Groupe | DivisionMef | GroupeDivision],
    cles: Sequence[InstrumentedAttribute[str]],
    lignes: Sequence[tuple[tuple[str, ...], int]],
) -> None:
    if not lignes:
        return
    conditions = [cle == bindparam(f"cle{rang}") for rang, cle in enumerate(cles)]
    requete = update(table).where(table.uai == message.uai, table.annee == message.annee, *conditions)
    u.session.connection().execute(
        requete.values(effectif_calcule=bindparam("nb")),
        [{f"cle{rang}": v for rang, v in enumerate(valeurs)} | {"nb": nb} for valeurs, nb in lignes],
    )
