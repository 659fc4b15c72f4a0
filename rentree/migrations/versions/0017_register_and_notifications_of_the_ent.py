"""The register that OneRoster and SCIM read; notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The register that OneRoster and SCIM read; notifications."""
    op.create_table(
        "attente_registre",
        sa.Column("sourced_id", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
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
    op.create_table(
        "empreinte_ensemble",
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("structure_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("nom", "structure_id", "genre", "annee", "projet"),
        schema="ent",
    )
    op.create_table(
        "etat_registre",
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("marque", sa.Text(), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("projet"),
        schema="ent",
    )
    op.create_table(
        "fiche_registre",
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
        "fiche_registre_classe",
        "fiche_registre",
        ["classe", "sourced_id", "projet"],
        unique=False,
        schema="ent",
        postgresql_where="classe <> ''",
    )
    op.create_index(
        "fiche_registre_ecoles", "fiche_registre", ["ecoles"], unique=False, schema="ent", postgresql_using="gin"
    )
    op.create_index(
        "fiche_registre_modifie", "fiche_registre", ["genre", "modifie_le", "projet"], unique=False, schema="ent"
    )
    op.create_index(
        "fiche_registre_page", "fiche_registre", ["genre", "sourced_id", "projet"], unique=False, schema="ent"
    )
    op.create_index(
        "fiche_registre_personne",
        "fiche_registre",
        ["personne", "sourced_id", "projet"],
        unique=False,
        schema="ent",
        postgresql_where="personne <> ''",
    )
    op.create_table(
        "fil_notifications",
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("evenement", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("numero", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("projet"),
        schema="ent",
    )
    op.create_table(
        "jeton_registre",
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("portees", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_le", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("empreinte"),
        schema="ent",
    )
    op.create_table(
        "livraison",
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("acquitte", sa.BigInteger(), nullable=False),
        sa.Column("echecs", sa.Integer(), nullable=False),
        sa.Column("prochain_essai", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connecteur"),
        schema="ent",
    )
    op.create_table(
        "nonce_oauth",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("moment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("connecteur", sa.Text(), nullable=False),
        sa.Column("cree_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", "moment", "connecteur"),
        schema="ent",
    )
    op.create_table(
        "notification",
        sa.Column("numero", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objet", sa.Text(), nullable=False),
        sa.Column("donnees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("numero", "projet"),
        schema="ent",
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
