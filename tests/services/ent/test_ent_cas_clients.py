"""php-cas, Passport, http-cas-client, unmodified: everybody signs in, and out by the ENT's single logout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from . import jeu_ent as jeu
from .clients_cas import site_php, sites_node
from .test_ent_cas import SERVICE, declarer, ent, role, ticket_pour
from .test_ent_mon_ent import AURORE, CHEF, HTML, ILONA, LYCEE, PARTAGE

__all__ = ["ent"]
PERSONNES = (
    (ILONA, "ilona.valbrune", "National_ELV", [jeu.UAI]),
    (AURORE, "aurore.valbrune", "National_TUT", [jeu.UAI, LYCEE]),
    (PARTAGE, "berenice.orval", "National_ENS", [jeu.UAI, LYCEE]),
    (CHEF, "odile.savigne", "National_DIR", [jeu.UAI]),
)


@pytest.fixture(scope="module")
def node(ent: Any) -> Iterator[list[str]]:
    """The three sites of Node.js."""
    with sites_node(f"{ent['ent'].base_url}cas", adresses=3) as adresses:
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


def test_a_client_that_wants_credentials(ent: Any) -> None:
    """`renew`: http-cas-client reads who just signed in; a ticket out of a session already open is refused."""
    with sites_node(f"{ent['ent'].base_url}cas", "renew") as (_, site), role(ent, ILONA) as client:
        declarer(ent, "site", site + "/")
        vers = client.get(f"{site}/appli").headers["location"]
        assert "renew=true" in vers
        connexion = client.get(vers).headers["location"]
        suite = dict(parse_qsl(urlsplit(connexion).query))["suite"]
        client.follow_redirects = True
        lu = client.post("mon-ent/role", data={"projet": "essai", "aaf_id": ILONA, "suite": suite})
        assert str(lu.url) == f"{site}/appli"
        assert lu.json()["user"] == "ilona.valbrune"
        client.follow_redirects = False
        service = f"{site}/autre"
        demande = {"service": service, "ticket": ticket_pour(client, service), "renew": "true"}
        for chemin in ("serviceValidate", "p3/serviceValidate", "proxyValidate"):
            assert "INVALID_TICKET" in ent["ent"].get(f"/cas/{chemin}", params=demande).text
            dit = ent["ent"].get("/api/connecteurs/site/echanges").json()[0]["explication"]
            assert "session déjà ouverte" in dit or "déjà servi" in dit
        assert client.get("cas/logout").status_code == 302
        assert "/cas/login?" in client.get(f"{site}/appli").headers["location"], "one logout closes both"


def test_a_family_sets_all_at_once(ent: Any) -> None:
    """A known ENT's settings, but what is said otherwise; the page fills the form and tells what was inferred."""
    corps = {"projet": "essai", "nom": "Appli", "adresses": [SERVICE], "famille": "entcore"}
    lus = ent["ent"].put("/api/connecteurs/famille", json=corps | {"reglages": {"prereglage": "gepi"}}).json()
    reglages = {n: lus["reglages"][n] for n in ("prereglage", "p3", "deconnexion", "codes")}
    assert reglages == {"prereglage": "gepi", "p3": False, "deconnexion": "brut", "codes": "numeros"}
    with role(ent, CHEF) as client:
        for famille, statut, dit in (
            ("entcore", 404, "INVALID_SERVICE"),
            ("netocentre", 200, "INVALID_SERVICE"),
            ("laclasse", 200, "authenticationSuccess"),
        ):
            ent["ent"].put("/api/connecteurs/famille", json=corps | {"famille": famille})
            demande = {"service": SERVICE, "ticket": ticket_pour(client)}
            assert ent["ent"].get("/cas/p3/serviceValidate", params=demande).status_code == statut
            ailleurs = {"service": SERVICE + "autre", "ticket": ticket_pour(client)}
            assert dit in ent["ent"].get("/cas/serviceValidate", params=ailleurs).text
    page = ent["ent"].get("/connecteurs?famille=skolengo", headers=HTML).text
    assert "être public : tout, sauf" in page
    assert ent["ent"].get("/connecteurs/nouveau/oidc?famille=netocentre", headers=HTML).status_code == 200
    refus = ent["ent"].put("/api/connecteurs/famille", json=corps | {"famille": "inconnue"})
    assert (refus.status_code, refus.json()["code"]) == (404, "FAMILLE_INCONNUE")


@pytest.mark.parametrize(
    ("envoi", "dit", "a_faire"),
    [
        ({"content": b"{}"}, "pas de corps, ou pas d'en-tête Content-Type", "application/json"),
        ({"data": {"nom": "A"}}, "Content-Type est « application/x-www-form-urlencoded »", "application/json"),
        ({"content": b'{"nom": ', "headers": {"Content-Type": "application/json"}}, "caractère 8", "accolades"),
        ({"json": {"nom": 3, "adresse": "x"}}, "projet » manque ; « nom » est un texte", "/docs"),
        ({"json": {"projet": "essai", "nom": "A", "adresse": "x"}}, "« adresse » n'en est pas un champ", "/docs"),
        ({"json": {"projet": "essai", "nom": "A"}}, "champ « adresses »", "reçoit ses tickets"),
        ({"reglages": {"preréglage": "pronote"}}, "n'est pas un réglage", "Le plus proche est « prereglage »"),
        ({"reglages": {"prereglage": "Pronot"}}, "« Pronot »", "Le plus proche est « pronote »"),
        ({"reglages": {"duree": "longue"}}, "Le réglage « duree » est un nombre entier", "CAS 1, 2 et 3"),
        ({"reglages": {"forme": "E"}}, "Le réglage « forme » vaut 'A', 'B', 'C' ou 'D'", "Connecteurs"),
        (
            {"protocole": "saml", "reglages": {"entite": "x", "chiffrement": "x"}},
            "pas un certificat",
            "X509Certificate",
        ),
        ({"protocole": "oicd"}, "« oicd »", "Le plus proche est « oidc »"),
    ],
)
def test_a_first_demand_that_is_wrong(ent: Any, envoi: dict[str, Any], dit: str, a_faire: str) -> None:
    """What, where, what to do."""
    if not envoi.keys() & {"content", "data", "json"}:
        envoi = {"json": {"projet": "essai", "nom": "A", "adresses": [SERVICE]} | envoi}
    refus = ent["ent"].put("/api/connecteurs/faux_pas", **envoi)
    assert refus.status_code == 422
    lu = refus.json()
    assert dit in lu["title"], lu["title"]
    assert a_faire in lu["remede"], lu["remede"]


