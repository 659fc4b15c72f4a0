"""What a comparison says: plain frozen values, which a terminal, a page or a program shows as they like.

Keys and names of fields are always there; values, which are personal data, only when they were asked for.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from shared.contracts.refus import Remarque


class Changement(Struct, frozen=True):
    """One field of a record. `avant`, `apres`: its values, "" when it is absent; None when values are not shown."""

    champ: str
    avant: str | None = None
    apres: str | None = None


class FicheModifiee(Struct, frozen=True):
    """One record that stands on both sides, and its fields that differ."""

    cle: str
    changements: tuple[Changement, ...]


class CategorieComparee(Struct, frozen=True):
    """The records of one category. `ajoutees`, `supprimees`: their keys; `doublons`: keys given twice, on each side."""

    nom: str
    ajoutees: tuple[str, ...] = ()
    supprimees: tuple[str, ...] = ()
    modifiees: tuple[FicheModifiee, ...] = ()
    inchangees: int = 0
    doublons: tuple[int, int] = (0, 0)

    @property
    def identique(self) -> bool:
        """Whether nothing differs."""
        return not (self.ajoutees or self.supprimees or self.modifiees)

    @property
    def champs(self) -> dict[str, int]:
        """The fields that changed, with the number of records in which they did, the most frequent first."""
        nombres: dict[str, int] = {}
        for fiche in self.modifiees:
            for changement in fiche.changements:
                nombres[changement.champ] = nombres.get(changement.champ, 0) + 1
        return dict(sorted(nombres.items(), key=lambda paire: (-paire[1], paire[0])))

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "categorie": self.nom,
            "ajoutees": list(self.ajoutees),
            "supprimees": list(self.supprimees),
            "modifiees": [{"cle": m.cle, "champs": [_changement(c) for c in m.changements]} for m in self.modifiees],
            "inchangees": self.inchangees,
            "doublons": list(self.doublons),
        }


class DocumentCompare(Struct, frozen=True):
    """One of the two documents of a pair; `annee` is the one in which the school year begins."""

    nom: str
    uai: str | None = None
    annee: int | None = None
    version: str | None = None
    generation: str | None = None
    variante: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {champ: getattr(self, champ) for champ in ("nom", "uai", "annee", "version", "generation", "variante")}


class PaireComparee(Struct, frozen=True):
    """Two documents of one family and what differs between them; `remarques`: what was compared otherwise, or not."""

    famille: str
    libelle: str
    a: DocumentCompare
    b: DocumentCompare
    categories: tuple[CategorieComparee, ...]
    remarques: tuple[Remarque, ...] = ()

    @property
    def identique(self) -> bool:
        """Whether nothing differs."""
        return all(categorie.identique for categorie in self.categories)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "famille": self.famille,
            "libelle": self.libelle,
            "a": self.a.as_json(),
            "b": self.b.as_json(),
            "identique": self.identique,
            "categories": [categorie.as_json() for categorie in self.categories],
            "remarques": [_remarque(r) for r in self.remarques],
        }


class Comparaison(Struct, frozen=True):
    """What changed from `a` to `b`. `seuls_a`, `seuls_b`: documents that have no counterpart on the other side."""

    a: str
    b: str
    paires: tuple[PaireComparee, ...]
    seuls_a: tuple[str, ...] = ()
    seuls_b: tuple[str, ...] = ()
    remarques: tuple[Remarque, ...] = ()

    @property
    def identique(self) -> bool:
        """Whether nothing differs, and no document stands on one side only."""
        return not (self.seuls_a or self.seuls_b) and all(paire.identique for paire in self.paires)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; those of the fields are None unless the comparison was asked to keep them."""
        return {
            "a": self.a,
            "b": self.b,
            "identique": self.identique,
            "paires": [paire.as_json() for paire in self.paires],
            "seuls_a": list(self.seuls_a),
            "seuls_b": list(self.seuls_b),
            "remarques": [_remarque(r) for r in self.remarques],
        }


def _changement(changement: Changement) -> dict[str, str]:
    if changement.avant is None or changement.apres is None:
        return {"champ": changement.champ}
    return {"champ": changement.champ, "avant": changement.avant, "apres": changement.apres}


def _remarque(remarque: Remarque) -> dict[str, str | None]:
    lieu = str(remarque.lieu) or None
    return {"code": remarque.code, "phrase": remarque.phrase, "lieu": lieu, "remede": remarque.remede}
