"""What a connector is told, and where it may be sent back. Pure functions.

Source: connectors reference §1 (identifiers, profile codes), §2.2 (matching of services), §12 (settings).
"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.cas import Forme
from shared.contracts.refus import Refus

FORMES: dict[Forme, str] = {
    "A": "A : cas:attributes/cas:X (Apereo)",
    "B": "B : cas:X sous authenticationSuccess (entcore)",
    "C": "C : cas:attributes/cas:userAttributes/X sans espace de noms (entcore)",
    "D": "D : les deux, les listes emboîtées (Laclasse)",
}
Codes = Literal["noms", "numeros", "les_deux"]
CODES: dict[Codes, str] = {
    "noms": "National_ELV, National_ENS…",
    "numeros": "National_1, National_3…",
    "les_deux": "les deux",
}
Deconnexion = Literal["formulaire", "brut", "aucune"]
DECONNEXIONS: dict[Deconnexion, str] = {
    "formulaire": "champ « logoutRequest » d'un formulaire (Apereo)",
    "brut": "XML dans le corps (entcore)",
    "aucune": "aucune",
}
UUID_DES_COMPTES = uuid.UUID("7c0d2d3e-0a0b-5c53-9f3a-52656e747265")
Comparaison = Literal["sans_casse", "exact", "aucun"]
COMPARAISONS: dict[Comparaison, str] = {
    "sans_casse": "la même adresse, majuscules ou non (entcore)",
    "exact": "la même adresse, à la lettre (Apereo)",
    "aucun": "n'importe laquelle (Laclasse)",
}
VIE_SCOLAIRE = frozenset({"EDU", "CPE", "ASE"})
NUMEROS = {"ELV": "1", "TUT": "2", "ENS": "3", "DOC": "3", "DIR": "4", "EVS": "4", "ETA": "4"}
"""Old numbers of the profiles (§1.2): entcore gives 4 to all staff."""


class ReglagesCas(BaseModel):
    """The settings of a CAS connector.

    `prereglage`: the attributes of a known product (rules.cas_prereglages); `duree`: seconds that a ticket lives, on
    the simulated clock; `service`: which one may present a ticket, beside the one that it was given for; `p3`: whether
    /p3/ answers; `prefixe`: of the external identifier (`<ACADEMIE>-<id>`); `mandat`: whether it may ask for proxy
    tickets; `rappel_clair`: whether its proxy callback may be plain http.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    prereglage: str = "apereo"
    forme: Forme | None = None
    principal: str | None = None
    codes: Codes | None = None
    p3: bool = True
    duree: int = Field(default=300, ge=1, le=86_400)
    service: Comparaison = "sans_casse"
    deconnexion: Deconnexion = "formulaire"
    prefixe: str = Field(default="RENTREE", pattern=r"^[A-Z0-9_.]{1,30}$")
    mandat: bool = False
    rappel_clair: bool = False


class Ecole(Struct, frozen=True):
    """A school of a person, with her classes and groups there; `nature`, code of the feed."""

    id: int
    uai: str
    nom: str
    nature: str
    fonctions: tuple[tuple[str, str], ...] = ()
    classes: tuple[str, ...] = ()
    groupes: tuple[str, ...] = ()


class Personne(Struct, frozen=True):
    """An account as a connector may be told of it. `profil`: eleve, responsable, enseignant, autre, invite."""

    aaf_id: int
    uuid: str
    login: str
    nom: str
    prenom: str
    profil: str
    naissance: date | None = None
    mel: str = ""
    mef: str = ""
    code_postal: str = ""
    eleve_id: int | None = None
    ecoles: tuple[Ecole, ...] = ()
    parents: tuple[tuple[int, str], ...] = ()
    enfants: tuple[tuple[int, str], ...] = ()
    fonctions: frozenset[str] = field(default_factory=frozenset)

    @property
    def classes(self) -> list[str]:
        """All her classes."""
        return sorted({c for e in self.ecoles for c in e.classes})

    @property
    def uais(self) -> list[str]:
        """Her schools."""
        return [e.uai for e in self.ecoles]

    @property
    def nom_complet(self) -> str:
        """« Louna ABADIE »."""
        return f"{self.prenom} {self.nom}"

    def externe(self, prefixe: str) -> str:
        """The external identifier of entcore: `<ACADEMIE>-<id>`."""
        return f"{prefixe}-{self.aaf_id}"

    @property
    def sigle(self) -> str:
        """The profile as the SDET abbreviates it: ELV, TUT, ENS, DOC, DIR, EVS, ETA."""
        if self.profil == "eleve":
            return "ELV"
        if self.profil == "responsable":
            return "TUT"
        if "DOC" in self.fonctions:
            return "DOC"
        if self.profil == "enseignant":
            return "ENS"
        if "DIR" in self.fonctions:
            return "DIR"
        return "EVS" if VIE_SCOLAIRE & self.fonctions else "ETA"

    def codes_profil(self, codes: Codes) -> list[str]:
        """`National_…` by name, by number, or both."""
        nom, numero = f"National_{self.sigle}", f"National_{NUMEROS[self.sigle]}"
        return {"noms": [nom], "numeros": [numero], "les_deux": [nom, numero]}[codes]


