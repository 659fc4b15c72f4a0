"""Pédagogie > Gestion emploi du temps: the assistant, later imports, import automatisé (ENT-25 to ENT-38)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from services.ent.rules import emploi_du_temps as regles
from services.ent.screens.cadre import BASE, chemin, page
from services.ent.use_cases import automatise, consultation, import_edt, projets, vie_scolaire
from services.ent.use_cases.import_edt import Reponses
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Entree, Message
from shared.screens.pages import rediriger

routeur = Routeur()

GESTION = "gestion-emploi-du-temps"
ICI = BASE + f"/{GESTION}"
TITRE = "Gestion emploi du temps"
ASSISTANT = "Assistant d'import d'emploi du temps"
ONGLETS = (
    ("Synthèse vie scolaire", ""),
    ("Import emploi du temps", "/import"),
    ("Import automatisé", "/import-automatise"),
    ("Génération de séances", "/seances"),
)


def gestion(
    request: Request, u: Unite, uai: str, annee: int, gabarit: str, onglet: str, statut: int = 200, **contexte: Any
) -> Response:
    """A page of the four tabs; `onglet` is the one that is lit."""
    racine = f"{request.state.base}{chemin(uai, annee, GESTION)}"
    onglets = [Entree(libelle, f"{racine}{suite}", courant=suite == onglet) for libelle, suite in ONGLETS]
    return page(
        request,
        u,
        uai,
        annee,
        gabarit,
        TITRE,
        statut,
        fil=("Pédagogie",),
        ici="Données emploi du temps",
        onglets=onglets,
        racine=racine,
        **contexte,
    )


@routeur.get(ICI)
def synthese(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Synthèse vie scolaire »."""
    return gestion(
        request,
        u,
        uai,
        annee,
        "synthese_edt.html",
        "",
        ensembles=vie_scolaire.synthese(u, uai),
        imports=import_edt.imports(u, uai),
        origines=import_edt.LIBELLES_ORIGINE,
    )


