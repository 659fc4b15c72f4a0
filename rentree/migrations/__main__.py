"""`python -m rentree.migrations 0002 "why"`: write the migration that the tables declared in code ask for."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from rentree.installation.migrations import migrer, nouvelle_revision
from shared.persistence.embarque import ServeurEmbarque


def main(identifiant: str, message: str) -> None:
    """Start a PostgreSQL of its own, bring it to the head, compare, write."""
    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier)
        racine.chmod(0o755)
        with ServeurEmbarque(racine) as serveur:
            dsn = serveur.dsn("postgres")
            moteur = create_engine(dsn.url.replace("postgresql://", "postgresql+psycopg://"))
            with moteur.connect() as connexion:
                if any((Path(__file__).parent / "versions").glob("[0-9]*.py")):
                    migrer(connexion)
                    connexion.commit()
                nouvelle_revision(connexion, message, identifiant)
            moteur.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
