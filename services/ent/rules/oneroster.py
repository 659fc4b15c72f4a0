"""What this ENT's schools, classes and people are in the words of OneRoster. Pure functions.

Source: connectors reference §6.1, mapping of the chain; what it leaves open is inferred here.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from services.ent.rules import carnet
from services.ent.rules.connecteurs import UUID_DES_COMPTES
from shared.horloge.calendrier import CalendrierScolaire

RACINE_PORTEES = "https://purl.imsglobal.org/spec/or"
NOYAU, REGISTRE, DEMOGRAPHIE = "roster-core.readonly", "roster.readonly", "roster-demographics.readonly"
NOTES = (carnet.LIRE, carnet.ECRIRE, carnet.RETIRER)
PORTEES = tuple(
    f"{RACINE_PORTEES}/{v}/scope/{nom}" for v in ("v1p1", "v1p2") for nom in (NOYAU, REGISTRE, DEMOGRAPHIE, *NOTES)
)
"""Every scope that a client may ask for."""
DIRECTION = "DIR"
PARENTS, FAMILLE = frozenset({10, 20}), frozenset({37, 38, 39, 90})
EXTENSION = "ext:"
"""No French level is in the standard's list."""


class ReglagesOneRoster(BaseModel):
    """The settings of a OneRoster connector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    demographie: bool = Field(
        default=False, title="Dates de naissance", description="Ouvre /demographics (portée roster-demographics)."
    )
    carnet: bool = Field(
        default=True,
        title="Carnet de notes",
        description="Ouvre catégories, devoirs et résultats, en lecture et en écriture (portées gradebook).",
    )
    ine: bool = Field(default=False, title="INE", description="L'ajoute aux userIds des élèves.")
    duree: int = Field(
        default=3600,
        ge=1,
        le=86_400,
        title="Secondes de vie d'un jeton",
        description="À l'horloge simulée. Un jeton ne vaut que dans ce bac, pour ce connecteur.",
    )


def portees_ouvertes(reglages: ReglagesOneRoster) -> list[str]:
    """The scopes that a connector may have."""
    fermees = set() if reglages.demographie else {DEMOGRAPHIE}
    fermees |= set() if reglages.carnet else set(NOTES)
    return [p for p in PORTEES if p.rsplit("/", 1)[1] not in fermees]


class Session(Struct, frozen=True):
    """A school year, a term or a grading period of a project. `cle`: what its sourcedId is made of."""

    cle: str
    titre: str
    type: Literal["schoolYear", "term", "gradingPeriod"]
    debut: date
    fin: date
    annee: int
    parent: str = ""


def sourced_id(bac: str, projet: str, *cles: object) -> str:
    """The identifier of a record that is not an account: the same for ever in that bac."""
    return str(uuid.uuid5(UUID_DES_COMPTES, "/".join([bac, projet, *(str(c) for c in cles)])))


def sessions(calendrier: CalendrierScolaire) -> list[Session]:
    """The school year, a term that is the whole of it, and its three grading periods, of equal length (inferred)."""
    debut, fin = calendrier.rentree_eleves, calendrier.sortie_eleves
    annee = fin.year
    titre = str(annee) if debut.year == annee else f"{debut.year}-{annee}"
    jours = (fin - debut).days
    bornes = [debut + timedelta(days=jours * i // 3) for i in range(4)]
    an, terme = f"an/{calendrier.annee}", f"terme/{calendrier.annee}"
    lues = [
        Session(an, f"Année scolaire {titre}", "schoolYear", debut, fin, annee),
        Session(terme, f"Année entière {titre}", "term", debut, fin, annee, an),
    ]
    for i, nom in enumerate(("1er trimestre", "2e trimestre", "3e trimestre")):
        jusque = fin if i == 2 else bornes[i + 1] - timedelta(days=1)
        cle = f"trimestre/{calendrier.annee}/{i + 1}"
        lues.append(Session(cle, f"{nom} {titre}", "gradingPeriod", bornes[i], jusque, annee, terme))
    return lues


def roles(profil: str, fonctions: Collection[str], liens: Sequence[tuple[int, int]] = ()) -> tuple[str, str]:
    """What a person is, in the words of 1.1 and of 1.2.

    Arguments: `fonctions`, function codes in the school spoken of; `liens` of a responsable, (type, 1 or 2 when legal).
    """
    if profil == "eleve":
        return "student", "student"
    if profil == "enseignant":
        return "teacher", "teacher"
    if profil == "responsable":
        mot = _de_responsable(liens)
        return mot, mot
    return ("administrator", "principal") if DIRECTION in fonctions else ("aide", "aide")


def _de_responsable(liens: Sequence[tuple[int, int]]) -> str:
    if any(type_ in PARENTS for type_, _ in liens):
        return "parent"
    if any(legal or type_ not in FAMILLE for type_, legal in liens):
        return "guardian"
    return "relative"


def sexe(civilite: str) -> str:
    """`male`, `female`, or "" when the feed does not tell."""
    mot = civilite.strip().rstrip(".").upper()
    return "male" if mot == "M" else "female" if mot in ("MME", "MLLE") else ""


def adresse(mel: str, login: str, projet: str) -> str:
    """The address of an account: that of the feed, else the one that the ENT gives (inferred)."""
    return mel or f"{login}@{projet.lower().replace('_', '-')}.ent.invalid"


def niveau(mef: str) -> str:
    """A MEF as a grade of OneRoster."""
    return f"{EXTENSION}{mef}" if mef else ""
