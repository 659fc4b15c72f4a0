"""The pupils of invented écoles and their families: brothers and sisters, parents together or not.

Source: reference aaf.md §5.1 and §5.2; shares as in `familles`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from rentree.population import listes
from rentree.population.contexte import tirer
from rentree.population.ecoles_classes import ORDINAIRE, Classe, Niveau, cycle
from rentree.population.familles import MERE, PERE, TUTEUR
from shared.formats.aaf import EleveAaf1d, PersRelEleveAaf1d
from shared.formats.aaf.valeurs import Autorite, CodeLibelle, DateDeClasse, Lignes, telephone
from shared.identifiers import INE_NUMERO_MAX, fabriquer_ine, mel, telephone_fixe, telephone_mobile
from shared.nomenclatures import Commune, communes

ELEVE, RESPONSABLE = 91_000_000, 92_000_000
_TYPES = (("couple", 70.0), ("separes", 20.0), ("seul", 8.5), ("tuteur", 1.5))
_PART_FRATRIE = 0.4
_PAS_INE, _BLOC_INE = 22_271, 100_000
"""Pupils one after the other are not neighbours in the registry; the blocks go down from the last number."""


class Place(Struct, frozen=True):
    """A pupil to be: école, class, level."""

    ecole: int
    classe: Classe
    niveau: Niveau


class Enfants:
    """Makes pupils and responsables: `inscrire`, for the écoles of a commune; then the records, by number."""

    def __init__(self, hasard: random.Random, annee: int, rentree: date) -> None:
        self._hasard = hasard
        self._annee = annee
        self._rentree = rentree
        self.eleves: list[EleveAaf1d] = []
        self.responsables: list[PersRelEleveAaf1d] = []

    def inscrire(self, places: list[Place], lieux: Sequence[Commune]) -> None:
        """Give pupils to places, family by family; brothers and sisters are of different levels."""
        hasard = self._hasard
        hasard.shuffle(places)
        while places:
            fratrie = [places.pop()]
            while places and len(fratrie) < 4 and hasard.random() < _PART_FRATRIE:
                ages = {p.niveau.age for p in fratrie}
                proches = [i for i, p in enumerate(places[-12:], len(places[-12:]) * -1) if p.niveau.age not in ages]
                if not proches:
                    break
                fratrie.append(places.pop(proches[0]))
            self._famille(fratrie, hasard.choice(lieux))

    def _famille(self, fratrie: list[Place], lieu: Commune) -> None:
        hasard = self._hasard
        genre = tirer(hasard, _TYPES)
        pere, mere = hasard.choice(listes.noms()), hasard.choice(listes.noms())
        nom = tirer(hasard, [(pere, 78.0), (mere, 10.0), (f"{pere}-{mere}", 12.0)])
        foyer = self._adresse(), lieu
        if genre == "tuteur":
            liens = [(self._responsable(hasard.choice("12"), hasard.choice(listes.noms()), None, *foyer), TUTEUR)]
        elif genre == "seul":
            sexe = "2" if hasard.random() < 0.86 else "1"
            nom = mere if sexe == "2" else pere
            liens = [(self._responsable(sexe, nom, None, *foyer), MERE if sexe == "2" else PERE)]
        else:
            autre = foyer if genre == "couple" else (self._adresse(), hasard.choice(communes(lieu.departement)))
            usage = pere if genre == "couple" and hasard.random() < 0.5 else None
            liens = [
                (self._responsable("2", mere, usage, *foyer), MERE),
                (self._responsable("1", pere, None, *autre), PERE),
            ]
        prenoms: set[str] = set()
        dates: list[date] = []
        siens = [self._eleve(place, nom, liens, prenoms, dates) for place in fratrie]
        for rang, _ in liens:
            self.responsables[rang] = replace(self.responsables[rang], eleves=tuple(e.jointure for e in siens))

    def _eleve(
        self, place: Place, nom: str, liens: list[tuple[int, str]], pris: set[str], dates: list[date]
    ) -> EleveAaf1d:
        hasard = self._hasard
        sexe = hasard.choice("12")
        naissance = self._naitre(place.niveau, dates)
        prenom, second = hasard.sample([p for p in listes.prenoms(sexe, naissance.year) if p not in pris], 2)
        pris.add(prenom)
        dates.append(naissance)
        rang = len(self.eleves)
        bloc, dedans = divmod(rang, _BLOC_INE)
        garderie = hasard.random()
        fait = EleveAaf1d(
            jointure=ELEVE + rang + 1,
            ine=fabriquer_ine(INE_NUMERO_MAX - bloc * _BLOC_INE - dedans * _PAS_INE % _BLOC_INE),
            naissance=naissance,
            civilite="M." if sexe == "1" else "Mme",
            structure=place.ecole,
            autorites=tuple(Autorite(self.responsables[r].jointure, int(parente)) for r, parente in liens),
            restaurant=hasard.random() < 0.7,
            transport=hasard.random() < 0.1,
            garderie_matin=garderie < 0.2,
            garderie_soir=garderie < 0.35,
            etudes=place.niveau.cycle > 1 and hasard.random() < 0.15,
            niveau=CodeLibelle(place.niveau.code, place.niveau.libelle),
            cycle=cycle(place.niveau),
            type_classe=ORDINAIRE,
            entrees=(DateDeClasse(place.ecole, self._rentree, place.classe.aaf.id),),
            classes=(place.classe.aaf,),
            groupes=place.classe.groupes_de(hasard),
            nom_famille=nom,
            nom_usage=nom,
            prenom=prenom,
            prenoms=(prenom, second) if hasard.random() < 0.6 else (prenom,),
        )
        self.eleves.append(fait)
        return fait

    def _naitre(self, niveau: Niveau, aines: list[date]) -> date:
        """A day of the year of that age (the first eight months of it for the little ones), far from the others'."""
        premier = date(self._annee - niveau.age, 1, 1)
        jours = 240 if niveau.age == 2 else 365
        for _ in range(40):
            jour = premier + timedelta(days=self._hasard.randrange(jours))
            if all(abs((jour - autre).days) >= 290 for autre in aines):
                break
        return jour

    def _adresse(self) -> Lignes:
        hasard = self._hasard
        voie, nom = hasard.choice(listes.lieux("voies")), hasard.choice(listes.lieux("noms_voies"))
        return Lignes("", "", f"{hasard.randint(1, 98)} {voie} {nom}"[:38], "")

    def _responsable(self, sexe: str, nom: str, usage: str | None, adresse: Lignes, lieu: Commune) -> int:
        """A new responsable; her place in the list. Her children are told when they are born."""
        hasard = self._hasard
        rang = len(self.responsables)
        prenom = hasard.choice(listes.prenoms(sexe, self._annee - hasard.randint(26, 48)))
        mobile = hasard.random() < 0.95
        self.responsables.append(
            PersRelEleveAaf1d(
                jointure=RESPONSABLE + rang + 1,
                civilite="M." if sexe == "1" else "Mme",
                adresse=adresse,
                code_postal=lieu.code_postal,
                ville=lieu.acheminement,
                pays="FRANCE",
                diffusion_adresse=hasard.random() < 0.65,
                telephone_domicile="" if mobile and hasard.random() < 0.7 else telephone(telephone_fixe(rang)),
                mobiles=(telephone(telephone_mobile(rang)),) if mobile else (),
                mels=(mel(prenom, usage or nom, rang + 1),) if hasard.random() < 0.88 else (),
                nom_famille=nom,
                nom_usage=usage or nom,
                prenom=prenom,
                prenoms=(prenom,),
            )
        )
        return rang