@routeur.get(ICI + "/import")
def page_import(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Import emploi du temps »: the assistant at first, then the settings of the last import (ENT-34)."""
    return _page_import(request, u, uai, annee)


def _page_import(request: Request, u: Unite, uai: str, annee: int, refus: Refus | None = None) -> Response:
    connu = import_edt.reglage(u, uai)
    return gestion(
        request,
        u,
        uai,
        annee,
        "import_edt.html",
        "/import",
        refus.statut if refus else 200,
        reglage=connu,
        pilotage=regles.pilotage(connu.option) if connu else None,
        textes=regles,
        messages=_messages(refus),
    )


@routeur.get(ICI + "/assistant")
def assistant(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """What the assistant does, « Quitter », « Lancer l'assistant » (ENT-28)."""
    return _assistant(request, u, uai, annee, "assistant_edt.html")


@routeur.get(ICI + "/assistant/questions")
def questions(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    groupes: str = "",
    peuplement: str = "",
    agricole: str = "non",
) -> Response:
    """The questions, with the answers given before (ENT-29)."""
    connu = import_edt.reglage(u, uai)
    if connu is not None and not groupes:
        groupes, peuplement, agricole = connu.groupes_crees, connu.peuplement, "oui" if connu.agricole else "non"
    saisie = {"groupes": groupes, "peuplement": peuplement, "agricole": agricole}
    return _assistant(request, u, uai, annee, "questions_edt.html", saisie=saisie, questions=regles.QUESTIONS)


@routeur.get(ICI + "/assistant/recapitulatif")
def recapitulatif(
    request: Request,
    u: Lecture,
    uai: str,
    annee: int,
    groupes: str = "",
    peuplement: str = "",
    logiciel: str = regles.LOGICIELS[0],
    version: str = regles.VERSIONS[0],
    agricole: str = "non",
) -> Response:
    """« Récapitulatif » and the file (ENT-30 to ENT-33); questions without an answer are asked again."""
    reponses = Reponses(groupes, peuplement, logiciel, version, agricole)
    try:
        return _recapitulatif(request, u, uai, annee, reponses)
    except Refus as refus:
        saisie = {"groupes": groupes, "peuplement": peuplement, "agricole": agricole}
        return _assistant(
            request,
            u,
            uai,
            annee,
            "questions_edt.html",
            refus.statut,
            saisie=saisie,
            questions=regles.QUESTIONS,
            messages=_messages(refus),
        )


def _recapitulatif(
    request: Request, u: Unite, uai: str, annee: int, reponses: Reponses, refus: Refus | None = None
) -> Response:
    return _assistant(
        request,
        u,
        uai,
        annee,
        "recapitulatif_edt.html",
        refus.statut if refus else 200,
        reponses=reponses,
        pilotage=reponses.pilotage(),
        textes=regles,
        messages=_messages(refus),
    )


def _assistant(
    request: Request, u: Unite, uai: str, annee: int, gabarit: str, statut: int = 200, **contexte: Any
) -> Response:
    projets.projet_de(u, uai)
    return page(
        request,
        u,
        uai,
        annee,
        gabarit,
        ASSISTANT,
        statut,
        fil=("Pédagogie", TITRE),
        ici=f"Données emploi du temps > {ASSISTANT}",
        racine=f"{request.state.base}{chemin(uai, annee, GESTION)}",
        texte=regles.ASSISTANT,
        **contexte,
    )


def _messages(refus: Refus | None) -> list[Message]:
    return [Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else []


@routeur.post(ICI + "/import")
def importer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: Annotated[UploadFile, File()],
    groupes: Annotated[str, Form()] = "",
    peuplement: Annotated[str, Form()] = "",
    logiciel: Annotated[str, Form()] = regles.LOGICIELS[0],
    version: Annotated[str, Form()] = regles.VERSIONS[0],
    agricole: Annotated[str, Form()] = "non",
) -> Response:
    """Take the file in and show the report; a refusal comes back on the page that asked for it."""
    reponses = Reponses(groupes, peuplement, logiciel, version, agricole) if groupes or peuplement else None
    try:
        fait = import_edt.importer(u, uai, fichier.file, fichier.filename or "EDT.xml", reponses)
    except Refus as refus:
        u.session.rollback()
        if reponses is None or refus.code == "REPONSE_INCONNUE":
            return _page_import(request, u, uai, annee, refus)
        return _recapitulatif(request, u, uai, annee, reponses, refus)
    return rediriger(request, chemin(uai, annee, f"{GESTION}/imports/{fait.numero}"), "L'emploi du temps est importé.")


@routeur.get(ICI + "/imports/{numero:int}")
def rapport(request: Request, u: Lecture, uai: str, annee: int, numero: int) -> Response:
    """What an import brought, and what it did not match (ENT-27)."""
    fait = import_edt.un_import(u, uai, numero)
    return gestion(
        request,
        u,
        uai,
        annee,
        "rapport_edt.html",
        "",
        fait=fait,
        ecarts=import_edt.ecarts(u, fait),
        pilotage=regles.pilotage(fait.option),
        origines=import_edt.LIBELLES_ORIGINE,
    )


@routeur.get(ICI + "/import-automatise")
def import_automatise(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Who is authorised (ENT-38)."""
    return _page_automatise(request, u, uai, annee)


def _page_automatise(request: Request, u: Unite, uai: str, annee: int, refus: Refus | None = None) -> Response:
    fait, projet = automatise.acces(u, uai), projets.projet_de(u, uai)
    recus = [i for i in import_edt.imports(u, uai) if i.origine == "automatique"]
    return gestion(
        request,
        u,
        uai,
        annee,
        "import_automatise.html",
        "/import-automatise",
        refus.statut if refus else 200,
        autorisation=fait,
        autorise=consultation.compte(u, projet.code, fait.aaf_id) if fait else None,
        candidats=automatise.candidats(u, uai),
        recus=recus,
        messages=_messages(refus),
    )


@routeur.post(ICI + "/import-automatise")
def autoriser(request: Request, u: Ecriture, uai: str, annee: int, aaf_id: Annotated[int, Form()]) -> Response:
    """Declare the authorised user."""
    try:
        automatise.declarer(u, uai, aaf_id)
    except Refus as refus:
        u.session.rollback()
        return _page_automatise(request, u, uai, annee, refus)
    message = "L'utilisateur est autorisé : il a reçu l'URL dans sa messagerie."
    return rediriger(request, chemin(uai, annee, f"{GESTION}/import-automatise"), message)


@routeur.post(ICI + "/import-automatise/retrait")
def retirer(request: Request, u: Ecriture, uai: str, annee: int) -> Response:
    """Nobody is authorised any more."""
    automatise.retirer(u, uai)
    message = "L'autorisation est retirée : l'URL ne vaut plus."
    return rediriger(request, chemin(uai, annee, f"{GESTION}/import-automatise"), message)
