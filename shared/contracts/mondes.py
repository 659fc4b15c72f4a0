"""A small world described to the control room, and what became of each of its people: what tests start from.

Keys are the describer's own (« lea », « college ») ; identifiers are allotted in the order of the description, so that
the same description gives the same people, whatever bac it is put in.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Cle = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Nom = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Structure = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Cas = Literal["", "sans_ine", "multi_inscription", "fiche_bloquante"]
CAS: dict[str, str] = {
    "sans_ine": "SANS_INE",
    "multi_inscription": "MULTI_INSCRIPTION",
    "fiche_bloquante": "FICHE_BLOQUANTE",
}
"""What holds a pupil back, and the code under which the annuaire says so."""
PLACES = 400
"""People of each kind in a world: a bigger one is a population (`rentree population`)."""


class _Decrit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EcoleDecrite(_Decrit):
    """A school. `divisions`: code → MEF; `groupes`: code → divisions whose pupils it takes."""

    cle: Cle
    nom: Nom
    nature: Literal["CLG", "LYC"] = "CLG"
    divisions: dict[Structure, str]
    groupes: dict[Structure, list[Structure]] = {}


class _Personne(_Decrit):
    cle: Cle
    nom: Nom
    prenom: Nom


class EleveDecrit(_Personne):
    """A pupil. `cas`: what must hold her back; `aussi`: the other school of a multi-inscription, and her division."""

    ecole: Cle
    division: Structure
    groupes: list[Structure] = []
    sexe: Literal["1", "2"] = "2"
    naissance: date = date(2010, 3, 14)
    cas: Cas = ""
    aussi: tuple[Cle, Structure] | None = None


class ResponsableDecrit(_Personne):
    """Who is in charge of pupils. `en_double`: typed twice in the base, as two people."""

    civilite: Literal["MME", "M."] = "MME"
    enfants: list[Cle] = Field(min_length=1)
    en_double: bool = False


class Cours(_Decrit):
    """What somebody teaches: to a division or a group of a school."""

    ecole: Cle
    structure: Structure
    matiere: str = "061300"


class PersonnelDecrit(_Personne):
    """Somebody of the staff: teacher, direction, documentaliste, vie scolaire."""

    sexe: Literal["1", "2"] = "2"
    fonction: Literal["ENS", "DIR", "DOC", "EDU"] = "ENS"
    ecoles: list[Cle] = Field(min_length=1)
    cours: list[Cours] = []


class MondeDecrit(_Decrit):
    """A whole world, in one ENT. Raises pydantic's ValidationError when a key is said twice, or not at all."""

    projet: str = Field(default="ENT-KIT", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    ecoles: list[EcoleDecrite] = Field(min_length=1, max_length=20)
    eleves: list[EleveDecrit] = Field(default=[], max_length=PLACES)
    responsables: list[ResponsableDecrit] = Field(default=[], max_length=PLACES)
    personnels: list[PersonnelDecrit] = Field(default=[], max_length=PLACES)

    @model_validator(mode="after")
    def _cles_connues(self) -> MondeDecrit:
        gens = (*self.eleves, *self.responsables, *self.personnels)
        tous = [*(e.cle for e in self.ecoles), *(x.cle for x in gens)]
        doubles = sorted({c for c in tous if tous.count(c) > 1})
        if doubles:
            raise ValueError(f"la clé « {doubles[0]} » est donnée deux fois")
        lieux = {e.cle: {*e.divisions, *e.groupes} for e in self.ecoles}
        for eleve in self.eleves:
            places = [(eleve.ecole, eleve.division), *((eleve.ecole, g) for g in eleve.groupes)]
            _verifier_lieux(lieux, [*places, *([eleve.aussi] if eleve.aussi else [])])
            if (eleve.cas == "multi_inscription") != (eleve.aussi is not None):
                raise ValueError(f"« {eleve.cle} » : « aussi » va avec le cas « multi_inscription »")
        vides = [e.cle for e in self.ecoles if not any(e.cle in (x.ecole, (x.aussi or ("",))[0]) for x in self.eleves)]
        if vides:
            raise ValueError(f"« {vides[0]} » n'a aucun élève : sa base ne s'ouvrirait pas")
        connus = {e.cle for e in self.eleves}
        for r in self.responsables:
            if inconnus := [c for c in r.enfants if c not in connus]:
                raise ValueError(f"« {r.cle} » a un enfant inconnu, « {inconnus[0]} »")
        for p in self.personnels:
            _verifier_lieux(lieux, [(c.ecole, c.structure) for c in p.cours])
            if inconnues := [
                c for c in (*p.ecoles, *(x.ecole for x in p.cours)) if c not in p.ecoles or c not in lieux
            ]:
                raise ValueError(f"« {p.cle} » est dit d'un établissement qui n'est pas le sien, « {inconnues[0]} »")
        return self


def _verifier_lieux(lieux: dict[str, set[str]], dits: list[tuple[str, str]]) -> None:
    for ecole, structure in dits:
        if structure not in lieux.get(ecole, ()):
            raise ValueError(f"« {structure} » n'est pas une division ni un groupe de « {ecole} »")


class Attendu(BaseModel):
    """What must become of somebody once the night is over: in the ENT or not, how many accounts, why not, where."""

    dans_ent: bool
    comptes: int
    exclusion: str = ""
    uais: list[str]


class EleveMis(BaseModel):
    """A pupil, as the base knows her. `ine` is None for who has none."""

    eleve_id: int
    ine: str | None
    attendu: Attendu


class PersonneMise(BaseModel):
    """A responsable or a member of the staff: her numbers in the base, or in EPP; two for a doubled one."""

    numeros: list[int]
    attendu: Attendu


class MondeMis(BaseModel):
    """A world that the applications hold: UAI of the schools, people by key."""

    projet: str
    annee: int
    millesime: int
    ecoles: dict[str, str]
    eleves: dict[str, EleveMis]
    responsables: dict[str, PersonneMise]
    personnels: dict[str, PersonneMise]
