"""The tableau de bord: counts of the base, signalements, what waits.

Source: procedures BEE-07 to BEE-14, BEE-54 to BEE-57, BEE-64.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from services.siecle_bee.models import BaseEleves, Depot, Signalement
from services.siecle_bee.use_cases import complexe, depots, dossiers, fiches, nomenclatures
from services.siecle_bee.use_cases.recherche_avancee import sortie_imprecise
from services.siecle_bee.use_cases.signalements import signalements
from shared.nomenclatures import entree, liste
from shared.persistence.unite import Unite

REGIMES_DU_TABLEAU = {
    "0": "Extérieur libre",
    "1": "Extérieur surveillé",
    **dict.fromkeys(("2", "21", "22", "23", "24", "25", "26", "29"), "DP dans l'établissement"),
    "3": "Interne dans l'établissement",
    "6": "DP hors l'établissement",
}
"""As the chart words them (BEE-11); the others keep the words of the nomenclature."""
CONTROLE_REGULIER = (
    "Contrôlez régulièrement la base : à l'ajout d'un élève, à la réception des fiches depuis affectation, "
    "avant la bascule de la base élèves."
)
CONSEILS_DOUBLONS = {
    "avant_bascule": "Supprimez les doublons responsables avant la bascule faite par le rectorat (mai).",
    "juin-juillet": "Supprimez les doublons responsables en juin-juillet, avant l'affectation dans les divisions.",
    "septembre": "Supprimez les doublons responsables en septembre au plus tard, jamais en cours d'année.",
}


class Tableau(Struct, frozen=True):
    """What the tableau de bord shows."""

    nouvelles_nomenclatures: bool
    signalements: Sequence[Signalement]
    bloquantes: int
    sans_ine: int
    effectif_constate: int
    constat_le: datetime
    scolarises: int
    non_scolarises: int
    motifs_imprecis: int
    redoublants: int
    boursiers: int
    hors: int
    parcours: int
    par_sexe: dict[str, int]
    par_regime: dict[str, int]
    dossiers: dict[str, int]
    depot: Depot | None
    conseil_doublons: str

    @property
    def repartition(self) -> int:
        """The number of « Répartition des effectifs »: the fiches that want an act of the school."""
        return self.bloquantes + self.motifs_imprecis

    @property
    def total(self) -> int:
        """The number on « Tableau de bord »: the sum of its sections' own (BEE-08)."""
        return total(self.signalements, self.repartition)


def total(signales: Sequence[Signalement], repartition: int) -> int:
    """The number on « Tableau de bord », of what its sections show."""
    return len({s.eleve_id for s in signales}) + repartition


def tableau(u: Unite, b: BaseEleves) -> Tableau:
    """Count the base. « Effectifs constatés » stays at the last constat (BEE-10), the rest follows every change."""
    lues = fiches.toutes(u, b)
    scolarises = [f.eleve for f in lues if f.scolarise]
    presents = {e.eleve_id for e in scolarises}
    actives = complexe.actives(u, b)
    regimes = {e.code: e.libelle_long.capitalize() for e in liste("regimes")} | REGIMES_DU_TABLEAU
    return Tableau(
        nouvelles_nomenclatures=nomenclatures.nouvelles_nomenclatures(u, b),
        signalements=signalements(u, b),
        bloquantes=sum(bool(f.manques) for f in lues),
        sans_ine=sum(not f.eleve.ine and not f.sorti for f in lues),
        effectif_constate=len(scolarises) if b.effectif_constate is None else b.effectif_constate,
        constat_le=b.constat_le or b.ouverte_le,
        scolarises=len(scolarises),
        non_scolarises=len(lues) - len(scolarises),
        motifs_imprecis=sum(sortie_imprecise(f) for f in lues),
        redoublants=sum(e.redoublant for e in scolarises),
        boursiers=sum(e.boursier for e in scolarises),
        hors=len(presents & actives["hors"]),
        parcours=len(presents & actives["parcours"]),
        par_sexe=_compter("Filles" if e.sexe == "2" else "Garçons" for e in scolarises),
        par_regime=_compter(regimes.get(e.regime, "Non renseigné") for e in scolarises),
        dossiers=dossiers.compter_attente(u, b),
        depot=depots.en_attente(u, b.uai),
        conseil_doublons=CONSEILS_DOUBLONS[u.profil.bee_doublons_conseil],
    )


def nombre(u: Unite, b: BaseEleves) -> int:
    """The number on « Tableau de bord », which every page shows: nothing else of it is counted."""
    lues = fiches.imparfaites(u, b)
    return total(signalements(u, b), sum(bool(f.manques) or sortie_imprecise(f) for f in lues))


def _compter(libelles: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(libelles).items()))


def constater(u: Unite, b: BaseEleves) -> int:
    """The button that recounts: « Effectifs constatés » becomes what it is now (BEE-10, BEE-11)."""
    b.effectif_constate = sum(f.scolarise for f in fiches.toutes(u, b))
    b.constat_le = u.maintenant
    u.journaliser("constat", "Constat des effectifs", uai=b.uai, annee=b.millesime, nb=b.effectif_constate)
    return b.effectif_constate


def libelle_motif(code: str) -> str:
    """The label of a motif de sortie."""
    return entree("motifs_sortie", code).libelle_long if code else ""
