"""The vie scolaire data that the timetable brought: classes, groups and their members, courses (ENT-31 to ENT-33)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from services.ent import models, rules
from services.ent.models import Compte, CoursEdt, EnsembleEdt, MembreEdt, SeanceEdt
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases import consultation
from services.ent.use_cases.projets import projet_de
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

RETIRE = "retire"
"""Origin of a member who was taken out by hand: the next import puts her back (ENT-35)."""


def synthese(u: Unite, uai: str) -> list[dict[str, Any]]:
    """« Synthèse vie scolaire »: classes then groups, with their pupils, teachers, courses a week, séances.

    `a_la_main`: how many members were added or removed since the last import. Raises `Inconnu` UAI_INCONNU.
    """
    projet = projet_de(u, uai)
    membres = {
        (x.genre, x.nom): x
        for x in u.session.execute(
            select(
                MembreEdt.genre,
                MembreEdt.nom,
                _nombre(MembreEdt.role == "eleve").label("eleves"),
                _nombre(MembreEdt.role == "enseignant").label("enseignants"),
                func.count(case((MembreEdt.origine != "import", 1))).label("a_la_main"),
            )
            .join(Compte, _vivant())
            .where(MembreEdt.uai == uai, MembreEdt.annee == projet.annee)
            .group_by(MembreEdt.genre, MembreEdt.nom)
        )
    }
    comptes: dict[str, dict[tuple[str, str], int]] = {}
    for quoi, table in (("cours", CoursEdt), ("seances", SeanceEdt)):
        lignes = u.session.execute(
            select(table.genre, table.nom, func.count())
            .where(table.uai == uai, table.annee == projet.annee)
            .group_by(table.genre, table.nom)
        )
        comptes[quoi] = {(genre, nom): nombre for genre, nom, nombre in lignes}
    ensembles = u.session.scalars(
        select(EnsembleEdt)
        .where(EnsembleEdt.uai == uai, EnsembleEdt.annee == projet.annee)
        .order_by(EnsembleEdt.genre, EnsembleEdt.nom)
    )
    vues = []
    for e in ensembles:
        cle = (e.genre, e.nom)
        m = membres.get(cle)
        vues.append(
            {
                "genre": e.genre,
                "nom": e.nom,
                "pilote": e.pilote,
                "divisions": e.divisions,
                "nb_eleves": m.eleves if m else 0,
                "nb_enseignants": m.enseignants if m else 0,
                "a_la_main": m.a_la_main if m else 0,
                "nb_cours": comptes["cours"].get(cle, 0),
                "nb_seances": comptes["seances"].get(cle, 0),
            }
        )
    return vues


def _nombre(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(condition, MembreEdt.origine != RETIRE), 1)))


def _vivant() -> ColumnElement[bool]:
    return and_(Compte.projet == MembreEdt.projet, Compte.aaf_id == MembreEdt.aaf_id, Compte.etat.in_(regles.VIVANTS))


def groupes_pilotes(u: Unite, uai: str) -> list[dict[str, Any]]:
    """The groups that the ENT made from the timetable, beside those of the AAF (ENT-31)."""
    return [e for e in synthese(u, uai) if e["genre"] == "groupe" and e["pilote"] == "edt"]


def ensemble(u: Unite, uai: str, genre: str, nom: str) -> dict[str, Any]:
    """One class or group of the timetable: members by name and courses of the week.

    Raises `Inconnu` ENSEMBLE_EDT_INCONNU.
    """
    projet = projet_de(u, uai)
    e = _trouver(u, projet, uai, genre, nom)
    lignes = u.session.execute(
        select(
            MembreEdt.role, MembreEdt.origine, MembreEdt.depuis, Compte.aaf_id, Compte.nom, Compte.prenom, Compte.login
        )
        .join(Compte, _vivant())
        .where(
            MembreEdt.uai == uai,
            MembreEdt.annee == projet.annee,
            MembreEdt.genre == genre,
            MembreEdt.nom == nom,
            MembreEdt.origine != RETIRE,
        )
        .order_by(Compte.cle_tri, Compte.aaf_id)
    ).mappings()
    par_role: dict[str, list[dict[str, Any]]] = {"eleve": [], "enseignant": []}
    for ligne in lignes:
        personne = dict(ligne)
        par_role[personne.pop("role")].append(personne)
    return {
        "genre": genre,
        "nom": nom,
        "pilote": e.pilote,
        "divisions": e.divisions,
        "eleves": par_role["eleve"],
        "enseignants": par_role["enseignant"],
        "cours": cours(u, uai, genre=genre, nom=nom),
    }


def eleves_de(u: Unite, uai: str, classe: str) -> list[dict[str, Any]]:
    """The pupils of a class of the annuaire, by name: those whom a teacher may put in his groups."""
    membres = consultation.membres(u, projet_de(u, uai).code, "division", uai, classe).get((uai, classe), [])
    return [m for m in membres if m["role"] == "eleve"]


def cours(u: Unite, uai: str, *, genre: str = "", nom: str = "", aaf_id: int | None = None) -> list[dict[str, Any]]:
    """Courses of the week by day and hour: of a class or group (`genre`, `nom`), or of a person (`aaf_id`).

    A pupil's are those of her classes and groups, as the timetable and the AAF know them. Raises `Inconnu`.
    """
    projet = projet_de(u, uai)
    requete = select(CoursEdt).where(CoursEdt.uai == uai, CoursEdt.annee == projet.annee)
    if genre:
        requete = requete.where(CoursEdt.genre == genre, CoursEdt.nom == nom)
    if aaf_id is not None:
        requete = requete.where(or_(CoursEdt.aaf_id == aaf_id, *_publics_de(u, projet, uai, aaf_id)))
    requete = requete.order_by(CoursEdt.jour, CoursEdt.debut, CoursEdt.genre, CoursEdt.nom, CoursEdt.numero)
    return [
        {
            "jour": c.jour,
            "debut": c.debut,
            "fin": c.fin,
            "matiere": c.matiere,
            "genre": c.genre,
            "nom": c.nom,
            "enseignant": c.enseignant,
            "aaf_id": c.aaf_id,
            "nb_semaines": c.semaines.bit_count(),
        }
        for c in u.session.scalars(requete)
    ]


def _publics_de(u: Unite, projet: models.Projet, uai: str, aaf_id: int) -> list[ColumnElement[bool]]:
    """What selects the courses of the classes and groups that a pupil is in."""
    compte = consultation.compte(u, projet.code, aaf_id)
    if compte["profil"] != "eleve":
        return []
    publics = {("division", nom) for nom in compte["classes"]} | {("groupe", nom) for nom in compte["groupes"]}
    publics |= {
        (genre, nom)
        for genre, nom in u.session.execute(
            select(MembreEdt.genre, MembreEdt.nom).where(
                MembreEdt.uai == uai,
                MembreEdt.annee == projet.annee,
                MembreEdt.aaf_id == aaf_id,
                MembreEdt.role == "eleve",
                MembreEdt.origine != RETIRE,
            )
        )
    }
    return [and_(CoursEdt.genre == genre, CoursEdt.nom == nom) for genre, nom in sorted(publics)]


# --- members by hand -----------------------------------------------------------------------------------------------


def peupler(u: Unite, uai: str, groupe: str, enseignant: int, eleves: Iterable[int]) -> int:
    """A teacher puts pupils in a group to which he belongs (ENT-32); how many are new. The next import forgets them.

    Raises `Inconnu` ENSEMBLE_EDT_INCONNU, COMPTE_INCONNU, `Refus` GROUPE_DE_L_ANNUAIRE, PAS_DANS_LE_GROUPE,
    PAS_UN_ELEVE.
    """
    projet, voulus = _autoriser(u, uai, groupe, enseignant, eleves)
    ajoutes = 0
    for aaf_id in voulus:
        cle = _cle(uai, projet.annee, groupe, aaf_id)
        membre = u.session.get(MembreEdt, cle)
        if membre is None:
            u.session.add(MembreEdt(**cle, projet=projet.code, origine="main", depuis=u.maintenant))
        elif membre.origine == RETIRE:
            membre.origine = "import"
        else:
            continue
        ajoutes += 1
    _noter(u, uai, projet.annee, "Élèves ajoutés à la main dans un groupe", ajoutes)
    return ajoutes


def depeupler(u: Unite, uai: str, groupe: str, enseignant: int, eleves: Iterable[int]) -> int:
    """A teacher takes pupils out of a group of his; how many left. The next import puts back those of EDT.

    Raises as `peupler`.
    """
    projet, voulus = _autoriser(u, uai, groupe, enseignant, eleves)
    retires = 0
    for aaf_id in voulus:
        membre = u.session.get(MembreEdt, _cle(uai, projet.annee, groupe, aaf_id))
        if membre is None or membre.origine == RETIRE:
            continue
        if membre.origine == "main":
            u.session.delete(membre)
        else:
            membre.origine = RETIRE
        retires += 1
    _noter(u, uai, projet.annee, "Élèves retirés à la main d'un groupe", retires)
    return retires


def _autoriser(
    u: Unite, uai: str, groupe: str, enseignant: int, eleves: Iterable[int]
) -> tuple[models.Projet, list[int]]:
    projet = projet_de(u, uai)
    if _trouver(u, projet, uai, "groupe", groupe).pilote != "edt":
        raise Refus(
            f"Le groupe « {groupe} » vient de l'annuaire : l'AAF seul le tient à jour.",
            code="GROUPE_DE_L_ANNUAIRE",
            statut=409,
            regle="ENT-21",
            remede="Inscrivez les élèves dans EDT, exportez les liens vers SIECLE, puis attendez 48 h.",
        )
    professeur = consultation.compte(u, projet.code, enseignant)["aaf_id"]
    if u.session.get(MembreEdt, _cle(uai, projet.annee, groupe, professeur, "enseignant")) is None:
        raise Refus(
            f"Cet enseignant n'appartient pas au groupe « {groupe} » : il ne peut pas le peupler.",
            code="PAS_DANS_LE_GROUPE",
            statut=403,
            regle="ENT-32",
            remede="Choisissez un enseignant du groupe, ou corrigez les services dans EDT.",
        )
    voulus = sorted(set(eleves))
    for aaf_id in voulus:
        compte = consultation.compte(u, projet.code, aaf_id)
        ecoles = {e["uai"] for e in compte["etablissements"]}
        if compte["profil"] != "eleve" or compte["etat"] not in rules.VIVANTS or uai not in ecoles:
            raise Refus(
                f"Le compte n° {aaf_id} n'est pas celui d'un élève de l'établissement.",
                code="PAS_UN_ELEVE",
                regle="ENT-32",
                remede="Choisissez des élèves dont le compte est ouvert dans l'établissement.",
            )
    return projet, voulus


def _cle(uai: str, annee: int, groupe: str, aaf_id: int, role: str = "eleve") -> dict[str, Any]:
    return {"aaf_id": aaf_id, "nom": groupe, "genre": "groupe", "role": role, "uai": uai, "annee": annee}


def _trouver(u: Unite, projet: models.Projet, uai: str, genre: str, nom: str) -> EnsembleEdt:
    trouve = u.session.get(EnsembleEdt, {"nom": nom, "genre": genre, "uai": uai, "annee": projet.annee})
    if trouve is None:
        raise Inconnu(
            f"{'Le groupe' if genre == 'groupe' else 'La classe'} « {nom[:40]} » n'est pas dans l'emploi du temps "
            "importé.",
            code="ENSEMBLE_EDT_INCONNU",
            remede="Importez l'emploi du temps : Pédagogie > Gestion emploi du temps > Import emploi du temps.",
        )
    return trouve


def _noter(u: Unite, uai: str, annee: int, libelle: str, nombre: int) -> None:
    u.session.flush()
    u.journaliser("peuplement_edt", libelle, uai=uai, annee=annee, nb=nombre)
