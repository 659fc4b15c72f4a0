"""Assistance: how help is asked for, the dossiers of a school, those that the académie treats (ACC-14 to ACC-17)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Form, Request
from starlette.responses import Response

from services.rectorat import models, use_cases
from services.rectorat.rules import assistance as regles
from services.rectorat.screens.cadre import choix_etablissements, page, prochaine_diffusion
from services.rectorat.use_cases import assistance
from shared.contracts.assistance import RUBRIQUES
from shared.http.acces import perimetre
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()
ECOLE = "/assistance/{uai}"
GENRES = {
    "ouverture": "Ouverture",
    "precision": "Précision de l'établissement",
    "renvoi": "Renvoi par l'académie",
    "reouverture": "Réouverture",
    "reponse": "Réponse de l'académie",
    "cloture": "Clôture",
}
DOCUMENTS = (
    (
        "Les nomenclatures dans SIECLE – Rentrée 2021",
        "mallette des documents du SI, PIA",
        "recevoir, sélectionner et profiler les nomenclatures",
    ),
    ("EDT et PRONOTE", "documentation d'Index Education", "tout ce qui se fait dans le logiciel d'emploi du temps"),
    ("Guide ENT du Chef d'établissement", "DRANE", "ce que le chef d'établissement fait dans l'ENT"),
    ("Guide de rentrée", "Skolengo", "la rentrée, vue de l'ENT"),
    (
        "Siècle Vie Etablissement Guide utilisateur mode éditeur",
        "SIECLE",
        "NetSynchro : les échanges sans fichier avec EDT et PRONOTE",
    ),
)
"""Title, who publishes it, what it is for (ACC-17)."""


def _diagnostics() -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of the opening form: (anomaly, [(« constat:verification », words)])."""
    return [
        (c.anomalie, [(f"{constat}:{trouvee}", f"{c.court} : {v.libelle}") for trouvee, v in c.verifications.items()])
        for constat, c in regles.CONSTATS.items()
    ]


def _mots(u: Unite) -> dict[str, object]:
    """What every page of help shows with: words of the académie, headings, states."""
    return {
        "forme": u.profil.assistance,
        "mots": regles.VOCABULAIRES[u.profil.assistance],
        "rubriques": RUBRIQUES,
        "etats": regles.ETATS,
        "constats": regles.CONSTATS,
        "genres": GENRES,
    }


@routeur.get("/assistance")
def accueil(
    request: Request, u: Lecture, uai: str = "", constat: str = "", verification: str = "", rubrique: str = ""
) -> Response:
    """How help is asked for in this académie, and under which heading; the schools whose dossiers one may see.

    `uai`: the school chosen there; the rest, a diagnosis made elsewhere, which fills in the form of the school.
    """
    diagnostic = {"constat": constat, "verification": verification, "rubrique": rubrique}
    donnes = {nom: valeur for nom, valeur in diagnostic.items() if valeur}
    suite = f"?{urlencode(donnes)}" if donnes else ""
    if uai:
        return rediriger(request, f"/assistance/{quote(uai)}{suite}")
    ici = perimetre(request)
    return page(
        request,
        u,
        "assistance_accueil.html",
        "Assistance",
        diagnostic=donnes,
        suite=suite,
        etablissements=[e for e in choix_etablissements(u) if ici in (None, e[0])],
        **_mots(u),
    )


@routeur.get("/assistance/documentation")
def documentation(request: Request, u: Lecture) -> Response:
    """The papers that the guides send the reader to (ACC-17)."""
    return page(request, u, "assistance_documentation.html", "Documentation", documents=DOCUMENTS)


@routeur.get(ECOLE)
def lister_ecole(
    request: Request, u: Lecture, uai: str, constat: str = "", verification: str = "", rubrique: str = ""
) -> Response:
    """The dossiers of a school, and the form to open one, filled in with a diagnosis that was made elsewhere."""
    ecole = use_cases.etablissement(u, uai)
    return page(
        request,
        u,
        "assistance_etablissement.html",
        f"Assistance - {ecole.denomination} {ecole.nom} ({uai})",
        uai=uai,
        dossiers=assistance.lister(u, uai),
        diagnostics=_diagnostics(),
        choisi=f"{constat}:{verification}",
        rubrique=rubrique,
        diffusion=prochaine_diffusion(u),
        **_mots(u),
    )


