"""The day of a project's complete feed, and whether its archives go to a drop folder"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Projects followed the académie's day and had no drop folder until now."""
    op.add_column("projet", sa.Column("jour_complet", sa.Integer(), nullable=True), schema="aaf")
    op.add_column("projet", sa.Column("depot", sa.Boolean(), nullable=False, server_default=sa.false()), schema="aaf")
    op.alter_column("projet", "depot", server_default=None, schema="aaf")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
