"""Applying the rest of a feed that waits: structures, labels, classes and groups, and who belongs to what.

Classes and groups are never deleted: what is no longer declared stays, emptied of those whom the feed puts
elsewhere (ENT-24). Source: reference aaf.md §4 and §7.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from sqlalchemy import text

from services.ent.use_cases.chargement import PAR_CODE
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.sql import executer
from shared.persistence.unite import Unite


def appliquer_reference(u: Unite, c: Contexte) -> dict[str, int]:
    """Structures, labels, declared classes and groups; how many classes and groups are new, or no longer declared."""
    executer(u, _STRUCTURES_DOUBLES, **c.sql)
    structures = executer(u, _STRUCTURES, **c.sql)
    if structures:
        executer(u, _STRUCTURES_ABSENTES, **c.sql)
    executer(u, _LIBELLES, **c.sql)
    nouveaux = _par_genre(u, _ENSEMBLES, c)
    executer(u, _ENSEMBLES_CHANGES, **c.sql)
    retires = _par_genre(u, _ENSEMBLES_RETIRES, c)
    return {
        "structures": structures,
        "classes_creees": nouveaux.get("division", 0),
        "groupes_crees": nouveaux.get("groupe", 0),
        "classes_retirees": retires.get("division", 0),
        "groupes_retires": retires.get("groupe", 0),
    }


def creer_cites(u: Unite, c: Contexte) -> dict[str, int]:
    """Classes (`division`) and groups (`groupe`) that only the feed's people make: how many are new."""
    return _par_genre(u, _ENSEMBLES_CITES, c)


def appliquer_appartenances(u: Unite, c: Contexte, nouveaux: bool) -> dict[str, int]:
    """Attachments, members, links; those of responsables follow their pupils. Counts of what came and went.

    `nouveaux`: accounts were created.
    """
    compte = {}
    compte["rattachements_retires"] = executer(u, _RATTACHEMENTS_RETIRES, **c.sql)
    compte["rattachements_ajoutes"] = executer(u, _RATTACHEMENTS, **c.sql)
    compte["membres_retires"] = executer(u, _MEMBRES_RETIRES, **c.sql)
    compte["membres_ajoutes"] = executer(u, _MEMBRES, **c.sql)
    compte["liens_retires"] = executer(u, _LIENS_RETIRES, **c.sql)
    compte["liens_ajoutes"] = executer(u, _LIENS, **c.sql)
    if nouveaux or any(compte.values()):
        executer(u, _RESPONSABLES_DETACHES, **c.sql)
        executer(u, _RESPONSABLES_RATTACHES, **c.sql)
    return compte


def signaler_references(u: Unite, c: Contexte) -> dict[str, int]:
    """List what the feed's people name and that is not there; the count of each code."""
    comptes = {}
    for code, requete in _REFERENCES.items():
        parametres = {**c.sql, "code": code, "limite": PAR_CODE}
        total, _ = u.session.execute(text(requete), parametres).one()
        if total:
            comptes[code] = int(total)
    return comptes


def _par_genre(u: Unite, requete: str, c: Contexte) -> dict[str, int]:
    return {genre: int(nombre) for genre, nombre in u.session.execute(text(requete), c.sql)}


# --- structures, labels, classes and groups ----------------------------------------------------------------------

