"""Applying the people of a feed that waits: by whole sets, the same statements for one school and for an académie.

Order: `reference` (structures, labels, classes and groups), people and their accounts here, departures, then
`appartenances` (what each belongs to). Source: reference aaf.md §2.2 and §7; procedures ENT-01 to ENT-16.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.ent.rules.logins import code_activation, premier_numero
from services.ent.use_cases import fusions
from services.ent.use_cases.chargement import PAR_CODE
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.sql import executer
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

PAR_LOT = 10_000


def appliquer_personnes(u: Unite, c: Contexte) -> dict[str, int]:
    """Create, rename, modify, bring back and merge accounts from the waiting people; how many of each."""
    compte = {"doublons": _doublons(u, c), "modifications_inconnues": _modifications_inconnues(u, c)}
    fusions.laisser_de_cote(u, c)
    _evenements(u, c, "renomme", _RENOMMES)
    _evenements(u, c, "reactive", _REACTIVES)
    executer(u, _REACTIVER, **c.sql)
    modifies = u.session.execute(text(_MODIFIER), c.sql).scalar_one()
    _refaire_cles(u, c)
    compte["modifies"] = modifies
    compte["crees"] = _creer(u, c)
    compte["fusionnes"] = fusions.fusionner(u, c) if c.reglages.fusion_ine and (modifies or compte["crees"]) else 0
    if compte["fusionnes"]:
        _detacher(u, c)
    return compte


def _doublons(u: Unite, c: Contexte) -> int:
    """An identifier that comes twice: the last request counts."""
    executer(u, _LIGNE_DOUBLONS, **c.sql, limite=PAR_CODE)
    return executer(u, _DOUBLONS, **c.sql)


def _modifications_inconnues(u: Unite, c: Contexte) -> int:
    """A modification of someone unknown creates the account when it names him, else it is left out."""
    executer(u, _LIGNE_INCONNUES, **c.sql, limite=PAR_CODE)
    return executer(u, _INCONNUES, **c.sql)


def _evenements(u: Unite, c: Contexte, genre: str, source: str) -> int:
    requete = "INSERT INTO evenement (projet, aaf_id, instant, genre, import_id) " + source
    return executer(u, requete, **c.sql, genre=genre)


def _creer(u: Unite, c: Contexte) -> int:
    """New accounts, by ascending identifier: login numbered among homonyms, activation code drawn for each."""
    ids: Sequence[int] = u.session.execute(text(_NOUVEAUX), c.sql).scalar_one()
    for debut in range(0, len(ids), PAR_LOT):
        lot = list(ids[debut : debut + PAR_LOT])
        graines = (u.graine("activation", c.projet, i, c.import_id) for i in lot)
        codes = [code_activation(graine, c.reglages.premiers_pas) for graine in graines]
        second = premier_numero(c.reglages.regle_login)
        executer(u, _CREER, **c.sql, ids=lot, codes=codes, premier=lot[0], dernier=lot[-1], second=second)
        executer(u, _CREER_EVENEMENTS, **c.sql, ids=lot)
    return len(ids)


def _refaire_cles(u: Unite, c: Contexte) -> None:
    """The sort key of those of whom a modification named only the name or only the first name."""
    lignes = u.session.execute(text(_CLES_A_REFAIRE), c.sql).all()
    if lignes:
        u.session.execute(
            text("UPDATE compte SET cle_tri = :cle WHERE projet = :projet AND aaf_id = :aaf_id"),
            [{"projet": c.projet, "aaf_id": x.aaf_id, "cle": cle_tri(f"{x.nom} {x.prenom}")} for x in lignes],
        )


def retirer_absents(u: Unite, c: Contexte, profils: Sequence[str]) -> dict[str, int]:
    """The live accounts of `profils` that a complete feed does not hold: deactivated (ENT-12), or noted as absent
    where the project waits some days before it deactivates."""
    if not c.reglages.desactivation_jours:
        return {"desactives": _desactiver(u, c, _ABSENTS, profils=list(profils))}
    nombre = executer(u, _NOTER_ABSENTS, **c.sql, profils=list(profils))
    if nombre:
        _evenements(u, c, "absent", _JUSTE_ABSENTS)
    return {"absents": nombre}


def retirer_disparus(u: Unite, c: Contexte, seuil: datetime) -> int:
    """Deactivate those who have been absent of complete feeds since before `seuil`."""
    return _desactiver(u, c, _DISPARUS, seuil=seuil)


def retirer_supprimes(u: Unite, c: Contexte) -> int:
    """Deactivate those whom a delta deletes."""
    return _desactiver(u, c, _SUPPRIMES)


def annoncer_retraits(u: Unite, c: Contexte) -> int:
    """A delta deletes people: note it, the next complete feed will deactivate them (AAF-11)."""
    _evenements(u, c, "retrait_annonce", _RETRAITS)
    return executer(u, _ANNONCER, **c.sql)


def _desactiver(u: Unite, c: Contexte, qui: str, **parametres: Any) -> int:
    nombre = executer(
        u,
        "UPDATE compte c SET etat = 'desactive', desactive_le = :instant, absent_le = NULL, retrait_annonce_le = NULL"
        + qui,
        **c.sql,
        **parametres,
    )
    if nombre:
        _evenements(u, c, "desactive", _JUSTE_DESACTIVES)
        _detacher(u, c)
    return nombre


def _detacher(u: Unite, c: Contexte) -> None:
    """Those just deactivated belong to nothing any more."""
    executer(u, _OTER_MEMBRES, **c.sql)
    executer(u, _OTER_LIENS, **c.sql)


def vivants(u: Unite, projet: str) -> int:
    """How many live accounts a project has."""
    requete = "SELECT count(*) FROM compte WHERE projet = :projet AND etat IN ('a_activer', 'actif')"
    return int(u.session.execute(text(requete), {"projet": projet}).scalar_one())


# --- statements ----------------------------------------------------------------------------------------------------

_DOUBLE = """
    FROM attente_personne p WHERE p.projet = :projet AND EXISTS (
        SELECT 1 FROM attente_personne q
        WHERE q.projet = :projet AND q.aaf_id = p.aaf_id AND q.rang > p.rang)
