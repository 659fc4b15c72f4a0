"""Profil académique: settings, presets, years."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.refus import Inconnu, Refus
from shared.horloge import annees
from shared.horloge.profils import CHAMPS, PROFILS, ProfilAcademique, depuis_json, profil

PRESETS_DE_LA_TABLE = {
    "nice-2021": {
        "habillage": "2021",
        "delai.ent": "48-72h",
        "bee.message_depot": "aucun",
        "bee.doublons.conseil": "septembre",
        "assistance": "verdon",
    },
    "fiche-2013": {
        "habillage": "2013",
        "bee.suivi.date": "soumission",
        "delai.ent": "1-2j_apres_traitement",
    },
    "toulouse-2013": {
        "habillage": "2013",
        "sts.exports_apres_import": "services",
        "bee.bascule": "mai-juin",
        "bee.doublons.conseil": "juin-juillet",
        "assistance": "dossier",
    },
    "toulouse-2023": {
        "habillage": "2023",
        "delai.ent": "48h",
        "sts.nom_export_edt": "sans_annee",
        "edt.import_structure": "sans_classes_ni_services",
        "edt.jeu_siecle": 6,
        "netsynchro": "oui",
        "sts.documentalistes": "absents",
        "bee.bascule": "mai",
        "bee.doublons.conseil": "avant_bascule",
        "aaf.chemin_services": "via_bee",
    },
    "noumea-2018": {
        "calendrier": "sud",
        "fuseau": "Pacific/Noumea",
        "habillage": "2018",
        "structure.longueur_code": 20,
        "sts.nom_export_edt": "avec_annee",
        "edt.import_structure": "complet",
        "edt.jeu_siecle": 7,
        "bee.message_depot": "fichier_depose",
        "bee.suivi.date": "traitement",
        "bee.liens.date_hors_annee": "recalee",
        "assistance": "forum",
    },
}
HORS_TABLE = {"calendrier.zone", "aaf.bascule", "nuits", "jour_debut", "ent.purge"}


@pytest.mark.parametrize("nom", sorted(PRESETS_DE_LA_TABLE))
def test_preset_sets_what_the_table_says_and_keeps_other_defaults(nom: str) -> None:
    """A preset differs from the defaults by what its guide says and by nothing else."""
    attendus = ProfilAcademique().en_reglages() | PRESETS_DE_LA_TABLE[nom]
    obtenus = profil(nom).en_reglages()
    assert {k: v for k, v in obtenus.items() if k not in HORS_TABLE} == {
        k: v for k, v in attendus.items() if k not in HORS_TABLE
    }


def test_five_presets_and_every_field_has_a_dotted_name() -> None:
    """There is one preset per guide, and no setting is out of reach by its dotted name."""
    assert list(PROFILS) == list(PRESETS_DE_LA_TABLE)
    assert {*CHAMPS.values(), "nom"} == set(ProfilAcademique.model_fields)


@pytest.mark.parametrize(
    ("nom", "local"),
    [
        ("nice-2021", "2021-08-23T06:00:00+00:00"),
        ("fiche-2013", "2013-08-26T06:00:00+00:00"),
        ("toulouse-2013", "2013-08-26T06:00:00+00:00"),
        ("toulouse-2023", "2023-08-21T06:00:00+00:00"),
        ("noumea-2018", "2018-02-04T21:00:00+00:00"),
    ],
)
def test_start_is_a_monday_at_eight_local(nom: str, local: str) -> None:
    """A new bac starts on a Monday at 08:00 of the académie's own time zone."""
    choisi = profil(nom)
    assert choisi.debut == datetime.fromisoformat(local)
    assert choisi.debut.tzinfo is UTC
    en_local = choisi.debut.astimezone(choisi.zone_horaire)
    assert (en_local.weekday(), en_local.hour) == (0, 8)


@pytest.mark.parametrize("nom", sorted(PROFILS))
def test_json_round_trip(nom: str) -> None:
    """A profile written as JSON, as text or as an object, is read back the same."""
    choisi = profil(nom)
    assert depuis_json(choisi.model_dump_json()) == choisi
    assert depuis_json(choisi.model_dump(mode="json")) == choisi


