"""What an académie is made of: its schools as planned, then each school with everybody in it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from rentree.population.modeles import Adresse, Agent, Besoins, Division, Eleve, Etablissement, Lien, Responsable
from rentree.population.population import Population
from shared.nomenclatures import Academie

Genre = Literal["CLG", "LGT", "LP"]
"""Collège, lycée général et technologique, lycée professionnel."""


class EcolePrevue(Struct, frozen=True):
    """A school of the map: its place in the académie, its UAI, its secteur, how many pupils it will have."""

    rang: int
    uai: str
    genre: Genre
    secteur: int
    effectif: int


class Ecole(Struct, frozen=True):
    """A school in year N, as a simulation starts from it: nothing of N-1 but what the fiches of pupils tell.

    People who have children in two schools, or teach in two, have the same identifier in both.
    """

    prevue: EcolePrevue
    academie: Academie
    etablissement: Etablissement
    annee: int
    millesime: int
    rentree: date
    sortie: date
    divisions: tuple[Division, ...]
    eleves: tuple[Eleve, ...]
    responsables: tuple[Responsable, ...]
    liens: tuple[Lien, ...]
    adresses: tuple[Adresse, ...]
    agents: tuple[Agent, ...]
    besoins: Besoins

    @classmethod
    def de_population(cls, prevue: EcolePrevue, p: Population) -> Ecole:
        """The school of a population, without its leavers nor their families."""
        presents = {e.id for e in p.eleves}
        liens = tuple(x for x in p.liens if x.eleve_id in presents)
        ids = {x.responsable_id for x in liens}
        responsables = tuple(r for r in p.responsables if r.id in ids)
        logis = {r.adresse_id for r in responsables} | {e.adresse_id for e in p.eleves}
        return cls(
            prevue=prevue,
            academie=p.academie,
            etablissement=p.etablissement,
            annee=p.parametres.annee,
            millesime=p.parametres.millesime_effectif,
            rentree=p.rentree,
            sortie=p.sortie,
            divisions=p.divisions,
            eleves=p.eleves,
            responsables=responsables,
            liens=liens,
            adresses=tuple(a for a in p.adresses if a.id in logis),
            agents=p.agents,
            besoins=p.besoins,
        )