"""
_LIGNE_DOUBLONS = f"""
    INSERT INTO import_ligne (projet, import_id, code, categorie, aaf_id, reference, detail)
    SELECT :projet, :import_id, 'FICHE_EN_DOUBLE', p.categorie, p.aaf_id, '', '' {_DOUBLE}
    ORDER BY p.rang LIMIT :limite
"""
_DOUBLONS = f"DELETE {_DOUBLE}"

_INCONNU = """
    p.projet = :projet AND p.op = 'M' AND (p.nom IS NULL OR p.prenom IS NULL) AND NOT EXISTS (
        SELECT 1 FROM compte c WHERE c.projet = :projet AND c.aaf_id = p.aaf_id AND c.etat <> 'purge')
"""
_LIGNE_INCONNUES = f"""
    INSERT INTO import_ligne (projet, import_id, code, categorie, aaf_id, reference, detail)
    SELECT :projet, :import_id, 'MODIFICATION_INCONNUE', p.categorie, p.aaf_id, '', ''
    FROM attente_personne p WHERE {_INCONNU} ORDER BY p.rang LIMIT :limite
"""
_INCONNUES = f"UPDATE attente_personne p SET op = 'R' WHERE {_INCONNU}"

# A live or deactivated account and what the feed says of it.
_PAIRE = """
    compte c JOIN attente_personne p ON p.projet = c.projet AND p.aaf_id = c.aaf_id
    WHERE c.projet = :projet AND p.op IN ('A', 'M') AND c.etat <> 'purge'
"""
_RENOMMES = f"""
    SELECT c.projet, c.aaf_id, :instant, :genre, :import_id FROM {_PAIRE}
    AND (coalesce(p.nom, c.nom), coalesce(p.prenom, c.prenom)) IS DISTINCT FROM (c.nom, c.prenom)
    ORDER BY c.aaf_id
"""
_REACTIVES = f"""
    SELECT c.projet, c.aaf_id, :instant, :genre, :import_id FROM {_PAIRE} AND c.etat = 'desactive' ORDER BY c.aaf_id
"""
_REACTIVER = """
    UPDATE compte c
    SET etat = CASE WHEN c.active_le IS NULL THEN 'a_activer' ELSE 'actif' END,
        desactive_le = NULL, retrait_annonce_le = NULL, absent_le = NULL, fusion_id = NULL
    FROM attente_personne p
    WHERE c.projet = :projet AND p.projet = :projet AND p.aaf_id = c.aaf_id AND p.op IN ('A', 'M')
      AND (c.etat = 'desactive' OR (c.etat IN ('a_activer', 'actif')
        AND (c.retrait_annonce_le IS NOT NULL OR c.absent_le IS NOT NULL)))
