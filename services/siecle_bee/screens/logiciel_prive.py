"""Importations > Dossiers depuis logiciel privé; Suivi des échanges > Logiciel privé - Dossiers, Océan - Diplômes.

Source: procedures BEE-06, BEE-38, BEE-39; SIECLE reference, section 10.
"""

from __future__ import annotations

from fastapi import Request, UploadFile
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, LIGNES_DE_RAPPORT, chemin, page
from services.siecle_bee.use_cases import bases, dossiers_prives
from services.siecle_bee.use_cases.jugement_dossiers import SECTIONS
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message
from shared.screens.pages import rediriger

routeur = Routeur()

ADRESSE = "importations/dossiers-prives"
TITRE = "Importations - Dossiers depuis logiciel privé - Importer dossiers élèves depuis un logiciel privé"
ANNONCE = (
    "L'import des fiches élèves depuis un logiciel privé peut se faire de deux manières: manuelle et automatique. "
    "Veuillez donc privilégier le mode automatique via NetSynchro afin de bénéficier d'un traitement plus rapide."
)


def _compte(titre: str, nom: str) -> Colonne:
    return Colonne(titre, nom, nombre=True, par=lambda d: d.resume.get(nom, 0))


COLONNES = (
    Colonne("Date d'import", "date", par=lambda d: (d.traite_le, d.id)),
    Colonne("Fichier", "fichier", par=lambda d: d.fichier),
    _compte("Personnes", "personnes"),
    _compte("Élèves", "eleves"),
    _compte("Rejetés", "ele_rej"),
    _compte("Absents", "ele_abs"),
)
COLONNES_ARRIVEES = (
    Colonne("Reçus le", "recu", par=lambda a: (a.recu_le, a.origine, a.detail)),
    Colonne("Par", "par", par=lambda a: dossiers_prives.ORIGINES[a.origine]),
    Colonne("Envoi", "envoi", par=lambda a: a.detail),
    Colonne("Dossiers", "dossiers", nombre=True, par=lambda a: a.dossiers),
    Colonne("En attente", "attente", nombre=True, par=lambda a: a.en_attente),
    Colonne("Importés", "importes", nombre=True, par=lambda a: a.importes),
    Colonne("Écartés", "supprimes", nombre=True, par=lambda a: a.supprimes),
    Colonne("État", "etat", par=lambda a: a.etat),
)
COLONNES_RAPPORT = (
    Colonne("Nom", "nom", par=lambda li: li.nom),
    Colonne("Identifiants", "identifiants", par=lambda li: (li.identifiant, li.id_prv)),
    Colonne("Règle", "regle", par=lambda li: li.regle),
    Colonne("Détail", "detail", par=lambda li: li.phrase),
)
TITRES_OCEAN = ("Reçu le", "Session", "Diplôme", "Candidats", "Diplômes délivrés")


def _page_depot(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "depot_dossiers.html",
        TITRE,
        statut=refus.statut if refus else 200,
        annonce=ANNONCE,
        prive=bases.fiche_etablissement(u, b.uai).secteur == "PR",
        attente=dossiers_prives.en_attente(u, b.uai),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(BASE + "/" + ADRESSE)
def page_depot(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The page of the deposit."""
    return _page_depot(request, u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/" + ADRESSE)
def deposer(request: Request, u: Ecriture, uai: str, millesime: int, fichier: UploadFile) -> Response:
    """« DÉPOSER »: analysed at once, treated in the night."""
    b = bases.base(u, uai, millesime)
    try:
        _, message = dossiers_prives.deposer(u, b, fichier.filename or "", fichier.file.read())
    except Refus as refus:
        u.session.rollback()
        return _page_depot(request, u, b, refus)
    return rediriger(request, chemin(b, ADRESSE), message)


@routeur.get(BASE + "/suivi/dossiers-prives")
def suivi(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Suivi des échanges > Logiciel privé - Dossiers."""
    b = bases.base(u, uai, millesime)
    return page(
        request,
        u,
        b,
        "suivi_dossiers.html",
        "Suivi des échanges - Logiciel privé - Dossiers",
        liste=Liste.depuis(request.query_params, COLONNES, dossiers_prives.suivi(u, b), "date", descendant=True),
        attente=dossiers_prives.en_attente(u, b.uai),
        arrivees=Liste.depuis(
            request.query_params,
            COLONNES_ARRIVEES,
            dossiers_prives.arrivees(u, b),
            "recu",
            descendant=True,
            nom="arrivees",
        ),
        origines=dossiers_prives.ORIGINES,
    )


@routeur.get(BASE + "/suivi/dossiers-prives/{depot_id:int}")
def compte_rendu(request: Request, u: Lecture, uai: str, millesime: int, depot_id: int) -> Response:
    """The report of a deposit, section by section."""
    b = bases.base(u, uai, millesime)
    depot, sections = dossiers_prives.compte_rendu(u, b, depot_id)
    return page(
        request,
        u,
        b,
        "compte_rendu_dossiers.html",
        "Suivi des échanges - Compte-rendu d'import des dossiers",
        depot=depot,
        sections=[
            (
                code,
                titre,
                Liste.depuis(
                    request.query_params,
                    COLONNES_RAPPORT,
                    sections.get(code, []),
                    "nom",
                    nom=code.lower(),
                    taille=LIGNES_DE_RAPPORT,
                ),
            )
            for code, titre in SECTIONS.items()
        ],
    )


@routeur.get(BASE + "/suivi/ocean")
def ocean(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Suivi des échanges > Océan - Diplômes: nothing comes from Océan here."""
    b = bases.base(u, uai, millesime)
    return page(request, u, b, "suivi_ocean.html", "Suivi des échanges - Océan - Diplômes", colonnes=TITRES_OCEAN)
