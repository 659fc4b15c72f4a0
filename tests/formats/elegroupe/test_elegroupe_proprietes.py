"""Whatever the pupils, reading a group-links or dossiers file that was written gives them back."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers
from shared.formats.elegroupe.ecriture import LiensEcrits, ecrire_liens, ecrire_liens_zip
from shared.formats.elegroupe.lecture import CHAMPS_ELEVE, CHAMPS_GROUPE, lire_liens
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.formats.siecle.champs import Champ
from tests.temoins.inventions import DATES, REGLAGES, codes, fiches, plusieurs, textes

from . import jeu_elegroupe as jeu

GROUPES = plusieurs(fiches(GroupeLien, CHAMPS_GROUPE, code=codes(8)), 1)
_AUCUN = {"eleve_id": None, "id_national": None, "id_prv_ele": None}


def _eleves(maxi: int, usage: bool) -> st.SearchStrategy[tuple[EleveLien, ...]]:
    noms = {n: textes(maxi, mini=1) for n in ("nom_de_famille", "prenom")}
    noms |= {n: st.none() | textes(maxi, mini=1) for n in ("prenom2", "prenom3")}
    noms["nom_usage"] = st.none() | textes(maxi, mini=1) if usage else st.none()
    identifiants: list[dict[str, Any]] = [
        {"eleve_id": st.integers(0, 10**9)},
        {"id_national": codes(11)},
        {"id_prv_ele": st.integers(0, 99999)},
    ]
    formes = [fiches(EleveLien, CHAMPS_ELEVE, groupes=GROUPES, **{**_AUCUN, **noms, **i}) for i in identifiants]
    return plusieurs(st.one_of(*formes), 1)


LIENS = st.tuples(st.just("1.4"), _eleves(100, usage=True)) | st.tuples(st.just("1.3"), _eleves(25, usage=False))


@REGLAGES
@given(LIENS)
def test_liens(cas: tuple[str, tuple[EleveLien, ...]]) -> None:
    """Any pupils, by any identifier, in any groups, in both versions."""
    version, eleves = cas
    sortie = io.BytesIO()
    assert ecrire_liens(sortie, jeu.PARAMETRES, eleves, version=version) == LiensEcrits(len(eleves), 0)
    document = lire_liens(io.BytesIO(sortie.getvalue()), "essai.xml")
    assert (document.eleves, document.entete.version, document.remarques) == (eleves, version, ())


def _adresse(postale: bool) -> st.SearchStrategy[Any]:
    villes: dict[str, Any] = {"code_postal": None, "libelle_postal": None, "commune_etrangere": textes(32, 1)}
    if postale:
        villes = {"code_postal": codes(5), "libelle_postal": textes(32, 1), "commune_etrangere": None}
    return fiches(d.AdresseDossier, d.CHAMPS_ADRESSE, **villes)


def _sans(champs: tuple[Champ, ...], version: str) -> dict[str, Any]:
    """The leaves that a version leaves out."""
    return {c.attribut: None for c in champs if c.balise in d.ABSENTS[version]}


def _liens(version: str, legaux: int) -> st.SearchStrategy[Any]:
    def lien(nature: d.Nature, **imposes: Any) -> st.SearchStrategy[Any]:
        champs = d.CHAMPS_CONTACT if nature is d.Nature.CONTACT else d.CHAMPS_LIEN
        return fiches(d.LienDossier, champs, nature=nature, **imposes)

    aides = {"percoit_aides": None} if version == "3.1" else {}
    return st.tuples(
        st.lists(lien(d.Nature.LEGAL), min_size=legaux, max_size=2),
        st.lists(lien(d.Nature.EN_CHARGE, **aides), max_size=2),
        st.lists(lien(d.Nature.CONTACT), max_size=2),
    ).map(lambda listes: tuple(x for liste in listes for x in liste))


def _eleve(version: str, sorti: bool) -> st.SearchStrategy[Any]:
    dpps = st.just(()) if version == "3.1" else plusieurs(fiches(d.Dpp, d.CHAMPS_DPP))
    options = plusieurs(fiches(d.OptionDossier, d.CHAMPS_OPTION, **_sans(d.CHAMPS_OPTION, version)))
    scolarite = fiches(d.ScolariteActive, d.CHAMPS_SCOLARITE, options=options, dpps=dpps)
    regime: dict[str, Any] = {"code_regime": None} if version == "3.1" else {}
    passe = fiches(
        d.AnDernier,
        d.CHAMPS_AN_DERNIER,
        code_rne=codes(8),
        code_departement=None,
        options=st.lists(codes(5), max_size=2).map(tuple),
        dpps=dpps,
        **regime,
    )
    imposes: dict[str, Any] = {
        **_sans(d.CHAMPS_ELEVE, version),
        "adresse": st.none() | _adresse(postale=True) | _adresse(postale=False),
        "bourses": plusieurs(fiches(d.BourseDossier, d.CHAMPS_BOURSE)),
        "responsables": _liens(version, 0 if sorti else 1),
        "scolarite": st.none() | scolarite if sorti else scolarite,
        "an_dernier": st.none() | passe if sorti else passe,
        "id_national": st.none() | codes(11),
        "code_motif_sortie": codes(2) if sorti else None,
        "date_sortie": DATES if sorti else None,
        "ville_naiss": st.none() if not sorti else st.none() | textes(32, 1),
        "code_commune_insee_naiss": codes(5) if not sorti else None,
        "code_pays_nat": codes(3),
        "code_sexe": codes(1),
    }
    return fiches(d.EleveDossier, d.CHAMPS_ELEVE, **imposes)


def _dossiers(version: str) -> st.SearchStrategy[Any]:
    personne = fiches(
        d.PersonneDossier,
        d.CHAMPS_PERSONNE,
        adresse=st.none() | _adresse(postale=True) | _adresse(postale=False),
        **_sans(d.CHAMPS_PERSONNE, version),
    )
    eleve = _eleve(version, sorti=True) | _eleve(version, sorti=False)
    return st.tuples(plusieurs(personne, 1), plusieurs(eleve, 1))


@REGLAGES
@pytest.mark.parametrize("version", d.VERSIONS)
@given(tirage=st.data())
def test_dossiers(version: str, tirage: st.DataObject) -> None:
    """Any persons and pupils, gone or not, in both versions."""
    personnes, eleves = tirage.draw(_DOSSIERS[version])
    sortie = io.BytesIO()
    assert ecrire_dossiers(sortie, jeu.PARAMETRES, personnes, eleves, version=version) == 0
    document = lire_dossiers(io.BytesIO(sortie.getvalue()), "essai.xml")
    assert (document.personnes, document.eleves, document.remarques) == (personnes, eleves, ())


_DOSSIERS = {version: _dossiers(version) for version in d.VERSIONS}


def test_ce_que_l_encodage_n_a_pas_est_compte() -> None:
    """Ł and the curly apostrophe are replaced by the rule; the zip says how many."""
    eleve = replace(jeu.ELEVES[0], nom_de_famille="ŁASKI’", date_naiss=date(2013, 4, 17))
    sortie = io.BytesIO()
    assert ecrire_liens_zip(sortie, jeu.PARAMETRES, [eleve], jeu.INSTANT).substitutions == 2
    tampon = io.BytesIO()
    ecrire_liens(tampon, jeu.PARAMETRES, [eleve])
    assert lire_liens(io.BytesIO(tampon.getvalue()), "essai.xml").eleves[0].nom_de_famille == "LASKI'"
