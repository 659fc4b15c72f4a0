"""statistics asked for by a service"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FONCTION = """
CREATE FUNCTION sim.actualiser_statistiques() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_statistics_target = 30 AS $$
DECLARE
    grossie record;
BEGIN
    FOR grossie IN
        SELECT n.nspname, c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS colonnes
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.atttypid <> 'jsonb'::regtype
        WHERE c.relkind = 'r' AND 'rentree_' || n.nspname = session_user
            AND pg_stat_get_xact_tuples_inserted(c.oid) > 0.1 * greatest(c.reltuples, 0)
        GROUP BY n.nspname, c.relname
        ORDER BY c.relname
    LOOP
        EXECUTE format('ANALYZE %I.%I (%s)', grossie.nspname, grossie.relname, grossie.colonnes);
    END LOOP;
END $$
"""
"""Only the owner of a table may look at it for the planner; a service may ask it for its own schema: for the tables to
which its transaction has added a tenth. Their size says nothing, since COPY takes pages in advance."""


def upgrade() -> None:
    """statistics asked for by a service"""
    op.execute(FONCTION)


def downgrade() -> None:
    """A bac does not go back: restore its snapshot."""
    raise RuntimeError("un bac ne recule pas : restaurez son instantané")
