"""What Alembic runs: on the connection it is given, over the tables of `sim` and of every service."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from rentree.installation.migrations import metadonnees
from shared.persistence.acces import SERVICES

connexion: Connection = context.config.attributes["connexion"]
for schema in ("sim", *SERVICES):
    connexion.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
context.configure(
    connection=connexion,
    target_metadata=metadonnees(),
    include_schemas=True,
    include_name=lambda nom, genre, parents: nom != "public" if genre == "schema" else True,
    version_table_schema="sim",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
