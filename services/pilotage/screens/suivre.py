"""*Suivre*: the page of an investigation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup
from msgspec import Struct
from starlette.responses import HTMLResponse

from services.pilotage.api.etat import voisins
from services.pilotage.api.suivi import ouvreur
from services.pilotage.rules.chaine import CHAINE, TITRES
from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.use_cases.suivre import Enquete, enqueter
from shared.contracts.assistance import RUBRIQUES
from shared.contracts.refus import Refus
from shared.contracts.traces import OBJETS, Trace
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.composants import Message
from shared.screens.liens import lien_vers

routeur = Routeur()

ETATS = {
    "present": ("présent", "succes"),
    "attente": ("en attente", "avertissement"),
    "bloque": ("arrêté ici", "erreur"),
    "absent": ("absent", "erreur"),
    "inconnu": ("rien de connu", "neutre"),
    "muet": ("ne répond pas", "erreur"),
}
CONCLUSIONS = {
    "arrive": "succes",
    "en_route": "info",
    "bloque": "erreur",
    "reserve": "avertissement",
    "perdu": "erreur",
    "retire": "avertissement",
}
CLES = {
    "ine": "INE",
    "eleve_id": "ELEVE_ID",
    "personne_id": "PERSONNE_ID",
    "agent_id": "Identifiant de l'agent",
    "aaf_id": "ENTPersonJointure",
    "compte": "Compte ENT",
    "uai": "Établissement",
    "division": "Division",
    "groupe": "Groupe",
}


class Halte(Struct, frozen=True):
    """An application on the way: what it says (`traces`), or nothing."""

    titre: str
    mot: str
    genre: str
    traces: tuple[tuple[Trace, str], ...]


@routeur.get("/suivre")
def suivre(request: Request, lu: PosteLu, q: str | None = None) -> HTMLResponse:
    """Type a name, an INE, a group or a division; see where it is in each application."""
    enquete: Enquete | None = None
    ouvrir = _ouvreur(request, lu.bac)
    contexte: dict[str, Any] = {
        "ouvrir": ouvrir,
        "autres": lambda o: Markup(", ").join(ouvrir(o.application, page, uai) for uai, page in o.ailleurs.items()),
        "q": q or "",
        "haltes": {},
        "objets": OBJETS,
        "genres": CONCLUSIONS,
        "noms_cles": CLES,
        "rubriques": RUBRIQUES,
        "assistance": lien_vers(noyau(request).reglages.adresses, lu.bac, "rectorat", "/assistance"),
    }
    if q is None:
        return page(request, lu, "suivre.html", "Suivre", enquete=None, **contexte)
    try:
        enquete = enqueter(lu, voisins(request), q)
    except Refus as refus:
        dit = Message(refus.phrase, "erreur", refus.code, refus.remede)
        return page(request, lu, "suivre.html", "Suivre", refus.statut, enquete=None, messages=[dit], **contexte)
    contexte["haltes"] = {
        rang: _haltes(request, lu.bac, dossier.traces, enquete) for rang, dossier in enumerate(enquete.dossiers, 1)
    }
    return page(request, lu, "suivre.html", "Suivre", enquete=enquete, titres=TITRES, etats=ETATS, **contexte)


def _ouvreur(request: Request, bac: str) -> Callable[[str, str, str], str]:
    """Gives a menu as a link to the page that it opens, or its words alone."""
    ouvrir = ouvreur(request, bac)

    def lien(application: str, page: str, menu: str) -> str:
        adresse = ouvrir(application, page)
        return Markup('<a href="{}">{}</a>').format(adresse, menu) if adresse else menu

    return lien


def _haltes(request: Request, bac: str, traces: Sequence[Trace], enquete: Enquete) -> list[Halte]:
    adresses = noyau(request).reglages.adresses
    haltes = []
    for service in CHAINE:
        siennes = [t for t in traces if t.service == service]
        etat = siennes[0].etat if siennes else "muet" if service in enquete.muets else "inconnu"
        mot, genre = ETATS[etat]
        liens = (lien_vers(adresses, bac, service, t.lien) if t.lien.startswith("/") else "" for t in siennes)
        haltes.append(Halte(TITRES[service], mot, genre, tuple(zip(siennes, liens, strict=True))))
    return haltes
