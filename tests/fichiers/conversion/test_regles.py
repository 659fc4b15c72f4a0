"""Each rule: what the target does not carry, how many times; and what it carries is what the source said."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.formats.comparaison import comparer
from shared.formats.conversion import RapportConversion
from shared.formats.reconnaissance import reconnaitre
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.responsables import lire_responsables

from .jeu_conversion import (
    DOSSIERS_31,
    DOSSIERS_40,
    G2014,
    G2017,
    LIENS_13,
    LIENS_14,
    STS_2009,
    convertir,
    copie,
    regles,
)

A, S, D, G = "abandonné", "substitué", "déduit", "gardé tel quel"
LONG = "ABCDEFGHIJKLMNOPQRSTUVWXY"


@dataclass(frozen=True)
class Cas:
    """`source`, once changed, written in `vers`: exactly these rules, (code, field) → (sort, number)."""

    nom: str
    source: Path
    vers: str | None
    regles: dict[tuple[str, str], tuple[str, int]]
    changements: tuple[tuple[str, str], ...] = ()
    remarques: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.nom


NOM_USAGE = {("LIENS_NOM_USAGE", "NOM_USAGE"): (A, 1)}
RESPONSABLES = {
    ("SIECLE_NIVEAU", "NIVEAU_RESPONSABILITE"): (D, 2),
    ("SIECLE_RANG_LEGAL", "RESP_LEGAL"): (S, 1),
    ("SIECLE_NIVEAU_CONTACT", "NIVEAU_RESPONSABILITE"): (S, 1),
    ("SIECLE_LIEN", "PAIE_FRAIS_SCOLAIRES"): (D, 4),
    ("SIECLE_LIEN", "PERCOIT_LES_AIDES"): (D, 4),
    ("SIECLE_LIEN", "A_CONTACTER_EN_PRIORITE"): (D, 4),
    ("SIECLE_PARENTE", "CODE_PARENTE"): (G, 4),
}
VERS_3_1 = {
    ("DOSSIERS_ABSENT", "ID_SIECLE_PER"): (A, 1),
    ("DOSSIERS_ABSENT", "ID_SIECLE_ELE"): (A, 1),
    ("DOSSIERS_ABSENT", "UAI_ETAB_HEBERGEMENT"): (A, 1),
    ("DOSSIERS_ABSENT", "UAJ_ACCUEIL"): (A, 1),
    ("DOSSIERS_ABSENT", "SCOLARITE_ACTIVE/DPPS"): (A, 1),
    ("DOSSIERS_ABSENT", "ETABLISSEMENT_AN_DERNIER/CODE_REGIME"): (A, 1),
    ("DOSSIERS_AIDES", "PERSONNE_EN_CHARGE/PERCOIT_LES_AIDES"): (A, 1),
}
INE_BEA = {("SIECLE_INE", "INE_BEA"): (D, 2)}
CAS = (
    Cas("liens-1.3-vers-1.4", LIENS_13, None, {}),
    Cas("liens-1.4-vers-1.3", LIENS_14, "1.3", NOM_USAGE),
    Cas(
        "liens-noms-longs",
        LIENS_14,
        "1.3",
        {**NOM_USAGE, ("LIENS_NOM_LONG", "NOM"): (S, 1), ("LIENS_NOM_LONG", "PRENOM2"): (S, 1)},
        (("<NOM_DE_FAMILLE>EXEMPLE", f"<NOM_DE_FAMILLE>{LONG}Z"), ("<PRENOM2>Tom", f"<PRENOM2>{LONG}z")),
    ),
    Cas(
        "liens-nom-de-25",
        LIENS_14,
        "1.3",
        NOM_USAGE,
        (("<NOM_DE_FAMILLE>EXEMPLE", f"<NOM_DE_FAMILLE>{LONG}"),),
    ),
    Cas(
        "liens-sans-groupe",
        LIENS_13,
        "1.4",
        {("LIENS_SANS_GROUPE", "ELEVE"): (A, 1)},
        (
            (
                "<GROUPE>\n            <CODE_GROUPE>5 LATIN</CODE_GROUPE>\n          </GROUPE>",
                "",
            ),
        ),
    ),
    Cas(
        "liens-code-long",
        LIENS_13,
        "1.4",
        {("LIENS_CODE_LONG", "CODE_GROUPE"): (G, 1)},
        (("5ALL2G1", "5ALL2GROUPE1"),),
    ),
    Cas(
        "liens-inconnu",
        LIENS_13,
        "1.4",
        {("LECTURE_ELEMENT_INCONNU", "ELEVE/SURNOM"): (A, 1)},
        (("<PRENOM3>Lou", "<SURNOM>Lulu</SURNOM><PRENOM3>Lou"),),
    ),
    Cas("dossiers-3.1-vers-4.0", DOSSIERS_31, None, {}),
    Cas("dossiers-4.0-vers-3.1", DOSSIERS_40, "3.1", VERS_3_1),
    Cas(
        "dossiers-parente-courte",
        DOSSIERS_31,
        "4.0",
        {("DOSSIERS_PARENTE", "CODE_PARENTE"): (G, 1)},
        (("<CODE_PARENTE>39", "<CODE_PARENTE>3"),),
        ["SCHEMA"],
    ),
    Cas("eleves-2014", G2014 / "ElevesAvecAdresses.xml", None, INE_BEA),
    Cas("eleves-2017", G2017 / "ElevesAvecAdresses.xml", "2018", {}),
    Cas(
        "eleves-ine-rnie",
        G2014 / "ElevesAvecAdresses.xml",
        "2018",
        {("SIECLE_INE", "INE_BEA"): (D, 1), ("SIECLE_INE", "INE_RNIE"): (D, 1)},
        (("<ID_NATIONAL>0990000300H", "<ID_NATIONAL>990000024BJ"),),
    ),
    Cas(
        "eleves-absents",
        G2014 / "ElevesAvecAdresses.xml",
        "2018",
        {
            **INE_BEA,
            ("SIECLE_ABSENT_ZERO", "DOUBLEMENT"): (S, 1),
            ("SIECLE_ABSENT_ZERO", "ADHESION_TRANSPORT"): (S, 2),
        },
        (
            ("        <DOUBLEMENT>1</DOUBLEMENT>\n", ""),
            ("        <ADHESION_TRANSPORT>0</ADHESION_TRANSPORT>\n", ""),
            ("        <ADHESION_TRANSPORT>0</ADHESION_TRANSPORT>\n", ""),
        ),
    ),
    Cas(
        "eleves-adresse-absente",
        G2014 / "ElevesAvecAdresses.xml",
        "2018",
        {**INE_BEA, ("SIECLE_ADRESSE_ABSENTE", "ADRESSE_ID"): (A, 1)},
        (("<ADRESSE_ID>7001", "<ADRESSE_ID>7999"),),
    ),
    Cas("responsables-2014", G2014 / "ResponsablesAvecAdresses.xml", None, RESPONSABLES),
    Cas("responsables-2017", G2017 / "ResponsablesAvecAdresses.xml", None, RESPONSABLES),
    Cas(
        "responsables-lien-rompu",
        G2017 / "ResponsablesAvecAdresses.xml",
        None,
        {**RESPONSABLES, ("LECTURE_SIECLE_PERSONNE_INCONNUE", "RESPONSABLE_ELEVE"): (A, 1)},
        (("<PERSONNE_ID>8103</PERSONNE_ID>", "<PERSONNE_ID>8999</PERSONNE_ID>"),),
    ),
    Cas("nomenclature-2014", G2014 / "Nomenclature.xml", None, {("SIECLE_PARENTE", "CODE_PARENTE"): (G, 2)}),
    Cas("communs-2014", G2014 / "Communs.xml", None, {}),
    Cas("sts-2009", STS_2009, None, {("STS_SUPPLEANTS", "SUPPLEANTS"): (D, 1)}),
)


def _convertie(tmp_path: Path, cas: Cas) -> tuple[Path, Path, RapportConversion]:
    source = copie(cas.source, tmp_path / "source.xml", *cas.changements)
    cible = tmp_path / "cible.xml"
    return source, cible, convertir(source, cible, cas.vers)


@pytest.mark.parametrize("cas", CAS, ids=str)
def test_chaque_regle(tmp_path: Path, cas: Cas) -> None:
    """Exactly the rules of the case are told, with their counts; the source is left as it was."""
    source, cible, rapport = _convertie(tmp_path, cas)
    assert regles(rapport) == cas.regles
    assert sorted({r.code for r in rapport.remarques}) == cas.remarques
    assert rapport.sans_perte == (not {A, S} & {sort for sort, _ in cas.regles.values()})
    assert rapport.cible == cible.name
    assert source.read_bytes() == copie(cas.source, tmp_path / "temoin.xml", *cas.changements).read_bytes()
    assert sorted(f.name for f in tmp_path.iterdir()) == ["cible.xml", "source.xml", "temoin.xml"]


@pytest.mark.parametrize("cas", [c for c in CAS if not c.changements], ids=str)
def test_ce_que_la_cible_porte_est_ce_que_disait_la_source(tmp_path: Path, cas: Cas) -> None:
    """For what both generations can say, source and target are identical; the target is of its generation."""
    source, cible, _ = _convertie(tmp_path, cas)
    comparaison = comparer(source, cible)
    assert comparaison.identique
    assert sum(c.inchangees for c in comparaison.paires[0].categories) > 0
    assert reconnaitre(cible, "cible").version != reconnaitre(source, "source").version or cas.source == STS_2009


def test_un_ine_unique_a_partir_de_ceux_de_3_1(tmp_path: Path) -> None:
    """4.0 takes the INE of the RNIE where the national one is missing; another of the BEA is lost, and told."""
    source = copie(
        DOSSIERS_31,
        tmp_path / "source.xml",
        ("        <PRENOM>Aurélien", "        <PRENOM>Aurélien"),
        (
            "<NOM_DE_FAMILLE>EXEMPLE",
            "<INE_BEA>0990000241H</INE_BEA><INE_RNIE>990000024BJ</INE_RNIE><NOM_DE_FAMILLE>EXEMPLE",
        ),
    )
    rapport = convertir(source, tmp_path / "cible.xml")
    assert regles(rapport) == {
        ("DOSSIERS_INE", "ID_NATIONAL"): (D, 1),
        ("DOSSIERS_ABSENT", "INE_BEA"): (A, 1),
    }
    texte = (tmp_path / "cible.xml").read_text("iso-8859-15")
    assert "<ID_NATIONAL>990000024BJ</ID_NATIONAL>" in texte
    assert "INE_RNIE" not in texte


def test_les_noms_coupes_sont_bien_coupes(tmp_path: Path) -> None:
    """A name of 26 characters is written on 25, under the element of 1.3."""
    source = copie(LIENS_14, tmp_path / "s.xml", ("<NOM_DE_FAMILLE>EXEMPLE", f"<NOM_DE_FAMILLE>{LONG}Z"))
    convertir(source, tmp_path / "c.xml", "1.3")
    texte = (tmp_path / "c.xml").read_text("iso-8859-15")
    assert f"<NOM>{LONG}</NOM>" in texte
    assert "NOM_USAGE" not in texte


def test_les_liens_de_parente_d_avant_2018_sont_traduits(tmp_path: Path) -> None:
    """Legal 1 and 2 become level 1, the others level 3; who pays and who is called first follow."""
    convertir(G2014 / "ResponsablesAvecAdresses.xml", tmp_path / "c.xml")
    with (tmp_path / "c.xml").open("rb") as flux:
        liens = lire_responsables(flux, "c.xml").liens
    assert [(li.personne_id, li.niveau, li.paie_frais) for li in liens][:3] == [
        (8101, 1, True),
        (8102, 1, False),
        (8103, 3, False),
    ]


def test_l_ine_de_la_bea_va_a_sa_place(tmp_path: Path) -> None:
    """The only identifier of before 2017 is kept, and repeated where its form says it belongs."""
    convertir(G2014 / "ElevesAvecAdresses.xml", tmp_path / "c.xml")
    with (tmp_path / "c.xml").open("rb") as flux:
        document = lire_eleves(flux, "c.xml")
    assert [(e.id_national, e.ine_bea, e.ine_rnie) for e in document.eleves] == [
        ("0990000300H", "0990000300H", None),
        ("0990000317B", "0990000317B", None),
    ]
    assert document.entete.version == "3.0"


@pytest.mark.parametrize(("source", "milieu"), [(LIENS_13, "1.4"), (DOSSIERS_31, "4.0")])
def test_aller_et_retour(tmp_path: Path, source: Path, milieu: str) -> None:
    """To the recent version and back, byte for byte what a conversion from the source itself writes."""
    retour = "1.3" if milieu == "1.4" else "3.1"
    convertir(source, tmp_path / "milieu.xml", milieu)
    convertir(tmp_path / "milieu.xml", tmp_path / "retour.xml", retour)
    assert comparer(source, tmp_path / "retour.xml").identique
    convertir(tmp_path / "retour.xml", tmp_path / "encore.xml", milieu)
    assert (tmp_path / "encore.xml").read_bytes() == (tmp_path / "milieu.xml").read_bytes()
