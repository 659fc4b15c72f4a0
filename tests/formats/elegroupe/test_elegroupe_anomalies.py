"""The anomalies of the group-links import: exact sentences, labels of the lines, completeness."""

from __future__ import annotations

import string

import pytest

from shared.formats.elegroupe import anomalies
from shared.formats.elegroupe.anomalies import CATALOGUE, Effet, libelle_ligne, phrase

PARTIEL = "Liens 'élève-groupe' partiellement importés"


def test_all_published_codes_are_there() -> None:
    """The catalogue holds the nine codes of the reference, each under its own rule."""
    assert sorted(CATALOGUE) == [
        "ELEGRP_A_01",
        "ELEGRP_A_02",
        "ELEGRP_A_03",
        "GROUPE_A_01",
        "GROUPE_B_01",
        "GROUPE_B_02",
        "REJELEGROUPE_01",
        "REJELEGROUPE_02",
        "REJELEGROUPE_03",
    ]
    for code, anomalie in CATALOGUE.items():
        assert anomalie.code == code
        assert code.startswith(anomalie.regle + "_")
        assert anomalie.regle in anomalies.REGLES


def test_sentence_of_an_unknown_group() -> None:
    """GROUPE_A_01 says what the screen of the guide says, word for word."""
    assert phrase("GROUPE_A_01", "MPERMANGR2") == (
        "Le groupe \"MPERMANGR2\" n'est pas référencé. L'inscription de l'élève dans ce groupe a été rejetée."
    )


def test_sentence_of_a_date_out_of_the_year() -> None:
    """ELEGRP_A_03 says what the screen of the guide says, word for word; emptied, it says so."""
    valeurs = ["15/12/2018", "4EME LV2 AJE", "19/02/2018", "14/12/2018", "14/12/2018"]
    assert phrase("ELEGRP_A_03", *valeurs) == (
        'La date de fin "15/12/2018" du groupe "4EME LV2 AJE" n\'est pas incluse dans la période scolaire '
        "autorisée sur l'année en cours (du 19/02/2018 au 14/12/2018). "
        'Celle-ci a été réinitialisée à "14/12/2018".'
    )
    assert phrase("ELEGRP_A_03", *valeurs[:4], "").endswith("Celle-ci a été réinitialisée à vide.")


@pytest.mark.parametrize(
    ("codes", "attendu"),
    [
        (["GROUPE_A_01"], ("L'inscription de l'élève dans un groupe est invalide.", "GROUPE")),
        (
            ["ELEGRP_A_03"],
            ("Les dates d'inscription de l'élève dans un groupe sont invalides.", "ELEGRP"),
        ),
        (["ELEGRP_A_03", "GROUPE_A_01"], (PARTIEL, "GROUPE")),
        (["GROUPE_A_01", "GROUPE_A_01"], (PARTIEL, "GROUPE")),
        (["ELEGRP_A_02", "ELEGRP_A_03"], (PARTIEL, "ELEGRP")),
    ],
)
def test_line_of_a_pupil(codes: list[str], attendu: tuple[str, str]) -> None:
    """One anomaly shows its rule's sentence, several the « partiellement importés » label."""
    assert libelle_ligne(codes) == attendu


def test_parameters_and_sentences_agree() -> None:
    """Each sentence uses exactly its declared parameters; a wrong number of values is an error."""
    for anomalie in CATALOGUE.values():
        champs = {nom for _, nom, _, _ in string.Formatter().parse(anomalie.phrase) if nom}
        assert champs == set(anomalie.parametres)
        valeurs = [f"<{p}>" for p in anomalie.parametres]
        texte = phrase(anomalie.code, *valeurs)
        assert all(v in texte for v in valeurs)
        with pytest.raises(ValueError, match="zip"):
            phrase(anomalie.code, *valeurs, "en trop")
        assert anomalies.remarque(anomalie.code, *valeurs).remede == anomalie.remede


def test_effects_are_those_of_the_reference() -> None:
    """Only dates are mended; an unknown group costs one link, a missing MEF all of them."""
    effets = {code: a.effet for code, a in CATALOGUE.items()}
    assert effets["GROUPE_A_01"] is effets["GROUPE_B_02"] is Effet.LIEN_REJETE
    assert effets["GROUPE_B_01"] is Effet.LIENS_DE_L_ELEVE_REJETES
    assert {effets[f"ELEGRP_A_0{n}"] for n in (1, 2, 3)} == {Effet.DATE_REINITIALISEE}
    assert {effets[f"REJELEGROUPE_0{n}"] for n in (1, 2, 3)} == {Effet.ELEVE_REJETE}
    assert anomalies.joindre(["5A", "10110001110"]) == "5A;10110001110"
