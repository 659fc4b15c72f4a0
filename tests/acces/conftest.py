"""Two schools known of every application, and visitors who signed in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import httpx
import pytest

from shared.contracts.echanges import AffectationAgentMsg, AgentMsg, EtablissementMsg
from shared.formats import sts
from shared.identifiers import fabriquer_uai

UAI, AUTRE = fabriquer_uai("096", 1), fabriquer_uai("096", 2)
ANNEE = 2021


class Visiteur:
    """Somebody signed in at the portal: his browser keeps one cookie for every application of the host."""

    def __init__(self, bac: Any, compte: str, pile: ExitStack, **champs: str) -> None:
        self.bac, self._pile = bac, pile
        self._clients: dict[str, httpx.Client] = {}
        self.temoins: dict[str, str] = {}
        self.entree = self.poster("rectorat", "/arena/connexion", {"compte": compte, **champs})

    def demander(self, service: str, methode: str, chemin: str, **options: Any) -> httpx.Response:
        """A request as this visitor; redirections are not followed."""
        if service not in self._clients:
            self._clients[service] = self._pile.enter_context(self.bac.installation.client(service, self.bac.nom))
        client = self._clients[service]
        client.cookies.clear()
        client.headers.pop("authorization", None)
        for nom, valeur in self.temoins.items():
            client.cookies.set(nom, valeur)
        reponse = client.request(methode, chemin, **options)
        self.temoins |= dict(reponse.cookies)
        return reponse

    def lire(self, service: str, chemin: str, **options: Any) -> httpx.Response:
        """A page."""
        return self.demander(service, "GET", chemin, headers={"Accept": "text/html"}, **options)

    def poster(self, service: str, chemin: str, champs: Any = None, **options: Any) -> httpx.Response:
        """A form."""
        return self.demander(service, "POST", chemin, data=champs, **options)

    def entrer(self, entree: str) -> httpx.Response:
        """Take an entry of BEE at the portal."""
        return self.lire("rectorat", f"/arena/entrer/{entree}")


def _agent(rang: int, uai: str, fonction: str) -> AgentMsg:
    return AgentMsg(
        id=700_000 + rang,
        nom_usage=f"ESSAI{rang}",
        prenom="Alba",
        sexe="2",
        date_naissance=date(1970, 1, 1),
        affectations=(AffectationAgentMsg(uai=uai, fonction=fonction, debut=date(2015, 9, 1)),),
    )


def _sts_emp() -> bytes:
    """STS-Web's year of the first school: one division."""
    sortie = io.BytesIO()
    uaj = sts.Uaj(code=UAI, sigle="CLG", denom_princ="COLLEGE", denom_compl="ECOLE 0")
    annee = sts.AnneeScolaire(ANNEE, date(ANNEE, 9, 1), date(ANNEE + 1, 8, 31))
    division = sts.Division("6A", "DIVISION 6A", 24, 20, (sts.MefAppartenance("10010012110", 24, 20),))
    sts.ecrire_sts_emp(sortie, sts.StsEmp(parametres=sts.ParametresSts(uaj, annee), divisions=(division,)))
    return sortie.getvalue()


@pytest.fixture(scope="module")
def academie(installation: Any) -> Iterator[Any]:
    """A bac with two schools, their heads in EPP, a base of EDT and of BEE each."""
    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    nom = "essai_acces"
    installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, nom, pile)
        rectorat = bac["rectorat"]
        rectorat.post("/api/academie", json={"code": "99", "nom": "ACADEMIE SIMULEE"}).raise_for_status()
        ecoles = [EtablissementMsg(uai=u, nom=f"ECOLE {n}", academie_code="99") for n, u in enumerate((UAI, AUTRE))]
        rectorat.post("/api/etablissements", json=[e.valeurs() for e in ecoles]).raise_for_status()
        agents = [_agent(n, u, f) for n, (u, f) in enumerate((u, f) for u in (UAI, AUTRE) for f in ("DIR", "ENS"))]
        rectorat.post("/api/agents", json=[a.valeurs() for a in agents]).raise_for_status()
        for uai in (UAI, AUTRE):
            rectorat.post("/api/bascules-bee", json={"uai": uai, "millesime": ANNEE}).raise_for_status()
            bac["edt"].post(f"/api/etablissements/{uai}/bases/{ANNEE}", json={}).raise_for_status()
        reprise = bac["sts_web"].post("/api/reprise", files={"fichier": ("sts_emp.xml", _sts_emp())})
        assert reprise.status_code == 201, reprise.text
        bac.avancer()
        yield bac
    installation.gestion.supprimer(nom)


@pytest.fixture
def visiteur(academie: Any) -> Iterator[Callable[..., Visiteur]]:
    """Signs in: `visiteur("chef")`, `visiteur("chef", AUTRE)`, `visiteur("gestionnaire", None)`."""
    with ExitStack() as pile:
        yield lambda profil, uai=UAI: Visiteur(academie, f"{profil}.{uai.lower()}" if uai else profil, pile)
