"""Groups, services, professeurs principaux, pupils in groups, the timetable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class NouveauGroupe:
    """A group to create; those of one `barrette` are taught at the same time."""

    code: str
    libelle: str
    divisions: tuple[str, ...]
    barrette: str | None = None


@dataclass(frozen=True, slots=True)
class NouveauService:
    """A service to create; `enseignants`: (number of the teacher in the base, weekly hours)."""

    structure: str
    matiere: str
    modalite: str
    heures: Decimal
    co_ens: bool
    enseignants: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Inscription:
    """Pupils of a group, between two dates."""

    groupe: str
    eleves: tuple[int, ...]
    debut: date | None
    fin: date | None


def _structures(u: Unite, uai: str, annee: int) -> dict[str, m.Structure]:
    lignes = u.session.scalars(select(m.Structure).where(m.Structure.uai == uai, m.Structure.annee == annee))
    return {s.code: s for s in lignes}


def creer_groupes(u: Unite, uai: str, annee: int, groupes: Sequence[NouveauGroupe]) -> int:
    """Create groups (EDT-09), whatever their name: STS-Web is the one that refuses a character.

    Raises `Inconnu` CLASSE_INCONNUE, `Refus` GROUPE_EXISTE.
    """
    bases.trouver(u, uai, annee)
    connues = _structures(u, uai, annee)
    for g in groupes:
        if g.code in connues:
            raise Refus(
                f"« {g.code} » est déjà le nom d'une classe ou d'un groupe.",
                code="GROUPE_EXISTE",
                statut=409,
                remede="Donnez au groupe un autre nom : classes et groupes partagent les mêmes noms.",
            )
        for division in g.divisions:
            if division not in connues or connues[division].type != "D":
                raise Inconnu(
                    f"La classe « {division} » n'existe pas dans la base.",
                    code="CLASSE_INCONNUE",
                    remede="Récupérez les données de STSWEB, ou corrigez le nom de la classe.",
                )
        mefs = sorted({x for d in g.divisions for x in connues[d].mefs})
        ligne = m.Structure(
            uai=uai,
            annee=annee,
            code=g.code,
            type="G",
            libelle=g.libelle,
            mefs=mefs,
            divisions=sorted(g.divisions),
            barrette=g.barrette,
            sts_code=None,
            effectif=0,
        )
        connues[g.code] = ligne
        u.session.add(ligne)
    u.journaliser("groupes", "Groupes créés", uai=uai, annee=annee, nb=len(groupes))
    return len(groupes)


def creer_services(u: Unite, uai: str, annee: int, services: Sequence[NouveauService]) -> int:
    """Create or change services. Raises `Inconnu` for a structure, a matière or a teacher that the base lacks."""
    bases.trouver(u, uai, annee)
    structures = _structures(u, uai, annee)
    profs = set(
        u.session.scalars(select(m.Professeur.numero).where(m.Professeur.uai == uai, m.Professeur.annee == annee))
    )
    matieres = set(u.session.scalars(select(m.Matiere.code).where(m.Matiere.uai == uai, m.Matiere.annee == annee)))
    lignes = []
    for s in services:
        if s.structure not in structures:
            raise _inconnu("La classe ou le groupe", s.structure, "STRUCTURE_INCONNUE")
        if s.matiere not in matieres:
            raise _inconnu("La matière", s.matiere, "MATIERE_INCONNUE")
        for numero, _ in s.enseignants:
            if numero not in profs:
                raise _inconnu("Le professeur", str(numero), "PROFESSEUR_INCONNU")
        lignes.append(
            {
                "uai": uai,
                "annee": annee,
                "structure": s.structure,
                "matiere": s.matiere,
                "modalite": s.modalite,
                "heures": s.heures,
                "co_ens": s.co_ens,
                "enseignants": [{"numero": n, "heures": float(h)} for n, h in s.enseignants],
                "exportable": True,
            }
        )
    if lignes:
        table = insert(m.Service)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["uai", "annee", "structure", "matiere", "modalite"],
                set_={c: table.excluded[c] for c in ("heures", "co_ens", "enseignants")},
            ),
            lignes,
        )
    u.journaliser("services", "Services saisis", uai=uai, annee=annee, nb=len(lignes))
    return len(lignes)


def _inconnu(quoi: str, lequel: str, code: str) -> Inconnu:
    return Inconnu(
        f"{quoi} « {lequel} » n'existe pas dans la base.",
        code=code,
        remede="Récupérez les données de STSWEB, ou corrigez la saisie.",
    )


def nommer_principaux(u: Unite, uai: str, annee: int, couples: Sequence[tuple[str, int]]) -> int:
    """Say who is the professeur principal of each class (replaces the list)."""
    bases.trouver(u, uai, annee)
    table = m.ProfesseurPrincipal
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee))
    if couples:
        u.session.execute(
            insert(table),
            [{"uai": uai, "annee": annee, "division": d, "numero": n} for d, n in sorted(couples)],
        )
    u.journaliser("professeurs_principaux", "Professeurs principaux saisis", uai=uai, annee=annee, nb=len(couples))
    return len(couples)


def placer(u: Unite, uai: str, annee: int) -> dict[str, Any]:
    """Place every service: nobody in two places. What finds no room is listed and stays without a course."""
    bases.trouver(u, uai, annee)
    structures = _structures(u, uai, annee)
    services = u.session.scalars(
        select(m.Service)
        .where(m.Service.uai == uai, m.Service.annee == annee)
        .order_by(m.Service.structure, m.Service.matiere, m.Service.modalite)
    ).all()
    blocs: dict[tuple[str, ...], list[m.Service]] = {}
    for s in services:
        if s.heures <= 0:
            continue
        barrette = structures[s.structure].barrette
        cle = ("B", barrette, s.modalite, str(s.heures)) if barrette else ("S", s.structure, s.matiere, s.modalite)
        blocs.setdefault(tuple(str(x) for x in cle), []).append(s)
    a_placer = [
        rules.APlacer(
            services=tuple((s.structure, s.matiere, s.modalite) for s in membres),
            occupes=frozenset(x for s in membres for x in _occupes(structures[s.structure], s)),
            heures=max(s.heures for s in membres),
        )
        for _, membres in sorted(blocs.items())
    ]
    places, restants = rules.placer(a_placer)
    u.session.execute(delete(m.Cours).where(m.Cours.uai == uai, m.Cours.annee == annee))
    if places:
        u.session.execute(
            insert(m.Cours),
            [
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
            ],
        )
    u.journaliser("placement", "Emploi du temps placé", uai=uai, annee=annee, nb=len(places), nb_refus=len(restants))
    return {
        "cours": len(places),
        "non_places": sorted({" ".join(s) for bloc in restants for s in bloc.services}),
    }


def _occupes(structure: m.Structure, service: m.Service) -> list[str]:
    classes = structure.divisions if structure.type == "G" else [structure.code]
    return [*(f"classe {c}" for c in classes), *(f"professeur {e['numero']}" for e in service.enseignants)]


def inscrire(u: Unite, uai: str, annee: int, inscriptions: Sequence[Inscription]) -> int:
    """Put pupils in groups (EDT-35): the members given replace those of each group named.

    Raises `Inconnu` GROUPE_INCONNU, ELEVE_INCONNU (a pupil whom SIECLE's files did not bring).
    """
    bases.trouver(u, uai, annee)
    structures = _structures(u, uai, annee)
    connus = set(u.session.scalars(select(m.Eleve.eleve_id).where(m.Eleve.uai == uai, m.Eleve.annee == annee)))
    lignes: list[dict[str, Any]] = []
    for i in inscriptions:
        if i.groupe not in structures or structures[i.groupe].type != "G":
            raise _inconnu("Le groupe", i.groupe, "GROUPE_INCONNU")
        manquants = [e for e in i.eleves if e not in connus]
        if manquants:
            raise Inconnu(
                f"Dans le groupe « {i.groupe} », {len(manquants)} élève(s) n'existent pas dans la base.",
                code="ELEVE_INCONNU",
                remede="Récupérez à nouveau les données des élèves depuis SIECLE.",
                details={"eleves": manquants[:20]},
            )
        lignes.extend(
            {"uai": uai, "annee": annee, "groupe": i.groupe, "eleve_id": e, "debut": i.debut, "fin": i.fin}
            for e in sorted(set(i.eleves))
        )
        structures[i.groupe].effectif = len(set(i.eleves))
    table = m.Appartenance
    groupes = sorted({i.groupe for i in inscriptions})
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee, table.groupe.in_(groupes)))
    if lignes:
        u.session.execute(insert(table), lignes)
    u.journaliser("inscriptions", "Élèves inscrits dans les groupes", uai=uai, annee=annee, nb=len(lignes))
    return len(lignes)


def groupes_sans_eleve(u: Unite, uai: str, annee: int) -> list[str]:
    """Groups that nobody is in (the assistant's first point de contrôle, EDT-31)."""
    vus = select(m.Appartenance.groupe).where(m.Appartenance.uai == uai, m.Appartenance.annee == annee)
    requete = (
        select(m.Structure.code)
        .where(
            m.Structure.uai == uai, m.Structure.annee == annee, m.Structure.type == "G", m.Structure.code.not_in(vus)
        )
        .order_by(m.Structure.code)
    )
    return list(u.session.scalars(requete))


def nombre_de_liens(u: Unite, uai: str, annee: int) -> int:
    """How many (pupil, group) pairs the base holds."""
    table = m.Appartenance
    return u.session.scalar(select(func.count()).select_from(table).where(table.uai == uai, table.annee == annee)) or 0
