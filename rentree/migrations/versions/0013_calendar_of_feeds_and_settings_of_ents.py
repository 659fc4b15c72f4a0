"""Calendar of a project's feeds, settings of ENT projects, accounts that wait or were merged"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The day of the complete feed becomes a part of the calendar; ENT projects keep the rules they lived by."""
    op.add_column(
        "projet",
        sa.Column("calendrier", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
        schema="aaf",
    )
    op.execute(
        "UPDATE aaf.projet SET calendrier = jsonb_build_object('jours_complets', jsonb_build_array(jour_complet))"
        " WHERE jour_complet IS NOT NULL"
    )
    op.alter_column("projet", "calendrier", server_default=None, schema="aaf")
    op.drop_column("projet", "jour_complet", schema="aaf")
    op.add_column("compte", sa.Column("absent_le", sa.DateTime(timezone=True), nullable=True), schema="ent")
    op.add_column("compte", sa.Column("fusion_id", sa.BigInteger(), nullable=True), schema="ent")
    op.add_column("compte", sa.Column("mot_de_passe", sa.Text(), nullable=True), schema="ent")
    op.create_index(
        "compte_absent", "compte", ["absent_le"], schema="ent", postgresql_where=sa.text("absent_le IS NOT NULL")
    )
    for nom, valeur in (
        ("modele", ""),
        ("regle_login", "entmip"),
        ("premiers_pas", "code"),
        ("flux", "tout"),
        ("nommage", "skolengo"),
    ):
        op.add_column("projet", sa.Column(nom, sa.Text(), nullable=False, server_default=valeur), schema="ent")
        op.alter_column("projet", nom, server_default=None, schema="ent")
    op.add_column(
        "projet", sa.Column("desactivation_jours", sa.Integer(), nullable=False, server_default="0"), schema="ent"
    )
    op.alter_column("projet", "desactivation_jours", server_default=None, schema="ent")
    op.add_column(
        "projet", sa.Column("fusion_ine", sa.Boolean(), nullable=False, server_default=sa.true()), schema="ent"
    )
    op.alter_column("projet", "fusion_ine", server_default=None, schema="ent")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
