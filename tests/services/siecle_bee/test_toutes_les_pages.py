"""Every page of SIECLE: what opens it, what sorts on it, what a visit that changes nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html as lxml_html

from shared.horloge.profils import profil
from shared.http.acces import cookie_d_acces
from shared.security.acces import Identite, cle_des_acces, sceller
from tests.conftest import BacEssai
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from .ecole import UAI
from .ecole_pleine import EcolePleine, remplir

__all__ = ["navigateur"]
SANS_TRI = {"Choix", "Action", "Supprimer", "Remplacer", "Refus"}
"""What a column of buttons or of boxes is called: it is no list of anything."""
ENTREES = {
    "Consultation": ("bee.consulter",),
    "Consultation et export": ("bee.consulter", "bee.exporter"),
    "Commun": ("bee.communs",),
    "Nomenclatures": ("bee.nomenclatures",),
    "Administration Téléservices": ("bee.teleservices",),
}


@pytest.fixture(scope="module")
def pleine(installation: Any) -> Iterator[EcolePleine]:
    """The school where every page has something to show."""
    choisi = profil("nice-2021")
    installation.gestion.creer("toutes_pages", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        yield remplir(BacEssai(installation, "toutes_pages", pile))
    installation.gestion.supprimer("toutes_pages")


def test_no_page_is_forgotten(pleine: EcolePleine, installation: Any) -> None:
    """Every page that the application serves for a base is in the list that the other tests visit."""
    routes = {
        route.path
        for route in installation.applications["siecle_bee"].routes
        if "GET" in (getattr(route, "methods", None) or ()) and route.path.startswith("/{uai}/")
    }
    assert routes == set(pleine.pages)


@pytest.mark.procedure("BEE-01")
def test_every_list_of_every_page_sorts(pleine: EcolePleine) -> None:
    """Each title of each list is a link that sorts by it, both ways, and says so to a screen reader."""
    client = pleine.ecole.bac["siecle_bee"]
    vus: set[str] = set()
    for adresse in pleine.adresses():
        if "suivi/ocean" in adresse:  # nothing comes from Océan
            continue
        page = lxml_html.fromstring(client.get(adresse, headers={"accept": "text/html"}).text)
        for tableau in page.xpath("//main//table[not(.//svg)][@id!='effectifs']"):
            for titre in tableau.xpath("./thead//th"):
                (lien,) = titre.xpath("./a[@class='tri']/@href") or [None]
                if lien is None:
                    assert titre.text_content().strip() in SANS_TRI, (adresse, titre.text_content())
                    continue
                assert lien.endswith("#" + tableau.get("id")), (adresse, lien)
            dernier = tableau.xpath("./thead//a[@class='tri']/@href")[-1].split("#")[0]
            suite = urljoin(adresse, re.sub(r"(sens\w*)=\w+", r"\1=desc", dernier))
            if tableau.get("id") in vus:
                continue
            vus.add(tableau.get("id"))
            (trie,) = lxml_html.fromstring(client.get(suite).text).xpath(
                f"//table[@id='{tableau.get('id')}']/thead//th[@aria-sort]"
            )
            assert trie.get("aria-sort") == "descending", suite
            assert re.search(r"sens\w*=asc", trie.xpath("./a/@href")[0]), suite
    assert len(vus) > 30


@dataclass(frozen=True)
class Visite:
    """A browser that came by an entry of the portal, and what it may do."""

    pleine: EcolePleine
    identite: Identite
    regles: Any
    temoin: str

    def lire(self, adresse: str) -> Any:
        client = self.pleine.ecole.bac["siecle_bee"]
        return client.get(adresse, headers={"accept": "text/html", "cookie": self.temoin})

    def permis(self, methode: str, adresse: str) -> bool:
        chemin = urlsplit(adresse).path.removeprefix(f"/b/{self.pleine.ecole.bac.nom}")
        return self.regles.refus(self.identite, methode, chemin) is None


@pytest.fixture(params=sorted(ENTREES))
def visite(request: Any, pleine: EcolePleine, installation: Any) -> Visite:
    """A visit by each entry of the portal."""
    nom = pleine.ecole.bac.nom
    qui = Identite("essai", "Essai", "Secrétariat", nom, UAI, ENTREES[request.param], entree=request.param)
    sceau = sceller(qui, cle_des_acces(installation.implantation.jeton_interne))
    regles = installation.applications["siecle_bee"].state.noyau.service.acces
    return Visite(pleine, qui, regles, f"{cookie_d_acces(nom)}={sceau}")


@pytest.mark.procedure("ACC-02", "ACC-05", "ACC-06")
def test_no_page_shows_what_would_be_refused(visite: Visite) -> None:
    """By each entry: every link and button that a page shows is one that this visit may follow or press."""
    ouvertes = 0
    for adresse in visite.pleine.adresses():
        reponse = visite.lire(adresse)
        if not visite.permis("GET", adresse):
            assert reponse.status_code == 403, adresse
            continue
        if reponse.status_code == 303:  # the entry opens another page of the base
            continue
        assert reponse.status_code == 200, adresse
        ouvertes += 1
        ici = str(reponse.url)
        page = lxml_html.fromstring(reponse.text)
        for lien in page.xpath("//main//a/@href | //nav//a/@href"):
            cible = urljoin(ici, lien)
            if cible.startswith(ici[: ici.index("/b/")]) and not lien.startswith("#"):
                assert visite.permis("GET", cible), (adresse, lien)
        for formulaire in page.xpath("//main//form"):
            methode = (formulaire.get("method") or "get").upper()
            if methode == "DIALOG":
                continue
            boutons = formulaire.xpath(".//button[not(@type) or @type='submit']")
            cible = urljoin(ici, formulaire.get("action") or ici)
            if visite.permis(methode, cible):
                continue
            assert not boutons, (adresse, cible)
            libres = formulaire.xpath(
                ".//*[self::input[@type!='hidden'] or self::select or self::textarea]"
                "[not(ancestor::fieldset[@disabled])]"
            )
            assert not libres, (adresse, cible, [x.get("name") for x in libres])
    assert ouvertes > (20 if "bee.consulter" in visite.identite.droits else 0)


@pytest.mark.procedure("ACC-06")
def test_consultation_et_export_records_no_exit(pleine: EcolePleine, installation: Any) -> None:
    """The export of a dossier to another school records an exit: it wants « Mise à jour », by page and by API."""
    regles = installation.applications["siecle_bee"].state.noyau.service.acces
    qui = Identite("essai", "Essai", "Vie scolaire", pleine.ecole.bac.nom, UAI, ENTREES["Consultation et export"])
    for chemin in (f"/{UAI}/2021/exportations/dossiers-eple", f"{pleine.ecole.base}/exportations/dossiers-eple"):
        refus = regles.refus(qui, "POST", chemin)
        assert refus is not None
        assert refus.code == "MODE_INSUFFISANT"
    assert regles.refus(qui, "POST", f"/{UAI}/2021/exportations/xml/Communs") is None


def test_what_the_pages_show_in_numbers(pleine: EcolePleine) -> None:
    """The pastilles: signalement, fiches to complete, imprecise exit, dossiers and sheets that wait, nomenclatures."""
    reponse = pleine.ecole.bac["siecle_bee"].get(f"/{UAI}/2021/tableau-de-bord", headers={"accept": "text/html"})
    texte = " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.text)).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "De nouvelles nomenclatures ont été chargées pour votre établissement." in texte
    assert "Signalements académiques 1" in texte
    assert "1 Multi-inscription" in texte
    bloquantes = len(pleine.ecole.appeler("GET", "/fiches-bloquantes"))
    assert bloquantes >= 1
    assert f"Répartition des effectifs {bloquantes + 1}" in texte
    assert f"Tableau de bord TdB {bloquantes + 2}" in texte
    assert "Importations 4" in texte


@pytest.mark.navigateur
@pytest.mark.timeout(400)
def test_every_page_in_a_browser(pleine: EcolePleine, navigateur: Any, installation: Any) -> None:
    """Every page opens well at 1280 and 390 px: nothing in the console, no sideways scroll, no axe-core violation."""
    racine = f"{installation.implantation.adresses['siecle_bee']}/b/{pleine.ecole.bac.nom}"
    page = navigateur.new_page()
    ennuis: list[str] = []
    for adresse in pleine.adresses():
        nom = "bee-" + (re.sub(r"[^a-z0-9]+", "-", adresse.partition("/2021")[2]).strip("-") or "accueil")
        try:
            verifier_page(page, racine + adresse, LARGEURS, nom)
        except AssertionError as erreur:
            ennuis.append(str(erreur)[:600])
    page.close()
    assert not ennuis, f"{len(ennuis)} ennuis :\n" + "\n---\n".join(ennuis)
