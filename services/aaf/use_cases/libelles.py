"""Codes into the labels that a feed writes: the académie's nomenclatures, else those that the simulator ships.

Source: AAF reference, sections 4.1 (regime, statut, MEF), 4.3 (functions, disciplines), 4.5, 4.6.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from shared import nomenclatures
from shared.contracts.echanges import MatiereMsg, NomenclaturesMsg
from shared.formats.aaf import MatiereEducNatAaf, MefEducNatAaf
from shared.persistence.fichiers import MagasinFichiers
from shared.persistence.unite import Unite

T = TypeVar("T")
SANS_OBJET = "SANS OBJET"


class MefConnu(Struct, frozen=True):
    """A MEF and the labels that pupils carry."""

    code: str
    libelle: str
    rattachement: str
    mefstat11: str
    niveau: str

    def fiche(self) -> MefEducNatAaf:
        """Its record."""
        return MefEducNatAaf(
            code=self.code, libelle=self.libelle, rattachement=self.rattachement, mefstat11=self.mefstat11
        )


class Libelles:
    """What codes are called. `jeu`: the académie's nomenclatures, None when none has come yet."""

    def __init__(self, jeu: NomenclaturesMsg | None) -> None:
        niveaux = {m.code: m.libelle_long for m in nomenclatures.mefstats4()}
        expediees = {m.code: m for m in nomenclatures.mefs()}
        self.mefs: dict[str, MefConnu] = {}
        for m in jeu.mefs if jeu else nomenclatures.mefs():
            connu = expediees.get(m.code)
            self.mefs[m.code] = MefConnu(
                m.code,
                m.libelle_long,
                connu.rattachement if connu else m.code if m.code.endswith("0") else m.code[:10] + "0",
                m.mefstat11 or (connu.mefstat11 if connu else ""),
                niveaux.get(m.mefstat4, m.libelle_long),
            )
        matieres = jeu.matieres if jeu else nomenclatures.matieres()
        self.nationales: dict[str, str] = {m.code: m.libelle_long or m.code_gestion for m in matieres}
        self._gestion = {m.code_gestion: m.code for m in matieres}
        self._locales: dict[str, str] = {}
        self._disciplines = {d.code: d for d in nomenclatures.disciplines()}
        self._categories = {e.code: e.libelle_long for e in nomenclatures.liste("categories_discipline")}
        self._fonctions = {f.code: f.libelle_long for f in nomenclatures.fonctions()}
        self._listes = {
            nom: {e.code: e.libelle_long for e in nomenclatures.liste(nom)} for nom in ("regimes", "statuts", "pays")
        }
        self._natures = {n.code: n.type_aaf for n in nomenclatures.natures()}

    def pour_une_ecole(self) -> Libelles:
        """The same labels, to which a school's own matières may be added without the others seeing them."""
        copie = copy.copy(self)
        copie._gestion, copie._locales = dict(self._gestion), dict(self._locales)
        return copie

    def ajouter_locales(self, matieres: Iterable[MatiereMsg]) -> list[MatiereEducNatAaf]:
        """Take the matières of a school that the académie's set does not hold; their records, by code."""
        for m in matieres:
            if m.code not in self.nationales:
                self._locales[m.code] = m.libelle or m.code_gestion or m.code
                self._gestion.setdefault(m.code_gestion, m.code)
        return [MatiereEducNatAaf(code=c, libelle=li) for c, li in sorted(self._locales.items())]

    def matiere(self, code: str) -> tuple[str, str] | None:
        """(six-character code, label) of a matière given by its code or its code de gestion; None if unknown."""
        code = code if code in self.nationales or code in self._locales else self._gestion.get(code, code)
        libelle = self.nationales.get(code) or self._locales.get(code)
        return (code, libelle) if libelle else None

    def categorie_discipline(self, code: str) -> tuple[str, str] | None:
        """(category on two digits, label) of a discipline de poste; None when it has none."""
        discipline = self._disciplines.get(code)
        if discipline is None or discipline.categorie not in self._categories:
            return None
        return discipline.categorie, self._categories[discipline.categorie]

    def discipline(self, code: str, libelle: str = "") -> tuple[str, str]:
        """(code, label) of a discipline as a function writes it; « - » and SANS OBJET without one."""
        if not code:
            return "-", SANS_OBJET
        connue = self._disciplines.get(code)
        return code, connue.libelle_long if connue else libelle or code

    def fonction(self, code: str) -> str:
        """The label of a function."""
        return self._fonctions.get(code) or code or SANS_OBJET

    def regime(self, code: str) -> str:
        """The label of a régime."""
        return self._listes["regimes"].get(code, code)

    def statut(self, code: str) -> str:
        """The label of a pupil's statut."""
        return self._listes["statuts"].get(code) or code or "SCOLAIRE"

    def pays(self, code: str) -> str:
        """The label of a country."""
        return self._listes["pays"].get(code, code)

    def nature(self, code: str) -> str:
        """The label of the type of a structure."""
        return self._natures.get(code) or SANS_OBJET


def charger_libelles(u: Unite, digest: str | None) -> Libelles:
    """The labels of a set of nomenclatures that stands in the file store; made once for the schools of a night."""
    return _libelles(u.fichiers, digest).pour_une_ecole()


@lru_cache(maxsize=2)
def _libelles(fichiers: MagasinFichiers, digest: str | None) -> Libelles:
    return Libelles(NomenclaturesMsg.lire(fichiers.lire(digest)) if digest else None)
