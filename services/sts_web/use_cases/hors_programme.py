"""« Hors programme »: matières taught in a MEF outside its programme, and the services that are (STS-04).

A declared matière goes to the timetable software with the others, so that courses can be placed in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from services.sts_web.models import HorsProgramme, Matiere, Mef, Programme
from services.sts_web.rules import programmes as regles
from services.sts_web.rules.moyens import controler_heures
from services.sts_web.rules.textes import controler_texte
from services.sts_web.use_cases import etablissements, lecture
from services.sts_web.use_cases.cles import chercher
from services.sts_web.use_cases.lecture import ServiceVue, StructureVue
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

LONGUEUR_MOTIF = 100


@dataclass(frozen=True, slots=True)
class DeclarationVue:
    """A matière that the school teaches in a MEF outside its programme; `heures` a week, and why."""

    mef: str
    matiere: str
    heures: float
    motif: str


@dataclass(frozen=True, slots=True)
class ServiceHorsProgramme:
    """A service whose matière is in the programme of no MEF of its structure; `declare`: the school said why."""

    numero: int
    structure: str
    matiere: str
    modalite: str
    heures: float
    mefs: tuple[str, ...]
    declare: bool


@dataclass(frozen=True, slots=True)
class HorsProgrammeVue:
    """What the page shows."""

    declarations: list[DeclarationVue]
    services: list[ServiceHorsProgramme]


def lister(u: Unite, uai: str, annee: int) -> HorsProgrammeVue:
    """Declarations and services of a year. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    structure, services = lecture.structure(u, uai, annee), lecture.services(u, uai, annee)
    declarations = [
        DeclarationVue(d.mef, d.matiere, d.heures, d.motif)
        for d in u.session.scalars(
            select(HorsProgramme)
            .where(HorsProgramme.uai == uai, HorsProgramme.annee == annee)
            .order_by(HorsProgramme.mef, HorsProgramme.matiere)
        )
    ]
    dits = {(d.mef, d.matiere) for d in declarations}
    mefs = mefs_des_structures(structure)
    return HorsProgrammeVue(
        declarations,
        [
            ServiceHorsProgramme(
                s.numero,
                s.structure,
                s.matiere,
                s.modalite,
                s.heures,
                mefs[s.structure],
                regles.declare(s.matiere, mefs[s.structure], dits),
            )
            for s in _hors_programme(u, mefs, services)
        ],
    )


def numeros(u: Unite, structure: StructureVue, services: list[ServiceVue]) -> set[int]:
    """Numbers of the services that are hors programme."""
    return {s.numero for s in _hors_programme(u, mefs_des_structures(structure), services)}


def mefs_des_structures(structure: StructureVue) -> dict[str, tuple[str, ...]]:
    """Division or group → its MEF."""
    divisions = {d.code: tuple(m.code for m in d.mefs) for d in structure.divisions}
    return {**divisions, **{g.code: g.mefs for g in structure.groupes}}


def matieres_declarees(u: Unite, uai: str, annee: int) -> set[str]:
    """Codes of the matières declared, which the timetable software is to know."""
    return set(
        u.session.scalars(select(HorsProgramme.matiere).where(HorsProgramme.uai == uai, HorsProgramme.annee == annee))
    )


def matieres_usuelles(u: Unite, uai: str, annee: int) -> set[str]:
    """Codes of the matières of the school: programmes of its MEF, services of the year, declarations."""
    mefs = {m for codes in mefs_des_structures(lecture.structure(u, uai, annee)).values() for m in codes}
    au_programme = u.session.scalars(select(Programme.matiere).where(Programme.mef.in_(sorted(mefs))))
    services = {s.matiere for s in lecture.services(u, uai, annee)}
    return {*au_programme, *services, *matieres_declarees(u, uai, annee)}


