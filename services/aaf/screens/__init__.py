"""The pages of the AAF: schools, exclusions, directory, projects and their feeds, how it all hangs together."""

from __future__ import annotations

from services.aaf.screens import annuaire, exclusions, fonctionnement, projets
from shared.http.routes import Routeur

routeur = Routeur(include_in_schema=False)
for _page in (annuaire, exclusions, projets, fonctionnement):
    routeur.include_router(_page.routeur)
