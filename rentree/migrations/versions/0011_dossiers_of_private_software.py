"""Dossiers of private software, local matieres in SIECLE"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was deposited yet; every matière so far is of the académie."""
    op.create_table(
        "depot_dossiers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), nullable=False),
        sa.Column("fichier", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("logiciel", sa.Text(), nullable=False),
        sa.Column("depose_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etat", sa.Text(), nullable=False),
        sa.Column("traite_le", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resume", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("erreur", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="siecle_bee",
    )
    op.create_index("depot_dossiers_etab", "depot_dossiers", ["uai", "etat"], unique=False, schema="siecle_bee")
    op.create_table(
        "ligne_dossiers",
        sa.Column("depot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rang", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("identifiant", sa.BigInteger(), nullable=False),
        sa.Column("id_prv", sa.BigInteger(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("regle", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("depot_id", "rang"),
        schema="siecle_bee",
    )
    op.add_column(
        "matiere_base", sa.Column("locale", sa.Boolean(), server_default="false", nullable=False), schema="siecle_bee"
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
