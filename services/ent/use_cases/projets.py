"""ENT projects: which AAF project feeds which schools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import func, select

from services.ent import models
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import uai_valide
from shared.persistence.unite import Unite

SuppressionsDelta = Literal["attendre_complet", "desactiver"]


def creer_projet(
    u: Unite,
    code: str,
    aaf_projet: str,
    libelle: str,
    uais: Sequence[str],
    purge_jours: int | None = None,
    suppressions_delta: SuppressionsDelta = "attendre_complet",
) -> models.Projet:
    """Open an ENT for schools, fed by an AAF project from the next night on.

    Arguments: `purge_jours`, days between deactivation and deletion, None for the profile's (ENT-13, ENT-14);
    `suppressions_delta`, whether a deletion in a delta waits for the next complete feed (ENT-12) or acts at once.
    Raises `Refus` PROJET_EXISTANT, UAI_INVALIDE, UAI_DEJA_RATTACHE.
    """
    if u.session.get(models.Projet, code) is not None:
        raise Refus(
            f"Le projet d'ENT « {code} » existe déjà.",
            code="PROJET_EXISTANT",
            statut=409,
            remede="Choisissez un autre code.",
        )
    for uai in uais:
        if not uai_valide(uai):
            raise Refus(
                f"« {uai} » n'est pas un UAI : sa lettre de contrôle ne convient pas.",
                code="UAI_INVALIDE",
                remede="Sept chiffres et une lettre : vérifiez la saisie.",
            )
        autre = u.session.scalar(select(models.Projet.code).where(models.Projet.uais.contains([uai])))
        if autre is not None:
            raise Refus(
                f"L'établissement {uai} est déjà dans le projet d'ENT « {autre} ».",
                code="UAI_DEJA_RATTACHE",
                statut=409,
                remede="Un établissement a un seul ENT : retirez-le de la liste.",
            )
    projet = models.Projet(
        code=code,
        aaf_projet=aaf_projet,
        libelle=libelle,
        purge_jours=purge_jours,
        suppressions_delta=suppressions_delta,
        uais=sorted(set(uais)),
        annee=u.profil.annee_collectee(u.horloge.local().date()),
        dernier_numero=0,
        dernier_jour=None,
        cree_le=u.maintenant,
    )
    u.session.add(projet)
    u.session.flush()
    u.journaliser("projet", f"Projet d'ENT « {code} » ouvert", nb=len(projet.uais))
    return projet


def projet(u: Unite, code: str, *, verrouiller: bool = False) -> models.Projet:
    """One project. Raises `Inconnu` PROJET_INCONNU."""
    trouve = u.session.get(models.Projet, code, with_for_update=verrouiller or None)
    if trouve is None:
        raise Inconnu(
            f"Le projet d'ENT « {code} » n'existe pas.",
            code="PROJET_INCONNU",
            remede="La liste des projets est sur la page d'accueil de l'ENT.",
        )
    return trouve


def projets(u: Unite) -> list[models.Projet]:
    """Every project, by code."""
    return list(u.session.scalars(select(models.Projet).order_by(models.Projet.code)))


def projet_de(u: Unite, uai: str, *, verrouiller: bool = False) -> models.Projet:
    """The project of a school: the one that lists it, else the first that was fed with it. Raises `Inconnu`.

    `verrouiller`: until the end of the transaction nobody else numbers what it holds.
    """
    tables = models.Projet, models.Structure
    trouve = u.session.scalars(
        select(tables[0]).where(tables[0].uais.contains([uai])).order_by(tables[0].code).limit(1)
    ).first()
    if trouve is None:
        trouve = u.session.scalars(
            select(tables[0])
            .join(tables[1], tables[1].projet == tables[0].code)
            .where(tables[1].uai == uai)
            .order_by(tables[0].code)
            .limit(1)
        ).first()
    if trouve is None:
        raise uai_inconnu(uai)
    return projet(u, trouve.code, verrouiller=True) if verrouiller else trouve


def uai_inconnu(uai: str) -> Inconnu:
    """No ENT knows this school."""
    return Inconnu(
        f"L'établissement {uai} n'est dans aucun projet d'ENT.",
        code="UAI_INCONNU",
        remede="Vérifiez l'UAI, ou ajoutez l'établissement à un projet.",
    )


def structures(u: Unite, code: str, uai: str | None = None) -> list[models.Structure]:
    """The structures of a project that the feed holds, by UAI."""
    table = models.Structure
    requete = select(table).where(table.projet == code).order_by(table.uai, table.id)
    if uai is not None:
        requete = requete.where(table.uai == uai)
    return list(u.session.scalars(requete))


def etablissements(u: Unite) -> list[dict[str, Any]]:
    """Every school that who asks may see: project, UAI, name ("" before the first feed), year, accounts."""
    actifs = (
        select(models.Rattachement.projet, models.Rattachement.structure_id, func.count().label("comptes"))
        .join(
            models.Compte,
            (models.Compte.projet == models.Rattachement.projet)
            & (models.Compte.aaf_id == models.Rattachement.aaf_id)
            & models.Compte.etat.in_(("a_activer", "actif")),
        )
        .group_by(models.Rattachement.projet, models.Rattachement.structure_id)
        .subquery()
    )
    table = models.Structure
    vus = u.session.execute(
        select(table, actifs.c.comptes)
        .join(actifs, (actifs.c.projet == table.projet) & (actifs.c.structure_id == table.id), isouter=True)
        .order_by(table.projet, table.uai, table.id)
    ).all()
    lignes = []
    for p in projets(u):
        connus = {s.uai: (s, n or 0) for s, n in vus if s.projet == p.code and (n or s.uai in p.uais)}
        for uai in sorted({*p.uais, *connus}):
            if u.perimetre not in (None, uai):
                continue
            s, comptes = connus.get(uai, (None, 0))
            nom = " ".join(x for x in (s.sigle, s.nom, s.commune) if x) if s else ""
            lignes.append({"projet": p.code, "uai": uai, "nom": nom, "annee": p.annee, "comptes": comptes})
    return lignes
