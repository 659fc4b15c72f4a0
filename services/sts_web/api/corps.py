"""The bodies of the requests, and the path of a school's year."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.rules.structure import DivisionSaisie, GroupeSaisi

ANNEE = "/etablissements/{uai}/annees/{annee}"


class Corps(BaseModel):
    """Base of the bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PartSaisie(Corps):
    """A MEF of a division, or a division of a group."""

    code: str
    effectif_prevu: int = Field(0, ge=0)


class CodesCorps(Corps):
    """What to delete together."""

    codes: list[str] = Field(min_length=1, max_length=500)


class DivisionCorps(Corps):
    """A division as typed; a MEF may be its code alone."""

    code: str
    libelle: str = ""
    mefs: list[PartSaisie | str] = Field(default_factory=list)

    def saisie(self) -> DivisionSaisie:
        """For the use cases."""
        return DivisionSaisie(self.code, self.libelle or self.code, _paires(self.mefs))


class GroupeCorps(Corps):
    """A group as typed; a division may be its code alone."""

    code: str
    libelle: str = ""
    divisions: list[PartSaisie | str] = Field(default_factory=list)
    effectif_prevu: int = Field(0, ge=0)

    def saisie(self) -> GroupeSaisi:
        """For the use cases."""
        return GroupeSaisi(self.code, self.libelle or self.code, _paires(self.divisions), self.effectif_prevu)


class EnseignantCorps(Corps):
    """A teacher of a service."""

    id: int
    type: Literal["epp", "local"] = "epp"
    heures: float = Field(0.0, ge=0)
    ponderation: float | None = Field(None, gt=0, le=9)


class ServiceCorps(Corps):
    """A service as typed."""

    structure: str
    matiere: str
    modalite: str = "CG"
    heures: float = Field(0.0, ge=0)
    co_ens: bool = False
    enseignants: list[EnseignantCorps] = Field(default_factory=list)

    def saisie(self) -> ServiceLu:
        """For the use cases, which find whether the structure is a division or a group."""
        return ServiceLu(
            self.structure,
            "",
            self.matiere,
            self.modalite,
            self.heures,
            self.co_ens,
            tuple(Enseignant(e.id, e.type, e.heures, e.ponderation) for e in self.enseignants),
        )


class ServiceLibreCorps(Corps):
    """A service that waits for its teacher."""

    structure: str
    matiere: str
    modalite: str = "CG"
    heures: float

    def saisie(self) -> ServiceLu:
        """For the use cases."""
        return ServiceLu(self.structure, "", self.matiere, self.modalite, self.heures, False, ())


class RattachementCorps(Corps):
    """Who takes a service libre; all its hours when `heures` is not said."""

    enseignant: int
    heures: float | None = None


class AreCorps(Corps):
    """An activité à responsabilité of an agent (`code`: TYPES_AHE)."""

    agent: int
    code: str
    heures: float


class HeuresCorps(Corps):
    """Hours a week."""

    heures: float


class HsaCorps(Corps):
    """Heures supplémentaires année; without dates, the whole year."""

    agent: int
    discipline: str
    heures: float
    debut: date | None = None
    fin: date | None = None


class HsaChange(Corps):
    """What changes of HSA; dates not said stay."""

    heures: float
    debut: date | None = None
    fin: date | None = None


class PrincipalCorps(Corps):
    """A professeur principal; without dates, the whole year."""

    agent: int
    division: str
    debut: date | None = None
    fin: date | None = None


class MissionCorps(Corps):
    """An indemnité pour mission particulière; without dates, the whole year."""

    agent: int
    mission: str
    montant: float
    debut: date | None = None
    fin: date | None = None


class DeclarationCorps(Corps):
    """A matière taught outside the programme of a MEF."""

    mef: str
    matiere: str
    heures: float
    motif: str


class DeclarationChange(Corps):
    """What changes of a declaration."""

    heures: float
    motif: str


class CampagneCorps(Corps):
    """The dates of a campagne."""

    debut: date
    fin: date


class LocaleCorps(Corps):
    """A person whom the school declares itself."""

    nom: str
    prenom: str
    date_naissance: date | None = None
    heures: float = Field(0.0, ge=0, le=99)


class BasculeCorps(Corps):
    """What the bascule carries over."""

    reconduire: list[str] = Field(default_factory=lambda: ["divisions"])


class ExportServicesCorps(Corps):
    """« Souhaitez-vous : Exporter les services à destination de… »."""

    destination: Literal["sconet", "editeur"] = "sconet"


class SupportCorps(Corps):
    """« Changement support »: the teacher replaced, the one who replaces him, the services ticked."""

    origine: int
    destinataire: int
    services: list[int]


class SuppleancesCorps(Corps):
    """« Saisie rapide »: the lines ticked."""

    suppleances: list[str]


class StructureReponse(BaseModel):
    """What was written, and what deserves a look."""

    codes: list[str]
    avertissements: list[str] = Field(default_factory=list)


def _paires(parts: list[PartSaisie | str]) -> tuple[tuple[str, int], ...]:
    return tuple((p, 0) if isinstance(p, str) else (p.code, p.effectif_prevu) for p in parts)


def en_liste(corps: Any) -> list[Any]:
    """One thing typed, or several."""
    return corps if isinstance(corps, list) else [corps]
