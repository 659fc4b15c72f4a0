"""What to generate: one school, one year."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import Refus
from shared.horloge.annees import Calendrier, millesime_de_l_annee
from shared.identifiers import est_reserve, fabriquer_uai
from shared.nomenclatures import communes

EFFECTIF_MIN = 60
EFFECTIF_MAX = 2400
RANG_MAX = 1999
"""Schools of one bac: each has its own block of identifiers and 5 000 INE of the 10 million reserved."""

_DEPARTEMENTS_NORD = ("037", "025")


class ParametresRefuses(Refus):
    """Parameters from which no population can be made."""

    code = "POPULATION_PARAMETRES"


class Parametres(Struct, frozen=True):
    """One school to invent.

    `uai`: in a reserved range (096, 097, 098); `effectif`: pupils of year N, exactly; `annee`: STS year N;
    `millesime`: BEE millésime (None: deduced from the calendar); `nature`: only "CLG"; `calendrier`: "nord" or
    "sud"; `anomalies`: stage the five seeded mistakes; `rang`: place of the school in its académie, which
    gives it its blocks of identifiers; `departement`: 3 characters, of the communes shipped (None: 037, or
    988 in the south); `uai_voisin`: the other school of the académie (None: an invented one).

    Raises `ParametresRefuses`.
    """

    uai: str
    effectif: int = 600
    seed: int | str = 0
    annee: int = 2026
    millesime: int | None = None
    nature: str = "CLG"
    calendrier: Calendrier = "nord"
    anomalies: bool = True
    rang: int = 0
    departement: str | None = None
    uai_voisin: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be generated, in the words of whoever typed the command."""
        for uai in (self.uai, self.uai_voisin):
            if uai is not None and not est_reserve(uai):
                _refuser(
                    f"L'UAI « {uai} » n'est pas celle d'un établissement inventé.",
                    "Prenez une UAI de préfixe 096, 097 ou 098, avec sa lettre de contrôle.",
                )
        if self.uai == self.uai_voisin:
            _refuser("L'établissement voisin est l'établissement lui-même.", "Donnez-lui une autre UAI.")
        if self.nature != "CLG":
            _refuser(f"La nature « {self.nature} » n'est pas prévue.", "Seuls les collèges (CLG) le sont.")
        if not EFFECTIF_MIN <= self.effectif <= EFFECTIF_MAX:
            _refuser(
                f"L'effectif {self.effectif} n'est pas possible.",
                f"Demandez de {EFFECTIF_MIN} à {EFFECTIF_MAX} élèves.",
            )
        if not 0 <= self.rang <= RANG_MAX:
            _refuser(f"Le rang {self.rang} n'est pas possible.", f"Demandez un rang de 0 à {RANG_MAX}.")
        if not 1990 <= self.annee <= 2100:
            _refuser(f"L'année {self.annee} n'est pas possible.", "Demandez une année de 1990 à 2100.")
        if self.calendrier not in ("nord", "sud"):
            _refuser(f"Le calendrier « {self.calendrier} » n'existe pas.", "Choisissez « nord » ou « sud ».")
        if not communes(self.departement_effectif):
            _refuser(
                f"Aucune commune n'est connue pour le département « {self.departement_effectif} ».",
                "Choisissez un département des nomenclatures livrées, par exemple 037.",
            )

    @property
    def millesime_effectif(self) -> int:
        """The BEE millésime: the one given, or the one that goes with the STS year."""
        return millesime_de_l_annee(self.annee, self.calendrier) if self.millesime is None else self.millesime

    @property
    def departement_effectif(self) -> str:
        """The département: the one given, or the default of the calendar."""
        if self.departement:
            return self.departement
        return "988" if self.calendrier == "sud" else _DEPARTEMENTS_NORD[0]

    @property
    def uai_voisin_effective(self) -> str:
        """The UAI of the neighbour: the one given, or an invented one that is never the school's own."""
        if self.uai_voisin:
            return self.uai_voisin
        candidate = fabriquer_uai("097", 7000 + self.rang)
        return candidate if candidate != self.uai else fabriquer_uai("097", 6999)


def decliner(modele: Parametres, nombre: int) -> Iterator[Parametres]:
    """The parameters of `nombre` schools of one académie, from rank 0, each the neighbour of the next.

    UAI are 096xxxx in order; sizes vary around `modele.effectif`; each school's seed is derived from the
    model's, so that any school can be generated alone. Raises `ParametresRefuses` over 2 000 schools.
    """
    if not 2 <= nombre <= RANG_MAX + 1:
        _refuser(f"{nombre} établissements : ce n'est pas possible.", f"Demandez de 2 à {RANG_MAX + 1}.")
    variation = (0, -12, 20, -25, 8, 35, -18, -6, 14, -30)
    for rang in range(nombre):
        effectif = modele.effectif * (100 + variation[rang % len(variation)]) // 100
        yield replace(
            modele,
            uai=fabriquer_uai("096", rang + 1),
            uai_voisin=fabriquer_uai("096", (rang + 1) % nombre + 1),
            effectif=min(max(effectif, EFFECTIF_MIN), EFFECTIF_MAX),
            seed=f"{modele.seed}:{rang}",
            rang=rang,
        )


def _refuser(phrase: str, remede: str) -> None:
    raise ParametresRefuses(phrase, remede=remede)
