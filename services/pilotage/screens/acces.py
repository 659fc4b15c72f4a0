"""Accès: who may sign in, and the API tokens of the schools."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.use_cases import acces
from services.pilotage.use_cases.poste import Poste
from shared.contracts.refus import Refus
from shared.http.acces import cle
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.liens import lien_vers
from shared.screens.pages import rediriger
from shared.security.profils import PROFILS

routeur = Routeur()
VIDE = {"uai": "", "profil": "chef", "libelle": ""}


@routeur.get("/acces")
def lire(request: Request, lu: PosteLu, u: Lecture, uai: str = "") -> Response:
    """The accounts of a school, and every token."""
    return _page(request, lu, u, VIDE | {"uai": uai.strip().upper()})


@routeur.post("/acces/jetons")
def donner(
    request: Request,
    lu: PosteLu,
    u: Ecriture,
    libelle: Annotated[str, Form()] = "",
    profil: Annotated[str, Form()] = "",
    uai: Annotated[str, Form()] = "",
) -> Response:
    """Give a token, and show its text, this once."""
    valeurs = {"uai": uai.strip().upper(), "profil": profil, "libelle": libelle}
    try:
        _, texte = acces.creer(
            u,
            cle(noyau(request)),
            uai=valeurs["uai"] or None,
            code_profil=profil,
            entrees=(),
            libelle=libelle,
        )
    except Refus as refus:
        return _page(request, lu, u, valeurs, refus=refus)
    return _page(request, lu, u, VIDE | {"uai": valeurs["uai"]}, texte=texte)


@routeur.post("/acces/jetons/{numero}/retrait")
def reprendre(request: Request, u: Ecriture, numero: int) -> Response:
    """Take a token back."""
    acces.retirer(u, numero)
    return rediriger(request, "/acces", f"Le jeton n° {numero} ne vaut plus rien.")


def _page(
    request: Request, lu: Poste, u: Unite, valeurs: dict[str, str], *, refus: Refus | None = None, texte: str = ""
) -> Response:
    rectorat = u.clients["rectorat"]
    ecoles = [(e["uai"], f"{e['uai']} {e['denomination']} {e['nom']}") for e in rectorat.lire("/api/etablissements")]
    choisie = valeurs["uai"] if valeurs["uai"] in dict(ecoles) else ecoles[0][0] if ecoles else ""
    adresses = noyau(request).reglages.adresses
    return page(
        request,
        lu,
        "acces.html",
        "Accès",
        refus.statut if refus else 200,
        ecoles=ecoles,
        uai=choisie,
        comptes=rectorat.lire("/api/comptes", uai=choisie or None),
        codes=noyau(request).reglages.jeton is not None,
        profils=[(p.code, p.libelle) for p in PROFILS.values()],
        jetons=acces.lister(u),
        valeurs=valeurs,
        texte=texte,
        portail=lien_vers(adresses, lu.bac, "rectorat", "/arena/connexion"),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )
