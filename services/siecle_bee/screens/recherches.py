"""Fiches élèves > Recherche avancée, Suppression.

Source: procedures BEE-04, BEE-09, BEE-30.
"""

from __future__ import annotations

from datetime import date

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.complexe import FAMILLES
from services.siecle_bee.rules.fiche import LIBELLES_MANQUES
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.fiches import COLONNES, ORIGINES, en_liste
from services.siecle_bee.screens.formulaires import Champs, Formulaire, date_lue
from services.siecle_bee.use_cases import bases, fiches, modification, nomenclatures, recherche_avancee
from services.siecle_bee.use_cases.fiches import FicheLue, Recherche
from services.siecle_bee.use_cases.recherche_avancee import IMPRECIS, Criteres
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste
from shared.persistence.unite import Unite
from shared.screens.composants import Message, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

OUI_NON = (("oui", "Oui"), ("non", "Non"))
_BOOLEENS = {"oui": True, "non": False}


def _criteres(q: Champs) -> Criteres:
    """The criteria of the address. Raises `Refus` (DATE_INVALIDE)."""

    def periode(nom: str, libelle: str) -> tuple[date | None, date | None]:
        return date_lue(q, f"{nom}_du", libelle), date_lue(q, f"{nom}_au", libelle)

    def oui_ou_non(nom: str) -> bool | None:
        return _BOOLEENS.get(q.get(nom))

    return Criteres(
        mef=q.get("mef"),
        division=q.get("division"),
        groupe=q.get("groupe"),
        option=q.get("option"),
        regime=q.get("regime"),
        sexe=q.get("sexe"),
        motif_sortie=q.get("motif_sortie"),
        origine=q.get("origine"),
        manque=q.get("manque"),
        complexe=q.get("complexe"),
        code_postal=q.get("code_postal"),
        scolarise=oui_ou_non("scolarise"),
        sorti=oui_ou_non("sorti"),
        boursier=oui_ou_non("boursier"),
        redoublant=oui_ou_non("redoublant"),
        ine=oui_ou_non("ine"),
        ne=periode("ne", "date de naissance"),
        entree=periode("entree", "date d'entrée"),
        sortie=periode("sortie", "date de sortie"),
    )


@routeur.get(BASE + "/recherche-avancee")
def avancee(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Fiches élèves - Recherche avancée."""
    b = bases.base(u, uai, millesime)
    q = Champs(request.query_params.multi_items())
    trouves: list[FicheLue] = []
    refus: Refus | None = None
    try:
        trouves = recherche_avancee.rechercher(u, b, _criteres(q)) if any(q) else []
    except Refus as erreur:
        refus = erreur
    return page(
        request,
        u,
        b,
        "recherche_avancee.html",
        "Fiches élèves - Recherche avancée",
        statut=refus.statut if refus else 200,
        q=q,
        lances=any(q) and refus is None,
        mefs=bases.mefs_profiles(u, b),
        divisions=[d.code for d in bases.divisions(u, b)],
        groupes=[g.code for g in bases.groupes(u, b)],
        matieres=[(c, libelle) for c, (_, libelle) in nomenclatures.matieres_profilees(u, b).items()],
        regimes=[(x.code, x.libelle_long) for x in liste("regimes")],
        motifs=[(IMPRECIS, "(imprécis)"), *((x.code, x.libelle_long) for x in liste("motifs_sortie") if x.code)],
        origines=list(ORIGINES.items()),
        familles=list(FAMILLES.items()),
        manques=list(LIBELLES_MANQUES.items()),
        oui_non=OUI_NON,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
        liste=en_liste(request, trouves),
    )


@routeur.get(BASE + "/suppression")
def suppression(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Fiches élèves - Suppression."""
    return _page_suppression(request, u, bases.base(u, uai, millesime))


def _page_suppression(
    request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None, choisis: tuple[int, ...] = ()
) -> Response:
    q = request.query_params
    criteres = Recherche(
        nom=q.get("nom", ""), division=q.get("division", ""), scolarise=_BOOLEENS.get(q.get("scolarise", ""))
    )
    trouves = fiches.rechercher(u, b, criteres) if q else []
    return page(
        request,
        u,
        b,
        "suppression.html",
        "Fiches élèves - Suppression",
        statut=refus.statut if refus else 200,
        criteres=criteres,
        scolarise=q.get("scolarise", ""),
        lances=bool(q),
        choisis=choisis,
        divisions=[d.code for d in bases.divisions(u, b)],
        oui_non=OUI_NON,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
        liste=en_liste(request, trouves, ("Choix", *COLONNES)),
    )


@routeur.post(BASE + "/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """« SUPPRIMER » on the fiches ticked; a browser without script ticks the confirmation too."""
    b = bases.base(u, uai, millesime)
    ids = form.numeros("eleve")
    try:
        if ids and "confirme" not in form:
            raise Refus(
                "La suppression n'est pas confirmée.",
                code="SUPPRESSION_A_CONFIRMER",
                remede="Cochez « Je confirme la suppression » puis SUPPRIMER.",
                statut=409,
            )
        nombre = modification.supprimer_plusieurs(u, b, ids)
    except Refus as refus:
        u.session.rollback()
        return _page_suppression(request, u, b, refus, tuple(ids))
    return rediriger(request, chemin(b, "suppression"), f"{pluriel(nombre, 'fiche supprimée', 'fiches supprimées')}.")
