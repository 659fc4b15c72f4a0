"""the gradebook of OneRoster"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """the gradebook of OneRoster"""
    op.create_table(
        "fiche_carnet",
        sa.Column("sourced_id", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.Column("modifie_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ecoles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("classe", sa.Text(), nullable=False),
        sa.Column("personne", sa.Text(), nullable=False),
        sa.Column("cours", sa.Text(), nullable=False),
        sa.Column("aaf_id", sa.BigInteger(), nullable=True),
        sa.Column("ine", sa.Text(), nullable=False),
        sa.Column("v1p1", sa.Text(), nullable=False),
        sa.Column("v1p2", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sourced_id", "genre", "projet"),
        schema="ent",
    )
    op.create_index(
        "fiche_carnet_classe",
        "fiche_carnet",
        ["classe", "genre", "sourced_id", "projet"],
        unique=False,
        schema="ent",
        postgresql_where="classe <> ''",
    )
    op.create_index(
        "fiche_carnet_cours",
        "fiche_carnet",
        ["cours", "sourced_id", "projet"],
        unique=False,
        schema="ent",
        postgresql_where="cours <> ''",
    )
    op.create_index(
        "fiche_carnet_personne",
        "fiche_carnet",
        ["aaf_id", "projet"],
        unique=False,
        schema="ent",
        postgresql_where="aaf_id IS NOT NULL",
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