_STRUCTURES_DOUBLES = """
    DELETE FROM attente_structure a USING attente_structure b
    WHERE a.projet = :projet AND b.projet = :projet AND a.id = b.id AND a.rang < b.rang
"""
_STRUCTURES = """
    INSERT INTO structure (projet, id, uai, sigle, nom, commune, nature, classes_declarees, groupes_declares, presente)
    SELECT projet, id, uai, sigle, nom, commune, nature, classes_declarees, groupes_declares, true
    FROM attente_structure WHERE projet = :projet ORDER BY id
    ON CONFLICT (projet, id) DO UPDATE SET
        uai = excluded.uai, sigle = excluded.sigle, nom = excluded.nom, commune = excluded.commune,
        nature = excluded.nature, classes_declarees = excluded.classes_declarees,
        groupes_declares = excluded.groupes_declares, presente = true
"""
_STRUCTURES_ABSENTES = """
    UPDATE structure s SET presente = false WHERE s.projet = :projet AND s.presente AND NOT EXISTS (
        SELECT 1 FROM attente_structure a WHERE a.projet = :projet AND a.id = s.id)
"""
_LIBELLES = """
    INSERT INTO libelle (projet, genre, code, libelle)
    SELECT DISTINCT ON (genre, code) projet, genre, code, libelle
    FROM attente_libelle WHERE projet = :projet ORDER BY genre, code, ligne DESC
    ON CONFLICT (projet, genre, code) DO UPDATE SET libelle = excluded.libelle
    WHERE libelle.libelle IS DISTINCT FROM excluded.libelle
"""
_DECLARES = """
    SELECT DISTINCT ON (s.id, e.genre, e.nom) s.projet, s.id AS structure_id, e.genre, e.nom, e.libelle, e.parents
    FROM attente_ensemble e JOIN attente_structure s ON s.projet = e.projet AND s.rang = e.rang
    WHERE e.projet = :projet ORDER BY s.id, e.genre, e.nom, e.ligne
"""
_ENSEMBLES = f"""
    WITH declares AS ({_DECLARES}), nouveaux AS (
        INSERT INTO ensemble (projet, structure_id, annee, genre, nom, libelle, parents, declare, cree_le)
        SELECT projet, structure_id, :annee, genre, nom, libelle, parents, true, :instant FROM declares
        ON CONFLICT DO NOTHING RETURNING genre)
    SELECT genre, count(*) FROM nouveaux GROUP BY genre
"""
_ENSEMBLES_CHANGES = f"""
    UPDATE ensemble n SET libelle = d.libelle, parents = d.parents, declare = true, retire_le = NULL
    FROM ({_DECLARES}) d
    WHERE n.projet = :projet AND n.annee = :annee AND n.structure_id = d.structure_id AND n.genre = d.genre
      AND n.nom = d.nom AND (n.libelle, n.parents, n.declare) IS DISTINCT FROM (d.libelle, d.parents, true)
"""
_ENSEMBLES_RETIRES = """
    WITH retires AS (
        UPDATE ensemble n SET declare = false, retire_le = :instant
        FROM attente_structure s
        WHERE n.projet = :projet AND n.annee = :annee AND n.declare AND s.projet = :projet AND s.id = n.structure_id
          AND CASE WHEN n.genre = 'division' THEN s.classes_declarees ELSE s.groupes_declares END
          AND NOT EXISTS (
            SELECT 1 FROM attente_ensemble e
            WHERE e.projet = :projet AND e.rang = s.rang AND e.genre = n.genre AND e.nom = n.nom)
        RETURNING n.genre)
    SELECT genre, count(*) FROM retires GROUP BY genre
"""
# A structure that declares none (attribute absent from its record): what its people name makes them.
_ENSEMBLES_CITES = """
    WITH nouveaux AS (
        INSERT INTO ensemble (projet, structure_id, annee, genre, nom, libelle, parents, declare, cree_le)
        SELECT DISTINCT m.projet, m.structure_id, :annee, m.genre, m.nom, m.nom, CAST('{}' AS text[]), true, :instant
        FROM attente_membre m
        JOIN attente_personne p ON p.projet = m.projet AND p.rang = m.rang
        JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id
        WHERE m.projet = :projet
          AND NOT CASE WHEN m.genre = 'division' THEN s.classes_declarees ELSE s.groupes_declares END
        ORDER BY m.structure_id, m.genre, m.nom
        ON CONFLICT DO NOTHING RETURNING genre)
    SELECT genre, count(*) FROM nouveaux GROUP BY genre
"""

# --- who belongs to what -------------------------------------------------------------------------------------------

# Whom the feed speaks of, and whose account lives.
_CONCERNE = "p.projet = :projet AND p.op IN ('A', 'M')"

