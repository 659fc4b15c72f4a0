"""The filters of OneRoster, the fields that each record has, and how an error is told.

Source: connectors reference §6.1: `field<op>'value'`, one AND or OR at most, dotted names.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.formats.oneroster.fiches import Genre, Version

Operateur = Literal["=", "!=", ">", ">=", "<", "<=", "~"]
_REFERENCE = frozenset({"href", "sourcedId", "type"})
_COMMUNS = ("sourcedId", "status", "dateLastModified", "metadata")
_CHAMPS: dict[Genre, tuple[str, ...]] = {
    "org": ("name", "type", "identifier", "parent", "children"),
    "academicSession": ("title", "startDate", "endDate", "type", "parent", "children", "schoolYear"),
    "course": ("title", "schoolYear", "courseCode", "grades", "subjects", "org", "subjectCodes", "resources"),
    "class": (
        "title",
        "classCode",
        "classType",
        "location",
        "grades",
        "subjects",
        "course",
        "school",
        "terms",
        "subjectCodes",
        "periods",
        "resources",
    ),
    "user": (
        "username",
        "userIds",
        "enabledUser",
        "givenName",
        "familyName",
        "middleName",
        "identifier",
        "email",
        "sms",
        "phone",
        "agents",
        "grades",
        "password",
    ),
    "enrollment": ("user", "class", "school", "role", "primary", "beginDate", "endDate"),
    "demographics": ("birthDate", "sex", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"),
    "category": ("title",),
    "lineItem": (
        *("title", "description", "assignDate", "dueDate", "class", "category", "gradingPeriod"),
        *("resultValueMin", "resultValueMax"),
    ),
    "result": ("lineItem", "student", "score", "scoreStatus", "scoreDate", "comment"),
}
_PROPRES: dict[Version, tuple[str, ...]] = {
    "v1p1": ("role", "orgs"),
    "v1p2": (
        "userMasterIdentifier",
        "preferredFirstName",
        "preferredMiddleName",
        "preferredLastName",
        "pronouns",
        "roles",
        "userProfiles",
        "primaryOrg",
        "resources",
    ),
}
_CARNET_1P2: dict[Genre, tuple[str, ...]] = {
    "category": ("weight",),
    "lineItem": ("school", "academicSession"),
    "result": ("class", "textScore", "inProgress", "incomplete", "late", "missing"),
}
_SOUS: dict[str, frozenset[str]] = {
    "userIds": frozenset({"type", "identifier"}),
    "roles": frozenset({"roleType", "role", "org", "beginDate", "endDate", "userProfile"}),
} | dict.fromkeys(
    [
        "parent",
        "children",
        "schoolYear",
        "org",
        "course",
        "school",
        "terms",
        "user",
        "class",
        "agents",
        "orgs",
        "primaryOrg",
        "resources",
        "category",
        "gradingPeriod",
        "lineItem",
        "student",
    ],
    _REFERENCE,
)


def champs(genre: Genre, version: Version) -> tuple[str, ...]:
    """The names of the fields of a record."""
    propres = _PROPRES[version] if genre == "user" else _CARNET_1P2.get(genre, ()) if version == "v1p2" else ()
    return (*_COMMUNS, *_CHAMPS[genre], *propres)


def connu(genre: Genre, version: Version, nom: str) -> bool:
    """Whether a record has a field of that name, dotted or not."""
    tete, *suite = nom.split(".")
    if tete not in champs(genre, version):
        return False
    if not suite or tete == "metadata":
        return True
    if tete not in _SOUS or suite[0] not in _SOUS[tete]:
        return False
    return len(suite) == 1 or (suite[0] == "org" and len(suite) == 2 and suite[1] in _REFERENCE)


class Condition(Struct, frozen=True):
    """One comparison."""

    champ: str
    operateur: Operateur
    valeur: str


class Filtre(Struct, frozen=True):
    """One or two comparisons, joined by `lien`."""

    conditions: tuple[Condition, ...]
    lien: Literal["AND", "OR"] = "AND"


_CONDITION = re.compile(r"\s*([A-Za-z][\w.]*)\s*(!=|>=|<=|=|>|<|~)\s*'((?:[^']|'')*)'\s*")
_LIEN = re.compile(r"(AND|OR)(?=\s)", re.IGNORECASE)


class ErreurOneRoster(Refus):
    """A request that OneRoster refuses. `mineur`: the value of imsx_codeMinorFieldValue."""

    def __init__(self, phrase: str, mineur: str, statut: int, remede: str = "") -> None:
        super().__init__(phrase, code=mineur.upper(), statut=statut, remede=remede)
        self.mineur = mineur


def lire(texte: str, genre: Genre, version: Version) -> Filtre:
    """Read a filter. Raises `ErreurOneRoster` invalid_filter_field (400)."""
    conditions: list[Condition] = []
    lien: Literal["AND", "OR"] = "AND"
    reste = texte
    while True:
        lue = _CONDITION.match(reste)
        if lue is None or len(conditions) == 2:
            raise _illisible(texte)
        champ, operateur, valeur = lue.groups()
        if not connu(genre, version, champ):
            raise ErreurOneRoster(
                f"« {champ[:60]} » n'est pas un champ de ces fiches.",
                "invalid_filter_field",
                400,
                f"Champs : {', '.join(champs(genre, version))}.",
            )
        conditions.append(Condition(champ, operateur, valeur.replace("''", "'")))  # type: ignore[arg-type]
        reste = reste[lue.end() :]
        if not reste:
            return Filtre(tuple(conditions), lien)
        mot = _LIEN.match(reste)
        if mot is None:
            raise _illisible(texte)
        lien = "AND" if mot.group().upper() == "AND" else "OR"
        reste = reste[mot.end() :]


def _illisible(texte: str) -> ErreurOneRoster:
    return ErreurOneRoster(
        f"Le filtre « {texte[:120]} » n'est pas lisible.",
        "invalid_filter_field",
        400,
        "Un filtre est champ='valeur', avec un AND ou un OR au plus : status='active' AND role='student'.",
    )


def statut(majeur: str, gravite: str, description: str, mineur: str) -> dict[str, Any]:
    """What OneRoster says of a request that did not go all well (imsx_StatusInfo)."""
    return {
        "imsx_codeMajor": majeur,
        "imsx_severity": gravite,
        "imsx_description": description,
        "imsx_CodeMinor": {
            "imsx_codeMinorField": [{"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": mineur}]
        },
    }
