"""An import under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from services.ent.rules.modeles import Reglages


class Contexte(Struct, frozen=True):
    """An import under way, or what the night does without one. `annee`: STS year of the classes of the feed."""

    projet: str
    import_id: int | None
    annee: int
    instant: datetime
    reglages: Reglages
    complet: bool = True

    @property
    def sql(self) -> dict[str, Any]:
        """The parameters that every statement takes."""
        return {"projet": self.projet, "import_id": self.import_id, "annee": self.annee, "instant": self.instant}