_RATTACHEMENTS_RETIRES = f"""
    DELETE FROM rattachement r USING attente_personne p
    WHERE {_CONCERNE} AND 'rattachements' = ANY(p.nommes) AND p.categorie <> 'PersRelEleve'
      AND r.projet = :projet AND r.aaf_id = p.aaf_id AND NOT EXISTS (
        SELECT 1 FROM attente_rattachement a
        WHERE a.projet = :projet AND a.rang = p.rang AND a.structure_id = r.structure_id)
"""
_RATTACHEMENTS = f"""
    INSERT INTO rattachement (projet, aaf_id, structure_id, fonctions)
    SELECT DISTINCT ON (p.aaf_id, a.structure_id) a.projet, p.aaf_id, a.structure_id, a.fonctions
    FROM attente_rattachement a JOIN attente_personne p ON p.projet = a.projet AND p.rang = a.rang
    WHERE {_CONCERNE} ORDER BY p.aaf_id, a.structure_id, a.ligne
    ON CONFLICT (projet, aaf_id, structure_id) DO UPDATE SET fonctions = excluded.fonctions
    WHERE rattachement.fonctions IS DISTINCT FROM excluded.fonctions
"""
_MEMBRES_RETIRES = f"""
    DELETE FROM membre m USING attente_personne p
    WHERE {_CONCERNE} AND m.projet = :projet AND m.aaf_id = p.aaf_id
      AND m.genre || ':' || m.role = ANY(p.nommes) AND NOT EXISTS (
        SELECT 1 FROM attente_membre a
        WHERE a.projet = :projet AND a.rang = p.rang AND a.structure_id = m.structure_id AND a.genre = m.genre
          AND a.nom = m.nom AND a.role = m.role AND a.matiere = m.matiere)
"""
_MEMBRES = f"""
    INSERT INTO membre (projet, aaf_id, structure_id, genre, nom, role, matiere, depuis)
    SELECT a.projet, p.aaf_id, a.structure_id, a.genre, a.nom, a.role, a.matiere, CAST(:instant AS timestamptz)
    FROM attente_membre a JOIN attente_personne p ON p.projet = a.projet AND p.rang = a.rang
    WHERE {_CONCERNE} ON CONFLICT DO NOTHING
"""
_LIENS_RETIRES = f"""
    DELETE FROM lien li USING attente_personne p
    WHERE {_CONCERNE} AND 'liens' = ANY(p.nommes) AND p.categorie = 'Eleve'
      AND li.projet = :projet AND li.eleve_id = p.aaf_id AND NOT EXISTS (
        SELECT 1 FROM attente_lien a
        WHERE a.projet = :projet AND a.rang = p.rang AND a.responsable_id = li.responsable_id)
"""
_LIENS = f"""
    INSERT INTO lien (projet, eleve_id, responsable_id, type_lien, legal, financier, contact, paiement)
    SELECT DISTINCT ON (p.aaf_id, a.responsable_id)
        a.projet, p.aaf_id, a.responsable_id, a.type_lien, a.legal, a.financier, a.contact, a.paiement
    FROM attente_lien a JOIN attente_personne p ON p.projet = a.projet AND p.rang = a.rang
    WHERE {_CONCERNE} ORDER BY p.aaf_id, a.responsable_id, a.ligne
    ON CONFLICT (projet, eleve_id, responsable_id) DO UPDATE SET
        type_lien = excluded.type_lien, legal = excluded.legal, financier = excluded.financier,
        contact = excluded.contact, paiement = excluded.paiement
    WHERE (lien.type_lien, lien.legal, lien.financier, lien.contact, lien.paiement)
        IS DISTINCT FROM (excluded.type_lien, excluded.legal, excluded.financier, excluded.contact, excluded.paiement)
"""
# A responsable belongs to the schools of his pupils.
_PAR_ELEVE = """
    lien li
    JOIN compte c ON c.projet = li.projet AND c.aaf_id = li.responsable_id
        AND c.profil = 'responsable' AND c.etat IN ('a_activer', 'actif')
    JOIN rattachement e ON e.projet = li.projet AND e.aaf_id = li.eleve_id
"""
_RESPONSABLES_RATTACHES = f"""
    INSERT INTO rattachement (projet, aaf_id, structure_id, fonctions)
    SELECT DISTINCT li.projet, li.responsable_id, e.structure_id, CAST('[]' AS jsonb)
    FROM {_PAR_ELEVE} WHERE li.projet = :projet ON CONFLICT DO NOTHING
"""
_RESPONSABLES_DETACHES = """
    DELETE FROM rattachement r USING compte c
    WHERE r.projet = :projet AND c.projet = :projet AND c.aaf_id = r.aaf_id
      AND c.profil = 'responsable' AND c.etat IN ('a_activer', 'actif') AND NOT EXISTS (
        SELECT 1 FROM lien li JOIN rattachement e ON e.projet = li.projet AND e.aaf_id = li.eleve_id
        WHERE li.projet = :projet AND li.responsable_id = r.aaf_id AND e.structure_id = r.structure_id)
"""

