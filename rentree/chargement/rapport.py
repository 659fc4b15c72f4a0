"""What happened to each school, as values: read by people (`affichage`) and by programs (`--json`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rentree.chargement.inventaire import Rejet
from rentree.chargement.lecture import JeuLu
from rentree.chargement.regroupement import Ecole, manquants
from shared.contracts.refus import Refus, Remarque
from shared.horloge.annees import libelle_annee

Etat = Literal["charge", "deja", "refuse", "sans_fichier", "lisible"]
"""`sans_fichier`: nothing was given for that part; `lisible`: read, and not loaded because it was not asked for."""

EtatEcole = Literal["charge", "deja", "partiel", "refuse", "lisible"]


@dataclass
class Part:
    """One application's part of a year: what became of it, the counts that the application answered."""

    nom: str
    etat: Etat
    comptes: dict[str, int] = field(default_factory=dict)
    phrase: str = ""
    refus: Refus | None = None

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        base: dict[str, Any] = {"nom": self.nom, "etat": self.etat, "comptes": self.comptes, "phrase": self.phrase}
        return base | ({"refus": refus_json(self.refus)} if self.refus is not None else {})


@dataclass
class RapportJeu:
    """A school's year."""

    lu: JeuLu
    parts: list[Part] = field(default_factory=list)
    remarques: list[Remarque] = field(default_factory=list)

    @property
    def comptes(self) -> dict[str, int]:
        """What the files hold, the fullest answer of several files."""
        tous: dict[str, int] = {}
        for comptes in self.lu.comptes.values():
            for nom, n in comptes.items():
                tous[nom] = max(n, tous.get(nom, 0))
        return tous

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        jeu = self.lu.jeu
        return {
            "annee": jeu.annee,
            "millesime": jeu.millesime,
            "fichiers": {f.value: t.source.nom for f, t in self.lu.retenus.items()},
            "comptes": self.comptes,
            "parts": [p.as_json() for p in self.parts],
            "refus": [rejet_json(r) for r in self.lu.tous_les_rejets()],
            "ecartes": [{"fichier": nom, "pourquoi": pourquoi} for nom, pourquoi in self.lu.ecartes],
            "manque": [{"fichier": libelle, "sans": sans} for libelle, sans in manquants(jeu)],
            "remarques": [_remarque(r) for r in (*self.lu.remarques, *self.remarques)],
        }


@dataclass
class RapportEcole:
    """A school: its years, and the files that bear its UAI without belonging to any."""

    ecole: Ecole
    jeux: list[RapportJeu] = field(default_factory=list)
    nom: str = ""

    @property
    def refus(self) -> list[tuple[str, Refus]]:
        """Every refusal of the school with the file or part it is about, in order."""
        rejets = [(r.nom, r.refus) for r in self.ecole.rejets]
        for jeu in self.jeux:
            rejets += [(r.nom, r.refus) for r in jeu.lu.tous_les_rejets()]
            rejets += [(p.nom, p.refus) for p in jeu.parts if p.refus is not None]
        # One refusal may condemn several parts: it is said once.
        return list({id(refus): (nom, refus) for nom, refus in reversed(rejets)}.values())[::-1]

    @property
    def etat(self) -> EtatEcole:
        """The school in a word."""
        etats = {p.etat for jeu in self.jeux for p in jeu.parts}
        if self.refus:
            return "partiel" if etats & {"charge", "deja", "lisible"} else "refuse"
        if "charge" in etats:
            return "charge"
        return "deja" if "deja" in etats else "lisible"

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "uai": self.ecole.uai,
            "nom": self.nom,
            "etat": self.etat,
            "annees": [j.as_json() for j in self.jeux],
            "refus": [rejet_json(r) for r in self.ecole.rejets],
            "ecartes": [{"fichier": nom, "pourquoi": pourquoi} for nom, pourquoi in self.ecole.ecartes],
        }


@dataclass
class Rapport:
    """The whole load. `projet`: the ENT opened for the schools that had none, None when there was nothing to open."""

    bac: str | None
    dossier: str
    identites: str
    fichiers: int = 0
    ecoles: list[RapportEcole] = field(default_factory=list)
    rejets: list[Rejet] = field(default_factory=list)
    ecartes: list[tuple[str, str]] = field(default_factory=list)
    projet: str | None = None
    refus: list[Refus] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code: 0 when nothing was refused, 1 otherwise."""
        return 1 if self.rejets or self.refus or any(e.refus for e in self.ecoles) else 0

    @property
    def totaux(self) -> dict[str, int]:
        """How many schools came to each end."""
        return dict(sorted(Counter(e.etat for e in self.ecoles).items()))

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "bac": self.bac,
            "dossier": self.dossier,
            "identites": self.identites,
            "fichiers": self.fichiers,
            "totaux": self.totaux,
            "projet": self.projet,
            "etablissements": [e.as_json() for e in self.ecoles],
            "refus": [refus_json(r) for r in self.refus],
            "fichiers_refuses": [rejet_json(r) for r in self.rejets],
            "fichiers_ecartes": [{"fichier": nom, "pourquoi": pourquoi} for nom, pourquoi in self.ecartes],
        }


def refus_json(r: Refus) -> dict[str, Any]:
    """A refusal."""
    lieu = {"fichier": r.lieu.fichier, "ligne": r.lieu.ligne, "element": r.lieu.element} if r.lieu else None
    return {"code": r.code, "phrase": r.phrase, "lieu": lieu, "remede": r.remede}


def rejet_json(r: Rejet) -> dict[str, Any]:
    """A refused file."""
    return {"fichier": r.nom, **refus_json(r.refus)}


def _remarque(r: Remarque) -> dict[str, Any]:
    return {"code": r.code, "phrase": r.phrase, "lieu": str(r.lieu), "remede": r.remede}


def libelle_jeux(jeux: Sequence[RapportJeu]) -> str:
    """The years of a school."""
    return ", ".join(libelle_annee(j.lu.jeu.annee) for j in jeux)
