"""Generating a school: the steps, in order."""

from __future__ import annotations

import random

from msgspec.structs import replace

from rentree.population.anomalies import Anomalie, Brouillon, commettre
from rentree.population.contexte import Contexte
from rentree.population.effectifs import Effectifs, compter, decrire_divisions
from rentree.population.eleves import Eleves, numeroter
from rentree.population.familles import Foyers, former_fratries
from rentree.population.groupes import former_groupes
from rentree.population.lieux import Lieux, inventer_lieux
from rentree.population.modeles import Eleve, ScolariteVoisine
from rentree.population.options import choisir_options
from rentree.population.parametres import Parametres
from rentree.population.personnels import Personnels
from rentree.population.population import Population
from rentree.population.services import demander


def generer(parametres: Parametres, rng: random.Random | None = None) -> Population:
    """Invent a school: the same parameters and the same `rng` give the same object, on any machine.

    `rng` is drawn from once; without it, randomness comes from `parametres.seed`. With or without anomalies
    the population is the same, mistakes apart.
    """
    hasard = rng or random.Random(f"population/{parametres.seed}")
    contexte = Contexte(parametres, hasard.getrandbits(64))
    lieux = inventer_lieux(contexte)
    effectifs = compter(contexte)
    choisir_options(contexte, effectifs)

    foyers, inscriptions = Foyers(contexte, lieux), Eleves(contexte, lieux)
    fratries = list(former_fratries(contexte.hasard("fratries"), effectifs.places))
    for rang, fratrie in enumerate(fratries):
        inscriptions.inscrire(fratrie, foyers.installer(fratrie, couple=rang == 0))
    numeros = numeroter(inscriptions.eleves, contexte.hasard("elenoet"))
    eleves = [replace(e, elenoet=numeros[e.id]) for e in inscriptions.eleves]

    personnels = Personnels(contexte)
    personnels.encadrer()
    groupes = former_groupes(contexte, effectifs, {e.id: f"{e.nom} {e.prenom}" for e in eleves})
    besoins = personnels.enseigner(demander(contexte, effectifs, groupes), groupes)

    brouillon = Brouillon(
        eleves=[e for e in eleves if e.scolarite],
        responsables=foyers.responsables,
        liens=inscriptions.liens,
        adresses=contexte.adresses,
        besoins=besoins,
        voisines=_chez_le_voisin(contexte, lieux, eleves),
    )
    anomalies: tuple[Anomalie, ...] = ()
    if parametres.anomalies:
        cadet, aine = (place.eleve_id for place in fratries[0].places)
        secondes = (contexte.identifiant("responsable"), contexte.identifiant("adresse"))
        anomalies = commettre(brouillon, aine, cadet, secondes)
    return _assembler(contexte, lieux, effectifs, brouillon, eleves, personnels, anomalies)


def _chez_le_voisin(contexte: Contexte, lieux: Lieux, eleves: list[Eleve]) -> list[ScolariteVoisine]:
    """What the neighbouring school's base of the coming year holds of the pupils who come from it."""
    hasard = contexte.hasard("voisin")
    sortie = contexte.sortie(contexte.parametres.annee - 1)
    return [
        ScolariteVoisine(
            eleve_id=e.id,
            uai=lieux.voisin.uai,
            mef=place.mef,
            division=f"{6 - int(place.mef[2])}{hasard.choice('ABCD')}",
            date_sortie=sortie,
        )
        for e in eleves
        for place in (e.scolarite or e.scolarite_precedente,)
        if e.origine == "autre_eple"
    ]


def _assembler(
    contexte: Contexte,
    lieux: Lieux,
    effectifs: Effectifs,
    brouillon: Brouillon,
    eleves: list[Eleve],
    personnels: Personnels,
    anomalies: tuple[Anomalie, ...],
) -> Population:
    annee = contexte.parametres.annee
    return Population(
        parametres=contexte.parametres,
        academie=lieux.academie,
        etablissement=lieux.etablissement,
        voisin=lieux.voisin,
        lointain=lieux.lointain,
        ecoles=lieux.ecoles,
        rentree=contexte.rentree(annee),
        sortie=contexte.sortie(annee),
        divisions=decrire_divisions(effectifs, annee),
        divisions_precedentes=decrire_divisions(effectifs, annee - 1, precedentes=True),
        eleves=tuple(brouillon.eleves),
        sortants=tuple(e for e in eleves if e.scolarite is None),
        responsables=tuple(brouillon.responsables),
        liens=tuple(brouillon.liens),
        adresses=tuple(brouillon.adresses),
        agents=tuple(personnels.agents),
        besoins=brouillon.besoins,
        scolarites_voisines=tuple(brouillon.voisines),
        anomalies=anomalies,
    )
