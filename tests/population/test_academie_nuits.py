"""A small académie in a bac: its feed, valid and imported without a refusal, is the same with one worker and two."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rentree.chargement import academie
from rentree.chargement.chargeur import Bac
from rentree.installation.ouvrier import Ouvrier
from rentree.installation.registre import declarations
from shared.contracts.refus import Refus
from shared.formats.aaf.verification import verifier_alimentation
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from tests.conftest import BacEssai

NICE = profil("nice-2021")
NOM = "academie_essai"
ETABLISSEMENTS, ELEVES = 6, 600


@dataclass
class Jouee:
    """What the nights of the académie gave: the archives of one worker and of two, what the ENT says."""

    cible: Bac
    rempli: academie.Rempli
    archives: list[bytes]
    imports: list[dict[str, Any]]
    bilan: dict[str, Any]
    erreurs: list[dict[str, Any]]


@pytest.fixture(scope="module")
def jouee(installation: Any) -> Iterator[Jouee]:
    """Six schools, two nights with one worker; then back before them, and again with two."""
    depart = NICE.debut + timedelta(weeks=4)
    installation.gestion.creer(NOM, profil=NICE, graine=1, depart=depart)
    lieu, transport = installation.implantation, nouveau_transport()
    with ExitStack() as pile:
        pile.callback(transport.close)
        bac = BacEssai(installation, NOM, pile)
        clients = Clients(lieu.adresses, lieu.jeton_interne, transport, NOM)
        cible = Bac(NOM, clients, NICE, depart.astimezone(NICE.zone_horaire).date())
        demande = academie.parametres_pour(cible, ETABLISSEMENTS, ELEVES, 3)
        rempli = academie.remplir(cible, demande, avance=lambda fait, total: None)
        assert bac["pilotage"].post(f"/api/bacs/{NOM}/instantanes", json={"libelle": "avant"}).status_code == 201
        archives = [_nuits(bac)]
        code = academie.PROJET_ACADEMIE
        imports = bac["ent"].get(f"/api/projets/{code}/imports").json()
        bilan = bac["ent"].get(f"/api/projets/{code}/bilan").json()
        erreurs = bac["pilotage"].get("/api/journal", params={"limite": 500}).json()
        assert bac["pilotage"].post("/api/horloge/retour", json={}).status_code == 200
        second = Ouvrier(lieu, declarations())
        fil = threading.Thread(target=second.tourner, daemon=True)
        fil.start()
        try:
            archives.append(_nuits(bac))
        finally:
            second.arreter()
            fil.join(10)
        yield Jouee(cible, rempli, archives, imports, bilan, erreurs)
    installation.gestion.supprimer(NOM)


def _nuits(bac: BacEssai) -> bytes:
    """Advance to the import in the ENT; the archive of the first feed."""
    bac.avancer("48h")
    reponse = bac["aaf"].get(f"/api/projets/{academie.PROJET_ACADEMIE}/alimentations/1/archive")
    assert reponse.status_code == 200, reponse.text
    return reponse.content


def test_the_feed_is_accepted_by_its_dtd(jouee: Jouee, tmp_path: Path) -> None:
    """Every request is valid, every reference is found, the manifest tells the truth: nothing is remarked."""
    chemin = tmp_path / "ENT-ACADEMIE_Complet_20210922.tar.gz"
    chemin.write_bytes(jouee.archives[0])
    assert [r.code for r in verifier_alimentation(chemin)] == []


def test_the_feed_is_imported_without_a_refusal(jouee: Jouee) -> None:
    """The ENT applies it whole: every pupil has an account, no record is refused, no reference dangles."""
    (fait,) = jouee.imports
    assert fait["etat"] == "applique"
    assert fait["compteurs"]["fiches_refusees"] == 0
    assert fait["compteurs"]["references_manquantes"] == {}
    assert fait["compteurs"]["recues"]["Eleve"] == ELEVES


def test_two_workers_write_the_same_feed(jouee: Jouee) -> None:
    """The archives are the same bytes, whoever did which part."""
    assert jouee.archives[0] == jouee.archives[1]


def test_the_counts_are_those_of_the_population(jouee: Jouee) -> None:
    """What the command says was given is what was asked for."""
    assert jouee.rempli.comptes["eleves"] == ELEVES
    assert jouee.rempli.projets == {academie.PROJET_ACADEMIE: ETABLISSEMENTS}


def test_a_bac_that_has_schools_is_refused(jouee: Jouee) -> None:
    """An académie is not added to another: the refusal says to take a new bac."""
    with pytest.raises(Refus) as refus:
        academie.remplir(jouee.cible, academie.parametres_pour(jouee.cible, 6, 600, 1), avance=lambda f, t: None)
    assert refus.value.code == "BAC_OCCUPE"
    assert "--creer" in (refus.value.remede or "")
