"""Pseudonyms across schools: one person stays one person, two stay two, whatever else is loaded."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial

import pytest

from rentree.chargement.identites import Identites
from rentree.demo.entree.documents import Documents
from shared.formats.reconnaissance import Famille
from shared.formats.siecle.eleves import DocumentEleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.sts import StsEmp, lire_sts_emp
from tests.fichiers.charger.ecoles import ecrire_ecole

Ecole = dict[Famille, bytes]


@pytest.fixture(scope="module")
def ecoles() -> list[Ecole]:
    """The pupils and the staff of three schools; a pupil and a teacher of the first are in the second as well."""
    faites = []
    for rang in range(3):
        fichiers = ecrire_ecole(rang).fichiers
        with zipfile.ZipFile(io.BytesIO(fichiers["ExportXML_ElevesAvecAdresses.zip"])) as archive:
            eleves = archive.read("ElevesAvecAdresses.xml")
        sts = next(octets for nom, octets in fichiers.items() if nom.startswith("sts_emp"))
        faites.append({Famille.SIECLE_ELEVES: eleves, Famille.STS_EMP: sts})
    for famille, balise, liste in (
        (Famille.SIECLE_ELEVES, b"ELEVE", b"</ELEVES>"),
        (Famille.STS_EMP, b"INDIVIDU", b"</INDIVIDUS>"),
    ):
        trouve = re.search(rb"<%s .*?</%s>" % (balise, balise), faites[0][famille], re.DOTALL)
        assert trouve is not None
        faites[1][famille] = faites[1][famille].replace(liste, trouve[0] + liste, 1)
    return faites


def anonymes(ecoles: list[Ecole], cle: bytes = b"secrete") -> list[Ecole]:
    """The documents, about invented people."""
    identites = Identites(cle)
    for ecole in ecoles:
        identites.recueillir(Documents("", 2021, 2021, {}, sts=sts_de(ecole), eleves=eleves_de(ecole)))
    identites.figer()
    faites = []
    for ecole in ecoles:
        reecriture = identites.reecriture(ouvrables(ecole))
        sorties = {famille: io.BytesIO() for famille in ecole}
        for famille, octets in ecole.items():
            reecriture.ecrire(ouvrir(octets), "essai.xml", famille, sorties[famille])
        faites.append({famille: sortie.getvalue() for famille, sortie in sorties.items()})
    return faites


def ouvrir(octets: bytes) -> io.BufferedReader:
    """A stream as files and archives give them."""
    return io.BufferedReader(io.BytesIO(octets))  # type: ignore[arg-type]


def ouvrables(ecole: Ecole) -> list[tuple[Famille, str, partial[io.BufferedReader]]]:
    """The documents as the load gives them."""
    return [(famille, "essai.xml", partial(ouvrir, octets)) for famille, octets in ecole.items()]


def eleves_de(ecole: Ecole) -> DocumentEleves:
    """The pupils."""
    return lire_eleves(io.BytesIO(ecole[Famille.SIECLE_ELEVES]), "eleves.xml")


def sts_de(ecole: Ecole) -> StsEmp:
    """The staff."""
    return lire_sts_emp(io.BytesIO(ecole[Famille.STS_EMP]), "sts_emp.xml")


def test_a_pupil_of_two_schools_stays_one(ecoles: list[Ecole]) -> None:
    """Same INE, same names, same birth date in both schools, and none of them the real one; ELEVE_ID stays."""
    a, b, _ = anonymes(ecoles)
    reel, ici, la = eleves_de(ecoles[0]).eleves[0], eleves_de(a).eleves[0], eleves_de(b).eleves[-1]
    cles = [(e.id_national, e.nom_de_famille, e.prenom, e.date_naiss) for e in (reel, ici, la)]
    assert cles[1] == cles[2]
    assert all(avant != apres for avant, apres in zip(cles[0], cles[1], strict=True))
    assert reel.eleve_id == ici.eleve_id == la.eleve_id


def test_a_teacher_of_two_schools_stays_one(ecoles: list[Ecole]) -> None:
    """The same holds for the staff."""
    a, b, _ = anonymes(ecoles)
    reel, ici, la = sts_de(ecoles[0]).individus[0], sts_de(a).individus[0], sts_de(b).individus[-1]
    assert (ici.id, ici.nom_usage, ici.prenom, ici.date_naissance) == (
        la.id,
        la.nom_usage,
        la.prenom,
        la.date_naissance,
    )
    assert ici.nom_usage != reel.nom_usage


def test_two_pupils_stay_two(ecoles: list[Ecole]) -> None:
    """As many INE after as before over all schools, and none of the real ones."""
    avant = {e.id_national for ecole in ecoles for e in eleves_de(ecole).eleves}
    apres = {e.id_national for ecole in anonymes(ecoles) for e in eleves_de(ecole).eleves}
    assert len(apres) == len(avant)
    assert not avant & apres


def test_the_secret_decides(ecoles: list[Ecole]) -> None:
    """The same secret gives the same bytes, another one gives other people."""
    assert anonymes(ecoles) == anonymes(ecoles)
    assert eleves_de(anonymes(ecoles)[0]).eleves != eleves_de(anonymes(ecoles, b"autre")[0]).eleves
