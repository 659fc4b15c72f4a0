"""Each rule of the examination, on a coherent school spoilt by one change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.formats.examen import Gravite

from .jeu_examen import FICHIERS, codes, examiner_dossier, ligne_de, poser, problemes

STS, EMP = "sts_emp_0980123B_2025.xml", "emp_sts_0980123B_2025.xml"
ELEVES, RESP = "ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml"
STRUCT, NOM, COMMUNS, LIENS = "Structures.xml", "Nomenclature.xml", "Communs.xml", "liens.xml"
E, R = Gravite.ERREUR, Gravite.REMARQUE


@dataclass(frozen=True)
class Cas:
    """In `fichier`, `ancien` becomes `nouveau`: the problem `code` is told, in `ou` (or `fichier`), at `texte`'s line.

    `seuls`: the codes of all problems told, when one change shows in several ways.
    """

    code: str
    gravite: Gravite
    fichier: str
    ancien: str
    nouveau: str
    texte: str = ""
    ou: str = ""
    seuls: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.code}-{self.fichier}"


CAS = (
    # --- values
    Cas("INE_CLE", R, ELEVES, "990001000BC", "990001000AA", "990001000AA"),
    Cas("INE_FORME", R, ELEVES, "990001000BC", "99-0001", "99-0001"),
    Cas("INE_EN_DOUBLE", E, ELEVES, "990001001BB", "990001000BC"),
    Cas("UAI_INVALIDE", E, LIENS, "<UAJ>0980123B", "<UAJ>0980123A"),
    Cas(
        "MEF_FORME",
        E,
        ELEVES,
        "<CODE_MEF>10110001110",
        "<CODE_MEF>1011000111",
        seuls=frozenset({"MEF_FORME", "MEF_INCONNU", "GROUPE_B_02"}),
    ),
    Cas(
        "MATIERE_FORME",
        R,
        ELEVES,
        "<CODE_MATIERE>030201",
        "<CODE_MATIERE>AGL1",
        "<CODE_MATIERE>",
        seuls=frozenset({"MATIERE_FORME", "MATIERE_INCONNUE"}),
    ),
    Cas("DATE_NAISSANCE", R, ELEVES, "17/04/2013", "17/04/1953"),
    Cas("DATE_NAISSANCE", R, LIENS, "2013-04-17", "2053-04-17"),
    Cas("DATE_HORS_ANNEE", R, ELEVES, "<DATE_ENTREE>01/09/2025", "<DATE_ENTREE>01/09/2027"),
    Cas("DATE_HORS_ANNEE", R, ELEVES, "<CODE_REGIME>2", "<DATE_SORTIE>01/09/2019</DATE_SORTIE><CODE_REGIME>2"),
    Cas("SIECLE_VALEUR_INVALIDE", E, ELEVES, "17/04/2013", "2013-04-17"),
    Cas("SIECLE_CHAMP_ABSENT", E, ELEVES, "        <PRENOM>Zoé</PRENOM>\n", "", 'ELEVE ELEVE_ID="7001"'),
    Cas("SIECLE_VALEUR_INVALIDE", E, RESP, "<NIVEAU_RESPONSABILITE>1", "<NIVEAU_RESPONSABILITE>4"),
    Cas("VALEUR_ILLISIBLE", E, EMP, "<JOUR>1", "<JOUR>lundi", "<JOUR>lundi"),
    Cas("ANNEE_BORNES", E, STS, "<DATE_FIN>2026", "<DATE_FIN>2024", "<ANNEE_SCOLAIRE"),
    Cas(
        "ANNEE_BORNES",
        E,
        COMMUNS,
        "<DATE_FIN_ELEVE>03/07/2026",
        "<DATE_FIN_ELEVE>03/07/2024",
        seuls=frozenset({"ANNEE_BORNES", "ELEGRP_A_02", "ELEGRP_A_03"}),
    ),
    # --- names of divisions and groups
    Cas(
        "STRUCTURE_CARACTERES",
        E,
        EMP,
        '<GROUPE CODE="5LATIN">',
        '<GROUPE CODE="5/LATIN">',
        '<GROUPE CODE="5/LATIN">',
        seuls=frozenset({"STRUCTURE_CARACTERES", "GROUPE_ABSENT_DE_SIECLE"}),
    ),
    Cas(
        "STRUCTURE_LONGUE",
        E,
        EMP,
        '<GROUPE CODE="5LATIN">',
        '<GROUPE CODE="5LATIN DEBUTANTS SUITE">',
        '<GROUPE CODE="5LATIN DEBUTANTS SUITE">',
        seuls=frozenset({"STRUCTURE_LONGUE", "GROUPE_ABSENT_DE_SIECLE"}),
    ),
    Cas(
        "DIVISION_SANS_MEF",
        E,
        STS,
        '<MEF_APPARTENANCE CODE="10110001110"/>\n',
        "",
        '<DIVISION CODE="5A">',
        seuls=frozenset({"DIVISION_SANS_MEF"}),
    ),
    Cas(
        "DIVISION_SANS_MEF",
        E,
        STRUCT,
        "<CODE_MEF>10110001110</CODE_MEF>",
        "<CODE_MEF/>",
        '<DIVISION CODE_STRUCTURE="5A">',
    ),
    Cas("GROUPE_SANS_MEF", E, EMP, '<DIVISION_APPARTENANCE CODE="5A"/>\n', "", '<GROUPE CODE="5LATIN">'),
    # --- what comes twice
    Cas("SIECLE_ELEVE_EN_DOUBLE", E, ELEVES, 'ELEVE ELEVE_ID="7002"', 'ELEVE ELEVE_ID="7001"'),
    Cas("SIECLE_PERSONNE_EN_DOUBLE", E, RESP, 'PERSONNE PERSONNE_ID="502"', 'PERSONNE PERSONNE_ID="501"'),
    Cas(
        "STRUCTURE_EN_DOUBLE",
        E,
        STRUCT,
        "    </DIVISIONS>",
        '      <DIVISION CODE_STRUCTURE="5A"><MEFS_APPARTENANCE><MEF_APPARTENANCE><CODE_MEF>10110001110</CODE_MEF>'
        "</MEF_APPARTENANCE></MEFS_APPARTENANCE></DIVISION>\n    </DIVISIONS>",
        '      <DIVISION CODE_STRUCTURE="5A"><MEFS',
        seuls=frozenset({"STRUCTURE_EN_DOUBLE"}),
    ),
    Cas("STS_CODE_EN_DOUBLE", E, EMP, '<GROUPE CODE="5LATIN">', '<GROUPE CODE="5A">', '<GROUPE CODE="5A">'),
    Cas(
        "LIEN_EN_DOUBLE",
        R,
        LIENS,
        "          </GROUPE>\n",
        "          </GROUPE><GROUPE><CODE_GROUPE>5LATIN</CODE_GROUPE></GROUPE>\n",
    ),
    Cas(
        "SIECLE_PLUSIEURS_DIVISIONS",
        E,
        ELEVES,
        "        </STRUCTURE>\n",
        "</STRUCTURE><STRUCTURE><CODE_STRUCTURE>5A</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>",
    ),
    # --- between files
    Cas("LIEN_ELEVE_INCONNU", E, LIENS, "<ELEVE_ID>7002", "<ELEVE_ID>7099", ou=LIENS),
    Cas(
        "LIEN_ELEVE_INCONNU",
        E,
        LIENS,
        "<ELEVE_ID>7002</ELEVE_ID>",
        "<ID_NATIONAL>990001002BA</ID_NATIONAL>",
    ),
    Cas("LIEN_GROUPE_INCONNU", E, LIENS, "<CODE_GROUPE>5LATIN", "<CODE_GROUPE>5GREC", "<CODE_GROUPE>5GREC"),
    Cas(
        "ELEGRP_A_01",
        R,
        LIENS,
        "<DATE_DEBUT_GROUPE>2025-09-02",
        "<DATE_DEBUT_GROUPE>2026-07-03",
        "<DATE_DEBUT_GROUPE>2026",
    ),
    Cas("ELEGRP_A_02", R, LIENS, "<DATE_DEBUT_GROUPE>2025-09-02", "<DATE_DEBUT_GROUPE>2025-06-02"),
    Cas("ELEGRP_A_03", R, LIENS, "<DATE_FIN_GROUPE>2026-07-03", "<DATE_FIN_GROUPE>2026-07-14"),
    Cas("ELEVE_INCONNU", E, ELEVES, '<OPTION ELEVE_ID="7001"', '<OPTION ELEVE_ID="7009"', '<OPTION ELEVE_ID="7009"'),
    Cas("DIVISION_INCONNUE", E, ELEVES, "<CODE_STRUCTURE>5A", "<CODE_STRUCTURE>5B", "<CODE_STRUCTURE>"),
    Cas("DIVISION_INCONNUE", E, EMP, '<DIVISION CODE="5A">', '<DIVISION CODE="5Z">', '<DIVISION CODE="5Z">'),
    Cas("GROUPE_INCONNU", E, ELEVES, "<TYPE_STRUCTURE>D", "<TYPE_STRUCTURE>G", "<CODE_STRUCTURE>"),
    Cas("MEF_INCONNU", E, ELEVES, "<CODE_MEF>10110001110", "<CODE_MEF>10010012110", "<CODE_MEF>"),
    Cas("MATIERE_INCONNUE", E, ELEVES, "<CODE_MATIERE>030201", "<CODE_MATIERE>030602", "<CODE_MATIERE>"),
    Cas("CODE_INCONNU", R, ELEVES, "<CODE_REGIME>2", "<CODE_REGIME>1", "<CODE_REGIME>"),
    Cas("CODE_INCONNU", R, RESP, "<CODE_PARENTE>10", "<CODE_PARENTE>20"),
    Cas("ADRESSE_INCONNUE", R, ELEVES, "<ADRESSE_ID>1", "<ADRESSE_ID>8", "<ADRESSE_ID>"),
    Cas(
        "RESPONSABLE_ELEVE_INCONNU",
        E,
        RESP,
        "<ELEVE_ID>7002",
        "<ELEVE_ID>7088",
        seuls=frozenset({"RESPONSABLE_ELEVE_INCONNU", "ELEVE_SANS_RESPONSABLE"}),
    ),
    Cas(
        "ELEVE_SANS_RESPONSABLE",
        R,
        RESP,
        "<ELEVE_ID>7002",
        "<ELEVE_ID>7001",
        'ELEVE ELEVE_ID="7002"',
        ELEVES,
        seuls=frozenset({"ELEVE_SANS_RESPONSABLE"}),
    ),
    Cas(
        "PERSONNE_INCONNUE",
        E,
        RESP,
        "<PERSONNE_ID>502",
        "<PERSONNE_ID>599",
        seuls=frozenset({"PERSONNE_INCONNUE", "RESPONSABLE_SANS_ELEVE"}),
    ),
    Cas(
        "RESPONSABLE_SANS_ELEVE",
        R,
        RESP,
        "<PERSONNE_ID>502",
        "<PERSONNE_ID>501",
        'PERSONNE PERSONNE_ID="502"',
        seuls=frozenset({"RESPONSABLE_SANS_ELEVE"}),
    ),
    Cas("SERVICE_MATIERE_INCONNUE", E, EMP, 'CODE_MATIERE="030201"', 'CODE_MATIERE="030602"', "<SERVICE CODE"),
    Cas("SERVICE_MODALITE_INCONNUE", E, EMP, 'CODE_MOD_COURS="CG"', 'CODE_MOD_COURS="TP"', "<SERVICE CODE"),
    Cas("ENSEIGNANT_INCONNU", E, EMP, 'ID="42"', 'ID="43"', '<ENSEIGNANT TYPE="epp" ID="43"'),
    Cas("ENSEIGNANT_INCONNU", E, EMP, '<ENSEIGNANT TYPE="epp" ID="42"', '<ENSEIGNANT ID="43"', '<ENSEIGNANT ID="43"'),
    Cas(
        "STS_MEF_INCONNU",
        E,
        STS,
        '<MEF_APPARTENANCE CODE="10110001110"',
        '<MEF_APPARTENANCE CODE="10010012110"',
        '<DIVISION CODE="5A">',
    ),
    Cas("ALTERNANCE_INCONNUE", E, EMP, "<CODE_ALTERNANCE>T", "<CODE_ALTERNANCE>Q1", "<COURS>"),
    Cas("GROUPE_ABSENT_DE_SIECLE", R, EMP, '<GROUPE CODE="5LATIN">', '<GROUPE CODE="5GREC">', '<GROUPE CODE="5GREC">'),
    # --- schema
    Cas(
        "SCHEMA",
        R,
        STS,
        '<INDIVIDU ID="42" TYPE="epp">',
        '<INDIVIDU ID="42" TYPE="autre">',
        '<INDIVIDU ID="42"',
        seuls=frozenset({"SCHEMA", "ENSEIGNANT_INCONNU"}),
    ),
    Cas("SCHEMA", E, LIENS, "<LOGICIEL>EDTSIM", "<LOGICIEL>UN LOGICIEL BIEN LONG", "<LOGICIEL>"),
    Cas("ELEMENT_INCONNU", R, ELEVES, "<CODE_SEXE>2", "<NOUVEAU>x</NOUVEAU><CODE_SEXE>2", "<NOUVEAU>"),
)


def test_a_coherent_school_has_no_problem(tmp_path: Path) -> None:
    """Nothing is told of a school whose files agree, not even as an information."""
    rapport = examiner_dossier(poser(tmp_path))
    assert rapport.tous() == ()
    assert rapport.sans_probleme
    assert len(rapport.documents) == len(FICHIERS)


@pytest.mark.parametrize("cas", CAS, ids=str)
def test_each_rule_is_told_where_it_is_broken(cas: Cas, tmp_path: Path) -> None:
    """One change in one file: its problem is told with its gravity, its file, its line and a remedy, and few others."""
    change = (cas.ancien, cas.nouveau)
    rapport = examiner_dossier(poser(tmp_path, change={cas.fichier: change}))
    trouves = [p for p in problemes(rapport) if p.code == cas.code]
    assert trouves, codes(rapport)
    assert trouves[0].gravite is cas.gravite
    assert trouves[0].fichier == (cas.ou or cas.fichier)
    assert trouves[0].remede or cas.code == "SCHEMA"
    assert trouves[0].phrase.endswith(".")
    if cas.texte:
        ou = cas.ou or cas.fichier
        assert trouves[0].ligne == ligne_de(ou, cas.texte, change=change if ou == cas.fichier else None)
    if cas.seuls:
        assert codes(rapport) == cas.seuls
    assert not rapport.sans_probleme


def test_every_rule_between_files_has_a_case() -> None:
    """No rule of the table is left without a test."""
    from shared.formats.examen.regles import REGLES

    ailleurs = {"EDT_ELEVE_INCONNU", "EDT_CLASSE_INCONNUE", "EDT_GROUPE_INCONNU", "EDT_ENSEIGNANT_INCONNU"}
    ailleurs |= {"SALLE_INCONNUE"}
    assert {r.code for r in REGLES} - ailleurs <= {c.code for c in CAS}


def test_a_link_needs_the_mef_of_its_group(tmp_path: Path) -> None:
    """A group attached to another MEF than the pupil's: GROUPE_B_02, at the first of his links."""
    change = {STRUCT: ("      <GROUPE CODE_STRUCTURE", "      <GROUPE  CODE_STRUCTURE")}
    dossier = poser(tmp_path, change=change)
    texte = (dossier / STRUCT).read_text("iso-8859-15")
    debut = texte.index("<GROUPES>")
    (dossier / STRUCT).write_text(texte[:debut] + texte[debut:].replace("10110001110", "10010012110"), "iso-8859-15")
    trouves = [p for p in problemes(examiner_dossier(dossier)) if p.code == "GROUPE_B_02"]
    assert next((p.fichier, p.ligne) for p in trouves) == (LIENS, ligne_de(LIENS, "<CODE_GROUPE>"))
    assert len(trouves) == 2


