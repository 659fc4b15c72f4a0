"""Cases for a software that reads OneRoster from the ENT: it is told to synchronise, then asked whom it holds.

Source: OneRoster 1.1 §3.4 (pagination) and §4.13 (users); reference connectors §6.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from rentree.conformite.catalogue import Cas, averti, echec, sans_objet
from rentree.conformite.monde import CIBLE, PROJET, MondeDEssai
from shared.contracts.refus import Refus

V1P1 = "/ims/oneroster/v1p1"
JETONS = "/ims/oneroster/token"
PORTEE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster.readonly"
PAGE = 5
"""Users that the ENT is asked for at a time, here: whoever reads one page only is seen."""
DEUX_NUITS = timedelta(hours=48)


@dataclass
class BancOneRoster:
    """A reader being tried.

    Arguments: `cible`, its interface (POST /synchronisation, GET /comptes); `secret`, of its connector; `patience`,
    seconds that it is given; `lenteur`, seconds that the ENT is late.
    """

    monde: MondeDEssai
    cible: str
    secret: str
    patience: float = 60.0
    lenteur: int = 10
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=self.patience, trust_env=False)

    def attendus(self) -> set[str]:
        """The sourcedId of the active users, as the ENT gives them to that connector."""
        r = self._http.post(
            f"{self.monde.racine_ent}{JETONS}",
            data={"grant_type": "client_credentials", "scope": PORTEE},
            auth=(CIBLE, self.secret),
        )
        entetes = {"Authorization": f"Bearer {r.json()['access_token']}"}
        trouves: set[str] = set()
        debut = 0
        while True:
            p: dict[str, str | int] = {"limit": 100, "offset": debut}
            lus = self._http.get(f"{self.monde.racine_ent}{V1P1}/users", params=p, headers=entetes).json()["users"]
            trouves |= {u["sourcedId"] for u in lus if u["status"] == "active"}
            if len(lus) < 100:
                return trouves
            debut += 100

    def synchroniser(self) -> int:
        """Tell it to; the status that it answers, 0 for nothing."""
        corps = {
            "jetons": f"{self.monde.racine_ent}{JETONS}",
            "racine": f"{self.monde.racine_ent}{V1P1}",
            "portee": PORTEE,
            "client_id": CIBLE,
            "secret": self.secret,
            "par_page": PAGE,
        }
        try:
            return self._http.post(f"{self.cible}/synchronisation", json=corps).status_code
        except httpx.HTTPError:
            return 0

    def tenus(self) -> set[str]:
        """The sourcedId of those whom it holds. Raises `Refus` CIBLE_ILLISIBLE."""
        try:
            lus: list[dict[str, Any]] = self._http.get(f"{self.cible}/comptes").json()
            return {str(x["sourcedId"]) for x in lus if x.get("etat") not in ("desactive", "supprime")}
        except (httpx.HTTPError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as erreur:
            raise Refus(
                f"GET {self.cible}/comptes ne se lit pas ({type(erreur).__name__}).",
                code="CIBLE_ILLISIBLE",
                remede="Une liste JSON d'objets : sourcedId, et etat pour qui est parti.",
            ) from None

    def exiger(self, quand: str) -> str:
        """It holds those whom the ENT has, and nobody else. Raises `Constat`."""
        attendus, tenus = self.attendus(), self.tenus()
        if attendus - tenus:
            raise echec(f"{quand}, il manque {len(attendus - tenus)} personne(s) sur {len(attendus)}.")
        if tenus - attendus:
            raise echec(f"{quand}, il y a {len(tenus - attendus)} personne(s) de trop.")
        return f"{quand}, {len(tenus)} personnes, celles de l'ENT."

    @contextmanager
    def faute(self, nom: str, **reglages: int) -> Iterator[None]:
        """The ENT answers wrong in the block."""
        self.monde.poser(nom, **reglages)
        try:
            yield
        finally:
            self.monde.reparer()


def premiere(b: BancOneRoster) -> str:
    """The first synchronisation."""
    statut = b.synchroniser()
    if not 200 <= statut < 300:
        raise echec(f"POST {b.cible}/synchronisation répond {statut or 'trop tard'}.")
    return b.exiger("Après la première synchronisation")


def encore(b: BancOneRoster) -> str:
    """Once more: nothing changes."""
    b.synchroniser()
    return b.exiger("Après une seconde")


def avec_faute(nom: str, titre: str) -> Cas[BancOneRoster]:
    """The ENT answers wrong: nobody is lost, and the next one succeeds."""

    def jouer(b: BancOneRoster) -> str:
        b.synchroniser()
        avant = b.tenus()
        if not avant:
            raise sans_objet("Personne n'a pu être synchronisé avant.")
        with b.faute(nom):
            statut = b.synchroniser()
        apres = b.tenus()
        if apres != avant:
            raise echec(f"{len(avant - apres)} personne(s) perdues, {len(apres - avant)} venues d'on ne sait où.")
        if 200 <= statut < 300:
            raise averti("Personne n'est perdu, mais le logiciel dit que tout s'est bien passé.")
        return f"Personne n'est perdu ({statut or 'pas de réponse'})."

    return Cas("", titre, "Une panne d'un soir ne vide pas le logiciel.", jouer, nom)


def lenteur(b: BancOneRoster) -> str:
    """The ENT is late."""
    with b.faute("reponse_lente", secondes=b.lenteur):
        statut = b.synchroniser()
    if statut == 0:
        raise averti(f"Rien en {b.patience:.0f} s.")
    return b.exiger("L'ENT lent")


def depart(b: BancOneRoster) -> str:
    """A pupil leaves; two nights later the ENT knows, and the software with it."""
    avant = b.attendus()
    ent = b.monde.clients["ent"]
    projet = ent.lire(f"/api/projets/{PROJET}")
    voulu = {n: projet[n] for n in ("aaf_projet", "libelle", "uais")} | {"suppressions_delta": "desactiver"}
    ent.demander("PUT", f"/api/projets/{PROJET}", json=voulu)
    eleve = int(b.monde.comptes["compose"]["eleve_id"])
    bee = b.monde.clients["siecle_bee"]
    base = f"/api/etablissements/{b.monde.mis['ecoles']['college']}/bases/{b.monde.mis['millesime']}"
    jour = b.monde.instant().date().isoformat()
    bee.demander("PATCH", f"{base}/eleves/{eleve}", json={"date_sortie": jour, "motif_sortie": "10"})
    b.monde.avancer(DEUX_NUITS)
    if b.attendus() == avant:
        raise sans_objet("L'ENT a encore l'élève : aucune alimentation n'est passée.")
    b.synchroniser()
    return b.exiger("Après un départ")


_LISTE: list[Cas[BancOneRoster]] = [
    Cas("", "Première synchronisation", "Toutes les pages sont lues, pas seulement la première.", premiere),
    Cas("", "La même encore", "Synchroniser deux fois ne crée personne.", encore),
    avec_faute("erreur_500", "Erreur 500 de l'ENT"),
    avec_faute("corps_tronque", "Réponse coupée"),
    avec_faute("corps_vide", "Réponse vide"),
    Cas("", "Réponse lente", "Une soirée de rentrée, l'ENT est lent.", lenteur, "reponse_lente"),
    Cas("", "Un départ", "Qui n'est plus dans l'école n'a plus de compte.", depart),
    Cas("", "Après les fautes", "La suivante remet tout en ordre.", encore),
]
CATALOGUE = [Cas(f"ONEROSTER-{rang:02}", c.titre, c.pourquoi, c.jouer, c.faute) for rang, c in enumerate(_LISTE, 1)]
