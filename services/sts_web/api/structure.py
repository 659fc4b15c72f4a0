"""Divisions and groups."""

from __future__ import annotations

from services.sts_web.api.corps import ANNEE, CodesCorps, DivisionCorps, GroupeCorps, StructureReponse, en_liste
from services.sts_web.use_cases import etablissements, lecture, structure
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/divisions")
def get_divisions(u: Lecture, uai: str, annee: int) -> tuple[lecture.DivisionVue, ...]:
    """The divisions of a year and their MEF."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.structure(u, uai, annee).divisions


@routeur.post(ANNEE + "/divisions", status_code=201)
def post_divisions(u: Ecriture, uai: str, annee: int, corps: DivisionCorps | list[DivisionCorps]) -> StructureReponse:
    """Create one division, or a list (all or none)."""
    saisies = [d.saisie() for d in en_liste(corps)]
    structure.creer_divisions(u, uai, annee, saisies)
    return StructureReponse(codes=[s.code for s in saisies])


@routeur.put(ANNEE + "/divisions/{code:path}")
def put_division(u: Ecriture, uai: str, annee: int, code: str, corps: DivisionCorps) -> StructureReponse:
    """Change a division; another code renames it."""
    structure.modifier_division(u, uai, annee, code, corps.saisie())
    return StructureReponse(codes=[corps.code])


@routeur.delete(ANNEE + "/divisions/{code:path}", status_code=204)
def delete_division(u: Ecriture, uai: str, annee: int, code: str) -> None:
    """Delete a division."""
    structure.supprimer_divisions(u, uai, annee, [code])


@routeur.post(ANNEE + "/divisions/suppression", status_code=204)
def delete_divisions(u: Ecriture, uai: str, annee: int, corps: CodesCorps) -> None:
    """Delete several divisions, all or none."""
    structure.supprimer_divisions(u, uai, annee, corps.codes)


@routeur.get(ANNEE + "/groupes")
def get_groupes(u: Lecture, uai: str, annee: int) -> tuple[lecture.GroupeVue, ...]:
    """The groups of a year, their divisions and MEF."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.structure(u, uai, annee).groupes


@routeur.post(ANNEE + "/groupes", status_code=201)
def post_groupes(u: Ecriture, uai: str, annee: int, corps: GroupeCorps | list[GroupeCorps]) -> StructureReponse:
    """Create one group, or a list (all or none)."""
    saisies = [g.saisie() for g in en_liste(corps)]
    avertissements = structure.creer_groupes(u, uai, annee, saisies)
    return StructureReponse(codes=[s.code for s in saisies], avertissements=avertissements)


@routeur.put(ANNEE + "/groupes/{code:path}")
def put_groupe(u: Ecriture, uai: str, annee: int, code: str, corps: GroupeCorps) -> StructureReponse:
    """Change a group; another code renames it."""
    avertissements = structure.modifier_groupe(u, uai, annee, code, corps.saisie())
    return StructureReponse(codes=[corps.code], avertissements=avertissements)


@routeur.delete(ANNEE + "/groupes/{code:path}", status_code=204)
def delete_groupe(u: Ecriture, uai: str, annee: int, code: str) -> None:
    """Delete a group."""
    structure.supprimer_groupe(u, uai, annee, code)
