"""The CAS server, read by python-cas, unmodified: who signs in, what each is told, what a ticket is worth."""

from __future__ import annotations

import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cas
import httpx
import pytest
from lxml import etree
from playwright.sync_api import Browser

from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from . import jeu_ent as jeu
from .ecoute import ecouter
from .test_ent_mon_ent import AURORE, CHEF, HTML, ILONA, LYCEE, PARTAGE, alimenter

__all__ = ["navigateur"]
SERVICE = "https://appli.exemple.invalid/pronote/"
NS = {"cas": "http://www.yale.edu/tp/cas"}


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT; each test declares the connectors that it wants."""
    from contextlib import ExitStack

    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    installation.gestion.creer("essai_cas", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_cas", pile)
        alimenter(bac, tmp_path_factory.mktemp("cas"))
        yield bac
    installation.gestion.supprimer("essai_cas")


def declarer(bac: Any, code: str = "appli", adresse: str = SERVICE, **reglages: Any) -> None:
    """A connector of that ENT."""
    corps = {"projet": "essai", "nom": "Appli", "adresses": [adresse], "reglages": reglages}
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text


@contextmanager
def role(bac: Any, aaf_id: int) -> Iterator[httpx.Client]:
    """A browser signed in as somebody, by one click of who conducts the simulation."""
    with httpx.Client(base_url=bac["ent"].base_url, headers=HTML, verify=False) as client:
        entree = client.post("mon-ent/role", data={"projet": "essai", "aaf_id": aaf_id})
        assert entree.status_code == 303, entree.text
        yield client


def ticket_pour(client: httpx.Client, service: str = SERVICE, nom: str = "service") -> str:
    """Where the ENT sends the browser back: its ticket."""
    reponse = client.get("cas/login", params={nom: service})
    assert reponse.status_code == 302, reponse.text
    retour = reponse.headers["location"]
    assert retour.startswith(service)
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(retour).query))[
        "ticket" if nom == "service" else "SAMLart"
    ]


def client_cas(bac: Any, version: int | str = 3, service: str = SERVICE) -> Any:
    """python-cas, as any software would set it."""
    return cas.CASClient(version=version, service_url=service, server_url=f"{bac['ent'].base_url}cas/")


def echec(bac: Any, ticket: str, service: str = SERVICE, chemin: str = "serviceValidate") -> str:
    """The code of a failure."""
    reponse = bac["ent"].get(f"/cas/{chemin}", params={"service": service, "ticket": ticket})
    assert reponse.status_code == 200
    assert reponse.headers["content-type"].startswith("text/xml")
    refus = etree.fromstring(reponse.content).find("cas:authenticationFailure", NS)
    assert refus is not None, reponse.text
    return str(refus.get("code"))


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize(
    ("aaf_id", "login", "profil", "uais"),
    [
        (ILONA, "ilona.valbrune", "National_ELV", [jeu.UAI]),
        (AURORE, "aurore.valbrune", "National_TUT", [jeu.UAI, LYCEE]),
        (PARTAGE, "berenice.orval", "National_ENS", [jeu.UAI, LYCEE]),
        (CHEF, "odile.savigne", "National_DIR", [jeu.UAI]),
    ],
)
def test_everybody_signs_in(ent: Any, version: int, aaf_id: int, login: str, profil: str, uais: list[str]) -> None:
    """Pupil, parent, teacher of two schools, chef: python-cas reads the login, and the attributes that there are."""
    declarer(ent)
    with role(ent, aaf_id) as client:
        lu = client_cas(ent, version).verify_ticket(ticket_pour(client))
    assert lu[0] == login
    if version > 1:
        attributs = lu[1]
        assert profil in attributs["ENTPersonProfils"]
        rne = attributs.get("ENTPersonStructRattachRNE", [])
        assert sorted([rne] if isinstance(rne, str) else rne) == sorted(uais)


def test_pronote_reads_what_its_preset_says(ent: Any) -> None:
    """Shape C without a namespace, a French date, the old number of the profile."""
    declarer(ent, prereglage="pronote")
    with role(ent, ILONA) as client:
        parametres = {"service": SERVICE, "ticket": ticket_pour(client)}
    lu = etree.fromstring(ent["ent"].get("/cas/serviceValidate", params=parametres).content)
    bloc = lu.find(".//cas:userAttributes", NS)
    assert bloc is not None
    attributs = {x.tag: x.text for x in bloc}
    assert attributs["nom"] == "VALBRUNE"
    assert attributs["categories"] == "National_1"
    assert attributs["codePostal"] == "25000"
    jour, mois, annee = str(attributs["dateNaissance"]).split("/")
    assert (len(jour), len(mois), len(annee)) == (2, 2, 4)


def test_python_cas_reads_each_shape_as_the_reference_says(ent: Any) -> None:
    """A: all; B: the user alone; C: one empty key, of which SACoche and Gepi make something else."""
    for prereglage, lus in {"apereo": "ENTPersonJointure", "gepi": None, "pronote": "userAttributes"}.items():
        declarer(ent, prereglage=prereglage)
        with role(ent, ILONA) as client:
            _, attributs, _ = client_cas(ent).verify_ticket(ticket_pour(client))
        assert (lus in attributs) if lus else not attributs


def test_a_ticket_is_worth_one_use_by_its_service(ent: Any) -> None:
    """Used twice, for another address, unknown, incomplete: each its code; a wrong service burns the ticket."""
    declarer(ent)
    with role(ent, ILONA) as client:
        bon, brule = ticket_pour(client), ticket_pour(client)
    assert client_cas(ent).verify_ticket(bon)[0] == "ilona.valbrune"
    assert echec(ent, bon) == "INVALID_TICKET"
    assert echec(ent, brule, SERVICE + "autre") == "INVALID_SERVICE"
    assert echec(ent, brule) == "INVALID_TICKET"
    assert echec(ent, "ST-jamais") == "INVALID_TICKET"
    assert echec(ent, "") == "INVALID_REQUEST"
    assert echec(ent, bon, "") == "INVALID_REQUEST"
    assert echec(ent, "PT-1") == "UNAUTHORIZED_SERVICE_PROXY"
    assert ent["ent"].get("/cas/validate", params={"service": SERVICE, "ticket": bon}).text == "no\n\n"
    dits = ent["ent"].get("/api/connecteurs/appli/echanges").json()
    assert {d["code"] for d in dits[:6]} >= {"INVALID_TICKET", "INVALID_SERVICE"}
    assert any("Il a été donné pour " + SERVICE in d["explication"] for d in dits)


def test_a_ticket_dies_with_the_simulated_clock(bac: Any, tmp_path: Path) -> None:
    """A day later the ticket is too old, and the connector's page says how old it may be."""
    alimenter(bac, tmp_path)
    declarer(bac)
    with role(bac, ILONA) as client:
        ticket = ticket_pour(client)
    bac.avancer("24h")
    assert echec(bac, ticket) == "INVALID_TICKET"
    assert (
        bac["ent"]
        .get("/api/connecteurs/appli/echanges")
        .json()[0]["explication"]
        .startswith("Ce ticket a plus de 300 s")
    )