# --- references that dangle ----------------------------------------------------------------------------------------

_LISTER = """
    , listees AS (
        INSERT INTO import_ligne (projet, import_id, code, categorie, aaf_id, reference, detail)
        SELECT :projet, :import_id, :code, categorie, aaf_id, reference, '' FROM manquantes
        ORDER BY categorie, aaf_id, reference LIMIT :limite RETURNING 1)
    SELECT (SELECT count(*) FROM manquantes), (SELECT count(*) FROM listees)
"""
_MEMBRE_CITE = f"""
    attente_membre m JOIN attente_personne p ON p.projet = m.projet AND p.rang = m.rang
    LEFT JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id
    LEFT JOIN ensemble n ON n.projet = m.projet AND n.structure_id = m.structure_id AND n.annee = :annee
        AND n.genre = m.genre AND n.nom = m.nom
    WHERE {_CONCERNE}
"""
_NON_DECLARE = f"""
    WITH manquantes AS (
        SELECT DISTINCT p.categorie, p.aaf_id, m.nom AS reference FROM {_MEMBRE_CITE}
        AND s.id IS NOT NULL AND n.nom IS NULL AND m.genre = %s) {_LISTER}
"""
_REFERENCES = {
    "STRUCTURE_INCONNUE": f"""
        WITH manquantes AS (
            SELECT p.categorie, p.aaf_id, m.structure_id::text AS reference FROM {_MEMBRE_CITE} AND s.id IS NULL
            UNION
            SELECT p.categorie, p.aaf_id, a.structure_id::text FROM attente_rattachement a
            JOIN attente_personne p ON p.projet = a.projet AND p.rang = a.rang
            WHERE {_CONCERNE} AND NOT EXISTS (
                SELECT 1 FROM structure s WHERE s.projet = :projet AND s.id = a.structure_id)) {_LISTER}""",
    "CLASSE_NON_DECLAREE": _NON_DECLARE % "'division'",
    "GROUPE_NON_DECLARE": _NON_DECLARE % "'groupe'",
    "RESPONSABLE_ABSENT": f"""
        WITH manquantes AS (
            SELECT DISTINCT p.categorie, p.aaf_id, a.responsable_id::text AS reference FROM attente_lien a
            JOIN attente_personne p ON p.projet = a.projet AND p.rang = a.rang
            WHERE {_CONCERNE} AND NOT EXISTS (
                SELECT 1 FROM compte c WHERE c.projet = :projet AND c.aaf_id = a.responsable_id
                AND c.etat IN ('a_activer', 'actif'))) {_LISTER}""",
    "MATIERE_INCONNUE": f"""
        WITH manquantes AS (
            SELECT DISTINCT p.categorie, p.aaf_id, m.matiere AS reference FROM attente_membre m
            JOIN attente_personne p ON p.projet = m.projet AND p.rang = m.rang
            WHERE {_CONCERNE} AND m.matiere <> '' AND NOT EXISTS (
                SELECT 1 FROM libelle l WHERE l.projet = :projet AND l.genre = 'matiere' AND l.code = m.matiere)
            ) {_LISTER}""",
}
