"""How many pupils each division and group has: what STS-Web shows as « effectif calculé ».

The guides show the column, not the exchange: that it goes every night, when it changed, is inferred.
Source: sts-edt reference (EFFECTIF_CALCULE of sts_emp).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, LienGroupe
from shared.contracts.echanges import EffectifMsg, EffectifsBee
from shared.persistence.unite import Unite

if TYPE_CHECKING:
    from services.siecle_bee.use_cases.remontee import FicheJugee


def envoyer_effectifs(u: Unite, b: BaseEleves, annee: int, jugees: Sequence[FicheJugee]) -> None:
    """Send `effectifs_bee` for a base, unless it would say again what it said last. `jugees`: all its fiches."""
    presents = {j.lue.eleve.eleve_id: j.lue.eleve for j in jugees if not j.lue.sorti and j.lue.eleve.division}
    divisions = Counter((e.division, e.mef) for e in presents.values())
    liens = select(LienGroupe.groupe, LienGroupe.eleve_id).where(
        LienGroupe.uai == b.uai, LienGroupe.millesime == b.millesime
    )
    groupes = Counter((g, presents[i].division) for g, i in u.session.execute(liens) if i in presents)
    message = EffectifsBee(uai=b.uai, annee=annee, divisions=_rangs(divisions), groupes=_rangs(groupes))
    u.envoyer_si_nouveau("effectifs_bee", "sts_web", message, uai=b.uai, annee=annee, nb=len(presents))


def _rangs(comptes: Counter[tuple[str, str]]) -> tuple[EffectifMsg, ...]:
    return tuple(EffectifMsg(structure=s, part=p, nb=n) for (s, p), n in sorted(comptes.items()))
