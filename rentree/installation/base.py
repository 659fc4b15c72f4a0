"""Preparing a PostgreSQL server: roles, control database, queue, and the template database of the bacs.

Source: architecture, "Storage": in a bac each service has one schema and one role that reaches that schema
alone; `sim` holds the clock, which every service may read and only pilotage moves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

from rentree.installation.revisions import tete
from shared.contracts.refus import Refus
from shared.persistence.acces import (
    BASE_CONTROLE,
    ROLE_GESTION,
    SERVICES,
    AccesBase,
    base_bac,
    deriver_mot_de_passe,
    role_service,
)
from shared.persistence.bases import BaseInjoignable
from shared.persistence.registre_bacs import DDL_CONTROLE


def droits() -> list[str]:
    """What each role may do in a bac: statements that may be run again after each migration."""
    return list(_droits())


def _droits() -> Iterator[str]:
    for nom in SERVICES:
        role = role_service(nom)
        yield f'GRANT USAGE ON SCHEMA "{nom}", "sim" TO "{role}"'
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA "{nom}" TO "{role}"'
        yield f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{nom}" TO "{role}"'
        yield f'GRANT SELECT ON "sim"."horloge" TO "{role}"'
        yield f'GRANT SELECT, INSERT, UPDATE ON "sim"."part" TO "{role}"'
        visibles = "true" if nom == "pilotage" else f"service = '{nom}'"
        yield f'DROP POLICY IF EXISTS "part_{nom}" ON "sim"."part"'
        yield f'CREATE POLICY "part_{nom}" ON "sim"."part" TO "{role}" USING ({visibles}) WITH CHECK ({visibles})'
    yield f'GRANT UPDATE ON "sim"."horloge" TO "{role_service("pilotage")}"'
    yield 'ALTER TABLE "sim"."part" ENABLE ROW LEVEL SECURITY'


def construire(acces: AccesBase, base: str) -> None:
    """Bring a bac's database to the latest revision, rights included, in one transaction."""
    from sqlalchemy import create_engine, text

    from rentree.installation.migrations import migrer

    moteur = create_engine(acces.url(base))
    try:
        with moteur.begin() as connexion:
            migrer(connexion)
            for ligne in droits():
                connexion.execute(text(ligne))
    finally:
        moteur.dispose()


SANS_TOURS = """DO $$ BEGIN PERFORM set_config('scram_iterations', '1', false);
EXCEPTION WHEN undefined_object THEN NULL; END $$"""


def sql_roles(secret: str) -> list[str]:
    """The statements that create the roles (for an administrator, or for us).

    Their passwords are 256 random bits: the thousands of rounds that protect a word of a person's would only cost
    10 ms at each connection (PostgreSQL 16 and later).
    """
    lignes = [SANS_TOURS]
    for role in (ROLE_GESTION, *(role_service(s) for s in SERVICES)):
        motif = "CREATEDB" if role == ROLE_GESTION else "NOCREATEDB"
        lignes.append(
            f"""DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"""
            f""" CREATE ROLE "{role}" LOGIN NOSUPERUSER {motif}; END IF; END $$"""
        )
        lignes.append(f"""ALTER ROLE "{role}" PASSWORD '{deriver_mot_de_passe(secret, role)}'""")
    for service in SERVICES:
        lignes.append(f'ALTER ROLE "{role_service(service)}" SET search_path = "{service}", "sim"')
    lignes.append(f'GRANT pg_signal_backend TO "{ROLE_GESTION}"')
    return lignes


def preparer(admin: AccesBase, secret: str, base_admin: str = "postgres") -> AccesBase:
    """Make the server ready (again and again without harm); the access of the role that owns the bacs.

    Arguments: `admin`, a role that may create roles and databases. Raises `Refus` DROITS_INSUFFISANTS,
    BASE_INJOIGNABLE.
    """
    gestion = admin.pour(ROLE_GESTION, secret)
    try:
        with psycopg.connect(admin.conninfo(base_admin), autocommit=True, connect_timeout=10) as c:
            c.execute(";\n".join(sql_roles(secret)))
            if not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE_CONTROLE]).fetchone():
                c.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(BASE_CONTROLE), sql.Identifier(ROLE_GESTION)
                    )
                )
    except psycopg.errors.InsufficientPrivilege as erreur:
        raise Refus(
            "Ce compte de la base de données n'a pas le droit de créer des rôles ou des bases.",
            code="DROITS_INSUFFISANTS",
            remede="Donnez à l'administrateur du serveur ce que « rentree base preparer --sql » affiche.",
        ) from erreur
    except psycopg.OperationalError as erreur:
        raise BaseInjoignable(
            f"Le serveur de base de données {admin.hote}:{admin.port} ne répond pas.",
            remede="Vérifiez qu'il est démarré, et l'adresse, le compte et le mot de passe de RENTREE_DATABASE_URL.",
        ) from erreur
    preparer_controle(gestion)
    return gestion


def preparer_controle(gestion: AccesBase) -> None:
    """The control database (register, queue), the template of the bacs, and the bacs of an earlier version."""
    empreinte = hashlib.sha256("\n".join([tete(), *droits()]).encode()).hexdigest()[:12]
    modele = f"modele_{tete()}_{empreinte}"
    with psycopg.connect(gestion.conninfo(BASE_CONTROLE), autocommit=True) as c:
        c.execute("SELECT pg_advisory_lock(42)")  # two commands preparing at once
        c.execute(DDL_CONTROLE)
        if not c.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()[0]:  # type: ignore[index]
            from procrastinate.schema import SchemaManager

            c.execute(SchemaManager.get_schema())
        if not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [modele]).fetchone():
            brouillon = modele + "_brouillon"
            c.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(brouillon)))
            c.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(brouillon)))
            construire(gestion, brouillon)
            c.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(brouillon), sql.Identifier(modele))
            )
            for (bac,) in c.execute("SELECT nom FROM bac ORDER BY nom").fetchall():
                construire(gestion, base_bac(bac))
        c.execute(
            "INSERT INTO installation VALUES ('modele', %s) ON CONFLICT (cle) DO UPDATE SET valeur = excluded.valeur",
            [modele],
        )
