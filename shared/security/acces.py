"""Who asks, and what he may: identities sealed by the installation, and the rights that each address wants.

A session (a cookie that the portal leaves) and an API token are the same thing: an `Identite`, signed with a key of
this installation, which every service reads by itself. Each service says in one table (`ReglesAcces`) which right an
address wants. Who shows nothing is the person in front of the machine (or who holds RENTREE_JETON): the trainer.

Source: procedures ACC-01 to ACC-10; architecture, "How it runs"; decision 0009.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from shared.contracts.refus import Refus

UAI_SEGMENT = re.compile(r"^[0-9]{7}[A-Za-z]$")
METHODES_SURES = frozenset({"GET", "HEAD", "OPTIONS"})
PREFIXE_JETON = "rentree-"

DROITS: dict[str, str] = {
    "bee.consulter": "consulter la base élèves",
    "bee.exporter": "exporter depuis la base élèves",
    "bee.mettre_a_jour": "mettre à jour la base élèves",
    "bee.nomenclatures": "profiler les nomenclatures",
    "bee.communs": "gérer les données communes de SIECLE",
    "bee.teleservices": "gérer les comptes des téléservices",
    "sts.consulter": "consulter STS-Web",
    "sts.saisir": "saisir et exporter dans STS-Web",
    "edt.consulter": "consulter l'emploi du temps",
    "edt.modifier": "modifier l'emploi du temps",
    "edt.spr": "importer et exporter en mode superviseur (SPR)",
    "ent.consulter": "consulter l'ENT de l'établissement",
    "ent.administrer": "administrer l'ENT de l'établissement",
    "ent.projet": "administrer le projet ENT",
    "aaf.consulter": "consulter l'annuaire de l'établissement",
    "aaf.gerer": "gérer l'annuaire académique",
    "affelnet": "voir les affectations",
    "assistance": "demander de l'aide",
    "rectorat": "agir au nom de l'académie",
    "simulation": "conduire la simulation",
}
"""Every right, and how a refusal names it."""


class Identite(Struct, frozen=True):
    """Who asks: `compte` (for journals: no name), `nom` (for pages), his profile, his school (None: all), his rights.

    `bac`, the only one where it is worth something; `entree`, the entry of the portal taken into BEE; `jeton`, the
    number of an API token, None for a session.
    """

    compte: str
    nom: str
    profil: str
    bac: str
    uai: str | None
    droits: tuple[str, ...]
    entree: str | None = None
    jeton: int | None = None


def cle_des_acces(jeton_interne: str) -> bytes:
    """The key that seals identities, drawn from the secret that the services of an installation share."""
    return hmac.new(jeton_interne.encode(), b"rentree/acces", hashlib.sha256).digest()


def sceller(identite: Identite, cle: bytes) -> str:
    """An identity as a cookie or a bearer token: readable by all, made by nobody else."""
    corps = json.dumps(asdict(identite), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    return f"{PREFIXE_JETON}{_en_texte(corps)}.{_en_texte(_signature(corps, cle))}"


def desceller(texte: str, cle: bytes) -> Identite | None:
    """The identity that `sceller` wrote with the same key; None for anything else."""
    corps_lu, point, signature = texte.removeprefix(PREFIXE_JETON).partition(".")
    if not point or not texte.startswith(PREFIXE_JETON):
        return None
    try:
        corps = base64.urlsafe_b64decode(corps_lu + "=" * (-len(corps_lu) % 4))
    except ValueError:
        return None
    if not hmac.compare_digest(_en_texte(_signature(corps, cle)).encode(), signature.encode()):
        return None
    lu: dict[str, Any] = json.loads(corps)
    return Identite(**{**lu, "droits": tuple(lu["droits"])})


def _signature(corps: bytes, cle: bytes) -> bytes:
    return hmac.new(cle, corps, hashlib.sha256).digest()


def _en_texte(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


class Adresse(Struct, frozen=True):
    """What some addresses of a service want.

    Arguments: `motif`, a regular expression found in the path (without the bac's prefix); `droit`, None when whoever
    signed in may; `methodes`, which ones it speaks of; `porte`, how the address tells the school: a UAI in the
    `chemin`, `?uai=` of the `requete`, or `soi` (the route shows a school what is its own); `libre`: nothing is wanted;
    `ailleurs`: a form of another site may be sent here.
    """

    motif: str
    droit: str | None
    methodes: Literal["toutes", "lecture", "ecriture"] = "toutes"
    porte: Literal["chemin", "requete", "soi"] = "chemin"
    libre: bool = False
    ailleurs: bool = False

    def vaut(self, methode: str, chemin: str) -> bool:
        """Whether it speaks of this request."""
        if self.methodes != "toutes" and (self.methodes == "lecture") != (methode in METHODES_SURES):
            return False
        return re.search(self.motif, chemin) is not None


COMMUNES = (
    Adresse(r"^/(_static/|_sim/vivant$|connexion$)", None, libre=True),
    Adresse(r"^/(docs$|openapi\.json$|_sim/health$)", None),
    Adresse(r"^/_(sim|echanges)/", "simulation"),
)
"""The same in every service."""


class ReglesAcces(Struct, frozen=True):
    """The rights that the addresses of a service want: the first `Adresse` that fits, else `lecture` or `ecriture`.

    `sans_droit`: what becomes of a menu entry that one may not open, `retirer` or `griser` (procedure ACC-09).
    """

    lecture: str
    ecriture: str
    adresses: Sequence[Adresse] = ()
    sans_droit: Literal["retirer", "griser"] = "retirer"

    def exigence(self, methode: str, chemin: str) -> Adresse:
        """What this request wants."""
        for adresse in (*COMMUNES, *self.adresses):
            if adresse.vaut(methode, chemin):
                return adresse
        return Adresse("", self.lecture if methode in METHODES_SURES else self.ecriture)

    def refus(self, identite: Identite, methode: str, chemin: str, uais_demandes: Sequence[str] = ()) -> Refus | None:
        """Why `identite` may not do this, or None. `uais_demandes`: the values of `?uai=`."""
        exigence = self.exigence(methode, chemin)
        if exigence.libre:
            return None
        if exigence.droit is not None and exigence.droit not in identite.droits:
            return _droit_manquant(identite, exigence.droit)
        if identite.uai is None:
            return None
        du_chemin = [s.upper() for s in chemin.split("/") if UAI_SEGMENT.match(s)]
        demandes = [u.strip().upper() for u in uais_demandes if u.strip()]
        if any(uai != identite.uai for uai in (*du_chemin, *demandes)):
            return autre_etablissement(identite)
        dit = du_chemin or exigence.porte == "soi" or (exigence.porte == "requete" and demandes)
        if dit or exigence.droit is None:
            return None
        return Refus(
            "Cette adresse montre plusieurs établissements.",
            code="SANS_ETABLISSEMENT",
            statut=403,
            remede=f"Demandez celle de votre établissement ({identite.uai})."
            + (f" Ici : ajoutez « ?uai={identite.uai} »." if exigence.porte == "requete" else ""),
            regle="ACC-10",
        )


def autre_etablissement(identite: Identite) -> Refus:
    """The refusal of another school's data; it does not say whether that school exists."""
    return Refus(
        f"Le profil « {identite.profil} » n'a accès qu'à son établissement ({identite.uai}).",
        code="AUTRE_ETABLISSEMENT",
        statut=403,
        remede="Ouvrez les pages de votre établissement, ou connectez-vous avec un compte de l'autre.",
        regle="ACC-10",
    )


def _droit_manquant(identite: Identite, droit: str) -> Refus:
    if droit.startswith("bee.") and identite.jeton is None:
        entree = f"par l'entrée « {identite.entree} »" if identite.entree else "sans passer par une entrée du portail"
        return Refus(
            f"Vous êtes dans SIECLE {entree} : elle ne permet pas de {DROITS[droit]}.",
            code="MODE_INSUFFISANT",
            statut=403,
            remede="Revenez au portail ARENA et prenez l'entrée qui le permet (« Mise à jour » pour modifier), "
            "si votre profil l'a.",
            regle="ACC-05",
        )
    if droit == "edt.spr":
        return Refus(
            f"Le profil « {identite.profil} » n'est pas superviseur : il ne peut ni importer ni exporter.",
            code="SPR_REQUIS",
            statut=403,
            remede="Connectez-vous avec un compte superviseur (SPR).",
            regle="ACC-09",
        )
    remede = "Connectez-vous avec un compte qui a ce droit, ou demandez à la personne dont c'est le rôle."
    if droit == "simulation" and identite.jeton is None:
        remede = "Choisissez « Déconnexion » : sans compte, on conduit de nouveau la simulation."
    return Refus(
        f"Le profil « {identite.profil} » n'a pas le droit de {DROITS[droit]}.",
        code="DROIT_MANQUANT",
        statut=403,
        remede=remede,
        regle="ACC-10",
    )
