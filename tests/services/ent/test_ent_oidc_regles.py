"""What OpenID Connect tells of a pupil, a parent, a teacher of two schools, a chef: rules alone, no server."""

from __future__ import annotations

import pytest

from services.ent.acces import ACCES
from services.ent.rules import oidc as rules
from services.ent.rules.oidc_refus import expliquer, mauvais_retour
from services.ent.rules.oidc_reglages import FAMILLES, VERSIONS, ReglagesOidc
from services.ent.rules.protocoles import champs, lire_formulaire
from shared.contracts.refus import Refus

from .test_ent_cas_corps import GENS


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("qui", GENS)
def test_userinfo_of_each_version(qui: str, version: str) -> None:
    """Each version has its own fields: a class and a school flattened, lists, nodes of the schools, standard claims."""
    dit = rules.fiche(GENS[qui], "openid profile ent", "x", ReglagesOidc(prereglage="entcore"), version)
    propres = {
        "oidc1.0": ("sub", "given_name"),
        "1.0": ("classId", "schoolName", "level", "authorizedActions"),
        "1.1": ("classId", "structureIds"),
        "2.0": ("classes", "structures", "children"),
        "2.1": ("classes", "structures", "children"),
        "3.0": ("manualGroups", "structureNodes", "functions"),
    }
    assert all(nom in dit for nom in propres[version])
    assert ("structureIds" in dit) is (version == "1.1")
    types = {"eleve": "ELEVE", "parent": "PERSRELELEVE", "enseignant": "ENSEIGNANT", "chef": "PERSEDUCNAT"}
    assert dit.get("type", types[qui]) == types[qui]


def test_a_version_is_asked_for_by_the_address_or_by_accept() -> None:
    """`?version=` before `Accept`, before the connector's setting, before its family's."""
    r = ReglagesOidc(prereglage="entcore")
    assert rules.version_demandee("application/json;version=3.0", "2.0", r) == "2.0"
    assert rules.version_demandee("application/json;version=3.0", "", r) == "3.0"
    assert rules.version_demandee("*/*", "inconnue", r) == "1.0"
    assert rules.version_demandee("", "", ReglagesOidc(version_userinfo="1.1")) == "1.1"


@pytest.mark.parametrize("famille", FAMILLES)
def test_the_kind_of_ent_chooses_who_sub_is_and_what_is_told(famille: str) -> None:
    """sub is never empty, whatever the setting; Apereo puts lists under `attributes`; an id_token holds little."""
    r = ReglagesOidc(prereglage=famille)  # type: ignore[arg-type]
    parent = GENS["parent"]
    attendu = {"standard": "RENTREE-8", "entcore": "RENTREE-8", "apereo": "aurore.valbrune", "laclasse": "u-8"}
    sub = rules.sujet(parent, "appli", r)
    assert sub == attendu.get(famille, sub)
    assert rules.sujet(parent, "appli", ReglagesOidc(sub="mel")) == "u-8", "nobody is told as an empty text"
    autre = ReglagesOidc(sub="par_connecteur")
    assert rules.sujet(parent, "appli", autre) != rules.sujet(parent, "autre", autre)
    dit = rules.fiche(parent, "openid profile ent", "appli", r, "oidc1.0")
    ou = dit["attributes"] if famille == "apereo" else dit
    assert ou["ENTPersonProfils"] == ["National_TUT"]
    assert set(rules.identite(parent, "openid", r)) <= set(FAMILLES[famille].identite)


def test_a_connector_is_told_what_it_is_allowed_and_asked_for() -> None:
    """No scope, no claim; a list of claims allowed leaves the others out."""
    enseignant = GENS["enseignant"]
    assert set(rules.fiche(enseignant, "openid", "x", ReglagesOidc(), "oidc1.0")) == {"sub"}
    r = ReglagesOidc(revendications=["email"], codes="les_deux")
    assert set(rules.fiche(enseignant, "openid profile email ent gar", "x", r, "oidc1.0")) == {"sub", "email"}
    dit = rules.normalisees(enseignant, "ent gar", ReglagesOidc(codes="les_deux"))
    assert dit["ENTPersonProfils"] == ["National_ENS", "National_3"]
    assert dit["GARPersonIdentifiant"] == "u-9"


def test_the_form_of_a_connector_is_that_of_its_settings() -> None:
    """Each field has a title; what the form gives is a valid set of settings; an address must be one."""
    assert all(c.libelle != c.nom for c in champs(ReglagesOidc) if c.nom not in ("sub",))
    lus = lire_formulaire(ReglagesOidc, {"pkce": "s256", "retours_deconnexion": "https://a.invalid/f", "sub": ""})
    r = ReglagesOidc.model_validate(lus)
    assert (r.pkce, r.retours_deconnexion, r.renouvellement) == ("s256", ["https://a.invalid/f"], False)
    for faux in ({"rappel_deconnexion": "ftp://a.invalid"}, {"retours_deconnexion": ["javascript:alert(1)"]}):
        with pytest.raises(Refus):
            ReglagesOidc.model_validate(faux)


def test_every_refusal_has_a_sentence() -> None:
    """By its description, else by its code; an address of return is told what differs from the nearest."""
    assert "code_verifier" in expliquer("invalid_grant", "Code challenge failed.")
    assert "bac" in expliquer("invalid_grant", "")
    assert "majuscules" in mauvais_retour("https://a.invalid/R", ["https://a.invalid/r"], "A")
    assert "sur b.invalid" in mauvais_retour("https://b.invalid/r", ["https://a.invalid/r"], "A")


def test_who_may_ask_what() -> None:
    """Software asks without any right of Rentrée; to say who comes to a guichet, one conducts the simulation; a
    connector and its secret are those of who runs the project."""
    for methode, chemin in (
        ("GET", "/.well-known/openid-configuration"),
        ("POST", "/oidc/token"),
        ("GET", "/auth/oauth2/userinfo"),
        ("GET", "/cas/oidc/jwks"),
        ("POST", "/saml/sso"),
        ("GET", "/sso/samlMetadata"),
        ("GET", "/educonnect/guichet/metadonnees"),
    ):
        assert ACCES.exigence(methode, chemin).libre, chemin
    for methode in ("GET", "POST"):
        exigence = ACCES.exigence(methode, "/educonnect/guichet/personne")
        assert (exigence.libre, exigence.droit) == (False, "simulation")
        assert ACCES.exigence(methode, "/api/connecteurs/appli/secret").droit == "ent.projet"
    for chemin in ("/oidc/token", "/saml/acs", "/mon-ent/connexion", "/saml/choix", "/cas/logout"):
        assert not ACCES.exigence("POST", chemin).ailleurs, f"{chemin}: a form of another site acts by a cookie"
