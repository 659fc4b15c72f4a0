"""Liens élève-groupe depuis logiciel privé, and Suivi des échanges.

Source: procedures BEE-73 to BEE-98; guide 004 section 3.5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated

from fastapi import Form, Request, UploadFile
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.causes import CAUSES
from services.siecle_bee.screens.cadre import BASE, LIGNES_DE_RAPPORT, chemin, page
from services.siecle_bee.use_cases import bases, depots, suivi
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.anomalies import CATALOGUE, REGLES
from shared.horloge.horloge import HorlogeFixe
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_SUIVI = (
    Colonne("Date d'import", "date", par=lambda li: (li.date, li.depot.id)),
    Colonne("Fichier", "fichier", par=lambda li: li.depot.fichier),
    Colonne("Élèves", "eleves", nombre=True, par=lambda li: li.depot.lus),
    Colonne("Absents", "absents", nombre=True, par=lambda li: li.depot.absents),
)
COLONNES_ANOMALIES = (
    Colonne("Élève", "eleve", par=lambda li: li.eleve),
    Colonne("Identifiants", "identifiants", par=lambda li: (li.eleve_id, li.id_prv)),
    Colonne("Anomalie", "anomalie", par=lambda li: li.anomalie),
    Colonne("Règle", "regle", par=lambda li: li.regle),
)
GENRES_STS = {"structure": "Structure", "services": "Services"}
COLONNES_STS = (
    Colonne("Reçu le", "recu", par=lambda x: (x.recu_le, x.id)),
    Colonne("Exporté le", "exporte", par=lambda x: (x.exporte_le, x.id)),
    Colonne("Contenu", "contenu", par=lambda x: GENRES_STS[x.genre]),
    Colonne("Divisions", "divisions", nombre=True, par=lambda x: x.resume.get("divisions")),
    Colonne("Groupes", "groupes", nombre=True, par=lambda x: x.resume.get("groupes")),
    Colonne("Groupes sans MEF, ignorés", "sans_mef", par=lambda x: len(x.resume.get("groupes_sans_mef", ()))),
    Colonne("Liens supprimés", "liens", nombre=True, par=lambda x: x.resume.get("liens_supprimes")),
)
_CODE = Colonne("Code", "code", par=lambda x: x.code)
_LIBELLE = Colonne("Libellé", "libelle", par=lambda x: x.libelle)
_MEF = Colonne("MEF", "mef", par=lambda x: ", ".join(x.mefs))


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
    return page(
        request,
        u,
        b,
        "suivi_liens.html",
        "Suivi des échanges - Logiciel privé - Liens élève-groupe",
        liste=Liste.depuis(request.query_params, COLONNES_SUIVI, depots.suivi(u, b), "date", descendant=True),
        jour=lambda instant: HorlogeFixe(instant, u.horloge.fuseau).aujourd_hui(),
        date=u.profil.bee_suivi_date,
        attente=depots.en_attente(u, b.uai),
    )


@routeur.get(BASE + "/suivi/liens-eleve-groupe/{depot_id:int}")
def compte_rendu(request: Request, u: Lecture, uai: str, millesime: int, depot_id: int) -> Response:
    """Compte-rendu d'import des liens élève-groupe."""
    b = bases.base(u, uai, millesime)
    cr, q = depots.compte_rendu(u, b, depot_id), request.query_params
    return page(
        request,
        u,
        b,
        "compte_rendu.html",
        "Suivi des échanges - Compte-rendu d'import des liens élève-groupe",
        cr=cr,
        jour=HorlogeFixe(cr.date, u.horloge.fuseau).aujourd_hui(),
        rejetes=Liste.depuis(q, COLONNES_ANOMALIES, cr.rejetes, "eleve", nom="rejetes", taille=LIGNES_DE_RAPPORT),
        anomalies=Liste.depuis(q, COLONNES_ANOMALIES, cr.anomalies, "eleve", taille=LIGNES_DE_RAPPORT),
    )


@routeur.get(BASE + "/suivi/liens-eleve-groupe/{depot_id:int}/eleve/{ordre:int}")
def detail(request: Request, u: Lecture, uai: str, millesime: int, depot_id: int, ordre: int) -> Response:
    """Détail des anomalies of one pupil, in a window of its own or in the page."""
    b = bases.base(u, uai, millesime)
    cr = depots.compte_rendu(u, b, depot_id, ordre)
    ligne = next(iter((*cr.rejetes, *cr.anomalies)), None)
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
        liste=Liste.depuis(request.query_params, COLONNES_STS, suivi.echanges_sts(u, b), "recu", descendant=True),
        genres=GENRES_STS,
    )


@routeur.get(BASE + "/structures")
def structures(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The divisions and groups that BEE knows, with their pupils."""
    b = bases.base(u, uai, millesime)
    effectifs = suivi.effectifs(u, b)
    prevu = Colonne("Effectif prévu", "prevu", nombre=True, par=lambda d: d.effectif_prevu)
    divisions = (_CODE, _LIBELLE, _MEF, prevu, _eleves("D", effectifs))
    de_divisions = Colonne("Divisions", "divisions", par=lambda g: ", ".join(g.divisions))
    groupes = (_CODE, _LIBELLE, _MEF, de_divisions, _eleves("G", effectifs))
    return page(
        request,
        u,
        b,
        "structures.html",
        "Divisions et groupes reçus de STS-Web",
        divisions=Liste.depuis(request.query_params, divisions, bases.divisions(u, b), "code", nom="divisions"),
        groupes=Liste.depuis(request.query_params, groupes, bases.groupes(u, b), "code", nom="groupes"),
        effectifs=effectifs,
    )


def _eleves(genre: str, effectifs: Mapping[tuple[str, str], int]) -> Colonne:
    return Colonne("Élèves", "eleves", nombre=True, par=lambda x: effectifs.get((genre, x.code), 0))
