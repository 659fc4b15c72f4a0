"""Dossiers from private software: written, read back, deposited."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Refus
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers, lire_evenements, verifier_depot_dossiers
from shared.formats.elegroupe.liens import EnTeteLiens
from shared.formats.elegroupe.schema import schema

from . import jeu_elegroupe as jeu

DATA = Path(__file__).parent / "data"
RADICAL = "0970001ZPRIVE2025251010174502"
ADRESSE = d.AdresseDossier("100", "3 RUE INVENTÉE", code_postal="97000", libelle_postal="VILLE IMAGINAIRE")
ETRANGERE = d.AdresseDossier("132", "12 HIGH STREET", commune_etrangere="LEEDS")
PERSONNES = (
    d.PersonneDossier(
        501,
        "2",
        "FICTIF",
        "Hélène",
        "54",
        id_siecle_per=800501,
        adresse=ADRESSE,
        communication_adresse=True,
        tel_portable="+33639980002",
        accepte_sms=True,
        email="helene.fictif@familles.invalid",
    ),
    d.PersonneDossier(502, "1", "MODELE", "Bruno", "99", nom_usage="D'ESSAI"),
)
DPP = d.Dpp("02", date(2025, 9, 1), date(2026, 7, 3))
ELEVES = (
    d.EleveDossier(
        1201,
        "FICTIF",
        "Zoé",
        date(2013, 4, 17),
        "100",
        adhesion_transport=False,
        code_regime="24",
        doublement=False,
        id_siecle_ele=700101,
        id_national="990000017CF",
        prenom2="Ada",
        code_pays_nat="100",
        code_sexe="2",
        code_commune_insee_naiss="97001",
        date_entree=date(2025, 9, 1),
        adresse=ETRANGERE,
        uai_etab_hebergement="0970002A",
        bourses=(d.BourseDossier("1", 3),),
        responsables=(
            d.LienDossier(d.Nature.LEGAL, 501, "10", True, True, True, True),
            d.LienDossier(d.Nature.EN_CHARGE, 502, "39", None, False, False, None),
            d.LienDossier(d.Nature.CONTACT, 502, "90"),
        ),
        scolarite=d.ScolariteActive(
            "10110001110",
            "ST",
            date(2025, 9, 1),
            "5A",
            options=(d.OptionDossier("030201", "O", "0970002A"), d.OptionDossier("020300", "F")),
            dpps=(DPP,),
        ),
        an_dernier=d.AnDernier("1", "0970001Z", code_mef="10010012110", code_regime="0", options=("AGL1",)),
    ),
    d.EleveDossier(
        1202,
        "EXEMPLE",
        "Aurélien",
        date(2013, 11, 2),
        "132",
        adhesion_transport=False,
        code_regime="0",
        doublement=True,
        code_motif_sortie="10",
        date_sortie=date(2025, 10, 3),
        ville_naiss="LEEDS",
    ),
)


def ecrit(version: str = "4.0", eleves: tuple[d.EleveDossier, ...] = ELEVES) -> bytes:
    tampon = io.BytesIO()
    ecrire_dossiers(tampon, jeu.PARAMETRES, PERSONNES, eleves, version=version)
    return tampon.getvalue()


@pytest.mark.parametrize("version", d.VERSIONS)
def test_bytes_are_those_of_the_reviewed_sample(version: str) -> None:
    """Both versions are, byte for byte, the samples that were read and approved, and valid."""
    octets = ecrit(version)
    assert octets == (DATA / f"dossiers_{version}.xml").read_bytes()
    schema(f"dossiers_{version}").assertValid(etree.fromstring(octets))


def test_version_4_reads_back_as_it_was_given() -> None:
    """Reading what was written gives the same persons and pupils, leavers included."""
    document = lire_dossiers(io.BytesIO(ecrit()), "dossiers.xml")
    assert document == d.DocumentDossiers(EnTeteLiens("4.0", jeu.PARAMETRES), PERSONNES, ELEVES)
    evenements = list(lire_evenements(io.BytesIO(ecrit()), "dossiers.xml"))
    assert evenements == [document.entete, *PERSONNES, *ELEVES]


def test_version_3_leaves_out_what_it_does_not_know() -> None:
    """3.1 has neither SIECLE identifiers, boarding school, DPP nor last year's régime."""
    texte = ecrit("3.1")
    for balise in (b"ID_SIECLE", b"UAI_ETAB_HEBERGEMENT", b"UAJ_ACCUEIL", b"<DPP"):
        assert balise not in texte
    eleve = lire_dossiers(io.BytesIO(texte), "dossiers.xml").eleves[0]
    assert eleve.an_dernier is not None
    assert (eleve.id_siecle_ele, eleve.an_dernier.code_regime) == (None, None)
    assert eleve.responsables[0] == ELEVES[0].responsables[0]


