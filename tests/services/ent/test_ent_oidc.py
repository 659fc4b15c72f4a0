"""OpenID Connect, read by Authlib's own client: who signs in, what each is told, what is refused and how it is told."""

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
from .ecoute import ecouter
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
    """An id_token, verified as OpenID Connect asks: signature, issuer, audience, dates against the real clock, nonce."""
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
