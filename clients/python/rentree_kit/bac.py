"""A bac: one whole chain of its own, with its people, its clock, its applications."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from rentree_kit.aaf import Aaf
from rentree_kit.client import Client, RefusRentree
from rentree_kit.ent import Ent
from rentree_kit.horloge import Horloge
from rentree_kit.mondes import Monde

if TYPE_CHECKING:
    from rentree_kit.installation import Installation

T = TypeVar("T")


@dataclass(frozen=True)
class Attendu:
    """What must become of somebody: in the ENT or not, with how many accounts, held back why, in which schools."""

    dans_ent: bool
    comptes: int
    exclusion: str
    uais: list[str]


class EleveDuBac:
    """A pupil of the world: her numbers, what must become of her, what the secretariat may do to her."""

    def __init__(self, bac: Bac, cle: str, dit: dict[str, Any], ecole: str) -> None:
        self._bac = bac
        self.cle = cle
        self.eleve_id: int = dit["eleve_id"]
        self.ine: str | None = dit["ine"]
        self.attendu = Attendu(**dit["attendu"])
        self.uai: str = bac.ecoles[ecole]

    def partir(self, jour: datetime | None = None, motif: str = "10") -> None:
        """She leaves her school, today unless a day is given."""
        quand = (jour or self._bac.horloge.instant).date().isoformat()
        self._modifier({"date_sortie": quand, "motif_sortie": motif})

    def changer_de_division(self, division: str) -> None:
        """She goes to another class of her school."""
        self._modifier({"division": division})

    def _modifier(self, corps: dict[str, Any]) -> None:
        chemin = f"/api/etablissements/{self.uai}/bases/{self._bac.millesime}/eleves/{self.eleve_id}"
        self._bac["siecle_bee"].demander("PATCH", chemin, corps)


@dataclass(frozen=True)
class AdulteDuBac:
    """A responsable or a member of the staff: her numbers (two when typed twice), what must become of her."""

    cle: str
    numeros: tuple[int, ...]
    attendu: Attendu


class ParCle(dict[str, T]):
    """By the keys of the world; one that is not there says which are."""

    def __missing__(self, cle: str) -> T:
        raise KeyError(f"« {cle} » n'est pas une clé de ce monde. Il y a : {', '.join(self) or 'personne'}")


class Bac:
    """One world. `bac["ent"]` asks an application anything; `eleves`, `responsables`, `personnels` are by key."""

    def __init__(self, installation: Installation, nom: str, monde: Monde | None, mis: dict[str, Any] | None) -> None:
        self.installation = installation
        self.nom = nom
        self.dossier = Path(tempfile.mkdtemp(prefix=f"rentree-{nom}-"))
        self.horloge = Horloge(self["pilotage"])
        self.ecoles: dict[str, str] = {}
        self.eleves: dict[str, EleveDuBac] = ParCle()
        self.responsables: dict[str, AdulteDuBac] = ParCle()
        self.personnels: dict[str, AdulteDuBac] = ParCle()
        self.millesime = self.annee = 0
        personnes: dict[str, dict[str, Any]] = ParCle()
        if monde is not None and mis is not None:
            self._peupler(monde, mis, personnes)
        projet = monde.projet if monde is not None else "ENT-KIT"
        self.aaf = Aaf(self["aaf"], projet, self.ecoles, self.dossier)
        self.ent = Ent(self["ent"], projet, personnes)

    def _peupler(self, monde: Monde, mis: dict[str, Any], personnes: dict[str, dict[str, Any]]) -> None:
        self.ecoles = mis["ecoles"]
        self.millesime, self.annee = mis["millesime"], mis["annee"]
        for e in monde.eleves:
            dit = mis["eleves"][e.cle]
            self.eleves[e.cle] = EleveDuBac(self, e.cle, dit, e.ecole)
            personnes[e.cle] = dit
        noms = {r.cle: {"nom": r.nom, "prenom": r.prenom} for r in monde.responsables}
        noms |= {p.cle: {"nom": p.nom, "prenom": p.prenom} for p in monde.personnels}
        for genre, gens in (("responsables", self.responsables), ("personnels", self.personnels)):
            for cle, dit in mis[genre].items():
                gens[cle] = AdulteDuBac(cle, tuple(dit["numeros"]), Attendu(**dit["attendu"]))
                if cle in noms:
                    personnes[cle] = noms[cle]

    def __getitem__(self, application: str) -> Client:
        """An application in this bac: pilotage, sts_web, siecle_bee, aaf, ent, edt or rectorat."""
        return self.installation.client(application, self.nom)

    def page(self, application: str, chemin: str = "/") -> str:
        """The address of a page of an application, for a browser."""
        return self[application].racine + chemin

    @property
    def journal(self) -> list[dict[str, Any]]:
        """What happened in every application, latest first."""
        lignes: list[dict[str, Any]] = self["pilotage"].lire("/api/journal", taille=200)["lignes"]
        return lignes

    def suivre(self, q: str) -> list[dict[str, Any]]:
        """Where a name, an INE or a group is in each application, and what holds it back."""
        dossiers: list[dict[str, Any]] = self["pilotage"].lire("/api/suivre", q=q)["dossiers"]
        return dossiers

    def supprimer(self) -> None:
        """Drop it; a second time does nothing."""
        with contextlib.suppress(RefusRentree):
            self.installation.client("pilotage").demander("DELETE", f"/api/bacs/{self.nom}")
        shutil.rmtree(self.dossier, ignore_errors=True)

    def __enter__(self) -> Bac:
        return self

    def __exit__(self, genre: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        self.supprimer()
