"""The records of OneRoster, written once for both versions; what differs between 1.1 and 1.2 is here and nowhere else.

Addresses are relative: « @ » stands for the root of the version, which the server puts in its place.
Source: connectors reference §6.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

Version = Literal["v1p1", "v1p2"]
Genre = Literal[
    "org",
    "academicSession",
    "course",
    "class",
    "user",
    "enrollment",
    "demographics",
    "category",
    "lineItem",
    "result",
]
COLLECTIONS: dict[Genre, str] = {
    "org": "orgs",
    "academicSession": "academicSessions",
    "course": "courses",
    "class": "classes",
    "user": "users",
    "enrollment": "enrollments",
    "demographics": "demographics",
    "category": "categories",
    "lineItem": "lineItems",
    "result": "results",
}
CARNET: tuple[Genre, ...] = ("category", "lineItem", "result")
"""The gradebook's."""
RACINE, RACINE_REGISTRE = "@", "@@"
"""Stand for the root of the addresses; in the gradebook, for that of rostering."""
Corps = dict[str, Any]


def reference(genre: Genre, sourced_id: str) -> Corps:
    """A GUIDRef."""
    return {"href": f"{RACINE}/{COLLECTIONS[genre]}/{sourced_id}", "sourcedId": sourced_id, "type": genre}


def references(genre: Genre, ids: Sequence[str]) -> list[Corps]:
    """Several."""
    return [reference(genre, x) for x in ids]


def texte(corps: Corps) -> str:
    """A record as it is kept: without its status and date, which are columns."""
    return _ENCODEUR.encode(corps)


_ENCODEUR = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Role(Struct, frozen=True):
    """What a user is in a school. `role11`, `role12`: the words of each version."""

    ecole: str
    role11: str
    role12: str
    principal: bool


class Utilisateur(Struct, frozen=True):
    """A user of any role. `etranger`: identifiers elsewhere, (type, value)."""

    login: str
    prenom: str
    nom: str
    mel: str
    identifiant: str
    roles: tuple[Role, ...]
    etranger: tuple[tuple[str, str], ...]
    proches: tuple[str, ...] = ()
    niveaux: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def corps(self, version: Version) -> Corps:
        """As that version tells it: 1.1 has one role and schools, 1.2 a role in each school."""
        ecoles = [r.ecole for r in self.roles]
        corps: Corps = {"metadata": dict(self.meta)} if self.meta else {}
        if version == "v1p2":
            corps["userMasterIdentifier"] = self.identifiant
        corps |= {
            "username": self.login,
            "userIds": [{"type": t, "identifier": v} for t, v in self.etranger],
            "enabledUser": "true",
            "givenName": self.prenom,
            "familyName": self.nom,
        }
        if version == "v1p1":
            corps["role"] = next((r.role11 for r in self.roles if r.principal), self.roles[0].role11)
        else:
            corps["roles"] = [
                {
                    "roleType": "primary" if r.principal else "secondary",
                    "role": r.role12,
                    "org": reference("org", r.ecole),
                }
                for r in self.roles
            ]
        corps |= {"identifier": self.identifiant, "email": self.mel, "agents": references("user", self.proches)}
        if version == "v1p1":
            corps["orgs"] = references("org", ecoles)
        else:
            principale = next((r.ecole for r in self.roles if r.principal), ecoles[0])
            corps["primaryOrg"] = reference("org", principale)
        corps["grades"] = list(self.niveaux)
        return corps


def organisation(
    nom: str, type_: str, identifiant: str, parent: str = "", enfants: Sequence[str] = (), meta: Corps | None = None
) -> Corps:
    """A school, or what is above."""
    corps: Corps = {"metadata": meta} if meta else {}
    corps |= {"name": nom, "type": type_, "identifier": identifiant}
    if parent:
        corps["parent"] = reference("org", parent)
    corps["children"] = references("org", enfants)
    return corps


def session(
    titre: str, type_: str, debut: date, fin: date, annee: int, parent: str = "", enfants: Sequence[str] = ()
) -> Corps:
    """An academicSession."""
    corps: Corps = {"title": titre, "startDate": debut.isoformat(), "endDate": fin.isoformat(), "type": type_}
    if parent:
        corps["parent"] = reference("academicSession", parent)
    corps["children"] = references("academicSession", enfants)
    corps["schoolYear"] = str(annee)
    return corps


def cours(
    titre: str, code: str, annee: str, ecole: str, matieres: Sequence[tuple[str, str]], niveau: str = ""
) -> Corps:
    """A course. `matieres`: (label, code); `annee`: sourcedId of the school year."""
    corps: Corps = {"title": titre, "schoolYear": reference("academicSession", annee), "courseCode": code}
    corps["grades"] = [niveau] if niveau else []
    corps |= {"subjects": [m for m, _ in matieres], "org": reference("org", ecole)}
    corps["subjectCodes"] = [c for _, c in matieres]
    return corps


def classe(
    titre: str,
    code: str,
    type_: str,
    *,
    cours: str,
    ecole: str,
    sessions: Sequence[str],
    matieres: Sequence[tuple[str, str]] = (),
    niveaux: Sequence[str] = (),
) -> Corps:
    """A class: `homeroom` or `scheduled`. `matieres`: (label, code)."""
    return {
        "title": titre,
        "classCode": code,
        "classType": type_,
        "grades": list(niveaux),
        "subjects": [m for m, _ in matieres],
        "course": reference("course", cours),
        "school": reference("org", ecole),
        "terms": references("academicSession", sessions),
        "subjectCodes": [c for _, c in matieres],
        "periods": [],
    }


def inscription(personne: str, classe: str, ecole: str, role: str, debut: date, *, principal: bool) -> Corps:
    """An enrollment. Booleans are words, in 1.1 too: its clients read them so."""
    return {
        "user": reference("user", personne),
        "class": reference("class", classe),
        "school": reference("org", ecole),
        "role": role,
        "primary": str(principal).lower(),
        "beginDate": debut.isoformat(),
    }


def demographie(naissance: date | None, sexe: str) -> Corps:
    """Date of birth and sex; nothing else is known, nor asked in France."""
    corps: Corps = {}
    if naissance:
        corps["birthDate"] = naissance.isoformat()
    if sexe:
        corps["sex"] = sexe
    return corps
