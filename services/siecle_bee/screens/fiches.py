"""Fiches élèves: recherche, création, fiche, fiches bloquantes.

Source: procedures BEE-12, BEE-15 to BEE-18, BEE-21 to BEE-30.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Champs, Formulaire, date_lue
from services.siecle_bee.use_cases import (
    bases,
    fiches,
    modification,
)
from services.siecle_bee.use_cases.fiches import FicheLue, Recherche
from shared.contracts.echanges import AdresseMsg, DossierEleveMsg
from shared.contracts.refus import Refus
from shared.http.acces import peut
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste
from shared.screens.pages import rediriger

routeur = Routeur()

NOM = Colonne("Nom", "nom", par=lambda f: (f.eleve.cle_tri,))
PRENOM = Colonne("Prénom(s)", "prenom", par=lambda f: f.eleve.prenom)
DIVISION = Colonne("Division", "division", par=lambda f: f.eleve.division)
NAISSANCE = Colonne("Né(e) le", "naissance", par=lambda f: f.eleve.date_naissance)
COLONNES = (
    NOM,
    Colonne("Nom d'usage", "usage", par=lambda f: (f.eleve.cle_usage,)),
    PRENOM,
    DIVISION,
    NAISSANCE,
    Colonne("Scolarisé(e)", "scolarise", par=lambda f: f.scolarise),
    Colonne("État", "etat", par=lambda f: f.etat),
)
ORIGINES = {
    "reprise": "Reprise de la base",
    "bascule": "Bascule de la base élèves",
    "affectation": "Dossier d'affectation",
    "eple": "Dossier d'un autre EPLE",
    "creation": "Création",
    "logiciel_prive": "Dossier d'un logiciel privé",
}


@routeur.get(BASE + "/eleves")
def recherche(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Fiches élèves - Recherche et MAJ."""
    b = bases.base(u, uai, millesime)
    q = request.query_params
    scolarise = {"oui": True, "non": False}.get(q.get("scolarise", ""))
    criteres = Recherche(
        nom=q.get("nom", ""),
        prenom=q.get("prenom", ""),
        division=q.get("division", ""),
        mois=_entier(q.get("mois")),
        annee=_entier(q.get("annee")),
        scolarise=scolarise,
        etat=q.get("etat", ""),
        responsable_nom=q.get("resp_nom", ""),
        responsable_prenom=q.get("resp_prenom", ""),
    )
    lances = bool(q)
    trouves = fiches.rechercher(u, b, criteres) if lances else []
    return page(
        request,
        u,
        b,
        "recherche.html",
        "Fiches élèves - Recherche et MAJ",
        criteres=criteres,
        scolarise=q.get("scolarise", ""),
        lances=lances,
        divisions=[d.code for d in bases.divisions(u, b)],
        liste=en_liste(request, trouves),
    )


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isascii() and texte.isdecimal() and len(texte) < 5 else None


def en_liste(
    request: Request, trouves: list[FicheLue], colonnes: Sequence[Colonne | str] | None = None
) -> Liste[FicheLue]:
    """A list of fiches sorted and cut; « Compléter » is offered to who may."""
    if colonnes is None:
        colonnes = (*COLONNES, "Action") if peut(request, "bee.mettre_a_jour") else COLONNES
    return Liste.depuis(request.query_params, colonnes, trouves, "nom", taille=100)


@routeur.get(BASE + "/fiches-bloquantes")
def bloquantes(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Exploitation > Listes standards > Divers > Fiches bloquantes."""
    b = bases.base(u, uai, millesime)
    trouves = [f for f in fiches.toutes(u, b) if f.manques]
    return page(request, u, b, "bloquantes.html", "Fiches bloquantes", liste=en_liste(request, trouves))


@routeur.get(BASE + "/eleves/creation")
def creation(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Création of a fiche."""
    return _page_creation(request, u, bases.base(u, uai, millesime), Champs([]))


def _page_creation(request: Request, u: Unite, b: BaseEleves, valeurs: Champs, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "creation.html",
        "Fiches élèves - Création",
        statut=refus.statut if refus else 200,
        valeurs=valeurs,
        refus=refus,
        regimes=[(e.code, e.libelle_long) for e in liste("regimes")],
        pays=[(e.code, e.libelle_long) for e in liste("pays")],
    )


@routeur.post(BASE + "/eleves/creation")
def creer(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Type a fiche in full."""
    b = bases.base(u, uai, millesime)
    try:
        dossier = DossierEleveMsg(
            cle="saisie",
            nom=form.get("nom").upper(),
            prenoms=(form.get("prenom"),),
            sexe="2" if form.get("sexe") == "2" else "1",
            date_naissance=_naissance(form),
            nom_usage=form.get("nom_usage").upper(),
            pays_naissance=form.get("pays_naissance", "100"),
            commune_naissance=form.get("commune_naissance"),
            ville_naissance=form.get("ville_naissance"),
            nationalite=form.get("nationalite", "100"),
            regime=form.get("regime"),
            adresse=AdresseMsg(
                lignes=(form.get("ligne1"),),
                code_postal=form.get("code_postal"),
                commune=form.get("commune"),
            ),
        )
        cree = modification.creer(u, b, dossier)
    except Refus as refus:
        u.session.rollback()
        return _page_creation(request, u, b, form, refus)
    numero = next(iter(cree.crees.values()))
    return rediriger(request, chemin(b, f"eleves/{numero}"), "La fiche a été créée. Elle est à compléter.")


def _naissance(form: Champs) -> date:
    naissance = date_lue(form, "date_naissance", "date de naissance")
    if naissance is None or not form.get("nom") or not form.get("prenom"):
        raise Refus(
            "Le nom, le prénom et la date de naissance sont obligatoires.",
            code="CREATION_INCOMPLETE",
            remede="Saisissez-les puis validez ; le reste peut être complété ensuite.",
        )
    return naissance
