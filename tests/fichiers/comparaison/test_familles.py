"""Each family: a change is told in its category, under its key, by its field; nothing else is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.formats.comparaison import Reglages, comparer

from .jeu_comparaison import AAF, EDT, EDT_CLAIR, ELEGROUPE, EMP_STS, SIECLE, STS_EMP, copie, differences

GOLDEN = sorted(
    [
        *SIECLE.glob("*.xml"),
        *SIECLE.glob("generations/*/*.xml"),
        *ELEGROUPE.glob("*.xml"),
        *STS_EMP.parent.glob("*.xml"),
        EDT_CLAIR,
        EDT / "EXP_COURS.xml",
        *AAF.glob("complet-*"),
    ]
)
ELEVES, RESPONSABLES = SIECLE / "ElevesAvecAdresses.xml", SIECLE / "ResponsablesAvecAdresses.xml"
LIENS, DOSSIERS = ELEGROUPE / "liens_1.4.xml", ELEGROUPE / "dossiers_4.0.xml"


@pytest.mark.parametrize("source", GOLDEN, ids=lambda p: p.name)
def test_un_fichier_est_identique_a_lui_meme(source: Path) -> None:
    """Compared with itself, every golden file has records, and none that differs or comes twice."""
    comparaison = comparer(source, source)
    assert comparaison.identique
    assert [r.code for r in comparaison.remarques] == ["COMPARER_MEME_FICHIER"]
    categories = comparaison.paires[0].categories
    assert sum(c.inchangees for c in categories) > 0
    assert all(c.doublons == (0, 0) for c in categories)


@dataclass(frozen=True)
class Cas:
    """In `fichier`, `ancien` becomes `neuf`: in `categorie`, keys added, removed, or fields modified by key."""

    fichier: Path
    ancien: str
    neuf: str
    categorie: str
    ajoutees: tuple[str, ...] = ()
    supprimees: tuple[str, ...] = ()
    champs: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.fichier.stem}-{self.categorie}"


CAS = (
    Cas(ELEVES, "<VILLE_NAISS>LEEDS", "<VILLE_NAISS>YORK", "élèves", champs={"700102": ["VILLE_NAISS"]}),
    Cas(
        ELEVES,
        "<CODE_STRUCTURE>6B",
        "<CODE_STRUCTURE>6C",
        "élèves",
        champs={"700101": ["SCOLARITE_AN_DERNIER/CODE_STRUCTURE"]},
    ),
    Cas(
        ELEVES,
        "<CODE_STRUCTURE>5A</CODE_STRUCTURE>",
        "<CODE_STRUCTURE>5B</CODE_STRUCTURE>",
        "divisions des élèves",
        champs={"700101": ["CODE_STRUCTURE"]},
    ),
    Cas(
        ELEVES,
        "<CODE_STRUCTURE>5LATIN",
        "<CODE_STRUCTURE>5GREC",
        "groupes des élèves",
        ("700101 / 5GREC",),
        ("700101 / 5LATIN",),
    ),
    Cas(
        ELEVES,
        "<CODE_MATIERE>020300",
        "<CODE_MATIERE>020400",
        "options des élèves",
        champs={"700101 / 2": ["CODE_MATIERE"]},
    ),
    Cas(
        ELEVES,
        "<CODE_BOURSE>1",
        "<CODE_BOURSE>2",
        "bourses des élèves",
        ("700102 / 2",),
        ("700102 / 1",),
    ),
    Cas(ELEVES, "12 HIGH STREET", "14 HIGH STREET", "adresses", champs={"900302": ["LIGNE1_ADRESSE"]}),
    Cas(RESPONSABLES, "+33639980002", "+33639980003", "responsables", champs={"800501": ["TEL_PORTABLE"]}),
    Cas(
        RESPONSABLES,
        "<HEBERGE_ELEVE>true",
        "<HEBERGE_ELEVE>false",
        "liens élève-responsable",
        champs={"700101 / 800501": ["HEBERGE_ELEVE"]},
    ),
    Cas(
        SIECLE / "Structures.xml",
        '"5LATIN"',
        '"5GREC"',
        "groupes",
        ("5GREC",),
        ("5LATIN",),
    ),
    Cas(SIECLE / "Structures.xml", "CINQUIEME A", "CINQUIEME Z", "divisions", champs={"5A": ["LIBELLE_LONG"]}),
    Cas(SIECLE / "Communs.xml", "30/11/2025", "29/11/2025", "périodes", champs={"T1 / 1": ["DATE_FIN"]}),
    Cas(
        SIECLE / "Communs.xml",
        "<DATE_FIN>02/11/2025",
        "<DATE_FIN>03/11/2025",
        "fermetures",
        champs={"TOUSSAINT / 2025-10-18": ["DATE_FIN"]},
    ),
    Cas(
        LIENS,
        "<DATE_DEBUT_GROUPE>2025-09-15",
        "<DATE_DEBUT_GROUPE>2025-09-16",
        "liens élève-groupe",
        champs={"INE 990000024BJ / 5ALL2G1": ["DATE_DEBUT_GROUPE"]},
    ),
    Cas(LIENS, "<PRENOM3>Lou", "<PRENOM3>Max", "élèves", champs={"ID_PRV_ELE 0": ["PRENOM3"]}),
    Cas(DOSSIERS, "<NB_PART>3", "<NB_PART>4", "élèves", champs={"1201": ["BOURSES"]}),
    Cas(
        DOSSIERS,
        "<CODE_PARENTE>39",
        "<CODE_PARENTE>38",
        "liens élève-responsable",
        champs={"1201 / 502 / PERSONNE_EN_CHARGE": ["CODE_PARENTE"]},
    ),
    Cas(
        DOSSIERS,
        "<CODE_MODALITE_ELECT>F",
        "<CODE_MODALITE_ELECT>O",
        "options des élèves",
        champs={"1201 / 020300": ["CODE_MODALITE_ELECT"]},
    ),
    Cas(
        STS_EMP,
        "<HEURES_STRUCTURE>4.50",
        "<HEURES_STRUCTURE>5.00",
        "services",
        champs={"6A / 020700 / CG": ["HEURES_STRUCTURE"]},
    ),
    Cas(
        STS_EMP,
        "<TAUX_PONDERATION>1.25",
        "<TAUX_PONDERATION>1.50",
        "enseignants des services",
        champs={"6B 5B / 020700 / CG / 70011": ["TAUX_PONDERATION"]},
    ),
    Cas(STS_EMP, "<GRADE>AGREGE CLN", "<GRADE>PERDIR", "enseignants et personnels", champs={"epp / 70012": ["GRADE"]}),
    Cas(STS_EMP, "6EME A<", "6EME Z<", "divisions", champs={"6A": ["LIBELLE_LONG"]}),
    Cas(STS_EMP, '<SUPPLEANT ID="70014">', '<SUPPLEANT ID="70015">', "suppléants", ("70015",), ("70014",)),
    Cas(
        EMP_STS,
        "<CODE_SALLE>LABO 1",
        "<CODE_SALLE>LABO 2",
        "cours",
        champs={"6A / 020700 / CG / 70011 / SA / 3 / 1030": ["CODE_SALLE"]},
    ),
    Cas(EDT_CLAIR, 'Libelle="FRANCAIS"', 'Libelle="LETTRES"', "matières", champs={"FRANC": ["Libelle"]}),
    Cas(
        EDT_CLAIR, 'IDEtablissement="1201"', 'IDEtablissement="1202"', "élèves", champs={"880001": ["IDEtablissement"]}
    ),
    Cas(
        EDT_CLAIR,
        '<Salle Ident="301" Semaines="11728124029610"/>',
        '<Salle Ident="301" Semaines="2"/>',
        "cours",
        champs={"jour 1 / place 0 / FRANC / 40101 / 6A": ["Salle"]},
    ),
    Cas(EDT / "EXP_COURS.xml", "<SALLE>B12", "<SALLE>B13", "cours", champs={"7": ["SALLE"]}),
)


@pytest.mark.parametrize("cas", CAS, ids=str)
def test_chaque_categorie(tmp_path: Path, cas: Cas) -> None:
    """One text changed in a file is told in one category, under the format's own key, and nowhere else."""
    neuf = copie(cas.fichier, tmp_path / cas.fichier.name, (cas.ancien, cas.neuf))
    assert differences(comparer(cas.fichier, neuf)) == {cas.categorie: (cas.ajoutees, cas.supprimees, cas.champs)}


