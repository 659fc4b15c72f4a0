"""The import of group links, pure: who is found, what is kept, which anomaly is written."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.siecle_bee.rules.liens import Compte, Contexte, EleveDeLaBase, importer
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.identifiers import fabriquer_ine

MEF = "10010012110"
INE = fabriquer_ine(990_000_001)
ZOE = EleveDeLaBase(
    210167, INE, 7, "FICTIF", "FICTIF-MODELE", "Zoé", "", "", date(2010, 4, 17), MEF, date(2018, 2, 19), None
)
TOM = EleveDeLaBase(
    210168, None, None, "EXEMPLE", "", "Aurélien", "Tom", "", date(2010, 11, 2), MEF, date(2018, 2, 19), None
)
CONTEXTE = Contexte(
    groupes={"6LATIN": frozenset({MEF}), "4EME LV2 AJE": frozenset({MEF}), "5ESP2G1": frozenset({"10110001110"})},
    debut=date(2018, 2, 19),
    fin=date(2018, 12, 14),
)


def lien(code: str, debut: date | None = None, fin: date | None = None) -> GroupeLien:
    return GroupeLien(code, debut, fin)


def eleve(*groupes: GroupeLien, **identifiants: object) -> EleveLien:
    valeurs: dict[str, object] = identifiants or {"eleve_id": 210167}
    return EleveLien("FICTIF", "Zoé", date(2010, 4, 17), groupes, **valeurs)  # type: ignore[arg-type]


def codes(compte: Compte) -> list[str]:
    return [a.code for a in compte.anomalies]


@pytest.mark.parametrize(
    "identifiants",
    [
        {"eleve_id": 210167},
        {"id_national": INE},
        {"id_prv_ele": 7},
        {"eleve_id": 999999},
        {"id_national": fabriquer_ine(999_999_999)},
        {"nom_usage": None, "id_prv_ele": 42},
    ],
)
@pytest.mark.procedure("BEE-96")
def test_pupil_is_found(identifiants: dict[str, object]) -> None:
    """ELEVE_ID, INE or private number first; else name, first name and birth date."""
    compte = importer([eleve(lien("6LATIN"), **identifiants)], [ZOE, TOM], CONTEXTE)
    assert [(li.eleve_id, li.groupe) for li in compte.liens] == [(210167, "6LATIN")]
    assert (compte.lus, compte.complets, compte.rejetes, compte.absents) == (1, 1, 0, 1)


@pytest.mark.procedure("BEE-104")
def test_pupils_who_are_rejected() -> None:
    """Unknown: 01; a fiche of another school: 02; twice in the file, or a namesake: 03. The first links stay."""
    jumelle = replace(ZOE, eleve_id=210170, ine=None, id_prv=None)
    absente = replace(eleve(lien("6LATIN")), nom_de_famille="PERSONNE", eleve_id=1)
    ailleurs = replace(absente, eleve_id=555)
    compte = importer(
        [
            absente,
            ailleurs,
            eleve(lien("6LATIN")),
            eleve(lien("6LATIN"), id_national=INE),
            eleve(lien("6LATIN"), eleve_id=2),
        ],
        [ZOE, TOM, jumelle],
        replace(CONTEXTE, ailleurs=frozenset({555})),
    )
    assert codes(compte) == ["REJELEGROUPE_01", "REJELEGROUPE_02", "REJELEGROUPE_03", "REJELEGROUPE_03"]
    assert {a.type for a in compte.anomalies} == {"REJ"}
    assert (compte.lus, compte.rejetes, len(compte.liens)) == (5, 4, 1)


@pytest.mark.procedure("BEE-98", "BEE-97")
def test_unknown_group_leaves_the_other_links() -> None:
    """GROUPE_A_01 loses one link, says so word for word, and the pupil's other links pass."""
    compte = importer([eleve(lien("MPERMANGR2"), lien("6LATIN"))], [ZOE], CONTEXTE)
    (anomalie,) = compte.anomalies
    assert (anomalie.code, anomalie.type, anomalie.regle) == ("GROUPE_A_01", "PAR", "GROUPE")
    assert anomalie.phrase == (
        "Le groupe \"MPERMANGR2\" n'est pas référencé. L'inscription de l'élève dans ce groupe a été rejetée."
    )
    assert [li.groupe for li in compte.liens] == ["6LATIN"]
    assert (compte.partiels, compte.rejetes) == (1, 0)


