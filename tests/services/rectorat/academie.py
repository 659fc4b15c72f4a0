"""An académie for the tests: two schools, and shortcuts to its web service and its pages."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai

UAI, AUTRE = fabriquer_uai("096", 1), fabriquer_uai("096", 2)


class Academie:
    """The rectorat of a bac, with the schools `UAI` and `AUTRE`."""

    def __init__(self, bac: Any) -> None:
        self.bac = bac
        ecoles = [msg.EtablissementMsg(uai=uai, nom="DES ESSAIS").valeurs() for uai in (UAI, AUTRE)]
        self.api("POST", "/etablissements", 201, json=ecoles)

    def api(self, methode: str, chemin: str, attendu: int = 200, **options: Any) -> Any:
        """Call the web service; the decoded answer."""
        reponse = self.bac["rectorat"].request(methode, f"/api{chemin}", **options)
        assert reponse.status_code == attendu, reponse.text
        return reponse.json() if reponse.content else None

    def page(self, chemin: str, attendu: int = 200) -> str:
        """Read a page, entities undone, one space between words."""
        reponse = self.bac["rectorat"].get(chemin, headers={"Accept": "text/html"})
        assert reponse.status_code == attendu, reponse.text
        return " ".join(unescape(reponse.text).split())

    def poster(self, chemin: str, attendu: int = 303, **champs: Any) -> str:
        """Send a form as a browser does; the page that follows."""
        reponse = self.bac["rectorat"].post(chemin, data=champs, headers={"Accept": "text/html"})
        assert reponse.status_code == attendu, reponse.text
        if attendu != 303:
            return " ".join(unescape(reponse.text).split())
        racine = self.bac["rectorat"].base_url.path.rstrip("/")
        return self.page(reponse.headers["location"].removeprefix(racine))

    def agents(self, *agents: msg.AgentMsg) -> None:
        """Type dossiers administratifs."""
        self.api("POST", "/agents", 201, json=[a.valeurs() for a in agents])


def agent(ident: int, nom: str, *affectations: msg.AffectationAgentMsg) -> msg.AgentMsg:
    """An agent of EPP."""
    return msg.AgentMsg(
        id=ident,
        sexe="2",
        civilite="2",
        nom_usage=nom,
        prenom="Alix",
        date_naissance=date(1980, 1, 2),
        affectations=affectations,
    )


def place(nature: str = "AFA", **autres: Any) -> msg.AffectationAgentMsg:
    """An appointment in `UAI`."""
    return msg.AffectationAgentMsg(uai=UAI, nature=nature, discipline="L0421", **autres)  # type: ignore[arg-type]
