"""Fiches élèves > Impact fermeture MEF, Impact communes modifiées.

Source: procedure NOM-07.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Formulaire
from services.siecle_bee.use_cases import bases, impacts, modification
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_MEF = (
    "Choix",
    Colonne("Nom", "nom", par=lambda t: (t.lue.eleve.cle_tri,)),
    Colonne("Prénom(s)", "prenom", par=lambda t: t.lue.eleve.prenom),
    Colonne("Division", "division", par=lambda t: t.lue.eleve.division),
    Colonne("MEF", "mef", par=lambda t: t.mef),
    Colonne("Pourquoi", "raison", par=lambda t: t.raison),
)
COLONNES_COMMUNES = (
    "Choix",
    Colonne("Adresse", "adresse", par=lambda t: t.adresse.ligne1),
    Colonne("Commune enregistrée", "ancienne", par=lambda t: t.fusion.nom),
    Colonne("Commune actuelle", "nouvelle", par=lambda t: t.fusion.nouveau_nom),
    Colonne("Depuis le", "le", par=lambda t: t.fusion.le),
    Colonne("Personnes à cette adresse", "habitants", par=lambda t: ", ".join(t.habitants)),
)


@routeur.get(BASE + "/impact-fermeture-mef")
def fermeture_mef(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Impact fermeture MEF."""
    return _page_mef(request, u, bases.base(u, uai, millesime))


def _page_mef(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    touches = impacts.eleves_touches(u, b)
    fermes = impacts.mefs_qui_ferment(u, b)
    return page(
        request,
        u,
        b,
        "impact_mef.html",
        "Fiches élèves - Impact fermeture MEF",
        statut=refus.statut if refus else 200,
        liste=Liste.depuis(request.query_params, COLONNES_MEF, touches, "nom"),
        mefs=[(c, libelle) for c, libelle in bases.mefs_profiles(u, b).items() if c not in fermes],
        divisions=[d.code for d in bases.divisions(u, b)],
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/impact-fermeture-mef")
def changer_mef(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Another MEF, and division, for the pupils ticked."""
    b = bases.base(u, uai, millesime)
    try:
        ids, mef = form.numeros("eleve"), form.get("mef")
        if not ids or not mef:
            raise Refus(
                "Choisissez au moins un élève et son nouveau MEF.",
                code="IMPACT_INCOMPLET",
                remede="Cochez les élèves, choisissez le MEF qui remplace celui qui ferme, puis VALIDER.",
            )
        nouvelle = form.get("division") or None
        bilan = modification.saisir_en_masse(
            u, b, [modification.LigneSaisie(i, mef=mef, division=nouvelle) for i in ids]
        )
        if bilan["refuses"]:
            premier = bilan["refus"][0]
            raise Refus(premier["phrase"], code=premier["code"], remede=premier["remede"])
    except Refus as refus:
        u.session.rollback()
        return _page_mef(request, u, b, refus)
    texte = f"{pluriel(bilan['modifies'], 'élève mis à jour', 'élèves mis à jour')}."
    return rediriger(request, chemin(b, "impact-fermeture-mef"), texte)


@routeur.get(BASE + "/impact-communes")
def communes(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Impact communes modifiées."""
    return _page_communes(request, u, bases.base(u, uai, millesime))


def _page_communes(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "impact_communes.html",
        "Fiches élèves - Impact communes modifiées",
        statut=refus.statut if refus else 200,
        liste=Liste.depuis(request.query_params, COLONNES_COMMUNES, impacts.adresses_touchees(u, b), "adresse"),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/impact-communes")
def changer_communes(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """The present commune in the addresses ticked."""
    b = bases.base(u, uai, millesime)
    try:
        nombre = impacts.mettre_a_jour_communes(u, b, form.numeros("adresse"))
    except Refus as refus:
        u.session.rollback()
        return _page_communes(request, u, b, refus)
    texte = f"{pluriel(nombre, 'adresse mise à jour', 'adresses mises à jour')}."
    return rediriger(request, chemin(b, "impact-communes"), texte)