def test_group_of_another_mef_and_pupil_without_mef() -> None:
    """GROUPE_B_02 loses the link of a group of another MEF; GROUPE_B_01 every link of a pupil without MEF."""
    compte = importer([eleve(lien("5ESP2G1"), lien("6LATIN"))], [ZOE], CONTEXTE)
    assert codes(compte) == ["GROUPE_B_02"]
    assert [li.groupe for li in compte.liens] == ["6LATIN"]
    sans_mef = importer([eleve(lien("5ESP2G1"), lien("6LATIN"))], [replace(ZOE, mef="")], CONTEXTE)
    assert codes(sans_mef) == ["GROUPE_B_01"]
    assert (sans_mef.liens, sans_mef.rejetes, sans_mef.partiels) == ([], 1, 0)


@pytest.mark.procedure("BEE-102", "COM-04")
def test_end_date_is_reset_to_the_pupils_last_day() -> None:
    """The teachers' last day is out of the pupils' year: ELEGRP_A_03, word for word, and the link is kept."""
    groupe = lien("4EME LV2 AJE", date(2018, 2, 19), date(2018, 12, 15))
    compte = importer([eleve(groupe)], [ZOE], CONTEXTE)
    (anomalie,) = compte.anomalies
    assert anomalie.code == "ELEGRP_A_03"
    assert anomalie.phrase == (
        'La date de fin "15/12/2018" du groupe "4EME LV2 AJE" n\'est pas incluse dans la période scolaire autorisée '
        'sur l\'année en cours (du 19/02/2018 au 14/12/2018). Celle-ci a été réinitialisée à "14/12/2018".'
    )
    assert compte.liens[0].fin == date(2018, 12, 14)


@pytest.mark.procedure("BEE-103")
def test_end_date_is_emptied_where_the_profile_says_so() -> None:
    """The older behaviour empties the date: the link has no end, a leaver's ends on the day she left."""
    vide = replace(CONTEXTE, hors_annee="vide")
    groupe = lien("6LATIN", None, date(2019, 1, 1))
    assert importer([eleve(groupe)], [ZOE], vide).liens[0].fin is None
    sortie = replace(ZOE, date_sortie=date(2018, 5, 4))
    assert importer([eleve(groupe)], [sortie], vide).liens[0].fin == date(2018, 5, 4)


@pytest.mark.parametrize(
    ("debut", "fin", "attendus", "dates"),
    [
        (None, None, [], (date(2018, 2, 19), None)),
        (date(2018, 2, 18), None, ["ELEGRP_A_02"], (date(2018, 2, 19), None)),
        (date(2018, 6, 1), date(2018, 6, 1), ["ELEGRP_A_01"], (date(2018, 6, 1), date(2018, 12, 14))),
        (date(2018, 6, 1), date(2018, 5, 1), ["ELEGRP_A_01"], (date(2018, 6, 1), date(2018, 12, 14))),
        (
            date(2017, 1, 1),
            date(2019, 1, 1),
            ["ELEGRP_A_02", "ELEGRP_A_03"],
            (date(2018, 2, 19), date(2018, 12, 14)),
        ),
        (date(2018, 2, 19), date(2018, 12, 14), [], (date(2018, 2, 19), date(2018, 12, 14))),
    ],
)
@pytest.mark.procedure("BEE-101")
def test_dates_are_put_back_inside_the_year(
    debut: date | None, fin: date | None, attendus: list[str], dates: tuple[date, date | None]
) -> None:
    """Dates out of the year, or in the wrong order, are reset; missing ones are given silently."""
    compte = importer([eleve(lien("6LATIN", debut, fin))], [ZOE], CONTEXTE)
    assert codes(compte) == attendus
    assert (compte.liens[0].debut, compte.liens[0].fin) == dates


def test_pupil_who_came_during_the_year_starts_then() -> None:
    """A missing start is the day of entry of a pupil who came during the year."""
    tardive = replace(ZOE, date_entree=date(2018, 4, 3))
    assert importer([eleve(lien("6LATIN"))], [tardive], CONTEXTE).liens[0].debut == date(2018, 4, 3)


def test_group_anomalies_come_before_dates() -> None:
    """A pupil with both kinds shows the rule GROUPE first, as on the screen (210167 / 0)."""
    compte = importer([eleve(lien("6LATIN", None, date(2018, 12, 15)), lien("MPERMANGR2"))], [ZOE], CONTEXTE)
    assert codes(compte) == ["GROUPE_A_01", "ELEGRP_A_03"]
