"""The sex of pupils in the timetable software: its export to the ENT wants it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unknown until SIECLE's pupils are taken again."""
    op.add_column("eleve", sa.Column("sexe", sa.Text(), nullable=True), schema="edt")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
