"""A whole académie, school after school: what one secteur holds is in memory, never the académie.

    for ecole in inventer_academie(ParametresAcademie(etablissements=300, eleves=150_000, seed=1)):
        ...

Brothers and sisters go to different schools of a secteur, teachers complete their service in the next one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from msgspec.structs import replace

from rentree.population.academie_carte import ParametresAcademie, dresser
from rentree.population.academie_lycee import FamilleConnue, generer_lycee
from rentree.population.academie_modeles import Ecole, EcolePrevue
from rentree.population.familles import Role
from rentree.population.generation import generer
from rentree.population.modeles import Adresse, Agent, Besoins
from rentree.population.parametres import Parametres
from rentree.population.repartition import ECART_MAX
from shared.identifiers import fabriquer_uai

_MOINS_DE_TROISIEME = 4
"""Only the brothers and sisters of pupils of 6e to 4e are lycéens: those of 3e would be too close in age."""
_SERVICE = Decimal(18)


def inventer_academie(p: ParametresAcademie) -> Iterator[Ecole]:
    """Every school of an académie in the order of its map; the same parameters give the same schools."""
    for secteur, prevues in groupby(dresser(p), key=lambda e: e.secteur):
        yield from _inventer_secteur(p, secteur, list(prevues))


def _inventer_secteur(p: ParametresAcademie, secteur: int, prevues: list[EcolePrevue]) -> list[Ecole]:
    """The collèges first, whose families the lycées know, then the staff that schools share."""
    faites: dict[int, Ecole] = {}
    familles: list[FamilleConnue] = []
    adresses: dict[int, Adresse] = {}
    colleges = [e.uai for e in prevues if e.genre == "CLG"] or [fabriquer_uai("097", secteur)]
    for prevue in sorted(prevues, key=lambda e: (e.genre != "CLG", e.rang)):
        parametres = _parametres(p, prevue)
        if prevue.genre == "CLG":
            ecole = Ecole.de_population(prevue, generer(parametres))
            familles += _familles(ecole)
            adresses |= {a.id: a for a in ecole.adresses}
        else:
            ecole = generer_lycee(prevue, parametres, familles, colleges)
            ecole = _loger(ecole, adresses)
        faites[prevue.rang] = ecole
    return _partager(random.Random(f"{p.seed}/partages/{secteur}"), [faites[e.rang] for e in prevues])


def _parametres(p: ParametresAcademie, prevue: EcolePrevue) -> Parametres:
    """A school's own parameters: its seed is derived from the académie's, its rank gives its blocks of identifiers."""
    return Parametres(
        uai=prevue.uai,
        effectif=prevue.effectif,
        seed=f"{p.seed}:{prevue.rang}",
        annee=p.annee,
        millesime=p.millesime,
        calendrier=p.calendrier,
        anomalies=False,
        rang=prevue.rang,
    )


def _familles(ecole: Ecole) -> list[FamilleConnue]:
    """The homes of a school that may have an elder child in a lycée, each once."""
    personnes = {r.id: r for r in ecole.responsables}
    liens: dict[int, list[Role]] = {}
    for x in ecole.liens:
        role = Role(
            personnes[x.responsable_id],
            x.parente,
            x.niveau,
            x.paie_frais,
            x.percoit_aides,
            x.heberge,
            x.contact_prioritaire,
        )
        liens.setdefault(x.eleve_id, []).append(role)
    niveaux = {d.code: d.niveau for d in ecole.divisions}
    vues: dict[tuple[int, ...], FamilleConnue] = {}
    ecartees: set[tuple[int, ...]] = set()
    for e in ecole.eleves:
        roles = liens.get(e.id, [])
        cle = tuple(sorted(r.personne.id for r in roles))
        division = e.scolarite.division if e.scolarite else None
        if division is None or niveaux[division] < _MOINS_DE_TROISIEME:
            ecartees.add(cle)
        elif roles and e.adresse_id is None:
            vues.setdefault(cle, FamilleConnue(e.nom, e.nom_usage, tuple(roles), e.bourse != "0"))
    return [famille for cle, famille in vues.items() if cle not in ecartees]


def _loger(ecole: Ecole, connues: dict[int, Adresse]) -> Ecole:
    """Add the addresses of the people whom the lycée shares with a collège."""
    siennes = {a.id: a for a in ecole.adresses}
    voulues = {r.adresse_id for r in ecole.responsables if r.adresse_id is not None} - set(siennes)
    siennes |= {i: connues[i] for i in voulues}
    return replace(ecole, adresses=tuple(siennes[i] for i in sorted(siennes)))


def _partager(hasard: random.Random, ecoles: list[Ecole]) -> list[Ecole]:
    """Those who teach less than a full service in two schools of the secteur become one person, two by two."""
    libres: dict[str, list[tuple[int, Agent]]] = {}
    remplaces: dict[int, dict[int, Agent]] = {}
    for rang, ecole in enumerate(ecoles):
        for agent in ecole.agents:
            if not agent.partage or agent.fonction != "ENS" or agent.discipline is None:
                continue
            attente = libres.setdefault(agent.discipline, [])
            possibles = [
                (la, autre)
                for la, autre in attente
                if la != rang and autre.heures_dues + agent.heures_dues <= _SERVICE + ECART_MAX
            ]
            if not possibles:
                attente.append((rang, agent))
                continue
            choisi = hasard.choice(possibles)
            attente.remove(choisi)
            autre = choisi[1]
            remplaces.setdefault(rang, {})[agent.id] = replace(
                autre, heures_dues=agent.heures_dues, support=agent.support, activites=agent.activites
            )
    return [_remplacer(ecole, remplaces.get(rang, {})) for rang, ecole in enumerate(ecoles)]


def _remplacer(ecole: Ecole, par: dict[int, Agent]) -> Ecole:
    if not par:
        return ecole

    def numero(i: int) -> int:
        return par[i].id if i in par else i

    b = ecole.besoins
    besoins = Besoins(
        b.groupes,
        tuple(replace(s, enseignants=tuple((numero(i), h) for i, h in s.enseignants)) for s in b.services),
        tuple((division, numero(i)) for division, i in b.professeurs_principaux),
    )
    return replace(ecole, agents=tuple(par.get(a.id, a) for a in ecole.agents), besoins=besoins)


__all__ = ["Ecole", "ParametresAcademie", "inventer_academie"]
