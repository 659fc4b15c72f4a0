"""The encoding that the files of a project's feeds declare"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Projects declared UTF-8 until now."""
    op.add_column(
        "projet",
        sa.Column("encodage", sa.Text(), nullable=False, server_default="UTF-8"),
        schema="aaf",
    )
    op.alter_column("projet", "encodage", server_default=None, schema="aaf")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