def test_a_room_that_is_not_described(tmp_path: Path) -> None:
    """A course in a room that the file does not list, when it lists some."""
    dossier = poser(tmp_path, EMP)
    texte = (dossier / EMP).read_text("iso-8859-15")
    texte = texte.replace(
        "</ALTERNANCES>\n", '</ALTERNANCES>\n<SALLES_COURS>\n<SALLE_COURS CODE="B1"/>\n</SALLES_COURS>\n'
    )
    texte = texte.replace("</DUREE>\n", "</DUREE>\n<CODE_SALLE>B2</CODE_SALLE>\n")
    (dossier / EMP).write_text(texte, "iso-8859-15")
    assert "SALLE_INCONNUE" in codes(examiner_dossier(dossier))


def test_pupils_who_left_need_no_responsable(tmp_path: Path) -> None:
    """ELEVE_SANS_RESPONSABLE is not told of a pupil with a DATE_SORTIE."""
    dossier = poser(tmp_path, change={RESP: ("<ELEVE_ID>7002", "<ELEVE_ID>7001")})
    texte = (dossier / ELEVES).read_text("iso-8859-15")
    avant, apres = texte.split('ELEVE ELEVE_ID="7002"', 1)
    apres = apres.replace("<CODE_REGIME>", "<DATE_SORTIE>03/10/2025</DATE_SORTIE>\n        <CODE_REGIME>", 1)
    (dossier / ELEVES).write_text(f'{avant}ELEVE ELEVE_ID="7002"{apres}', "iso-8859-15")
    assert codes(examiner_dossier(dossier)) == set()


