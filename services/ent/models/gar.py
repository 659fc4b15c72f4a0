"""Tables of the exports for the GAR."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.ent.models.base import Base


class ExportGar(Base):
    """One export of a GAR connector: its archive, what it holds, what the GAR would report, who was left out.

    `origine`: nuit or main; `digest`: of the archive in the file store; `fichiers`: [name, records]; `exclusions`: by
    reason, how many and some keys; `depot`: aucun, fait, refuse, with `depot_dit`, where or why.
    """

    __tablename__ = "export_gar"

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    connecteur: Mapped[str] = mapped_column(primary_key=True)
    projet: Mapped[str]
    instant: Mapped[datetime]
    origine: Mapped[str]
    archive: Mapped[str]
    digest: Mapped[str]
    md5: Mapped[str]
    taille: Mapped[int] = mapped_column(BigInteger)
    fichiers: Mapped[list[Any]]
    rapport: Mapped[dict[str, Any]]
    exclusions: Mapped[list[Any]]
    depot: Mapped[str]
    depot_dit: Mapped[str]
