"""Generating around real data: the generator's own steps, told what is already there and what must not come out.

Identifiers given here follow those of the files; surnames, telephones, INE and address lines are never one of the
originals; families live in the communes that the files know.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from rentree.population import Adresse, Parametres, listes
from rentree.population.contexte import Contexte
from rentree.population.effectifs import Place
from rentree.population.eleves import Eleves
from rentree.population.familles import Foyers
from rentree.population.lieux import Lieux
from shared.formats.pseudonymes.mots import mots
from shared.formats.pseudonymes.originaux import Originaux
from shared.identifiers import INE_NUMERO_MIN, cle_tri, fabriquer_ine, telephone_fixe, telephone_mobile
from shared.nomenclatures import Commune, communes

_PREMIER_INE = INE_NUMERO_MIN + 8_000_000 - 50_000
_RANG_PROFESSIONNEL = 5000
_ESSAIS = 200


class ParametresDossier(Parametres, frozen=True):
    """The parameters of a school that exists: its UAI is real, its size whatever it is."""

    def __post_init__(self) -> None:
        """Nothing to refuse: the files were checked."""


@dataclass
class ContexteDossier(Contexte):
    """A generation around what files gave.

    `originaux`: identities that must not come out; `communes`: where families live, at least one; `atteints`: the
    highest identifier of the files by kind (eleve, responsable, adresse, agent); `ines`: those in use; `eleve_ids`
    and `noms`: what the next pupil and the next surname drawn must be.
    """

    originaux: Originaux = field(default_factory=Originaux)
    communes: tuple[Commune, ...] = ()
    atteints: dict[str, int] = field(default_factory=dict)
    ines: set[str] = field(default_factory=set)
    eleve_ids: list[int] = field(default_factory=list)
    noms: list[str] = field(default_factory=list)
    _libres: tuple[str, ...] = ()

    def identifiant(self, genre: str) -> int:
        """The next identifier after those of the files, or the one asked for a pupil."""
        if genre == "eleve" and self.eleve_ids:
            return self.eleve_ids.pop(0)
        return max(self.atteints.get(genre, 0), 1000) + self._suivant(genre)

    def rang_contact(self) -> int:
        """A rank whose telephones are nobody's in the files."""
        for _ in range(_ESSAIS):
            rang = super().rang_contact()
            numeros = {telephone_fixe(rang), telephone_mobile(rang), telephone_fixe(rang + _RANG_PROFESSIONNEL)}
            if not numeros & self.originaux.telephones:
                break
        return rang

    def ine(self, eleve_id: int) -> str:
        """An INE that nobody has."""
        while True:
            trouve = fabriquer_ine(_PREMIER_INE + self._suivant("ine"))
            if trouve not in self.ines and trouve not in self.originaux.ines:
                self.ines.add(trouve)
                return trouve

    def nom(self, hasard: random.Random) -> str:
        """The surname asked for, or one that nobody bears in the files."""
        if self.noms:
            return self.noms.pop(0)
        if not self._libres:
            tous = listes.noms(self.sud)
            self._libres = tuple(n for n in tous if not self.originaux.mots.intersection(mots(n))) or tous
        return hasard.choice(self._libres)

    def commune_de_naissance(self) -> Commune:
        """A commune whose INSEE code is known: of the files, else of those shipped."""
        livrees = communes(self.parametres.departement_effectif)
        return next(c for c in (*self.communes, *livrees) if c.insee)

    def nouvelle_adresse(self, hasard: random.Random, commune: Commune | None = None) -> Adresse:
        """An address in a commune of the files, at a line that is not in them."""
        lieu = commune or hasard.choice(self.communes)
        for _ in range(_ESSAIS):
            voie = f"{hasard.choice(listes.lieux('voies'))} {hasard.choice(listes.lieux('noms_voies'))}"
            ligne = f"{hasard.randint(1, 98)} {voie}"[:38]
            if cle_tri(ligne) not in self.originaux.lignes:
                break
        return self.garder_adresse(ligne, None, lieu)


class FoyersDossier(Foyers):
    """Families of the communes that the files know."""

    def __init__(self, contexte: ContexteDossier, lieux: Lieux) -> None:
        super().__init__(contexte, lieux)
        self._communes = contexte.communes


class ElevesDossier(Eleves):
    """Pupils born near where they live."""

    def __init__(self, contexte: ContexteDossier, lieux: Lieux) -> None:
        super().__init__(contexte, lieux)
        self._naissances = tuple(c.insee for c in contexte.communes if c.insee)

    def _lieu_de_naissance(self) -> tuple[str, str | None, str | None]:
        if not self._naissances:
            return super()._lieu_de_naissance()
        return "100", self._hasard.choice(self._naissances), None


@dataclass(eq=False)
class PlaceReelle(Place):
    """A pupil to invent in a division that exists, with its own MEF."""

    mef_reel: str = ""
    mef_avant: str = ""

    @property
    def mef(self) -> str | None:
        """His MEF of year N."""
        return self.mef_reel

    @property
    def mef_precedent(self) -> str:
        """His MEF of year N-1."""
        return self.mef_avant


def communes_de(adresses: Iterable[Adresse], ecole: Adresse) -> tuple[Commune, ...]:
    """The communes of the files' addresses in France, that of the school first, each once."""
    trouvees: dict[tuple[str, str], Commune] = {}
    for a in (ecole, *adresses):
        if a.pays == "100" and a.code_postal and a.libelle_postal:
            cle = (a.code_postal, a.libelle_postal)
            connue = trouvees.get(cle)
            if connue is None or (not connue.insee and a.commune_insee):
                trouvees[cle] = Commune(
                    a.commune_insee, a.libelle_postal, a.code_postal, a.libelle_postal, a.departement
                )
    return tuple(trouvees.values())