def declarer(u: Unite, uai: str, annee: int, saisie: DeclarationVue) -> None:
    """Declare a matière taught outside the programme of a MEF.

    Raises `Inconnu` (MEF_INCONNU, MATIERE_INCONNUE), `Refus` (AU_PROGRAMME, MOTIF_VIDE, MOTIF_TROP_LONG,
    HEURES_INVALIDES, DECLARATION_EXISTANTE).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    if chercher(u, Mef, (saisie.mef,)) is None:
        raise Inconnu(
            f"Le MEF « {saisie.mef[:20]} » n'existe pas dans les nomenclatures de l'établissement.",
            code="MEF_INCONNU",
            remede="Choisissez dans la liste des MEF.",
        )
    if chercher(u, Matiere, (saisie.matiere,)) is None:
        raise Inconnu(
            f"La matière « {saisie.matiere[:20]} » n'existe pas.",
            code="MATIERE_INCONNUE",
            remede="Choisissez dans la liste des matières ; une matière qui manque se demande à l'académie.",
        )
    if u.session.get(Programme, (saisie.mef, saisie.matiere)) is not None:
        raise Refus(
            f"La matière {saisie.matiere} est au programme du MEF {saisie.mef}.",
            code="AU_PROGRAMME",
            statut=409,
            remede="Il n'y a rien à déclarer : saisissez le service (« Services et ARE » > « Rattachement »).",
        )
    _controler(saisie)
    if u.session.get(HorsProgramme, (uai, annee, saisie.mef, saisie.matiere)) is not None:
        raise Refus(
            f"La matière {saisie.matiere} est déjà déclarée pour le MEF {saisie.mef}.",
            code="DECLARATION_EXISTANTE",
            statut=409,
            remede="Modifiez cette ligne au lieu d'en saisir une seconde.",
        )
    u.session.add(
        HorsProgramme(
            uai=uai,
            annee=annee,
            mef=saisie.mef,
            matiere=saisie.matiere,
            heures=saisie.heures,
            motif=saisie.motif.strip(),
        )
    )
    _dire(u, uai, annee, "saisie_hors_programme", "Hors programme : déclaration", saisie)


def modifier(u: Unite, uai: str, annee: int, saisie: DeclarationVue) -> None:
    """Change the hours and the reason. Raises `Inconnu` (DECLARATION_INCONNUE) and what `declarer` raises of them."""
    ligne = _trouver(u, uai, annee, saisie.mef, saisie.matiere)
    _controler(saisie)
    ligne.heures, ligne.motif = saisie.heures, saisie.motif.strip()
    _dire(u, uai, annee, "modification_hors_programme", "Hors programme : modification", saisie)


def supprimer(u: Unite, uai: str, annee: int, mef: str, matiere: str) -> None:
    """Take a declaration away; its services stay, undeclared. Raises `Inconnu` (DECLARATION_INCONNUE)."""
    ligne = _trouver(u, uai, annee, mef, matiere)
    u.session.delete(ligne)
    saisie = DeclarationVue(mef, matiere, ligne.heures, ligne.motif)
    _dire(u, uai, annee, "suppression_hors_programme", "Hors programme : suppression", saisie)


def _hors_programme(u: Unite, mefs: dict[str, tuple[str, ...]], services: list[ServiceVue]) -> list[ServiceVue]:
    codes = sorted({m for liste in mefs.values() for m in liste})
    programmes: dict[str, set[str]] = defaultdict(set)
    for mef, matiere in u.session.execute(select(Programme.mef, Programme.matiere).where(Programme.mef.in_(codes))):
        programmes[mef].add(matiere)
    return [s for s in services if regles.hors_programme(s.matiere, mefs.get(s.structure, ()), programmes)]


def _controler(saisie: DeclarationVue) -> None:
    controler_heures(saisie.heures)
    motif = saisie.motif.strip()
    controler_texte(motif, "Le motif")
    if not motif:
        raise Refus(
            "Une matière hors programme se justifie.",
            code="MOTIF_VIDE",
            remede="Saisissez le motif (expérimentation, section locale, dispositif…).",
        )
    if len(motif) > LONGUEUR_MOTIF:
        raise Refus(
            f"Le motif a {len(motif)} caractères, {LONGUEUR_MOTIF} au plus sont acceptés.",
            code="MOTIF_TROP_LONG",
            remede="Abrégez le motif.",
        )


def _trouver(u: Unite, uai: str, annee: int, mef: str, matiere: str) -> HorsProgramme:
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    ligne = chercher(u, HorsProgramme, (uai, annee, mef, matiere))
    if ligne is None:
        raise Inconnu(
            f"La matière « {matiere[:20]} » n'est pas déclarée hors programme pour le MEF « {mef[:20]} ».",
            code="DECLARATION_INCONNUE",
            remede="La liste est sur la page « Hors programme » de l'année affichée.",
        )
    return ligne


def _dire(u: Unite, uai: str, annee: int, genre: str, libelle: str, saisie: DeclarationVue) -> None:
    u.session.flush()
    u.journaliser(genre, libelle, uai=uai, annee=annee, nb=1, resume={"mef": saisie.mef, "matiere": saisie.matiere})