def test_l_ordre_des_fiches_ne_compte_pas(tmp_path: Path) -> None:
    """Pupils written the other way round are the same pupils."""
    texte = ELEVES.read_bytes().decode("iso-8859-15")
    fiches = re.findall(r"      <ELEVE .*?</ELEVE>\n", texte, re.DOTALL)
    assert len(fiches) == 3
    retourne = texte.replace("".join(fiches), "".join(reversed(fiches)))
    assert retourne != texte
    neuf = tmp_path / "eleves.xml"
    neuf.write_bytes(retourne.encode("iso-8859-15"))
    assert comparer(ELEVES, neuf).identique


def test_la_forme_ne_compte_pas(tmp_path: Path) -> None:
    """A boolean in its older spelling, blanks around a text, an empty element or none: the same record."""
    neuf = copie(
        ELEVES,
        tmp_path / "eleves.xml",
        ("<DOUBLEMENT>1<", "<DOUBLEMENT>O<"),
        ("<VILLE_NAISS>LEEDS<", "<VILLE_NAISS>  LEEDS <"),
        ("        <VILLE_NAISS/>\n", ""),
        ("<HORODATAGE>", "<HORODATAGE>  "),
    )
    assert comparer(ELEVES, neuf).identique


def test_les_numeros_d_un_emploi_du_temps_ne_comptent_pas(tmp_path: Path) -> None:
    """Ident holds in one file: an export whose objects are all numbered otherwise says the same."""
    texte = EDT_CLAIR.read_text("utf-8")
    neuf = tmp_path / "edt.xml"
    neuf.write_text(re.sub(r'Ident="(\d+)"', lambda m: f'Ident="{int(m[1]) + 7000}"', texte), "utf-8")
    assert comparer(EDT_CLAIR, neuf).identique


def test_une_fiche_en_double_se_voit(tmp_path: Path) -> None:
    """A key given twice is counted, and one copy more on one side is a difference."""
    lien = "<GROUPE>\n            <CODE_GROUPE>5LATIN</CODE_GROUPE>\n          </GROUPE>"
    neuf = copie(LIENS, tmp_path / "liens.xml", (lien, f"{lien}{lien}"))
    comparaison = comparer(LIENS, neuf, Reglages(valeurs=True))
    assert differences(comparaison) == {
        "liens élève-groupe": ((), (), {"700101 / 5LATIN": ["(fiche en plusieurs exemplaires)"]})
    }
    (categorie,) = [c for c in comparaison.paires[0].categories if not c.identique]
    assert categorie.doublons == (0, 1)
    assert (categorie.modifiees[0].changements[0].avant, categorie.modifiees[0].changements[0].apres) == ("1", "2")
