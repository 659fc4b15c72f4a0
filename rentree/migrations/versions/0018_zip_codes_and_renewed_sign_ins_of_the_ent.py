"""zip codes and renewed sign-ins of the ent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """zip codes and renewed sign-ins of the ent"""
    op.add_column("attente_personne", sa.Column("code_postal", sa.Text(), nullable=True), schema="ent")
    op.add_column("compte", sa.Column("code_postal", sa.Text(), nullable=False, server_default=""), schema="ent")
    op.add_column("seance_sso", sa.Column("prouvee_pour", sa.Text(), nullable=False, server_default=""), schema="ent")
    op.add_column(
        "ticket_cas", sa.Column("preuve", sa.Boolean(), nullable=False, server_default=sa.false()), schema="ent"
    )


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
