"""Deltas applied in order to the previous complete feed give exactly the next one, over random years of school life.

The use cases of the AAF themselves, night after night, on what a model of three schools sends up (`vie_scolaire`).
RENTREE_ANNEES=300 tries as many years; by default a few, always the same.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.aaf.use_cases import projets
from shared.formats.aaf import (
    Ajout,
    Categorie,
    Enregistrement,
    appliquer_delta,
    lire_alimentation,
    verifier_alimentation,
)
from shared.formats.aaf.delta import Cle

from .veilleur import Veilleur, le
from .vie_scolaire import ECOLES, GESTES, Vie

ANNEES = int(os.environ.get("RENTREE_ANNEES", "0"))
PROJET = "ENT96"
Etat = dict[Cle, Enregistrement]

chiffre = st.integers(0, 11)
gestes = st.lists(st.tuples(st.sampled_from(GESTES), chiffre, chiffre, chiffre), max_size=5)
reglages = st.sampled_from(["", "", "", "complet", "perimetre", "taille"])
nuits = st.lists(st.tuples(st.integers(1, 9), gestes, reglages, chiffre), min_size=3, max_size=8)
DEPARTS = (date(2022, 3, 1), date(2022, 8, 9))
"""In the year, and just before the AAF changes year."""


def regler(veilleur: Veilleur, instant: datetime, reglage: str, n: int) -> None:
    """Ask for a complete feed, change the perimeter or the size of the files."""
    with veilleur.a(instant) as u:
        if reglage == "complet":
            projets.demander_complet(u, PROJET)
        elif reglage == "perimetre":
            uais = [uai for i, uai in enumerate(ECOLES) if (n or 7) >> i & 1] or [ECOLES[0]]
            projets.modifier_projet(u, PROJET, "", uais, projets.Forme(max_par_fichier=3))
        elif reglage == "taille":
            projets.modifier_projet(u, PROJET, "", projets.uais_de(u, PROJET), projets.Forme(max_par_fichier=n + 1))


def ecrites(veilleur: Veilleur, instant: datetime, apres: int) -> list[tuple[int, str, Path]]:
    """Number, type and archive of the feeds written since number `apres`."""
    with veilleur.a(instant) as u:
        return [(a.numero, a.type, u.fichiers.chemin(a.digest)) for a in projets.alimentations(u, PROJET, apres)]


@pytest.mark.timeout(120 + 20 * ANNEES)
@given(depart=st.sampled_from(DEPARTS), nuits=nuits)
@settings(
    max_examples=ANNEES or 5,
    derandomize=not ANNEES,
    phases=(Phase.generate,),  # a year takes a second: shrinking would take minutes
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_deltas_lead_to_the_next_complete(bac: Any, depart: date, nuits: list[Any]) -> None:
    """Whatever happened, what a reader holds after the deltas is the next complete feed, merged doublons apart."""
    veilleur = Veilleur(bac)
    veilleur.vider()
    with veilleur.a(bac.maintenant) as u:
        projets.creer_projet(u, PROJET, "", list(ECOLES))
    vie = Vie(annee=2021)
    for i in range(6):
        vie.vivre(("inscrire", i, i + 1, i))
    vie.vivre(("confier_service", 0, 1, 1))
    tenu: Etat = {}
    vu, comparaisons, jour = 0, 0, depart
    for saut, faits, reglage, n in [(1, [], "", 0), *nuits, (1, [], "complet", 0)]:
        jour += timedelta(days=saut)
        with veilleur.a(le(jour, 23)) as u:
            collectee = u.profil.annee_collectee(jour)
        if collectee > vie.annee:
            vie.changer_d_annee()
        for geste in faits:
            vie.vivre(geste)
        veilleur.recevoir(le(jour, 23, 30), vie.remontees(le(jour, 23, 30)))
        veilleur.faire("aaf_integration", le(jour + timedelta(days=1), 20))
        regler(veilleur, le(jour + timedelta(days=1), 21), reglage, n)
        nuit = le(jour + timedelta(days=2), 2)
        veilleur.faire("aaf_alimentation", nuit, delta_avant=True)
        for numero, type_, archive in ecrites(veilleur, nuit, vu):
            vu = numero
            lues = list(lire_alimentation(archive))
            if type_ == "Delta":
                appliquer_delta(tenu, lues)
                continue
            assert verifier_alimentation(archive) == []
            complet: Etat = {(o.categorie, o.id): o.enregistrement for o in lues if isinstance(o, Ajout)}
            if vu > 1:
                comparer(tenu, complet, vie)
                comparaisons += 1
            tenu, vie.perdus = complet, False
    assert comparaisons


def comparer(tenu: Etat, complet: Etat, vie: Vie) -> None:
    """What the deltas gave is the complete feed; only a responsable taken from a pupil who stays may be left over."""
    restes = {cle: tenu.pop(cle) for cle in sorted(set(tenu) - set(complet))}
    assert vie.perdus or not restes
    for (categorie, _), reste in restes.items():
        assert categorie is Categorie.RESPONSABLE
        lies = reste.valeurs_de("ENTAuxPersRelEleveEleve")
        assert any((Categorie.ELEVE, id_) in complet for id_ in lies), "AAF-11 keeps the merged doublons alone"
    communs = sorted(set(tenu) & set(complet))
    differents = [ecarts(tenu[cle], complet[cle]) for cle in communs if tenu[cle] != complet[cle]]
    assert (differents, sorted(set(complet) - set(tenu))) == ([], [])


def ecarts(tenu: Enregistrement, dit: Enregistrement) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The attributes in which two records differ: what was held, what the complete feed says."""
    noms = dict.fromkeys((*tenu.noms, *dit.noms))
    return [(n, tenu.valeurs_de(n), dit.valeurs_de(n)) for n in noms if tenu.valeurs_de(n) != dit.valeurs_de(n)]
