"""Suivi des échanges > STS Web - Structures."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, EchangeSts
from shared.persistence.unite import Unite


def echanges_sts(u: Unite, b: BaseEleves) -> Sequence[EchangeSts]:
    """What STS-Web sent to a base, the latest first."""
    requete = select(EchangeSts).where(EchangeSts.uai == b.uai, EchangeSts.millesime == b.millesime)
    return u.session.scalars(requete.order_by(EchangeSts.id.desc())).all()
