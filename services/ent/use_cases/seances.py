"""« Génération de séances »: the séances of the cahier de textes, made from the imported timetable (ENT-37).

The guide only names the tab: what it asks and does is ours.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, tuple_

from services.ent.models import Compte, CoursEdt, SeanceEdt
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases import import_edt
from services.ent.use_cases.projets import projet_de
from shared.contracts.refus import Refus
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

COLONNES = ("jour", "debut", "fin", "nom", "genre", "matiere", "aaf_id", "projet", "uai", "annee", "generee_le")


def generer(u: Unite, uai: str, debut: date | None = None, fin: date | None = None) -> dict[str, int]:
    """Make the séances of every course that has a teacher, between two days (by default the file's school year).

    The séances of a class or group of the timetable are made anew over these days; those of a name that it no longer
    holds stay: after a renaming, both are there (ENT-24). Gives `generees`, `retirees`, `anciennes` (of names that
    the timetable does not hold). Raises `Inconnu` UAI_INCONNU, `Refus` SANS_EMPLOI_DU_TEMPS, DATES_INVERSEES.
    """
    projet, dernier = projet_de(u, uai), import_edt.dernier(u, uai)
    if dernier is None:
        raise Refus(
            "Aucun emploi du temps n'a été importé : il n'y a pas de séance à générer.",
            code="SANS_EMPLOI_DU_TEMPS",
            statut=409,
            remede="Faites d'abord l'import : onglet Import emploi du temps.",
            regle="ENT-37",
        )
    debut, fin = max(debut or dernier.debut, dernier.debut), min(fin or dernier.fin, dernier.fin)
    if fin < debut:
        raise Refus(
            "La période choisie ne contient aucun jour de l'année scolaire de l'emploi du temps.",
            code="DATES_INVERSEES",
            remede=f"Choisissez des dates du {dernier.debut:%d/%m/%Y} au {dernier.fin:%d/%m/%Y}, la première d'abord.",
        )
    cours = u.session.scalars(
        select(CoursEdt).where(CoursEdt.uai == uai, CoursEdt.annee == projet.annee).order_by(CoursEdt.numero)
    ).all()
    ici = (SeanceEdt.uai == uai, SeanceEdt.annee == projet.annee)
    actuels = select(CoursEdt.genre, CoursEdt.nom).where(CoursEdt.uai == uai, CoursEdt.annee == projet.annee)
    cles = tuple_(SeanceEdt.genre, SeanceEdt.nom)
    avant = u.session.scalar(select(func.count()).select_from(SeanceEdt).where(*ici)) or 0
    u.session.execute(
        delete(SeanceEdt).where(*ici, SeanceEdt.jour >= debut, SeanceEdt.jour <= fin, cles.in_(actuels)),
        execution_options={"synchronize_session": False},
    )
    restent = u.session.scalar(select(func.count()).select_from(SeanceEdt).where(*ici)) or 0
    anciennes = u.session.scalar(select(func.count()).select_from(SeanceEdt).where(*ici, cles.not_in(actuels))) or 0
    lignes: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for c in cours:
        if c.aaf_id is None:
            continue
        for jour in regles.jours_du_cours(c.semaines, c.jour, dernier.semaine1, debut, fin):
            cle = (jour, c.debut, c.nom, c.genre, c.matiere, c.aaf_id)
            tete = (jour, c.debut, c.fin, c.nom, c.genre, c.matiere, c.aaf_id)
            lignes.setdefault(cle, (*tete, projet.code, uai, projet.annee, u.maintenant))
    copier(u.session, SeanceEdt, COLONNES, lignes.values())
    bilan = {"generees": len(lignes), "retirees": avant - restent, "anciennes": anciennes}
    u.journaliser(
        "seances", "Séances du cahier de textes générées", uai=uai, annee=projet.annee, nb=len(lignes), resume=bilan
    )
    return bilan


def bilan(u: Unite, uai: str) -> list[dict[str, Any]]:
    """The séances of each class and group: how many, first and last day, whether it still has courses (ENT-24)."""
    projet = projet_de(u, uai)
    actuels = {
        (genre, nom)
        for genre, nom in u.session.execute(
            select(CoursEdt.genre, CoursEdt.nom).where(CoursEdt.uai == uai, CoursEdt.annee == projet.annee).distinct()
        )
    }
    lignes = u.session.execute(
        select(
            SeanceEdt.genre, SeanceEdt.nom, func.count().label("nb"), func.min(SeanceEdt.jour), func.max(SeanceEdt.jour)
        )
        .where(SeanceEdt.uai == uai, SeanceEdt.annee == projet.annee)
        .group_by(SeanceEdt.genre, SeanceEdt.nom)
        .order_by(SeanceEdt.genre, SeanceEdt.nom)
    )
    return [
        {"genre": genre, "nom": nom, "nombre": nb, "debut": premier, "fin": dernier, "actuel": (genre, nom) in actuels}
        for genre, nom, nb, premier, dernier in lignes
    ]


def seances(
    u: Unite, uai: str, genre: str, nom: str, debut: date | None = None, fin: date | None = None, limite: int = 200
) -> list[dict[str, Any]]:
    """The séances of a class or group between two days, by day and hour, with the teacher's name."""
    projet = projet_de(u, uai)
    requete = (
        select(SeanceEdt, Compte.nom, Compte.prenom)
        .join(Compte, (Compte.projet == SeanceEdt.projet) & (Compte.aaf_id == SeanceEdt.aaf_id))
        .where(SeanceEdt.uai == uai, SeanceEdt.annee == projet.annee, SeanceEdt.genre == genre, SeanceEdt.nom == nom)
        .order_by(SeanceEdt.jour, SeanceEdt.debut, SeanceEdt.matiere, SeanceEdt.aaf_id)
        .limit(limite)
    )
    if debut is not None:
        requete = requete.where(SeanceEdt.jour >= debut)
    if fin is not None:
        requete = requete.where(SeanceEdt.jour <= fin)
    return [
        {
            "jour": s.jour,
            "debut": s.debut,
            "fin": s.fin,
            "matiere": s.matiere,
            "enseignant": f"{prenom} {nom_prof}".strip(),
            "aaf_id": s.aaf_id,
        }
        for s, nom_prof, prenom in u.session.execute(requete)
    ]