def test_who_asks_at_the_wrong_address_is_told_the_nearest(ent: Any) -> None:
    """The root of CAS forgotten, a word wrong, another method, a connector that is not there; with the bac's prefix."""
    base = f"/b/{ent.nom}"
    declarer(ent, "pronote", SERVICE)
    for chemin, proche in {
        "/serviceValidate": "/cas/serviceValidate",
        "/ent/cas/login": "/cas/login",
        "/cas/serviceValdate": "/cas/serviceValidate",
        "/api/connecteur/pronote": "/api/connecteurs/{code}",
    }.items():
        assert ent["ent"].get(chemin).json()["remede"] == f"La plus proche est « {base}{proche} »."
    assert ent["ent"].get("/tout/autre/chose/encore").json()["remede"] == "Revenez à l'accueil de l'application."
    refus = ent["ent"].post("/cas/serviceValidate")
    assert (refus.status_code, refus.headers["allow"]) == (405, "GET")
    refus = ent["ent"].post("/api/connecteurs/pronote")
    assert refus.json()["remede"] == "Elle accepte : DELETE, GET, PUT."
    assert "n'a pas de secret" in ent["ent"].post("/api/connecteurs/pronote/secret").json()["title"]
    assert ent["ent"].get("/connecteurs/nouveau/cas", headers=HTML).headers["location"] == f"{base}/connecteurs"
    nu = {"SAMLRequest": "PGEvPg=="}  # <a/>, not deflated
    assert "compressé (DEFLATE)" in ent["ent"].get("/saml/sso", params=nu, headers=HTML).text
    page = ent["ent"].get("/connecteurs/pronote", headers=HTML).text
    assert page.index("Derniers échanges") < page.index("Réglages") < page.index("Fautes demandées")
    assert "Le plus proche est « pronote »" in ent["ent"].get("/api/connecteurs/pronotte").json()["remede"]


def test_php_cas(ent: Any, php: str) -> None:
    """Debian's php-cas reads CAS 3 and obeys a logout request."""
    entrer_et_sortir(ent, php)


def test_passport(ent: Any, node: list[str]) -> None:
    """Passport with its CAS strategy; the site closes what the logout request names."""
    entrer_et_sortir(ent, node[0])


def test_http_cas_client(ent: Any, node: list[str]) -> None:
    """http-cas-client reads CAS 3 and obeys a logout request by itself."""
    entrer_et_sortir(ent, node[1])


def test_passport_cas2(ent: Any, node: list[str]) -> None:
    """passport-cas2 fills Passport's profile; after a ticket that has served it tries once more, then gives up."""
    site = node[2]
    entrer_et_sortir(ent, site)
    page = f"{site}/appli"
    with role(ent, AURORE) as client:
        service = client.get(page)
        assert (service.status_code, "/cas/login?service=" in service.headers["location"]) == (307, True)
        retour = client.get(service.headers["location"]).headers["location"]
        profil = client.get(site + client.get(retour).headers["location"]).json()["attributes"]
        assert profil["name"] == {"familyName": "VALBRUNE", "givenName": "Aurore"}
        assert profil["id"].endswith(f"${AURORE}")
        assert profil["uid"] == ["aurore.valbrune"]
    with httpx.Client(trust_env=False) as perdu:
        suite = perdu.get(retour)
        assert suite.status_code == 307
        assert suite.headers["location"].startswith("/appli?_cas_retry="), "the ticket is taken out"
        assert derniers(ent)[0]["code"] == "INVALID_TICKET"
        encore = retour.replace("?", suite.headers["location"].removeprefix("/appli") + "&")
        repris = perdu.get(encore)
        if repris.status_code == 307:  # the minute has changed, which passport-cas2 counts by
            repris = perdu.get(site + repris.headers["location"] + "&" + retour.partition("?")[2])
        assert repris.status_code == 401
    with role(ent, AURORE) as client:
        client.follow_redirects = True
        entree = client.get(site + suite.headers["location"])
        assert entree.json()["user"] == "aurore.valbrune", "the second try is a new ticket, for the address it computes"
    vus = ent["ent"].get("/api/connecteurs/site/echanges").json()
    assert f"Plus anciens ({len(vus) - 8})" in ent["ent"].get("/connecteurs/site", headers=HTML).text


def derniers(ent: Any) -> Any:
    """The last exchanges of the site."""
    return ent["ent"].get("/api/connecteurs/site/echanges").json()
