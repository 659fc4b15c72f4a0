"""A browser that knows two hosts: the target, and the ENT where its user signs in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

REDIRECTIONS = 10


@dataclass(frozen=True, slots=True)
class Page:
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

    def ouvrir(self, adresse: str = "", entetes: dict[str, str] | None = None) -> Page:
        """Open an address of the target (its protected page), following it within the target only."""
        ici = adresse or self.cible
        duree = 0.0
        for _ in range(REDIRECTIONS):
            try:
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

    def retour(self, vers: str) -> str:
        """Where the ENT sends the browser back to when it is sent there signed in; "" when it does not."""
        r = self.ent.get(vers)
        return r.headers.get("location", "") if r.is_redirect else ""

    def sortir_de_l_ent(self, chemin: str) -> None:
        """Sign out of the ENT, which tells its connectors."""
        with suppress(httpx.HTTPError):
            self.ent.get(self.racine_ent + chemin)
