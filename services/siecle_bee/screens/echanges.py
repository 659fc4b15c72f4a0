"""Liens élève-groupe depuis logiciel privé, and Suivi des échanges.

Source: procedures BEE-73 to BEE-98; guide 004 section 3.5.2.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Annotated, Any

from fastapi import Form, Request, UploadFile
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.causes import CAUSES
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.use_cases import bases, depots, suivi
from services.siecle_bee.use_cases.depots import LigneCompteRendu
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.anomalies import CATALOGUE, REGLES
from shared.horloge.horloge import HorlogeFixe
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Message, Tri
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_SUIVI = (
    Colonne("Date d'import", "date"),
    Colonne("Fichier", "fichier"),
    Colonne("Élèves", "eleves", nombre=True),
    Colonne("Absents", "absents", nombre=True),
)
COLONNES_ANOMALIES = (
    Colonne("Élève", "eleve"),
    Colonne("Identifiants", "identifiants"),
    Colonne("Anomalie", "anomalie"),
    Colonne("Règle", "regle"),
)


def _page_depot(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "depot_liens.html",
        "Importations - Liens élève-groupe depuis logiciel privé",
        statut=refus.statut if refus else 200,
        confirmation=depots.CONFIRMATION,
        bouton="Importer" if u.profil.habillage == "2021" else "DÉPOSER",
        attente=depots.en_attente(u, b.uai),
        netsynchro=u.profil.netsynchro,
        sans_confirmation=refus is not None and refus.code == "CONFIRMATION_REQUISE",
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get(BASE + "/importations/liens-eleve-groupe")
def page_depot(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The page of the deposit."""
    return _page_depot(request, u, bases.base(u, uai, millesime))


@routeur.post(BASE + "/importations/liens-eleve-groupe")
def deposer(
    request: Request,
    u: Ecriture,
    uai: str,
    millesime: int,
    fichier: UploadFile,
    confirme: Annotated[str, Form()] = "",
) -> Response:
    """« DÉPOSER »: analysed at once, treated in the night."""
    b = bases.base(u, uai, millesime)
    try:
        _, message = depots.deposer(u, b, fichier.filename or "", fichier.file.read(), confirme=confirme == "oui")
    except Refus as refus:
        u.session.rollback()
        return _page_depot(request, u, b, refus)
    return rediriger(request, chemin(b, "importations/liens-eleve-groupe"), message or None)


@routeur.get(BASE + "/suivi/liens-eleve-groupe")
def suivi_liens(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Suivi des échanges > Logiciel privé - Liens élève-groupe."""
    b = bases.base(u, uai, millesime)
    cles = {
        "date": lambda li: (li.date, li.depot.id),
        "fichier": lambda li: li.depot.fichier,
        "eleves": lambda li: li.depot.lus,
        "absents": lambda li: li.depot.absents,
    }
    tri = Tri.depuis(request.query_params, cles, "date", descendant=True)
    return page(
        request,
        u,
        b,
        "suivi_liens.html",
        "Suivi des échanges - Logiciel privé - Liens élève-groupe",
        colonnes=COLONNES_SUIVI,
        tri=tri,
        lignes=tri.appliquer(depots.suivi(u, b), cles),
        jour=lambda instant: HorlogeFixe(instant, u.horloge.fuseau).aujourd_hui(),
        date=u.profil.bee_suivi_date,
        attente=depots.en_attente(u, b.uai),
    )


@routeur.get(BASE + "/suivi/liens-eleve-groupe/{depot_id:int}")
def compte_rendu(request: Request, u: Lecture, uai: str, millesime: int, depot_id: int) -> Response:
    """Compte-rendu d'import des liens élève-groupe."""
    b = bases.base(u, uai, millesime)
    cr = depots.compte_rendu(u, b, depot_id)
    cles: dict[str, Callable[[LigneCompteRendu], Any]] = {
        "eleve": lambda li: cle_tri(li.eleve),
        "identifiants": lambda li: (li.eleve_id, li.id_prv),
        "anomalie": lambda li: li.anomalie,
        "regle": lambda li: li.regle,
    }
    tri = Tri.depuis(request.query_params, cles, "eleve")
    return page(
        request,
        u,
        b,
        "compte_rendu.html",
        "Suivi des échanges - Compte-rendu d'import des liens élève-groupe",
        cr=cr,
        jour=HorlogeFixe(cr.date, u.horloge.fuseau).aujourd_hui(),
        tri=tri,
        colonnes=COLONNES_ANOMALIES,
        rejetes=tri.appliquer(cr.rejetes, cles),
        anomalies=tri.appliquer(cr.anomalies, cles),
    )


@routeur.get(BASE + "/suivi/liens-eleve-groupe/{depot_id:int}/eleve/{ordre:int}")
def detail(request: Request, u: Lecture, uai: str, millesime: int, depot_id: int, ordre: int) -> Response:
    """Détail des anomalies of one pupil, in a window of its own or in the page."""
    b = bases.base(u, uai, millesime)
    cr = depots.compte_rendu(u, b, depot_id)
    ligne = next((li for li in (*cr.rejetes, *cr.anomalies) if li.details[0].ordre == ordre), None)
    if ligne is None:
        raise Inconnu("Cette ligne du compte rendu n'existe pas.", code="ANOMALIE_INCONNUE")
    return page(
        request,
        u,
        b,
        "detail_anomalies.html",
        f"Détail des anomalies : {ligne.eleve} ({ligne.identifiants})",
        ligne=ligne,
        depot_id=depot_id,
        regles=[(r, REGLES[r], list(lues)) for r, lues in groupby(ligne.details, key=lambda a: a.regle)],
        causes=CAUSES,
        remedes={a.code: CATALOGUE[a.code].remede for a in ligne.details},
    )


@routeur.get(BASE + "/suivi/structures")
def suivi_structures(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Suivi des échanges > STS Web - Structures."""
    b = bases.base(u, uai, millesime)
    return page(
        request,
        u,
        b,
        "suivi_structures.html",
        "Suivi des échanges - STS Web - Structures",
        lignes=suivi.echanges_sts(u, b),
    )


@routeur.get(BASE + "/structures")
def structures(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The divisions and groups that BEE knows, with their pupils."""
    b = bases.base(u, uai, millesime)
    return page(
        request,
        u,
        b,
        "structures.html",
        "Divisions et groupes reçus de STS-Web",
        divisions=bases.divisions(u, b),
        groupes=bases.groupes(u, b),
        effectifs=suivi.effectifs(u, b),
    )
