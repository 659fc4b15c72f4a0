"""What the academie keeps: help, SYSCA, certificates, additions, date butoir"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A certificate that was asked for before the DSI answered counts as delivered."""
    op.create_table(
        "remontee_vs",
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("date_butoir", sa.Date(), nullable=False),
        sa.Column("recue_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("annee"),
        schema="sts_web",
    )
    op.create_table(
        "certificat_netsynchro",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("demande_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivre_le", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uai", "annee"),
        schema="rectorat",
    )
    op.create_table(
        "demande_nomenclature",
        sa.Column("numero", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.Integer(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("recue_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etat", sa.Text(), nullable=False),
        sa.Column("reponse", sa.Text(), nullable=False),
        sa.Column("traitee_le", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("numero"),
        schema="rectorat",
    )
    op.create_table(
        "dossier_assistance",
        sa.Column("numero", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("rubrique", sa.Text(), nullable=False),
        sa.Column("constat", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("etat", sa.Text(), nullable=False),
        sa.Column("ouvert_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifie_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("numero"),
        schema="rectorat",
    )
    op.create_index("dossier_assistance_etat", "dossier_assistance", ["etat"], unique=False, schema="rectorat")
    op.create_index("dossier_assistance_uai", "dossier_assistance", ["uai"], unique=False, schema="rectorat")
    op.create_table(
        "nomenclature_ajoutee",
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("modele", sa.Text(), nullable=False),
        sa.Column("donnees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ajoutee_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("genre", "code"),
        schema="rectorat",
    )
    op.create_table(
        "remontee_sysca",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("millesime", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("recue_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eleves", sa.Integer(), nullable=False),
        sa.Column("responsables", sa.Integer(), nullable=False),
        sa.Column("retenues", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "millesime"),
        schema="rectorat",
    )
    op.create_table(
        "remontee_vs",
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("date_butoir", sa.Date(), nullable=False),
        sa.Column("fixee_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("annee"),
        schema="rectorat",
    )
    op.create_table(
        "message_assistance",
        sa.Column("numero", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rang", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("rubrique", sa.Text(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["numero"], ["rectorat.dossier_assistance.numero"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("numero", "rang"),
        schema="rectorat",
    )
    op.add_column("base_edt", sa.Column("certificat_recu_le", sa.DateTime(timezone=True), nullable=True), schema="edt")
    op.execute("UPDATE edt.base_edt SET certificat_recu_le = certificat_demande_le")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
