"""The CSV binding of OneRoster 1.1 and 1.2: columns, manifest, and a record of the REST binding as a row.

Source: connectors reference §6.2. In a bulk file, status and dateLastModified are empty; in a delta, both are told.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TextIO

from shared.formats.oneroster.fiches import COLLECTIONS, Corps, Genre, Version

Mode = Literal["bulk", "delta"]
_COMMUNS = ("sourcedId", "status", "dateLastModified")
_ROLES = "roles"
COLONNES: dict[str, str] = {
    "orgs": "name type identifier parentSourcedId",
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": (
        "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects"
        " subjectCodes periods"
    ),
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "users": (
        "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone"
        " agentSourcedIds grades password"
    ),
    "demographics": (
        "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander"
        " white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation"
        " cityOfBirth publicSchoolResidenceStatus"
    ),
}
"""Of 1.1, after the three that every file has."""
COLONNES_V1P2: dict[str, str] = {
    "users": (
        "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades"
        " password userMasterIdentifier resourceSourcedIds preferredGivenName preferredMiddleName preferredFamilyName"
        " primaryOrgSourcedId pronouns"
    ),
    _ROLES: "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
}
_ABSENTS: dict[Version, str] = {
    "v1p1": "categories classResources courseResources lineItems resources results",
    "v1p2": (
        "categories classResources courseResources lineItemLearningObjectiveIds lineItemScoreScales lineItems"
        " resources resultLearningObjectiveIds resultScoreScales results scoreScales userProfiles userResources"
    ),
}
# What a column holds where its name is not that of a field: references, by their field.
_DE = {
    "parentSourcedId": "parent",
    "schoolYearSourcedId": "schoolYear",
    "orgSourcedId": "org",
    "courseSourcedId": "course",
    "schoolSourcedId": "school",
    "termSourcedIds": "terms",
    "classSourcedId": "class",
    "userSourcedId": "user",
    "orgSourcedIds": "orgs",
    "agentSourcedIds": "agents",
    "primaryOrgSourcedId": "primaryOrg",
}


def fichiers(version: Version) -> dict[str, tuple[str, ...]]:
    """The files that are written, each with its columns."""
    lues = COLONNES | (COLONNES_V1P2 if version == "v1p2" else {})
    return {nom: (*_COMMUNS, *colonnes.split()) for nom, colonnes in sorted(lues.items())}


def manifeste(version: Version, mode: Mode, ecrits: Iterable[str], systeme: str, code: str) -> list[tuple[str, str]]:
    """The rows of manifest.csv. `ecrits`: the files that the archive holds."""
    presents = set(ecrits)
    noms = sorted({*fichiers(version), *_ABSENTS[version].split()})
    return [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", f"{version[1]}.{version[3]}"),
        *((f"file.{nom}", mode if nom in presents else "absent") for nom in noms),
        ("source.systemName", systeme),
        ("source.systemCode", code),
    ]


def ecrire(sortie: TextIO, lignes: Iterable[Sequence[str]]) -> None:
    """Write a file: commas, quotes where they are needed, CR LF (RFC 4180)."""
    csv.writer(sortie, lineterminator="\r\n").writerows(lignes)


def nom_du_fichier(genre: Genre) -> str:
    """`users` for a user."""
    return COLLECTIONS[genre]


def ligne(colonnes: Sequence[str], fiche: Corps) -> list[str]:
    """A record as a row: its fields, references by their sourcedId, lists separated by commas."""
    return [_texte(colonne, fiche.get(_DE.get(colonne, colonne))) for colonne in colonnes]


def lignes_de_roles(colonnes: Sequence[str], fiche: Corps) -> Iterator[list[str]]:
    """The roles of a user of 1.2, each a row: its identifier comes of the user's and the school's."""
    for role in fiche["roles"]:
        sid = uuid.uuid5(uuid.UUID(fiche["sourcedId"]), role["org"]["sourcedId"])
        lu = {nom: fiche.get(nom) for nom in _COMMUNS} | {"user": fiche} | role | {"sourcedId": str(sid)}
        yield ligne(colonnes, lu)


def _texte(colonne: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if colonne == "userIds":
        return ",".join(f"{{{x['type']}:{x['identifier']}}}" for x in valeur)
    if isinstance(valeur, list):
        return ",".join(_texte("", x) for x in valeur)
    if isinstance(valeur, Mapping):
        return str(valeur["sourcedId"])
    return str(valeur)
