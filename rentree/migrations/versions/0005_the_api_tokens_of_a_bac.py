"""The API tokens of a bac"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No bac has given one yet."""
    colonne = sa.Column("jetons", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    op.add_column("horloge", colonne, schema="sim")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
