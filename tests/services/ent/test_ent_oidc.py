"""OpenID Connect, read by Authlib and by openid-client: who signs in, what each is told, what is refused and why."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from shared.horloge.profils import profil
from tests.conftest import BacEssai

from . import jeu_ent as jeu
from .clients_cas import sites_node
from .test_ent_cas import HTML, role
from .test_ent_mon_ent import AURORE, CHEF, ILONA, LYCEE, PARTAGE, alimenter

RETOUR = "https://appli.exemple.invalid/retour"
PORTEES = "openid profile email ent"
VERIFIEUR = "v" * 50


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT; each test declares the connectors that it wants."""
    choisi = profil("nice-2021")
    installation.gestion.creer("essai_oidc", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_oidc", pile)
        alimenter(bac, tmp_path_factory.mktemp("oidc"))
        yield bac
    installation.gestion.supprimer("essai_oidc")


def declarer(bac: Any, code: str = "appli", retour: str = RETOUR, **reglages: Any) -> str:
    """An OpenID Connect connector of that ENT, and its secret."""
    corps = {"projet": "essai", "nom": "Appli", "adresses": [retour], "protocole": "oidc", "reglages": reglages}
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text
    return str(bac["ent"].post(f"/api/connecteurs/{code}/secret").json()["secret"])


def adresses(bac: Any, chemin: str = "/.well-known/openid-configuration") -> dict[str, Any]:
    """The discovery document, as a software finds it."""
    return dict(bac["ent"].get(chemin).json())


def logiciel(code: str, secret: str | None, **options: Any) -> OAuth2Client:
    """Authlib's client, as any software would set it."""
    reglages = {"scope": PORTEES, "redirect_uri": RETOUR, "code_challenge_method": "S256", "trust_env": False} | options
    return OAuth2Client(code, secret, **reglages)


def demander(client: httpx.Client, appli: OAuth2Client, ou: dict[str, Any], **options: Any) -> str:
    """Where the ENT sends a browser that is signed in."""
    vers, _ = appli.create_authorization_url(ou["authorization_endpoint"], **options)
    reponse = client.get(vers)
    assert reponse.status_code == 302, reponse.text
    return str(reponse.headers["location"])


def parametres(adresse: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(adresse).query))


def lire(bac: Any, jeton: str, ou: dict[str, Any], nonce: str, code: str = "appli") -> dict[str, Any]:
    """An id_token, verified as OpenID Connect asks: signature, issuer, audience, real dates, nonce."""
    cles = KeySet.import_key_set(bac["ent"].get(ou["jwks_uri"]).json())
    dit = CodeIDToken(
        jwt.decode(jeton, cles).claims,
        {},
        {"iss": {"values": [ou["issuer"]]}, "aud": {"values": [code]}, "nonce": {"value": nonce}},
        {"nonce": nonce, "client_id": code},
    )
    dit.validate(leeway=5)
    return dict(dit)


def derniers(bac: Any, code: str = "appli") -> list[dict[str, Any]]:
    """The last exchanges of a connector, as its page shows them."""
    return list(bac["ent"].get(f"/api/connecteurs/{code}/echanges").json())


@pytest.mark.parametrize(
    ("aaf_id", "login", "profil_sdet", "uais"),
    [
        (ILONA, "ilona.valbrune", "National_ELV", [jeu.UAI]),
        (AURORE, "aurore.valbrune", "National_TUT", [jeu.UAI, LYCEE]),
        (PARTAGE, "berenice.orval", "National_ENS", [jeu.UAI, LYCEE]),
        (CHEF, "odile.savigne", "National_DIR", [jeu.UAI]),
    ],
)
def test_everybody_signs_in(ent: Any, aaf_id: int, login: str, profil_sdet: str, uais: list[str]) -> None:
    """Pupil, parent of two, teacher of two schools, chef: id_token verified, userinfo read, tokens renewed."""
    secret, ou = declarer(ent), adresses(ent)
    with role(ent, aaf_id) as client, logiciel("appli", secret) as appli:
        nonce = f"n-{aaf_id}"
        retour = demander(client, appli, ou, nonce=nonce, code_verifier=VERIFIEUR)
        jetons = appli.fetch_token(ou["token_endpoint"], authorization_response=retour, code_verifier=VERIFIEUR)
        assert parametres(retour)["iss"] == ou["issuer"]
        dit = lire(ent, jetons["id_token"], ou, nonce)
        assert dit["sub"] == f"RENTREE-{aaf_id}"
        fiche = appli.get(ou["userinfo_endpoint"]).json()
        assert fiche["sub"] == dit["sub"]
        assert fiche["preferred_username"] == login
        assert fiche["ENTPersonProfils"] == [profil_sdet]
        assert sorted(fiche["ENTPersonStructRattachRNE"]) == sorted(uais)
        assert fiche.get("enfants", []) == (["7100001", "7100002"] if aaf_id == AURORE else [])
        ancien = jetons["refresh_token"]
        neufs = appli.refresh_token(ou["token_endpoint"])
        assert neufs["refresh_token"] != ancien
        assert neufs["access_token"] != jetons["access_token"]
        assert appli.get(ou["userinfo_endpoint"]).json()["sub"] == dit["sub"]


