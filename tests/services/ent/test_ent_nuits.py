"""The ENT's nights: feeds asked of the AAF, refused ones asked for again, accounts deleted in their time."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.ent import exchanges
from services.ent.use_cases import cycle, projets
from shared.contracts.refus import Inconnu
from shared.horloge.horloge import HorlogeFixe

from .jeu_ent import (
    PARIS,
    PROJET,
    Ecole,
    complet,
    comptes,
    delta,
    ecole_type,
    eleve,
    importer,
    ouvrir_projet,
)

J = date(2021, 9, 6)
GUY, JEAN = 7200002, 7100003


class FauxAaf:
    """An AAF that announces the feeds it was given; `envois` may hold other bytes than announced."""

    def __init__(self) -> None:
        self.annonces: dict[int, dict[str, Any]] = {}
        self.envois: dict[int, bytes] = {}
        self.demandes: list[str] = []

    def __getitem__(self, service: str) -> FauxAaf:
        assert service == "aaf"
        return self

    def publier(self, numero: int, type_: str, archive: Path) -> None:
        octets = archive.read_bytes()
        self.annonces[numero] = {"numero": numero, "type": type_, "sha256": hashlib.sha256(octets).hexdigest()}
        self.envois[numero] = octets

    def lire(self, chemin: str, apres: int, nuit: bool) -> list[dict[str, Any]]:
        assert chemin == f"/api/projets/{PROJET}/alimentations"
        return [a for n, a in sorted(self.annonces.items(), reverse=True) if n > apres]

    def demander(self, methode: str, chemin: str, params: dict[str, bool]) -> httpx.Response:
        self.demandes.append(chemin)
        numero = int(chemin.split("/")[-2])
        if numero not in self.envois:
            raise Inconnu("Cette alimentation n'est plus là.", code="ALIMENTATION_INCONNUE")
        return httpx.Response(200, content=self.envois[numero])


@contextmanager
def unite(bac: Any) -> Any:
    """A unit of work of the ENT, as the night opens it."""
    fabrique = bac.installation.applications["ent"].state.noyau.fabrique
    with fabrique.ouvrir(bac.nom, ecriture=True, nuit=True) as u:
        yield u


def alimenter(bac: Any, aaf: FauxAaf) -> dict[str, int]:
    """One night's import from that AAF."""
    with unite(bac) as u:
        u.clients = aaf
        return exchanges.alimenter(u, "essai")


def codes(bac: Any) -> list[tuple[int | None, str, int]]:
    """The imports, oldest first: number, code ("" when applied), attempts."""
    return [
        (x["numero"], x["code"], x["tentatives"]) for x in reversed(bac["ent"].get("/api/projets/essai/imports").json())
    ]


@pytest.fixture
def ecole(bac: Any) -> Ecole:
    ouvrir_projet(bac)
    return ecole_type()