def test_nobody_is_sent_where_no_connector_is(ent: Any) -> None:
    """Another scheme, host, port, path, or one that climbs: refused, with the nearest; no open redirect anywhere."""
    declarer(ent)
    with role(ent, ILONA) as client:
        for service, dit in {
            "http://appli.exemple.invalid/pronote/": "elle est en https, celle-ci en http",
            "https://appli.exemple.invalid.voleur.invalid/pronote/": "elle est sur appli.exemple.invalid",
            "https://appli.exemple.invalid:8443/pronote/": "elle est sur le port 443, celle-ci sur le 8443",
            "https://appli.exemple.invalid/pronotes/": "son chemin commence par",
            "https://appli.exemple.invalid/pronote/../autre": "son chemin commence par",
            "https://x@appli.exemple.invalid/pronote/": "La plus proche déclarée",
            "javascript:alert(1)": "pas une adresse http",
        }.items():
            reponse = client.get("cas/login", params={"service": service})
            assert reponse.status_code == 403, service
            assert dit in reponse.text.replace("&#39;", "'"), service
        sortie = client.get("cas/logout", params={"service": "https://voleur.invalid/"})
        assert "voleur" not in sortie.headers["location"]
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False) as client:
        entree = client.post(
            "mon-ent/role", data={"projet": "essai", "aaf_id": ILONA, "suite": "//voleur.invalid/cas/login?"}
        )
        assert "voleur" not in entree.headers["location"]


