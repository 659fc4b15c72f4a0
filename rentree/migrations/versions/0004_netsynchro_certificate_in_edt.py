"""The NetSynchro certificate of a base of the timetable software"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No base has asked for one yet."""
    op.add_column(
        "base_edt", sa.Column("certificat_demande_le", sa.DateTime(timezone=True), nullable=True), schema="edt"
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