@routeur.post(ECOLE + "/dossiers")
def ouvrir(
    request: Request,
    u: Ecriture,
    uai: str,
    diagnostic: Annotated[str, Form()] = "",
    rubrique: Annotated[str, Form()] = "",
    texte: Annotated[str, Form()] = "",
) -> Response:
    """Open a dossier."""
    constat, _, trouvee = diagnostic.partition(":")
    numero = assistance.ouvrir(u, uai, rubrique, constat, trouvee, texte)
    nom = regles.VOCABULAIRES[u.profil.assistance].objet
    return rediriger(request, f"/assistance/{uai}/dossiers/{numero}", f"{nom} n° {numero} : transmis à l'académie.")


@routeur.get(ECOLE + "/dossiers/{numero}")
def lire_ecole(request: Request, u: Lecture, uai: str, numero: int) -> Response:
    """A dossier as the school sees it: history, what it may do."""
    return _page_dossier(request, u, assistance.lire(u, numero, uai), ecole=True)


def _page_dossier(request: Request, u: Unite, dossier: assistance.DossierVu, *, ecole: bool) -> Response:
    mots = regles.VOCABULAIRES[u.profil.assistance]
    return page(
        request,
        u,
        "assistance_dossier.html",
        f"{mots.objet} n° {dossier.numero}",
        dossier=dossier,
        trouvee=regles.verification(dossier.constat, dossier.verification),
        ecole=ecole,
        diffusion=prochaine_diffusion(u),
        **_mots(u),
    )


@routeur.post(ECOLE + "/dossiers/{numero}/precision")
def preciser(request: Request, u: Ecriture, uai: str, numero: int, texte: Annotated[str, Form()] = "") -> Response:
    """Add something."""
    assistance.preciser(u, uai, numero, texte)
    return rediriger(request, f"/assistance/{uai}/dossiers/{numero}", "Précision transmise à l'académie.")


@routeur.post(ECOLE + "/dossiers/{numero}/reouverture")
def rouvrir(
    request: Request,
    u: Ecriture,
    uai: str,
    numero: int,
    rubrique: Annotated[str, Form()] = "",
    texte: Annotated[str, Form()] = "",
) -> Response:
    """Open it again under another heading."""
    assistance.rouvrir(u, uai, numero, rubrique, texte)
    return rediriger(request, f"/assistance/{uai}/dossiers/{numero}", "Le dossier est rouvert.")


@routeur.post(ECOLE + "/dossiers/{numero}/cloture")
def clore(request: Request, u: Ecriture, uai: str, numero: int) -> Response:
    """Close it."""
    assistance.clore(u, uai, numero)
    return rediriger(request, f"/assistance/{uai}/dossiers/{numero}", "Le dossier est clos.")


@routeur.get("/dossiers-assistance")
def lister(request: Request, u: Lecture, etat: str | None = None, uai: str | None = None) -> Response:
    """What the académie has to treat, of all schools."""
    dossiers: list[models.DossierAssistance] = assistance.lister(u, uai, etat)
    pages = Pagination.depuis(request.query_params, len(dossiers))
    return page(
        request,
        u,
        "assistance_dossiers.html",
        regles.VOCABULAIRES[u.profil.assistance].pluriel,
        dossiers=dossiers[pages.debut : pages.fin],
        pages=pages,
        legende=pluriel(len(dossiers), "dossier"),
        etat=etat,
        uai=uai,
        choix_etats=[(code, libelle) for code, (libelle, _) in regles.ETATS.items()],
        etablissements=choix_etablissements(u),
        **_mots(u),
    )


@routeur.get("/dossiers-assistance/{numero}")
def lire(request: Request, u: Lecture, numero: int) -> Response:
    """A dossier as the académie treats it."""
    return _page_dossier(request, u, assistance.lire(u, numero), ecole=False)


@routeur.post("/dossiers-assistance/{numero}/reponse")
def repondre(request: Request, u: Ecriture, numero: int, texte: Annotated[str, Form()] = "") -> Response:
    """Answer."""
    assistance.repondre(u, numero, texte)
    return rediriger(request, f"/dossiers-assistance/{numero}", "Réponse envoyée à l'établissement.")


@routeur.post("/dossiers-assistance/{numero}/renvoi")
def renvoyer(request: Request, u: Ecriture, numero: int) -> Response:
    """Send back: the heading does not follow the diagnosis."""
    assistance.renvoyer(u, numero)
    return rediriger(request, f"/dossiers-assistance/{numero}", "Dossier renvoyé à l'établissement.")
