"""The rules of a complete fiche, of what goes up, and of the structure received."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.siecle_bee.rules.annees import Calendrier, calendrier_initial, etat_base, verifier_calendrier
from services.siecle_bee.rules.fiche import (
    FicheEleve,
    FicheResponsable,
    Scolarites,
    est_scolarise,
    manques,
    manques_responsable,
)
from services.siecle_bee.rules.remontee import Scolarite, phrase_multi_inscription, retenues
from services.siecle_bee.rules.structures import groupes_connus, verifier_scolarite
from shared.contracts.echanges import DivisionMsg, GroupeMsg
from shared.contracts.refus import Refus
from shared.horloge.profils import profil
from shared.identifiers import fabriquer_ine, fabriquer_uai

MEF = "10010012110"
JOUR = date(2021, 9, 15)
AILLEURS = fabriquer_uai("096", 2)
BASE = Scolarites(frozenset({MEF}), {"6A": frozenset({MEF}), "5A": frozenset({"10110001110"})})
COMPLETE = FicheEleve(
    nom="FICTIF",
    prenom="Zoé",
    sexe="2",
    date_naissance=date(2010, 4, 17),
    pays_naissance="100",
    commune_naissance="25056",
    ville_naissance="",
    nationalite="100",
    regime="2",
    mef=MEF,
    division="6A",
    ine=fabriquer_ine(990_000_001),
    date_sortie=None,
    responsables_legaux=1,
    adresses=1,
)


def codes(**changements: object) -> list[str]:
    return [m.code for m in manques(replace(COMPLETE, **changements), BASE, JOUR)]


@pytest.mark.procedure("BEE-26")
def test_complete_fiche_lacks_nothing() -> None:
    """A fiche with everything typed lacks nothing and goes up."""
    assert codes() == []
    assert retenues(COMPLETE, (), None, JOUR) == ()
    assert est_scolarise(COMPLETE, JOUR)


@pytest.mark.procedure("BEE-22", "NOM-06")
@pytest.mark.parametrize(
    ("changements", "attendus"),
    [
        ({"sexe": ""}, ["SEXE"]),
        ({"pays_naissance": ""}, ["PAYS_NAISSANCE"]),
        ({"commune_naissance": ""}, ["COMMUNE_NAISSANCE"]),
        ({"pays_naissance": "132"}, ["VILLE_NAISSANCE"]),
        ({"nationalite": ""}, ["NATIONALITE"]),
        ({"adresses": 0}, ["ADRESSE"]),
        ({"responsables_legaux": 0}, ["RESPONSABLE_LEGAL"]),
        ({"responsables_legaux": 0, "date_naissance": date(2003, 9, 15)}, []),
        ({"mef": ""}, ["MEF"]),
        ({"mef": "10310019110"}, ["MEF_NON_PROFILE", "DIVISION_HORS_MEF"]),
        ({"division": ""}, ["DIVISION"]),
        ({"division": "6Z"}, ["DIVISION_INCONNUE"]),
        ({"division": "5A"}, ["DIVISION_HORS_MEF"]),
        ({"regime": ""}, ["REGIME"]),
        ({"sexe": "", "mef": "", "division": ""}, ["SEXE", "MEF", "DIVISION"]),
        ({"mef": "", "date_sortie": JOUR}, []),
    ],
)
def test_what_a_fiche_lacks(changements: dict[str, object], attendus: list[str]) -> None:
    """Each thing missing has its own code; an adult needs no représentant légal, a leaver nothing."""
    assert codes(**changements) == attendus


@pytest.mark.procedure("DIAG-08", "DIAG-09")
def test_why_a_fiche_is_held_back() -> None:
    """Multi-inscription, missing data and missing INE each have their reason; an exit hides the others."""
    sans_division = replace(COMPLETE, division="", ine=None)
    trouvees = retenues(sans_division, manques(sans_division, BASE, JOUR), "Autre scolarité.", JOUR)
    assert [r.code for r in trouvees] == ["MULTI_INSCRIPTION", "SANS_DIVISION", "SANS_INE"]
    incomplete = replace(COMPLETE, sexe="", regime="")
    (bloquante,) = retenues(incomplete, manques(incomplete, BASE, JOUR), None, JOUR)
    assert bloquante.code == "FICHE_BLOQUANTE"
    assert "Le sexe n'est pas renseigné. Le régime n'est pas renseigné." in bloquante.raison
    assert bloquante.remede == "Le secrétariat complète la fiche."
    sortie = replace(sans_division, date_sortie=date(2021, 9, 14))
    assert [r.code for r in retenues(sortie, (), "Autre scolarité.", JOUR)] == ["SORTI"]
    assert retenues(replace(COMPLETE, date_sortie=date(2021, 9, 16)), (), None, JOUR) == ()


def test_incomplete_responsable() -> None:
    """A responsable lacks his civilité, names or kinship, each told apart."""
    assert manques_responsable(FicheResponsable("MME", "MODELE", "Iris", "10")) == ()
    trouves = manques_responsable(FicheResponsable("", "MODELE", "", ""))
    assert [m.code for m in trouves] == ["CIVILITE", "IDENTITE", "PARENTE"]


@pytest.mark.procedure("BEE-61")
def test_sentence_of_multi_inscription() -> None:
    """The sentence of the signalement is that of the screen, word for word."""
    ici = Scolarite(fabriquer_uai("096", 1), 1, "1CAP2 ELECTRICIEN", "1CELEC", "", "")
    la = Scolarite(AILLEURS, 1, "1CAP2 ELECTRICIEN", "1CAPELEC", "LYCEE INVENTE", "BESANCON")
    assert phrase_multi_inscription("Zoé", "FICTIF", ici, la) == (
        "L'élève Zoé FICTIF scolarisé en 1CAP2 ELECTRICIEN, division 1CELEC, a une autre scolarité active : en "
        f"1CAP2 ELECTRICIEN, division 1CAPELEC, établissement {AILLEURS} LYCEE INVENTE à BESANCON. Vérifiez sa "
        "présence effective."
    )


@pytest.mark.procedure("STS-24")
def test_group_without_mef_is_not_known() -> None:
    """A group takes the MEF of its divisions; attached to none, BEE does not take it."""
    divisions = [DivisionMsg(code="6A", libelle="6A", mefs=(MEF,))]
    groupes = [
        GroupeMsg(code="6LATIN", libelle="Latin", divisions=("6A",)),
        GroupeMsg(code="CLUB", libelle="Club"),
        GroupeMsg(code="PERDU", libelle="Perdu", divisions=("6Z",)),
    ]
    retenus, sans_mef = groupes_connus(divisions, groupes)
    assert [(g.code, g.mefs) for g in retenus] == [("6LATIN", (MEF,))]
    assert sans_mef == ["CLUB", "PERDU"]


@pytest.mark.parametrize(
    ("mef", "division", "matieres", "code"),
    [
        ("10310019110", "", [], "MEF_NON_PROFILE"),
        (MEF, "6Z", [], "DIVISION_NON_ENVOYEE"),
        (MEF, "5A", [], "DIVISION_HORS_MEF"),
        (MEF, "6A", ["020300", "999999"], "OPTION_INCONNUE"),
    ],
)
@pytest.mark.procedure("BEE-23")
def test_scolarite_that_cannot_be_chosen(mef: str, division: str, matieres: list[str], code: str) -> None:
    """A MEF must be profiled, a division sent by STS-Web and of that MEF, an option known."""
    with pytest.raises(Refus) as refus:
        verifier_scolarite(
            mef,
            division,
            matieres,
            profiles=BASE.mefs | {"10110001110"},
            divisions=BASE.divisions,
            matieres_profilees={"020300"},
        )
    assert refus.value.code == code
    assert refus.value.remede


@pytest.mark.procedure("COM-02", "COM-05")
def test_calendar_of_a_southern_base() -> None:
    """Millésime 2017 of the south opens on February 2018; teachers leave a day after pupils."""
    sud = calendrier_initial(profil("noumea-2018"), 2017)
    assert sud.rentree_eleves == date(2018, 2, 19)
    assert (sud.sortie_eleves, sud.sortie_professeurs) == (date(2018, 12, 14), date(2018, 12, 15))
    with pytest.raises(Refus) as refus:
        verifier_calendrier(Calendrier(date(2021, 9, 2), date(2021, 9, 2), date(2021, 9, 1), date(2022, 7, 7)), 2021)
    assert refus.value.code == "CALENDRIER_INVALIDE"


def test_state_of_a_base() -> None:
    """The base of the year in progress is « courante », the next one « en préparation »."""
    assert [etat_base(m, 2021) for m in (2020, 2021, 2022)] == ["archivee", "courante", "preparation"]
