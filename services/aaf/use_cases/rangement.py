"""Writing what a school contributes to the directory: only what changed is written.

Source: architecture, "Storage" (bulk writes) and "Nothing is lost, everything can be explained".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from services.aaf.models import DivisionGroupe, Fiche
from services.aaf.models import Exclusion as LigneExclusion
from services.aaf.rules.exclusions import Exclusion
from services.aaf.use_cases.masse import PAQUET, par_premier, parmi
from shared.contracts.echanges import StructureSts
from shared.formats.aaf import Categorie, Enregistrement, Substitutions, sans_interdits
from shared.identifiers.texte import cle_tri
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

# Characters that XML 1.0 cannot carry, told by how JSON writes them: one value must not stop a whole feed.
_SUSPECT = re.compile(r"\\u00[01]|\\[bf]|[\ud800-\udfff\ufffe\uffff]")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class FicheARanger(NamedTuple):
    """A contribution to write. `cle`: what the source knows the object by."""

    categorie: str
    id: str
    cle: str
    reference: str
    libelle: str
    valeurs: str
    empreinte: str

    @classmethod
    def de(cls, enregistrement: Enregistrement, cle: str, substitutions: Substitutions | None = None) -> Self:
        """Made of a wire record of grammar 6.4; `substitutions` is told of the characters that XML does not have."""
        valeurs = _en_json(enregistrement)
        if ("\\" in valeurs or not valeurs.isascii()) and _SUSPECT.search(valeurs):  # nearly always told at once
            enregistrement = sans_interdits(enregistrement, substitutions)
            valeurs = _en_json(enregistrement)
        reference, nommes = _places(enregistrement.categorie, enregistrement.noms)
        dites = enregistrement.valeurs
        libelle = " ".join([_premiere(dites, rang) for rang in nommes])
        if enregistrement.categorie is Categorie.ETABLISSEMENT:
            libelle = libelle.replace("$", " ")
        return cls(
            enregistrement.categorie.value,
            enregistrement.id,
            cle,
            _premiere(dites, reference),
            libelle,
            valeurs,
            hashlib.sha256(f"{cle}\n{valeurs}".encode()).hexdigest()[:32],
        )


def _en_json(enregistrement: Enregistrement) -> str:
    try:
        return msgspec.json.encode(enregistrement.valeurs).decode()
    except ValueError:  # half a character
        return _JSON.encode(enregistrement.valeurs)


_LIBELLES = {
    Categorie.ETABLISSEMENT: ("ENTStructureNomCourant",),
    Categorie.MEF: ("ENTLibelleMef",),
    Categorie.MATIERE: ("ENTLibelleMatiere",),
}


@lru_cache(maxsize=64)
def _places(categorie: Categorie, noms: tuple[str, ...]) -> tuple[int | None, tuple[int | None, ...]]:
    """Where the records of a shape hold a pupil's ELEVE_ID, and what they are called by."""
    rangs = {nom: rang for rang, nom in enumerate(noms)}
    libelle = _LIBELLES.get(categorie, ("sn", "givenName"))
    return rangs.get("ENTEleveStructRattachId"), tuple(rangs.get(nom) for nom in libelle)


def _premiere(valeurs: Sequence[Sequence[str]], rang: int | None) -> str:
    return valeurs[rang][0] if rang is not None and valeurs[rang] else ""


