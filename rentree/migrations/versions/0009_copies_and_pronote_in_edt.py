"""Copies of bases of the timetable software; PRONOTE from one year to the next"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No base was copied yet, none hosted; PRONOTE bases hold nothing to take over."""
    op.create_table(
        "codification",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "annee", "genre", "code"),
        schema="edt",
    )
    op.create_table(
        "element_pronote",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("uai", "annee", "genre", "code"),
        schema="edt",
    )
    op.create_table(
        "preparation_hebergee",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "annee"),
        schema="edt",
    )
    op.add_column("base_edt", sa.Column("copiee_le", sa.DateTime(timezone=True), nullable=True), schema="edt")
    op.add_column("base_edt", sa.Column("hebergee", sa.Boolean(), server_default="false", nullable=False), schema="edt")
    op.add_column(
        "base_edt", sa.Column("pronote_initialisee_le", sa.DateTime(timezone=True), nullable=True), schema="edt"
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
