"""Suivi des échanges > STS Web - Structures, and how many pupils each structure holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from services.siecle_bee.models import BaseEleves, EchangeSts, Eleve, LienGroupe
from shared.persistence.unite import Unite


def echanges_sts(u: Unite, b: BaseEleves) -> Sequence[EchangeSts]:
    """What STS-Web sent to a base, the latest first."""
    requete = select(EchangeSts).where(EchangeSts.uai == b.uai, EchangeSts.millesime == b.millesime)
    return u.session.scalars(requete.order_by(EchangeSts.id.desc())).all()


def effectifs(u: Unite, b: BaseEleves) -> dict[tuple[str, str], int]:
    """How many fiches each division (`D`) and each group (`G`) holds: (type, code) → pupils."""
    comptes: dict[tuple[str, str], int] = {}
    tables = (("D", Eleve, Eleve.division), ("G", LienGroupe, LienGroupe.groupe))
    for genre, table, colonne in tables:
        requete = select(colonne, func.count()).where(table.uai == b.uai, table.millesime == b.millesime)
        for code, nombre in u.session.execute(requete.group_by(colonne)):
            comptes[genre, code] = nombre
    return comptes
