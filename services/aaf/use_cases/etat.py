"""Reading the directory and the last state of a project as sorted streams of records.

What changed is found set-wise, by the fingerprints of contributions; only those records are read and compared. A
complete feed reads the directory through a server-side cursor: memory does not grow with the académie.
Source: architecture, "Storage" and "Nights".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, delete, func, select, text

from services.aaf.models import ACADEMIE, Etat, Fiche
from services.aaf.rules.fusion import Valeurs, fusionner
from services.aaf.use_cases.masse import PAQUET, par_premier, parmi
from shared.formats.aaf import (
    CATEGORIES,
    FICHES,
    Categorie,
    Enregistrement,
    Grammaire,
    Operation,
    Suppression,
)
from shared.formats.aaf.grammaire import REFERENCES, attributs_de
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

LECTURE = 2000
"""Rows read at once."""
SEPARATEUR = ","
"""Between the fingerprints of the schools that contribute to one object; `_CHANGES` writes it too."""

_CHANGES = text(
    """
    SELECT coalesce(f.id, e.id) AS id
    FROM (
        SELECT id, string_agg(empreinte, ',' ORDER BY uai) AS empreinte
        FROM aaf.fiche WHERE categorie = :categorie AND uai = ANY(:uais) GROUP BY id
    ) AS f
    FULL JOIN (
        SELECT id, empreinte FROM aaf.etat WHERE projet = :projet AND categorie = :categorie
    ) AS e ON e.id = f.id
    WHERE f.empreinte IS DISTINCT FROM e.empreinte
    ORDER BY length(coalesce(f.id, e.id)), coalesce(f.id, e.id)
    """
)
# What one school alone says of an object is the record itself: it need not come out of the database to go back in.
_REMPLIR = text(
    """
    INSERT INTO aaf.etat (projet, categorie, id, valeurs, empreinte, numero)
    SELECT :projet, f.categorie, f.id, f.valeurs, f.empreinte, :numero
    FROM aaf.fiche AS f
    WHERE f.uai = ANY(:uais) AND NOT EXISTS (
        SELECT 1 FROM aaf.fiche AS g
        WHERE g.categorie = f.categorie AND g.id = f.id AND g.uai <> f.uai AND g.uai = ANY(:uais))
    """
)
# One parameter for thousands of records: sent one by one, they cost more than everything else in a feed.
_ECRIRE = text(
    """
    INSERT INTO aaf.etat AS e (projet, categorie, id, valeurs, empreinte, numero)
    SELECT :projet, dit ->> 0, dit ->> 1, dit -> 2, dit ->> 3, :numero
    FROM jsonb_array_elements(CAST(:dits AS jsonb)) AS dit
    ON CONFLICT (projet, categorie, id) DO UPDATE SET
        valeurs = excluded.valeurs, empreinte = excluded.empreinte,
        numero = CASE WHEN e.valeurs = excluded.valeurs THEN e.numero ELSE excluded.numero END
    WHERE e.valeurs <> excluded.valeurs OR e.empreinte <> excluded.empreinte
    """
)
_NOTER_EMPREINTES = text(
    """
    UPDATE aaf.etat AS e SET empreinte = dit ->> 2
    FROM jsonb_array_elements(CAST(:dits AS jsonb)) AS dit
    WHERE e.projet = :projet AND e.categorie = dit ->> 0 AND e.id = dit ->> 1 AND e.empreinte <> dit ->> 2
    """
)
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


class Perimetre(Struct, frozen=True):
    """A project as reading needs it: its code, its schools in order, its grammar."""

    projet: str
    uais: tuple[str, ...]
    grammaire: Grammaire

    @property
    def lieux(self) -> list[str]:
        """The schools, and the académie."""
        return [ACADEMIE, *self.uais]


def annuaire(u: Unite, p: Perimetre) -> Iterator[tuple[Enregistrement, str]]:
    """Every record of a perimeter with its fingerprint, in the order of a feed, through a server-side cursor."""
    for categorie in CATEGORIES:
        requete = _contributions(p, categorie).execution_options(yield_per=LECTURE)
        paquets = u.session.execute(requete).partitions()
        yield from _reunir(p, categorie, (ligne for paquet in paquets for ligne in paquet))


def changes(u: Unite, p: Perimetre) -> dict[Categorie, list[str]]:
    """The persons whose contributions are not those of the last feed, by category, in the order of a feed."""
    parametres = {"projet": p.projet, "uais": p.lieux}
    return {
        categorie: list(u.session.scalars(_CHANGES, parametres | {"categorie": categorie.value}))
        for categorie in CATEGORIES
        if categorie not in REFERENCES
    }


def nouveaux(u: Unite, p: Perimetre, ids: Mapping[Categorie, Sequence[str]]) -> Iterator[tuple[Enregistrement, str]]:
    """The records of these persons as they stand, and every structure, MEF and matière, with their fingerprints."""
    for categorie in CATEGORIES:
        requete = _contributions(p, categorie)
        for paquet in [[]] if categorie in REFERENCES else _paquets(ids[categorie]):
            lues = requete.where(parmi(Fiche.id, paquet)) if paquet else requete
            yield from _reunir(p, categorie, u.session.execute(lues))


def anciens(u: Unite, p: Perimetre, ids: Mapping[Categorie, Sequence[str]]) -> Iterator[Enregistrement]:
    """What the last feeds said of these persons, and of every structure, MEF and matière."""
    for categorie in CATEGORIES:
        noms = attributs_de(categorie, p.grammaire)
        requete = select(Etat.id, Etat.valeurs).where(Etat.projet == p.projet, Etat.categorie == categorie.value)
        requete = requete.order_by(func.length(Etat.id), Etat.id)
        for paquet in [[]] if categorie in REFERENCES else _paquets(ids[categorie]):
            lus = requete.where(parmi(Etat.id, paquet)) if paquet else requete
            for id_, valeurs in u.session.execute(lus):
                yield Enregistrement(categorie, id_, noms, _valeurs(valeurs))


def _contributions(p: Perimetre, categorie: Categorie) -> Select[Any, Any]:
    return (
        select(Fiche.id, Fiche.valeurs, Fiche.empreinte)
        .where(Fiche.categorie == categorie.value, Fiche.uai.in_(p.lieux))
        .order_by(func.length(Fiche.id), Fiche.id, Fiche.uai)
    )


def _reunir(p: Perimetre, categorie: Categorie, lignes: Iterable[Any]) -> Iterator[tuple[Enregistrement, str]]:
    """Join the contributions to each object, in the project's grammar."""
    noms = attributs_de(categorie)
    for id_, groupe in groupby(lignes, key=lambda ligne: ligne[0]):
        contributions = list(groupe)
        e = Enregistrement(categorie, id_, noms, fusionner(noms, [_valeurs(c[1]) for c in contributions]))
        if p.grammaire is not Grammaire.V6_4:
            e = FICHES[categorie].from_enregistrement(e, Grammaire.V6_4).vers_enregistrement(p.grammaire)
        yield e, SEPARATEUR.join(c[2] for c in contributions)


