"""Structure: create, change, delete divisions and groups (STS-14 to STS-27)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update

from services.sts_web.models import (
    Division,
    DivisionMef,
    Groupe,
    GroupeDivision,
    Mef,
    ProfPrincipal,
    Service,
)
from services.sts_web.rules import structure as regles
from services.sts_web.rules.structure import DivisionSaisie, GroupeSaisi, TypeStructure
from services.sts_web.use_cases import etablissements, lecture
from services.sts_web.use_cases.etablissements import Contexte
from shared.contracts.refus import Inconnu
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite


def creer_divisions(u: Unite, uai: str, annee: int, saisies: Sequence[DivisionSaisie]) -> None:
    """Create divisions, all or none. Raises `StructureRefusee` (names, duplicates, MEF)."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    noms = lecture.types(u, uai, annee)
    mefs = set(u.session.scalars(select(Mef.code)))
    for saisie in saisies:
        regles.controler_nom(saisie.code, "D", noms, etablissements.regles_noms(u))
        regles.controler_libelle(saisie.libelle, saisie.code)
        regles.controler_mefs(saisie.code, [m for m, _ in saisie.mefs], mefs)
        noms[saisie.code] = "D"
    _inserer_divisions(u, c, saisies)
    u.journaliser(
        "creation_divisions",
        "Structure : création de divisions",
        uai=uai,
        annee=annee,
        nb=len(saisies),
        resume={"codes": [s.code for s in saisies]},
    )


def modifier_division(u: Unite, uai: str, annee: int, code: str, saisie: DivisionSaisie) -> None:
    """Change a division; another code renames it, with its services (possible and harmful in the year, STS-26).

    Raises `Inconnu` (DIVISION_INCONNUE), `StructureRefusee`.
    """
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    noms = _noms_sans(u, c, code, "D")
    regles.controler_nom(saisie.code, "D", noms, etablissements.regles_noms(u))
    regles.controler_libelle(saisie.libelle, saisie.code)
    regles.controler_mefs(saisie.code, [m for m, _ in saisie.mefs], set(u.session.scalars(select(Mef.code))))
    ici = (DivisionMef.uai == uai, DivisionMef.annee == annee, DivisionMef.division == code)
    calcules = {m.mef: m.effectif_calcule for m in u.session.scalars(select(DivisionMef).where(*ici))}
    u.session.execute(delete(DivisionMef).where(*ici))
    u.session.execute(
        update(Division)
        .where(Division.uai == uai, Division.annee == annee, Division.code == code)
        .values(code=saisie.code, libelle=saisie.libelle, effectif_prevu=saisie.effectif_prevu)
    )
    _inserer_mefs(u, c, [saisie], calcules)
    _renommer(u, c, code, saisie.code)
    u.session.execute(
        update(ProfPrincipal)
        .where(ProfPrincipal.uai == uai, ProfPrincipal.annee == annee, ProfPrincipal.division == code)
        .values(division=saisie.code)
    )
    _dire_modification(u, c, "division", code, saisie.code)


def supprimer_divisions(u: Unite, uai: str, annee: int, codes: Sequence[str]) -> None:
    """Delete divisions, their services, their place in groups, all or none. Raises `Inconnu` (DIVISION_INCONNUE)."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    noms = lecture.types(u, uai, annee)
    for code in codes:
        _verifier_genre(noms, code, "D")
    pp = ProfPrincipal
    u.session.execute(delete(pp).where(pp.uai == uai, pp.annee == annee, pp.division.in_(codes)))
    _supprimer_services(u, c, codes)
    u.session.execute(delete(Division).where(Division.uai == uai, Division.annee == annee, Division.code.in_(codes)))
    u.journaliser(
        "suppression_division",
        f"Structure : suppression {'de la division' if len(codes) == 1 else 'des divisions'} {', '.join(codes)}",
        uai=uai,
        annee=annee,
        nb=len(codes),
        resume={"codes": sorted(codes)},
    )


def creer_groupes(u: Unite, uai: str, annee: int, saisies: Sequence[GroupeSaisi]) -> list[str]:
    """Create groups, all or none; give the warnings (group without MEF). Raises `StructureRefusee`."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    noms = lecture.types(u, uai, annee)
    divisions = {code for code, genre in noms.items() if genre == "D"}
    for saisie in saisies:
        regles.controler_nom(saisie.code, "G", noms, etablissements.regles_noms(u))
        regles.controler_libelle(saisie.libelle, saisie.code)
        regles.controler_divisions_du_groupe(saisie.code, [d for d, _ in saisie.divisions], divisions)
        noms[saisie.code] = "G"
    _inserer_groupes(u, c, saisies)
    u.journaliser(
        "creation_groupes",
        "Structure : création de groupes",
        uai=uai,
        annee=annee,
        nb=len(saisies),
        resume={"codes": [s.code for s in saisies]},
    )
    return _avertissements(saisies)


