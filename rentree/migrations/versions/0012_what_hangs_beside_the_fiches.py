"""Closures of schools, scolarites complexes, sheets of families in BEE"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No school typed a closure yet, no pupil a scolarité complexe, no family a sheet."""
    op.create_table(
        "fermeture",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "millesime", "debut"),
        schema="siecle_bee",
    )
    op.create_table(
        "fiche_renseignement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), nullable=False),
        sa.Column("eleve_id", sa.BigInteger(), nullable=False),
        sa.Column("personne_id", sa.BigInteger(), nullable=False),
        sa.Column("champs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recu_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etat", sa.Text(), nullable=False),
        sa.Column("traite_le", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["uai", "millesime", "eleve_id"],
            ["siecle_bee.eleve.uai", "siecle_bee.eleve.millesime", "siecle_bee.eleve.eleve_id"],
            name="fiche_renseignement_eleve",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="siecle_bee",
    )
    op.create_index(
        "fiche_renseignement_base",
        "fiche_renseignement",
        ["uai", "millesime", "etat"],
        unique=False,
        schema="siecle_bee",
    )
    op.create_table(
        "scolarite_complexe",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("eleve_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rang", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("lieu", sa.Text(), nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["uai", "millesime", "eleve_id"],
            ["siecle_bee.eleve.uai", "siecle_bee.eleve.millesime", "siecle_bee.eleve.eleve_id"],
            name="scolarite_complexe_eleve",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uai", "millesime", "eleve_id", "rang"),
        schema="siecle_bee",
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
