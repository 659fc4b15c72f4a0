"""matieres that a pupil follows, in the ENT"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """matieres that a pupil follows, in the ENT"""
    op.add_column("attente_personne", sa.Column("enseignements", sa.Text(), nullable=True), schema="ent")
    op.add_column("compte", sa.Column("enseignements", sa.Text(), nullable=False, server_default=""), schema="ent")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
