"""The health of the seven services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from services.pilotage.api.etat import voisins
from services.pilotage.rules.chaine import TITRES
from services.pilotage.rules.textes import date_heure
from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.voisins import Sante
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.liens import lien_vers

routeur = Routeur()


@routeur.get("/sante")
def sante(request: Request, lu: PosteLu) -> HTMLResponse:
    """What each service says of its database, its clock and its neighbours."""
    adresses = noyau(request).reglages.adresses
    lignes = [
        _ligne(lu, s) | {"lien": lien_vers(adresses, lu.bac, s.service, "/_sim/health")}
        for s in voisins(request).sante(lu.bac)
    ]
    return page(
        request,
        lu,
        "sante.html",
        "Santé des services",
        lignes=lignes,
        en_panne=sum(x["genre"] != "succes" for x in lignes),
    )


def _ligne(lu: Poste, s: Sante) -> dict[str, Any]:
    verdict = s.verdict
    horloge = verdict.get("horloge")
    if s.statut == 0:
        etat, genre = f"ne répond pas ({s.cause})", "erreur"
    elif s.statut == 200:
        etat, genre = "en bonne santé", "succes"
    else:
        etat, genre = f"en panne : {', '.join(verdict.get('pannes', [])) or s.statut}", "erreur"
    voisins_dits = verdict.get("voisins", {})
    return {
        "titre": TITRES[s.service],
        "etat": etat,
        "genre": genre,
        "base": verdict.get("base", ""),
        "horloge": date_heure(datetime.fromisoformat(horloge), lu.fuseau) if horloge else "",
        "voisins": ", ".join(f"{TITRES.get(nom, nom)} : {dit}" for nom, dit in voisins_dits.items()) or "aucun",
    }
