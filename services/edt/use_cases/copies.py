"""« Créer une copie de la base », and what was mended on the copy but not on the base (EDT-30).

Source: guide 003 section 3.1.1: the first export with the assistant is tried on a copy, in a version monoposte; what
is mended there is to be mended again on the base.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Table, insert, literal, select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, controles
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

SANS_EXPORTS = tuple(t for t in bases.TABLES if t is not m.ExportFait)
"""What a copy takes: everything but the files that the base wrote."""


def copier(u: Unite, uai: str, annee: int) -> m.BaseEdt:
    """Copy a base, with all that it holds. The copy is a base of its own, under its own code.

    It has no NetSynchro certificate and sends nothing by itself. Raises `Inconnu` BASE_INCONNUE, `Refus`
    COPIE_DE_COPIE, COPIE_EXISTE.
    """
    base = bases.trouver(u, uai, annee)
    if base.copiee_le is not None:
        raise Refus(
            "Cette base est déjà une copie.",
            code="COPIE_DE_COPIE",
            statut=409,
            remede="Copiez la base réelle.",
        )
    code = uai + rules.COPIE
    if u.session.get(m.BaseEdt, (code, annee)) is not None:
        raise Refus(
            f"La base {annee}-{annee + 1} de {uai} a déjà une copie.",
            code="COPIE_EXISTE",
            statut=409,
            remede="Travaillez sur cette copie, ou supprimez-la pour en faire une autre.",
        )
    u.session.flush()
    u.session.execute(
        _copie(
            m.BaseEdt.__table__,
            uai,
            annee,
            {
                "uai": literal(code),
                "copiee_le": literal(u.maintenant),
                "certificat_demande_le": literal(None),
                "certificat_recu_le": literal(None),
            },
        )
    )
    for table in SANS_EXPORTS:
        u.session.execute(_copie(table.__table__, uai, annee, {"uai": literal(code)}))
    u.journaliser("copie", "Copie de la base créée", uai=uai, annee=annee)
    return bases.trouver(u, code, annee)


def _copie(table: Any, uai: str, annee: int, remplaces: dict[str, Any]) -> Any:
    assert isinstance(table, Table)
    colonnes = [c.name for c in table.columns]
    valeurs = [remplaces.get(c.name, c) for c in table.columns]
    lignes = select(*valeurs).where(table.c.uai == uai, table.c.annee == annee)
    return insert(table).from_select(colonnes, lignes)


def a_refaire(u: Unite, uai: str, annee: int) -> list[controles.PointDeControle]:
    """What the assistant finds in a base, or in the base whose copy this is, and no more in the copy.

    Those lines were mended on the copy alone: the base's next export will stop on them. Without a copy, nothing.
    """
    reel = rules.etablissement(uai)
    try:
        sur_la_copie = {p.code: set(p.lignes) for p in controles.controler(u, reel + rules.COPIE, annee)}
        sur_la_base = controles.controler(u, reel, annee)
    except Inconnu:
        return []
    restes = [
        replace(p, lignes=tuple(x for x in p.lignes if x not in sur_la_copie[p.code]))
        for p in sur_la_base
        if p.code != controles.MIS_DE_COTE
    ]
    return [p for p in restes if p.lignes]
