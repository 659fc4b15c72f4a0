"""A browser that knows two hosts: the target, and the ENT where its user signs in."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
from msgspec import Struct

REDIRECTIONS = 10


class Formulaire(Struct, frozen=True):
    """What the ENT's page makes the browser post to the target."""

    adresse: str
    champs: dict[str, str]


class Page(Struct, frozen=True):
    """Where a walk ended: `vers`, the address outside the target that it was sent to (the ENT's), "" for a page.

    `statut` is 0 when the target did not answer in time, or not at all (`texte` says why).
    """

    statut: int
    texte: str
    vers: str = ""
    duree: float = 0.0


class Navigateur:
    """One user's browser. Arguments: `cible`, the protected page; `racine_ent`, of the ENT in its bac."""

    def __init__(self, cible: str, racine_ent: str, patience: float, jeton: str | None) -> None:
        self.cible = cible
        self.racine_ent = racine_ent.rstrip("/")
        entetes = {"accept": "text/html", "user-agent": "rentree-conformite"}
        self.logiciel = httpx.Client(headers=entetes, timeout=patience, trust_env=False, verify=False)  # noqa: S501
        bearer = {"authorization": f"Bearer {jeton}"} if jeton else {}
        self.ent = httpx.Client(headers=entetes | bearer, timeout=60, trust_env=False, verify=False)  # noqa: S501

    def fermer(self) -> None:
        """Close it."""
        self.logiciel.close()
        self.ent.close()

    def ouvrir(self, adresse: str | Formulaire = "", entetes: dict[str, str] | None = None) -> Page:
        """Open an address of the target (its protected page), or post it a form; follow it within the target only."""
        envoi = adresse if isinstance(adresse, Formulaire) else None
        ici = envoi.adresse if envoi else str(adresse) or self.cible
        duree = 0.0
        for _ in range(REDIRECTIONS):
            try:
                if envoi is not None:
                    r, envoi = self.logiciel.post(ici, data=envoi.champs, headers=entetes), None
                else:
                    r = self.logiciel.get(ici, headers=entetes)
            except httpx.HTTPError as erreur:
                return Page(0, f"pas de réponse ({type(erreur).__name__})", duree=duree)
            duree += r.elapsed.total_seconds()
            if not r.is_redirect:
                return Page(r.status_code, r.text, duree=duree)
            ici = urljoin(ici, r.headers["location"])
            if not self._chez_lui(ici):
                return Page(r.status_code, "", ici, duree)
        return Page(0, f"plus de {REDIRECTIONS} redirections", duree=duree)

    def _chez_lui(self, adresse: str) -> bool:
        return urlsplit(adresse)[:2] == urlsplit(self.cible)[:2] and not adresse.startswith(self.racine_ent)

    def entrer_dans_l_ent(self, projet: str, aaf_id: int) -> None:
        """Sign in to the ENT as somebody, by the one click of who conducts the simulation."""
        champs = {"projet": projet, "aaf_id": str(aaf_id)}
        with suppress(httpx.HTTPError):
            self.ent.post(f"{self.racine_ent}/mon-ent/role", data=champs)

    def retour(self, vers: str) -> str | Formulaire:
        """What the ENT sends the browser back with when it is sent there signed in; "" when it does not."""
        for _ in range(REDIRECTIONS):
            r = self.ent.get(vers)
            if not r.is_redirect:
                return _formulaire(r.text)
            vers = urljoin(vers, r.headers["location"])
            if not vers.startswith(self.racine_ent):
                return vers
        return ""

    def sortir_de_l_ent(self, chemin: str) -> None:
        """Sign out of the ENT, which tells its connectors."""
        with suppress(httpx.HTTPError):
            self.ent.get(self.racine_ent + chemin)


def _formulaire(page: str) -> str | Formulaire:
    """The form of a page that carries a SAML response, "" for any other page."""
    champs = {nom: unescape(v) for nom, v in _CHAMP.findall(page)}
    vers = _VERS.search(page)
    return Formulaire(unescape(vers.group(1)), champs) if vers and "SAMLResponse" in champs else ""


_CHAMP = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_VERS = re.compile(r'<form method="post" action="([^"]+)" aria-label="Continuer"')
