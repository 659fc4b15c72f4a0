"""The documents of a school's year: every candidate read once, the best of each kind kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

from rentree.chargement.familles import FAMILLES, Rang, comptes, rang
from rentree.chargement.inventaire import Rejet, Trouve
from rentree.chargement.regroupement import Jeu
from rentree.chargement.sources import Ouvreur
from rentree.demo.entree.documents import Documents
from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats.reconnaissance import Famille


@dataclass
class JeuLu:
    """What a year's files hold: the file kept of each family, counts, refusals by family, remarks.

    `documents` is let go of once counted: hundreds of schools are read before the first one is loaded.
    """

    jeu: Jeu
    retenus: dict[Famille, Trouve] = field(default_factory=dict)
    comptes: dict[Famille, dict[str, int]] = field(default_factory=dict)
    rejets: dict[Famille, list[Rejet]] = field(default_factory=dict)
    ecartes: list[tuple[str, str]] = field(default_factory=list)
    remarques: list[Remarque] = field(default_factory=list)
    documents: Documents | None = None

    def casse(self, *familles: Famille) -> list[Rejet]:
        """The refusals of families of which no file could be read."""
        return [r for f in familles if f not in self.retenus for r in self.rejets.get(f, ())]

    def tous_les_rejets(self) -> list[Rejet]:
        """Every refusal, in the order of families."""
        return [r for f in FAMILLES for r in self.rejets.get(f, ())]


def lire_jeu(jeu: Jeu, ouvreur: Ouvreur) -> JeuLu:
    """Read every candidate of a year; a file that cannot be read is noted, the others stand."""
    ouvreur.accorder()
    lu = JeuLu(jeu)
    documents: dict[Famille, Any] = {}
    for famille in FAMILLES:
        rangs: dict[Famille, Rang] = {}
        for t in jeu.candidats.get(famille, ()):
            try:
                document = _lire(t, ouvreur)
            except FichierRefuse as refus:
                lu.rejets.setdefault(famille, []).append(Rejet(t.source.nom, refus, jeu.uai))
                continue
            lu.remarques += getattr(document, "remarques", ())
            place = rang(famille, t.reconnu, document, t.source.nom)
            ancien = lu.retenus.get(famille)
            if ancien is not None:
                garde, autre = (t, ancien) if place > rangs[famille] else (ancien, t)
                pourquoi = f"non utilisé : « {garde.source.nom} », de la même sorte, est plus complet ou plus récent"
                lu.ecartes.append((autre.source.nom, pourquoi))
                if garde is ancien:
                    continue
            lu.retenus[famille], documents[famille], rangs[famille] = t, document, place
    lu.comptes = {f: comptes(f, d) for f, d in documents.items()}
    lu.documents = _assembler(jeu, lu.retenus, documents)
    return lu


def relire(lu: JeuLu, contenus: Mapping[Famille, bytes]) -> Documents:
    """The documents of a year once more, out of what is to be sent. Raises `FichierRefuse`."""
    documents = {f: FAMILLES[f].lire(BytesIO(octets), lu.retenus[f].source.nom) for f, octets in contenus.items()}
    return _assembler(lu.jeu, lu.retenus, documents)


def fichiers(lu: JeuLu, ouvreur: Ouvreur) -> list[tuple[Famille, str, Callable[[], BinaryIO]]]:
    """The files kept, each with its name and what opens it."""
    return [(f, t.source.nom, partial(ouvreur.ouvrir, t.source)) for f, t in lu.retenus.items()]


def _lire(t: Trouve, ouvreur: Ouvreur) -> Any:
    with ouvreur.ouvrir(t.source) as flux:
        return FAMILLES[t.famille].lire(flux, t.source.nom)


def _assembler(jeu: Jeu, retenus: dict[Famille, Trouve], documents: dict[Famille, Any]) -> Documents:
    champs = {FAMILLES[f].champ: d for f, d in documents.items()}
    return Documents(jeu.uai, jeu.annee, jeu.millesime, {f: t.source.base for f, t in retenus.items()}, **champs)