def deposer(texte: bytes, nom: str = RADICAL, logiciel: str | None = None) -> d.DocumentDossiers:
    contenu = jeu.zip_de((f"{nom}.xml", texte))
    return verifier_depot_dossiers(f"{nom}.zip", contenu, jeu.CONTEXTE, logiciel).document


@pytest.mark.parametrize("version", d.VERSIONS)
def test_written_files_are_accepted(version: str) -> None:
    """Both versions pass the deposit, also with the software already known."""
    assert len(deposer(ecrit(version), logiciel="EDTSIM").eleves) == 2


@pytest.mark.parametrize(
    ("avant", "apres", "code"),
    [
        (b"<CODE_PARENTE>10<", b"<CODE_PARENTE>1<", "XML_NON_VALIDE"),
        (b">502</ID_PRV_PER>\n            <CODE_PARENTE>90", b">503</ID_PRV_PER><CODE_PARENTE>90", "XML_NON_VALIDE"),
        (b"<ID_PRV_ELE>1202<", b"<ID_PRV_ELE>1201<", "XML_NON_VALIDE"),
        (b"<DATE_SORTIE>2025-10-03</DATE_SORTIE>", b"", "XML_NON_VALIDE"),
        (b">0970001Z</UAJ>", b">0970002A</UAJ>", "ETABLISSEMENT_FICHIER_DIFFERENT"),
        (b">2025</ANNEE", b">2026</ANNEE", "ANNEE_FICHIER_DIFFERENTE"),
        (b">EDTSIM<", b">AUTRE<", "LOGICIEL_DIFFERENT"),
    ],
)
def test_other_files_are_refused(avant: bytes, apres: bytes, code: str) -> None:
    """A one-character parenté, an unknown or double person, another school, year or software are refused."""
    texte = ecrit()
    assert avant in texte
    with pytest.raises(FichierRefuse) as refus:
        deposer(texte.replace(avant, apres), logiciel="EDTSIM")
    assert refus.value.code == code


@pytest.mark.procedure("ACC-11")
def test_group_links_are_not_dossiers() -> None:
    """A group-links file deposited on this page is refused by its name, and renamed, by its composition."""
    with pytest.raises(FichierRefuse) as refus:
        deposer(jeu.xml(), jeu.RADICAL)
    assert refus.value.code == "NOM_FICHIER_AUTRE_IMPORT"
    with pytest.raises(FichierRefuse) as refus:
        deposer(jeu.xml())
    assert refus.value.code == "XML_NON_VALIDE"


@pytest.mark.parametrize(
    "changement",
    [
        {"responsables": ()},
        {"responsables": ELEVES[0].responsables[:1] * 3},
        {"scolarite": None},
        {"an_dernier": None},
        {"code_sexe": None},
        {"code_commune_insee_naiss": None},
        {"ville_naiss": "LEEDS"},
        {"date_sortie": date(2025, 10, 1)},
        {"adresse": d.AdresseDossier("100", "SANS VILLE")},
        {"an_dernier": d.AnDernier("1")},
    ],
)
def test_dossiers_that_would_not_be_taken_are_not_written(changement: dict[str, object]) -> None:
    """Without legal representative, schooling, sex or birthplace, a pupil is refused at writing."""
    with pytest.raises(Refus) as refus:
        ecrit(eleves=(replace(ELEVES[0], **changement),))
    assert refus.value.code == "DOSSIERS_INCOMPLET"
    assert "FICTIF" not in refus.value.phrase


def test_an_empty_file_is_not_written() -> None:
    """No pupil, no file."""
    with pytest.raises(Refus) as refus:
        ecrit(eleves=())
    assert refus.value.code == "DOSSIERS_VIDES"
