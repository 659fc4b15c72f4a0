"""names of deposited dossiers can be looked for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """names of deposited dossiers can be looked for"""

    op.add_column(
        "ligne_dossiers", sa.Column("cle_tri", sa.Text(), server_default="", nullable=False), schema="siecle_bee"
    )
    op.create_index("ligne_dossiers_cle", "ligne_dossiers", ["cle_tri"], unique=False, schema="siecle_bee")
    op.create_index("ligne_dossiers_identifiant", "ligne_dossiers", ["identifiant"], unique=False, schema="siecle_bee")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