def test_a_code_is_worth_one_exchange_and_a_replay_takes_all_back(ent: Any) -> None:
    """Exchanged twice: invalid_grant, and the tokens of the first are worth nothing any more."""
    secret, ou = declarer(ent), adresses(ent)
    with role(ent, ILONA) as client, logiciel("appli", secret) as appli, logiciel("appli", secret) as pirate:
        retour = demander(client, appli, ou, code_verifier=VERIFIEUR)
        appli.fetch_token(ou["token_endpoint"], authorization_response=retour, code_verifier=VERIFIEUR)
        with pytest.raises(OAuthError) as refus:
            pirate.fetch_token(ou["token_endpoint"], authorization_response=retour, code_verifier=VERIFIEUR)
        assert refus.value.error == "invalid_grant"
        assert "déjà été échangé" in derniers(ent)[0]["explication"]
        perdu = appli.get(ou["userinfo_endpoint"])
        assert perdu.status_code == 401
        assert 'error="invalid_token"' in perdu.headers["www-authenticate"]
        assert "Ce jeton est retiré" in derniers(ent)[0]["explication"]
        with pytest.raises(OAuthError):
            appli.refresh_token(ou["token_endpoint"])


def test_a_refresh_token_is_worth_one_use(ent: Any) -> None:
    """The one before is refused, and takes its whole family with it."""
    secret, ou = declarer(ent), adresses(ent)
    with role(ent, PARTAGE) as client, logiciel("appli", secret) as appli:
        retour = demander(client, appli, ou, code_verifier=VERIFIEUR)
        vieux = appli.fetch_token(ou["token_endpoint"], authorization_response=retour, code_verifier=VERIFIEUR)
        appli.refresh_token(ou["token_endpoint"])
        with pytest.raises(OAuthError) as refus:
            appli.refresh_token(ou["token_endpoint"], refresh_token=vieux["refresh_token"])
        assert refus.value.error == "invalid_grant"
        assert appli.get(ou["userinfo_endpoint"]).status_code == 401, "the new ones too"


@pytest.mark.parametrize(
    ("quoi", "erreur", "explication"),
    [
        ("verifieur", "invalid_grant", "ne correspond pas au code_challenge"),
        ("sans_verifieur", "invalid_request", "ne s'échange pas sans son code_verifier"),
        ("retour", "invalid_grant", "répétée à l'identique"),
        ("secret", "invalid_client", "son secret n'est pas celui du connecteur"),
        ("methode", "invalid_client", "il se présente dans le corps (client_secret_post), son connecteur déclare"),
        ("json", "unsupported_grant_type", "est annoncé « application/json »"),
        ("code", "invalid_grant", "n'a jamais été donné"),
        ("autre", "invalid_grant", "à un autre connecteur"),
        ("octroi", "unsupported_grant_type", "n'échange que des codes"),
    ],
)
def test_a_wrong_exchange_is_refused_and_explained(ent: Any, quoi: str, erreur: str, explication: str) -> None:
    """Each with the standard error, and a sentence on the connector's page."""
    secret, ou = declarer(ent), adresses(ent)
    voisin = declarer(ent, "voisin") if quoi == "autre" else ""
    with role(ent, ILONA) as client, logiciel("appli", secret) as appli:
        code = parametres(demander(client, appli, ou, code_verifier=VERIFIEUR))["code"]
    corps = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETOUR, "code_verifier": VERIFIEUR}
    corps |= {
        "verifieur": {"code_verifier": "w" * 50},
        "retour": {"redirect_uri": RETOUR + "/"},
        "code": {"code": "OC-1"},
        "octroi": {"grant_type": "password"},
        "methode": {"client_id": "appli", "client_secret": secret},
    }.get(quoi, {})
    if quoi == "sans_verifieur":
        del corps["code_verifier"]
    qui = {"secret": ("appli", "faux"), "autre": ("voisin", voisin), "methode": None}.get(quoi, ("appli", secret))
    envoi: dict[str, Any] = {"json": corps} if quoi == "json" else {"data": corps}
    reponse = httpx.post(ou["token_endpoint"], **envoi, auth=qui, trust_env=False)
    assert (reponse.status_code, reponse.json()["error"]) == (401 if erreur == "invalid_client" else 400, erreur)
    dernier = derniers(ent, "voisin" if quoi == "autre" else "appli")[0]
    assert dernier["code"] == erreur
    assert explication in dernier["explication"]
    assert secret not in dernier["demande"]


