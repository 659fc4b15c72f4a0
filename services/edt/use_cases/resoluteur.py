"""« Résoluteur »: a better timetable, searched by OR-tools (the optional extra `solveur`; the chain does without it).

Reproducible: one worker, a deterministic time limit, no clock; it starts from the placement already found.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from services.edt import rules
from services.edt.rules.placement import SEMAINES, Piece
from services.edt.rules.reparation import Creneau
from shared.contracts.refus import Refus

MODULE = "ortools.sat.python.cp_model"
DUREE = 2.0
"""OR-tools' deterministic time: the same work on all machines, some twenty seconds on an ordinary one."""
POIDS_PLACE, POIDS_JOUR, POIDS_TARD = 1000, 3, 1
"""What a course without a slot costs; a second hour of a service on one day; the last hour of a day."""


def installe() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("ortools") is not None


def exiger() -> Any:
    """OR-tools' module. Raises `Refus` RESOLUTEUR_ABSENT."""
    if not installe():
        raise Refus(
            "Le résoluteur n'est pas installé.",
            code="RESOLUTEUR_ABSENT",
            statut=409,
            remede="Lancez un placement automatique, qui n'en a pas besoin, ou installez Rentrée avec l'extra "
            "« solveur » : rentree[solveur].",
        )
    return importlib.import_module(MODULE)


def resoudre(pieces: Sequence[Piece], depart: Mapping[int, Creneau], duree: float = DUREE) -> dict[int, Creneau]:
    """Slots of the pieces: as many as can be, then services spread over days and few last hours.

    Arguments: `depart`, slots to start from; `duree`, in OR-tools' deterministic time. Raises as `exiger`.
    """
    cp_model = exiger()
    modele = cp_model.CpModel()
    lots = _lots(pieces)
    choix: list[dict[Creneau, Any]] = []
    pris: dict[tuple[int, time, str, str], list[Any]] = defaultdict(list)
    cout: list[Any] = []
    for n, rangs in enumerate(lots):
        piece = pieces[rangs[0]]
        ici = {c: modele.new_bool_var(f"{n} {i}") for i, c in enumerate(piece.creneaux)}
        choix.append(ici)
        modele.add(sum(ici.values()) <= len(rangs))
        cout.append(POIDS_PLACE * (len(rangs) - sum(ici.values())))
        depuis = {depart[r] for r in rangs if r in depart}
        par_jour: dict[int, list[Any]] = defaultdict(list)
        for creneau, var in ici.items():
            jour, debut, alternance = creneau
            modele.add_hint(var, creneau in depuis)
            par_jour[jour].append(var)
            if debut == rules.JOURS[jour][-1]:
                cout.append(POIDS_TARD * var)
            for semaine in SEMAINES[alternance]:
                for qui in sorted(piece.bloc.occupes):
                    pris[jour, debut, semaine, qui].append(var)
        for jour, variables in par_jour.items():
            trop = modele.new_int_var(0, len(variables), f"jour {n} {jour}")
            modele.add(trop >= sum(variables) - 1)
            cout.append(POIDS_JOUR * trop)
    for variables in pris.values():
        modele.add_at_most_one(variables)
    modele.minimize(sum(cout))
    solveur = cp_model.CpSolver()
    solveur.parameters.num_workers = 1
    solveur.parameters.interleave_search = True  # its strategies in turns, reproducibly
    solveur.parameters.use_lns_only = True  # the start is complete: parts of it are searched again
    solveur.parameters.random_seed = 0
    solveur.parameters.max_deterministic_time = duree
    if solveur.solve(modele) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return dict(depart)
    return {
        rang: creneau
        for rangs, ici in zip(lots, choix, strict=True)
        for rang, creneau in zip(rangs, [c for c, var in ici.items() if solveur.boolean_value(var)], strict=False)
    }


def _lots(pieces: Sequence[Piece]) -> list[list[int]]:
    """Pieces that are alike: the hours of a block. Any may take the slot of another."""
    lots: dict[tuple[tuple[rules.Cle, ...], bool], list[int]] = defaultdict(list)
    for rang, piece in enumerate(pieces):
        lots[piece.bloc.services, piece.quinzaine].append(rang)
    return list(lots.values())