def uuid_du_compte(bac: str, projet: str, aaf_id: int) -> str:
    """The ENT's own identifier of an account: the same for ever in that bac (entcore `id`)."""
    return str(uuid.uuid5(UUID_DES_COMPTES, f"{bac}/{projet}/{aaf_id}"))


# --- where a connector may be sent back ------------------------------------------------------------------------------


def lire_adresse(texte: str) -> str:
    """An address as a publisher declares it: scheme, host, port, beginning of the path.

    Raises `Refus` ADRESSE_INVALIDE.
    """
    propre = texte.strip()
    lue = _decouper(propre)
    if lue is None or lue.query or lue.fragment or lue.username or "\\" in propre or any(ord(c) < 33 for c in propre):
        raise Refus(
            f"« {propre[:120]} » n'est pas une adresse d'application.",
            code="ADRESSE_INVALIDE",
            remede="Écrivez-la en entier, sans paramètre : https://pronote.exemple.invalid/pronote/",
        )
    return propre


def _decouper(adresse: str) -> SplitResult | None:
    try:
        lue = urlsplit(adresse)
        _ = lue.port
    except ValueError:
        return None
    return lue if lue.scheme in ("http", "https") and lue.hostname else None


def correspond(declaree: str, service: str) -> bool:
    """Whether a service is one of a declared address: same scheme, host and port, path that begins alike, whole
    segments."""
    a, s = _decouper(declaree), _decouper(service)
    if a is None or s is None or s.username or "\\" in service:
        return False
    if (a.scheme, a.hostname, a.port or _defaut(a)) != (s.scheme, s.hostname, s.port or _defaut(s)):
        return False
    racine = a.path.rstrip("/")
    if any(segment in (".", "..") for segment in s.path.split("/")):
        return False
    return s.path == racine or s.path.startswith(racine + "/")


def meme_service(comparaison: Comparaison, donne_pour: str, presente: str) -> bool:
    """Whether a ticket given for one service may be presented for another, as the ENT compares them."""
    if comparaison == "exact":
        return donne_pour == presente
    return comparaison == "aucun" or donne_pour.casefold() == presente.casefold()


def _defaut(adresse: SplitResult) -> int:
    return 443 if adresse.scheme == "https" else 80


def pourquoi_pas(service: str, declarees: Sequence[tuple[str, str]]) -> str:
    """Why no connector has that service, by the nearest that was declared.

    Arguments: `declarees`, (name of a connector, one of its addresses).
    """
    if not declarees:
        return "Aucun connecteur n'est déclaré dans cet ENT."
    nom, proche = max(declarees, key=lambda d: difflib.SequenceMatcher(None, d[1], service).ratio())
    a, s = _decouper(proche), _decouper(service)
    if s is None or a is None:
        return f"Ce n'est pas une adresse http ou https. La plus proche déclarée : {proche} ({nom})."
    if a.scheme != s.scheme:
        ecart = f"elle est en {a.scheme}, celle-ci en {s.scheme}"
    elif a.hostname != s.hostname:
        ecart = f"elle est sur {a.hostname}, celle-ci sur {s.hostname}"
    elif (a.port or _defaut(a)) != (s.port or _defaut(s)):
        ecart = f"elle est sur le port {a.port or _defaut(a)}, celle-ci sur le {s.port or _defaut(s)}"
    else:
        ecart = f"son chemin commence par « {a.path or '/'} », celui-ci est « {s.path or '/'} »"
    return f"La plus proche déclarée est {proche} ({nom}) : {ecart}."
