"""The frame of every page: header, top bar, left menu, and how a form answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from services.sts_web.models import Matiere, Mef
from services.sts_web.use_cases import etablissements, hors_programme
from services.sts_web.use_cases.etablissements import Contexte
from shared import nomenclatures
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite
from shared.screens.composants import Entree
from shared.screens.pages import gabarits, rediriger

GABARITS = gabarits("sts_web", Path(__file__).parent.parent / "templates", titre="STS-Web")

# Versions read on the screens of 2015 (guide 000) and 2018 (guide 004); the nearest one for the others.
VERSIONS = {"2013": "V 9.0.2", "2021": "V 9.0.2", "2018": "V 11.2.5", "2023": "V 11.2.5"}

Lien = tuple[str, str]
# Label and path under the year of each entry; a list unfolds (STS-03 to STS-05).
MENU: tuple[tuple[str, str | tuple[Lien, ...]], ...] = (
    ("Campagne", "campagne"),
    ("Structure", "structure"),
    ("Ressources", "ressources"),
    ("Services libres", "services-libres"),
    (
        "Services et ARE",
        (
            ("Rattachement", "services/rattachement"),
            ("Rattachement ARE", "services/rattachement-are"),
            ("Gestion", "services/gestion"),
            ("Services", "services/services"),
            ("Consultation ARE", "services/consultation-are"),
            ("Changement support", "services/changement-support"),
            ("Equipe pédagogique", "services/equipe-pedagogique"),
            ("Etat des services", "services/etat-des-services"),
            ("Services / discipline", "services/services-discipline"),
            ("Hors programme", "services/hors-programme"),
        ),
    ),
    ("Services suppléants", (("Saisie rapide", "services-suppleants/saisie-rapide"),)),
    ("Indemnités", "indemnites"),
    ("HSA", "hsa"),
    ("Bascule", "bascule"),
    ("Imports", (("Emploi du temps", "imports/emploi-du-temps"),)),
    (
        "Exports",
        (
            ("Emploi du temps", "exports/emploi-du-temps"),
            ("Structure", "exports/structure"),
            ("Services", "exports/services"),
        ),
    ),
    ("Edition journal", "journal"),
    ("Changement d'année", "changement-annee"),
)
INFOBULLES = {
    "exports/emploi-du-temps": "Export vers le logiciel d'emploi du temps",
    "exports/structure": "Export de la totalité de la structure",
    "exports/services": "Export des services",
}
BARRE = (
    ("Aide", "aide"),
    ("Guide", "guide"),
    ("Quoi de neuf", "quoi-de-neuf"),
    ("Informations pratiques", "informations-pratiques"),
)


def page(
    request: Request, u: Unite, c: Contexte, gabarit: str, titre: str, statut: int = 200, **contexte: Any
) -> HTMLResponse:
    """Render a page of a school's year under its header (« STS », title, school and year)."""
    base = getattr(request.state, "base", "")
    racine = f"{base}/{c.uai}/{c.annee.annee}"
    ici = base + request.url.path  # the kernel takes the bac's prefix off the path
    return GABARITS.rendre(
        request,
        gabarit,
        statut,
        titre=titre,
        bandeau=c.bandeau,
        menu=_menu(racine, ici),
        barre=_barre(base, racine, ici),
        version=f"Structure et Services - {VERSIONS[u.profil.habillage]}",
        racine=racine,
        c_annee=c,
        **contexte,
    )


def agir(request: Request, u: Unite, c: Contexte, retour: str, action: Callable[[], str | None]) -> Response:
    """Answer a form: do `action`, go to `retour` (under the year), where its message or refusal is shown.

    A refusal undoes the transaction: nothing of a form that was refused is kept.
    """
    chemin = f"/{c.uai}/{c.annee.annee}/{retour}"
    try:
        message = action()
    except Refus as refus:
        if refus.statut >= 500:
            raise
        u.session.rollback()
        u.envois_immediats = False
        texte = " ".join(p for p in (refus.phrase, refus.remede) if p)
        return rediriger(request, chemin, texte, "erreur")
    return rediriger(request, chemin, message)


def ouvrir(u: Unite, uai: str, annee: int) -> Contexte:
    """The year of the page. Raises `Inconnu`."""
    return etablissements.ouvrir(u, uai, annee)


def matieres(u: Unite) -> dict[str, str]:
    """Code → « ALL1 Allemand LV1 », as users know matières."""
    lues = u.session.execute(
        select(Matiere.code, Matiere.code_gestion, Matiere.libelle_edition, Matiere.libelle_long).order_by(
            Matiere.code_gestion, Matiere.code
        )
    )
    return {code: f"{gestion} {edition or long}".strip() for code, gestion, edition, long in lues}


def choix_matieres(u: Unite, c: Contexte) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every matière to choose from, those of the school first: (title of the group, code and label)."""
    siennes = hors_programme.matieres_usuelles(u, c.uai, c.annee.annee)
    toutes = list(matieres(u).items())
    groupes = [
        ("Matières de l'établissement", [m for m in toutes if m[0] in siennes]),
        ("Autres matières", [m for m in toutes if m[0] not in siennes]),
    ]
    return [(titre, liste) for titre, liste in groupes if liste]


def mefs(u: Unite) -> list[tuple[str, str]]:
    """Code and label of every MEF, for a list to choose from."""
    lus = u.session.execute(select(Mef.code, Mef.libelle_edition, Mef.libelle_long).order_by(Mef.code))
    return [(code, f"{code} {edition or long}") for code, edition, long in lus]


def modalites() -> list[tuple[str, str]]:
    """Code and label of every modalité de cours."""
    return [(m.code, f"{m.code} {m.libelle_long}") for m in nomenclatures.modalites_cours()]


def chemin_api(request: Request, c: Contexte) -> str:
    """The address of the year in the web service."""
    return f"{getattr(request.state, 'base', '')}/api/etablissements/{c.uai}/annees/{c.annee.annee}"


def _menu(racine: str, ici: str) -> list[Entree]:
    entrees = []
    for libelle, cible in MENU:
        if isinstance(cible, str):
            entrees.append(_entree(libelle, racine, cible, ici))
        else:
            entrees.append(Entree(libelle, enfants=[_entree(n, racine, chemin, ici) for n, chemin in cible]))
    return entrees


def _entree(libelle: str, racine: str, chemin: str, ici: str) -> Entree:
    href = f"{racine}/{chemin}"
    return Entree(libelle, href, ici == href or ici.startswith(href + "/"), infobulle=INFOBULLES.get(chemin))


def _barre(base: str, racine: str, ici: str) -> list[Entree]:
    accueil = Entree("Accueil", racine, ici == racine)
    autres = [Entree(n, f"{racine}/{chemin}", ici == f"{racine}/{chemin}") for n, chemin in BARRE]
    return [accueil, *autres, Entree("Quitter", f"{base}/")]
