"""ENT projects: which AAF project feeds which schools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import func, select, update

from services.ent import models
from services.ent.rules.logins import premier_numero
from services.ent.rules.modeles import MODELES, Reglages
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import uai_valide
from shared.persistence.unite import Unite

REGLAGES = Reglages.__struct_fields__
MAX_JOURS = 3650


def creer_projet(
    u: Unite, code: str, aaf_projet: str, libelle: str, uais: Sequence[str], reglages: Reglages = Reglages()
) -> models.Projet:
    """Open an ENT for schools, fed by an AAF project from the next night on.

    Raises `Refus` PROJET_EXISTANT, UAI_INVALIDE, UAI_DEJA_RATTACHE, DELAI_INVALIDE.
    """
    if u.session.get(models.Projet, code) is not None:
        raise Refus(
            f"Le projet d'ENT « {code} » existe déjà.",
            code="PROJET_EXISTANT",
            statut=409,
            remede="Choisissez un autre code.",
        )
    _verifier(u, code, uais, reglages)
    nouveau = models.Projet(
        code=code,
        aaf_projet=aaf_projet,
        libelle=libelle,
        uais=sorted(set(uais)),
        annee=u.profil.annee_collectee(u.horloge.local().date()),
        dernier_numero=0,
        dernier_jour=None,
        cree_le=u.maintenant,
        **asdict(_du_modele(reglages)),
    )
    u.session.add(nouveau)
    u.session.flush()
    u.journaliser("projet", f"Projet d'ENT « {code} » ouvert", nb=len(nouveau.uais))
    return nouveau


def modifier_projet(
    u: Unite, code: str, aaf_projet: str, libelle: str, uais: Sequence[str], reglages: Reglages
) -> models.Projet:
    """Change a project. Logins already given stay; another AAF project begins again at its first complete feed.

    Raises `Inconnu` PROJET_INCONNU, and the refusals of `creer_projet`.
    """
    change = projet(u, code, verrouiller=True)
    _verifier(u, code, uais, reglages)
    if aaf_projet != change.aaf_projet:
        change.aaf_projet, change.degre, change.dernier_numero, change.dernier_jour = aaf_projet, "", 0, None
    if premier_numero(reglages.regle_login) < premier_numero(reglages_de(change).regle_login):
        # Homonyms are numbered from lower down: ranks go up, so that no number already given is given again.
        compte = models.Compte
        montes = update(compte).where(compte.projet == code, compte.login_rang.is_not(None))
        u.session.execute(montes.values(login_rang=compte.login_rang + 1))
    change.libelle, change.uais = libelle, sorted(set(uais))
    for nom, valeur in asdict(_du_modele(reglages)).items():
        setattr(change, nom, valeur)
    u.session.flush()
    u.journaliser("projet", f"Projet d'ENT « {code} » modifié", nb=len(change.uais))
    return change


def reglages_de(lu: models.Projet) -> Reglages:
    """The settings of a project."""
    return Reglages(**{nom: getattr(lu, nom) for nom in REGLAGES})


def _du_modele(reglages: Reglages) -> Reglages:
    """The same settings; they are a known ENT's only when they are all its own."""
    connu = MODELES.get(reglages.modele)
    return reglages if connu is not None and connu.reglages == reglages else replace(reglages, modele="")


def _verifier(u: Unite, code: str, uais: Sequence[str], reglages: Reglages) -> None:
    for jours in (reglages.desactivation_jours, reglages.purge_jours or 0):
        if not 0 <= jours <= MAX_JOURS:
            raise Refus(
                f"Un délai de {jours} jours ne convient pas.",
                code="DELAI_INVALIDE",
                remede=f"Donnez un nombre de jours de 0 à {MAX_JOURS}.",
            )
    for uai in uais:
        if not uai_valide(uai):
            raise Refus(
                f"« {uai} » n'est pas un UAI : sa lettre de contrôle ne convient pas.",
                code="UAI_INVALIDE",
                remede="Sept chiffres et une lettre : vérifiez la saisie.",
            )
        autre = u.session.scalar(
            select(models.Projet.code).where(models.Projet.uais.contains([uai]), models.Projet.code != code)
        )
        if autre is not None:
            raise Refus(
                f"L'établissement {uai} est déjà dans le projet d'ENT « {autre} ».",
                code="UAI_DEJA_RATTACHE",
                statut=409,
                remede="Un établissement a un seul ENT : retirez-le de la liste.",
            )


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
