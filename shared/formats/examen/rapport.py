"""What an examination says: problems, one record for each document, and the whole report. JSON-able."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import Refus, Remarque

MAX_PAR_CODE = 20
"""Problems of one code that are told for one document; a last one says how many there are."""
_TEXTE_MAX = 60
_INVARIABLES = frozenset({"sans", "pays", "cours"})


class Gravite(StrEnum):
    """How much a problem matters.

    ERREUR: the real application would refuse the file, or lose something of it. REMARQUE: worth correcting.
    INFORMATION: worth knowing, not a problem.
    """

    ERREUR = "erreur"
    REMARQUE = "remarque"
    INFORMATION = "information"


class Probleme(Struct, frozen=True):
    """One thing to say: how grave, its rule (`code`), the sentence, where, what to do.

    `fichier` is "" for what concerns the whole set; `objet`, "groupe:3A" for instance, is what a list of known
    exceptions may name.
    """

    gravite: Gravite
    code: str
    phrase: str
    fichier: str = ""
    ligne: int | None = None
    element: str | None = None
    remede: str | None = None
    objet: str | None = None


class DocumentExamine(Struct, frozen=True):
    """One document, or one AAF feed: what it is by its content, how many of what, its problems.

    `nom`: the file's name, with the member's when an archive holds several; `chemin`: the path that was given, or
    found; `famille`: a value of `Famille`; `comptes`: (what, how many), in reading order.
    """

    nom: str
    chemin: str
    famille: str
    libelle: str
    version: str | None = None
    generation: str | None = None
    variante: str | None = None
    uai: str | None = None
    annee: int | None = None
    comptes: tuple[tuple[str, int], ...] = ()
    problemes: tuple[Probleme, ...] = ()

    def contenu(self) -> str:
        """How many of what, in one line."""
        return ", ".join(f"{nombre} {_accorde(quoi, nombre)}" for quoi, nombre in self.comptes)


def _accorde(quoi: str, nombre: int) -> str:
    """`quoi` is a plural; below two, each of its words loses its s."""
    if nombre > 1:
        return quoi
    return " ".join(mot if mot in _INVARIABLES else mot.removesuffix("s") for mot in quoi.split())


class RapportExamen(Struct, frozen=True):
    """Everything that was found. `ensemble`: problems between documents; `ecartes`: files that are not of the chain."""

    documents: tuple[DocumentExamine, ...]
    ensemble: tuple[Probleme, ...] = ()
    ecartes: tuple[str, ...] = ()

    def tous(self) -> tuple[Probleme, ...]:
        """All problems and informations, document after document, then those of the set."""
        return tuple(p for d in self.documents for p in d.problemes) + self.ensemble

    def nombre(self, gravite: Gravite) -> int:
        """How many there are of one gravity."""
        return sum(p.gravite is gravite for p in self.tous())

    @property
    def sans_probleme(self) -> bool:
        """Whether there is neither error nor remark."""
        return all(p.gravite is Gravite.INFORMATION for p in self.tous())

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "documents": [msgspec.to_builtins(d) | {"comptes": dict(d.comptes)} for d in self.documents],
            "ensemble": [msgspec.to_builtins(p) for p in self.ensemble],
            "ecartes": list(self.ecartes),
            "totaux": {g.value: self.nombre(g) for g in Gravite},
        }

    def remplace(self, change: Callable[[Probleme], Probleme]) -> RapportExamen:
        """The same report, each problem replaced by what `change` makes of it."""
        documents = tuple(replace(d, problemes=tuple(map(change, d.problemes))) for d in self.documents)
        return replace(self, documents=documents, ensemble=tuple(map(change, self.ensemble)))


def dit(texte: object) -> str:
    """A value of a file, fit for a sentence and for a terminal: printable, short."""
    propre = "".join(c if c.isprintable() else "?" for c in str(texte))
    return propre if len(propre) <= _TEXTE_MAX else f"{propre[:_TEXTE_MAX]}…"


def liste(codes: Iterable[str], au_plus: int = 8) -> str:
    """Some codes, between guillemets, sorted; the number of the others."""
    tous = sorted(codes)
    texte = ", ".join(f"« {dit(c)} »" for c in tous[:au_plus])
    return texte if len(tous) <= au_plus else f"{texte} et {len(tous) - au_plus} autre(s)"


@dataclass(slots=True)
class Recueil:
    """Gathers the problems of one document: the first ones of each code, and a count of the others."""

    fichier: str
    _gardes: list[Probleme] = field(default_factory=list)
    _nombres: Counter[tuple[Gravite, str]] = field(default_factory=Counter)
    lignes: set[int] = field(default_factory=set)
    """Lines that already have a problem."""

    def ajoute(
        self,
        gravite: Gravite,
        code: str,
        phrase: str,
        *,
        ligne: int | None = None,
        element: str | None = None,
        remede: str | None = None,
        objet: str | None = None,
        fichier: str | None = None,
    ) -> None:
        """Keep a problem of this document (or of `fichier`, a file of the feed)."""
        self._nombres[gravite, code] += 1
        if ligne is not None:
            self.lignes.add(ligne)
        if self._nombres[gravite, code] <= MAX_PAR_CODE:
            nom = self.fichier if fichier is None else dit(fichier)
            lieu = dit(element) if element else None
            self._gardes.append(Probleme(gravite, code, phrase, nom, ligne, lieu, remede, objet))

    def erreur(self, code: str, phrase: str, **options: Any) -> None:
        """See `ajoute`."""
        self.ajoute(Gravite.ERREUR, code, phrase, **options)

    def remarque(self, code: str, phrase: str, **options: Any) -> None:
        """See `ajoute`."""
        self.ajoute(Gravite.REMARQUE, code, phrase, **options)

    def information(self, code: str, phrase: str, **options: Any) -> None:
        """See `ajoute`."""
        self.ajoute(Gravite.INFORMATION, code, phrase, **options)

    def refus(self, refus: Refus) -> None:
        """A reader's refusal is an error."""
        lieu = refus.lieu
        self.ajoute(
            Gravite.ERREUR,
            refus.code,
            refus.phrase,
            ligne=lieu.ligne if lieu else None,
            element=lieu.element if lieu else None,
            remede=refus.remede,
        )

    def reprend(self, remarque: Remarque, gravite: Gravite, *, fichier: str | None = None) -> None:
        """A reader's remark, with the gravity it has here."""
        lieu = remarque.lieu
        self.ajoute(
            gravite,
            remarque.code,
            remarque.phrase,
            ligne=lieu.ligne,
            element=lieu.element,
            remede=remarque.remede,
            fichier=fichier,
        )

    @property
    def erreurs(self) -> int:
        """How many errors there are so far."""
        return sum(n for (gravite, _), n in self._nombres.items() if gravite is Gravite.ERREUR)

    def problemes(self) -> tuple[Probleme, ...]:
        """What was kept, by line within each gravity, and how many of each code were not told."""
        rangs = {gravite: rang for rang, gravite in enumerate(Gravite)}
        gardes = sorted(self._gardes, key=lambda p: (rangs[p.gravite], p.ligne is None, p.ligne or 0))
        suites = [
            Probleme(gravite, code, f"{nombre - MAX_PAR_CODE} autre(s) de même nature.", self.fichier)
            for (gravite, code), nombre in sorted(self._nombres.items())
            if nombre > MAX_PAR_CODE
        ]
        return (*gardes, *suites)
