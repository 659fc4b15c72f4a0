"""php-cas, Passport and http-cas-client, unmodified: everybody signs in, and out by the ENT's single logout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from . import jeu_ent as jeu
from .clients_cas import site_php, sites_node
from .test_ent_cas import declarer, ent, role
from .test_ent_mon_ent import AURORE, CHEF, ILONA, LYCEE, PARTAGE

__all__ = ["ent"]
PERSONNES = (
    (ILONA, "ilona.valbrune", "National_ELV", [jeu.UAI]),
    (AURORE, "aurore.valbrune", "National_TUT", [jeu.UAI, LYCEE]),
    (PARTAGE, "berenice.orval", "National_ENS", [jeu.UAI, LYCEE]),
    (CHEF, "odile.savigne", "National_DIR", [jeu.UAI]),
)


@pytest.fixture(scope="module")
def node(ent: Any) -> Iterator[list[str]]:
    """The two sites of Node.js."""
    with sites_node(f"{ent['ent'].base_url}cas") as adresses:
        yield adresses


@pytest.fixture(scope="module")
def php(ent: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site of php-cas."""
    with site_php("appli_php.php", tmp_path_factory.mktemp("php"), RACINE=f"{ent['ent'].base_url}cas/") as adresse:
        yield adresse


def entrer_et_sortir(ent: Any, site: str) -> None:
    """Each person opens the site, is known there, and no longer is once signed out of the ENT."""
    declarer(ent, "site", site + "/")
    page = f"{site}/appli"
    for aaf_id, login, profil, uais in PERSONNES:
        with role(ent, aaf_id) as client:
            client.follow_redirects = True
            reponse = client.get(page)
            assert reponse.status_code == 200, reponse.text
            lu = reponse.json()
            assert str(reponse.url) == page, "the ticket is taken out of the address"
            assert lu["user"] == login
            attributs = {nom.lower(): valeur for nom, valeur in lu["attributes"].items()}
            assert profil in attributs["entpersonprofils"]
            rne = attributs["entpersonstructrattachrne"]
            assert sorted([rne] if isinstance(rne, str) else rne) == sorted(uais)
            client.follow_redirects = False
            assert client.get(page).json()["user"] == login, "the site keeps its own session"
            assert client.get("cas/logout").status_code == 302
            assert "/cas/login?" in client.get(page).headers["location"], "the ENT told the site"


def test_php_cas(ent: Any, php: str) -> None:
    """Debian's php-cas reads CAS 3 and obeys a logout request."""
    entrer_et_sortir(ent, php)


def test_passport(ent: Any, node: list[str]) -> None:
    """Passport with its CAS strategy; the site closes what the logout request names."""
    entrer_et_sortir(ent, node[0])


def test_http_cas_client(ent: Any, node: list[str]) -> None:
    """http-cas-client reads CAS 3 and obeys a logout request by itself."""
    entrer_et_sortir(ent, node[1])
