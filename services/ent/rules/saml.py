"""SAML 2 as French ENTs speak it: settings of a connector, what an assertion says. Pure functions.

Source: connectors reference §4.1 (entcore, Laclasse, an Apereo-based ENT, the GAR), §4.3, §12.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.ent.rules.cas_attributs import Contexte, apereo, laclasse
from services.ent.rules.cas_prereglages import PRINCIPAUX
from services.ent.rules.connecteurs import CODES, Codes, Personne, lire_adresse
from services.ent.rules.oidc_reglages import libelles
from shared.contracts.cas import Attributs

FORMATS = {
    "transient": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "persistent": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "emailAddress": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "unspecified": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
}
Nom = Literal["", "ephemere", "login", "externe", "externe_fin", "interne", "jointure", "mel", "par_connecteur"]
Signature = Literal["", "assertion", "reponse", "les_deux"]


class Famille(Struct, frozen=True):
    """A kind of ENT: who the NameID is and its format, what is signed, which attributes, to whom, seconds either side
    of the instant."""

    libelle: str
    nom: Nom
    format_nom: str
    signature: Signature
    attributs: Literal["ldap", "vecteur", "laclasse", "gar"]
    public: Literal["entite", "retour"] = "entite"
    avant: int = 60
    apres: int = 300


FAMILLES: dict[str, Famille] = {
    "standard": Famille("conseillée (déduite)", "par_connecteur", "persistent", "les_deux", "ldap"),
    "entcore": Famille("entcore", "ephemere", "transient", "assertion", "vecteur"),
    "apereo": Famille("à base d'Apereo CAS", "login", "unspecified", "reponse", "ldap"),
    "laclasse": Famille("Laclasse", "interne", "transient", "reponse", "laclasse", "retour", 3600, 3600),
    "gar": Famille("accès au GAR", "interne", "persistent", "assertion", "gar"),
}


class ReglagesSaml(BaseModel):
    """The settings of a SAML connector. `entite`: its entityID."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entite: str = Field(
        min_length=1, max_length=1024, title="entityID du logiciel", description="Celui de ses métadonnées."
    )
    certificat: str = Field(
        default="",
        max_length=10_000,
        title="Certificat de signature du logiciel",
        description="X509Certificate de ses métadonnées ; vide : ses demandes ne sont pas vérifiées.",
    )
    chiffrement: str = Field(
        default="",
        max_length=10_000,
        title="Certificat de chiffrement du logiciel",
        description="Celui de ses métadonnées (use=\"encryption\") ; vide : l'assertion n'est pas chiffrée.",
    )
    algorithme: Literal["aes256-gcm", "aes256-cbc", "aes128-cbc"] = Field(
        default="aes256-gcm",
        title="Chiffrement",
        json_schema_extra=libelles(
            {
                "aes256-gcm": "AES-256-GCM",
                "aes256-cbc": "AES-256-CBC (logiciels anciens)",
                "aes128-cbc": "AES-128-CBC (logiciels anciens)",
            }
        ),
    )
    demandes_signees: bool = Field(default=False, title="Ses demandes doivent être signées")
    prereglage: Literal["standard", "entcore", "apereo", "laclasse", "gar"] = Field(
        default="standard",
        title="Famille d'ENT",
        json_schema_extra=libelles({k: f.libelle for k, f in FAMILLES.items()}),
    )
    nom: Nom = Field(
        default="",
        title="NameID",
        json_schema_extra=libelles(
            {
                "": "celui de la famille",
                "ephemere": "neuf à chaque connexion",
                "par_connecteur": "opaque, propre à ce connecteur",
            }
            | {k: v[0] for k, v in PRINCIPAUX.items()}
        ),
    )
    format_nom: Literal["", "transient", "persistent", "emailAddress", "unspecified"] = Field(
        default="", title="Format du NameID", json_schema_extra=libelles({"": "celui de la famille"})
    )
    signature: Signature = Field(
        default="",
        title="Ce qui est signé",
        json_schema_extra=libelles(
            {
                "": "comme la famille",
                "assertion": "l'assertion",
                "reponse": "la réponse",
                "les_deux": "les deux",
            }
        ),
    )
    attributs: list[str] = Field(
        default=[],
        title="Attributs permis",
        description="Noms séparés par des espaces ; vide : tous ceux de la famille.",
    )
    codes: Codes = Field(default="les_deux", title="Codes des profils", json_schema_extra=libelles(dict(CODES.items())))
    prefixe: str = Field(default="RENTREE", title="Préfixe des identifiants externes", pattern=r"^[A-Z0-9_.]{1,30}$")
    heure: Literal["reelle", "simulee"] = Field(
        default="reelle",
        title="Heure écrite dans les assertions",
        json_schema_extra=libelles(
            {
                "reelle": "celle de l'ordinateur : un logiciel la compare à la sienne",
                "simulee": "celle de la simulation",
            }
        ),
    )
    deconnexion: str = Field(
        default="",
        max_length=500,
        title="Adresse de déconnexion (SOAP)",
        description="L'ENT y annonce que la session se ferme.",
    )
    retour_deconnexion: str = Field(
        default="",
        max_length=500,
        title="Adresse de retour de déconnexion",
        description="Où va l'utilisateur dont le logiciel a demandé la déconnexion (HTTP-Redirect).",
    )

    @field_validator("deconnexion", "retour_deconnexion")
    @classmethod
    def _adresse(cls, adresse: str) -> str:
        return lire_adresse(adresse) if adresse else ""

    @property
    def famille(self) -> Famille:
        """What the kind of ENT says where the settings do not."""
        return FAMILLES[self.prereglage]


def nom_de(p: Personne, code: str, r: ReglagesSaml, numero: str) -> tuple[str, str]:
    """The NameID and its format. `numero`: of the assertion, of which an ephemeral one is drawn."""
    choix = r.nom or r.famille.nom
    format_nom = FORMATS[r.format_nom or r.famille.format_nom]
    if choix == "ephemere":
        return f"_{hashlib.sha256(f'nom/{numero}'.encode()).hexdigest()[:32]}", format_nom
    if choix == "par_connecteur":
        return hashlib.sha256(f"{p.uuid}/{code}".encode()).hexdigest()[:32], format_nom
    return PRINCIPAUX[choix][1](p, Contexte(r.prefixe, r.codes, "")) or p.uuid, format_nom


def attributs_de(
    p: Personne, r: ReglagesSaml, projet: str, vecteurs: Sequence[str], url_retour: str
) -> list[tuple[str, tuple[str, ...]]]:
    """Names and values that an assertion says. `vecteurs`: hers; `url_retour`: logout of the ENT."""
    contexte = Contexte(r.prefixe, r.codes, "")
    des_vecteurs: Attributs = [("FrEduVecteur", v) for v in vecteurs]
    famille = r.famille.attributs
    if famille == "vecteur":
        paires: Attributs = [*des_vecteurs, ("FrEduUrlRetour", url_retour)]
    elif famille == "ldap":
        paires = [*apereo(p, contexte), *des_vecteurs]
    elif famille == "laclasse":
        paires = laclasse(p, contexte)
    else:
        paires = [("GARPersonIdentifiant", p.uuid), ("idEnt", projet)]
    groupes: dict[str, list[str]] = {}
    for nom, valeur in paires:
        valeurs = [valeur] if isinstance(valeur, str) else [v for _, v in valeur if isinstance(v, str)]
        groupes.setdefault(nom, []).extend(v for v in valeurs if v)
    return [(nom, tuple(v)) for nom, v in groupes.items() if v and (not r.attributs or nom in r.attributs)]
