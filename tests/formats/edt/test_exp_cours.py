"""EXP_COURS is read as it comes: any case, padded hours, commas, group expressions."""

from __future__ import annotations

import io
from datetime import time, timedelta
from decimal import Decimal

import pytest

from shared.contracts.refus import FichierRefuse
from shared.formats.edt import CoursExporte, LecteurExpCours, ProfesseurCours, PublicCours

from .jeu_edt import DONNEES

EXP_COURS = (DONNEES / "EXP_COURS.xml").read_text("iso-8859-15")


def lit(texte: str, encodage: str = "iso-8859-15") -> tuple[list[CoursExporte], list[str]]:
    lecteur = LecteurExpCours(io.BytesIO(texte.encode(encodage)), "EXP_COURS.xml")
    cours = list(lecteur)
    return cours, [r.code for r in lecteur.remarques]


def test_fichier_garde() -> None:
    """The file kept here gives its three courses, without a remark."""
    cours, remarques = lit(EXP_COURS)
    assert remarques == []
    assert cours[0] == CoursExporte(
        numero="7",
        duree=timedelta(hours=1),
        frequence="H",
        matiere_code="FRANC",
        matiere_libelle="FRANCAIS",
        professeurs=(ProfesseurCours("ŒSTRADEL", "CAMILLE"),),
        publics=(PublicCours("6A"),),
        salle="B12",
        alternance="H",
        modalite="CG",
        co_enseignement=False,
        ponderation=Decimal("1"),
        jour=1,
        heure_debut=time(8, 30),
        effectif=26,
    )
    assert cours[1].professeurs == (ProfesseurCours("ŒSTRADEL", "CAMILLE"), ProfesseurCours("HŸSSEL", "ZOË"))
    assert cours[1].publics == (
        PublicCours("6A", "6ALL1", "ALL"),
        PublicCours("6 B", "6ALL1", None),
        PublicCours("5A", None, "GR 1"),
    )
    assert (cours[1].ponderation, cours[1].co_enseignement, cours[1].jour) == (Decimal("1.25"), True, 5)
    assert (cours[2].numero, cours[2].duree, cours[2].effectif, cours[2].professeurs) == ("9", None, None, ())
    assert cours[2].publics == ()


def test_racine_et_noms_de_toute_casse() -> None:
    """The root and the names of elements may be in any case, in another encoding, with a mark."""
    texte = EXP_COURS.replace("TABLE", "Table").replace("MAT_CODE", "Mat_Code").replace("Cours_annuels", "COURS")
    texte = texte.replace("ISO-8859-15", "UTF-8")
    assert lit(texte, "utf-8-sig") == lit(EXP_COURS)


def test_illisible_ou_inconnu_est_dit() -> None:
    """What cannot be read is empty and told; what is not known is kept with the course, or told."""
    texte = (
        EXP_COURS.replace("<DUREE>1h00</DUREE>", "<DUREE>une heure</DUREE><MEMO>à voir</MEMO>", 1)
        .replace("<JOUR>lundi</JOUR>", "<JOUR>lun.</JOUR>")
        .replace("<EFFECTIF>26</EFFECTIF>", "<EFFECTIF>plein</EFFECTIF>")
        .replace("<CO-ENS.>N</CO-ENS.>", "<CO-ENS.>?</CO-ENS.>", 1)
        .replace("<POND.>1</POND.>", "<POND.>nan</POND.>", 1)
        .replace("<H.DEBUT>  08h30</H.DEBUT>", "<H.DEBUT>tôt</H.DEBUT>")
        .replace("<PROF_PRENOM>CAMILLE</PROF_PRENOM>", "<PROF_PRENOM/>")
        .replace("</TABLE>", "<Pied/></TABLE>")
    )
    cours, remarques = lit(texte)
    premier = cours[0]
    assert (premier.duree, premier.jour, premier.effectif, premier.co_enseignement) == (None, None, None, None)
    assert (premier.ponderation, premier.heure_debut) == (None, None)
    assert premier.professeurs == (ProfesseurCours("ŒSTRADEL", ""),)
    assert premier.autres == (("MEMO", "à voir"),)
    assert sorted(remarques) == ["ELEMENT_INCONNU"] * 2 + ["LISTES_INEGALES"] + ["VALEUR_ILLISIBLE"] * 6
    assert len(cours) == 3


@pytest.mark.parametrize(
    ("code", "texte"),
    [
        ("EDT_MAUVAIS_FICHIER", "<STS_EDT/>"),
        ("XML_MAL_FORME", EXP_COURS[:-20]),
        ("XML_VIDE", ""),
    ],
)
def test_refus(code: str, texte: str) -> None:
    """Another root, a truncated or an empty file is refused; a table without course is empty."""
    with pytest.raises(FichierRefuse) as refus:
        lit(texte)
    assert refus.value.code == code
    assert lit('<TABLE nom="Cours"/>') == ([], [])
