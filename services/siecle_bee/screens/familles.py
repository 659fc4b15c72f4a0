"""Importations > Fiches de renseignements; Administration Téléservices.

Source: procedures BEE-39, BEE-50, BEE-52.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.teleservices import CHAMPS
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Champs, Formulaire
from services.siecle_bee.use_cases import bases, familles
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_FICHES = (
    "Choix",
    Colonne("Élève", "eleve", par=lambda x: (x.eleve.cle_tri,)),
    Colonne("Responsable", "responsable", par=lambda x: (x.personne.cle_tri,)),
    Colonne("Reçue le", "recue", par=lambda x: x.fiche.id),
    Colonne("Changements demandés", "changements", par=lambda x: x.changements),
)
COLONNES_COMPTES = (
    Colonne("Civilité", "civilite", par=lambda x: x.personne.civilite),
    Colonne("Nom", "nom", par=lambda x: (x.personne.cle_tri,)),
    Colonne("Prénom", "prenom", par=lambda x: x.personne.prenom),
    Colonne("Élèves rattachés", "eleves", nombre=True, par=lambda x: x.eleves),
    Colonne("Compte TS", "etat", par=lambda x: x.personne.compte_ts > 0),
    Colonne("Identifiant", "identifiant", par=lambda x: x.identifiant),
    Colonne("EduConnect", "educonnect", par=lambda x: x.educonnect),
    "Action",
)
COLONNES_RECREES = (
    Colonne("Le", "le", par=lambda x: x.instant),
    Colonne("Responsable", "responsable", par=lambda x: (x.nom, x.personne_id)),
    Colonne("Ancien chiffre", "avant", nombre=True, par=lambda x: x.avant),
    Colonne("Nouveau chiffre", "apres", nombre=True, par=lambda x: x.apres),
)


@routeur.get(BASE + "/importations/fiches-renseignements")
def fiches_renseignements(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Importations - Fiches de renseignements."""
    return _page_fiches(request, u, bases.base(u, uai, millesime))


def _page_fiches(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "fiches_renseignements.html",
        "Importations - Fiches de renseignements",
        statut=refus.statut if refus else 200,
        liste=Liste.depuis(request.query_params, COLONNES_FICHES, familles.en_attente(u, b), "recue"),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/importations/fiches-renseignements")
def traiter(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """« INTÉGRER » or « REJETER » the sheets ticked."""
    b = bases.base(u, uai, millesime)
    integrer = form.get("acte") != "rejeter"
    try:
        nombre = familles.traiter(u, b, form.numeros("fiche"), integrer=integrer)
    except Refus as refus:
        u.session.rollback()
        return _page_fiches(request, u, b, refus)
    quoi = ("fiche intégrée", "fiches intégrées") if integrer else ("fiche rejetée", "fiches rejetées")
    return rediriger(request, chemin(b, "importations/fiches-renseignements"), f"{pluriel(nombre, *quoi)}.")


@routeur.get(BASE + "/teleservices")
def teleservices(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Administration Téléservices: the accounts of the responsables."""
    return _page_comptes(request, u, bases.base(u, uai, millesime), Champs([]))


def _page_comptes(request: Request, u: Unite, b: BaseEleves, saisie: Champs, refus: Refus | None = None) -> Response:
    comptes = familles.comptes(u, b)
    return page(
        request,
        u,
        b,
        "teleservices.html",
        "Administration Téléservices",
        statut=refus.statut if refus else 200,
        liste=Liste.depuis(request.query_params, COLONNES_COMPTES, comptes, "nom", taille=50),
        utilises=sum(x.personne.compte_ts > 0 for x in comptes),
        total=len(comptes),
        recrees=Liste.depuis(
            request.query_params, COLONNES_RECREES, familles.comptes_recrees(u, b), "le", nom="recrees"
        ),
        champs=CHAMPS,
        saisie=saisie,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/teleservices/{personne_id:int}/activation")
def activer(request: Request, u: Ecriture, uai: str, millesime: int, personne_id: int) -> Response:
    """The family opens its account."""
    b = bases.base(u, uai, millesime)
    identifiant = familles.activer(u, b, personne_id)
    return rediriger(request, chemin(b, "teleservices"), f"La famille a ouvert son compte : {identifiant}.")


@routeur.post(BASE + "/teleservices/fiches")
def deposer(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """A sheet filled in, in the place of a family."""
    b = bases.base(u, uai, millesime)
    try:
        familles.deposer(u, b, form.get("identifiant"), {nom: form.get(nom) for nom in CHAMPS})
    except Refus as refus:
        u.session.rollback()
        return _page_comptes(request, u, b, form, refus)
    texte = "La fiche de renseignements attend dans Importations > Fiches de renseignements."
    return rediriger(request, chemin(b, "teleservices"), texte)
