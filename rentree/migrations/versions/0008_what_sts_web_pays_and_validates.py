"""What STS-Web pays and validates: HSA, IMP, hors programme, campagne, validation of the V.S."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing of it was typed before."""
    op.create_table(
        "campagne",
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=False),
        sa.Column("fixee_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("annee"),
        schema="sts_web",
    )
    op.create_table(
        "hors_programme",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mef", sa.Text(), nullable=False),
        sa.Column("matiere", sa.Text(), nullable=False),
        sa.Column("heures", sa.Double(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "annee", "mef", "matiere"),
        schema="sts_web",
    )
    op.create_table(
        "hsa",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("discipline", sa.Text(), nullable=False),
        sa.Column("heures", sa.Double(), nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "annee", "agent_id", "discipline"),
        schema="sts_web",
    )
    op.create_table(
        "indemnite_mission",
        sa.Column("uai", sa.Text(), nullable=False),
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mission", sa.Text(), nullable=False),
        sa.Column("montant", sa.Double(), nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("uai", "annee", "agent_id", "mission"),
        schema="sts_web",
    )
    op.add_column("annee", sa.Column("vs_valides_le", sa.DateTime(timezone=True), nullable=True), schema="sts_web")
    op.add_column("annee", sa.Column("vs_digest", sa.Text(), nullable=True), schema="sts_web")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
