"""Commun > Calendrier > Vacances scolaires, Autres périodes de fermeture.

Source: procedure COM-01.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.fermetures import LONGUEUR_LIBELLE, LONGUEUR_MOTIF, Periode
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Champs, Formulaire, date_lue
from services.siecle_bee.use_cases import bases, fermetures
from shared.contracts.refus import Refus
from shared.horloge.annees import libelle_annee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_VACANCES = (
    Colonne("Vacances", "nom", par=lambda p: p.nom),
    Colonne("Début", "debut", par=lambda p: p.debut),
    Colonne("Reprise", "reprise", par=lambda p: p.reprise),
)
COLONNES_FERMETURES = (
    Colonne("Motif", "motif", par=lambda f: f.motif),
    Colonne("Libellé", "libelle", par=lambda f: f.libelle),
    Colonne("Du", "debut", par=lambda f: f.debut),
    Colonne("Au", "fin", par=lambda f: f.fin),
    "Action",
)


def _entete(b: BaseEleves) -> str:
    return f"SCONET COMMUN (ANNEE {libelle_annee(b.millesime)})"


@routeur.get(BASE + "/communs/vacances")
def vacances(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Calendrier > Vacances scolaires."""
    b = bases.base(u, uai, millesime)
    return page(
        request,
        u,
        b,
        "vacances.html",
        "Calendrier > Vacances scolaires",
        entete=_entete(b),
        sud=u.profil.calendrier == "sud",
        zone=u.profil.zone,
        liste=Liste.depuis(request.query_params, COLONNES_VACANCES, fermetures.vacances(u, b), "debut"),
    )


@routeur.get(BASE + "/communs/fermetures")
def autres_periodes(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Calendrier > Autres périodes de fermeture."""
    return _page_fermetures(request, u, bases.base(u, uai, millesime), Champs([]))


def _page_fermetures(request: Request, u: Unite, b: BaseEleves, saisie: Champs, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "fermetures.html",
        "Calendrier > Autres périodes de fermeture",
        statut=refus.statut if refus else 200,
        entete=_entete(b),
        liste=Liste.depuis(request.query_params, COLONNES_FERMETURES, fermetures.fermetures(u, b), "debut"),
        saisie=saisie,
        longueurs=(LONGUEUR_MOTIF, LONGUEUR_LIBELLE),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/communs/fermetures")
def ajouter(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """« Ajouter »; or « Supprimer » the one that begins on `supprimer`."""
    b = bases.base(u, uai, millesime)
    try:
        if "supprimer" in form:
            debut = date_lue(form, "supprimer", "date de début")
            texte = "La période de fermeture a été supprimée."
            if debut is not None:
                fermetures.supprimer(u, b, debut)
        else:
            fermetures.ajouter(u, b, _periode(form))
            texte = "La période de fermeture a été ajoutée."
    except Refus as refus:
        u.session.rollback()
        return _page_fermetures(request, u, b, form, refus)
    return rediriger(request, chemin(b, "communs/fermetures"), texte)


def _periode(form: Champs) -> Periode:
    debut = date_lue(form, "debut", "date de début")
    fin = date_lue(form, "fin", "date de fin")
    if debut is None or fin is None:
        raise Refus(
            "Les dates de la fermeture ne sont pas renseignées.",
            code="FERMETURE_SANS_DATES",
            remede="Saisissez la date de début et la date de fin.",
        )
    return Periode(debut, fin, form.get("motif"), form.get("libelle"))
