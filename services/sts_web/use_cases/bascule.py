"""« Bascule »: open year N+1 from year N, with what one chooses to carry over (STS-10 to STS-13)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Integer, insert, literal, select

from services.sts_web.models import (
    Annee,
    Base,
    Division,
    DivisionMef,
    EnseignantService,
    Groupe,
    GroupeDivision,
    Service,
)
from services.sts_web.rules.annees import annee_a_ouvrir, lire_reconduction
from services.sts_web.use_cases import etablissements
from shared.contracts.echanges import BasculeSts
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite

# Pupils really present are those of year N: N+1 starts without any.
A_ZERO = ("effectif_calcule", "effectif_max_edt")


def basculer(u: Unite, uai: str, reconduire: Iterable[str]) -> int:
    """Open the year in preparation; give it back. BEE is told: nomenclatures profiled before must be again (STS-13).

    Raises `Inconnu` (UAI_INCONNU), `Refus` (BASCULE_DEJA_FAITE, BASCULE_FERMEE, RECONDUCTION_…).
    """
    etablissements.trouver(u, uai)
    choix = lire_reconduction(reconduire)
    jour = u.horloge.aujourd_hui()
    annees = list(u.session.scalars(select(Annee.annee).where(Annee.uai == uai).with_for_update()))
    suivante = annee_a_ouvrir(annees, u.profil.annee_sts(jour), u.profil.annee_sts_preparation(jour))
    u.session.add(Annee(uai=uai, annee=suivante, initiale=False, ouverte_le=u.maintenant, reconduit=list(choix)))
    u.session.flush()
    nombres = {}
    if "divisions" in choix:
        nombres["divisions"] = _copier(u, Division, uai, suivante)
        _copier(u, DivisionMef, uai, suivante)
    if "groupes" in choix:
        nombres["groupes"] = _copier(u, Groupe, uai, suivante)
        _copier(u, GroupeDivision, uai, suivante)
    if "services" in choix:
        nombres["services"] = _copier_services(u, uai, suivante, avec_groupes="groupes" in choix)
    u.journaliser(
        "bascule",
        f"Bascule : ouverture de l'année en préparation {libelle_annee(suivante)}",
        uai=uai,
        annee=suivante,
        nb=sum(nombres.values()),
        resume={"reconduit": list(choix), **nombres},
    )
    message = BasculeSts(uai=uai, annee=suivante, millesime=u.profil.millesime_de_l_annee(suivante))
    u.envoyer("bascule_sts", "siecle_bee", message, uai=uai, annee=suivante, immediat=True)
    return suivante


def _copier(u: Unite, table: type[Base], uai: str, annee: int) -> int:
    """Copy the rows of the year before into `annee`, in the database."""
    colonnes = list(table.__table__.columns)
    source = select(
        *(
            literal(annee, Integer) if c.name == "annee" else literal(0, Integer) if c.name in A_ZERO else c
            for c in colonnes
        )
    ).where(table.__table__.c.uai == uai, table.__table__.c.annee == annee - 1)
    resultat = u.session.connection().execute(insert(table).from_select([c.name for c in colonnes], source))
    return int(resultat.rowcount)


def _copier_services(u: Unite, uai: str, annee: int, *, avec_groupes: bool) -> int:
    """Copy services and their teachers; those of groups only with the groups; suppléances stay behind."""
    gardes = (
        select(Service.numero)
        .where(Service.uai == uai, Service.annee == annee - 1)
        .where(Service.type_structure.in_(["D", "G"] if avec_groupes else ["D"]))
    )
    nombre = 0
    for table, condition in (
        (Service, Service.numero.in_(gardes)),
        (EnseignantService, EnseignantService.numero.in_(gardes) & EnseignantService.supplee_id.is_(None)),
    ):
        colonnes = list(table.__table__.columns)
        source = select(*(literal(annee, Integer) if c.name == "annee" else c for c in colonnes)).where(
            table.__table__.c.uai == uai, table.__table__.c.annee == annee - 1, condition
        )
        resultat = u.session.connection().execute(insert(table).from_select([c.name for c in colonnes], source))
        nombre = nombre or int(resultat.rowcount)
    return nombre
