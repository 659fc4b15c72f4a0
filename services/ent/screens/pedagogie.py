"""Cahier de textes, Rubriques, « Mes classes, mes groupes »: the same classes and groups (ENT-23)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from services.ent import rules
from services.ent.screens.cadre import BASE, page
from services.ent.screens.vie_scolaire import JOURS
from services.ent.use_cases import consultation, listes, mediacentre, projets, seances, vie_scolaire
from shared.http.dependances import Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(BASE + "/cahier-de-textes")
def cahier_de_textes(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The cahiers de textes that exist: one per class or group, teacher and matière."""
    projet = projets.projet_de(u, uai)
    cahiers = [
        {"genre": listes.GENRES[genre], "ensemble": e["nom"], "declare": e["declare"], **enseignant}
        for genre in ("division", "groupe")
        for e in consultation.avec_membres(u, projet.code, genre, uai)
        for enseignant in e["enseignants"]
    ]
    return page(
        request,
        u,
        uai,
        annee,
        "cahier_de_textes.html",
        "Cahier de textes",
        projet=projet,
        cahiers=cahiers,
        seances=seances.bilan(u, uai),
        genres=listes.GENRES,
    )


@routeur.get(BASE + "/classes")
def rubriques(request: Request, u: Lecture, uai: str, annee: int, nom: str | None = None) -> Response:
    """Rubriques classes: the list, or the space of one class."""
    return _espace(request, u, uai, annee, "division", nom, "Rubriques classes", ())


@routeur.get(BASE + "/groupes")
def groupes(request: Request, u: Lecture, uai: str, annee: int, nom: str | None = None) -> Response:
    """Administration > Groupes: the groupes d'enseignement, or one with its members."""
    return _espace(request, u, uai, annee, "groupe", nom, "Groupes", ("Administration",))


def _espace(
    request: Request, u: Lecture, uai: str, annee: int, genre: str, nom: str | None, titre: str, fil: tuple[str, ...]
) -> Response:
    projet = projets.projet_de(u, uai)
    if nom is None:
        lignes = consultation.ensembles(u, projet.code, genre, uai)
        edt = vie_scolaire.groupes_pilotes(u, uai) if genre == "groupe" else []
        return page(
            request,
            u,
            uai,
            annee,
            "ensembles.html",
            titre,
            fil=fil,
            projet=projet,
            genre=genre,
            lignes=lignes,
            niveaux=consultation.niveaux(u, projet),
            edt=edt,
            profils=listes.groupes_de_profil(u, projet.code, uai) if genre == "groupe" else [],
        )
    un = listes.ensemble(u, projet.code, uai, genre, nom)
    nom_page = f"{listes.GENRES[genre]} {nom}"
    return page(
        request, u, uai, annee, "ensemble.html", nom_page, fil=(*fil, titre), projet=projet, genre=genre, ensemble=un
    )


@routeur.get(BASE + "/vue")
def choisir_vue(
    request: Request, u: Lecture, uai: str, annee: int, q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """« Mes classes, mes groupes »: choose whose eyes to look through."""
    projet = projets.projet_de(u, uai)
    lignes = consultation.comptes(u, projet.code, uai=uai, q=q, limite=20)[1] if q.strip() else []
    return page(
        request,
        u,
        uai,
        annee,
        "choix_vue.html",
        "Mes classes, mes groupes",
        fil=("Pédagogie",),
        projet=projet,
        q=q,
        lignes=[x for x in lignes if x["etat"] in rules.VIVANTS],
        profils=rules.LIBELLES_PROFIL,
    )


@routeur.get(BASE + "/vue/{aaf_id:int}")
def voir_comme(request: Request, u: Lecture, uai: str, annee: int, aaf_id: int) -> Response:
    """« Mes classes, mes groupes » as this person sees it."""
    projet = projets.projet_de(u, uai)
    compte = consultation.compte(u, projet.code, aaf_id)
    return page(
        request,
        u,
        uai,
        annee,
        "vue.html",
        "Mes classes, mes groupes",
        fil=("Pédagogie",),
        projet=projet,
        compte=compte,
        ecoles=projet.degre == rules.PREMIER_DEGRE,
        vues=listes.vue(u, projet.code, aaf_id, uai),
        cours=vie_scolaire.cours(u, uai, aaf_id=aaf_id) if compte["profil"] != "responsable" else [],
        jours=JOURS,
        manuels=mediacentre.vus_par(u, uai, aaf_id),
        profils=rules.LIBELLES_PROFIL,
    )
