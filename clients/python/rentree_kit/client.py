"""Asking an application of Rentrée something; a refusal is an exception that says why and what to do."""

from __future__ import annotations

from typing import Any

import httpx


class RefusRentree(Exception):
    """What Rentrée refused: `code` (stable), `phrase` (French), `remede` (what to do), `statut` (HTTP)."""

    def __init__(self, statut: int, code: str, phrase: str, remede: str = "") -> None:
        super().__init__(" ".join(x for x in (f"{code} :", phrase, remede) if x))
        self.statut, self.code, self.phrase, self.remede = statut, code, phrase, remede


class Client:
    """An application in a bac: `lire` and `demander` give the JSON of the answer, `octets` its bytes."""

    def __init__(self, http: httpx.Client, racine: str) -> None:
        self.http = http
        self.racine = racine.rstrip("/")

    def requete(self, methode: str, chemin: str, **options: Any) -> httpx.Response:
        """One request. Raises `RefusRentree` for any answer over 399."""
        reponse = self.http.request(methode, self.racine + chemin, **options)
        if reponse.status_code >= 400:
            raise _refus(reponse)
        return reponse

    def lire(self, chemin: str, **parametres: Any) -> Any:
        """GET."""
        return self.requete("GET", chemin, params=parametres or None).json()

    def demander(self, methode: str, chemin: str, corps: Any = None, **options: Any) -> Any:
        """A request with a JSON body; None when the answer has none."""
        if corps is not None:
            options["json"] = corps
        reponse = self.requete(methode, chemin, **options)
        return reponse.json() if reponse.content else None

    def octets(self, chemin: str) -> bytes:
        """The bytes of a file."""
        return self.requete("GET", chemin).content


def _refus(reponse: httpx.Response) -> RefusRentree:
    try:
        dit = reponse.json()
    except ValueError:
        dit = {}
    if not isinstance(dit, dict) or "code" not in dit:
        return RefusRentree(reponse.status_code, f"HTTP_{reponse.status_code}", reponse.text[:500])
    phrase, remede = str(dit.get("title", "")), str(dit.get("remede") or "")
    return RefusRentree(reponse.status_code, str(dit["code"]), phrase, remede)
