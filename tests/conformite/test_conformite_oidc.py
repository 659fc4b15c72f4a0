"""The catalogue of OpenID Connect clients: one made with Authlib passes, those wrong in one way go red for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rentree.conformite.catalogue import Bilan, jouer
from rentree.conformite.connexion import Banc
from rentree.conformite.monde import MondeDEssai
from rentree.conformite.oidc import CATALOGUE, PORTE

from .client_oidc import ClientOidc


def eprouver(monde: MondeDEssai, client: ClientOidc, titres: Sequence[str] = ()) -> Bilan:
    """Play the catalogue, or some of it."""
    monde.oublier()
    monde.declarer([f"{client.adresse}/retour"], "oidc", {"sub": "login"})
    client.regler(monde.secret())
    banc = Banc(monde, f"{client.adresse}/prive", PORTE, None, patience=10, lenteur=1, deconnexion=False)
    choisis = [c for c in CATALOGUE if not titres or c.titre in titres]
    return jouer(Bilan("oidc", client.adresse), choisis, banc, lambda v: None, monde.echanges)


def test_a_client_made_with_authlib_passes(monde: MondeDEssai) -> None:
    """Everybody signs in, nobody does who must not; without a back channel, its case is left out."""
    sus = (
        "Réponse lente",
        "Après les fautes",
        "Deux personnes à la fois",
        "Session neuve",
        "Erreur 500 de l'ENT",
        "Réponse vide",
        "Réponse coupée",
    )
    sus += tuple(c.titre for c in CATALOGUE if c.titre.startswith("Se connecte"))[1:4]
    with ClientOidc(monde.racine_ent) as client:
        bilan = eprouver(monde, client, [c.titre for c in CATALOGUE if c.titre not in sus])
    autres = [(v.titre, v.etat, v.constat) for v in bilan.verdicts if v.etat != "reussi"]
    assert [t for t, *_ in autres] == ["Déconnexion par l'ENT"], autres
    assert bilan.conforme


@pytest.mark.parametrize(
    ("defaut", "attendus"),
    [
        ("sans_state", {"State changé", "State absent", "Réponse destinée à un autre navigateur"}),
        ("sans_signature", {"id_token à la signature fausse"}),
    ],
)
def test_a_client_that_is_wrong_goes_red(monde: MondeDEssai, defaut: str, attendus: set[str]) -> None:
    """The cases of what it does wrong fail, and they alone."""
    with ClientOidc(monde.racine_ent, defaut) as client:
        bilan = eprouver(monde, client, [*attendus, "Page protégée", "Se connecte : un chef d'établissement"])
    assert {v.titre for v in bilan.verdicts if v.etat == "echoue"} == attendus, [v.constat for v in bilan.verdicts]
