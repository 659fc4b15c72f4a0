"""SYSCA, EduConnect, the date butoir of the V.S., the DSI's certificates (REC-14, REC-18 to REC-20)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.rectorat.screens.cadre import annee_utile, choix_etablissements, page, prochaine_diffusion
from services.rectorat.use_cases import dsi, remontee_vs, sysca
from shared.horloge.annees import libelle_annee
from shared.horloge.nuits import horaire
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()


@routeur.get("/sysca")
def lire_remontees(request: Request, u: Lecture) -> Response:
    """What each base sent up last."""
    return page(
        request,
        u,
        "sysca.html",
        "SYSCA",
        remontees=sysca.remontees(u),
        noms=dict(choix_etablissements(u)),
        prochaine=horaire(u.profil).prochain("remontee_bee", u.maintenant, u.horloge.fuseau),
    )


@routeur.get("/sysca/{uai}/{millesime}")
def lire_fiches(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The fiches of a base: those that went up, those held back and why."""
    recues = sysca.fiches(u, uai, millesime)
    pages = Pagination.depuis(request.query_params, len(recues.eleves))
    return page(
        request,
        u,
        "sysca_fiches.html",
        f"SYSCA - {uai} {libelle_annee(millesime)}",
        uai=uai,
        millesime=millesime,
        eleves=recues.eleves[pages.debut : pages.fin],
        legende=f"Remontées : {pluriel(len(recues.eleves), 'fiche complète', 'fiches complètes')}",
        retenues=recues.retenues,
        pages=pages,
    )


@routeur.get("/educonnect")
def lire_educonnect(
    request: Request, u: Lecture, uai: str | None = None, millesime: int | None = None, q: str = ""
) -> Response:
    """The accounts of pupils and responsables of one base."""
    bases = sysca.remontees(u)
    noms = dict(choix_etablissements(u))
    choisie = next((b for b in bases if b.uai == uai and millesime in (None, b.millesime)), None)
    comptes = sysca.comptes(u, choisie.uai, choisie.millesime, q) if choisie else []
    pages = Pagination.depuis(request.query_params, len(comptes))
    return page(
        request,
        u,
        "educonnect.html",
        "EduConnect",
        bases=[(b.uai, noms.get(b.uai, b.uai)) for b in bases],
        uai=uai,
        q=q,
        choisie=choisie,
        comptes=comptes[pages.debut : pages.fin],
        legende=pluriel(len(comptes), "compte"),
        pages=pages,
        prochaine=horaire(u.profil).prochain("remontee_bee", u.maintenant, u.horloge.fuseau),
    )


@routeur.get("/remontee-vs")
def lire_dates(request: Request, u: Lecture) -> Response:
    """The dates butoirs, and the form to fix one."""
    return page(
        request,
        u,
        "remontee_vs.html",
        "Remontée des V.S.",
        dates=[(libelle_annee(d.annee), d) for d in remontee_vs.dates_butoirs(u)],
        annee=annee_utile(u),
        aujourd_hui=u.horloge.aujourd_hui(),
    )


@routeur.post("/remontee-vs")
def fixer_date(
    request: Request,
    u: Ecriture,
    annee: Annotated[int, Form(ge=1990, le=2100)],
    date_butoir: Annotated[date, Form()],
) -> Response:
    """Fix the date butoir of a year."""
    remontee_vs.fixer_date_butoir(u, annee, date_butoir)
    return rediriger(request, "/remontee-vs", f"Date butoir {libelle_annee(annee)} fixée : STS-Web l'affiche.")


@routeur.get("/certificats")
def lire_certificats(request: Request, u: Lecture) -> Response:
    """The NetSynchro certificates asked of the DSI."""
    return page(
        request,
        u,
        "certificats.html",
        "Certificats NetSynchro",
        certificats=dsi.certificats(u),
        noms=dict(choix_etablissements(u)),
        ouvert=u.profil.netsynchro == "oui",
        diffusion=prochaine_diffusion(u),
    )


@routeur.post("/certificats")
def delivrer(
    request: Request, u: Ecriture, uai: Annotated[str, Form()], annee: Annotated[int, Form(ge=1990, le=2100)]
) -> Response:
    """« Délivrer »."""
    dsi.delivrer(u, uai, annee)
    return rediriger(request, "/certificats", f"Certificat délivré à {uai}.")
