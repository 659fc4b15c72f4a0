"""The timetable software's pages, under the menu names of EDT and PRONOTE (EDT-02 to EDT-06)."""

from __future__ import annotations

from services.edt.screens import bases, correspondances, enseignement, exports, groupes, imports, pronote, socle_ent
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _partie in (bases, imports, correspondances, groupes, pronote, enseignement, exports, socle_ent):
    routeur.include_router(_partie.routeur)
