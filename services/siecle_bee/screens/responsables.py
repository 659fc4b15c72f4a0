"""Responsables of a fiche (tab RESPONSABLES) and Doublons responsables.

Source: procedures BEE-40 to BEE-48; guide 000 section 2.13.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, adresse_fr, chemin, page
from services.siecle_bee.screens.formulaires import Champs, Formulaire
from services.siecle_bee.use_cases import bases, fiches, responsables
from services.siecle_bee.use_cases.dossier_eple import adresse_msg
from services.siecle_bee.use_cases.tableau import CONSEILS_DOUBLONS, CONTROLE_REGULIER
from shared.contracts.echanges import AdresseMsg, ResponsableDossierMsg
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import parentes, pcs
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message
from shared.screens.pages import rediriger

routeur = Routeur()

IDENTITE = ("civilite", "nom", "nom_usage", "prenom")
COORDONNEES = ("telephone_personnel", "telephone_portable", "telephone_professionnel", "mel")
PARENTES = [(p.code, p.libelle_long) for p in parentes()]

COLONNES_DOUBLONS = (
    Colonne("Civilité", "civilite", par=lambda d: d.personne.civilite),
    Colonne("Nom", "nom", par=lambda d: (d.personne.cle_tri, d.personne.personne_id)),
    Colonne("Prénom", "prenom", par=lambda d: d.personne.prenom),
    Colonne("Adresse", "adresse", par=lambda d: adresse_fr(adresse_msg(d.adresse))),
    Colonne("Bourse collèges", "bourse", par=lambda d: d.boursiers),
    Colonne("Élèves rattachés", "eleves", par=lambda d: d.eleves),
    Colonne("Compte TS", "compte", par=lambda d: d.personne.compte_ts),
    "Supprimer",
    "Remplacer",
)


@routeur.get(BASE + "/eleves/{eleve_id:int}/responsable")
def chercher(request: Request, u: Lecture, uai: str, millesime: int, eleve_id: int) -> Response:
    """MAJ Responsable: look for a person before creating one."""
    return _page_responsable(request, u, bases.base(u, uai, millesime), eleve_id)


def _page_responsable(
    request: Request,
    u: Unite,
    b: BaseEleves,
    eleve_id: int,
    refus: Refus | None = None,
    form: Champs | None = None,
) -> Response:
    nom = request.query_params.get("nom", "")
    trouves = [
        (str(p.personne_id), f"{p.civilite} {p.nom} {p.prenom} {adresse_fr(adresse_msg(a))}".strip())
        for p, a in responsables.chercher(u, b, nom)
    ]
    return page(
        request,
        u,
        b,
        "responsable.html",
        "MAJ Responsable",
        statut=refus.statut if refus else 200,
        e=fiches.eleve(u, b, eleve_id),
        nom=nom,
        trouves=trouves,
        nouveau=_lu(form) if form else ResponsableDossierMsg(cle="", nom="", prenom=""),
        parentes=PARENTES,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/eleves/{eleve_id:int}/responsable")
def rattacher(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, form: Formulaire) -> Response:
    """Link the person chosen, or « Créer un nouveau responsable » and link him."""
    b = bases.base(u, uai, millesime)
    msg = _lu(form)
    try:
        choisi = form.get("personne")
        personne_id = int(choisi) if choisi.isdecimal() else responsables.creer(u, b, _avec_nom(msg))
        responsables.rattacher(u, b, eleve_id, personne_id, msg)
    except Refus as refus:
        u.session.rollback()
        return _page_responsable(request, u, b, eleve_id, refus, form)
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet=responsables"), "Le responsable a été rattaché.")


def _lu(form: Champs) -> ResponsableDossierMsg:
    """What the form of a responsable says of him, and of what he is to the pupil."""
    niveau: Any = form.get("niveau", "1")
    valeurs: dict[str, Any] = {nom: form.get(nom) for nom in (*COORDONNEES, "profession", "parente")}
    valeurs |= {nom: nom in form for nom in ("heberge", "paie_frais", "percoit_aides", "prioritaire")}
    return ResponsableDossierMsg(
        cle="",
        civilite=form.get("civilite", "MME"),
        nom=(form.get("nouveau_nom") or form.get("nom")).upper(),
        nom_usage=form.get("nom_usage").upper(),
        prenom=form.get("nouveau_prenom") or form.get("prenom"),
        adresse=AdresseMsg(
            lignes=(form.get("ligne1"), form.get("ligne2")),
            code_postal=form.get("code_postal"),
            commune=form.get("commune"),
        ),
        **valeurs,
        niveau=niveau if niveau in ("1", "2", "3") else "1",
    )


@routeur.get(BASE + "/eleves/{eleve_id:int}/responsable/{personne_id:int}")
def ouvrir(request: Request, u: Lecture, uai: str, millesime: int, eleve_id: int, personne_id: int) -> Response:
    """MAJ Responsable: the fiche of a person linked to the pupil."""
    return _page_maj(request, u, bases.base(u, uai, millesime), eleve_id, personne_id)


def _page_maj(
    request: Request,
    u: Unite,
    b: BaseEleves,
    eleve_id: int,
    personne_id: int,
    refus: Refus | None = None,
    saisie: ResponsableDossierMsg | None = None,
) -> Response:
    p, lien = responsables.rattache(u, b, eleve_id, personne_id)
    return page(
        request,
        u,
        b,
        "maj_responsable.html",
        "MAJ Responsable",
        statut=refus.statut if refus else 200,
        e=fiches.eleve(u, b, eleve_id),
        p=saisie or p,
        adresse=saisie.adresse if saisie else responsables.adresse(u, b, p),
        lien_de_responsabilite=saisie or lien,
        retour=f"{request.state.base}{chemin(b, f'eleves/{eleve_id}?onglet=responsables')}",
        parentes=PARENTES,
        professions=_professions((saisie or p).profession),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


def _professions(actuelle: str) -> list[tuple[str, str]]:
    """The socio-professional categories, and what a family wrote instead, so that it is not lost."""
    codes = [(x.code, x.libelle_long) for x in pcs()]
    return codes if not actuelle or actuelle in dict(codes) else [*codes, (actuelle, actuelle)]


@routeur.post(BASE + "/eleves/{eleve_id:int}/responsable/{personne_id:int}")
def enregistrer(
    request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, personne_id: int, form: Formulaire
) -> Response:
    """« VALIDER »: the person, and what he is to the pupil."""
    b = bases.base(u, uai, millesime)
    msg = _lu(form)
    try:
        responsables.rattache(u, b, eleve_id, personne_id)
        _avec_nom(msg)
        responsables.modifier(
            u, b, personne_id, {nom: getattr(msg, nom) for nom in (*IDENTITE, *COORDONNEES, "profession", "adresse")}
        )
        responsables.rattacher(u, b, eleve_id, personne_id, msg)
    except Refus as refus:
        u.session.rollback()
        return _page_maj(request, u, b, eleve_id, personne_id, refus, msg)
    texte = "La fiche du responsable a été mise à jour."
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet=responsables"), texte)


def _avec_nom(msg: ResponsableDossierMsg) -> ResponsableDossierMsg:
    if not msg.nom or not msg.prenom:
        raise Refus(
            "Le nom et le prénom du responsable ne sont pas renseignés.",
            code="RESPONSABLE_SANS_NOM",
            remede="Sélectionnez un responsable existant, ou saisissez le nom et le prénom du nouveau.",
        )
    return msg


@routeur.post(BASE + "/eleves/{eleve_id:int}/responsable/{personne_id:int}/detachement")
def detacher(request: Request, u: Ecriture, uai: str, millesime: int, eleve_id: int, personne_id: int) -> Response:
    """Detach a person from a pupil."""
    b = bases.base(u, uai, millesime)
    responsables.detacher(u, b, eleve_id, personne_id)
    return rediriger(request, chemin(b, f"eleves/{eleve_id}?onglet=responsables"), "Le responsable a été détaché.")


@routeur.get(BASE + "/doublons-responsables")
def doublons(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Fiches élèves - Doublons responsables : Liste des responsables."""
    return _page_doublons(request, u, bases.base(u, uai, millesime))


