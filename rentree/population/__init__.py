"""Invented schools: one call, one school, always the same for the same seed.

    from rentree.population import Parametres, generer
    population = generer(Parametres(uai="0960001E", effectif=600, seed=7, annee=2026))

Everybody is invented, in the reserved ranges of the architecture. A whole académie is made school by school,
with `decliner`.
"""

from __future__ import annotations

from rentree.population.anomalies import (
    Anomalie,
    FicheBloquante,
    GroupeMalNomme,
    MultiInscription,
    ResponsableEnDouble,
    SansIne,
)
from rentree.population.generation import generer
from rentree.population.lieux import etablissement_invente
from rentree.population.modeles import (
    Activite,
    Adresse,
    Agent,
    Besoins,
    Division,
    Eleve,
    Etablissement,
    Groupe,
    Lien,
    Option,
    Origine,
    Responsable,
    Scolarite,
    ScolariteVoisine,
    Service,
)
from rentree.population.parametres import Parametres, ParametresRefuses, decliner
from rentree.population.population import Population

__all__ = [
    "Activite",
    "Adresse",
    "Agent",
    "Anomalie",
    "Besoins",
    "Division",
    "Eleve",
    "Etablissement",
    "FicheBloquante",
    "Groupe",
    "GroupeMalNomme",
    "Lien",
    "MultiInscription",
    "Option",
    "Origine",
    "Parametres",
    "ParametresRefuses",
    "Population",
    "Responsable",
    "ResponsableEnDouble",
    "SansIne",
    "Scolarite",
    "ScolariteVoisine",
    "Service",
    "decliner",
    "etablissement_invente",
    "generer",
]
