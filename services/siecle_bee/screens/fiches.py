"""Fiches élèves: recherche, création, fiche, fiches bloquantes.

Source: procedures BEE-12, BEE-15 to BEE-18, BEE-21 to BEE-30.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.complexe import FAMILLES, GENRES
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.formulaires import Champs, Formulaire, date_lue
from services.siecle_bee.use_cases import (
    bases,
    complexe,
    fiche_complete,
    fiches,
    groupes,
    historique,
    modification,
    nomenclatures,
)
from services.siecle_bee.use_cases.fiches import FicheLue, Recherche
from shared.contracts.echanges import AdresseMsg, DossierEleveMsg
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste, parentes
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Entree, Message, Pagination, Tri
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES = (
    Colonne("Nom", "nom"),
    Colonne("Nom d'usage", "usage"),
    Colonne("Prénom(s)", "prenom"),
    Colonne("Division", "division"),
    Colonne("Né(e) le", "naissance"),
    Colonne("Scolarisé(e)", "scolarise"),
    Colonne("État", "etat"),
)
CLES: dict[str, Any] = {
    "nom": lambda f: f.eleve.cle_tri,
    "usage": lambda f: f.eleve.cle_usage,
    "prenom": lambda f: f.eleve.prenom,
    "division": lambda f: f.eleve.division,
    "naissance": lambda f: f.eleve.date_naissance,
    "scolarise": lambda f: f.scolarise,
    "etat": lambda f: f.etat,
}
ORIGINES = {
    "reprise": "Reprise de la base",
    "bascule": "Bascule de la base élèves",
    "affectation": "Dossier d'affectation",
    "eple": "Dossier d'un autre EPLE",
    "creation": "Création",
    "logiciel_prive": "Dossier d'un logiciel privé",
}
ONGLETS = ("SYNTHÈSE", "ÉLÈVE", "RESPONSABLES", "SCOLARITÉ", "HISTORIQUE", "SCOLARITÉ COMPLEXE")
SLUGS = {
    "SYNTHÈSE": "synthese",
    "ÉLÈVE": "eleve",
    "RESPONSABLES": "responsables",
    "SCOLARITÉ": "scolarite",
    "HISTORIQUE": "historique",
    "SCOLARITÉ COMPLEXE": "complexe",
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
        **en_liste(request, trouves),
    )


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isascii() and texte.isdecimal() and len(texte) < 5 else None


def en_liste(request: Request, trouves: list[FicheLue]) -> dict[str, Any]:
    """A list of fiches sorted and cut, as `_liste.html` wants it."""
    tri = Tri.depuis(request.query_params, CLES, "nom")
    lignes = tri.appliquer(trouves, CLES)
    pages = Pagination.depuis(request.query_params, len(lignes), 100)
    return {
        "tri": tri,
        "pages": pages,
        "lignes": lignes[pages.debut : pages.fin],
        "total": len(lignes),
        "colonnes": COLONNES,
    }


@routeur.get(BASE + "/fiches-bloquantes")
def bloquantes(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Exploitation > Listes standards > Divers > Fiches bloquantes."""
    b = bases.base(u, uai, millesime)
    trouves = [f for f in fiches.toutes(u, b) if f.manques]
    return page(request, u, b, "bloquantes.html", "Fiches bloquantes", **en_liste(request, trouves))


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
            commune_naissance=form.get("commune_naissance"),
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


@routeur.get(BASE + "/eleves/{eleve_id:int}")
def fiche(request: Request, u: Lecture, uai: str, millesime: int, eleve_id: int) -> Response:
    """A fiche and its tabs."""
    return _page_fiche(request, u, bases.base(u, uai, millesime), eleve_id)


