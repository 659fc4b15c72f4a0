"""Administration > Comptes: search, one account, the fichier des identifiants."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from services.ent import rules
from services.ent.screens.cadre import BASE, page
from services.ent.traces import FAITS
from services.ent.use_cases import consultation, cycle, identifiants, projets, rapprochement_comptes
from shared.formats.rapprochement_comptes import LIBELLES
from shared.http.dependances import Lecture
from shared.http.fichiers import en_piece_jointe
from shared.http.routes import Routeur
from shared.screens.composants import Pagination

routeur = Routeur()

PAR_PAGE = 50
Profil = Literal["", "eleve", "responsable", "enseignant", "autre", "invite"]
Etat = Literal["", "a_activer", "actif", "desactive", "purge"]


@routeur.get(BASE + "/comptes")
def lister(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    q: Annotated[str, Query(max_length=100)] = "",
    profil: Profil = "",
    etat: Etat = "",
) -> Response:
    """Comptes: by name, profile, state."""
    projet = projets.projet_de(u, uai)
    choix = (profil or None, uai, q, etat or None)
    total, _ = consultation.comptes(u, projet.code, *choix, limite=1)
    pages = Pagination.depuis(request.query_params, total, PAR_PAGE)
    _, lignes = consultation.comptes(u, projet.code, *choix, limite=PAR_PAGE, debut=pages.debut)
    return page(
        request,
        u,
        uai,
        annee,
        "comptes.html",
        "Comptes",
        fil=("Administration",),
        projet=projet,
        lignes=lignes,
        pages=pages,
        q=q,
        profil=profil,
        etat=etat,
        profils=rules.LIBELLES_PROFIL,
        etats=rules.LIBELLES_ETAT,
        fichiers=list(LIBELLES.items()),
    )


@routeur.get(BASE + "/comptes/identifiants.csv")
def telecharger(u: Lecture, uai: str, annee: int, profil: Profil = "") -> Response:
    """The fichier des identifiants (ENT-04)."""
    projet = projets.projet_de(u, uai)
    nom = identifiants.nom_fichier(u, projet.code, uai)
    return en_piece_jointe(nom, "text/csv; charset=utf-8", identifiants.fichier(u, projet.code, uai, profil or None))


@routeur.get(BASE + "/comptes/rapprochement")
def telecharger_rapprochement(u: Lecture, uai: str, annee: int, type_fichier: str) -> Response:
    """The account-matching file of a product."""
    projet = projets.projet_de(u, uai)
    return en_piece_jointe(*rapprochement_comptes.fichier(u, projet.code, uai, type_fichier))


@routeur.get(BASE + "/comptes/{aaf_id:int}")
def un_compte(request: Request, u: Lecture, uai: str, annee: int, aaf_id: int) -> Response:
    """One account: identity, state, classes and groups, links, history."""
    projet = projets.projet_de(u, uai)
    compte = consultation.compte(u, projet.code, aaf_id)
    return page(
        request,
        u,
        uai,
        annee,
        "compte.html",
        f"{compte['nom']} {compte['prenom']}".strip() or f"Compte supprimé n° {aaf_id}",
        fil=("Administration", "Comptes"),
        projet=projet,
        compte=compte,
        liens=consultation.liens(u, projet.code, aaf_id),
        types=rules.LIBELLES_LIEN,
        historique=[(e.instant, FAITS[e.genre], e.import_id) for e in consultation.historique(u, projet.code, aaf_id)],
        homonymes=consultation.homonymes(u, projet.code, aaf_id),
        desactivation=rules.jour_purge(compte["absent_le"], projet.desactivation_jours, u.horloge.fuseau)
        if compte["absent_le"]
        else None,
        purge=rules.jour_purge(compte["desactive_le"], cycle.delai_purge(u, projet), u.horloge.fuseau)
        if compte["etat"] == "desactive"
        else None,
        profils=rules.LIBELLES_PROFIL,
        etats=rules.LIBELLES_ETAT,
    )
