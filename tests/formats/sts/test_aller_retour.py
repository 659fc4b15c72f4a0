"""What is written is read back equal, whatever the school."""

from __future__ import annotations

import io
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from shared.formats.sts import (
    Alternance,
    Division,
    EmpSts,
    Groupe,
    Horaire,
    IndividuEmp,
    IndividuSts,
    NomenclaturesSts,
    ParametresEmp,
    ParametresSts,
    SalleCours,
    StsEmp,
    ecrire_emp_sts,
    ecrire_sts_emp,
    lire_emp_sts,
    lire_sts_emp,
    nom_fichier_emp_sts,
    nom_fichier_sts_emp,
)
from shared.formats.sts.moteur import Attribut, Liste
from shared.formats.sts.schema import schema, valider

from .ecole_inventee import UAI, emp_sts, sts_emp

DONNEES = Path(__file__).parent / "data"
LATIN9 = "".join(bytes([n]).decode("iso-8859-15") for n in (*range(0x20, 0x7F), *range(0xA1, 0x100)))
TEXTES = (
    st.text(LATIN9, max_size=12).map(str.strip)
    | st.sampled_from(["ŒUVRÉ-D'ŸS", "L'HAŸ €", '<&">'])
    | st.text(LATIN9.replace(" ", ""), min_size=100, max_size=100)
)
PLEINS = st.text(LATIN9.replace(" ", ""), min_size=1, max_size=8)
SIMPLES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTES,
    int: st.integers(0, 999_999_999),
    Decimal: st.decimals(0, 9999, places=2),
    bool: st.booleans(),
    date: st.dates(date(1000, 1, 1)),
    time: st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    timedelta: st.integers(0, 5999).map(lambda m: timedelta(minutes=m)),
}
REGLAGES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def invente(classe: Any, fichier: str, **imposes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any record of a class, with the fields that the file has."""
    champs = dict(imposes)
    for nom, indice in get_type_hints(classe, include_extras=True).items():
        if get_origin(indice) is not Annotated or nom in champs:
            continue
        type_, marque = get_args(indice)[:2]
        if getattr(marque, "seul", None) in (None, fichier):
            champs[nom] = _valeurs(type_, marque, fichier)
    return st.builds(classe, **champs)


def _valeurs(type_: Any, marque: Any, fichier: str) -> st.SearchStrategy[Any]:
    if isinstance(marque, Liste):
        return st.lists(_valeurs(get_args(type_)[0], None, fichier), max_size=2).map(tuple)
    if get_origin(type_) is UnionType:
        interieur = next(t for t in get_args(type_) if t is not type(None))
        return st.none() | _valeurs(interieur, marque, fichier)
    if issubclass(type_, Struct):
        return invente(type_, fichier)
    if type_ is str and isinstance(marque, Attribut):
        return PLEINS
    return SIMPLES[type_]


def listes(classe: Any, fichier: str) -> st.SearchStrategy[Any]:
    return st.lists(invente(classe, fichier), max_size=2).map(tuple)


STS = st.builds(
    StsEmp,
    parametres=invente(ParametresSts, "sts_emp"),
    nomenclatures=invente(NomenclaturesSts, "sts_emp"),
    individus=listes(IndividuSts, "sts_emp"),
    divisions=listes(Division, "sts_emp"),
    groupes=listes(Groupe, "sts_emp"),
    suppleants=listes(IndividuSts, "sts_emp"),
)
EMP = st.builds(
    EmpSts,
    parametres=invente(ParametresEmp, "emp_sts", uaj=PLEINS),
    horaires=listes(Horaire, "emp_sts"),
    alternances=listes(Alternance, "emp_sts"),
    salles=listes(SalleCours, "emp_sts"),
    individus=listes(IndividuEmp, "emp_sts"),
    divisions=listes(Division, "emp_sts"),
    groupes=listes(Groupe, "emp_sts"),
)


@REGLAGES
@given(STS)
def test_sts_emp_aller_retour(doc: StsEmp) -> None:
    """Any sts_emp written is read back equal, without a remark nor a replaced character."""
    sortie = io.BytesIO()
    assert ecrire_sts_emp(sortie, doc) == 0
    relu = lire_sts_emp(io.BytesIO(sortie.getvalue()), "essai.xml")
    assert relu == doc
    assert relu.remarques == ()


@REGLAGES
@given(EMP)
def test_emp_sts_aller_retour(doc: EmpSts) -> None:
    """Any remontée written is read back equal, without a remark nor a replaced character."""
    sortie = io.BytesIO()
    assert ecrire_emp_sts(sortie, doc) == 0
    relu = lire_emp_sts(io.BytesIO(sortie.getvalue()), "essai.xml")
    assert relu == doc
    assert relu.remarques == ()


def test_ce_que_l_encodage_n_a_pas_est_remplace_et_compte() -> None:
    """Ł, the curly apostrophe and a drawing are replaced by the written rule; the writer says how many."""
    ecole = sts_emp()
    individu = replace(ecole.individus[0], nom_usage="ŁĄCKA’", prenom="\U0001f600")
    sortie = io.BytesIO()
    assert ecrire_sts_emp(sortie, replace(ecole, individus=(individu,))) == 4
    (lu,) = lire_sts_emp(io.BytesIO(sortie.getvalue()), "essai.xml").individus
    assert (lu.nom_usage, lu.prenom) == ("LACKA'", "?")


CAS = [
    (nom_fichier_sts_emp(UAI, 2025), sts_emp, ecrire_sts_emp, lire_sts_emp),
    (nom_fichier_emp_sts(UAI, 2025), emp_sts, ecrire_emp_sts, lire_emp_sts),
]


@pytest.mark.parametrize(("nom", "ecole", "ecrire", "lire"), CAS)
def test_fichier_de_reference(nom: str, ecole: Any, ecrire: Any, lire: Any) -> None:
    """The invented collège is written as the reference file, byte for byte, and read from it."""
    attendu = (DONNEES / nom).read_bytes()
    sortie = io.BytesIO()
    ecrire(sortie, ecole())
    assert sortie.getvalue() == attendu
    assert lire(io.BytesIO(attendu), nom) == ecole()
    assert valider(io.BytesIO(attendu), nom) == []


@pytest.mark.parametrize(("nom", "ecole", "ecrire", "lire"), CAS)
def test_forme_physique(nom: str, ecole: Any, ecrire: Any, lire: Any) -> None:
    """The root stands alone on line 2, each line is one tag or one leaf, and a plain parser agrees."""
    sortie = io.BytesIO()
    ecrire(sortie, ecole())
    octets = sortie.getvalue()
    lignes = octets.split(b"\n")
    assert lignes[0] == b'<?xml version="1.0" encoding="ISO-8859-15"?>'
    racine = etree.fromstring(octets)
    assert lignes[1] == f"<{racine.tag}>".encode()
    assert lignes[-1] == b""
    assert b"\r" not in octets
    for ligne in lignes[1:-1]:
        ouvrants = ligne.count(b"<") - ligne.count(b"</")
        assert ligne.startswith(b"<")
        assert ligne.endswith(b">")
        assert ouvrants == 1 or ligne.startswith(b"</")


def test_schema_refuse_une_matiere_inconnue() -> None:
    """Our schema holds the references of the file together: an unknown matière is seen, without its value."""
    octets = (DONNEES / CAS[0][0]).read_bytes().replace(b'CODE_MATIERE="100100"', b'CODE_MATIERE="999999"')
    (remarque,) = valider(io.BytesIO(octets), "essai.xml")
    assert remarque.code == "STS_SCHEMA"
    assert remarque.lieu.element is not None
    assert remarque.lieu.element.endswith("SERVICE[2]")


def test_schema_ne_connait_que_deux_fichiers() -> None:
    """There is no third schema, and a file of another family is said not to be one of ours."""
    with pytest.raises(KeyError):
        schema("autre")
    (remarque,) = valider(io.BytesIO(b"<BEE_ELEVES/>"), "essai.xml")
    assert remarque.code == "STS_RACINE"


def test_noms_de_fichiers() -> None:
    """Files are named after the school and the STS year, the year left out where the académie does so."""
    assert nom_fichier_sts_emp("0980017L", 2025) == "sts_emp_0980017L_2025.xml"
    assert nom_fichier_sts_emp("0980017L", 2025, avec_annee=False) == "sts_emp_0980017L.xml"
    assert nom_fichier_emp_sts("0980017L", 2025) == "emp_sts_0980017L_2025.xml"
