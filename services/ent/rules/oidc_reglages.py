"""The settings of an OpenID Connect connector, and the kinds of ENT that choose them all at once.

Source: connectors reference §3 (entcore, an Apereo-based ENT, what is recommended), §12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.ent.rules.cas_prereglages import PRINCIPAUX
from services.ent.rules.connecteurs import CODES, Codes, lire_adresse

Heure = Literal["reelle", "simulee"]
Prereglage = Literal["standard", "entcore", "apereo", "laclasse", "skolengo"]
Sub = Literal["", "login", "externe", "externe_fin", "interne", "jointure", "mel", "par_connecteur"]
Version = Literal["", "oidc1.0", "1.0", "1.1", "2.0", "2.1", "3.0"]
VERSIONS: tuple[Version, ...] = ("oidc1.0", "1.0", "1.1", "2.0", "2.1", "3.0")


def libelles(valeurs: Mapping[str, str]) -> dict[str, Any]:
    """The names of the values of a setting, as its form wants them."""
    return {"libelles": dict(valeurs)}


class ReglagesOidc(BaseModel):
    """The settings of an OpenID Connect connector; durations in seconds, on the simulated clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prereglage: Prereglage = Field(
        default="standard",
        title="Famille d'ENT",
        description="Ce que l'ENT dit quand les réglages ci-dessous ne le disent pas. Skolengo : déduit.",
        json_schema_extra=libelles(
            {
                "standard": "conseillée (déduite)",
                "entcore": "entcore",
                "apereo": "à base d'Apereo CAS",
                "laclasse": "Laclasse (déduite)",
                "skolengo": "Kosmos / Skolengo (déduite)",
            }
        ),
    )
    authentification: Literal["client_secret_basic", "client_secret_post", "none"] = Field(
        default="client_secret_basic",
        title="Authentification du logiciel",
        description="none : logiciel sans secret (sur un téléphone, un poste) ; PKCE est alors exigé.",
    )
    pkce: Literal["facultatif", "exige", "s256"] = Field(
        default="facultatif",
        title="PKCE",
        json_schema_extra=libelles(
            {"facultatif": "vérifié s'il est là", "exige": "exigé, plain ou S256", "s256": "exigé, S256 seulement"}
        ),
    )
    sub: Sub = Field(
        default="",
        title="sub",
        json_schema_extra=libelles(
            {"": "celui de la famille", "par_connecteur": "opaque, propre à ce connecteur (pairwise)"}
            | {k: v[0] for k, v in PRINCIPAUX.items()}
        ),
    )
    version_userinfo: Version = Field(
        default="",
        title="Version de userinfo",
        description="L'en-tête Accept ou ?version= d'une demande l'emporte.",
        json_schema_extra=libelles({"": "celle de la famille", "oidc1.0": "oidc1.0 (revendications normalisées)"}),
    )
    attributs: Literal["", "plats", "objet"] = Field(
        default="",
        title="Place des attributs",
        json_schema_extra=libelles(
            {"": "celle de la famille", "plats": "à plat", "objet": "dans un objet « attributes » (Apereo)"}
        ),
    )
    revendications: list[str] = Field(
        default=[],
        title="Revendications permises",
        description="Noms séparés par des espaces ; vide : toutes celles que les portées demandées donnent.",
    )
    codes: Codes = Field(default="noms", title="Codes des profils", json_schema_extra=libelles(dict(CODES.items())))
    prefixe: str = Field(default="RENTREE", title="Préfixe des identifiants externes", pattern=r"^[A-Z0-9_.]{1,30}$")
    duree_code: int = Field(default=600, ge=1, le=86_400, title="Secondes de vie d'un code")
    duree_acces: int = Field(default=3600, ge=1, le=31_536_000, title="Secondes de vie d'un jeton d'accès")
    duree_identite: int = Field(default=3600, ge=1, le=31_536_000, title="Secondes de vie d'un id_token")
    renouvellement: bool = Field(default=True, title="Donne des jetons de renouvellement (refresh_token)")
    duree_renouvellement: int = Field(
        default=2_592_000, ge=1, le=31_536_000, title="Secondes de vie d'un jeton de renouvellement"
    )
    heure: Heure = Field(
        default="reelle",
        title="Heure écrite dans les jetons (iat, exp)",
        description="L'ENT, lui, juge toujours la vie d'un jeton à l'horloge simulée.",
        json_schema_extra=libelles(
            {
                "reelle": "celle de l'ordinateur : un logiciel la compare à la sienne",
                "simulee": "celle de la simulation",
            }
        ),
    )
    retours_deconnexion: list[str] = Field(
        default=[],
        title="Adresses de retour après déconnexion",
        description="Exactes, séparées par des espaces (post_logout_redirect_uris).",
    )
    rappel_deconnexion: str = Field(
        default="",
        max_length=500,
        title="Adresse de déconnexion (back-channel)",
        description="L'ENT y envoie un logout_token quand la session se ferme.",
    )

    @field_validator("retours_deconnexion")
    @classmethod
    def _retours(cls, adresses: list[str]) -> list[str]:
        return [lire_adresse(a) for a in adresses]

    @field_validator("rappel_deconnexion")
    @classmethod
    def _rappel(cls, adresse: str) -> str:
        return lire_adresse(adresse) if adresse else ""

    @property
    def famille(self) -> Famille:
        """What the kind of ENT says where the settings do not."""
        return FAMILLES[self.prereglage]


class Famille(Struct, frozen=True):
    """A kind of ENT: who `sub` is, which userinfo, where attributes are, which claims an id_token holds."""

    sub: Sub
    version: Version
    attributs: Literal["plats", "objet"]
    identite: tuple[str, ...]


FAMILLES: dict[str, Famille] = {
    "standard": Famille("externe", "oidc1.0", "plats", ("name", "email", "preferred_username")),
    "entcore": Famille("externe", "1.0", "plats", ("uid", "email", "name")),
    "apereo": Famille("login", "oidc1.0", "objet", ()),
    "laclasse": Famille("interne", "oidc1.0", "plats", ("name", "email")),
    "skolengo": Famille("par_connecteur", "oidc1.0", "plats", ()),
}
