"""first degree, in the ENT: the degree of a project, the numbers of the classes of écoles"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """first degree, in the ENT: the degree of a project, the numbers of the classes of écoles"""
    op.add_column("projet", sa.Column("degre", sa.Text(), nullable=False, server_default=""), schema="ent")
    op.add_column("ensemble", sa.Column("cle", sa.Text(), nullable=False, server_default=""), schema="ent")
    # Until now no record of an école made an account.
    op.execute("UPDATE ent.projet p SET degre = '2D' WHERE EXISTS (SELECT FROM ent.compte c WHERE c.projet = p.code)")


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
