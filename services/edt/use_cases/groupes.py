"""Groups, services, professeurs principaux, pupils in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, select

from services.edt import models as m
from services.edt.use_cases import bases
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.masse import inserer, insertion
from shared.persistence.unite import Unite

HEURES_MAX = 60
"""More weekly hours than a week has slots: a slip of the keyboard."""


class NouveauGroupe(Struct, frozen=True):
    """A group to create; those of one `barrette` are taught at the same time."""

    code: str
    libelle: str
    divisions: tuple[str, ...]
    barrette: str | None = None


class NouveauService(Struct, frozen=True):
    """A service to create; `enseignants`: (number of the teacher in the base, weekly hours)."""

    structure: str
    matiere: str
    modalite: str
    heures: Decimal
    co_ens: bool
    enseignants: tuple[tuple[int, Decimal], ...]


class Inscription(Struct, frozen=True):
    """Pupils of a group, between two dates."""

    groupe: str
    eleves: tuple[int, ...]
    debut: date | None
    fin: date | None


def structures_de(u: Unite, uai: str, annee: int) -> dict[str, m.Structure]:
    """Classes and groups of a base, by code, in the order of codes."""
    lignes = u.session.scalars(
        select(m.Structure).where(m.Structure.uai == uai, m.Structure.annee == annee).order_by(m.Structure.code)
    )
    return {s.code: s for s in lignes}


def creer_groupes(u: Unite, uai: str, annee: int, groupes: Sequence[NouveauGroupe]) -> int:
    """Create groups (EDT-09), whatever their name: STS-Web is the one that refuses a character.

    Raises `Inconnu` CLASSE_INCONNUE, `Refus` GROUPE_SANS_NOM, GROUPE_EXISTE, GROUPE_SANS_CLASSE.
    """
    bases.trouver(u, uai, annee)
    connues = structures_de(u, uai, annee)
    for g in groupes:
        if not g.code.strip():
            raise Refus("Le groupe n'a pas de nom.", code="GROUPE_SANS_NOM", remede="Donnez-lui un nom.")
        if g.code in connues:
            raise Refus(
                f"« {g.code} » est déjà le nom d'une classe ou d'un groupe.",
                code="GROUPE_EXISTE",
                statut=409,
                remede="Donnez au groupe un autre nom : classes et groupes partagent les mêmes noms.",
            )
        verifier_classes(connues, g)
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


def lire_heures(texte: str) -> Decimal:
    """Hours as people type them: « 4,5 » or « 4.5 ». Raises `Refus` HEURES_INVALIDES."""
    try:
        heures = Decimal(texte.strip().replace(",", "."))
    except InvalidOperation:
        heures = Decimal("NaN")
    if not heures.is_finite():
        raise Refus(
            f"« {texte[:20]} » n'est pas un nombre d'heures.",
            code="HEURES_INVALIDES",
            remede=f"Donnez un nombre d'heures par semaine, de 0 à {HEURES_MAX}, par exemple 4,5.",
        )
    return heures


def verifier_classes(structures: Mapping[str, m.Structure], groupe: NouveauGroupe) -> None:
    """Raises `Refus` GROUPE_SANS_CLASSE, `Inconnu` CLASSE_INCONNUE for the classes that a group would draw on."""
    if not groupe.divisions:
        raise Refus(
            f"Le groupe « {groupe.code} » n'est rattaché à aucune classe.",
            code="GROUPE_SANS_CLASSE",
            remede="Choisissez les classes dont viennent ses élèves.",
        )
    for division in groupe.divisions:
        if division not in structures or structures[division].type != "D":
            raise inconnu("La classe", division, "CLASSE_INCONNUE")


def _numeros(u: Unite, uai: str, annee: int) -> set[int]:
    table = m.Professeur
    return set(u.session.scalars(select(table.numero).where(table.uai == uai, table.annee == annee)))


def creer_services(u: Unite, uai: str, annee: int, services: Sequence[NouveauService]) -> int:
    """Create or change services.

    Raises `Inconnu` for a structure, a matière, a modalité or a teacher that the base lacks, `Refus` HEURES_INVALIDES.
    """
    bases.trouver(u, uai, annee)
    structures = structures_de(u, uai, annee)
    profs = _numeros(u, uai, annee)
    modalites = {x.code for x in nomenclatures.modalites_cours()}
    matieres = set(u.session.scalars(select(m.Matiere.code).where(m.Matiere.uai == uai, m.Matiere.annee == annee)))
    lignes = []
    for s in services:
        if s.structure not in structures:
            raise inconnu("La classe ou le groupe", s.structure, "STRUCTURE_INCONNUE")
        if s.matiere not in matieres:
            raise inconnu("La matière", s.matiere, "MATIERE_INCONNUE")
        if s.modalite not in modalites:
            raise Inconnu(
                f"La modalité « {s.modalite} » n'est pas une modalité de cours.",
                code="MODALITE_INCONNUE",
                remede=f"Choisissez-la dans la liste : {', '.join(sorted(modalites))}.",
            )
        for numero, _ in s.enseignants:
            if numero not in profs:
                raise inconnu("Le professeur", str(numero), "PROFESSEUR_INCONNU")
        if not all(0 <= h <= HEURES_MAX for h in (s.heures, *(h for _, h in s.enseignants))):
            raise Refus(
                f"Les heures du service « {s.structure} {s.matiere} » ne sont pas possibles.",
                code="HEURES_INVALIDES",
                remede=f"Donnez un nombre d'heures par semaine, de 0 à {HEURES_MAX}.",
            )
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
        table = insertion(m.Service)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["uai", "annee", "structure", "matiere", "modalite"],
                set_={c: table.excluded[c] for c in ("heures", "co_ens", "enseignants")},
            ),
            lignes,
        )
    u.journaliser("services", "Services saisis", uai=uai, annee=annee, nb=len(lignes))
    return len(lignes)


def inconnu(quoi: str, lequel: str, code: str) -> Inconnu:
    """The refusal of what the base lacks: `quoi` (« Le groupe »), which one, the code."""
    return Inconnu(
        f"{quoi} « {lequel} » n'existe pas dans la base.",
        code=code,
        remede="Récupérez les données de STSWEB, ou corrigez la saisie.",
    )


def nommer_principaux(u: Unite, uai: str, annee: int, couples: Sequence[tuple[str, int]]) -> int:
    """Say who is the professeur principal of each class (replaces the list).

    Raises `Inconnu` CLASSE_INCONNUE, PROFESSEUR_INCONNU.
    """
    bases.trouver(u, uai, annee)
    structures, profs = structures_de(u, uai, annee), _numeros(u, uai, annee)
    for division, numero in couples:
        if division not in structures or structures[division].type != "D":
            raise inconnu("La classe", division, "CLASSE_INCONNUE")
        if numero not in profs:
            raise inconnu("Le professeur", str(numero), "PROFESSEUR_INCONNU")
    table = m.ProfesseurPrincipal
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee))
    lignes = [{"uai": uai, "annee": annee, "division": d, "numero": n} for d, n in sorted(couples)]
    inserer(u.session, table, lignes)
    u.journaliser("professeurs_principaux", "Professeurs principaux saisis", uai=uai, annee=annee, nb=len(couples))
    return len(couples)


def inscrire(u: Unite, uai: str, annee: int, inscriptions: Sequence[Inscription]) -> int:
    """Put pupils in groups (EDT-35): the members given replace those of each group named.

    Raises `Inconnu` GROUPE_INCONNU, ELEVE_INCONNU (a pupil whom SIECLE's files did not bring), `Refus`
    DATES_INVERSEES.
    """
    bases.trouver(u, uai, annee)
    for i in inscriptions:
        if i.debut and i.fin and i.debut > i.fin:
            raise Refus(
                f"Dans le groupe « {i.groupe} », la date de fin vient avant celle de début.",
                code="DATES_INVERSEES",
                remede="Corrigez les deux dates.",
            )
    structures = structures_de(u, uai, annee)
    connus = set(u.session.scalars(select(m.Eleve.eleve_id).where(m.Eleve.uai == uai, m.Eleve.annee == annee)))
    lignes: dict[tuple[str, int], dict[str, Any]] = {}
    for i in inscriptions:
        if i.groupe not in structures or structures[i.groupe].type != "G":
            raise inconnu("Le groupe", i.groupe, "GROUPE_INCONNU")
        manquants = [e for e in i.eleves if e not in connus]
        if manquants:
            raise Inconnu(
                f"Dans le groupe « {i.groupe} », {len(manquants)} élève(s) n'existent pas dans la base.",
                code="ELEVE_INCONNU",
                remede="Récupérez à nouveau les données des élèves depuis SIECLE.",
                details={"eleves": manquants[:20]},
            )
        for e in sorted(set(i.eleves)):
            lignes[i.groupe, e] = {
                "uai": uai,
                "annee": annee,
                "groupe": i.groupe,
                "eleve_id": e,
                "debut": i.debut,
                "fin": i.fin,
            }
    table = m.Appartenance
    groupes = sorted({i.groupe for i in inscriptions})
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee, table.groupe.in_(groupes)))
    inserer(u.session, table, list(lignes.values()))
    compter_effectifs(u, uai, annee, groupes)
    u.journaliser("inscriptions", "Élèves inscrits dans les groupes", uai=uai, annee=annee, nb=len(lignes))
    return len(lignes)


def compter_effectifs(u: Unite, uai: str, annee: int, groupes: Sequence[str] | None = None) -> None:
    """Write the number of pupils of groups: those named, or all those that have had pupils."""
    table = m.Appartenance
    nombres = dict(
        u.session.execute(
            select(table.groupe, func.count()).where(table.uai == uai, table.annee == annee).group_by(table.groupe)
        ).all()
    )
    for code, structure in structures_de(u, uai, annee).items():
        if structure.type == "G" and (code in nombres or (groupes is not None and code in groupes)):
            structure.effectif = nombres.get(code, 0)


def supprimer_groupe(u: Unite, uai: str, annee: int, code: str) -> None:
    """Remove a group, its services, courses and members. Raises `Inconnu` GROUPE_INCONNU."""
    bases.trouver(u, uai, annee)
    groupe = u.session.get(m.Structure, (uai, annee, code))
    if groupe is None or groupe.type != "G":
        raise inconnu("Le groupe", code, "GROUPE_INCONNU")
    for table, colonne in (
        (m.Service, m.Service.structure),
        (m.Cours, m.Cours.structure),
        (m.Appartenance, m.Appartenance.groupe),
    ):
        u.session.execute(delete(table).where(table.uai == uai, table.annee == annee, colonne == code))
    u.session.delete(groupe)
    u.journaliser("groupes", "Groupe supprimé", uai=uai, annee=annee, nb=1)


def supprimer_service(u: Unite, uai: str, annee: int, cle: tuple[str, str, str]) -> None:
    """Remove a service (structure, matière, modalité) and its courses. Raises `Inconnu` SERVICE_INCONNU."""
    bases.trouver(u, uai, annee)
    service = u.session.get(m.Service, (uai, annee, *cle))
    if service is None:
        raise inconnu("Le service", " ".join(cle), "SERVICE_INCONNU")
    structure, matiere, modalite = cle
    u.session.execute(
        delete(m.Cours).filter_by(uai=uai, annee=annee, structure=structure, matiere=matiere, modalite=modalite)
    )
    u.session.delete(service)
    u.journaliser("services", "Service supprimé", uai=uai, annee=annee, nb=1)


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


def parties_sans_eleve(u: Unite, uai: str, annee: int) -> list[str]:
    """« group / class » where a group that has pupils has none of one of its classes (EDT-31)."""
    a, e = m.Appartenance, m.Eleve
    requete = (
        select(a.groupe, e.division)
        .join(e, (e.uai == a.uai) & (e.annee == a.annee) & (e.eleve_id == a.eleve_id))
        .where(a.uai == uai, a.annee == annee)
        .distinct()
    )
    peuplees = {(groupe, classe) for groupe, classe in u.session.execute(requete)}
    groupes = {groupe for groupe, _ in peuplees}
    return [
        f"{s.code} / {d}"
        for s in structures_de(u, uai, annee).values()
        if s.code in groupes
        for d in s.divisions
        if (s.code, d) not in peuplees
    ]


def nombre_de_liens(u: Unite, uai: str, annee: int) -> int:
    """How many (pupil, group) pairs the base holds."""
    table = m.Appartenance
    return u.session.scalar(select(func.count()).select_from(table).where(table.uai == uai, table.annee == annee)) or 0