def test_who_is_not_signed_in_is_asked_then_sent_on(ent: Any) -> None:
    """login → the ENT's own page → the connector with its ticket; `gateway` asks nothing; `renew` asks again."""
    declarer(ent)
    racine = str(ent["ent"].base_url).partition("/b/")[0]
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False) as client:
        assert client.get("cas/login", params={"service": SERVICE, "gateway": "true"}).headers["location"] == SERVICE
        vers = client.get("cas/login", params={"service": SERVICE})
        page = client.get(racine + vers.headers["location"])
        assert "Prendre le rôle" in page.text
        assert 'name="suite"' in page.text
        suite = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(vers.headers["location"]).query))["suite"]
        entree = client.post("mon-ent/role", data={"projet": "essai", "aaf_id": ILONA, "suite": suite})
        retour = client.get(racine + entree.headers["location"])
        assert retour.headers["location"].startswith(SERVICE + "?ticket=ST-")
        repris = client.get("cas/login", params={"service": SERVICE, "renew": "true"})
        assert "/mon-ent/connexion" in repris.headers["location"]
        renomme = client.get("cas/login", params={"service": SERVICE + "?a=1", "ticketAttributeName": "jeton"})
        assert f"{SERVICE}?a=1&jeton=ST-" in renomme.headers["location"]


def test_no_p3_for_an_entcore_like_connector(ent: Any) -> None:
    """With the switch « pas de /p3/ » the route is not there, and the publisher reads why."""
    declarer(ent, p3=False)
    with role(ent, ILONA) as client:
        ticket = ticket_pour(client)
    assert ent["ent"].get("/cas/p3/serviceValidate", params={"service": SERVICE, "ticket": ticket}).status_code == 404
    assert ent["ent"].get("/api/connecteurs/appli/echanges").json()[0]["code"] == "SANS_P3"
    assert client_cas(ent, 2).verify_ticket(ticket)[0] == "ilona.valbrune"


def test_saml_1_1(ent: Any) -> None:
    """samlValidate answers python-cas's SAML client, user and attributes."""
    declarer(ent, prereglage="pronote")
    with role(ent, ILONA) as client:
        ticket = ticket_pour(client, nom="TARGET")
    lu = client_cas(ent, "CAS_2_SAML_1_0").verify_ticket(ticket)
    assert lu[0] == "ilona.valbrune"
    assert lu[1]["nom"] == "VALBRUNE"
    assert client_cas(ent, "CAS_2_SAML_1_0").verify_ticket(ticket)[0] is None


