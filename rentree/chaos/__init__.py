"""`make chaos`: a rentrée played while its processes are killed must leave what the undisturbed one leaves.

Source: architecture, "Nights" and "Nothing is lost, everything can be explained".
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from rentree.chaos.comparaison import Empreinte, comparer, relever
from rentree.chaos.pannes import GENRES, Compte, Pannes, tirer_plan
from rentree.chaos.scenario import jouer_jour, jouer_rentree, ouvrir
from shared.contracts.refus import Inconnu

JOURS_AU_PLUS = 40
VARIABLE = "RENTREE_CHAOS"


@dataclass(frozen=True, slots=True)
class DemandeChaos:
    """The options of `rentree chaos`. `points`: the kinds of blows, in turn. Raises `Inconnu` POINT_INCONNU."""

    graine: int = 1
    morts: int = 30
    effectif: int = 120
    points: tuple[str, ...] = GENRES

    def __post_init__(self) -> None:
        for point in self.points:
            if point not in GENRES:
                raise Inconnu(
                    f"« {point} » n'est pas un point où frapper.",
                    code="POINT_INCONNU",
                    remede=f"Il y a : {', '.join(GENRES)}.",
                )


class ResultatChaos(Struct, frozen=True):
    """What came of it: what was hit, how many processes were started again, days played, differences."""

    demande: DemandeChaos
    compte: Compte
    relances: int
    jours: int
    ecarts: list[str]

    @property
    def reussi(self) -> bool:
        """Whether every blow hit, and the two plays left the same thing."""
        return not self.ecarts and self.compte.total >= self.demande.morts


def eprouver(demande: DemandeChaos, dire: Callable[[str], None] = lambda texte: None) -> ResultatChaos:
    """Play a rentrée under blows, then as many days without any, and compare.

    Arguments: `dire`, told each stage as it passes. Raises what starting an installation raises.
    """
    with dossier_temporaire() as dossier:
        dire(f"Rentrée éprouvée : {demande.morts} morts, graine {demande.graine}…")
        perturbee, compte, relances, jours = _jouer_sous_les_coups(demande, dossier, dire)
        dire(f"Rentrée tranquille : mêmes actes, {jours} jours…")
        tranquille = _jouer_tranquille(demande, dossier / "tranquille", jours)
    return ResultatChaos(demande, compte, relances, jours, comparer(tranquille, perturbee))


def _jouer_sous_les_coups(
    demande: DemandeChaos, dossier: Path, dire: Callable[[str], None]
) -> tuple[Empreinte, Compte, int, int]:
    points = dossier / "points"
    points.mkdir()
    os.environ[VARIABLE] = str(points)  # inherited by every process, those started again too
    try:
        return _sous_les_coups(demande, dossier / "eprouvee", points, dire)
    finally:
        del os.environ[VARIABLE]


def _sous_les_coups(
    demande: DemandeChaos, racine: Path, points: Path, dire: Callable[[str], None]
) -> tuple[Empreinte, Compte, int, int]:
    partie = ouvrir(racine, demande.effectif, demande.graine, lambda etape, instant: None)
    try:
        plan = tirer_plan(demande.graine, demande.morts, demande.points)
        pannes = Pannes(partie.superviseur, points, plan, random.Random(f"{demande.graine}:coups"))
        partie.rentree.debut, partie.rentree.fin = pannes.lacher, pannes.retenir
        try:
            jouer_rentree(partie.rentree)
            jour = 0
            while pannes.reste and jour < JOURS_AU_PLUS:
                jour += 1
                jouer_jour(partie.rentree, demande.graine, jour)
                dire(f"  jour {jour} : {pannes.compte.total} morts")
        finally:
            pannes.fermer()
        return relever(partie.rentree), pannes.compte, partie.superviseur.relances, jour
    finally:
        partie.fermer()


def _jouer_tranquille(demande: DemandeChaos, racine: Path, jours: int) -> Empreinte:
    partie = ouvrir(racine, demande.effectif, demande.graine, lambda etape, instant: None)
    try:
        jouer_rentree(partie.rentree)
        for jour in range(1, jours + 1):
            jouer_jour(partie.rentree, demande.graine, jour)
        return relever(partie.rentree)
    finally:
        partie.fermer()


@contextlib.contextmanager
def dossier_temporaire() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can enter (when we are root), removed at the end."""
    dossier = Path(tempfile.mkdtemp(prefix="rentree-"))
    dossier.chmod(0o755)
    try:
        yield dossier
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
