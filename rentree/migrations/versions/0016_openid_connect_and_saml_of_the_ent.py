"""OpenID Connect and SAML of the ENT; secrets of connectors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """OpenID Connect and SAML of the ENT; secrets of connectors"""
    op.create_table(
        "cle_federation",
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("bac", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("privee", sa.Text(), nullable=False),
        sa.Column("certificat", sa.Text(), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("usage", "bac"),
        schema="ent",
    )
    op.create_table(
        "message_saml",
        sa.Column("identifiant", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("seance", sa.Text(), nullable=False),
        sa.Column("contenu", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identifiant", "genre"),
        schema="ent",
    )
    op.create_index("message_saml_seance", "message_saml", ["seance"], unique=False, schema="ent")
    op.create_table(
        "octroi_oidc",
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("famille", sa.Text(), nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("seance", sa.Text(), nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("aaf_id", sa.BigInteger(), nullable=False),
        sa.Column("portee", sa.Text(), nullable=False),
        sa.Column("redirection", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("defi", sa.Text(), nullable=False),
        sa.Column("methode", sa.Text(), nullable=False),
        sa.Column("authentifie_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utilise_le", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoque_le", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("empreinte"),
        schema="ent",
    )
    op.create_index("octroi_oidc_expire", "octroi_oidc", ["expire_le"], unique=False, schema="ent")
    op.create_index("octroi_oidc_famille", "octroi_oidc", ["famille"], unique=False, schema="ent")
    op.create_index("octroi_oidc_seance", "octroi_oidc", ["seance"], unique=False, schema="ent")
    op.add_column("connecteur", sa.Column("secret", sa.Text(), nullable=True), schema="ent")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
