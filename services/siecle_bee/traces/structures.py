"""Divisions and groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from services.siecle_bee.models import BaseEleves, Division, Eleve, Groupe, LienGroupe
from services.siecle_bee.traces.commun import LIMITE, SERVICE, arrivee, attendre_la_nuit, depot_en_attente, page
from services.siecle_bee.use_cases import bases, remontee
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.persistence.recherche import code_cherche
from shared.persistence.unite import Unite


def structures(u: Unite, table: type[Groupe] | type[Division], code: str, uai: str | None) -> list[Trace]:
    """A group or division: known or not, with what waits; unknown in a school that was named: why."""
    traces = _chercher(u, table, [table.code == code, *([table.uai == uai] if uai else [])])
    if not traces and uai and u.session.get(BaseEleves, (uai, remontee.millesime_collecte(u))) is not None:
        return [_structure_inconnue(uai, _genre(table), code)]
    return traces


def structures_nommees(u: Unite, table: type[Groupe] | type[Division], q: str) -> list[Trace]:
    """The groups or divisions of code `q`, or those whose code begins by it where nothing has it."""
    return _chercher(u, table, [code_cherche(table.code, q, Groupe.code, Division.code)])


def _genre(table: type[Groupe] | type[Division]) -> ObjetTrace:
    return "groupe" if table is Groupe else "division"


def _chercher(u: Unite, table: type[Groupe] | type[Division], conditions: Sequence[ColumnElement[bool]]) -> list[Trace]:
    requete = select(table.uai, table.code, table.millesime, table.libelle).where(*conditions)
    choisies: dict[tuple[str, str], tuple[int, str]] = {}
    collecte = remontee.millesime_collecte(u)
    for ou, code, millesime, libelle in u.session.execute(requete.order_by(table.uai, table.code, table.millesime)):
        if millesime <= collecte or (ou, code) not in choisies:
            choisies[ou, code] = (millesime, libelle)
    return [
        _structure(u, bases.base(u, ou, millesime), _genre(table), code, libelle)
        for (ou, code), (millesime, libelle) in list(choisies.items())[:LIMITE]
    ]


def _structure(u: Unite, b: BaseEleves, genre: ObjetTrace, code: str, libelle: str) -> Trace:
    if genre == "groupe":
        table: Any = LienGroupe
        membres = select(table.eleve_id).where(table.groupe == code)
    else:
        table = Eleve
        membres = select(table.eleve_id).where(table.division == code)
    effectif = len(u.session.scalars(membres.where(table.uai == b.uai, table.millesime == b.millesime)).all())
    trace = Trace(
        service=SERVICE,
        objet=genre,
        libelle=f"{code} ({libelle})",
        cles={genre: code, "uai": b.uai},
        details={"année": str(b.millesime), "élèves": str(effectif)},
        lien=page(b, "structures"),
    )
    if b.structures_recues_le:
        trace.etapes.append(Etape(instant=b.structures_recues_le, libelle="Structure reçue de STS-Web"))
    depot = depot_en_attente(u, b)
    if genre == "groupe" and depot is not None:
        attendre_la_nuit(u, trace, depot)
    elif genre == "groupe" and effectif == 0:
        trace.etat = "bloque"
        trace.blocages.append(
            Blocage(
                code="GROUPE_SANS_ELEVE",
                raison="Aucun élève n'est dans ce groupe.",
                regle="Les élèves d'un groupe viennent des liens élève-groupe déposés dans SIECLE.",
                remede="Exportez les liens depuis le logiciel d'emploi du temps, puis déposez le fichier.",
                menu="Importations > Liens élève-groupe depuis logiciel privé",
            )
        )
    else:
        arrivee(u, trace, "remontee_bee")
    return trace


def _structure_inconnue(uai: str, genre: ObjetTrace, code: str) -> Trace:
    quoi = "Le groupe" if genre == "groupe" else "La division"
    return Trace(
        service=SERVICE,
        objet=genre,
        libelle=code,
        cles={genre: code, "uai": uai},
        etat="absent",
        blocages=[
            Blocage(
                code="GROUPE_A_01" if genre == "groupe" else "DIVISION_NON_ENVOYEE",
                raison=f'{quoi} "{code}" n\'est pas référencé{"" if genre == "groupe" else "e"} dans SIECLE.',
                regle="SIECLE ne connaît que les structures envoyées par STS-Web ; un groupe sans MEF est ignoré.",
                remede="Vérifiez sa présence et son MEF dans STS-Web, puis lancez Exports > Structure.",
                menu="STS-Web > Exports > Structure",
                interlocuteur="Le chef d'établissement ou son adjoint",
            )
        ],
    )