def test_a_proxy_gets_tickets_for_another_service(ent: Any) -> None:
    """pgtUrl is called back, the PGT gives a PT, proxyValidate names the proxy; without right or answer, nothing."""
    with ecouter() as appli:
        declarer(ent, "mandataire", appli.adresse + "/", mandat=True, rappel_clair=True)
        declarer(ent)
        service, rappel = appli.adresse + "/entree", appli.adresse + "/rappel"
        with role(ent, PARTAGE) as client:
            tickets = [ticket_pour(client, service) for _ in range(3)]
        valide = {"service": service, "pgtUrl": rappel}
        reponse = ent["ent"].get("/cas/serviceValidate", params=valide | {"ticket": tickets[0]})
        iou = etree.fromstring(reponse.content).findtext(".//cas:proxyGrantingTicket", namespaces=NS)
        recu = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(appli.recus[0][1]).query))
        assert recu["pgtIou"] == iou
        mandat = client_cas(ent, 2).get_proxy_ticket(recu["pgtId"])
        assert mandat.startswith("PT-")
        assert echec(ent, mandat) == "UNAUTHORIZED_SERVICE_PROXY"
        lu = ent["ent"].get("/cas/proxyValidate", params={"service": SERVICE, "ticket": mandat})
        racine = etree.fromstring(lu.content)
        assert racine.findtext(".//cas:user", namespaces=NS) == "berenice.orval"
        assert racine.findtext(".//cas:proxy", namespaces=NS) == rappel
        appli.statut = 500
        refus = ent["ent"].get("/cas/serviceValidate", params=valide | {"ticket": tickets[1]})
        assert "INVALID_PROXY_CALLBACK" in refus.text
        appli.statut = 200
        declarer(ent, "mandataire", appli.adresse + "/", mandat=False, rappel_clair=True)
        refus = ent["ent"].get("/cas/serviceValidate", params=valide | {"ticket": tickets[2]})
        assert "INVALID_PROXY_CALLBACK" in refus.text
        assert "INVALID_TICKET" in ent["ent"].get("/cas/proxy", params={"pgt": "PGT-0", "targetService": SERVICE}).text


@pytest.mark.parametrize("maniere", ["formulaire", "brut", "aucune"])
def test_single_logout_reaches_each_connector(ent: Any, maniere: str) -> None:
    """Each ticket that was used is announced closed, as a form field or as a raw body; one not used is not."""
    with ecouter() as appli:
        declarer(ent, "slo", appli.adresse + "/", deconnexion=maniere)
        service = appli.adresse + "/slo"
        with role(ent, ILONA) as client:
            ticket, garde = ticket_pour(client, service), ticket_pour(client, service)
            assert client_cas(ent, 3, service).verify_ticket(ticket)[0] == "ilona.valbrune"
            assert client.get("cas/logout", params={"service": service}).headers["location"] == service
            assert "/mon-ent/connexion" in client.get("mon-ent").headers["location"]
        assert echec(ent, garde, service) == "INVALID_TICKET"
    recus = [x for x in appli.recus if x[0] == "POST"]
    if maniere == "aucune":
        assert recus == []
        return
    ((_, chemin, genre, corps),) = recus
    assert chemin == "/slo"
    if maniere == "formulaire":
        assert genre == "application/x-www-form-urlencoded"
        corps = urllib.parse.parse_qs(corps.decode())["logoutRequest"][0].encode()
    assert cas.CASClientV3.verify_logout_request(corps, ticket)
    assert "deconnexion" in {e["genre"] for e in ent["ent"].get("/api/connecteurs/slo/echanges").json()}


def test_a_django_site_signs_in_and_out(ent: Any, tmp_path: Path) -> None:
    """django-cas-ng, unmodified: sign-in makes the user with her names; the ENT's logout closes the site's session."""
    commande = [sys.executable, str(Path(__file__).parent / "appli_django.py"), f"{ent['ent'].base_url}cas/", "0"]
    with subprocess.Popen([*commande, str(tmp_path)], stdout=subprocess.PIPE, text=True) as site:
        try:
            assert site.stdout is not None
            adresse = site.stdout.readline().strip()
            declarer(ent, "django", adresse + "/accounts/login")
            with role(ent, ILONA) as client:
                vers = client.get(f"{adresse}/accounts/login").headers["location"]
                assert vers.startswith(f"{ent['ent'].base_url}cas/login")
                retour = client.get(vers).headers["location"]
                assert retour.startswith(adresse)
                client.get(retour)
                assert client.get(adresse).text == "ilona.valbrune|Ilona|VALBRUNE"
                client.get("cas/logout")
                assert client.get(adresse).text == "personne", "the ENT told the site"
        finally:
            site.terminate()
            site.wait(10)


