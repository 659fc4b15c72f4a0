"""connectors of the ENT, CAS"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """connectors of the ENT, CAS"""
    op.execute("CREATE SEQUENCE ent.ticket_cas_rang")  # of every ticket of the bac
    op.create_table(
        "connecteur",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("protocole", sa.Text(), nullable=False),
        sa.Column("adresses", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reglages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        schema="ent",
    )
    op.create_table(
        "echange_connecteur",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("demande", sa.Text(), nullable=False),
        sa.Column("reponse", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("explication", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="ent",
    )
    op.create_index(
        "echange_connecteur_connecteur", "echange_connecteur", ["connecteur", "id"], unique=False, schema="ent"
    )
    op.create_table(
        "seance_sso",
        sa.Column("cle", sa.Text(), nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("aaf_id", sa.BigInteger(), nullable=False),
        sa.Column("ouverte_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cle"),
        schema="ent",
    )
    op.create_table(
        "ticket_cas",
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("seance", sa.Text(), nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("mandataires", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utilise_le", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("texte"),
        schema="ent",
    )
    op.create_index("ticket_cas_seance", "ticket_cas", ["seance"], unique=False, schema="ent")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
