"""The staff of invented écoles: teachers, one of whom directs, remplaçants. Source: reference aaf.md §5.3."""

from __future__ import annotations

import random
from collections.abc import Sequence

from rentree.population import listes
from rentree.population.contexte import jour_de
from shared.formats.aaf import PersEducNatAaf1d
from shared.formats.aaf.valeurs import CodeLibelle, Fonction
from shared.identifiers import mel

PERSONNEL = 93_000_000
_ENS, _ACS = ("ENS", "ENSEIGNEMENT"), ("ACS", "ACCOMPAGNEMENT SOUTIEN ET HORS AIS")
_SANS, _DIRECTION, _OPTION_D = (
    CodeLibelle("G0000", "SANS SPECIALITE"),
    CodeLibelle("D0000", "DIRECTION"),
    CodeLibelle("G0145", "OPTION D"),
)


class Personnels:
    """Makes the staff: `nommer`, once; then `fiches`, by number."""

    def __init__(self, hasard: random.Random, annee: int) -> None:
        self._hasard = hasard
        self._annee = annee
        self.fiches: list[PersEducNatAaf1d] = []

    def nommer(self, ecoles: Sequence[tuple[int, int]]) -> None:
        """Staff écoles, given by jointure and number of classes.

        One teacher by class, the first of whom directs; somebody without function in each école; every two écoles, a
        remplaçant of both and a teacher of the help network, attached to none.
        """
        for rang, (ecole, classes) in enumerate(ecoles):
            self._personne(ecole, [Fonction(ecole, *_ENS, *_DIRECTION)], [_DIRECTION], directions=(ecole,))
            for _ in range(classes - 1):
                self._personne(ecole, [Fonction(ecole, *_ENS, *_SANS)], [_SANS])
            self._personne(ecole, [Fonction(ecole, "-", "SANS OBJET")], [])
            if rang % 2:
                deux = [ecoles[rang - 1][0], ecole]
                self._personne(deux[0], [Fonction(e, *_ENS, *_SANS) for e in deux], [_SANS])
                self._personne(None, [Fonction(e, *_ACS, *_OPTION_D) for e in deux], [_OPTION_D])

    def _personne(
        self,
        ecole: int | None,
        fonctions: Sequence[Fonction],
        specialites: Sequence[CodeLibelle],
        directions: tuple[int, ...] = (),
    ) -> None:
        hasard = self._hasard
        sexe = "2" if hasard.random() < 0.84 else "1"
        naissance = jour_de(hasard, self._annee - hasard.randint(24, 61))
        nom, prenom = hasard.choice(listes.noms()), hasard.choice(listes.prenoms(sexe, naissance.year))
        usage = hasard.choice(listes.noms()) if sexe == "2" and hasard.random() < 0.4 else nom
        numero = len(self.fiches) + 1
        self.fiches.append(
            PersEducNatAaf1d(
                jointure=PERSONNEL + numero,
                naissance=naissance,
                prenoms=(prenom,),
                civilite="Mme" if sexe == "2" else "M.",
                structure=ecole,
                fonctions=tuple(fonctions),
                directions=directions,
                specialites=tuple(specialites),
                nom_famille=nom,
                nom_usage=usage,
                prenom=prenom,
                mel=mel(prenom, usage, numero, "ac-rentree.invalid"),
            )
        )