def test_nobody_is_sent_where_the_connector_did_not_say(ent: Any) -> None:
    """Another address, an unknown client: a page, never a redirection; the nearest is told, there and on record."""
    declarer(ent)
    base = {"response_type": "code", "client_id": "appli", "scope": "openid", "state": "s"}
    with role(ent, ILONA) as client:
        for retour, dit in {
            RETOUR + "/": "seule la barre finale diffère",
            RETOUR + "?x=1": "à la lettre",
            RETOUR.upper(): "majuscules",
            "https://voleur.invalid/retour": "elle est sur appli.exemple.invalid",
            "": "pas d'adresse de retour",
        }.items():
            page = client.get("oidc/authorize", params=base | {"redirect_uri": retour})
            assert page.status_code == 400, retour
            assert "location" not in page.headers
            assert dit in page.text.replace("&#39;", "'"), retour
            assert dit in derniers(ent)[0]["explication"]
        inconnu = client.get("oidc/authorize", params=base | {"client_id": "apli", "redirect_uri": RETOUR})
        assert inconnu.status_code == 400
        assert "« appli »" in inconnu.text
        sortie = client.get("oidc/logout", params={"post_logout_redirect_uri": "https://voleur.invalid/"})
        assert "voleur" not in sortie.headers["location"]