def _paquets(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for debut in range(0, len(ids), LECTURE):
        yield ids[debut : debut + LECTURE]


def _valeurs(lues: Any) -> Valeurs:
    return tuple([tuple(v) for v in lues])


def doublons_retenus(u: Unite, p: Perimetre) -> frozenset[str]:
    """Responsables gone while a pupil of theirs still comes out: a merged doublon.

    A delta does not withdraw them; the next complete feed does, by leaving them out (AAF-11, ENT-12).
    """
    noms = attributs_de(Categorie.RESPONSABLE, p.grammaire)
    if "ENTAuxPersRelEleveEleve" not in noms:
        return frozenset()
    rang = noms.index("ENTAuxPersRelEleveEleve")
    return frozenset(u.session.scalars(_DOUBLONS_RETENUS, {"projet": p.projet, "uais": list(p.uais), "rang": rang}))


def remplir_etat(
    u: Unite, p: Perimetre, numero: int, enregistrements: Iterable[tuple[Enregistrement, str]]
) -> Iterator[Enregistrement]:
    """Pass a first feed on while writing the state after it. Reading and COPY share a connection: packet by packet."""
    telles = p.grammaire is Grammaire.V6_4
    if telles:
        u.session.execute(_REMPLIR, {"projet": p.projet, "numero": numero, "uais": p.lieux})
    suite = iter(enregistrements)
    while paquet := list(islice(suite, LECTURE)):
        lignes = [
            (p.projet, e.categorie.value, e.id, json.dumps(e.valeurs), somme, numero)
            for e, somme in paquet
            if not telles or SEPARATEUR in somme
        ]
        if lignes:
            copier(u.session, Etat, ("projet", "categorie", "id", "valeurs", "empreinte", "numero"), lignes)
        yield from (e for e, _ in paquet)


class SuiviEtat:
    """Brings the state of a project up to date with the operations of a feed, as they pass."""

    def __init__(self, u: Unite, p: Perimetre, numero: int) -> None:
        self._u = u
        self._p = p
        self._numero = numero
        self._empreintes: dict[tuple[str, str], str] = {}
        self._ecrits: list[tuple[str, str, Valeurs, str]] = []
        self._retires: list[tuple[str, str]] = []
        self._references: list[tuple[str, str]] = []

    def suivre(self, enregistrements: Iterable[tuple[Enregistrement, str]]) -> Iterator[Enregistrement]:
        """Pass the records of the directory on, their fingerprints kept until what becomes of them is noted."""
        for enregistrement, empreinte in enregistrements:
            self._empreintes[enregistrement.categorie.value, enregistrement.id] = empreinte
            yield enregistrement

    def noter(self, operation: Operation) -> None:
        """Take one operation into account."""
        cle = (operation.categorie.value, operation.id)
        if isinstance(operation, Suppression):
            self._retires.append(cle)
        else:
            if operation.categorie in REFERENCES:
                self._references.append(cle)
            self._ecrits.append((*cle, operation.valeurs, self._empreintes.pop(cle)))
        if len(self._ecrits) + len(self._retires) >= PAQUET:
            self._vider()

    def _vider(self) -> None:
        """Write what waits. A record that says what it said keeps the number of its feed."""
        if self._ecrits:
            parametres = {"projet": self._p.projet, "numero": self._numero, "dits": json.dumps(self._ecrits)}
            self._u.session.execute(_ECRIRE, parametres)
        for categorie, ids in par_premier(self._retires):
            self._u.session.execute(
                delete(Etat).where(Etat.projet == self._p.projet, Etat.categorie == categorie, parmi(Etat.id, ids))
            )
        self._ecrits, self._retires = [], []

    def terminer(self) -> None:
        """Write the rest; forget the structures, MEF and matières that were not sent again, note the fingerprints."""
        self._vider()
        envoyees = dict(par_premier(self._references))
        for categorie in sorted(REFERENCES):
            self._u.session.execute(
                delete(Etat).where(
                    Etat.projet == self._p.projet,
                    Etat.categorie == categorie.value,
                    ~parmi(Etat.id, envoyees.get(categorie.value, [])),
                )
            )
        memes = [[*cle, empreinte] for cle, empreinte in self._empreintes.items()]  # other sources, same record
        for debut in range(0, len(memes), LECTURE):
            dits = json.dumps(memes[debut : debut + LECTURE])
            self._u.session.execute(_NOTER_EMPREINTES, {"projet": self._p.projet, "dits": dits})
