"""Every kind of page that a played rentrée links to, in any application: console, width, accessibility.

On demand (CRAWL=all, or the name of one): each application has browser tests of its own pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from rentree.demo import DemandeDemo, jouer_etapes, preparer_entree
from rentree.demo.partie import Rentree
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from shared.persistence.acces import SERVICES
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

__all__ = ["navigateur"]
PAGES_PAR_SERVICE = 60
CRAWL = os.environ.get("CRAWL", "")
VISITES = SERVICES if CRAWL == "all" else tuple(s for s in SERVICES if s == CRAWL)
TELECHARGEMENTS = (".json", "/health", ".csv", ".zip", ".xml", ".gz", "/archive", "/fichier")


@pytest.fixture(scope="module")
def bac_joue(installation: Any) -> Iterator[str]:
    """A bac in which 60 pupils' rentrée was played, five mistakes included."""
    choisi = profil("nice-2021")
    nom = "pages"
    installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    lieu = installation.implantation
    r = Rentree(
        clients=Clients(lieu.adresses, lieu.jeton_interne, nouveau_transport(), nom),
        population=preparer_entree(DemandeDemo(effectif=60), choisi, choisi.debut).population,
        fuseau=choisi.zone_horaire,
        dire=lambda etape, instant: None,
    )
    jouer_etapes(r)
    yield nom
    installation.gestion.supprimer(nom)


def _motif(chemin: str) -> str:
    """A path with its identifiers taken out: one fiche stands for all."""
    sans = re.sub(r"/[0-9]{7}[A-Z](?=/|$)", "/UAI", chemin)
    return re.sub(r"/[^/?]*[0-9][^/?]*(?=/|\?|$)", "/N", re.sub(r"\?.*", "", sans))


@pytest.mark.navigateur
@pytest.mark.timeout(400)
@pytest.mark.parametrize("service", VISITES)
def test_the_pages_of(service: str, bac_joue: str, installation: Any, navigateur: Any) -> None:
    """From its home, every kind of page of the application opens well at 1280 and at 390 px."""
    racine = f"{installation.implantation.adresses[service]}/b/{bac_joue}/"
    a_voir, vus = [racine], {_motif(urlsplit(racine).path)}
    page = navigateur.new_page()
    ennuis: list[str] = []
    ouvertes = 0
    while a_voir and ouvertes < PAGES_PAR_SERVICE:
        url = a_voir.pop(0)
        ouvertes += 1
        try:
            verifier_page(page, url, LARGEURS, f"{service}-{ouvertes:02d}")
        except AssertionError as erreur:
            ennuis.append(str(erreur)[:600])
        for lien in page.eval_on_selector_all("a[href]", "l => l.map(e => e.href)"):
            cible = urljoin(url, lien).split("#")[0]
            motif = _motif(urlsplit(cible).path)
            if cible.startswith(racine) and motif not in vus and not motif.endswith(TELECHARGEMENTS):
                vus.add(motif)
                a_voir.append(cible)
    page.close()
    assert not ennuis, f"{len(ennuis)} ennuis sur {ouvertes} pages :\n" + "\n---\n".join(ennuis)