@pytest.mark.parametrize(
    ("reglages", "demande", "erreur"),
    [
        ({}, {"response_type": "token"}, "unsupported_response_type"),
        ({}, {"scope": "inconnue"}, "invalid_scope"),
        ({}, {"scope": ""}, "invalid_scope"),
        ({"pkce": "exige"}, {}, "invalid_request"),
        ({"pkce": "s256"}, {"code_challenge": "c" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"authentification": "none"}, {}, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_comes_back_as_an_error(
    ent: Any, reglages: dict[str, Any], demande: dict[str, str], erreur: str
) -> None:
    """To the address of return, with the state; and explained."""
    declarer(ent, **reglages)
    base = {"response_type": "code", "client_id": "appli", "redirect_uri": RETOUR, "scope": "openid", "state": "s"}
    with role(ent, ILONA) as client:
        reponse = client.get("oidc/authorize", params=base | demande)
    assert reponse.status_code == 302
    assert reponse.headers["location"].startswith(RETOUR + "?")
    recu = parametres(reponse.headers["location"])
    assert (recu["error"], recu["state"]) == (erreur, "s")
    assert derniers(ent)[0]["code"] == erreur
    assert derniers(ent)[0]["explication"]


def test_who_is_not_signed_in_is_asked_then_sent_on(ent: Any) -> None:
    """authorize → the ENT's own page → the software with its code; prompt=none asks nothing, login asks again."""
    declarer(ent)
    base = {"response_type": "code", "client_id": "appli", "redirect_uri": RETOUR, "scope": "openid", "state": "s"}
    racine = str(ent["ent"].base_url).partition("/b/")[0]
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False) as client:
        muet = client.get("oidc/authorize", params=base | {"prompt": "none"})
        assert parametres(muet.headers["location"])["error"] == "login_required"
        vers = client.get("oidc/authorize", params=base | {"prompt": "login"})
        assert "/mon-ent/connexion?suite=" in vers.headers["location"]
        suite = parametres(vers.headers["location"])["suite"]
        entree = client.post("mon-ent/role", data={"projet": "essai", "aaf_id": ILONA, "suite": suite})
        retour = client.get(racine + entree.headers["location"])
        assert retour.headers["location"].startswith(RETOUR + "?code=OC-")
        assert client.get("oidc/authorize", params=base | {"prompt": "none"}).headers["location"].startswith(RETOUR)
        repris = client.get("oidc/authorize", params=base | {"prompt": "login"})
        assert "/mon-ent/connexion" in repris.headers["location"]


def test_the_life_of_a_code_is_on_the_simulated_clock(bac: Any, tmp_path: Any) -> None:
    """A day later the code is too old; a connector on simulated time gets dates of the simulation."""
    alimenter(bac, tmp_path)
    secret = declarer(bac, heure="simulee")
    ou = adresses(bac)
    with role(bac, ILONA) as client, logiciel("appli", secret) as appli:
        retour = demander(client, appli, ou)
        dit = jwt.decode(
            appli.fetch_token(ou["token_endpoint"], authorization_response=retour)["id_token"],
            KeySet.import_key_set(bac["ent"].get(ou["jwks_uri"]).json()),
        ).claims
        assert dit["iat"] == int(bac.maintenant.timestamp())
        retour = demander(client, appli, ou)
        bac.avancer("24h")
        with pytest.raises(OAuthError) as refus:
            appli.fetch_token(ou["token_endpoint"], authorization_response=retour)
    assert refus.value.error == "invalid_grant"
    assert "600 s à l'horloge simulée" in derniers(bac)[0]["explication"]


def test_a_connector_of_one_bac_gets_nothing_from_another(ent: Any, bac: Any) -> None:
    """Same code, same addresses: another secret, other keys; code and token of one are unknown in the other."""
    secret, ou = declarer(ent), adresses(ent)
    jeu.ouvrir_projet(bac, uais=[jeu.UAI])
    ailleurs, la = declarer(bac), adresses(bac)
    with role(ent, ILONA) as client, logiciel("appli", secret) as appli, logiciel("appli", ailleurs) as autre:
        retour = demander(client, appli, ou)
        with pytest.raises(OAuthError) as refus:
            autre.fetch_token(la["token_endpoint"], authorization_response=retour)
        assert refus.value.error == "invalid_grant"
        jetons = appli.fetch_token(ou["token_endpoint"], authorization_response=retour)
        assert appli.get(la["userinfo_endpoint"]).status_code == 401
        with pytest.raises(OAuthError) as refus:
            logiciel("appli", secret).refresh_token(la["token_endpoint"], refresh_token=jetons["refresh_token"])
        assert refus.value.error == "invalid_client"
    assert ent["ent"].get(ou["jwks_uri"]).json() != bac["ent"].get(la["jwks_uri"]).json()
    assert secret not in ent["ent"].get("/api/connecteurs/appli").text


def test_tokens_are_read_and_taken_back_by_their_connector_alone(ent: Any) -> None:
    """Introspection and revocation: of one's own; of another's, nothing is said."""
    secret, ou = declarer(ent), adresses(ent)
    voisin = declarer(ent, "voisin")
    with role(ent, AURORE) as client, logiciel("appli", secret) as appli, logiciel("voisin", voisin) as autre:
        jetons = appli.fetch_token(
            ou["token_endpoint"], authorization_response=demander(client, appli, ou), code_verifier=None
        )
        acces = jetons["access_token"]
        lu = appli.introspect_token(ou["introspection_endpoint"], token=acces).json()
        assert (lu["active"], lu["username"], lu["client_id"]) == (True, "aurore.valbrune", "appli")
        assert autre.introspect_token(ou["introspection_endpoint"], token=acces).json() == {"active": False}
        assert autre.revoke_token(ou["revocation_endpoint"], token=acces).status_code == 400
        assert appli.revoke_token(ou["revocation_endpoint"], token=jetons["refresh_token"]).status_code == 200
        assert appli.introspect_token(ou["introspection_endpoint"], token=acces).json() == {"active": False}


# --- openid-client (Node.js) ----------------------------------------------------------------------------------------

QUI = {ILONA: "ilona.valbrune", AURORE: "aurore.valbrune", PARTAGE: "berenice.orval", CHEF: "odile.savigne"}


def passer(navigateur: httpx.Client, site: str, chemin: str = "/") -> httpx.Response:
    """Site → ENT → site, as a browser goes."""
    vers = httpx.get(site + chemin, trust_env=False).headers["location"]
    retour = navigateur.get(vers)
    assert retour.status_code == 302, retour.text
    return httpx.get(retour.headers["location"], trust_env=False)


def test_a_site_without_secret_signs_everybody_in(ent: Any) -> None:
    """PKCE alone: pupil, parent, teacher, chef; what is wrong is refused by openid-client, or by the ENT, and told."""
    ou = adresses(ent)
    with sites_node(ou["issuer"], "node", "none", script="oidc.mjs", adresses=1) as (site,):
        declarer(ent, "node", f"{site}/retour", authentification="none", pkce="s256")
        for aaf_id, login in QUI.items():
            with role(ent, aaf_id) as navigateur:
                lu = passer(navigateur, site).json()
                assert lu["fiche"]["preferred_username"] == login, lu
                assert lu["dit"]["sub"] == lu["renouvele"] == lu["fiche"]["sub"]
                assert lu["neuf"], "refresh tokens are worth one use"
        with role(ent, ILONA) as navigateur:
            assert '"state"' in passer(navigateur, site, "/?faux=state").json()["message"]
            assert '"nonce"' in passer(navigateur, site, "/?faux=nonce").json()["message"]
            assert passer(navigateur, site, "/?faux=verifieur").json()["erreur"] == "invalid_grant"
        assert "code_challenge" in derniers(ent, "node")[0]["explication"]


@pytest.mark.parametrize("famille", ["standard", "apereo"])
def test_a_site_is_told_that_the_session_closes(ent: Any, famille: str) -> None:
    """With its secret; the logout token is read by jose, and the tokens of that session are worth nothing."""
    ou = adresses(ent, {"standard": "", "apereo": "/cas/oidc"}[famille] + "/.well-known/openid-configuration")
    secret = declarer(ent, "site")
    with sites_node(ou["issuer"], "site", secret, script="oidc.mjs", adresses=1) as (site,):
        reglages = {"authentification": "client_secret_post", "prereglage": famille}
        corps = {"projet": "essai", "nom": "Site", "adresses": [f"{site}/retour"], "protocole": "oidc"}
        corps["reglages"] = reglages | {"rappel_deconnexion": f"{site}/sortie", "retours_deconnexion": [f"{site}/fin"]}
        assert ent["ent"].put("/api/connecteurs/site", json=corps).status_code == 200
        with role(ent, AURORE) as navigateur:
            sub = passer(navigateur, site).json()["dit"]["sub"]
            assert httpx.get(f"{site}/connus", trust_env=False).json() == [sub]
            sortie = navigateur.get(
                ou["end_session_endpoint"],
                params={"client_id": "site", "post_logout_redirect_uri": f"{site}/fin", "state": "x"},
            )
            assert sortie.headers["location"] == f"{site}/fin?state=x"
            assert "/mon-ent/connexion" in navigateur.get("mon-ent").headers["location"]
        assert httpx.get(f"{site}/connus", trust_env=False).json() == []
        assert derniers(ent, "site")[0]["genre"] == "deconnexion"


def test_a_form_of_another_site_is_taken_where_it_acts_by_no_cookie(ent: Any) -> None:
    """authorize and logout by POST from another host become links of ours; a sign-in from there stays refused."""
    declarer(ent)
    ailleurs = HTML | {"origin": "https://appli.exemple.invalid"}
    base = {"response_type": "code", "client_id": "appli", "redirect_uri": RETOUR, "scope": "openid", "state": "s"}
    with httpx.Client(base_url=ent["ent"].base_url, headers=ailleurs, verify=False) as client:
        for chemin in ("oidc/authorize", "cas/oidc/oidcAuthorize", "oidc/logout"):
            suite = client.post(chemin, data=base)
            assert suite.status_code == 303
            assert parametres(suite.headers["location"]) == base
        assert client.post("saml/sso", data={"SAMLRequest": "x"}).status_code == 422
        for chemin in ("mon-ent/role", "mon-ent/connexion", "oidc/token", "saml/acs", "educonnect/guichet/personne"):
            assert "ORIGINE_REFUSEE" in client.post(chemin, data=base).text, chemin


def test_guesses_of_a_password_are_slowed_down(ent: Any) -> None:
    """Ten wrong passwords for one account, then it waits; another account does not."""
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False) as client:

        def essayer(login: str) -> int:
            champs = {"projet": "essai", "login": login, "mot_de_passe": "faux"}
            return client.post("mon-ent/connexion", data=champs).status_code

        assert [essayer("personne.ici") for _ in range(12)] == [401] * 10 + [429] * 2
        assert essayer("quelqu.un") == 401