def test_settings_change_by_dotted_name_without_touching_the_preset() -> None:
    """A setting is changed by its dotted name, in a copy."""
    change = profil("toulouse-2013").avec_reglages({"ent.purge": 42, "structure.longueur_code": 20})
    assert (change.regle("ent.purge"), change.structure_longueur_code) == (42, 20)
    assert profil("toulouse-2013").ent_purge == 56


@pytest.mark.parametrize(
    ("reglages", "code"),
    [
        ({"structure.longueur_code": 12}, "REGLAGE_INVALIDE"),
        ({"ent.purge": 0}, "REGLAGE_INVALIDE"),
        ({"aaf.bascule": "13-45"}, "REGLAGE_INVALIDE"),
        ({"structure_longueur_code": 8}, "REGLAGE_INCONNU"),
    ],
)
def test_bad_settings_are_refused_by_name(reglages: dict[str, object], code: str) -> None:
    """A bad value or an unknown name is refused with a code, the name and what to do."""
    with pytest.raises(Refus) as capture:
        profil("nice-2021").avec_reglages(reglages)
    assert capture.value.code == code
    assert next(iter(reglages)) in capture.value.phrase
    assert capture.value.remede


def test_unknown_preset_lists_the_known_ones() -> None:
    """Asking for a preset that does not exist tells which exist."""
    with pytest.raises(Inconnu) as capture:
        profil("lyon-1999")
    assert "noumea-2018" in (capture.value.remede or "")


@pytest.mark.procedure("COM-05")
@pytest.mark.parametrize(
    ("nom", "jour", "sts", "bee", "preparation", "collectee"),
    [
        ("nice-2021", date(2021, 8, 14), 2020, 2020, 2021, 2020),
        ("nice-2021", date(2021, 8, 15), 2020, 2020, 2021, 2021),
        ("nice-2021", date(2021, 8, 31), 2020, 2020, 2021, 2021),
        ("nice-2021", date(2021, 9, 1), 2021, 2021, None, 2021),
        ("nice-2021", date(2022, 4, 30), 2021, 2021, None, 2021),
        ("nice-2021", date(2022, 5, 1), 2021, 2021, 2022, 2021),
        ("noumea-2018", date(2018, 2, 5), 2018, 2017, None, 2018),
        ("noumea-2018", date(2018, 10, 31), 2018, 2017, None, 2018),
        ("noumea-2018", date(2018, 11, 1), 2018, 2017, 2019, 2018),
        ("noumea-2018", date(2018, 12, 31), 2018, 2017, 2019, 2018),
        ("noumea-2018", date(2019, 1, 14), 2019, 2018, None, 2018),
        ("noumea-2018", date(2019, 1, 15), 2019, 2018, None, 2019),
    ],
)
def test_years(nom: str, jour: date, sts: int, bee: int, preparation: int | None, collectee: int) -> None:
    """STS year, BEE millésime, year in preparation and year collected follow the calendar of the profile."""
    choisi = profil(nom)
    assert choisi.annee_sts(jour) == sts
    assert choisi.millesime_bee(jour) == bee
    assert choisi.annee_sts_preparation(jour) == preparation
    assert choisi.millesime_bee_preparation(jour) == (None if preparation is None else preparation - (sts - bee))
    assert choisi.annee_collectee(jour) == collectee


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["nord", "sud"]))
def test_collected_year_is_current_or_next_and_never_goes_back(jour: date, calendrier: str) -> None:
    """The AAF collects the current year or a neighbour of it, and the year collected never decreases."""
    cal: annees.Calendrier = "nord" if calendrier == "nord" else "sud"
    ici = annees.annee_collectee(jour, cal)
    assert abs(ici - annees.annee_sts(jour, cal)) <= 1
    assert annees.annee_collectee(date.fromordinal(jour.toordinal() + 1), cal) in (ici, ici + 1)
    assert annees.annee_du_millesime(annees.millesime_bee(jour, cal), cal) == annees.annee_sts(jour, cal)
