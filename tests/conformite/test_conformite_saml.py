"""The catalogue of SAML 2 service providers: pysaml2 passes, one that believes what it reads goes red."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pytest

from rentree.conformite.catalogue import Bilan, jouer
from rentree.conformite.connexion import Banc
from rentree.conformite.monde import MondeDEssai
from rentree.conformite.saml import CATALOGUE, PORTE

from .client_saml import ClientSaml


@pytest.fixture
def xmlsec() -> str:
    """The command that pysaml2 verifies signatures with."""
    trouve = shutil.which("xmlsec1")
    if trouve is None:
        pytest.skip("xmlsec1 is missing: type « apt-get install -y xmlsec1 ».")
    return trouve


def eprouver(monde: MondeDEssai, client: ClientSaml, titres: Sequence[str]) -> Bilan:
    """Play some of the catalogue."""
    monde.oublier()
    monde.declarer([client.acs], "saml", {"entite": client.entite, "nom": "login"})
    client.regler(monde.racine_ent)
    banc = Banc(monde, f"{client.adresse}/prive", PORTE, None, patience=20, deconnexion=False)
    choisis = [c for c in CATALOGUE if c.titre in titres]
    return jouer(Bilan("saml", client.adresse), choisis, banc, lambda v: None, monde.echanges)


def test_pysaml2_passes(monde: MondeDEssai, xmlsec: str) -> None:
    """Everybody signs in; no response that is changed, for another, or used, opens anything."""
    sus = ["Deux personnes à la fois", "Après les fautes", "Session neuve"]
    sus += [c.titre for c in CATALOGUE if c.titre.startswith("Se connecte")][1:4]
    with ClientSaml(xmlsec) as client:
        bilan = eprouver(monde, client, [c.titre for c in CATALOGUE if c.titre not in sus])
    restent = [(v.titre, v.etat, v.constat) for v in bilan.verdicts if v.etat != "reussi"]
    assert [t for t, *_ in restent] == ["Déconnexion par l'ENT"], restent


def test_one_that_believes_what_it_reads_goes_red(monde: MondeDEssai, xmlsec: str) -> None:
    """Every case of a forged, used or foreign response fails; those of what it does right do not."""
    forges = {
        "Réponse déjà utilisée",
        "Réponse destinée à un autre navigateur",
        "Réponse destinée à un autre logiciel",
        "Nom changé sous la signature",
        "Signatures retirées",
        "Assertion signée mise de côté, une fausse à sa place",
    }
    with ClientSaml(xmlsec, "croit_le_xml") as client:
        bilan = eprouver(monde, client, [*forges, "Page protégée", "Se connecte : un élève", "Réponse illisible"])
    assert {v.titre for v in bilan.verdicts if v.etat == "echoue"} == forges, [v.constat for v in bilan.verdicts]