def test_a_connector_that_cannot_be_is_refused(ent: Any) -> None:
    """No address, an address with a parameter, a preset or a setting that does not exist: a code and what to do."""
    for adresses, reglages, code in (
        ([], {}, "CONNECTEUR_INVALIDE"),
        (["https://a.invalid/?x=1"], {}, "ADRESSE_INVALIDE"),
        (["ftp://a.invalid/"], {}, "ADRESSE_INVALIDE"),
        ([SERVICE], {"prereglage": "inconnu"}, "CONNECTEUR_INVALIDE"),
        ([SERVICE], {"principal": "inconnu"}, "CONNECTEUR_INVALIDE"),
        ([SERVICE], {"duree": 0}, "CONNECTEUR_INVALIDE"),
        ([SERVICE], {"inconnu": 1}, "CONNECTEUR_INVALIDE"),
    ):
        corps = {"projet": "essai", "nom": "X", "adresses": adresses, "reglages": reglages}
        reponse = ent["ent"].put("/api/connecteurs/refuse", json=corps)
        assert (reponse.status_code, reponse.json()["code"]) == (422, code), reponse.text
        assert reponse.json()["remede"]
    assert ent["ent"].get("/api/connecteurs/refuse").json()["code"] == "CONNECTEUR_INCONNU"


def test_a_connector_of_one_bac_gets_nothing_from_another(ent: Any, bac: Any) -> None:
    """A ticket of one bac is unknown in another, and so is the session."""
    declarer(ent)
    with role(ent, ILONA) as client:
        ticket = ticket_pour(client)
    jeu.ouvrir_projet(bac, uais=[jeu.UAI])
    declarer(bac)
    assert echec(bac, ticket) == "INVALID_TICKET"


@pytest.mark.navigateur
def test_the_pages_of_connectors(navigateur: Browser, ent: Any) -> None:
    """Declared in the browser, wrong then right; the last exchanges are read there; signing in by role."""
    base = str(ent["ent"].base_url).rstrip("/")
    page = navigateur.new_page()
    page.goto(f"{base}/connecteurs")
    page.fill("#champ-code", "page")
    page.fill("#champ-nom", "Logiciel de la page")
    page.fill("#champ-adresses", "appli.invalid")
    page.click("button:has-text('Déclarer')")
    assert page.get_by_text("n'est pas une adresse d'application").is_visible()
    page.fill("#champ-adresses", "https://page.exemple.invalid/appli/")
    page.select_option("#champ-prereglage", "pronote")
    page.click("button:has-text('Déclarer')")
    assert page.url.endswith("/connecteurs/page")
    echec(ent, "ST-faux", "https://page.exemple.invalid/appli/")
    verifier_page(page, f"{base}/connecteurs/page", LARGEURS, "ent-connecteur")
    assert page.get_by_text("INVALID_TICKET").first.is_visible()
    verifier_page(page, f"{base}/connecteurs?famille=skolengo", LARGEURS, "ent-connecteurs")
    verifier_page(page, f"{base}/mon-ent/connexion?suite=/cas/login?service=x", LARGEURS, "ent-cas-connexion")
    refus = f"{base}/cas/login?service=https://ailleurs.invalid/"
    verifier_page(page, refus, LARGEURS, "ent-cas-refus", 403)
    page.goto(f"{base}/connecteurs/page")
    page.click("button:has-text('Retirer ce connecteur')")
    assert page.get_by_text("Le connecteur « page » est retiré.").is_visible()
    page.close()
