"""Making and upgrading the tables of a bac, by Alembic.

Source: architecture, "Storage". The template of the bacs is made by the same migrations that upgrade existing
bacs: what is tested is what runs.
"""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from rentree.installation.registre import declarations
from rentree.installation.revisions import DOSSIER


def metadonnees() -> list[MetaData]:
    """The tables of `sim` and of every service."""
    from shared.persistence.sim import BaseSim

    return [BaseSim.metadata, *(s.metadata for s in declarations().values())]


def _configuration(connexion: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(DOSSIER))
    config.set_main_option("path_separator", "os")
    config.attributes["connexion"] = connexion
    return config


def migrer(connexion: Connection) -> None:
    """Bring a database to the latest revision, in the caller's transaction."""
    command.upgrade(_configuration(connexion), "head")


def revision_de(connexion: Connection) -> str | None:
    """The revision that a database is at."""
    return MigrationContext.configure(connexion, opts={"version_table_schema": "sim"}).get_current_revision()


def ecarts(connexion: Connection) -> list[Any]:
    """What the tables declared in code have that the migrated database has not, or the other way round."""
    contexte = MigrationContext.configure(
        connexion,
        opts={
            "include_schemas": True,
            "include_name": lambda nom, genre, parents: nom != "public" if genre == "schema" else True,
            "version_table_schema": "sim",
            "compare_type": True,
        },
    )
    return list(compare_metadata(contexte, metadonnees()))  # type: ignore[arg-type]


def nouvelle_revision(connexion: Connection, message: str, identifiant: str) -> None:
    """Write the migration that the code asks for (developers: `python -m rentree.migrations`)."""
    config = _configuration(connexion)
    config.attributes["tables"] = metadonnees()
    command.revision(config, message, autogenerate=True, rev_id=identifiant)
