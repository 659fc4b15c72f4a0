"""The records of « Liens élève-groupe depuis logiciel privé » (`IMPORT_ELEVES` 1.3 and 1.4).

Source: reference SIECLE, section 8.3.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from shared.contracts.refus import Remarque

RACINE = "IMPORT_ELEVES"
VERSIONS = ("1.3", "1.4")
LONGUEUR_CODE_ECRITE = 8
LONGUEUR_CODE_LUE = 20
"""Codes of more than 8 characters occur in the screens of 2018, whatever the schema of 2016 says."""


class Parametres(Struct, frozen=True):
    """PARAMETRES: school, BEE millésime, day of the file; `num_envoi` and `logiciel` are unused by BEE."""

    uai: str
    annee: int
    date_import: date
    num_envoi: int
    logiciel: str


class GroupeLien(Struct, frozen=True):
    """One registration: `code`, the structure code of a BEE group; `debut` and `fin`, optional days."""

    code: str
    debut: date | None = None
    fin: date | None = None


class EleveLien(Struct, frozen=True):
    """One pupil and his groups, designated by exactly one of the three identifiers.

    `eleve_id` is BEE's own key, `id_national` the INE, `id_prv_ele` the private software's number.
    """

    nom_de_famille: str
    prenom: str
    date_naiss: date
    groupes: tuple[GroupeLien, ...]
    eleve_id: int | None = None
    id_national: str | None = None
    id_prv_ele: int | None = None
    nom_usage: str | None = None
    prenom2: str | None = None
    prenom3: str | None = None

    @property
    def identifiant(self) -> str:
        """The identifier sent, as anomalies show it; "" when there is none."""
        recus = (self.eleve_id, self.id_national, self.id_prv_ele)
        return next((str(i) for i in recus if i is not None), "")


class EnTeteLiens(Struct, frozen=True):
    """What stands before the pupils: VERSION as written (may be "") and PARAMETRES."""

    version: str
    parametres: Parametres


class DocumentLiens(Struct, frozen=True):
    """A whole group-links file, pupils in file order; `remarques`: what the reader did not understand."""

    entete: EnTeteLiens
    eleves: tuple[EleveLien, ...]
    remarques: tuple[Remarque, ...] = ()
