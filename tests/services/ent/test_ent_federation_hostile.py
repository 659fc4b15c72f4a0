"""What nobody should send to the addresses of OpenID Connect and SAML: refused by name, never a fault of ours."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from tests.conftest import BacEssai

from . import jeu_ent as jeu
from .test_ent_oidc import RETOUR, declarer

TEXTES = ["", "é", "x" * 5000, "\n😀"]
ENTETES = [b"Basic !!!", b"Basic OjpB", b"Basic " + b"x" * 400, b"Bearer a b c", "Basic é".encode(), b"Bearer", b"\xff"]
DEMANDE = ("client_id", "redirect_uri", "response_type", "scope", "nonce", "prompt", "max_age", "code_challenge")
ECHANGE = (
    "client_id",
    "client_secret",
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
)


def test_odd_texts_are_refused_by_name(bac: Any) -> None:
    """Each field in turn, each header: 302 with an error, 400, 401, 403, 404, 413, 422; never 500, never a way in."""
    jeu.ouvrir_projet(bac, uais=[jeu.UAI])
    secret, ent = declarer(bac), bac["ent"]
    demande = {"response_type": "code", "client_id": "appli", "redirect_uri": RETOUR, "scope": "openid", "state": "s"}
    echange = {"client_id": "appli", "client_secret": secret, "code": "OC-1", "refresh_token": "RT-1"}
    for texte in TEXTES:
        for champ in DEMANDE:
            assert ent.get("/oidc/authorize", params=demande | {champ: texte}).status_code in (302, 400), (champ, texte)
        for champ in ECHANGE:
            for octroi in ("authorization_code", "refresh_token"):
                dit = {"grant_type": octroi} | echange | {champ: texte}
                assert ent.post("/oidc/token", data=dit).status_code in (400, 401), (champ, texte)
        assert ent.post("/oidc/introspect", data=echange | {"token": texte}).status_code in (400, 401)
        sortie = ent.get("/oidc/logout", params={"id_token_hint": texte, "post_logout_redirect_uri": RETOUR})
        assert sortie.headers["location"].endswith("/mon-ent/connexion")
        for chemin in ("saml/sso", "saml/slo", "educonnect/guichet/sso"):
            assert ent.get(f"/{chemin}", params={"SAMLRequest": texte}).status_code == 422, (chemin, texte)
            assert ent.post(f"/{chemin}", data={"SAMLRequest": texte}).status_code == 422, (chemin, texte)
        assert ent.post("/saml/acs", data={"SAMLResponse": texte, "RelayState": texte}).status_code == 422
        assert ent.get("/saml/suite", params={"demande": texte}).status_code == 404
        assert ent.post("/saml/choix", data={"cle": texte, "aaf_id": "1"}).status_code in (404, 422)
    for entete in ENTETES:
        for methode, chemin in (("POST", "token"), ("GET", "userinfo"), ("POST", "revoke")):
            reponse = ent.request(methode, f"/oidc/{chemin}", headers={"authorization": entete})
            assert reponse.status_code in (400, 401), (entete, chemin)
    assert ent.post("/oidc/token", data={"code": "x" * 100_000}).status_code == 413
    assert ent.post("/saml/acs", data={"SAMLResponse": "x" * 500_000}).status_code == 413
    for chemin in ("educonnect/x/metadonnees", "saml/federation/x", "saml/initier/appli", "saml/initier/x"):
        assert ent.get(f"/{chemin}").status_code == 404, chemin


def test_a_copy_of_a_bac_takes_nothing_of_its_model(bac: Any) -> None:
    """The connector is there; its secret is not, nor the tokens that it had, and what it signs is of another key."""
    jeu.ouvrir_projet(bac, uais=[jeu.UAI])
    secret = declarer(bac)
    ici = bac["ent"].get("/oidc/jwks").json()
    assert bac["pilotage"].post(f"/api/bacs/{bac.nom}/instantanes", json={}).status_code == 201
    copie = f"{bac.nom}_copie"
    fait = bac["pilotage"].post("/api/bacs", json={"nom": copie, "modele": {"bac": bac.nom}})
    assert fait.status_code == 201, fait.text
    essai = {"client_id": "appli", "client_secret": secret, "token": "AT-1"}
    try:
        with ExitStack() as pile:
            la = BacEssai(bac.installation, copie, pile)
            for la_bas, statut in ((la, 401), (bac, 200)):
                reponse = la_bas["ent"].post("/oidc/introspect", data=essai, auth=("appli", secret))
                assert reponse.status_code == statut, reponse.text
            assert la["ent"].get("/api/connecteurs/appli").json()["nom"] == "Appli"
            assert la["ent"].get("/oidc/jwks").json() != ici
            assert bac["ent"].get("/oidc/jwks").json() == ici, "and ours is the same as ever"
    finally:
        bac.installation.gestion.supprimer(copie)
