"""Reading the directory and the last state of a project as sorted streams of records.

Memory does not grow with the académie: rows come through server-side cursors, contributions to one object are
joined as they pass. Source: architecture, "Nothing is lost…" (feeds are written and read as streams).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Select, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.aaf.models import ACADEMIE, Etat, Fiche
from services.aaf.rules.fusion import Valeurs, fusionner
from services.aaf.use_cases.masse import PAQUET, copier
from shared.formats.aaf import (
    CATEGORIES,
    FICHES,
    Categorie,
    Enregistrement,
    Grammaire,
    Operation,
    Suppression,
)
from shared.formats.aaf.grammaire import attributs_de
from shared.persistence.unite import Unite

LECTURE = 2000
"""Rows fetched at once."""

_DOUBLONS_RETENUS = text(
    """
    SELECT e.id FROM aaf.etat AS e
    WHERE e.projet = :projet AND e.categorie = 'PersRelEleve'
      AND NOT EXISTS (
          SELECT 1 FROM aaf.fiche AS f
          WHERE f.categorie = 'PersRelEleve' AND f.id = e.id AND f.uai = ANY(:uais))
      AND EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(e.valeurs -> CAST(:rang AS int)) AS lie(id)
          JOIN aaf.fiche AS f ON f.categorie = 'Eleve' AND f.id = lie.id AND f.uai = ANY(:uais))
    """
)


def annuaire(u: Unite, uais: Sequence[str], grammaire: Grammaire) -> Iterator[Enregistrement]:
    """The records of a project's perimeter, in the order of a feed, in its grammar."""
    for categorie in CATEGORIES:
        for enregistrement in _annuaire_de(u, uais, categorie):
            if grammaire is Grammaire.V6_4:
                yield enregistrement
            else:
                yield (
                    FICHES[categorie].from_enregistrement(enregistrement, Grammaire.V6_4).vers_enregistrement(grammaire)
                )


def _annuaire_de(u: Unite, uais: Sequence[str], categorie: Categorie) -> Iterator[Enregistrement]:
    noms = attributs_de(categorie)
    requete = (
        select(Fiche.id, Fiche.valeurs)
        .where(Fiche.categorie == categorie.value, Fiche.uai.in_([ACADEMIE, *uais]))
        .order_by(func.length(Fiche.id), Fiche.id, Fiche.uai)
    )
    for id_, lignes in groupby(_lire(u, requete), key=lambda ligne: ligne[0]):
        yield Enregistrement(categorie, id_, noms, fusionner(noms, [_valeurs(v) for _, v in lignes]))


def dernier_etat(u: Unite, projet: str, grammaire: Grammaire) -> Iterator[Enregistrement]:
    """What the last feeds of a project said, in the order of a feed."""
    for categorie in CATEGORIES:
        noms = attributs_de(categorie, grammaire)
        requete = (
            select(Etat.id, Etat.valeurs)
            .where(Etat.projet == projet, Etat.categorie == categorie.value)
            .order_by(func.length(Etat.id), Etat.id)
        )
        for id_, valeurs in _lire(u, requete):
            yield Enregistrement(categorie, id_, noms, _valeurs(valeurs))


def _lire(u: Unite, requete: Select[Any, Any]) -> Iterator[tuple[str, Any]]:
    lus = u.session.execute(requete.execution_options(yield_per=LECTURE))
    for paquet in lus.partitions():
        yield from ((id_, valeurs) for id_, valeurs in paquet)


def _valeurs(lues: Any) -> Valeurs:
    return tuple([tuple(v) for v in lues])


def doublons_retenus(u: Unite, projet: str, uais: Sequence[str], grammaire: Grammaire) -> frozenset[str]:
    """Responsables gone while a pupil of theirs still comes out: a merged doublon.

    A delta does not withdraw them; the next complete feed does, by leaving them out (AAF-11, ENT-12).
    """
    noms = attributs_de(Categorie.RESPONSABLE, grammaire)
    if "ENTAuxPersRelEleveEleve" not in noms:
        return frozenset()
    rang = noms.index("ENTAuxPersRelEleveEleve")
    lus = u.session.scalars(_DOUBLONS_RETENUS, {"projet": projet, "uais": list(uais), "rang": rang})
    return frozenset(lus)


def remplir_etat(u: Unite, projet: str, numero: int, enregistrements: Iterable[Enregistrement]) -> None:
    """Write the state after a first feed: there was none. Reading and COPY share one connection: packet by packet."""
    suite = iter(enregistrements)
    while paquet := list(islice(suite, LECTURE)):
        copier(
            u.session,
            Etat,
            ("projet", "categorie", "id", "valeurs", "numero"),
            ((projet, e.categorie.value, e.id, json.dumps(e.valeurs), numero) for e in paquet),
        )


class SuiviEtat:
    """Brings the state of a project up to date with the operations of a feed, as they pass."""

    def __init__(self, u: Unite, projet: str, numero: int) -> None:
        self._u = u
        self._projet = projet
        self._numero = numero
        self._ecrits: list[dict[str, Any]] = []
        self._retires: list[tuple[str, str]] = []

    def noter(self, operation: Operation) -> None:
        """Take one operation into account."""
        if isinstance(operation, Suppression):
            self._retires.append((operation.categorie.value, operation.id))
        else:
            self._ecrits.append(
                {
                    "projet": self._projet,
                    "categorie": operation.categorie.value,
                    "id": operation.id,
                    "valeurs": [list(v) for v in operation.valeurs],
                    "numero": self._numero,
                }
            )
        if len(self._ecrits) + len(self._retires) >= PAQUET:
            self.vider()

    def vider(self) -> None:
        """Write what waits. A record that says what it said keeps the number of its feed."""
        if self._ecrits:
            requete = insert(Etat)
            self._u.session.execute(
                requete.on_conflict_do_update(
                    index_elements=["projet", "categorie", "id"],
                    set_={"valeurs": requete.excluded.valeurs, "numero": requete.excluded.numero},
                    where=Etat.valeurs != requete.excluded.valeurs,
                ),
                self._ecrits,
            )
        if self._retires:
            self._u.session.execute(
                delete(Etat).where(Etat.projet == self._projet, tuple_(Etat.categorie, Etat.id).in_(self._retires))
            )
        self._ecrits, self._retires = [], []


def oublier_references(u: Unite, projet: str, gardees: Iterable[tuple[str, str]]) -> None:
    """Forget the structures, MEF and matières that a feed no longer sends: they are sent again in full each time."""
    references = [Categorie.ETABLISSEMENT.value, Categorie.MEF.value, Categorie.MATIERE.value]
    envoyees = sorted(gardees)
    u.session.execute(
        delete(Etat).where(
            Etat.projet == projet,
            Etat.categorie.in_(references),
            tuple_(Etat.categorie, Etat.id).not_in(envoyees or [("", "")]),
        )
    )
