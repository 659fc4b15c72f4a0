"""The frame of every page: the menu, and when things go out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from services.rectorat import models
from shared.horloge.nuits import horaire
from shared.persistence.unite import Unite
from shared.screens.composants import Entree
from shared.screens.pages import gabarits

MENU = (
    ("Accueil", "/"),
    ("Établissements", "/etablissements"),
    ("Agents", "/agents"),
    ("Affectation (AFFELNET)", "/affectation"),
    ("Nomenclatures", "/nomenclatures"),
    ("BCN", "/bcn"),
    ("Calendrier scolaire", "/calendrier"),
    ("Bascule SIECLE-BEE", "/bascule"),
    ("INE", "/ine"),
    ("SYSCA", "/sysca"),
    ("EduConnect", "/educonnect"),
    ("Remontée des V.S.", "/remontee-vs"),
    ("Certificats NetSynchro", "/certificats"),
    ("Dossiers à traiter", "/dossiers-assistance"),
    ("Assistance", "/assistance"),
    ("Portail (ARENA)", "/arena"),
)
LOT_DU_SOIR = "rectorat_diffusion"


def menu(request: Request) -> list[Entree]:
    """The left menu."""
    base = getattr(request.state, "base", "")
    ici = request.url.path.removeprefix(base) or "/"
    return [
        Entree(libelle, base + chemin, ici == chemin or (chemin != "/" and ici.startswith(chemin + "/")))
        for libelle, chemin in MENU
    ]


GABARITS = gabarits("rectorat", Path(__file__).parent.parent / "templates", titre="Rectorat", menu=menu)


def page(request: Request, u: Unite, gabarit: str, titre: str, **contexte: Any) -> HTMLResponse:
    """Render a page under the académie's name."""
    academie = u.session.scalar(select(models.Academie).limit(1))
    return GABARITS.rendre(
        request,
        gabarit,
        titre=titre,
        bandeau=f"Académie : {academie.nom} ({academie.code})" if academie else "Académie non déclarée",
        academie=academie,
        **contexte,
    )


def prochaine_diffusion(u: Unite) -> datetime:
    """When what was typed goes out."""
    return horaire(u.profil).prochain(LOT_DU_SOIR, u.maintenant, u.horloge.fuseau)


def annee_utile(u: Unite) -> int:
    """The STS year that the académie works on: the one in preparation once it is open, else the current one."""
    jour = u.horloge.aujourd_hui()
    return u.profil.annee_sts_preparation(jour) or u.profil.annee_sts(jour)


def choix_etablissements(u: Unite) -> list[tuple[str, str]]:
    """Schools for a list to choose from: (UAI, « UAI nom »)."""
    lignes = u.session.scalars(
        select(models.Etablissement).where(u.du_perimetre(models.Etablissement.uai)).order_by(models.Etablissement.uai)
    )
    return [(e.uai, f"{e.uai} {e.donnees['denomination']} {e.donnees['nom']}".strip()) for e in lignes]
