"""Preparing a PostgreSQL server: roles, control database, queue, and the template database of the bacs.

Source: architecture, "Storage": in a bac each service has one schema and one role that reaches that schema
alone; `sim` holds the clock, which every service may read and only pilotage moves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psycopg
from psycopg import sql
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from rentree.installation.registre import declarations
from shared.contracts.refus import Refus
from shared.persistence.acces import (
    BASE_CONTROLE,
    ROLE_GESTION,
    SERVICES,
    AccesBase,
    deriver_mot_de_passe,
    role_service,
)
from shared.persistence.bacs import DDL_CONTROLE
from shared.persistence.sim import BaseSim


def ddl_modele() -> list[str]:
    """Every statement that makes the template: schemas, tables, indexes, rights, row-level security."""
    return list(_ddl())


def _ddl() -> Iterator[str]:
    yield 'CREATE SCHEMA "sim"'
    yield from _tables(BaseSim.metadata)
    for nom, service in declarations().items():
        role = role_service(nom)
        yield f'CREATE SCHEMA "{nom}"'
        yield from _tables(service.metadata)
        yield f'GRANT USAGE ON SCHEMA "{nom}", "sim" TO "{role}"'
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA "{nom}" TO "{role}"'
        yield f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{nom}" TO "{role}"'
        yield f'GRANT SELECT ON "sim"."horloge" TO "{role}"'
        yield f'GRANT SELECT, INSERT, UPDATE ON "sim"."part" TO "{role}"'
        if nom == "pilotage":
            yield f'GRANT UPDATE ON "sim"."horloge" TO "{role}"'
        else:
            yield (
                f'CREATE POLICY "part_{nom}" ON "sim"."part" TO "{role}"'
                f" USING (service = '{nom}') WITH CHECK (service = '{nom}')"
            )
    yield f'CREATE POLICY "part_pilotage" ON "sim"."part" TO "{role_service("pilotage")}" USING (true)'
    yield 'ALTER TABLE "sim"."part" ENABLE ROW LEVEL SECURITY'


def _tables(metadata: MetaData) -> Iterator[str]:
    dialecte = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialecte)).strip()
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            yield str(CreateIndex(index).compile(dialect=dialecte)).strip()


def sql_roles(secret: str) -> list[str]:
    """The statements that create the roles (for an administrator, or for us)."""
    lignes = []
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

    Arguments: `admin`, a role that may create roles and databases. Raises `Refus` DROITS_INSUFFISANTS.
    """
    gestion = admin.pour(ROLE_GESTION, secret)
    try:
        with psycopg.connect(admin.conninfo(base_admin), autocommit=True, connect_timeout=10) as c:
            for ligne in sql_roles(secret):
                c.execute(ligne)
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
    preparer_controle(gestion)
    return gestion


def preparer_controle(gestion: AccesBase) -> None:
    """The control database (register, queue) and the template, made anew when the tables changed."""
    from procrastinate.schema import SchemaManager

    instructions = ddl_modele()
    modele = "modele_" + hashlib.sha256("\n".join(instructions).encode()).hexdigest()[:12]
    with psycopg.connect(gestion.conninfo(BASE_CONTROLE), autocommit=True) as c:
        c.execute("SELECT pg_advisory_lock(42)")  # two commands preparing at once
        c.execute(DDL_CONTROLE)
        if not c.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()[0]:  # type: ignore[index]
            c.execute(SchemaManager.get_schema())
        if not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [modele]).fetchone():
            brouillon = modele + "_brouillon"
            c.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(brouillon)))
            c.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(brouillon)))
            with psycopg.connect(gestion.conninfo(brouillon)) as m:
                m.execute(";\n".join(instructions))
            c.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(brouillon), sql.Identifier(modele))
            )
        c.execute(
            "INSERT INTO installation VALUES ('modele', %s) ON CONFLICT (cle) DO UPDATE SET valeur = excluded.valeur",
            [modele],
        )
