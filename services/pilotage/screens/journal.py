"""The journal's page and its file for a spreadsheet."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from starlette.responses import HTMLResponse, StreamingResponse

from services.pilotage.api.consultation import Application, Sens
from services.pilotage.api.etat import voisins
from services.pilotage.rules.chaine import TITRES
from services.pilotage.screens.cadre import PosteLu, ecoles, page
from services.pilotage.use_cases import journal
from shared.http.dependances import noyau
from shared.http.routes import Routeur

routeur = Routeur()
SENS: tuple[tuple[Literal["recu", "lot", "action"], str], ...] = (
    ("recu", "Échanges reçus"),
    ("lot", "Lots de nuit"),
    ("action", "Actions des utilisateurs"),
)


@routeur.get("/journal")
def lire(
    request: Request,
    lu: PosteLu,
    application: Application = "",
    uai: str = "",
    sens: Sens = "",
    numero: int = Query(1, ge=1, le=400, alias="page"),
) -> HTMLResponse:
    """Every exchange, batch and act, latest first, by application, school and kind."""
    filtre = journal.Filtre(application, uai.strip().upper(), sens)
    lue = journal.lire(noyau(request).fabrique, voisins(request), lu.bac, filtre, numero)
    parametres = {n: v for n, v in (("application", application), ("uai", filtre.uai), ("sens", sens)) if v}
    return page(
        request,
        lu,
        "journal.html",
        "Journal de la chaîne",
        lue=lue,
        filtre=filtre,
        titres=TITRES,
        sens=SENS,
        mots_sens=journal.SENS,
        ecoles=ecoles(request, lu.bac),
        csv="/journal.csv" + ("?" + urlencode(parametres) if parametres else ""),
        plus_recentes="?" + urlencode({**parametres, "page": numero - 1}) if numero > 1 else None,
        plus_anciennes="?" + urlencode({**parametres, "page": numero + 1}) if lue.suite else None,
    )


@routeur.get("/journal.csv")
def telecharger(
    request: Request, lu: PosteLu, application: Application = "", uai: str = "", sens: Sens = ""
) -> StreamingResponse:
    """The same, as a file for a spreadsheet."""
    filtre = journal.Filtre(application, uai.strip().upper(), sens)
    lignes, _ = journal.tout(noyau(request).fabrique, voisins(request), lu.bac, filtre)
    return StreamingResponse(
        journal.en_csv(lignes, lu.fuseau),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="journal_{lu.bac}.csv"', "Cache-Control": "no-store"},
    )
