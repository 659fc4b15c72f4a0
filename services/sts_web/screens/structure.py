"""« Structure » and « Ressources »: divisions, groups, and the people who came from EPP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from services.sts_web.models import Mef
from services.sts_web.rules.structure import DivisionSaisie, GroupeSaisi
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, ouvrir, page
from services.sts_web.use_cases import etablissements, lecture, structure
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur()
Codes = Annotated[list[str] | None, Form()]
Texte = Annotated[str, Form()]
Nombre = Annotated[int, Form(ge=0)]


@routeur.get(ANNEE + "/structure", response_class=HTMLResponse)
def structure_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Divisions and groups, as STS sees them (STS-27)."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "structure.html",
        "Structure",
        structure=lecture.structure(u, uai, annee),
        mefs=_mefs(u),
        regles=etablissements.regles_noms(u),
    )


@routeur.get(ANNEE + "/structure/modification", response_class=HTMLResponse)
def modification(
    request: Request, u: Lecture, uai: str, annee: int, genre: Annotated[str, Query()], code: Annotated[str, Query()]
) -> HTMLResponse:
    """The form of one division or group."""
    c = ouvrir(u, uai, annee)
    vue = lecture.structure(u, uai, annee)
    choisi = next((x for x in (vue.divisions if genre == "D" else vue.groupes) if x.code == code), None)
    if choisi is None:
        raise Inconnu(f"« {code[:20]} » n'existe pas.", code="STRUCTURE_INCONNUE", remede="Revenez à la liste.")
    titre = "Structure - Division" if genre == "D" else "Structure - Groupe"
    return page(request, u, c, "modification.html", titre, genre=genre, choisi=choisi, structure=vue, mefs=_mefs(u))


@routeur.post(ANNEE + "/structure/divisions")
def creer_division(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Texte = "",
    libelle: Texte = "",
    mefs: Codes = None,
    effectif_prevu: Nombre = 0,
) -> Response:
    """Create a division (STS-16)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        structure.creer_divisions(u, uai, annee, [_division(code, libelle, mefs, effectif_prevu)])
        return f"La division « {code} » est créée."

    return agir(request, u, c, "structure", action)


@routeur.post(ANNEE + "/structure/groupes")
def creer_groupe(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Texte = "",
    libelle: Texte = "",
    divisions: Codes = None,
    effectif_prevu: Nombre = 0,
) -> Response:
    """Create a group (STS-23)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        avertis = structure.creer_groupes(u, uai, annee, [_groupe(code, libelle, divisions, effectif_prevu)])
        return " ".join([f"Le groupe « {code} » est créé.", *avertis])

    return agir(request, u, c, "structure", action)


@routeur.post(ANNEE + "/structure/modification")
def modifier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    genre: Texte,
    avant: Texte,
    code: Texte = "",
    libelle: Texte = "",
    mefs: Codes = None,
    divisions: Codes = None,
    effectif_prevu: Nombre = 0,
) -> Response:
    """Change a division or a group."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        avertis: list[str] = []
        if genre == "D":
            saisie = _division(code, libelle, mefs, effectif_prevu)
            structure.modifier_division(u, uai, annee, avant, saisie)
        else:
            groupe = _groupe(code, libelle, divisions, effectif_prevu)
            avertis = structure.modifier_groupe(u, uai, annee, avant, groupe)
        return " ".join([f"« {code} » est modifié.", *avertis])

    return agir(request, u, c, "structure", action)


@routeur.post(ANNEE + "/structure/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, genre: Texte, code: Texte) -> Response:
    """Delete a division or a group (STS-14, STS-15)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        if genre == "D":
            structure.supprimer_division(u, uai, annee, code)
            return f"La division « {code} » est supprimée."
        structure.supprimer_groupe(u, uai, annee, code)
        return f"Le groupe « {code} » est supprimé."

    return agir(request, u, c, "structure", action)


@routeur.get(ANNEE + "/ressources", response_class=HTMLResponse)
def ressources(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The teachers who came from EPP; the school cannot create them here (STS-28)."""
    c = ouvrir(u, uai, annee)
    return page(request, u, c, "ressources.html", "Ressources", personnes=lecture.personnes(u, uai, annee)[0])


def _mefs(u: Unite) -> list[tuple[str, str]]:
    lus = u.session.execute(select(Mef.code, Mef.libelle_edition, Mef.libelle_long).order_by(Mef.code))
    return [(code, f"{code} {edition or long}") for code, edition, long in lus]


def _division(code: str, libelle: str, mefs: list[str] | None, effectif: int) -> DivisionSaisie:
    """The effectif typed goes to the first MEF: the page asks for one number."""
    parts = tuple((m, effectif if rang == 0 else 0) for rang, m in enumerate(mefs or []))
    return DivisionSaisie(code, libelle or code, parts)


def _groupe(code: str, libelle: str, divisions: list[str] | None, effectif: int) -> GroupeSaisi:
    return GroupeSaisi(code, libelle or code, tuple((d, 0) for d in divisions or []), effectif)
