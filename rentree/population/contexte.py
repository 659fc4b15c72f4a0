"""What every step of the generation shares: separate streams of randomness and blocks of identifiers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from rentree.population import listes
from rentree.population.modeles import Adresse
from rentree.population.parametres import Parametres
from shared.horloge.annees import Calendrier
from shared.horloge.calendrier import CalendrierScolaire, calendrier_scolaire
from shared.identifiers import INE_NUMERO_MIN, fabriquer_ine
from shared.nomenclatures import Commune, communes

T = TypeVar("T")

_BLOC = 10_000
_BLOC_AGENTS = 1_000
_BLOC_INE = 5_000
_PAS_INE = 2_237  # coprime with the block: neighbours in the school are not neighbours in the registry


@cache
def _calendrier(annee: int, calendrier: Calendrier) -> CalendrierScolaire:
    return calendrier_scolaire(annee, calendrier)


@dataclass
class Contexte:
    """One generation in progress. Each step draws from its own stream, so that changing one leaves the others."""

    parametres: Parametres
    graine: int
    adresses: list[Adresse] = field(default_factory=list)
    _rangs: dict[str, int] = field(default_factory=dict)

    def hasard(self, etape: str) -> random.Random:
        """The stream of randomness of a step: the same for the same seed and name, on any machine."""
        return random.Random(f"{self.graine}/{etape}")

    def _suivant(self, genre: str) -> int:
        self._rangs[genre] = self._rangs.get(genre, 0) + 1
        return self._rangs[genre]

    def identifiant(self, genre: str) -> int:
        """The next identifier of « eleve », « responsable », « adresse » or « agent » in this school's block."""
        bloc = _BLOC_AGENTS if genre == "agent" else _BLOC
        return (self.parametres.rang + 1) * bloc + self._suivant(genre)

    def rang_contact(self) -> int:
        """A number never given twice here, for telephones and mail addresses."""
        return self._suivant("contact")

    def ine(self, eleve_id: int) -> str:
        """The INE of a pupil, from this school's block of the reserved range."""
        place = (eleve_id % _BLOC * _PAS_INE) % _BLOC_INE
        return fabriquer_ine(INE_NUMERO_MIN + self.parametres.rang * _BLOC_INE + place)

    @property
    def sud(self) -> bool:
        """Whether the calendar is the southern one."""
        return self.parametres.calendrier == "sud"

    def rentree(self, annee: int) -> date:
        """The pupils' first day of STS year `annee`."""
        return _calendrier(annee, self.parametres.calendrier).rentree_eleves

    def sortie(self, annee: int) -> date:
        """The pupils' last day of STS year `annee`."""
        return _calendrier(annee, self.parametres.calendrier).sortie_eleves

    def nom(self, hasard: random.Random) -> str:
        """A surname in capitals."""
        return hasard.choice(listes.noms(self.sud))

    def nouvelle_adresse(self, hasard: random.Random, commune: Commune | None = None) -> Adresse:
        """A new address in the département, in `commune` if given, kept among the school's addresses."""
        lieu = commune or hasard.choice(communes(self.parametres.departement_effectif))
        numero = hasard.randint(1, 98)
        voie = f"{hasard.choice(listes.lieux('voies'))} {hasard.choice(listes.lieux('noms_voies'))}"
        complement = hasard.choice(listes.lieux("complements")) if hasard.random() < 0.22 else None
        return self.garder_adresse(f"{numero} {voie}"[:38], complement, lieu)

    def garder_adresse(self, ligne1: str, ligne2: str | None, lieu: Commune) -> Adresse:
        """Number an address and keep it."""
        adresse = Adresse(
            id=self.identifiant("adresse"),
            ligne1=ligne1,
            ligne2=ligne2,
            code_postal=lieu.code_postal,
            commune_insee=lieu.insee,
            libelle_postal=lieu.acheminement,
            departement=lieu.departement,
        )
        self.adresses.append(adresse)
        return adresse


def jour_de(hasard: random.Random, annee: int) -> date:
    """A day of a civil year, any."""
    return date(annee, 1, 1) + timedelta(days=hasard.randrange(365))


def tirer(hasard: random.Random, poids: Sequence[tuple[T, float]]) -> T:
    """One value among (value, weight) pairs."""
    return hasard.choices([v for v, _ in poids], weights=[p for _, p in poids])[0]


def distribuer(hasard: random.Random, objets: Sequence[T], nombre: int) -> list[list[T]]:
    """Deal shuffled objects into `nombre` heaps of nearly equal sizes (they differ by 3 at most)."""
    melange = list(objets)
    hasard.shuffle(melange)
    tas = [melange[i::nombre] for i in range(nombre)]
    if nombre > 1 and len(melange) >= 12 * nombre:
        donneur, receveur = hasard.sample(range(nombre), 2)
        tas[receveur].append(tas[donneur].pop())
    return tas
