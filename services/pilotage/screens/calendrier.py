"""The calendar of the year, as a trainer shows it."""

from __future__ import annotations

from fastapi import Query, Request
from starlette.responses import HTMLResponse

from services.pilotage.api.etat import voisins
from services.pilotage.rules.chaine import CHAINE, TITRES
from services.pilotage.screens.cadre import PosteLu, ecoles, page
from services.pilotage.screens.nuits import LOTS
from services.pilotage.use_cases import calendrier
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.liens import lien_vers

routeur = Routeur()

ETATS = {
    "fait": ("fait", "succes"),
    "fait_en_retard": ("fait en retard", "avertissement"),
    "a_faire": ("à faire", "info"),
    "en_retard": ("en retard", "erreur"),
    "a_venir": ("à venir", "neutre"),
    "remplace": ("refait plus tard", "neutre"),
    "passe": ("rien de fait", "neutre"),
}


@routeur.get("/calendrier")
def lire(
    request: Request, lu: PosteLu, uai: str = "", annee: int | None = Query(None, ge=1990, le=2200)
) -> HTMLResponse:
    """Who does what when, what depends on what, what was done in this bac, what is late."""
    vu = calendrier.dresser(lu, voisins(request), uai.strip().upper(), annee)
    adresses = noyau(request).reglages.adresses
    rangs = {e.jalon.cle: rang for rang, e in enumerate(vu.etapes, 1)}
    return page(
        request,
        lu,
        "calendrier.html",
        f"Calendrier de l'année {vu.libelle}",
        vu=vu,
        annees=[(a, f"{a}-{a + 1}" if vu.scolaire.calendrier == "nord" else str(a)) for a in vu.annees],
        etats=ETATS,
        titres=TITRES,
        lots=LOTS,
        ecoles=ecoles(request, lu.bac),
        liens={s: lien_vers(adresses, lu.bac, s) for s in CHAINE},
        rangs=rangs,
        numeros=lambda cles: ", ".join(str(rangs[cle]) for cle in cles),
    )