def ranger_fiches(u: Unite, uai: str, fiches: Sequence[FicheARanger]) -> bool:
    """Make these the whole contribution of a school; whether anything changed.

    `depuis` of a record stays; `modifie_le` moves only when its content did.
    """
    connues = select(Fiche.categorie, Fiche.id, Fiche.empreinte).where(Fiche.uai == uai)
    presentes = {(categorie, id_): empreinte for categorie, id_, empreinte in u.session.execute(connues)}
    voulues = {(f.categorie, f.id): f for f in fiches}
    parties = set(presentes) - set(voulues)
    for categorie, ids in par_premier(parties):
        u.session.execute(delete(Fiche).where(Fiche.uai == uai, Fiche.categorie == categorie, parmi(Fiche.id, ids)))
    nouvelles = [voulues[cle] for cle in sorted(set(voulues) - set(presentes))]
    if nouvelles:
        instant = u.maintenant.isoformat()
        copier(
            u.session,
            Fiche,
            (
                "categorie",
                "id",
                "uai",
                "cle",
                "reference",
                "libelle",
                "cle_tri",
                "empreinte",
                "valeurs",
                "depuis",
                "modifie_le",
            ),
            (
                (
                    f.categorie,
                    f.id,
                    uai,
                    f.cle,
                    f.reference,
                    f.libelle,
                    cle_tri(f.libelle),
                    f.empreinte,
                    f.valeurs,
                    instant,
                    instant,
                )
                for f in nouvelles
            ),
        )
    changees = [
        voulues[cle] for cle in sorted(set(voulues) & set(presentes)) if voulues[cle].empreinte != presentes[cle]
    ]
    if changees:
        u.session.execute(
            update(Fiche),
            [
                {
                    "categorie": f.categorie,
                    "id": f.id,
                    "uai": uai,
                    "cle": f.cle,
                    "reference": f.reference,
                    "libelle": f.libelle,
                    "cle_tri": cle_tri(f.libelle),
                    "empreinte": f.empreinte,
                    "valeurs": json.loads(f.valeurs),
                    "modifie_le": u.maintenant,
                }
                for f in changees
            ],
        )
    return bool(parties or nouvelles or changees)


def ranger_divisions_groupes(u: Unite, uai: str, structure: StructureSts | None) -> None:
    """Make these the divisions and groups of a school, known since they first came."""
    voulus: dict[tuple[str, str], dict[str, Any]] = {}
    if structure is not None:
        for d in structure.divisions:
            voulus["D", d.code] = {"libelle": d.libelle, "divisions": []}
        for g in structure.groupes:
            voulus["G", g.code] = {"libelle": g.libelle, "divisions": sorted(set(g.divisions))}
    table = DivisionGroupe
    connus = select(table.type, table.code, table.libelle, table.divisions).where(table.uai == uai)
    presents = {
        (type_, code): {"libelle": libelle, "divisions": divisions}
        for type_, code, libelle, divisions in u.session.execute(connus)
    }
    for type_, codes in par_premier(set(presents) - set(voulus)):
        u.session.execute(delete(table).where(table.uai == uai, table.type == type_, parmi(table.code, codes)))
    copier(
        u.session,
        table,
        ("uai", "type", "code", "libelle", "divisions", "depuis"),
        (
            (uai, *cle, voulus[cle]["libelle"], json.dumps(voulus[cle]["divisions"]), u.maintenant)
            for cle in sorted(set(voulus) - set(presents))
        ),
    )
    for type_, code in sorted(cle for cle in set(voulus) & set(presents) if voulus[cle] != presents[cle]):
        u.session.execute(
            update(table)
            .where(table.uai == uai, table.type == type_, table.code == code)
            .values(voulus[type_, code])
            .execution_options(synchronize_session=False)
        )


def ranger_exclusions(u: Unite, uai: str, exclusions: Sequence[Exclusion]) -> None:
    """Make these the exclusions of a school; each keeps the instant of its first sight."""
    table = LigneExclusion
    connues = select(table.objet, table.id, table.code).where(table.uai == uai)
    presentes = {(objet, id_, code) for objet, id_, code in u.session.execute(connues)}
    parties = sorted(presentes - {e.cle for e in exclusions})
    for debut in range(0, len(parties), PAQUET):
        levees = parties[debut : debut + PAQUET]
        u.session.execute(delete(table).where(table.uai == uai, tuple_(table.objet, table.id, table.code).in_(levees)))
    _remplacer(
        u,
        table,
        ["uai", "objet", "id", "code"],
        ["raison", "remede", "menu", "interlocuteur", "cles", "libelle", "cle_tri"],
        [
            {
                "uai": uai,
                "objet": e.objet,
                "id": e.id,
                "code": e.code,
                "raison": e.raison,
                "remede": e.remede,
                "menu": e.menu,
                "interlocuteur": e.interlocuteur,
                "cles": dict(e.cles),
                "libelle": e.libelle,
                "cle_tri": cle_tri(e.libelle),
                "depuis": e.depuis or u.maintenant,
            }
            for e in exclusions
        ],
    )


def _remplacer(u: Unite, table: Any, cles: list[str], colonnes: Iterable[str], lignes: list[dict[str, Any]]) -> None:
    """Insert rows, or bring the given columns of those that are there up to date."""
    if lignes:
        requete = insert(table)
        u.session.execute(
            requete.on_conflict_do_update(index_elements=cles, set_={c: requete.excluded[c] for c in colonnes}), lignes
        )
