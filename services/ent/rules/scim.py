"""What the ENT's accounts and classes are in the words of SCIM 2.0. Pure functions.

Source: connectors reference §6.3: the extension and the names of the groups are those of a provisioner in production
(Netocentre); serving SCIM as well as calling it is inferred.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.echanges.socle import Message

EXTENSION = "urn:ietf:params:scim:schemas:extension:idruide:education:2.0"
TYPES = {"student": "student", "teacher": "teacher", "administrator": "principal", "aide": "staff"}
"""Role of OneRoster → educationUserType; parents, guardians and relatives are `parent` (all but `student` inferred)."""
Quand = Literal["connexion", "import", "les_deux"]
QUAND: dict[Quand, str] = {
    "connexion": "quand quelqu'un se connecte au logiciel par CAS (Netocentre)",
    "import": "quand l'annuaire change, la nuit",
    "les_deux": "les deux",
}


class ReglagesScim(BaseModel):
    """The settings of a connector that reads the ENT by SCIM."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    courriels: bool = Field(
        default=False,
        title="Adresses de courriel",
        description="Elles sont en .invalid, que des bibliothèques refusent : email-validator, par exemple.",
    )


class ReglagesScimSortant(BaseModel):
    """The settings of a connector that the ENT provisions. `cas`: code of the CAS connector of the same software."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quand: Quand = Field(
        default="les_deux",
        title="Comptes poussés",
        json_schema_extra={"libelles": {str(q): dit for q, dit in QUAND.items()}},
    )
    cas: str = Field(
        default="",
        max_length=40,
        title="Connecteur CAS du même logiciel",
        description="Son code ; vide : toute connexion par CAS pousse le compte.",
    )
    eleves: bool = Field(default=True, title="Élèves")
    responsables: bool = Field(default=False, title="Responsables")
    personnels: bool = Field(default=True, title="Enseignants et personnels")

    @property
    def profils(self) -> list[str]:
        """Whose accounts, as the ENT calls profiles."""
        choix = (
            (self.eleves, ["eleve"]),
            (self.responsables, ["responsable"]),
            (self.personnels, ["enseignant", "autre"]),
        )
        return [p for voulu, profils in choix if voulu for p in profils]


PAR_ENVOI = 20
"""Accounts of a delivery: each is several requests."""


class ComptesAPousser(Message, frozen=True, kw_only=True):
    """The body of a delivery, as the outbox keeps it: accounts, by AAF number, told as they are when it leaves."""

    projet: str
    comptes: list[int]


def type_de_compte(role: str) -> str:
    """`educationUserType`."""
    return TYPES.get(role, "parent")
