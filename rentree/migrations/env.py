"""What Alembic runs: on the connection it is given, over the schemas of `sim` and of every service.

The tables that the code declares are wanted when a revision is written, not when one is run.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from shared.persistence.acces import SERVICES

connexion: Connection = context.config.attributes["connexion"]
for schema in ("sim", *SERVICES):
    connexion.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
context.configure(
    connection=connexion,
    target_metadata=context.config.attributes.get("tables"),
    include_schemas=True,
    include_name=lambda nom, genre, parents: nom != "public" if genre == "schema" else True,
    version_table_schema="sim",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
