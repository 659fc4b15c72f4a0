"""The Médiacentre (GAR): a manuel numérique follows the class or the group it was given to (ENT-20)."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import func, select

from services.ent import rules
from services.ent.models import Manuel
from services.ent.use_cases import consultation, listes
from services.ent.use_cases.projets import projet_de
from services.ent.use_cases.sql import ENTIER
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


def affecter(u: Unite, uai: str, titre: str, genre: Literal["division", "groupe"], nom: str) -> Manuel:
    """Give a manuel to a class or a group of the AAF. Raises `Inconnu` ENSEMBLE_INCONNU, `Refus` MANUEL_SANS_TITRE."""
    projet = projet_de(u, uai, verrouiller=True)
    if not titre.strip():
        raise Refus(
            "Le manuel n'a pas de titre.",
            code="MANUEL_SANS_TITRE",
            remede="Saisissez le titre sous lequel il est connu.",
        )
    listes.ensemble(u, projet.code, uai, genre, nom)
    numero = (u.session.scalar(select(func.max(Manuel.id)).where(Manuel.projet == projet.code)) or 0) + 1
    manuel = Manuel(
        id=numero,
        projet=projet.code,
        uai=uai,
        annee=projet.annee,
        titre=titre.strip(),
        genre=genre,
        nom=nom,
        ajoute_le=u.maintenant,
    )
    u.session.add(manuel)
    u.session.flush()
    u.journaliser("manuel", "Manuel numérique affecté", uai=uai, annee=projet.annee)
    return manuel


def manuels(u: Unite, uai: str) -> list[dict[str, Any]]:
    """The manuels of the school's year, and how many pupils and teachers open each."""
    projet = projet_de(u, uai)
    comptes = {
        (genre, e["nom"]): e for genre in listes.GENRES for e in consultation.ensembles(u, projet.code, genre, uai)
    }
    requete = select(Manuel).where(Manuel.uai == uai, Manuel.annee == projet.annee).order_by(Manuel.titre, Manuel.id)
    vus = []
    for m in u.session.scalars(requete):
        e = comptes.get((m.genre, m.nom), {})
        vus.append(
            {
                "id": m.id,
                "titre": m.titre,
                "genre": m.genre,
                "nom": m.nom,
                "nb_eleves": e.get("nb_eleves", 0),
                "nb_enseignants": e.get("nb_enseignants", 0),
            }
        )
    return vus


def ouvrir(u: Unite, uai: str, manuel_id: int, aaf_id: int) -> dict[str, Any]:
    """Open a manuel as a person. Raises `Inconnu` MANUEL_INCONNU, COMPTE_INCONNU, `Refus` MANUEL_REFUSE (403).

    The GAR opens it to those whom the ENT says to be in its class or group: a pupil whose link did not come through
    SIECLE is refused.
    """
    projet = projet_de(u, uai)
    manuel = u.session.get(Manuel, {"id": manuel_id, "projet": projet.code}) if abs(manuel_id) <= ENTIER else None
    if manuel is None or manuel.uai != uai:
        raise Inconnu(
            f"Le manuel n° {manuel_id} n'est pas dans le Médiacentre de l'établissement.",
            code="MANUEL_INCONNU",
            remede="La liste est sur la page Ressources.",
        )
    compte = consultation.compte(u, projet.code, aaf_id)
    if not _ouvert(compte, uai, manuel.genre, manuel.nom):
        quoi = "la classe" if manuel.genre == "division" else "le groupe"
        raise Refus(
            f"Cette ressource n'est pas ouverte à cette personne : elle n'est pas dans {quoi} « {manuel.nom} ».",
            code="MANUEL_REFUSE",
            statut=403,
            regle="ENT-20",
            remede="Déposez les liens élève-groupe dans SIECLE : 48 h après, le GAR connaît les élèves du groupe."
            if manuel.genre == "groupe"
            else "Affectez l'élève dans sa division dans SIECLE : 48 h après, le GAR la connaît.",
        )
    return {"id": manuel.id, "titre": manuel.titre, "ouvert": True}


def vus_par(u: Unite, uai: str, aaf_id: int) -> list[dict[str, Any]]:
    """The manuels of the school as a person sees them: `ouvert` or not. Raises `Inconnu` COMPTE_INCONNU."""
    compte = consultation.compte(u, projet_de(u, uai).code, aaf_id)
    return [m | {"ouvert": _ouvert(compte, uai, m["genre"], m["nom"])} for m in manuels(u, uai)]


def _ouvert(compte: dict[str, Any], uai: str, genre: str, nom: str) -> bool:
    return compte["etat"] in rules.VIVANTS and (uai, genre, nom) in compte["appartenances"]
