"""« Effectif calculé » of the divisions and groups: the pupils that SIECLE BEE counts in them.

That BEE tells it every night is inferred; the guides show the column alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, column, exists, func, literal, update
from sqlalchemy.orm import InstrumentedAttribute

from services.sts_web.models import Division, DivisionMef, Groupe, GroupeDivision
from shared.contracts.echanges import EffectifMsg, EffectifsBee
from shared.persistence.unite import Unite


def recevoir_effectifs(u: Unite, message: EffectifsBee) -> dict[str, Any]:
    """Note the effectifs of a school's year; what STS-Web does not know is left, what BEE does not count is 0."""
    _noter(u, message, Division, (Division.code,), _totaux(message.divisions))
    _noter(u, message, Groupe, (Groupe.code,), _totaux(message.groupes))
    _noter(u, message, DivisionMef, (DivisionMef.division, DivisionMef.mef), _parts(message.divisions))
    _noter(u, message, GroupeDivision, (GroupeDivision.groupe, GroupeDivision.division), _parts(message.groupes))
    return {"nb": sum(e.nb for e in message.divisions)}


def _totaux(effectifs: Iterable[EffectifMsg]) -> dict[tuple[str, ...], int]:
    totaux: Counter[tuple[str, ...]] = Counter()
    for e in effectifs:
        totaux[e.structure,] += e.nb
    return totaux


def _parts(effectifs: Iterable[EffectifMsg]) -> dict[tuple[str, ...], int]:
    return {(e.structure, e.part): e.nb for e in effectifs}


def _noter(
    u: Unite,
    message: EffectifsBee,
    table: type[Division | Groupe | DivisionMef | GroupeDivision],
    cles: Sequence[InstrumentedAttribute[str]],
    effectifs: Mapping[tuple[str, ...], int],
) -> None:
    """Write what changed, in two statements: a school has hundreds of effectifs every night, nearly all as before."""
    noms = [f"cle{rang}" for rang in range(len(cles))]
    listes = [literal([valeurs[rang] for valeurs in effectifs], ARRAY(Text)) for rang in range(len(cles))]
    dits = (
        func.unnest(*listes, literal(list(effectifs.values()), ARRAY(Integer)))
        .table_valued(*(column(nom, Text) for nom in noms), column("nb", Integer))
        .render_derived(name="dits")
    )
    la = [cle == dits.c[nom] for cle, nom in zip(cles, noms, strict=True)]
    ici = update(table).where(table.uai == message.uai, table.annee == message.annee)
    for requete in (
        ici.where(table.effectif_calcule.is_distinct_from(0), ~exists().where(*la)).values(effectif_calcule=0),
        ici.where(*la, table.effectif_calcule.is_distinct_from(dits.c.nb)).values(effectif_calcule=dits.c.nb),
    ):
        u.session.execute(requete, execution_options={"synchronize_session": False})
