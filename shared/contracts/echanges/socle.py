"""What every message is, and who a school is."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

VERSION = 1


class Message(BaseModel):
    """Base of all messages: unknown fields are refused, so that two versions never half-understand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EtablissementMsg(Message):
    """A school as the académie knows it (ramsese-like)."""

    uai: str
    sigle: str = "CLG"
    denomination: str = "COLLEGE"
    nom: str = ""
    nature: str = "340"
    categorie: str = "CLG"
    secteur: Literal["PU", "PR"] = "PU"
    adresse: str = ""
    code_postal: str = ""
    commune: str = ""
    code_commune_insee: str = ""
    telephone: str = ""
    mel: str = ""
    siren: str = ""
    academie_code: str = ""
    academie_nom: str = ""
