"""The GAR: exports of a connector, what would be reported of them, who is left out. Rentrée's own pages.

Source: connectors reference §7.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.ent.models import ExportGar
from services.ent.rules import DEGRES
from services.ent.rules import gar as rules
from services.ent.screens.cadre import BASE, chiffres, page, page_de_projet
from services.ent.use_cases import gar, gar_depot, projets
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.pages import rediriger

routeur = Routeur()
DEPOTS = {"aucun": "pas de dépôt", "fait": "déposé", "refuse": "dépôt refusé"}


@routeur.get("/connecteurs/{code}/gar")
def voir(request: Request, u: Lecture, code: str, numero: int | None = None) -> Response:
    """The exports of a connector, and one of them in full."""
    connecteur = gar.trouver(u, code)
    exports = gar.exports(u, code)
    choisi = gar.export(u, code, numero) if exports or numero is not None else None
    reglages = gar.reglages_de(connecteur)
    return page_de_projet(
        request,
        "gar.html",
        f"Exports GAR de « {connecteur.nom} »",
        dans=(connecteur.nom, f"/connecteurs/{code}"),
        connecteur=connecteur,
        ident=gar.ident_de(connecteur.projet, reglages),
        degre=DEGRES[gar.degre_de(projets.projet(u, connecteur.projet))],
        reglages=reglages,
        cle=gar_depot.cle_connue(u, code),
        exports=exports,
        choisi=choisi,
        exclusions=rules.EXCLUSIONS,
        depots=DEPOTS,
        chiffres=chiffres,
    )


@routeur.post("/connecteurs/{code}/gar")
def exporter(request: Request, u: Ecriture, code: str) -> Response:
    """Make an export now, and deposit it."""
    fait = gar_depot.deposer(u, gar.exporter(u, code, "main"))
    if fait.depot == "refuse":
        return rediriger(request, f"/connecteurs/{code}/gar", f"L'export est fait. {fait.depot_dit}", "erreur")
    return rediriger(request, f"/connecteurs/{code}/gar", f"L'export n° {fait.numero} est fait.")


@routeur.post("/connecteurs/{code}/gar/depot")
def deposer(request: Request, u: Ecriture, code: str, numero: Annotated[int, Form()]) -> Response:
    """Deposit an export again."""
    fait = gar_depot.deposer(u, gar.export(u, code, numero))
    if fait.depot == "refuse":
        return rediriger(request, f"/connecteurs/{code}/gar", fait.depot_dit, "erreur")
    return rediriger(request, f"/connecteurs/{code}/gar", f"L'export n° {fait.numero} est déposé.")


@routeur.post("/connecteurs/{code}/gar/cle")
def faire_cle(request: Request, u: Ecriture, code: str) -> Response:
    """Make the key of the deposits."""
    gar.trouver(u, code)
    gar_depot.cle_publique(u, code)
    return rediriger(request, f"/connecteurs/{code}/gar", "La clé de l'ENT est faite : donnez-la au serveur SFTP.")


@routeur.get(BASE + "/exports-gar")
def de_l_etablissement(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Administration > Exports GAR: what the last exports of the school's ENT hold."""
    projet = projets.projet_de(u, uai)
    declares = [c for c in gar.declares(u) if c.projet == projet.code]
    return page(
        request,
        u,
        uai,
        annee,
        "exports_gar.html",
        "Exports GAR",
        fil=("Administration",),
        projet=projet,
        lignes=[(c, _dernier(u, c.code)) for c in declares],
        exclusions=rules.EXCLUSIONS,
        depots=DEPOTS,
    )


def _dernier(u: Unite, code: str) -> ExportGar | None:
    return next(iter(gar.exports(u, code)), None)
