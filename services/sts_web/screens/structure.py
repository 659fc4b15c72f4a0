"""« Structure » and « Ressources »: divisions, groups, and the people who came from EPP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.rules.structure import DivisionSaisie, GroupeSaisi
from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, ouvrir, page
from services.sts_web.screens.cadre import mefs as tous_les_mefs
from services.sts_web.use_cases import etablissements, lecture, structure
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
Codes = Annotated[list[str] | None, Form()]
Texte = Annotated[str, Form()]


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
        mefs=tous_les_mefs(u),
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
    return page(
        request, u, c, "modification.html", titre, genre=genre, choisi=choisi, structure=vue, mefs=tous_les_mefs(u)
    )


@routeur.post(ANNEE + "/structure/divisions")
def creer_division(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Texte = "",
    libelle: Texte = "",
    mefs: Codes = None,
    effectif_prevu: Texte = "",
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
    effectif_prevu: Texte = "",
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
    effectif_prevu: Texte = "",
    parts: Codes = None,
    effectifs: Codes = None,
) -> Response:
    """Change a division or a group. `parts` and `effectifs`: the pupils expected of each MEF, of each division."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        avertis: list[str] = []
        par_part = dict(zip(parts or [], map(saisies.effectif, effectifs or []), strict=False))
        if genre == "D":
            saisie = _division(code, libelle, mefs, effectif_prevu, par_part)
            structure.modifier_division(u, uai, annee, avant, saisie)
        else:
            groupe = _groupe(code, libelle, divisions, effectif_prevu, par_part)
            avertis = structure.modifier_groupe(u, uai, annee, avant, groupe)
        return " ".join([f"« {code} » est modifié.", *avertis])

    return agir(request, u, c, "structure", action)


@routeur.post(ANNEE + "/structure/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, genre: Texte, code: Texte) -> Response:
    """Delete a division or a group (STS-14, STS-15)."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        if genre == "D":
            structure.supprimer_divisions(u, uai, annee, [code])
            return f"La division « {code} » est supprimée."
        structure.supprimer_groupe(u, uai, annee, code)
        return f"Le groupe « {code} » est supprimé."

    return agir(request, u, c, "structure", action)


@routeur.get(ANNEE + "/ressources", response_class=HTMLResponse)
def ressources(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The teachers who came from EPP; the school cannot create them here (STS-28)."""
    c = ouvrir(u, uai, annee)
    return page(request, u, c, "ressources.html", "Ressources", personnes=lecture.personnes(u, uai, annee)[0])


def _division(
    code: str, libelle: str, mefs: list[str] | None, effectif: str, par_part: dict[str, int] | None = None
) -> DivisionSaisie:
    """Where the page asks for one number (a new division), it goes to the first MEF."""
    connus = par_part or dict.fromkeys((mefs or [])[:1], saisies.effectif(effectif))
    return DivisionSaisie(code, libelle or code, tuple((m, connus.get(m, 0)) for m in mefs or []))


def _groupe(
    code: str, libelle: str, divisions: list[str] | None, effectif: str, par_part: dict[str, int] | None = None
) -> GroupeSaisi:
    parts = tuple((d, (par_part or {}).get(d, 0)) for d in divisions or [])
    return GroupeSaisi(code, libelle or code, parts, saisies.effectif(effectif))
