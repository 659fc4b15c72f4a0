"""Files dropped on a page: the report is read on the next one, the files are forgotten."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.pilotage.api.fichiers import Fichiers, charges, depots, zip_converti, zip_pseudonymise
from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.use_cases import fichiers as use_cases
from services.pilotage.use_cases.poste import Poste
from shared.contracts.refus import Refus
from shared.http.routes import Routeur
from shared.screens.composants import Entree, pluriel

if TYPE_CHECKING:
    from shared.formats.examen import Probleme, RapportExamen

routeur = Routeur()
GENRES = {"erreur": "erreur", "remarque": "avertissement", "information": "info"}
"""How each gravity looks, the gravest first."""
FICHES_MONTREES = 20
"""Keys told for each list of a comparison; the API gives them all."""


@routeur.get("/fichiers")
def accueil(request: Request, lu: PosteLu) -> HTMLResponse:
    """What can be done with files."""
    return _accueil(request, lu, None)


@routeur.post("/fichiers/examen")
def examiner(request: Request, lu: PosteLu, fichiers: Fichiers) -> Response:
    """The report on what was dropped."""
    try:
        rapport = use_cases.examiner_depots(depots(fichiers))
    except Refus as refus:
        return _accueil(request, lu, refus)
    return page(
        request,
        lu,
        "fichiers_rapport.html",
        "Rapport sur les fichiers",
        fil=[Entree("Fichiers", f"{request.state.base}/fichiers"), Entree("Rapport")],
        rapport=rapport,
        bilan=_bilan(rapport),
        sans_probleme=rapport.sans_probleme,
        lignes=[(GENRES[p.gravite.value], p.gravite.value, p, _lieu(p)) for p in _ranges(rapport)],
    )


@routeur.post("/fichiers/pseudonymisation")
def pseudonymiser(
    request: Request,
    lu: PosteLu,
    fichiers: Fichiers,
    secret: Annotated[str, Form()] = "",
    uai: Annotated[str, Form()] = "",
) -> Response:
    """The same files with other people."""
    try:
        return zip_pseudonymise(request, fichiers, secret, uai=uai == "oui")
    except Refus as refus:
        return _accueil(request, lu, refus)


@routeur.post("/fichiers/comparaison")
def comparer(
    request: Request,
    lu: PosteLu,
    avant: Fichiers,
    apres: Fichiers,
    par_ine: Annotated[str, Form()] = "",
    autre_ecole: Annotated[str, Form()] = "",
) -> Response:
    """What changed from the first files to the second."""
    try:
        comparaison = use_cases.comparer_depots(
            depots(avant), depots(apres), par_ine=par_ine == "oui", autre_ecole=autre_ecole == "oui"
        )
    except Refus as refus:
        return _accueil(request, lu, refus)
    return page(
        request,
        lu,
        "fichiers_comparaison.html",
        "Comparaison de fichiers",
        fil=[Entree("Fichiers", f"{request.state.base}/fichiers"), Entree("Comparaison")],
        comparaison=comparaison,
        montrees=FICHES_MONTREES,
    )


@routeur.post("/fichiers/chargement")
def charger(request: Request, lu: PosteLu, fichiers: Fichiers, verifier: Annotated[str, Form()] = "") -> Response:
    """The report of the loading of schools into this bac."""
    essai = verifier == "oui"
    try:
        rapport = charges(request, fichiers, verifier=essai)
    except Refus as refus:
        return _accueil(request, lu, refus)
    return page(
        request,
        lu,
        "fichiers_chargement.html",
        "Chargement d'établissements",
        fil=[Entree("Fichiers", f"{request.state.base}/fichiers"), Entree("Chargement")],
        rapport=rapport,
        essai=essai,
    )


@routeur.post("/fichiers/conversion")
def convertir(request: Request, lu: PosteLu, fichiers: Fichiers, vers: Annotated[str, Form()] = "") -> Response:
    """The file in another generation of its format."""
    try:
        return zip_converti(fichiers, vers)
    except Refus as refus:
        return _accueil(request, lu, refus)


@routeur.get("/protection-des-donnees")
def protection(request: Request, lu: PosteLu) -> HTMLResponse:
    """What is kept where, and what pseudonymisation does."""
    return page(request, lu, "protection.html", "Protection des données")


def _accueil(request: Request, lu: Poste, refus: Refus | None) -> HTMLResponse:
    return page(request, lu, "fichiers.html", "Fichiers", refus.statut if refus else 200, refus=refus)


def _bilan(rapport: RapportExamen) -> str:
    nombres = Counter(p.gravite.value for p in rapport.tous())
    comptes = ", ".join(pluriel(nombres[gravite], gravite) for gravite in GENRES)
    return f"{pluriel(len(rapport.documents), 'document')} : {comptes}."


def _ranges(rapport: RapportExamen) -> list[Probleme]:
    """Gravest first, in reading order within a gravity."""
    rang = {gravite: i for i, gravite in enumerate(GENRES)}
    return sorted(rapport.tous(), key=lambda p: rang[p.gravite.value])


def _lieu(p: Probleme) -> str:
    morceaux = [p.fichier, f"ligne {p.ligne}" if p.ligne else "", p.element or ""]
    return ", ".join(m for m in morceaux if m) or "l'ensemble"
