"""Schools and people to begin with, described by keys of yours; Rentrée says who gets which number, and what becomes
of each.

    monde = Monde(
        ecoles=[Ecole("college", "Des Essais", {"6A": "10010012110"})],
        eleves=[Eleve("lea", "Valbrune", "Léa", "college", "6A"),
                Eleve("ines", "Kerival", "Inès", "college", "6A", cas="sans_ine")],
    )

A pupil of whom no responsable is said is given one (key `<pupil>_parent`): without, her fiche would be held back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Cas = Literal["", "sans_ine", "multi_inscription", "fiche_bloquante"]

SIXIEME, CINQUIEME, QUATRIEME, TROISIEME = "10010012110", "10110001110", "10210001110", "10310019110"
SECONDE = "20010019110"
"""MEF of the national nomenclature."""


@dataclass(frozen=True)
class Ecole:
    """A collège (`CLG`) or a lycée (`LYC`): its divisions with their MEF, its groups with the divisions they take."""

    cle: str
    nom: str
    divisions: dict[str, str]
    groupes: dict[str, list[str]] = field(default_factory=dict)
    nature: Literal["CLG", "LYC"] = "CLG"


@dataclass(frozen=True)
class Eleve:
    """A pupil. `cas`: why she must not come out; `aussi`: (school, division) of a multi-inscription."""

    cle: str
    nom: str
    prenom: str
    ecole: str
    division: str
    groupes: Sequence[str] = ()
    sexe: Literal["1", "2"] = "2"
    naissance: date = date(2010, 3, 14)
    cas: Cas = ""
    aussi: tuple[str, str] | None = None


@dataclass(frozen=True)
class Responsable:
    """Who is in charge of pupils (keys). `en_double`: typed twice in the base, hence two accounts."""

    cle: str
    nom: str
    prenom: str
    enfants: Sequence[str]
    civilite: Literal["MME", "M."] = "MME"
    en_double: bool = False


@dataclass(frozen=True)
class Personnel:
    """Somebody of the staff: `fonction` ENS, DIR, DOC or EDU; `cours`: (school, division or group, matière)."""

    cle: str
    nom: str
    prenom: str
    ecoles: Sequence[str]
    cours: Sequence[tuple[str, str, str]] = ()
    fonction: Literal["ENS", "DIR", "DOC", "EDU"] = "ENS"
    sexe: Literal["1", "2"] = "2"


@dataclass(frozen=True)
class Monde:
    """Everything that a bac begins with. `projet`: the code of its ENT, and of the AAF project that feeds it."""

    ecoles: Sequence[Ecole]
    eleves: Sequence[Eleve] = ()
    responsables: Sequence[Responsable] = ()
    personnels: Sequence[Personnel] = ()
    projet: str = "ENT-KIT"

    def json(self) -> dict[str, Any]:
        """The body of `POST /api/mondes`."""
        decrit = asdict(self)
        for p in decrit["personnels"]:
            p["cours"] = [dict(zip(("ecole", "structure", "matiere"), c, strict=True)) for c in p["cours"]]
        corps: dict[str, Any] = json.loads(json.dumps(decrit, default=str))
        return corps

    @property
    def empreinte(self) -> str:
        """Twelve characters that no other world has."""
        return hashlib.sha256(json.dumps(self.json(), sort_keys=True).encode()).hexdigest()[:12]


def monde_type() -> Monde:
    """The world of the fixture `bac`: a collège and a lycée, and one of each case.

    Pupils: `lea` and `theo` (one mother, two schools), `jean_noel` (compound name), `lou`, `ines` (no INE), `hugo` (in
    two schools at once), `maelle` (fiche bloquante). Adults: `aurore` (mother of two), `guy` (typed twice), `berenice`
    (teaches in both schools), `louis` (teaches in one), `odile` (chef d'établissement).
    """
    maths, anglais = "061300", "030201"
    return Monde(
        ecoles=[
            Ecole("college", "Des Essais", {"6A": SIXIEME, "6B": SIXIEME}, {"6LATIN": ["6A", "6B"]}),
            Ecole("lycee", "Des Cimes", {"2A": SECONDE}, nature="LYC"),
        ],
        eleves=[
            Eleve("lea", "Valbrune", "Léa", "college", "6A", ["6LATIN"]),
            Eleve("theo", "Valbrune", "Théo", "lycee", "2A", sexe="1", naissance=date(2006, 5, 2)),
            Eleve("jean_noel", "D'Ostrel-Morvan", "Jean-Noël", "college", "6B", ["6LATIN"], sexe="1"),
            Eleve("lou", "Ostrel", "Lou", "college", "6B"),
            Eleve("ines", "Kerival", "Inès", "college", "6B", cas="sans_ine"),
            Eleve("hugo", "Tassin", "Hugo", "college", "6A", sexe="1", cas="multi_inscription", aussi=("lycee", "2A")),
            Eleve("maelle", "Orval", "Maëlle", "college", "6A", cas="fiche_bloquante"),
        ],
        responsables=[
            Responsable("aurore", "Valbrune", "Aurore", ["lea", "theo"]),
            Responsable("guy", "Ostrel", "Guy", ["jean_noel", "lou"], "M.", en_double=True),
        ],
        personnels=[
            Personnel(
                "berenice",
                "Savigne",
                "Bérénice",
                ["college", "lycee"],
                [("college", "6A", maths), ("college", "6LATIN", "020700"), ("lycee", "2A", maths)],
            ),
            Personnel("louis", "Treffort", "Louis", ["college"], [("college", "6B", anglais)], sexe="1"),
            Personnel("odile", "Vermel", "Odile", ["college"], fonction="DIR"),
        ],
    )
