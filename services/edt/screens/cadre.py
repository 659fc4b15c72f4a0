"""The frame of every page: title bar, menu bar, tabs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from fastapi import Form, Request
from jinja2 import pass_context
from jinja2.runtime import Context
from msgspec.structs import replace
from pydantic import BeforeValidator
from starlette.responses import HTMLResponse

from services.edt import models as m
from services.edt import rules
from services.edt.screens.menus import ETABLISSEMENT, MENUS, PRONOTE, SANS_EFFET, EntreeMenu
from shared.horloge.annees import libelle_annee
from shared.horloge.horloge import MOIS
from shared.http.acces import peut
from shared.persistence.unite import Unite
from shared.screens.composants import Entree
from shared.screens.pages import gabarits

Coche = Annotated[bool, BeforeValidator(lambda valeur: valeur in (True, "oui")), Form()]
"""A box of a form: browsers send « oui » when it is ticked, nothing otherwise."""

HABILLAGE = "2023"
PARTIE_PRONOTE = "pronote"
SUPERVISEUR = {
    "2013": "Superviseur en modification",
    "2018": "Superviseur (SPR) en modification",
    "2021": "Superviseur (SPR) en modification",
    "2023": "Superviseur (Administrateur) en modification",
}
"""Word of the title bar (ACC-09): screens of 2013, 2017 and 2022; the nearest one for 2021."""
SANS_SPR = {True: "Administratif en modification", False: "Administratif en consultation"}
"""The same for an account that is not superviseur; the guides show none."""
VERSION = {
    "2013": "EDT VS 2013 0.5.8",
    "2018": "EDT 2017 0.2.10 (64 bits)",
    "2021": "EDT 2022 0.3.1 (64bit)",
    "2023": "EDT 2022 0.3.1 (64bit)",
}
"""Client of the guides, in the title bar (EDT-01); the nearest one for 2021."""
VERSION_PRONOTE = "PRONOTE 2017 0.2.10 NC (64 bits)"

# EDT-15: the tabs of a base, in order; those without a page open nothing.
ONGLETS = (
    ("Prérentrée", ""),
    ("Emploi du temps", "emploi-du-temps"),
    ("Gestion par semaine et absences", None),
    ("Rencontres parents / professeurs", None),
    ("Conseils de classe", None),
    ("STSWEB", "correspondances"),
)
SOUS_ONGLETS = (
    ("Classes", "classes"),
    ("Groupes", "groupes"),
    ("Élèves", "eleves"),
    ("Professeurs", "professeurs"),
    ("Services", "services"),
    ("Emploi du temps", "emploi-du-temps"),
)
ONGLETS_PRONOTE = ("Ressources", "Cahier de textes", "QCM", "Notes")
"""The first tabs of PRONOTE (EDT-05); the first one alone has a page."""
DE_PRONOTE = frozenset((PARTIE_PRONOTE, f"{PARTIE_PRONOTE}/hebergement", "exports/preparation", "imports/preparation"))
"""Pages that are PRONOTE's alone: its bar, its tabs."""
COPIE = " (copie, version monoposte)"
DE_LA_GRILLE = frozenset(chemin for _, chemin in SOUS_ONGLETS) | {"groupe"}


def mode(request: Request, u: Unite) -> str:
    """What the title bar says of the account (ACC-09)."""
    if peut(request, "edt.spr"):
        return SUPERVISEUR[u.profil.habillage]
    return SANS_SPR[peut(request, "edt.modifier")]


