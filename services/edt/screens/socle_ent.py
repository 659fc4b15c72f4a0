"""« Socles ENT »: the automatic export, and the matching of identities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from services.edt import rules
from services.edt.chemins import PAGES
from services.edt.screens.cadre import page
from services.edt.use_cases import bases, envoi_ent, identites_ent
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur()
ICI = PAGES + "/exports/ent/automatique"
IDENTITES = PAGES + "/imports/identites-ent"
ETATS = {"en_attente": ("en attente", "info"), "livre": ("reçu par l'ENT", "succes"), "refuse": ("refusé", "erreur")}
GENRES = {"eleve": "Élève", "enseignant": "Professeur", "responsable": "Responsable"}


@routeur.get(ICI)
def automatique(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The URL, and what was sent."""
    return _page(request, u, uai, annee)


@routeur.post(ICI)
def enregistrer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    url: Annotated[str, Form()],
    socle: Annotated[str, Form()] = rules.SOCLE,
) -> Response:
    """Put the URL into EDT; a refusal comes back with what was typed."""
    try:
        envoi_ent.enregistrer(u, uai, annee, url, socle)
    except Refus as refus:
        u.session.rollback()
        return _page(request, u, uai, annee, refus, url)
    message = "L'URL est enregistrée : l'emploi du temps part de lui-même chaque matin."
    return rediriger(request, f"/{uai}/{annee}/exports/ent/automatique", message)


@routeur.post(ICI + "/envoi")
def envoyer(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Send at once."""
    envoi_ent.envoyer(u, uai, annee, immediat=True)
    return rediriger(request, f"/{uai}/{annee}/exports/ent/automatique", "L'emploi du temps est envoyé à l'ENT.")


@routeur.post(ICI + "/arret")
def arreter(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Send no more."""
    envoi_ent.arreter(u, uai, annee)
    return rediriger(request, f"/{uai}/{annee}/exports/ent/automatique", "L'envoi automatique est arrêté.")


def _page(
    request: Request, u: Unite, uai: str, annee: int, refus: Refus | None = None, saisie: str | None = None
) -> Response:
    fait = envoi_ent.socle(u, uai, annee)
    return page(
        request,
        u,
        bases.trouver(u, uai, annee),
        "socle_ent.html",
        "Export automatique vers un socle",
        refus.statut if refus else 200,
        socles=[(s, s) for s in rules.SOCLES],
        fait=fait,
        url=saisie if saisie is not None else (fait.url if fait else ""),
        envois=envoi_ent.envois(u, uai, annee),
        etats=ETATS,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(IDENTITES)
def identites(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The form."""
    return _identites(request, u, uai, annee)


@routeur.post(IDENTITES)
def rapprocher(
    request: Request, u: Ecriture, uai: str, annee: int, responsables: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Match, and list those who cannot be."""
    contenu = responsables.file.read() if responsables else b""
    fichier = (responsables.filename or "responsables.xml", contenu) if responsables and contenu else None
    return _identites(request, u, uai, annee, identites_ent.rapprocher(u, uai, annee, fichier))


def _identites(request: Request, u: Unite, uai: str, annee: int, bilan: dict[str, Any] | None = None) -> Response:
    base = bases.trouver(u, uai, annee)
    titre = "Rapprochement des identités avec l'ENT"
    return page(request, u, base, "identites_ent.html", titre, bilan=bilan, genres=GENRES)
