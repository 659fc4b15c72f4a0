"""What the ENT's accounts and classes are in the words of SCIM 2.0. Pure functions.

Source: connectors reference §6.3: the extension and the names of the groups are those of a provisioner in production
(Netocentre); serving SCIM as well as calling it is inferred.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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
    """The settings of a connector that the ENT provisions. `jeton`: what the publisher gave to call its server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quand: Quand = Field(default="les_deux", title="Comptes poussés", json_schema_extra={"libelles": dict(QUAND)})
    jeton: str = Field(
        default="",
        max_length=4000,
        title="Jeton du logiciel",
        description="Celui que son serveur SCIM attend de l'ENT (Bearer). Inventez-le : ce bac peut être copié.",
    )
    eleves: bool = Field(default=True, title="Élèves")
    responsables: bool = Field(default=False, title="Responsables")
    personnels: bool = Field(default=True, title="Enseignants et personnels")


def type_de_compte(role: str) -> str:
    """`educationUserType`."""
    return TYPES.get(role, "parent")