"""

# The login is never in it: a correction changes the name displayed, not the login (ENT-09).
_VALEURS = """(
    coalesce(p.profil, c.profil), coalesce(p.nom, c.nom), coalesce(p.prenom, c.prenom),
    coalesce(p.nom_famille, c.nom_famille), coalesce(p.civilite, c.civilite), coalesce(p.ine, c.ine),
    coalesce(p.mel, c.mel), coalesce(p.mef, c.mef), coalesce(p.libelle_mef, c.libelle_mef),
    coalesce(p.code_postal, c.code_postal), coalesce(p.enseignements, c.enseignements),
    coalesce(p.cle_tri, c.cle_tri),
    CASE WHEN 'naissance' = ANY(p.nommes) THEN p.naissance ELSE c.naissance END,
    CASE WHEN 'eleve_id' = ANY(p.nommes) THEN p.eleve_id ELSE c.eleve_id END,
    CASE WHEN 'structure_id' = ANY(p.nommes) THEN p.structure_id ELSE c.structure_id END)
"""
_COLONNES = """
    profil, nom, prenom, nom_famille, civilite, ine, mel, mef, libelle_mef, code_postal, enseignements,
    cle_tri, naissance, eleve_id
"""
_ACTUELLES = ", ".join(f"c.{colonne.strip()}" for colonne in f"{_COLONNES}, structure_id".split(","))
_MODIFIER = f"""
    WITH modifies AS (
        UPDATE compte c SET ({_COLONNES}, structure_id) = ROW {_VALEURS}, modifie_le = :instant
        FROM attente_personne p
        WHERE c.projet = :projet AND p.projet = :projet AND p.aaf_id = c.aaf_id AND p.op IN ('A', 'M')
          AND c.etat <> 'purge' AND {_VALEURS} IS DISTINCT FROM ({_ACTUELLES})
        RETURNING c.aaf_id),
    traces AS (
        INSERT INTO evenement (projet, aaf_id, instant, genre, import_id)
        SELECT :projet, aaf_id, :instant, 'modifie', :import_id FROM modifies ORDER BY aaf_id)
    SELECT count(*) FROM modifies
"""
_CLES_A_REFAIRE = f"""
    SELECT c.aaf_id, c.nom, c.prenom FROM {_PAIRE}
    AND p.cle_tri IS NULL AND (p.nom IS NOT NULL OR p.prenom IS NOT NULL) ORDER BY c.aaf_id
"""

# One array: as rows, those of an académie would take as much memory as all the rest of the import.
_NOUVEAUX = """
    SELECT coalesce(array_agg(p.aaf_id ORDER BY p.aaf_id), '{}') FROM attente_personne p
    WHERE p.projet = :projet AND p.op IN ('A', 'M') AND NOT EXISTS (
        SELECT 1 FROM compte c WHERE c.projet = :projet AND c.aaf_id = p.aaf_id AND c.etat <> 'purge')
