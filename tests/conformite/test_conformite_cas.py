"""The catalogue of CAS clients: django-cas-ng passes it, clients that are wrong in one way go red for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rentree.conformite.cas import CATALOGUE, PORTE
from rentree.conformite.catalogue import Bilan, jouer
from rentree.conformite.connexion import Banc
from rentree.conformite.monde import MondeDEssai
from shared.contracts.refus import Refus

from .client_cas import ClientCas

DJANGO = Path(__file__).parent.parent / "services" / "ent" / "appli_django.py"


def eprouver(monde: MondeDEssai, cible: str, codes: Sequence[str] = (), **options: Any) -> Bilan:
    """Play the catalogue, or some of it, against a protected page."""
    monde.oublier()
    monde.declarer([cible.rpartition("/")[0] + "/"], "cas", {})
    banc = Banc(monde, cible, PORTE, None, patience=10, lenteur=1, **options)
    choisis = [c for c in CATALOGUE if not codes or c.code in codes]
    return jouer(Bilan("cas", cible), choisis, banc, lambda v: None, monde.echanges)


def rouges(bilan: Bilan) -> set[str]:
    """The titles of those that failed."""
    return {v.titre for v in bilan.verdicts if v.etat == "echoue"}


def test_django_cas_ng_passes(monde: MondeDEssai, tmp_path: Path) -> None:
    """Real software, unmodified: nobody gets in who must not; what it answers by an error 500 is to be looked at."""
    commande = [sys.executable, str(DJANGO), f"{monde.racine_ent}/cas/", "0", str(tmp_path)]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True) as appli:
        try:
            assert appli.stdout is not None
            bilan = eprouver(monde, f"{appli.stdout.readline().strip()}/prive")
        finally:
            appli.terminate()
    assert rouges(bilan) == set()
    revus = {v.titre for v in bilan.verdicts if v.etat == "averti"}
    assert revus == {"Réussite qui ne nomme personne", "Réponse coupée", "Réponse vide", "Erreur 500 de l'ENT"}
    assert bilan.combien("reussi") == len(CATALOGUE) - len(revus)
    entree = next(v for v in bilan.verdicts if v.titre == "Se connecte : un élève")
    assert any("<cas:user>" in x for x in entree.echanges), "the report holds what was exchanged"


def test_a_right_client_passes(monde: MondeDEssai) -> None:
    """A client of a few lines that does what it must: nothing to look at again, where django-cas-ng has."""
    titres = ("Réponse coupée", "Réponse vide", "Erreur 500 de l'ENT", "Réussite qui ne nomme personne")
    with ClientCas(f"{monde.racine_ent}/cas/") as client:
        bilan = eprouver(monde, f"{client.adresse}/prive", [c.code for c in CATALOGUE if c.titre in titres])
    assert [v.etat for v in bilan.verdicts] == ["reussi"] * 4, [v.constat for v in bilan.verdicts]


@pytest.mark.parametrize(
    ("defaut", "attendus"),
    [
        ("lit_le_refus", {"Refus dont le texte cite une réussite"}),
        ("garde_le_dernier", {"Ticket inventé", "Ticket expiré", "Validation refusée : INVALID_TICKET"}),
        ("ignore_service", {"Ticket d'un autre service, service soufflé"}),
        ("ne_valide_pas_deux_fois", {"Ticket déjà utilisé"}),
        ("sourd", {"Déconnexion unique"}),
        ("se_ferme", {"Fausse déconnexion"}),
    ],
)
def test_a_client_that_is_wrong_goes_red(monde: MondeDEssai, defaut: str, attendus: set[str]) -> None:
    """The case of what it does wrong fails; those of what it does right do not."""
    droits = {"CAS-01", "CAS-02"}
    codes = [c.code for c in CATALOGUE if c.titre in attendus or c.code in droits]
    with ClientCas(f"{monde.racine_ent}/cas/", defaut) as client:
        bilan = eprouver(monde, f"{client.adresse}/prive", codes)
    assert rouges(bilan) == attendus, {v.titre: v.constat for v in bilan.verdicts}


def test_an_open_page_is_seen(monde: MondeDEssai) -> None:
    """A page that anybody opens is no protected page."""
    with ClientCas(f"{monde.racine_ent}/cas/", "ouvert") as client:
        assert "Page protégée" in rouges(eprouver(monde, f"{client.adresse}/prive", ["CAS-01"]))


def test_the_bac_of_somebody_is_not_taken(monde: MondeDEssai) -> None:
    """A run remakes its own bac only."""
    with pytest.raises(Refus) as refus:
        MondeDEssai.preparer(monde.clients, "http://127.0.0.1", "principal")
    assert refus.value.code == "BAC_EXISTE"
