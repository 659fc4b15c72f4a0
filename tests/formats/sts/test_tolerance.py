"""STS files as they really come: other encodings, padded, trimmed, older, richer, or not the right ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shared.formats.sts import Cours, EmpSts, StsEmp, StsRefuse, lire_emp_sts, lire_sts_emp

from .ecole_inventee import UAI, emp_sts, sts_emp

DONNEES = Path(__file__).parent / "data"
STS = (DONNEES / f"sts_emp_{UAI}_2025.xml").read_text("iso-8859-15")
EMP = (DONNEES / f"emp_sts_{UAI}_2025.xml").read_text("iso-8859-15")


def lit_sts(texte: str, encodage: str = "iso-8859-15") -> StsEmp:
    return lire_sts_emp(io.BytesIO(texte.encode(encodage)), "essai.xml")


def lit_emp(texte: str, encodage: str = "iso-8859-15") -> EmpSts:
    return lire_emp_sts(io.BytesIO(texte.encode(encodage)), "essai.xml")


@pytest.mark.parametrize("encodage", ["UTF-8", "windows-1252", "UTF-16"])
def test_tout_encodage_declare(encodage: str) -> None:
    """The same document in another declared encoding is the same."""
    assert lit_sts(STS.replace("ISO-8859-15", encodage), encodage) == sts_emp()
    assert lit_emp(EMP.replace("ISO-8859-15", encodage), encodage) == emp_sts()


def test_texte_entoure_de_blancs() -> None:
    """A file re-indented by a formatter, each text on a line of its own, reads the same."""
    aere = STS.replace("><", ">\r\n<").replace(">\n", ">\n\t ")
    for balise in ("NOM_USAGE", "HORAIRE", "EFFECTIF_PREVU", "CO_ENS", "DATE_DEBUT"):
        aere = aere.replace(f"<{balise}>", f"<{balise}>\r\n\t\t").replace(f"</{balise}>", f"\n\t</{balise}>")
    lu = lit_sts(aere)
    assert lu == sts_emp()
    assert lu.remarques == ()


def test_elements_vides_sous_les_deux_formes() -> None:
    """`<X></X>` is `<X/>`."""
    assert lit_emp(EMP.replace("<GROUPE_SALLE/>", "<GROUPE_SALLE></GROUPE_SALLE>")) == emp_sts()


@pytest.mark.parametrize("conteneur", ["DIVISIONS", "GROUPES", "HORAIRES", "SALLES_COURS", "INDIVIDUS", "ALTERNANCES"])
def test_conteneur_absent(conteneur: str) -> None:
    """A remontée may lack any container; the rest is read."""
    debut, fin = EMP.index(f"<{conteneur}>"), EMP.index(f"</{conteneur}>") + len(conteneur) + 3
    lu = lit_emp(EMP[:debut] + EMP[fin:])
    assert lu.remarques == ()
    champ = {"SALLES_COURS": "salles"}.get(conteneur, conteneur.lower())
    assert getattr(lu, champ) == ()
    for autre in ("horaires", "alternances", "salles", "individus", "divisions", "groupes"):
        if autre != champ:
            assert getattr(lu, autre) == getattr(emp_sts(), autre)


def test_sts_emp_minimal() -> None:
    """An sts_emp with nothing but its parameters is an empty school."""
    lu = lit_sts('<STS_EDT><PARAMETRES><UAJ CODE="0980017L"/><ANNEE_SCOLAIRE ANNEE="2025"/></PARAMETRES></STS_EDT>')
    assert (lu.parametres.uaj.code, lu.parametres.annee_scolaire.annee) == ("0980017L", 2025)
    assert lu.divisions == lu.individus == lu.nomenclatures.matieres == ()


def test_remontee_sans_modalite_ni_type() -> None:
    """Without modality a service is « CG »; a teacher without type has none, to be found by id alone."""
    lu = lit_emp(EMP.replace(' CODE_MOD_COURS="CG"', "").replace(' TYPE="epp"', ""))
    service = lu.divisions[0].services[0]
    assert service.code_mod_cours == "CG"
    assert (service.enseignants[0].id, service.enseignants[0].type) == ("70011", None)


def test_alternances_sous_la_racine() -> None:
    """Some software writes the alternances before the data: they are read all the same."""
    debut, fin = EMP.index("<ALTERNANCES>"), EMP.index("</ALTERNANCES>") + len("</ALTERNANCES>")
    deplace = (EMP[:debut] + EMP[fin:]).replace("<DONNEES>", EMP[debut:fin] + "<DONNEES>")
    lu = lit_emp(deplace)
    assert lu == emp_sts()
    assert lu.remarques == ()


def test_inconnus_remarques_jamais_perdus() -> None:
    """What is not known is skipped with one remark for each place, its first line and its count."""
    texte = STS.replace("<SEXE>", "<NUMEN/><SEXE>").replace("<STRUCTURE>", "<STRUCTURE><SITES><SITE/></SITES>")
    texte = texte.replace('<DIVISION CODE="6A">', '<DIVISION CODE="6A" COULEUR="vert">')
    lu = lit_sts(texte)
    assert lu == sts_emp()
    assert [(r.code, r.lieu.element) for r in lu.remarques] == [
        ("ELEMENT_INCONNU", "STS_EDT/DONNEES/INDIVIDUS/INDIVIDU/NUMEN"),
        ("ELEMENT_INCONNU", "STS_EDT/DONNEES/STRUCTURE/SITES"),
        ("ATTRIBUT_INCONNU", "STS_EDT/DONNEES/STRUCTURE/DIVISIONS/DIVISION@COULEUR"),
        ("ELEMENT_INCONNU", "STS_EDT/DONNEES/SUPPLEANTS/SUPPLEANT/NUMEN"),
    ]
    lignes = texte.split("\n")
    assert lu.remarques[0].lieu.ligne == next(n for n, t in enumerate(lignes, 1) if "NUMEN" in t)
    assert "(3 fois)" in lu.remarques[0].phrase


Extrait = Callable[[Cours], object]


@pytest.mark.parametrize(
    ("avant", "apres", "extrait", "attendu"),
    [
        ("<DUREE>0130<", "<DUREE>1h30<", lambda d: d.duree, timedelta(minutes=90)),
        ("<DUREE>0130<", "<DUREE>0190<", lambda d: d.duree, None),
        ("<HEURE_DEBUT>1030<", "<HEURE_DEBUT>10:30<", lambda d: d.heure_debut, time(10, 30)),
        ("<HEURE_DEBUT>1030<", "<HEURE_DEBUT>2560<", lambda d: d.heure_debut, None),
        ("<JOUR>3<", "<JOUR>mercredi<", lambda d: d.jour, None),
        ("<JOUR>3</JOUR>", "<JOUR/>", lambda d: d.jour, None),
    ],
)
def test_valeurs_de_cours(avant: str, apres: str, extrait: Extrait, attendu: object) -> None:
    """Other usual ways of writing an hour are understood; what is not is absent, and remarked."""
    lu = lit_emp(EMP.replace(avant, apres))
    assert extrait(lu.divisions[0].services[0].enseignants[0].cours[1]) == attendu
    illisibles = [r.code for r in lu.remarques]
    assert illisibles == ([] if attendu is not None or "/>" in apres else ["VALEUR_ILLISIBLE"])


def test_valeurs_de_sts_emp() -> None:
    """A comma in hours is understood; a bad date or number is absent and remarked without its value."""
    texte = STS.replace("<NB_HEURES>18.00<", "<NB_HEURES>18,5<")
    texte = texte.replace("<DATE_NAISSANCE>1981-04-12<", "<DATE_NAISSANCE>12/04/1981<")
    texte = texte.replace("<EFFECTIF_PREVU>26<", "<EFFECTIF_PREVU>-26<", 1)
    lu = lit_sts(texte)
    assert lu.individus[0].disciplines[0].nb_heures == Decimal("18.5")
    assert lu.individus[0].date_naissance is None
    assert lu.individus[1].date_naissance == date(1975, 11, 30)
    assert lu.divisions[0].effectif_prevu is None
    assert [r.code for r in lu.remarques] == ["VALEUR_ILLISIBLE", "VALEUR_ILLISIBLE"]
    assert not any("1981" in r.phrase for r in lu.remarques)


def test_attribut_requis_absent() -> None:
    """A division without its code is not read, and a remark says so; the others are."""
    lu = lit_sts(STS.replace('<DIVISION CODE="6A">', "<DIVISION>"))
    assert [d.code for d in lu.divisions] == ["6B 5B", "5C"]
    assert [r.code for r in lu.remarques] == ["ATTRIBUT_ABSENT"]


def test_element_repete_et_texte_perdu() -> None:
    """Of a repeated element the first counts; a text lost between elements is remarked."""
    lu = lit_sts(STS.replace("<SIGLE>CLG</SIGLE>", "<SIGLE>CLG</SIGLE>oups<SIGLE>LYC</SIGLE>"))
    assert lu.parametres.uaj.sigle == "CLG"
    assert sorted(r.code for r in lu.remarques) == ["ELEMENT_REPETE", "TEXTE_INATTENDU"]


def test_fichiers_confondus() -> None:
    """The commonest mistake, one file for the other, is named, with the root that is expected."""
    with pytest.raises(StsRefuse) as refus:
        lit_sts(EMP)
    assert refus.value.code == "STS_MAUVAIS_FICHIER"
    assert "remontée" in refus.value.phrase
    assert "STS_EDT" in (refus.value.remede or "")
    with pytest.raises(StsRefuse) as refus:
        lit_emp(STS)
    assert "export « Emploi du temps »" in refus.value.phrase
    with pytest.raises(StsRefuse) as refus:
        lit_emp("<BEE_ELEVES/>")
    assert refus.value.code == "STS_MAUVAIS_FICHIER"


@pytest.mark.parametrize(
    ("retire", "code"),
    [
        ('<UAJ CODE="0980017L">', "STS_UAJ_ABSENT"),
        ('<ANNEE_SCOLAIRE ANNEE="2025">', "STS_ANNEE_ABSENTE"),
    ],
)
def test_etablissement_et_annee_obligatoires(retire: str, code: str) -> None:
    """An sts_emp that does not say its school or its year is refused."""
    with pytest.raises(StsRefuse) as refus:
        lit_sts(STS.replace(retire, retire.split(" ", 1)[0] + ">"))
    assert refus.value.code == code


def test_remontee_sans_etablissement() -> None:
    """A remontée that does not say its school is refused; without a year it is read."""
    with pytest.raises(StsRefuse) as refus:
        lit_emp(EMP.replace("<UAJ>0980017L</UAJ>", "<UAJ/>"))
    assert refus.value.code == "STS_UAJ_ABSENT"
    sans_annee = lit_emp(EMP.replace("<ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE>", ""))
    assert sans_annee.parametres.annee_scolaire is None
    sans_source = lit_emp(EMP.replace("<APPLICATION_SOURCE>EDITEUR_PRIVE</APPLICATION_SOURCE>", ""))
    assert sans_source.parametres.application_source is None