"""
# Of one packet: its people and the homonyms they have, never the whole directory.
_CREER = """
    WITH lot AS (
        SELECT p.*, n.code FROM unnest(CAST(:ids AS bigint[]), CAST(:codes AS text[])) AS n (aaf_id, code)
        JOIN attente_personne p ON p.aaf_id = n.aaf_id
        WHERE p.projet = :projet AND p.aaf_id BETWEEN :premier AND :dernier),
    pris AS (
        SELECT login_base, max(login_rang) AS dernier FROM compte
        WHERE projet = :projet AND login_base = ANY (ARRAY(SELECT DISTINCT login_base FROM lot)) GROUP BY login_base),
    nouveaux AS (
        SELECT lot.*, row_number() OVER (PARTITION BY lot.login_base ORDER BY aaf_id) + coalesce(dernier, 0) AS numero
        FROM lot LEFT JOIN pris ON pris.login_base = lot.login_base)
    INSERT INTO compte (
        projet, aaf_id, profil, nom, prenom, nom_famille, civilite, naissance, ine, eleve_id, mel, mef, libelle_mef,
        code_postal, enseignements, structure_id, cle_tri, login, login_base, login_rang, code_activation, etat,
        cree_le)
    SELECT projet, aaf_id, coalesce(profil, 'autre'), nom, prenom, coalesce(nom_famille, ''), coalesce(civilite, ''),
        naissance, coalesce(ine, ''), eleve_id, coalesce(mel, ''), coalesce(mef, ''), coalesce(libelle_mef, ''),
        coalesce(code_postal, ''), coalesce(enseignements, ''), structure_id, cle_tri,
        login_base || CASE WHEN numero = 1 THEN '' ELSE (numero - 2 + :second)::text END,
        login_base, numero, code, 'a_activer', :instant
    FROM nouveaux ORDER BY aaf_id
    ON CONFLICT (projet, aaf_id) DO UPDATE SET
        profil = excluded.profil, nom = excluded.nom, prenom = excluded.prenom, nom_famille = excluded.nom_famille,
        civilite = excluded.civilite, naissance = excluded.naissance, ine = excluded.ine,
        eleve_id = excluded.eleve_id, mel = excluded.mel, mef = excluded.mef, libelle_mef = excluded.libelle_mef,
        code_postal = excluded.code_postal, enseignements = excluded.enseignements,
        structure_id = excluded.structure_id, cle_tri = excluded.cle_tri, login = excluded.login,
        login_base = excluded.login_base, login_rang = excluded.login_rang,
        code_activation = excluded.code_activation, etat = 'a_activer', cree_le = :instant, active_le = NULL,
        modifie_le = NULL, retrait_annonce_le = NULL, absent_le = NULL, fusion_id = NULL, mot_de_passe = NULL,
        desactive_le = NULL, purge_le = NULL
"""
_CREER_EVENEMENTS = """
    INSERT INTO evenement (projet, aaf_id, instant, genre, import_id)
    SELECT :projet, i, :instant, 'cree', :import_id FROM unnest(CAST(:ids AS bigint[])) AS i
"""

_ABSENTS = """
    WHERE c.projet = :projet AND c.etat IN ('a_activer', 'actif') AND c.profil = ANY(:profils) AND NOT EXISTS (
        SELECT 1 FROM attente_personne p WHERE p.projet = :projet AND p.aaf_id = c.aaf_id)
"""
_NOTER_ABSENTS = f"UPDATE compte c SET absent_le = :instant {_ABSENTS} AND c.absent_le IS NULL"
_JUSTE_ABSENTS = """
    SELECT projet, aaf_id, :instant, :genre, :import_id FROM compte
    WHERE projet = :projet AND absent_le = :instant ORDER BY aaf_id
"""
_DISPARUS = """
    WHERE c.projet = :projet AND c.etat IN ('a_activer', 'actif') AND c.absent_le < :seuil
"""
_SUPPRIMES = """
    FROM attente_personne p
    WHERE c.projet = :projet AND p.projet = :projet AND p.aaf_id = c.aaf_id AND p.op = 'S'
      AND c.etat IN ('a_activer', 'actif')
"""
_RETIRE = """
    c.projet = :projet AND p.projet = :projet AND p.aaf_id = c.aaf_id AND p.op = 'S'
    AND c.etat IN ('a_activer', 'actif') AND c.retrait_annonce_le IS NULL
"""
_RETRAITS = f"""
    SELECT c.projet, c.aaf_id, :instant, :genre, :import_id FROM compte c, attente_personne p
    WHERE {_RETIRE} ORDER BY c.aaf_id
"""
_ANNONCER = f"UPDATE compte c SET retrait_annonce_le = :instant FROM attente_personne p WHERE {_RETIRE}"

_JUSTE_DESACTIVES = """
    SELECT c.projet, c.aaf_id, :instant, :genre, :import_id FROM compte c
    WHERE c.projet = :projet AND c.etat = 'desactive' AND c.desactive_le = :instant AND NOT EXISTS (
        SELECT 1 FROM evenement e WHERE e.projet = :projet AND e.aaf_id = c.aaf_id
        AND e.genre IN ('desactive', 'fusionne') AND e.instant = :instant)
    ORDER BY c.aaf_id
"""
_PARTI = "c.projet = :projet AND c.etat = 'desactive' AND c.desactive_le = :instant"
_OTER_MEMBRES = f"DELETE FROM membre m USING compte c WHERE {_PARTI} AND m.projet = :projet AND m.aaf_id = c.aaf_id"
_OTER_LIENS = f"""
    DELETE FROM lien li USING compte c
    WHERE {_PARTI} AND li.projet = :projet AND (li.eleve_id = c.aaf_id OR li.responsable_id = c.aaf_id)
"""
