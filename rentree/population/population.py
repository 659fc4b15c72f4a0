"""A generated school, and the ways to look things up in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from rentree.population.anomalies import Anomalie
from rentree.population.modeles import (
    Adresse,
    Agent,
    Besoins,
    Division,
    Eleve,
    Etablissement,
    Groupe,
    Lien,
    Responsable,
    ScolariteVoisine,
    Service,
)
from rentree.population.parametres import Parametres
from shared.identifiers import cle_tri
from shared.nomenclatures import Academie

K = TypeVar("K")
V = TypeVar("V")


class Population(Struct, frozen=True, dict=True):
    """One school in year N, with what is left of N-1.

    `eleves`: those of N, exactly the number asked for; `sortants`: those of N-1 who are gone. People come in
    the order of their identifiers, structures level by level from 6e. Lookups are computed once, when asked.
    """

    parametres: Parametres
    academie: Academie
    etablissement: Etablissement
    voisin: Etablissement
    lointain: Etablissement
    ecoles: tuple[Etablissement, ...]
    rentree: date
    sortie: date
    divisions: tuple[Division, ...]
    divisions_precedentes: tuple[Division, ...]
    eleves: tuple[Eleve, ...]
    sortants: tuple[Eleve, ...]
    responsables: tuple[Responsable, ...]
    liens: tuple[Lien, ...]
    adresses: tuple[Adresse, ...]
    agents: tuple[Agent, ...]
    besoins: Besoins
    scolarites_voisines: tuple[ScolariteVoisine, ...]
    anomalies: tuple[Anomalie, ...]

    @cached_property
    def base_precedente(self) -> tuple[Eleve, ...]:
        """The pupils of this school's base in N-1: those who stay, then those who are gone."""
        return tuple(e for e in self.eleves if e.origine == "base") + self.sortants

    @cached_property
    def enseignants(self) -> tuple[Agent, ...]:
        """The teachers."""
        return tuple(a for a in self.agents if a.fonction == "ENS")

    @cached_property
    def etablissements_par_uai(self) -> dict[str, Etablissement]:
        """Every school named in the population."""
        return {e.uai: e for e in (self.etablissement, self.voisin, self.lointain, *self.ecoles)}

    @cached_property
    def eleves_par_id(self) -> dict[int, Eleve]:
        """Pupils of N and leavers by identifier."""
        return {e.id: e for e in (*self.eleves, *self.sortants)}

    @cached_property
    def responsables_par_id(self) -> dict[int, Responsable]:
        """Responsables by identifier."""
        return {r.id: r for r in self.responsables}

    @cached_property
    def adresses_par_id(self) -> dict[int, Adresse]:
        """Addresses of families by identifier."""
        return {a.id: a for a in self.adresses}

    @cached_property
    def agents_par_id(self) -> dict[int, Agent]:
        """Agents by identifier."""
        return {a.id: a for a in self.agents}

    @cached_property
    def divisions_par_code(self) -> dict[str, Division]:
        """Divisions of N by code."""
        return {d.code: d for d in self.divisions}

    @cached_property
    def groupes_par_code(self) -> dict[str, Groupe]:
        """Groups of N by code."""
        return {g.code: g for g in self.besoins.groupes}

    @cached_property
    def eleves_par_division(self) -> dict[str, tuple[Eleve, ...]]:
        """Pupils of each division of N, in alphabetical order."""
        rangees = _grouper((e.scolarite.division, e) for e in self._par_nom if e.scolarite)
        return {d.code: rangees.get(d.code, ()) for d in self.divisions}

    @cached_property
    def eleves_par_division_precedente(self) -> dict[str, tuple[Eleve, ...]]:
        """Pupils of each division of N-1, in alphabetical order."""
        anciens = sorted(self.base_precedente, key=_ordre)
        rangees = _grouper((e.scolarite_precedente.division, e) for e in anciens)
        return {d.code: rangees.get(d.code, ()) for d in self.divisions_precedentes}

    @cached_property
    def eleves_par_groupe(self) -> dict[str, tuple[Eleve, ...]]:
        """Pupils of each group of N, division by division."""
        return {g.code: tuple(self.eleves_par_id[m] for m in g.membres) for g in self.besoins.groupes}

    @cached_property
    def groupes_par_eleve(self) -> dict[int, tuple[str, ...]]:
        """Codes of the groups of each pupil of N who has some."""
        return _grouper((membre, g.code) for g in self.besoins.groupes for membre in g.membres)

    @cached_property
    def liens_par_eleve(self) -> dict[int, tuple[Lien, ...]]:
        """Links of each pupil, legal ones first."""
        return _grouper((lien.eleve_id, lien) for lien in self.liens)

    @cached_property
    def enfants_par_responsable(self) -> dict[int, tuple[int, ...]]:
        """Identifiers of the pupils each responsable has a link to."""
        return _grouper((lien.responsable_id, lien.eleve_id) for lien in self.liens)

    @cached_property
    def services_par_structure(self) -> dict[str, tuple[Service, ...]]:
        """Services of each division or group."""
        return _grouper((s.structure, s) for s in self.besoins.services)

    @cached_property
    def services_par_enseignant(self) -> dict[int, tuple[Service, ...]]:
        """Services of each teacher."""
        return _grouper((agent, s) for s in self.besoins.services for agent, _ in s.enseignants)

    @cached_property
    def _par_nom(self) -> list[Eleve]:
        return sorted(self.eleves, key=_ordre)


def _ordre(eleve: Eleve) -> tuple[str, str, int]:
    return cle_tri(eleve.nom), cle_tri(eleve.prenom), eleve.id


def _grouper(paires: Iterable[tuple[K | None, V]]) -> dict[K, tuple[V, ...]]:
    resultat: dict[K, list[V]] = {}
    for cle, valeur in paires:
        if cle is not None:
            resultat.setdefault(cle, []).append(valeur)
    return {cle: tuple(valeurs) for cle, valeurs in resultat.items()}
