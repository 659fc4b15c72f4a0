"""Deltas: from one complete state to the next, exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.formats.aaf import (
    Ajout,
    Categorie,
    EcrivainAlimentation,
    Enregistrement,
    Modification,
    Suppression,
    appliquer_delta,
    calculer_delta,
    lire_alimentation,
    verifier_alimentation,
)
from shared.formats.aaf.delta import OrdreRefuse
from shared.formats.aaf.grammaire import REFERENCES, attributs_de
from shared.formats.aaf.valeurs import DansStructure

from .exemples_format_aaf import COLLEGE, DATA, ELEVES, FICHES_EXEMPLES, JOUR, PROJET

ENREGISTREMENTS = [fiche.vers_enregistrement() for fiche in FICHES_EXEMPLES]
TEXTES = st.text(st.characters(exclude_categories=("C",)), max_size=4)
VALEURS = st.lists(TEXTES.filter(bool), max_size=3).map(tuple)


@st.composite
def etats(draw: st.DrawFn, *, partiels: bool = False) -> list[Enregistrement]:
    """A directory, sorted: few identifiers so that two of them meet, short and long ones so that order matters."""
    cles = draw(
        st.sets(
            st.tuples(st.sampled_from(list(Categorie)), st.sampled_from(["1", "9", "10", "11", "100"])), max_size=12
        )
    )
    etat = []
    for categorie, identifiant in sorted(cles):
        noms = attributs_de(categorie)[:4]
        if partiels:
            noms = tuple(draw(st.permutations(noms))[: draw(st.integers(1, len(noms)))])
        valeurs = tuple(draw(VALEURS) for _ in noms)
        etat.append(Enregistrement(categorie, identifiant, noms, valeurs))
    return sorted(etat, key=lambda e: e.cle)


def par_cle(etat: list[Enregistrement]) -> dict:
    return {(e.categorie, e.id): e for e in etat}


@settings(max_examples=200, deadline=None)
@given(etats(), etats(), etats())
def test_deltas_successifs_exacts(premier: list, deuxieme: list, troisieme: list) -> None:
    """Applying each delta to the previous complete state gives exactly the next complete state."""
    annuaire = par_cle(premier)
    for avant, apres in ((premier, deuxieme), (deuxieme, troisieme)):
        appliquer_delta(annuaire, calculer_delta(avant, apres))
        assert annuaire == par_cle(apres)


@settings(max_examples=100, deadline=None)
@given(etats(partiels=True), etats(partiels=True))
def test_deltas_de_fiches_inegales(avant: list, apres: list) -> None:
    """When attribute lists differ, what the objects hold is the same; an attribute gone is cleared."""
    annuaire = par_cle(avant)
    appliquer_delta(annuaire, calculer_delta(avant, apres))
    assert {cle: e.remplis() for cle, e in annuaire.items()} == {cle: e.remplis() for cle, e in par_cle(apres).items()}


@settings(max_examples=15, deadline=None)
@given(etats(), etats())
def test_deltas_par_les_fichiers(tmp_path_factory: pytest.TempPathFactory, avant: list, apres: list) -> None:
    """The same holds when the delta goes through its files."""
    dossier = tmp_path_factory.mktemp("delta") / "f"
    with EcrivainAlimentation(dossier, PROJET, "96", JOUR, "Delta", max_par_fichier=3) as ecrivain:
        ecrivain.ecrire(calculer_delta(avant, apres))
    annuaire = par_cle(avant)
    appliquer_delta(annuaire, lire_alimentation(dossier))
    assert annuaire == par_cle(apres)


def test_contenu_d_un_delta() -> None:
    """Reference categories are sent again in full; a change sends the whole fiche; who left is deleted."""
    change = replace(ELEVES[0], classes=(DansStructure(420, "4B"),), groupes=()).vers_enregistrement()
    apres = [change if e.id == "910001" else e for e in ENREGISTREMENTS if e.id not in ("910002", "5200")]
    operations = list(calculer_delta(ENREGISTREMENTS, apres))
    assert [type(o) for o in operations] == [Ajout] * 4 + [Modification, Suppression, Suppression]
    assert {o.categorie for o in operations[:4]} == REFERENCES
    modification = operations[4]
    assert modification.noms == change.noms
    assert modification.valeurs[modification.noms.index("ENTEleveGroupes")] == ()
    assert [(o.categorie, o.id) for o in operations[5:]] == [
        (Categorie.ELEVE, "910002"),
        (Categorie.PERSONNEL, "5200"),
    ]


def test_delta_sans_changement() -> None:
    """When nobody changed, only the reference categories are sent."""
    assert {o.categorie for o in calculer_delta(ENREGISTREMENTS, ENREGISTREMENTS)} == REFERENCES


def test_reference_disparue() -> None:
    """A structure that is no longer sent is no longer there, although no deletion names it."""
    autre = replace(COLLEGE, jointure=421).vers_enregistrement()
    avant = [COLLEGE.vers_enregistrement(), autre]
    operations = list(calculer_delta(avant, [autre]))
    assert [type(o) for o in operations] == [Ajout]
    annuaire = par_cle(avant)
    appliquer_delta(annuaire, operations)
    assert annuaire == par_cle([autre])


def test_modification_d_un_inconnu() -> None:
    """Readers create whom they did not know; a deletion of an unknown changes nothing."""
    modification = Modification(Categorie.ELEVE, "7", ("sn",), (("X",),))
    annuaire: dict = {}
    appliquer_delta(annuaire, [modification, Suppression(Categorie.ELEVE, "8")])
    assert list(annuaire) == [(Categorie.ELEVE, "7")]


def test_modification_partielle() -> None:
    """A modification that names some attributes leaves the others, in their place."""
    avant = Enregistrement(Categorie.ELEVE, "7", ("sn", "givenName"), (("A",), ("B",)))
    annuaire = par_cle([avant])
    appliquer_delta(annuaire, [Modification(Categorie.ELEVE, "7", ("givenName", "mail"), ((), ("m",)))])
    assert annuaire[Categorie.ELEVE, "7"].attributs == (("sn", ("A",)), ("givenName", ()), ("mail", ("m",)))


@pytest.mark.parametrize("indices", [(1, 0), (0, 0)])
def test_desordre_refuse(indices: tuple[int, int]) -> None:
    """Records out of order, or twice the same, are refused rather than merged wrongly."""
    eleves = [e.vers_enregistrement() for e in ELEVES]
    with pytest.raises(OrdreRefuse) as refus:
        list(calculer_delta([], [eleves[i] for i in indices]))
    assert refus.value.code == "AAF_ORDRE"


def test_delta_golden_lu() -> None:
    """The golden delta is clean for the checker and says a modification, then a deletion."""
    fichier = DATA / "delta-6.4" / "ENT2DVA-ENT96_Delta_20240916_Eleve_0000.xml"
    assert [type(o) for o in lire_alimentation(fichier)] == [Modification, Suppression]
    assert verifier_alimentation(fichier) == []


def test_chemin_complet(tmp_path: Path) -> None:
    """Complete feed, delta, files and archive: the directory at the end is the one that was meant."""
    apres = [e for e in ENREGISTREMENTS if e.id != "910002"]
    annuaire: dict = {}
    appliquer_delta(annuaire, lire_alimentation(DATA / "complet-6.4"))
    with EcrivainAlimentation(tmp_path / "d", PROJET, "96", JOUR, "Delta") as ecrivain:
        ecrivain.ecrire(calculer_delta(annuaire.values(), apres))
    appliquer_delta(annuaire, lire_alimentation(tmp_path / "d"))
    assert list(annuaire.values()) == apres
