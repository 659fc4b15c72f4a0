"""Applying the rules between documents to the set of one school and one year."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from shared.formats.examen.cles import Citation, Cles, Sorte
from shared.formats.examen.rapport import Recueil, dit
from shared.formats.examen.regles import REGLES, TOUJOURS, Regle
from shared.formats.reconnaissance import Famille as F


@dataclass(slots=True)
class DocumentDuJeu:
    """One document of a school's set: its family, its name, its keys."""

    famille: F
    nom: str
    cles: Cles


@dataclass(slots=True)
class Jeu:
    """The documents of one school and one year."""

    uai: str
    annee: int | None
    documents: list[DocumentDuJeu] = field(default_factory=list)

    def de(self, *familles: F) -> list[DocumentDuJeu]:
        """Those of some families."""
        return [d for d in self.documents if d.famille in familles]

    def definies(self, sorte: Sorte, familles: Iterable[F]) -> dict[Hashable, int | None] | None:
        """What the first family that has some defines, all its documents together; None when none has any."""
        for famille in familles:
            reunies: dict[Hashable, int | None] = {}
            for document in self.de(famille):
                reunies.update(document.cles.definies.get(sorte, {}))
            if reunies:
                return reunies
        return None


def appliquer(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    """Apply every rule to a set; `recueil_de` gives where to put the problems of a document."""
    for regle in REGLES:
        propres = regle.par == (regle.de,)
        definies = None if propres else jeu.definies(regle.sorte, regle.par)
        for document in jeu.de(regle.de):
            connues = document.cles.definies.get(regle.sorte) if propres else definies
            if connues is None and not (propres and regle.sorte in TOUJOURS):
                continue
            _manquantes(regle, document.cles.citees.get(regle.sorte, {}), connues or {}, recueil_de(document.nom))


def _manquantes(
    regle: Regle, citees: dict[Hashable, Citation], connues: dict[Hashable, int | None], recueil: Recueil
) -> None:
    for cle, citation in citees.items():
        if cle in connues:
            continue
        texte = dit(cle[0] if isinstance(cle, tuple) else cle)
        phrase = regle.phrase.format(cle=texte)
        if citation.nombre > 1:
            phrase = f"{phrase[:-1]} ({citation.nombre} fois)."
        recueil.ajoute(
            regle.gravite,
            regle.code,
            phrase,
            ligne=citation.ligne,
            element=regle.element,
            remede=regle.remede,
            objet=f"{regle.objet}:{cle}" if regle.objet else None,
        )
