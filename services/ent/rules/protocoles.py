"""The protocols that a connector may speak, each with its settings: one entry here, and its page and API follow.

A setting is a field of a pydantic model: its `title` is what the form calls it, its `description` the help below;
`json_schema_extra={"libelles": {...}}` names the values of a `Literal`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.ent.rules.connecteurs import ReglagesCas
from services.ent.rules.gar import ReglagesGar
from services.ent.rules.notifications import ReglagesNotifications
from services.ent.rules.oidc import ADRESSES
from services.ent.rules.oidc_reglages import ReglagesOidc
from services.ent.rules.oneroster import ReglagesOneRoster
from services.ent.rules.saml import ReglagesSaml
from services.ent.rules.scim import ReglagesScim, ReglagesScimSortant


class Protocole(Struct, frozen=True):
    """A protocol. `adresses`: what an address of the connector is, "" when it has none; `page`: a path of its own for a
    connector, under the connector's; `aide`: sentence for the form; `secret`: whether it shows one; `points`: name and
    path of the ENT's addresses to give to its software."""

    libelle: str
    reglages: type[BaseModel]
    adresses: str = ""
    aide: str = ""
    page: str = ""
    secret: bool = False
    points: tuple[tuple[str, str], ...] = ()


PROTOCOLES: dict[str, Protocole] = {
    "cas": Protocole("CAS 1, 2 et 3", ReglagesCas, "celle où le logiciel reçoit ses tickets"),
    "oidc": Protocole(
        "OpenID Connect",
        ReglagesOidc,
        "celle où le logiciel reçoit ses codes (redirect_uri), à la lettre",
        aide="Le client_id est le code du connecteur. Ce que font Kosmos et Laclasse n'est pas public : déduit.",
        secret=True,
        points=(
            ("Émetteur (issuer)", ""),
            ("Découverte", ADRESSES["standard"].decouverte),
            ("Découverte, adresses d'entcore", ADRESSES["entcore"].decouverte),
            ("Émetteur, adresses d'Apereo", ADRESSES["apereo"].emetteur),
        ),
    ),
    "saml": Protocole(
        "SAML 2",
        ReglagesSaml,
        "celle où le logiciel reçoit ses assertions (AssertionConsumerService), à la lettre",
        aide="L'ENT est fournisseur d'identités ; les guichets simulés aussi, pour un logiciel qui lit ÉduConnect.",
        points=(
            ("Métadonnées de l'ENT", "/saml/metadonnees"),
            ("Métadonnées d'ÉduConnect (simulé)", "/educonnect/educonnect/metadonnees"),
            ("Métadonnées du guichet (simulé)", "/educonnect/guichet/metadonnees"),
        ),
    ),
    "oneroster": Protocole(
        "OneRoster 1.1 et 1.2",
        ReglagesOneRoster,
        aide="Le client_id est le code du connecteur. Aucun ENT français n'est connu pour servir OneRoster : déduit.",
        secret=True,
        points=(
            ("Jetons (OAuth 2)", "/ims/oneroster/token"),
            ("Racine 1.1, carnet compris", "/ims/oneroster/v1p1"),
            ("Racine 1.2", "/ims/oneroster/rostering/v1p2"),
            ("Carnet de notes 1.2", "/ims/oneroster/gradebook/v1p2"),
        ),
    ),
    "scim": Protocole(
        "SCIM 2.0, lecture",
        ReglagesScim,
        aide="Le secret du connecteur est son jeton (Bearer). Aucun ENT connu ne sert SCIM : déduit.",
        secret=True,
        points=(("Racine", "/scim/v2"),),
    ),
    "scim_sortant": Protocole(
        "SCIM 2.0, comptes poussés",
        ReglagesScimSortant,
        "la racine de son serveur SCIM, une seule",
        aide="L'ENT crée, modifie et désactive les comptes du logiciel, avec la clé de signature pour jeton.",
        secret=True,
    ),
    "webhook": Protocole(
        "notifications de Rentrée",
        ReglagesNotifications,
        "celle où le logiciel reçoit les notifications, une seule",
        aide="Propre à Rentrée : aucun ENT connu ne notifie. Donnez-lui un secret : la clé de signature en vient.",
        page="notifications",
        secret=True,
    ),
    "gar": Protocole(
        "GAR",
        ReglagesGar,
        aide="Les exports partent chaque soir à 21 h, heure simulée. Le schéma et les règles viennent du code public "
        "de deux exportateurs ; la forme du compte rendu du GAR n'est pas publique : déduite.",
        page="gar",
        secret=True,
        points=(("Ressources d'une personne", "/gar/ressources/<idENT>/<UAI>/<GARPersonIdentifiant>"),),
    ),
}
"""Code → protocol, in the order of the menu."""


class Champ(Struct, frozen=True):
    """One field of the form of a protocol. `genre`: case, choix, nombre, liste (separated by spaces) or texte."""

    nom: str
    genre: str
    libelle: str
    aide: str
    choix: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    requis: bool = False


def champs(modele: type[BaseModel]) -> list[Champ]:
    """The fields of a form, in the order of the model."""
    proprietes: Mapping[str, Mapping[str, Any]] = modele.model_json_schema(mode="validation").get("properties", {})
    return [_champ(nom, modele.model_fields[nom], schema) for nom, schema in proprietes.items()]


def _champ(nom: str, info: FieldInfo, schema: Mapping[str, Any]) -> Champ:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    libelles: Any = extra.get("libelles", {})
    sortes = {"boolean": "case", "integer": "nombre", "array": "liste"}
    genre = "choix" if "enum" in schema else sortes.get(str(schema.get("type")), "texte")
    return Champ(
        nom,
        genre,
        info.title or nom,
        info.description or "",
        tuple((str(v), str(libelles.get(v, v))) for v in schema.get("enum", ())),
        schema.get("minimum"),
        schema.get("maximum"),
        info.is_required(),
    )


def lire_formulaire(modele: type[BaseModel], donnees: Mapping[str, str]) -> dict[str, object]:
    """The settings that a browser's form gives: a box not ticked is False, an empty field is left to its default."""
    lus: dict[str, object] = {}
    lire: dict[str, Callable[[str], object]] = {"case": bool, "liste": str.split}
    for champ in champs(modele):
        texte = donnees.get(champ.nom, "").strip()
        if texte or champ.genre in ("case", "liste"):
            lus[champ.nom] = lire.get(champ.genre, str)(texte)
    return lus