def test_feeds_are_applied_in_order(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """Whatever the order of the answer, feeds are applied by number, once."""
    deux = ecole.avec(eleves=(*ecole.eleves, eleve(4, "BRIVAL", "Zoé")))
    aaf = FauxAaf()
    aaf.publier(1, "Complet", complet(tmp_path, ecole, J))
    aaf.publier(2, "Delta", delta(tmp_path, ecole, deux, J + timedelta(1)))
    assert alimenter(bac, aaf) == {"appliques": 2, "refuses": 0}
    assert alimenter(bac, aaf) == {"appliques": 0, "refuses": 0}
    assert codes(bac) == [(1, "", 1), (2, "", 1)]
    assert len(comptes(bac, profil="eleve")) == 4


def test_a_feed_cut_on_the_way_is_asked_for_again(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """Refused one night because its bytes differ, it is applied the next when it comes whole."""
    aaf = FauxAaf()
    aaf.publier(1, "Complet", complet(tmp_path, ecole, J))
    entier = aaf.envois[1]
    aaf.envois[1] = entier[:-40]
    for _ in range(2):
        assert alimenter(bac, aaf) == {"appliques": 0, "refuses": 1}
    assert codes(bac) == [(1, "FLUX_TRONQUE", 2)]
    assert comptes(bac) == {}
    aaf.envois[1] = entier
    assert alimenter(bac, aaf) == {"appliques": 1, "refuses": 0}
    assert len(comptes(bac)) == 8


def test_after_a_gap_the_next_complete_feed_recovers(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A delta whose predecessor is missing or bad is refused unread; the complete one that follows is applied."""
    etats = [ecole]
    for n in range(4, 8):
        etats.append(etats[-1].avec(eleves=(*etats[-1].eleves, eleve(n, "BRIVAL", "Zoé"))))
    aaf = FauxAaf()
    aaf.publier(1, "Complet", complet(tmp_path, etats[0], J))
    for n in (2, 3, 4):
        aaf.publier(n, "Delta", delta(tmp_path, etats[n - 2], etats[n - 1], J + timedelta(n)))
    aaf.envois[3] = b"\x1f\x8b" + aaf.envois[3][2:60]
    assert alimenter(bac, aaf) == {"appliques": 2, "refuses": 2}
    assert codes(bac) == [(1, "", 1), (2, "", 1), (3, "FLUX_TRONQUE", 1), (4, "FLUX_TROU", 1)]
    assert not [d for d in aaf.demandes if "/4/" in d]
    assert len(comptes(bac, profil="eleve")) == 4
    aaf.publier(5, "Complet", complet(tmp_path, etats[4], J + timedelta(8)))
    assert alimenter(bac, aaf) == {"appliques": 1, "refuses": 2}
    assert len(comptes(bac, profil="eleve")) == 7
    assert alimenter(bac, aaf) == {"appliques": 0, "refuses": 0}


def test_an_announced_feed_that_is_another_is_refused(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A delta announced as complete, or an archive that is gone, is recorded and changes nothing."""
    aaf = FauxAaf()
    aaf.publier(1, "Complet", delta(tmp_path, Ecole(), ecole, J))
    aaf.annonces[2] = {"numero": 2, "type": "Complet", "sha256": None}
    assert alimenter(bac, aaf) == {"appliques": 0, "refuses": 2}
    assert codes(bac) == [(1, "FLUX_DIFFERENT", 1), (2, "ALIMENTATION_INCONNUE", 1)]


def test_a_project_that_the_aaf_does_not_know_is_recorded(bac: Any, ecole: Ecole) -> None:
    """The night goes on, and the imports page says what the AAF answered."""
    bac.avancer("nuit")
    bac.avancer("nuit")
    (fait,) = bac["ent"].get("/api/projets/essai/imports").json()
    assert (fait["etat"], fait["numero"], fait["tentatives"]) == ("refuse", None, 2)
    assert fait["code"]
    assert fait["phrase"]


def aller(bac: Any, jour: date) -> None:
    """Let the nights pass up to 8 in the morning of that day."""
    bac.avancer("instant", datetime(jour.year, jour.month, jour.day, 8, tzinfo=PARIS))


@pytest.mark.procedure("ENT-13")
def test_a_project_has_its_own_delay(bac: Any, tmp_path: Path) -> None:
    """With 42 days the account is still there the night before, and gone that night."""
    ouvrir_projet(bac, purge_jours=42)
    ecole = ecole_type()
    importer(bac, complet(tmp_path, ecole, J), 1)
    importer(bac, complet(tmp_path, ecole.avec(responsables=ecole.responsables[:1]), J + timedelta(1)), 2)
    desactive = bac.maintenant
    for jours, etat in ((41, "desactive"), (42, "purge")):
        with unite(bac) as u:
            u.horloge = HorlogeFixe(desactive + timedelta(days=jours, hours=-3), PARIS)
            assert cycle.purger(u, projets.projet(u, "essai")) == (etat == "purge")
        assert comptes(bac)[GUY]["etat"] == etat


@pytest.mark.procedure("ENT-14")
@pytest.mark.procedure("ENT-16")
def test_sixty_days_of_an_account(bac: Any, tmp_path: Path) -> None:
    """Created, activated, deactivated by a complete feed, hidden but there for 56 days, deleted, then made anew."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    sans_guy = ecole.avec(responsables=ecole.responsables[:1])
    importer(bac, complet(tmp_path, ecole, date(2021, 8, 23)))
    code = comptes(bac)[GUY]["code_activation"]
    actif = (
        bac["ent"].post("/api/projets/essai/activation", json={"login": "guy_et_yvette.ostrel", "code": code}).json()
    )
    assert (actif["etat"], actif["code_activation"]) == ("actif", None)
    aller(bac, date(2021, 8, 28))
    importer(bac, complet(tmp_path, sans_guy, date(2021, 8, 28)))
    assert comptes(bac)[GUY]["etat"] == "desactive"
    fin = date(2021, 10, 23)
    trace = bac.interne("ent", "GET", f"/_sim/trace?cle=aaf_id:{GUY}").json()[0]
    assert trace["etat"] == "absent"
    assert trace["blocages"][0]["code"] == "COMPTE_DESACTIVE"
    assert datetime.fromisoformat(trace["etapes"][-1]["instant"]).astimezone(PARIS).date() == fin
    aller(bac, fin - timedelta(1))
    assert comptes(bac)[GUY]["etat"] == "desactive"
    aller(bac, fin)
    supprime = comptes(bac)[GUY]
    assert (supprime["etat"], supprime["nom"], supprime["login"]) == ("purge", "", None)
    assert bac.interne("ent", "GET", "/_sim/trace?q=ostrel+guy").json() == []
    importer(bac, complet(tmp_path, ecole, fin))
    revenu = comptes(bac)[GUY]
    assert (revenu["etat"], revenu["login"]) == ("a_activer", "guy_et_yvette.ostrel")
    assert revenu["code_activation"] not in (None, code)
    genres = [e["genre"] for e in bac["ent"].get(f"/api/projets/essai/comptes/{GUY}").json()["historique"]]
    assert genres == ["cree", "active", "desactive", "purge", "cree"]
