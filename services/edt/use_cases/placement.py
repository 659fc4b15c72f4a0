"""The timetable of a base: placing it, reading it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import delete, select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, groupes, professeurs, resoluteur
from shared.contracts.refus import Inconnu
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite

Methode = Literal["placement", "resoluteur"]
"""« Placement » > « Lancer un placement automatique », or « Résoluteur »."""


def placer(u: Unite, uai: str, annee: int, methode: Methode = "placement") -> dict[str, Any]:
    """Place every service: nobody in two places. What finds no room is listed and stays without a course.

    `methode`: the placement built in, or OR-tools' search from there. Raises `Inconnu` BASE_INCONNUE, `Refus`
    RESOLUTEUR_ABSENT.
    """
    bases.trouver(u, uai, annee)
    if methode == "resoluteur":
        resoluteur.exiger()
    pieces = rules.decouper(rules.former_blocs(_a_servir(u, uai, annee)))
    creneaux = rules.placer(pieces)
    if methode == "resoluteur":
        creneaux = resoluteur.resoudre(pieces, creneaux)
    places, restants = rules.rendre(pieces, creneaux)
    u.session.execute(delete(m.Cours).where(m.Cours.uai == uai, m.Cours.annee == annee))
    lignes = [
        {
            "uai": uai,
            "annee": annee,
            "numero": numero,
            "structure": p.service[0],
            "matiere": p.service[1],
            "modalite": p.service[2],
            "alternance": p.alternance,
            "jour": p.jour,
            "debut": p.debut,
            "minutes": p.minutes,
        }
        for numero, p in enumerate(places, start=1)
    ]
    inserer(u.session, m.Cours, lignes)
    u.journaliser("placement", "Emploi du temps placé", uai=uai, annee=annee, nb=len(places), nb_refus=len(restants))
    return {
        "cours": len(places),
        "non_places": sorted({" ".join(s) for bloc in restants for s in bloc.services}),
    }


def conflits(u: Unite, uai: str, annee: int) -> list[tuple[int, time, str]]:
    """Slots where somebody is in two places: a service changed since the placement (day, hour, who)."""
    services = {s.cle: s for s in _a_servir(u, uai, annee)}
    places = [
        rules.Place((c.structure, c.matiere, c.modalite), c.alternance, c.jour, c.debut, c.minutes)
        for c in u.session.scalars(select(m.Cours).filter_by(uai=uai, annee=annee).order_by(m.Cours.numero))
    ]
    return rules.conflits([p for p in places if p.service in services], services)


def _a_servir(u: Unite, uai: str, annee: int) -> list[rules.AServir]:
    structures = groupes.structures_de(u, uai, annee)
    services = u.session.scalars(select(m.Service).filter_by(uai=uai, annee=annee))
    return [
        rules.AServir(
            cle=(s.structure, s.matiere, s.modalite),
            classes=frozenset(_classes(structures[s.structure])),
            professeurs=frozenset(int(e["numero"]) for e in s.enseignants),
            heures=s.heures,
            barrette=structures[s.structure].barrette or None,
        )
        for s in services
    ]


def _classes(structure: m.Structure) -> list[str]:
    return structure.divisions if structure.type == "G" else [structure.code]


class Seance(Struct, frozen=True):
    """A course as a grid shows it. `enseignants`: their names; `alternance`: H every week, Q1, Q2."""

    jour: int
    debut: time
    minutes: int
    structure: str
    matiere: str
    libelle: str
    modalite: str
    alternance: str
    enseignants: tuple[str, ...]


def de_la_classe(u: Unite, uai: str, annee: int, code: str) -> list[Seance]:
    """The courses of a class and of the groups its pupils may be in; of a group alone when `code` is one.

    Raises `Inconnu` STRUCTURE_INCONNUE.
    """
    structures = groupes.structures_de(u, uai, annee)
    if code not in structures:
        raise Inconnu(
            f"La classe ou le groupe « {code} » n'existe pas dans la base.",
            code="STRUCTURE_INCONNUE",
            remede="Choisissez-le dans la liste.",
        )
    voulues = [code]
    if structures[code].type == "D":
        voulues += [s.code for s in structures.values() if s.type == "G" and code in s.divisions]
    return _seances(u, uai, annee, m.Cours.structure.in_(voulues))


def du_professeur(u: Unite, uai: str, annee: int, numero: int) -> list[Seance]:
    """The courses of a teacher. Raises `Inconnu` PROFESSEUR_INCONNU."""
    professeurs.trouver(u, uai, annee, numero)
    siens = {
        (s.structure, s.matiere, s.modalite)
        for s in u.session.scalars(select(m.Service).filter_by(uai=uai, annee=annee))
        if any(e["numero"] == numero for e in s.enseignants)
    }
    structures = sorted({cle[0] for cle in siens})
    toutes = _seances(u, uai, annee, m.Cours.structure.in_(structures))
    return [s for s in toutes if (s.structure, s.matiere, s.modalite) in siens]


def _seances(u: Unite, uai: str, annee: int, condition: Any) -> list[Seance]:
    noms = {p.numero: f"{p.nom} {p.prenom[:1]}." for p in u.session.scalars(_ici(m.Professeur, uai, annee))}
    libelles = {x.code: x.libelle for x in u.session.scalars(_ici(m.Matiere, uai, annee))}
    services: dict[rules.Cle, Iterable[Any]] = {
        (s.structure, s.matiere, s.modalite): s.enseignants for s in u.session.scalars(_ici(m.Service, uai, annee))
    }
    requete = (
        _ici(m.Cours, uai, annee)
        .where(condition)
        .order_by(m.Cours.jour, m.Cours.debut, m.Cours.structure, m.Cours.numero)
    )
    return [
        Seance(
            jour=c.jour,
            debut=c.debut,
            minutes=c.minutes,
            structure=c.structure,
            matiere=c.matiere,
            libelle=libelles.get(c.matiere, c.matiere),
            modalite=c.modalite,
            alternance=c.alternance,
            enseignants=tuple(
                noms.get(e["numero"], "") for e in services.get((c.structure, c.matiere, c.modalite), ())
            ),
        )
        for c in u.session.scalars(requete)
    ]


def _ici(table: type[Any], uai: str, annee: int) -> Any:
    return select(table).filter_by(uai=uai, annee=annee)
