"""The life of an account outside imports: activation by its owner, deletion after its time."""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from sqlalchemy import select

from services.ent import models, rules
from services.ent.use_cases.sql import executer
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


def delai_purge(u: Unite, projet: models.Projet) -> int:
    """Days between deactivation and deletion: the project's, else the profile's (ENT-13, ENT-14)."""
    return projet.purge_jours if projet.purge_jours is not None else u.profil.ent_purge


def purger(u: Unite, projet: models.Projet) -> int:
    """Delete the accounts deactivated long enough ago: name, login, links, messages go; the number stays."""
    seuil = rules.seuil_purge(u.maintenant, delai_purge(u, projet), u.horloge.fuseau)
    parametres = {"projet": projet.code, "seuil": seuil, "instant": u.maintenant}
    nombre = executer(u, _EVENEMENTS, **parametres)
    if nombre:
        executer(u, _RATTACHEMENTS, **parametres)
        executer(u, _COURRIERS, **parametres)
        executer(u, _PURGER, **parametres)
    return nombre


def activer(u: Unite, code_projet: str, login: str, code: str) -> models.Compte:
    """First steps of a user: login and activation code. Raises `Inconnu` COMPTE_INCONNU, `Refus` otherwise.

    The answer is the same for an unknown login and a wrong code.
    """
    table = models.Compte
    compte = u.session.scalars(
        select(table).where(table.projet == code_projet, table.login == login.strip().lower()).with_for_update()
    ).first()
    if compte is not None and compte.etat == "desactive":
        raise Refus(
            "Ce compte est désactivé.",
            code="COMPTE_DESACTIVE",
            statut=409,
            remede="Adressez-vous à l'administrateur de l'ENT de votre établissement.",
            regle="ENT-12",
        )
    if compte is not None and compte.etat == "actif":
        raise Refus(
            "Ce compte est déjà activé.",
            code="COMPTE_DEJA_ACTIF",
            statut=409,
            remede="Connectez-vous avec le mot de passe choisi à l'activation.",
        )
    if compte is None or compte.code_activation != code.strip().lower():
        raise Inconnu(
            "L'identifiant ou le code d'activation n'est pas le bon.",
            code="ACTIVATION_REFUSEE",
            remede="Recopiez-les du document remis par l'établissement.",
        )
    compte.etat = "actif"
    compte.active_le = u.maintenant
    compte.code_activation = None
    u.session.add(
        models.Evenement(projet=code_projet, aaf_id=compte.aaf_id, instant=u.maintenant, genre="active", import_id=None)
    )
    u.session.flush()
    u.journaliser("activation", "Compte activé", nb=1, resume={"projet": code_projet, "aaf_id": compte.aaf_id})
    return compte


_ECHUS = "projet = :projet AND etat = 'desactive' AND desactive_le < :seuil"
_EVENEMENTS = f"""
    INSERT INTO evenement (projet, aaf_id, instant, genre)
    SELECT projet, aaf_id, :instant, 'purge' FROM compte WHERE {_ECHUS} ORDER BY aaf_id
"""
_RATTACHEMENTS = """
    DELETE FROM rattachement r USING compte c
    WHERE r.projet = c.projet AND r.aaf_id = c.aaf_id AND c.projet = :projet AND c.etat = 'desactive'
      AND c.desactive_le < :seuil
"""
_COURRIERS = """
    DELETE FROM courrier m USING compte c
    WHERE m.projet = c.projet AND m.aaf_id = c.aaf_id AND c.projet = :projet AND c.etat = 'desactive'
      AND c.desactive_le < :seuil
"""
_PURGER = f"""
    UPDATE compte SET etat = 'purge', purge_le = :instant, nom = '', prenom = '', nom_famille = '', civilite = '',
        naissance = NULL, ine = '', eleve_id = NULL, mel = '', mef = '', libelle_mef = '', structure_id = NULL,
        cle_tri = '', login = NULL, login_base = NULL, login_rang = NULL, code_activation = NULL
    WHERE {_ECHUS}
"""
