"""The end of an account: deactivation of those long absent, deletion after its time."""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from services.ent import models, rules
from services.ent.use_cases import application
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.projets import reglages_de
from services.ent.use_cases.sql import executer
from shared.persistence.unite import Unite


def delai_purge(u: Unite, projet: models.Projet) -> int:
    """Days between deactivation and deletion: the project's, else the profile's (ENT-13, ENT-14)."""
    return projet.purge_jours if projet.purge_jours is not None else u.profil.ent_purge


def retirer_disparus(u: Unite, projet: models.Projet) -> int:
    """Deactivate those whom complete feeds have not held for as many days as the project waits."""
    reglages = reglages_de(projet)
    seuil = rules.seuil_purge(u.maintenant, reglages.desactivation_jours, u.horloge.fuseau)
    c = Contexte(projet.code, None, projet.annee, u.maintenant, reglages)
    return application.retirer_disparus(u, c, seuil)


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
        naissance = NULL, ine = '', eleve_id = NULL, mel = '', mef = '', libelle_mef = '', code_postal = '',
        enseignements = '',
        structure_id = NULL, cle_tri = '', login = NULL, login_base = NULL, login_rang = NULL, code_activation = NULL,
        mot_de_passe = NULL, fusion_id = NULL, absent_le = NULL
    WHERE {_ECHUS}
"""
