"""Bases: building one, finding one, what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from services.edt import models as m
from services.edt import rules
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import uai_valide
from shared.persistence.unite import Unite

TABLES = (
    m.DonneeSts,
    m.Professeur,
    m.Matiere,
    m.Structure,
    m.Service,
    m.Cours,
    m.ProfesseurPrincipal,
    m.Eleve,
    m.Appartenance,
    m.Codification,
    m.ElementPronote,
    m.ExportFait,
)
ANNEES = range(1990, 2101)
"""Years that a base may have."""


def construire(u: Unite, uai: str, annee: int) -> m.BaseEdt:
    """« Construire une base » for a school and a year (EDT-08).

    Raises `Refus` UAI_INVALIDE, ANNEE_INVALIDE, BASE_EXISTE.
    """
    if not uai_valide(uai):
        raise Refus(
            f"« {uai} » n'est pas un UAI : sa lettre de contrôle ne convient pas.",
            code="UAI_INVALIDE",
            remede="Vérifiez l'UAI de l'établissement.",
        )
    if annee not in ANNEES:
        raise Refus(
            f"« {annee} » n'est pas une année scolaire.",
            code="ANNEE_INVALIDE",
            remede="Donnez l'année du début de l'année scolaire : 2021 pour 2021-2022.",
        )
    if u.session.get(m.BaseEdt, (uai, annee)) is not None:
        raise Refus(
            f"La base {annee}-{annee + 1} de {uai} existe déjà.",
            code="BASE_EXISTE",
            statut=409,
            remede="Ouvrez-la, ou supprimez-la avant d'en construire une autre.",
        )
    base = m.BaseEdt(uai=uai, annee=annee, creee_le=u.maintenant)
    u.session.add(base)
    u.session.flush()
    u.journaliser("base", "Base construite", uai=uai, annee=annee)
    return base


def trouver(u: Unite, uai: str, annee: int) -> m.BaseEdt:
    """The base, or the copy of one. Raises `Inconnu` BASE_INCONNUE."""
    base = u.session.get(m.BaseEdt, (uai, annee)) if annee in ANNEES else None
    if base is None:
        if uai.endswith(rules.COPIE):
            raise Inconnu(
                f"Il n'y a pas de copie de la base {annee}-{annee + 1} de {rules.etablissement(uai)}.",
                code="BASE_INCONNUE",
                remede="Ouvrez la base, puis Fichier > Créer une copie de la base.",
            )
        raise Inconnu(
            f"Il n'y a pas de base {annee}-{annee + 1} pour {uai}.",
            code="BASE_INCONNUE",
            remede="Construisez la base : Fichier > Avec STSWEB > Construire une base.",
        )
    return base


def trouver_reelle(u: Unite, uai: str, annee: int, phrase: str) -> m.BaseEdt:
    """A base that is not the copy of one. Raises `Inconnu` BASE_INCONNUE, `Refus` BASE_COPIEE with `phrase`."""
    base = trouver(u, uai, annee)
    if base.copiee_le is not None:
        raise Refus(phrase, code="BASE_COPIEE", statut=409, remede="Ouvrez la base de l'établissement.")
    return base


def lister(u: Unite) -> list[m.BaseEdt]:
    """Every base and copy that who asks may see, by school and year."""
    visibles = select(m.BaseEdt).where(u.du_perimetre(func.split_part(m.BaseEdt.uai, "/", 1)))
    return list(u.session.scalars(visibles.order_by(m.BaseEdt.uai, m.BaseEdt.annee)))


def supprimer(u: Unite, uai: str, annee: int) -> None:
    """Remove a base and all it holds."""
    base = trouver(u, uai, annee)
    for table in (*TABLES, m.SocleEnt):
        u.session.execute(delete(table).where(table.uai == uai, table.annee == annee))
    u.session.delete(base)
    u.journaliser("base", "Base supprimée", uai=uai, annee=annee)


def resume(u: Unite, uai: str, annee: int) -> Mapping[str, Any]:
    """What the base holds, in counts."""
    base = trouver(u, uai, annee)
    comptes = {
        table.__tablename__: u.session.scalar(
            select(func.count()).select_from(table).where(table.uai == uai, table.annee == annee)
        )
        for table in TABLES
    }
    return {
        "uai": rules.etablissement(base.uai),
        "annee": base.annee,
        "copiee_le": base.copiee_le,
        "nom": base.nom,
        "sts_importe_le": base.sts_importe_le,
        "siecle_importe_le": base.siecle_importe_le,
        "millesime": base.millesime,
        "pronote_initialisee_le": base.pronote_initialisee_le,
        **comptes,
    }