def test_a_mark_is_counted_once_for_many(tmp_path: Path) -> None:
    """The same unknown group in two links is one problem that says two."""
    dossier = poser(tmp_path)
    texte = (dossier / LIENS).read_text("iso-8859-15").replace("5LATIN", "5GREC")
    (dossier / LIENS).write_text(texte, "iso-8859-15")
    [probleme] = [p for p in problemes(examiner_dossier(dossier)) if p.code == "LIEN_GROUPE_INCONNU"]
    assert "(2 fois)" in probleme.phrase


def test_two_schools_two_years(tmp_path: Path) -> None:
    """Two schools, then two years of one, in one set are told; a pupil registered in both as well."""
    dossier = poser(tmp_path)
    for nom in (ELEVES, RESP):
        autre = FICHIERS[nom].replace("0980123B", "0980124C")
        (dossier / f"autre-{nom}").write_text(autre, "iso-8859-15")
    rapport = examiner_dossier(dossier)
    assert {p.code for p in rapport.ensemble} == {"JEU_DEUX_ETABLISSEMENTS"}
    assert codes(rapport) == {"JEU_DEUX_ETABLISSEMENTS", "INE_DEUX_ETABLISSEMENTS"}
    (dossier / f"autre-{ELEVES}").write_text(FICHIERS[ELEVES].replace(">2025<", ">2024<"), "iso-8859-15")
    (dossier / f"autre-{RESP}").unlink()
    assert {p.code for p in examiner_dossier(dossier).ensemble} == {"JEU_DEUX_ANNEES"}