def _page_doublons(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    groupes = responsables.doublons(u, b)
    choisi = request.query_params.get("groupe", "")
    rang = int(choisi) if choisi.isdecimal() and int(choisi) < len(groupes) else None
    return page(
        request,
        u,
        b,
        "doublons.html",
        "Fiches élèves - Doublons responsables : Liste des responsables",
        statut=refus.statut if refus else 200,
        groupes=groupes,
        rang=rang,
        choisi=Liste.depuis(request.query_params, COLONNES_DOUBLONS, groupes[rang], "nom")
        if rang is not None
        else None,
        controle=CONTROLE_REGULIER,
        adresse_msg=adresse_msg,
        conseil=CONSEILS_DOUBLONS[u.profil.bee_doublons_conseil],
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/doublons-responsables")
def fusionner(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """« MODIFIER » on a pair."""
    b = bases.base(u, uai, millesime)
    try:
        choix = [form.get(nom) for nom in ("supprimer", "remplacer")]
        if not all(c.isdecimal() for c in choix):
            raise Refus(
                "Choisissez le responsable à supprimer et celui qui le remplace.",
                code="DOUBLON_INCOMPLET",
                remede="Cochez un bouton « Supprimer » et un bouton « Remplacer », puis MODIFIER.",
            )
        responsables.fusionner(u, b, int(choix[0]), int(choix[1]))
    except Refus as refus:
        u.session.rollback()
        return _page_doublons(request, u, b, refus)
    return rediriger(request, chemin(b, "doublons-responsables"), "Le doublon a été supprimé.")