def modifier_groupe(u: Unite, uai: str, annee: int, code: str, saisie: GroupeSaisi) -> list[str]:
    """Change a group; another code renames it. Raises `Inconnu` (GROUPE_INCONNU), `StructureRefusee`."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    noms = _noms_sans(u, c, code, "G")
    regles.controler_nom(saisie.code, "G", noms, etablissements.regles_noms(u))
    regles.controler_libelle(saisie.libelle, saisie.code)
    regles.controler_divisions_du_groupe(
        saisie.code, [d for d, _ in saisie.divisions], {n for n, genre in noms.items() if genre == "D"}
    )
    u.session.execute(
        delete(GroupeDivision).where(
            GroupeDivision.uai == uai, GroupeDivision.annee == annee, GroupeDivision.groupe == code
        )
    )
    u.session.execute(
        update(Groupe)
        .where(Groupe.uai == uai, Groupe.annee == annee, Groupe.code == code)
        .values(code=saisie.code, libelle=saisie.libelle, effectif_prevu=saisie.effectif_prevu)
    )
    _inserer_appartenances(u, c, [saisie])
    _renommer(u, c, code, saisie.code)
    _dire_modification(u, c, "groupe", code, saisie.code)
    return _avertissements([saisie])


def supprimer_groupe(u: Unite, uai: str, annee: int, code: str) -> None:
    """Delete a group and its services. Raises `Inconnu` (GROUPE_INCONNU)."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    _noms_sans(u, c, code, "G")
    _supprimer_services(u, c, [code])
    u.session.execute(delete(Groupe).where(Groupe.uai == uai, Groupe.annee == annee, Groupe.code == code))
    u.journaliser(
        "suppression_groupe",
        f"Structure : suppression du groupe {code}",
        uai=uai,
        annee=annee,
        nb=1,
        resume={"codes": [code]},
    )


def _noms_sans(u: Unite, c: Contexte, code: str, genre: TypeStructure) -> dict[str, TypeStructure]:
    """Every name in use but `code`, which must be a division (D) or a group (G)."""
    noms = lecture.types(u, c.uai, c.annee.annee)
    _verifier_genre(noms, code, genre)
    return {n: g for n, g in noms.items() if n != code}


def _verifier_genre(noms: Mapping[str, TypeStructure], code: str, genre: TypeStructure) -> None:
    if noms.get(code) != genre:
        quoi = "La division" if genre == "D" else "Le groupe"
        raise Inconnu(
            f"{quoi} « {code} » n'existe pas.",
            code="DIVISION_INCONNUE" if genre == "D" else "GROUPE_INCONNU",
            remede="La liste est sur la page Structure de l'année choisie.",
        )


def _inserer_divisions(u: Unite, c: Contexte, saisies: Sequence[DivisionSaisie]) -> None:
    lignes = [
        {
            "uai": c.uai,
            "annee": c.annee.annee,
            "code": s.code,
            "libelle": s.libelle,
            "effectif_prevu": s.effectif_prevu,
            "effectif_calcule": 0,
        }
        for s in saisies
    ]
    inserer(u.session, Division, lignes)
    _inserer_mefs(u, c, saisies, {})


def _inserer_mefs(u: Unite, c: Contexte, saisies: Sequence[DivisionSaisie], calcules: dict[str, int]) -> None:
    lignes = [
        {
            "uai": c.uai,
            "annee": c.annee.annee,
            "division": s.code,
            "mef": mef,
            "effectif_prevu": effectif,
            "effectif_calcule": calcules.get(mef, 0),
        }
        for s in saisies
        for mef, effectif in s.mefs
    ]
    inserer(u.session, DivisionMef, lignes)


def _inserer_groupes(u: Unite, c: Contexte, saisies: Sequence[GroupeSaisi]) -> None:
    lignes = [
        {
            "uai": c.uai,
            "annee": c.annee.annee,
            "code": s.code,
            "libelle": s.libelle,
            "effectif_prevu": s.effectif_prevu,
            "effectif_calcule": 0,
            "effectif_max_edt": 0,
        }
        for s in saisies
    ]
    inserer(u.session, Groupe, lignes)
    _inserer_appartenances(u, c, saisies)


def _inserer_appartenances(u: Unite, c: Contexte, saisies: Sequence[GroupeSaisi]) -> None:
    lignes = [
        {
            "uai": c.uai,
            "annee": c.annee.annee,
            "groupe": s.code,
            "division": division,
            "effectif_prevu": effectif,
            "effectif_calcule": 0,
        }
        for s in saisies
        for division, effectif in sorted(dict(s.divisions).items())
    ]
    inserer(u.session, GroupeDivision, lignes)


def _renommer(u: Unite, c: Contexte, avant: str, apres: str) -> None:
    if avant != apres:
        u.session.execute(
            update(Service)
            .where(Service.uai == c.uai, Service.annee == c.annee.annee, Service.structure == avant)
            .values(structure=apres)
        )


def _supprimer_services(u: Unite, c: Contexte, codes: Sequence[str]) -> None:
    u.session.execute(
        delete(Service).where(Service.uai == c.uai, Service.annee == c.annee.annee, Service.structure.in_(codes))
    )


def _dire_modification(u: Unite, c: Contexte, genre: str, avant: str, apres: str) -> None:
    change = f"renommage de {avant} en {apres}" if avant != apres else f"modification de {avant}"
    u.journaliser(
        f"modification_{genre}",
        f"Structure : {change} ({genre})",
        uai=c.uai,
        annee=c.annee.annee,
        nb=1,
        resume={"avant": avant, "apres": apres},
    )


def _avertissements(saisies: Sequence[GroupeSaisi]) -> list[str]:
    trouves = (regles.avertissement_sans_mef(s.code, [d for d, _ in s.divisions]) for s in saisies)
    return [texte for texte in trouves if texte]
