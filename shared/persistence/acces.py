"""Where the database is and who asks: the settings that one process is given.

Source: architecture, "Storage": each service has one schema and one role that reaches that schema alone.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from msgspec import Struct

SERVICES: tuple[str, ...] = ("pilotage", "sts_web", "siecle_bee", "aaf", "ent", "edt", "rectorat")

BAC_PRINCIPAL = "principal"
BASE_CONTROLE = "rentree"
ROLE_GESTION = "rentree_gestion"
VERROU_BAC = 4242001  # advisory lock: shared by use cases, exclusive for a step of the clock


def role_service(service: str) -> str:
    """The PostgreSQL role of a service (cluster-wide)."""
    return f"rentree_{service}"


def base_bac(bac: str) -> str:
    """The name of the database that holds a bac."""
    return f"bac_{bac}"


def deriver_mot_de_passe(secret: str, role: str) -> str:
    """A role's password, derived from the installation's secret: nothing to store per role."""
    return hmac.new(secret.encode(), f"rentree/role/{role}".encode(), hashlib.sha256).hexdigest()


class AccesBase(Struct, frozen=True):
    """One role on one PostgreSQL server.

    Arguments: `hote` and `port` of the server; `role` and `mot_de_passe` to connect with.
    """

    hote: str
    port: int
    role: str
    mot_de_passe: str

    def url(self, base: str) -> str:
        """The SQLAlchemy URL (psycopg 3) of the database `base`."""
        return f"postgresql+psycopg://{quote(self.role)}:{quote(self.mot_de_passe)}@{self.hote}:{self.port}/{base}"

    def conninfo(self, base: str) -> str:
        """The libpq connection URL of the database `base`."""
        return f"postgresql://{quote(self.role)}:{quote(self.mot_de_passe)}@{self.hote}:{self.port}/{base}"

    def pour(self, role: str, secret: str) -> AccesBase:
        """The same server with another role, whose password comes from the installation's secret."""
        return AccesBase(self.hote, self.port, role, deriver_mot_de_passe(secret, role))
