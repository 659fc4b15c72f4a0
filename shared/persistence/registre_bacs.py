"""The register of the bacs: its tables in the control database, its lines."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from shared.horloge.profils import ProfilAcademique

DDL_CONTROLE = """
CREATE TABLE IF NOT EXISTS installation (cle text PRIMARY KEY, valeur text NOT NULL);
CREATE SEQUENCE IF NOT EXISTS generation_bac;
CREATE TABLE IF NOT EXISTS bac (
  nom text PRIMARY KEY,
  generation bigint NOT NULL,
  graine bigint NOT NULL,
  profil jsonb NOT NULL,
  depart timestamptz NOT NULL,
  donnees_reelles boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS instantane (
  bac text NOT NULL REFERENCES bac (nom) ON DELETE CASCADE,
  numero integer NOT NULL,
  libelle text NOT NULL,
  instant timestamptz NOT NULL,
  automatique boolean NOT NULL,
  PRIMARY KEY (bac, numero)
);
"""


class BacEnregistre(Struct, frozen=True):
    """A line of the register."""

    nom: str
    generation: int
    graine: int
    profil: ProfilAcademique
    depart: datetime
    donnees_reelles: bool


class Instantane(Struct, frozen=True):
    """A copy of a bac: `numero` within the bac, the simulated `instant` it was taken at."""

    bac: str
    numero: int
    libelle: str
    instant: datetime
    automatique: bool

    @property
    def base(self) -> str:
        """Its database."""
        return f"copie_{self.bac}_{self.numero}"
