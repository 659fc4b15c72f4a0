"""From remontées to feeds, night after night: what comes out, what a delta says, what stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.formats.aaf import Ajout, Operation, lire_alimentation, verifier_alimentation

from . import jeu_aaf as jeu


@pytest.fixture
def chaine(bac: Any) -> Iterator[Any]:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


def archive(chaine: Any, numero: int, tmp_path: Path) -> Path:
    reponse = chaine.aaf.get(f"/api/projets/ENT96/alimentations/{numero}/archive")
    assert reponse.status_code == 200, reponse.text
    chemin = tmp_path / f"{numero}.tar.gz"
    chemin.write_bytes(reponse.content)
    return chemin


def personnes(chaine: Any, numero: int, tmp_path: Path) -> list[Operation]:
    """The operations on persons of a feed, after checking it whole."""
    chemin = archive(chaine, numero, tmp_path)
    assert verifier_alimentation(chemin) == []
    return [o for o in lire_alimentation(chemin) if o.categorie.value in ("Eleve", "PersRelEleve", "PersEducNat")]


def depart(chaine: Any) -> None:
    """A small school and its staff."""
    chaine.bee(
        jeu.A,
        eleves=[jeu.eleve(1, groupes=("3AGR1", "3LAT")), jeu.eleve(2, "3B")],
        responsables=[jeu.responsable(1), jeu.responsable(2)],
        liens=[jeu.lien(1, 1), jeu.lien(2, 2)],
        services=jeu.services(jeu.A, ("3A", "D", 1), ("3LAT", "G", 1), ("3B", "D", 2), pp={1: ("3A",)}),
    )
    chaine.sts(jeu.A, jeu.enseignant(1), jeu.enseignant(2))
    chaine.rectorat(
        jeu.A,
        jeu.agent(1, jeu.A),
        jeu.agent(2, jeu.A),
        jeu.agent(3, jeu.A, fonction="DIR"),
        jeu.agent(4, jeu.A, fonction="ADF", source="gigc"),
    )


def test_the_first_feed(chaine: Any, tmp_path: Path) -> None:
    """The first feed is complete, valid, and says of each person what the sources said."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(1)
    assert chaine.alimentations() == []
    chaine.jusqu_a(1)
    (a,) = chaine.alimentations()
    assert (a["numero"], a["type"], a["nom"]) == (1, "Complet", "ENT96_Complet_20210825.tar.gz")
    operations = personnes(chaine, 1, tmp_path)
    assert {type(o) for o in operations} == {Ajout}
    par_id = {o.id: o for o in operations}
    n = chaine.numeros()
    assert n[jeu.A] == "1001"
    un = par_id[n[jeu.ine(1)]]
    assert un.valeurs_de("ENTEleveGroupes") == ("1001$3AGR1", "1001$3LAT")
    assert un.valeurs_de("ENTEleveClasses") == ("1001$3A",)
    assert un.valeur("ENTElevePersRelEleve") == f"{n['400001']}$10$1$1$0$1"
    assert par_id[n["400001"]].valeurs_de("ENTAuxPersRelEleveEleve") == (n[jeu.ine(1)],)
    prof = par_id[n["701"]]
    assert prof.valeurs_de("ENTAuxEnsClassesMatieres") == ("1001$3A$061300",)
    assert prof.valeurs_de("ENTAuxEnsGroupesMatieres") == ("1001$3LAT$061300",)
    assert prof.valeurs_de("ENTAuxEnsClassesPrincipal") == ("1001$3A",)
    assert prof.valeur("ENTPersonFonctions") == "1001$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES"
    assert par_id[n["703"]].valeur("ENTPersonFonctions") == "1001$DIR$DIRECTION$-$SANS OBJET"
    assert par_id[n["704"]].valeur("ENTPersonCategorieEnseignant") == "N"
