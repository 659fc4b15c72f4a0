"""What bacs leave on the disk goes when nobody speaks of it any more."""

from __future__ import annotations

import os
from typing import Any

import httpx
import psycopg
import pytest

from shared.contracts.refus import Refus
from shared.horloge.profils import profil
from shared.persistence import menage
from shared.persistence.acces import base_bac
from shared.persistence.fichiers import MagasinFichiers

BAC = "essai_menage"


def test_a_file_goes_when_no_bac_nor_snapshot_names_it(installation: Any) -> None:
    """Kept: recent, named by a bac, by a snapshot alone, wanted again; drop folders go with their bac."""
    gestion, racine = installation.gestion, installation.implantation.racine
    fichiers = MagasinFichiers(racine / "fichiers")

    def vieux(contenu: bytes) -> str:
        digest = fichiers.deposer(contenu)
        os.utime(fichiers.chemin(digest), (0, 0))
        return digest

    def executer(requete: str, *valeurs: str) -> None:
        with psycopg.connect(gestion.acces.conninfo(base_bac(BAC))) as c:
            c.execute(requete, valeurs)

    def restent(*digests: str) -> list[bool]:
        return [fichiers.chemin(d).exists() for d in digests]

    choisi = profil("nice-2021")
    gestion.creer(BAC, profil=choisi, graine=1, depart=choisi.debut)
    cite, copie, perdu, redemande = (vieux(x) for x in (b"cite", b"copie", b"perdu", b"redemande"))
    neuf = fichiers.deposer(b"neuf")
    ligne = "INSERT INTO ent.journal (instant, sens, genre, nb, nb_refus, libelle, resume, digest)"
    ligne += " VALUES (now(), 'recu', 'essai', 0, 0, '', '{}', %s)"
    executer(ligne, cite)
    executer(ligne, copie)
    gestion.prendre_instantane(BAC, "essai")
    executer("DELETE FROM ent.journal WHERE digest = %s", copie)
    fichiers.deposer(b"redemande")
    for depot in (menage.DEPOT_AAF, menage.DEPOT_GAR):
        (racine / depot / BAC / "x").mkdir(parents=True)
        (racine / depot / "essai_voisin").mkdir()
    with httpx.Client(base_url=installation.implantation.adresses["pilotage"], trust_env=False) as pilotage:
        fait = pilotage.post("/api/bacs/menage").json()
        assert fait["fichiers"] >= 1
        assert fait["octets"] >= len(b"perdu")
        assert restent(cite, copie, perdu, redemande, neuf) == [True, True, False, True, True]
        assert pilotage.delete(f"/api/bacs/{BAC}").status_code == 204
    gestion.balayer(fichiers)
    assert restent(cite, copie, neuf) == [False, False, True]
    for depot in (menage.DEPOT_AAF, menage.DEPOT_GAR):
        assert not (racine / depot / BAC).exists()
        (racine / depot / "essai_voisin").rmdir()


def test_nothing_goes_while_a_base_cannot_be_read(tmp_path: Any, installation: Any) -> None:
    """A bac that is being copied could name any file."""
    fichiers = MagasinFichiers(tmp_path)
    digest = fichiers.deposer(b"peut-etre")
    os.utime(fichiers.chemin(digest), (0, 0))
    ailleurs = installation.gestion.acces.conninfo("bac_qui_n_est_pas_la")
    with pytest.raises(Refus) as refus:
        menage.balayer({"bac_qui_n_est_pas_la": ailleurs}, fichiers)
    assert refus.value.code == "BASE_OCCUPEE"
    assert fichiers.chemin(digest).exists()