def test_two_exports_of_other_pupils(tmp_path: Path) -> None:
    """Two pupils' files of a school and year that hold other pupils were not exported together."""
    dossier = poser(tmp_path)
    autre = FICHIERS[ELEVES].replace("7002", "7003").replace("990001001BB", "990001003AK")
    (dossier / "ElevesAvecAdresses (1).xml").write_text(autre, "iso-8859-15")
    assert "JEU_EXPORTS_DIFFERENTS" in {p.code for p in examiner_dossier(dossier).ensemble}


def test_the_southern_year(tmp_path: Path) -> None:
    """In the southern calendar the STS year is the millésime plus one: not two years (COM-05)."""
    dossier = poser(tmp_path, STS, ELEVES, RESP, change={STS: ('ANNEE="2025"', 'ANNEE="2026"')})
    texte = (dossier / STS).read_text("iso-8859-15")
    assert {p.code for p in examiner_dossier(dossier).ensemble} == {"JEU_DEUX_ANNEES"}
    sud = texte.replace("2025-09-01", "2026-02-16").replace("2026-08-31", "2026-12-18")
    (dossier / STS).write_text(sud, "iso-8859-15")
    (dossier / STS).rename(dossier / "sts.xml")
    assert codes(examiner_dossier(dossier)) == set()


def test_local_codes_are_only_an_information(tmp_path: Path) -> None:
    """A matière that no national nomenclature has is told, and is no problem."""
    dossier = poser(tmp_path)
    for nom in FICHIERS:
        texte = (dossier / nom).read_text("iso-8859-15").replace("030201", "99ZZ01")
        (dossier / nom).write_text(texte, "iso-8859-15")
    rapport = examiner_dossier(dossier)
    assert rapport.sans_probleme
    assert {p.code for p in rapport.tous()} == {"CODES_LOCAUX"}


def test_no_sentence_holds_a_name_or_an_ine(tmp_path: Path) -> None:
    """Whatever is wrong, no sentence repeats a person's name or an INE."""
    for rang, cas in enumerate(CAS):
        dossier = tmp_path / str(rang)
        dossier.mkdir()
        for probleme in examiner_dossier(poser(dossier, change={cas.fichier: (cas.ancien, cas.nouveau)})).tous():
            dite = f"{probleme.phrase} {probleme.remede} {probleme.objet}"
            assert not any(secret in dite for secret in ("FICTIF", "Zoé", "EXEMPLE", "99000100")), dite
