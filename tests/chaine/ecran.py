"""A person in front of the pages, without a browser: opens an address, follows links, fills the forms that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

Valeur = str | Iterable[str] | None
PAGE = {"Accept": "text/html"}
VIDE: Mapping[str, str] = {}


class Ecran:
    """A page as it is shown. `clients` asks the application whose address it is."""

    def __init__(self, clients: Mapping[str, httpx.Client], reponse: httpx.Response) -> None:
        self._clients = clients
        self.adresse = str(reponse.url)
        self.page: Any = html.fromstring(reponse.text)
        assert reponse.status_code < 400, f"{self.adresse} : {reponse.status_code} {self.dit('erreur')}"

    @classmethod
    def ouvrir(cls, clients: Mapping[str, httpx.Client], adresse: str) -> Ecran:
        """Open an address."""
        return cls(clients, cls._client(clients, adresse).get(adresse, headers=PAGE, follow_redirects=True))

    @staticmethod
    def _client(clients: Mapping[str, httpx.Client], adresse: str) -> httpx.Client:
        (client,) = [c for c in clients.values() if adresse.startswith(str(c.base_url).rstrip("/"))]
        return client

    def dit(self, genre: str) -> str:
        """The text of the messages of a kind."""
        trouves = self.page.xpath(f"//*[contains(concat(' ', @class, ' '), ' message-{genre} ')]")
        return " ".join(" ".join(m.text_content().split()) for m in trouves)

    def menus(self) -> set[str]:
        """The words of its links and titles: what a menu is called on the page that it opens."""
        return {
            " ".join(x.text_content().split())
            for x in self.page.xpath("//a | //summary | //button | //h1 | //h2 | //legend")
        }

    def cliquer(self, texte: str) -> Ecran:
        """Follow the first link whose words, or whose name for a screen reader, hold this text."""
        for lien in self.page.xpath("//a[@href]"):
            if texte in " ".join(lien.text_content().split()) or texte in lien.get("aria-label", ""):
                return Ecran.ouvrir(self._clients, urljoin(self.adresse, lien.get("href")))
        raise AssertionError(f"{self.adresse} has no link « {texte} »")

    def valider(self, action: str, *, fichiers: Any = None, pour: Mapping[str, str] = VIDE, **champs: Valeur) -> Ecran:
        """Fill the form that goes to the address ending in `action` and send it; an error on the next page fails.

        `pour`: values that it holds already, where several go there. A field that it lacks fails too.
        """
        formulaire = self._formulaire(action, pour, set(champs))
        valeurs: dict[str, list[str]] = {}
        for nom, valeur in formulaire.form_values():
            valeurs.setdefault(nom, []).append(valeur)
        for nom, valeur in champs.items():
            if valeur is None:
                valeurs.pop(nom, None)
            else:
                valeurs[nom] = [valeur] if isinstance(valeur, str) else list(valeur)
        if formulaire.get("data-confirmation"):
            valeurs["confirme"] = ["oui"]  # what the dialog adds
        vers = urljoin(self.adresse, formulaire.get("action") or self.adresse)
        client = self._client(self._clients, vers)
        reponse = client.post(vers, data=valeurs, files=fichiers, headers=PAGE, follow_redirects=True)
        suite = Ecran(self._clients, reponse)
        assert not suite.dit("erreur"), f"{vers} : {suite.dit('erreur')}"
        return suite

    def _formulaire(self, action: str, pour: Mapping[str, str], champs: set[str]) -> Any:
        for f in self.page.forms:
            vers = (f.get("action") or self.adresse).partition("?")[0]
            noms = {x.get("name") for x in f.xpath(".//input | .//select | .//textarea")}
            if (
                (f.get("method") or "get").lower() == "post"
                and vers.endswith(action)
                and set(pour.items()) <= set(f.form_values())
                and champs <= noms
            ):
                return f
        raise AssertionError(f"{self.adresse} has no form to « {action} » with {sorted(champs)}")
