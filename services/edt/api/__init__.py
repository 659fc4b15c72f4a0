"""The timetable software's web service: what a person does in EDT or PRONOTE.

What only a superviseur (SPR) may do is in `imports` and `exports`; the rest is in `bases`, `travail` and `pronote`.
"""

from __future__ import annotations

from services.edt.api import bases, exports, imports, pronote, socle_ent, travail
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["edt"])
for _partie in (bases, imports, travail, pronote, exports, socle_ent):
    routeur.include_router(_partie.routeur)
