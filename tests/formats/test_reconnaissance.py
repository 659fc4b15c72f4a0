"""A file is told by its content, whatever its name and its wrapping."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre
from shared.security.archives import ZipRefuse, write_targz, write_zip
from shared.security.xml import XmlRefuse

QUAND = datetime(2025, 9, 2, tzinfo=UTC)
UAI = "0980017L"
_SIECLE = f"<PARAMETRES><UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE></PARAMETRES>"
_REMPLISSAGE = "<ELEVE><NOM_DE_FAMILLE>X</NOM_DE_FAMILLE></ELEVE>" * 5000


def _import(version: str, corps: str) -> str:
    return f'<IMPORT_ELEVES VERSION="{version}">{_SIECLE}<DONNEES>{corps}</DONNEES></IMPORT_ELEVES>'


CAS: dict[str, tuple[str, FichierReconnu]] = {
    "sts_emp": (
        f'<STS_EDT><PARAMETRES><UAJ CODE="{UAI}"/><ANNEE_SCOLAIRE ANNEE="2025"/></PARAMETRES>'
        "<DONNEES><SUPPLEANTS/></DONNEES></STS_EDT>",
        FichierReconnu(Famille.STS_EMP, generation="2018", uai=UAI, annee=2025),
    ),
    "sts_emp_ancien": (
        f'<STS_EDT><PARAMETRES><UAJ CODE="{UAI}"/><ANNEE_SCOLAIRE ANNEE="2009"/></PARAMETRES></STS_EDT>',
        FichierReconnu(Famille.STS_EMP, generation="2009", uai=UAI, annee=2009),
    ),
    "emp_sts": (f"<EDT_STS>{_SIECLE}</EDT_STS>", FichierReconnu(Famille.EMP_STS, uai=UAI, annee=2025)),
    "eleves_avec": (
        f'<BEE_ELEVES VERSION="3.0">{_SIECLE}<DONNEES><ELEVES>{_REMPLISSAGE}</ELEVES><ADRESSES/></DONNEES>'
        "</BEE_ELEVES>",
        FichierReconnu(Famille.SIECLE_ELEVES, "3.0", "2016", "avec_adresses", UAI, 2025),
    ),
    "eleves_sans": (
        f'<BEE_ELEVES VERSION="2.1">{_SIECLE}<DONNEES><ELEVES><ELEVE><NOM>X</NOM></ELEVE></ELEVES></DONNEES>'
        "</BEE_ELEVES>",
        FichierReconnu(Famille.SIECLE_ELEVES, "2.1", "2006", "sans_adresses", UAI, 2025),
    ),
    "responsables": (
        f'<BEE_RESPONSABLES VERSION="2.1">{_SIECLE}<DONNEES><NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>'
        "<ADRESSES/></DONNEES></BEE_RESPONSABLES>",
        FichierReconnu(Famille.SIECLE_RESPONSABLES, "2.1", "2018", "avec_adresses", UAI, 2025),
    ),
    "hors_contrat": (
        f"<BEE_EPHC_ELEVES>{_SIECLE}</BEE_EPHC_ELEVES>",
        FichierReconnu(Famille.SIECLE_ELEVES, None, "hors_contrat", "sans_adresses", UAI, 2025),
    ),
    "structures": (
        f'<BEE_STRUCTURES VERSION="2.0">{_SIECLE}</BEE_STRUCTURES>',
        FichierReconnu(Famille.SIECLE_STRUCTURES, "2.0", uai=UAI, annee=2025),
    ),
    "nomenclature": (
        f"<BEE_NOMENCLATURES>{_SIECLE}</BEE_NOMENCLATURES>",
        FichierReconnu(Famille.SIECLE_NOMENCLATURE, uai=UAI, annee=2025),
    ),
    "communs": (f"<BEE_COMMUN>{_SIECLE}</BEE_COMMUN>", FichierReconnu(Famille.SIECLE_COMMUNS, uai=UAI, annee=2025)),
    "etablissements": (
        f"<BEE_ETABLISSEMENTS>{_SIECLE}</BEE_ETABLISSEMENTS>",
        FichierReconnu(Famille.SIECLE_ETABLISSEMENTS, uai=UAI, annee=2025),
    ),
    "geographique": (
        f"<BEE_GEOGRAPHIQUE>{_SIECLE}</BEE_GEOGRAPHIQUE>",
        FichierReconnu(Famille.SIECLE_GEOGRAPHIQUE, uai=UAI, annee=2025),
    ),
    "liens": (
        _import("1.4", "<ELEVES><ELEVE><GROUPES><GROUPE/></GROUPES></ELEVE></ELEVES>"),
        FichierReconnu(Famille.LIENS_ELEVE_GROUPE, "1.4", uai=UAI, annee=2025),
    ),
    "liens_version_trompeuse": (
        _import("4.0", "<ELEVES><ELEVE><GROUPES/></ELEVE></ELEVES>"),
        FichierReconnu(Famille.LIENS_ELEVE_GROUPE, "4.0", uai=UAI, annee=2025),
    ),
    "liens_vides": (_import("", ""), FichierReconnu(Famille.LIENS_ELEVE_GROUPE, uai=UAI, annee=2025)),
    "dossiers": (
        _import("4.0", "<PERSONNES/><ELEVES><ELEVE><SCOLARITE_ACTIVE/></ELEVE></ELEVES>"),
        FichierReconnu(Famille.DOSSIERS, "4.0", uai=UAI, annee=2025),
    ),
    "dossiers_vides": (_import("3.1", ""), FichierReconnu(Famille.DOSSIERS, "3.1", uai=UAI, annee=2025)),
    "aaf": (
        '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd"><ficAlimMENESR><addRequest><operationalAttributes>'
        '<attr name="categoriePersonne"><value>PersRelEleve</value></attr></operationalAttributes></addRequest>'
        "</ficAlimMENESR>",
        FichierReconnu(Famille.AAF, variante="PersRelEleve"),
    ),
    "edt": (
        f'<e:ExportEmploiDuTemps xmlns:e="urn:e" Version="1.1" UAI="{UAI}"/>',
        FichierReconnu(Famille.EDT, "1.1", uai=UAI),
    ),
    "edt_conteneur": (
        f"<EXPORT_INDEX_EDUCATION><UAI>{UAI}</UAI></EXPORT_INDEX_EDUCATION>",
        FichierReconnu(Famille.EDT_CONTENEUR, uai=UAI),
    ),
}


def reconnait(tmp_path: Path, octets: bytes) -> FichierReconnu:
    chemin = tmp_path / "fichier"
    chemin.write_bytes(octets)
    return reconnaitre(chemin, "depot.bin")


@pytest.mark.parametrize("cas", CAS)
def test_reconnu_nu_et_archive(cas: str, tmp_path: Path) -> None:
    """Each family is told the same alone, zipped, or in a tar.gz, after members that are not XML."""
    texte, attendu = CAS[cas]
    octets = b'<?xml version="1.0" encoding="ISO-8859-15"?>\n' + texte.encode("iso-8859-15")
    assert reconnait(tmp_path, octets) == attendu
    for ecrire in (write_zip, write_targz):
        archive = io.BytesIO()
        ecrire(archive, [("lisez-moi.txt", b"bonjour"), ("d/Un.xml", octets)], QUAND)
        reconnu = reconnait(tmp_path, archive.getvalue())
        assert reconnu.archive
        assert reconnu.membre == "d/Un.xml"
        assert reconnu.famille is attendu.famille
        assert (reconnu.version, reconnu.generation, reconnu.variante) == (
            attendu.version,
            attendu.generation,
            attendu.variante,
        )
        assert (reconnu.uai, reconnu.annee) == (attendu.uai, attendu.annee)


@pytest.mark.parametrize("octets", [b"", b"nom;prenom\n", b"%PDF-1.7", b"<html/>", b"<a><b>", b"PK\x03\x04abime"])
def test_inconnu_avec_une_phrase(octets: bytes, tmp_path: Path) -> None:
    """Something else is « inconnu », with a sentence that names the file or the root."""
    reconnu = reconnait(tmp_path, octets)
    assert reconnu.famille is Famille.INCONNU
    assert "depot.bin" in reconnu.phrase or "racine" in reconnu.phrase


def test_archive_sans_xml(tmp_path: Path) -> None:
    """An archive without XML, or with an unknown one, is « inconnu » and still an archive."""
    for membre in ("a.txt", "a.xml"):
        archive = io.BytesIO()
        write_zip(archive, [(membre, b"<html/>")], QUAND)
        reconnu = reconnait(tmp_path, archive.getvalue())
        assert (reconnu.famille, reconnu.archive) == (Famille.INCONNU, True)
        assert reconnu.phrase


def test_hostile_refuse(tmp_path: Path) -> None:
    """A hostile file is refused, not described."""
    with pytest.raises(XmlRefuse) as refus:
        reconnait(tmp_path, b'<!DOCTYPE STS_EDT [<!ENTITY a "b">]><STS_EDT>&a;</STS_EDT>')
    assert refus.value.code == "XML_ENTITES"
    archive = io.BytesIO()
    write_zip(archive, [("../a.xml", b"<STS_EDT/>")], QUAND)
    with pytest.raises(ZipRefuse):
        reconnait(tmp_path, archive.getvalue())