def _page_fiche(request: Request, u: Unite, b: BaseEleves, eleve_id: int, refus: Refus | None = None) -> Response:
    f = fiche_complete.lire(u, b, eleve_id)
    e = f.jugee.lue.eleve
    choisi = request.query_params.get("onglet", "synthese")
    adresse = f"{request.state.base}{chemin(b, f'eleves/{eleve_id}')}"
    etat = "Scolarisé(e)" if f.jugee.lue.scolarise else "Non scolarisé(e)"
    matieres = nomenclatures.matieres_profilees(u, b)
    return page(
        request,
        u,
        b,
        "fiche.html",
        f"Fiche de {e.nom} {e.prenom} - {etat} - {e.division or 'sans division'} - INE: {e.ine or 'en attente'}",
        statut=refus.statut if refus else 200,
        f=f,
        e=e,
        onglet=choisi if choisi in SLUGS.values() else "synthese",
        onglets=[Entree(o, f"{adresse}?onglet={SLUGS[o]}", courant=SLUGS[o] == choisi) for o in ONGLETS],
        slugs=SLUGS,
        adresse_fiche=adresse,
        matieres=matieres,
        mefs=bases.mefs_profiles(u, b),
        divisions=bases.divisions(u, b),
        groupes_connus=[g for g in bases.groupes(u, b) if e.mef in g.mefs],
        regimes=[(x.code, x.libelle_long) for x in liste("regimes")],
        motifs=[(x.code, x.libelle_long) for x in liste("motifs_sortie") if x.code],
        parentes={x.code: x.libelle_long for x in parentes()},
        origines=ORIGINES,
        genres=GENRES,
        familles=FAMILLES,
        scolarites=historique.scolarites(u, b, e) if choisi == "historique" else (),
        evenements=historique.evenements(u, b, eleve_id) if choisi == "historique" else (),
        complexes=complexe.lister(u, b, eleve_id) if choisi == "complexe" else (),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/eleves/{eleve_id:int}")
def completer(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire) -> Response:
    """« Compléter »: what the form of a tab holds."""
    b = bases.base(u, uai, millesime)
    try:
        modification.modifier(u, b, eleve_id, _changements(form))
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus)
    onglet = form.get("onglet", "synthese")
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet={onglet}"), "La fiche a été mise à jour.")


def _changements(form: Champs) -> dict[str, Any]:
    """The fields that the form sent, as the use case wants them."""
    valeurs = {nom: form.get(nom) for nom in form}
    changements: dict[str, Any] = {
        nom: valeur
        for nom, valeur in valeurs.items()
        if nom in modification.CHAMPS_SIMPLES or nom in ("mef", "division", "motif_sortie")
    }
    for nom in ("date_naissance", "date_entree"):
        if nom in changements:
            lue = date_lue(form, nom, nom.replace("_", " "))
            if lue is None:
                del changements[nom]
            else:
                changements[nom] = lue
    if "ligne1" in valeurs:
        changements["adresse"] = AdresseMsg(
            lignes=(valeurs["ligne1"], valeurs.get("ligne2", "")),
            code_postal=valeurs.get("code_postal", ""),
            commune=valeurs.get("commune", ""),
        )
    if "date_sortie" in valeurs:
        changements["date_sortie"] = date_lue(form, "date_sortie", "date de sortie")
    if "scolarite" in valeurs:
        for nom in ("redoublant", "boursier", "transport"):
            changements[nom] = nom in valeurs
    return changements


@routeur.post(BASE + "/eleves/{eleve_id:int}/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int) -> Response:
    """Delete a fiche that should not be there."""
    b = bases.base(u, uai, millesime)
    modification.supprimer(u, b, eleve_id)
    return rediriger(request, chemin(b, "eleves"), "La fiche a été supprimée.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/groupes")
def groupe(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire) -> Response:
    """Put a pupil in a group, or take her out, by hand."""
    b = bases.base(u, uai, millesime)
    agir = groupes.desinscrire if form.get("acte") == "retirer" else groupes.inscrire
    try:
        agir(u, b, eleve_id, form.get("groupe"))
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus)
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet=scolarite"), "Les groupes ont été mis à jour.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/complexe")
def ajouter_complexe(
    request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire
) -> Response:
    """A scolarité complexe."""
    b = bases.base(u, uai, millesime)
    try:
        debut, fin = date_lue(form, "debut", "date de début"), date_lue(form, "fin", "date de fin")
        complexe.ajouter(u, b, eleve_id, form.get("genre"), form.get("lieu"), debut, fin)
    except Refus as refus:
        u.session.rollback()
        return _page_fiche(request, u, b, eleve_id, refus)
    suite = chemin(b, f"eleves/{eleve_id}?onglet=complexe")
    return rediriger(request, suite, "La scolarité complexe a été ajoutée.")


@routeur.post(BASE + "/eleves/{eleve_id:int}/complexe/{rang:int}/suppression")
def supprimer_complexe(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, rang: int) -> Response:
    """Take a scolarité complexe away."""
    b = bases.base(u, uai, millesime)
    complexe.supprimer(u, b, eleve_id, rang)
    suite = chemin(b, f"eleves/{eleve_id}?onglet=complexe")
    return rediriger(request, suite, "La scolarité complexe a été supprimée.")