def page(
    request: Request, u: Unite, base: m.BaseEdt, gabarit: str, titre: str, statut: int = 200, **contexte: Any
) -> HTMLResponse:
    """Render a page of a base: title bar, tabs, its own menu entry lit."""
    etablissement = rules.etablissement(base.uai)
    racine = f"{getattr(request.state, 'base', '')}/{base.uai}/{base.annee}"
    ici = _dans_la_base(request)
    partie = PARTIE_PRONOTE if ici in DE_PRONOTE else ici.split("/")[0]
    return GABARITS.rendre(
        request,
        gabarit,
        statut,
        titre=titre,
        menu_forme="haut",
        superviseur=mode(request, u),
        version=VERSION_PRONOTE if partie == PARTIE_PRONOTE else VERSION[u.profil.habillage],
        base_edt=base,
        nom_base=f"{base.nom or etablissement} - {libelle_annee(base.annee)}{COPIE if base.copiee_le else ''}",
        racine=racine,
        onglets=_onglets(racine, partie),
        sous_onglets=_sous_onglets(racine, partie) if partie in DE_LA_GRILLE else (),
        **contexte,
    )


def _dans_la_base(request: Request) -> str:
    """The path of a page after its base's, without slashes around."""
    base = f"/{request.path_params['uai']}/{request.path_params['annee']}"
    return request.url.path.partition(base)[2].strip("/")


def _onglets(racine: str, partie: str) -> list[Entree]:
    if partie == PARTIE_PRONOTE:
        return [
            Entree(x, f"{racine}/{PARTIE_PRONOTE}" if not n else None, not n) for n, x in enumerate(ONGLETS_PRONOTE)
        ]
    actuel = "emploi-du-temps" if partie in DE_LA_GRILLE else partie
    entrees = []
    for libelle, chemin in ONGLETS:
        href = None if chemin is None else f"{racine}/{chemin}".rstrip("/")
        entrees.append(Entree(libelle, href, chemin == actuel))
    return entrees


def _sous_onglets(racine: str, partie: str) -> list[Entree]:
    actuel = "groupes" if partie == "groupe" else partie
    return [Entree(libelle, f"{racine}/{chemin}", chemin == actuel) for libelle, chemin in SOUS_ONGLETS]


def menu(request: Request) -> list[Entree]:
    """The menu bar of the look's year; entries that need a base open nothing without one."""
    profil = getattr(request.state, "profil", None)
    habillage = profil.habillage if profil else HABILLAGE
    base = getattr(request.state, "base", "")
    uai, annee = request.path_params.get("uai"), request.path_params.get("annee")
    racine = f"{base}/{uai}/{annee}" if uai else None
    de_pronote = racine is not None and _dans_la_base(request) in DE_PRONOTE
    return [_entree(e, base, racine, base + request.url.path) for e in (PRONOTE if de_pronote else MENUS[habillage])]


def _entree(e: EntreeMenu, base: str, racine: str | None, ici: str) -> Entree:
    if e.libelle == ETABLISSEMENT and racine:
        e = replace(e, libelle=rules.etablissement(racine.removeprefix(f"{base}/").rpartition("/")[0]))
    if e.enfants:
        return Entree(e.libelle, enfants=[_entree(x, base, racine, ici) for x in e.enfants])
    if e.chemin is None:
        return Entree(e.libelle, infobulle=SANS_EFFET)
    if e.hors_base:
        return Entree(e.libelle, f"{base}/{e.chemin}")
    if racine is None:
        return Entree(e.libelle, infobulle="Ouvrez d'abord une base.")
    href = f"{racine}/{e.chemin}".rstrip("/")
    return Entree(e.libelle, href, courant=ici == href)


def heures(nombre: Decimal) -> str:
    """Hours as EDT writes them: « 4h30 »."""
    minutes = int(nombre * 60)
    return f"{minutes // 60}h{minutes % 60:02d}"


@pass_context
def jour_long(contexte: Context, instant: datetime) -> str:
    """« 08 août 2016 », in the académie's time zone (EDT-15)."""
    jour = instant.astimezone(contexte.get("fuseau"))
    return f"{jour:%d} {MOIS[jour.month - 1]} {jour.year}"


GABARITS = gabarits("edt", Path(__file__).parent.parent / "templates", titre="Emploi du temps", menu=menu)
GABARITS.env.filters.update(heures=heures, jour_long=jour_long)
