"""The modules Nomenclatures and Commun.

Source: procedures NOM-01 to NOM-05, COM-01, COM-02.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.annees import Calendrier
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Formulaire, date_lue
from services.siecle_bee.use_cases import bases, matieres_locales, nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.horloge.annees import libelle_annee
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_MEFS = (
    "Choix",
    Colonne("Code", "code", par=lambda m: m.code),
    Colonne("Formation", "formation", par=lambda m: m.formation),
    Colonne("Libellé", "libelle", par=lambda m: m.libelle_long),
)
COLONNES_LOCALES = (
    Colonne("Code", "code", par=lambda m: m.code),
    Colonne("Code de gestion", "gestion", par=lambda m: m.code_gestion),
    Colonne("Libellé", "libelle", par=lambda m: m.libelle_long),
    Colonne("Profilée", "profilee", par=lambda m: m.profile),
    "Supprimer",
)


def _page_nomenclatures(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    recues = nomenclatures.jeu_recu(u, b) if b.version_recue is not None else None
    return page(
        request,
        u,
        b,
        "nomenclatures.html",
        "Nomenclatures",
        statut=refus.statut if refus else 200,
        derniere=nomenclatures.derniere_version(u),
        recues=Liste.depuis(request.query_params, COLONNES_MEFS, recues.mefs if recues else (), "code"),
        choisis=nomenclatures.mefs_selectionnes(u, b),
        profiles=bases.mefs_profiles(u, b),
        matieres=nomenclatures.matieres_profilees(u, b),
        lp=matieres_locales.est_lycee_professionnel(u, b),
        locales=Liste.depuis(
            request.query_params, COLONNES_LOCALES, matieres_locales.locales(u, b), "code", nom="locales"
        ),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(BASE + "/nomenclatures")
def page_nomenclatures(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The module Nomenclatures."""
    return _page_nomenclatures(request, u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/nomenclatures/{acte}")
def agir(request: Request, u: Ecriture, uai: str, millesime: int, acte: str, form: Formulaire) -> Response:
    """Réception, sélection, profilage, the matières of the school, the mail that asks for what is missing."""
    b = bases.base(u, uai, millesime)
    try:
        if acte == "reception":
            bilan = nomenclatures.receptionner(u, b)
            texte = f"Nomenclatures réceptionnées : {bilan['mefs']} MEF, {bilan['matieres']} matières."
        elif acte == "selection":
            bilan = nomenclatures.selectionner(u, b, form.tous("mef"))
            texte = f"Sélection enregistrée : {bilan['mefs']} MEF, {bilan['matieres']} matières."
        elif acte == "demande":
            nomenclatures.demander_ajout(u, b, form.get("genre"), form.get("code"), form.get("texte"))
            texte = "Courriel envoyé à l'académie : l'ajout apparaîtra à une prochaine réception des nomenclatures."
        elif acte == "matiere":
            matieres_locales.definir(u, b, form.get("code_matiere"), form.get("code_gestion"), form.get("libelle"))
            texte = "Matière définie : lancez le profilage pour l'utiliser."
        elif acte == "matiere-supprimee":
            matieres_locales.supprimer(u, b, form.get("code"))
            texte = "Matière supprimée."
        elif acte == "profilage":
            bilan = matieres_locales.profiler(u, b)
            texte = f"Profilage terminé : {bilan['mefs']} MEF, {bilan['matieres']} matières."
        else:
            raise Inconnu(
                "Cette action n'existe pas.", code="ACTION_INCONNUE", remede="Utilisez les boutons de la page."
            )
    except Refus as refus:
        u.session.rollback()
        return _page_nomenclatures(request, u, b, refus)
    return rediriger(request, chemin(b, "nomenclatures"), texte)


def _page_calendrier(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "calendrier.html",
        "Calendrier > Année scolaire",
        statut=refus.statut if refus else 200,
        entete=f"SCONET COMMUN (ANNEE {libelle_annee(b.millesime)})",
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(BASE + "/communs/calendrier")
def calendrier(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Commun > Calendrier > Année scolaire."""
    return _page_calendrier(request, u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/communs/calendrier")
def modifier(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """« Modifier »."""
    b = bases.base(u, uai, millesime)
    connu = bases.calendrier(b)
    try:
        nouveau = Calendrier(
            date_lue(form, "rentree_eleves", "date de rentrée des élèves") or connu.rentree_eleves,
            date_lue(form, "sortie_eleves", "date de sortie des élèves") or connu.sortie_eleves,
            date_lue(form, "rentree_professeurs", "date de rentrée des professeurs") or connu.rentree_professeurs,
            date_lue(form, "sortie_professeurs", "date de sortie des professeurs") or connu.sortie_professeurs,
        )
        bases.modifier_calendrier(u, b, nouveau)
    except Refus as refus:
        u.session.rollback()
        return _page_calendrier(request, u, b, refus)
    return rediriger(request, chemin(b, "communs/calendrier"), "Le calendrier a été modifié.")
