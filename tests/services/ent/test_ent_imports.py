"""Feeds imported by hand: what they make, what they change, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from shared.formats.aaf import Categorie, Modification
from shared.formats.aaf.valeurs import DansStructure

from .jeu_ent import (
    ANGLAIS,
    MATHS,
    STRUCTURE,
    UAI,
    Ecole,
    complet,
    comptes,
    delta,
    ecole_type,
    eleve,
    enseignant,
    importer,
    lien,
    modifications,
    ouvrir_projet,
    responsable,
)

J1, J2, J3, J4 = (date(2021, 9, n) for n in (6, 7, 8, 9))
ILONA, THEO, JEAN = 7100001, 7100002, 7100003
AURORE, GUY = 7200001, 7200002


@pytest.fixture
def ecole(bac: Any, tmp_path: Path) -> Ecole:
    """The typical school, imported complete on 6 September as number 1."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    assert importer(bac, complet(tmp_path, ecole, J1), 1)["etat"] == "applique"
    return ecole


def ensembles(bac: Any, quoi: str) -> dict[str, dict[str, Any]]:
    return {x["nom"]: x for x in bac["ent"].get(f"/api/projets/essai/{quoi}", params={"uai": UAI}).json()}


@pytest.mark.procedure("ENT-01")
def test_a_complete_feed_makes_the_ent(bac: Any, ecole: Ecole) -> None:
    """Accounts of all four profiles, classes, groups and their members come from the feed alone."""
    bilan = bac["ent"].get("/api/projets/essai/bilan", params={"uai": UAI}).json()
    assert bilan["comptes"] == {"eleves": 3, "responsables": 2, "enseignants": 2, "autres": 1}
    assert (bilan["classes"], bilan["groupes"], bilan["liens"]) == (2, 2, 4)
    lus = comptes(bac)
    assert {c["etat"] for c in lus.values()} == {"a_activer"}
    assert lus[GUY]["login"] == "guy_et_yvette.ostrel"
    assert lus[AURORE]["etablissements"] == [{"uai": UAI, "fonctions": []}]
    classes = ensembles(bac, "classes")
    assert [e["nom"] for e in classes["6A"]["eleves"]] == ["OSTREL", "VALBRUNE"]
    equipe = {e["nom"]: [m["libelle"] for m in e["matieres"]] for e in classes["6A"]["enseignants"]}
    assert equipe == {"ORVAL": ["MATHEMATIQUES"], "TASSIN": ["ANGLAIS LV1"]}
    assert classes["6A"]["principaux"] == [5101]


@pytest.mark.procedure("ENT-09")
def test_a_corrected_name_keeps_the_login(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """The displayed name is corrected the next time, the login never is."""
    guy = replace(ecole.responsables[1], prenom="Guy")
    corrigee = ecole.avec(responsables=(ecole.responsables[0], guy))
    rapport = importer(bac, delta(tmp_path, ecole, corrigee, J2), 2)
    assert rapport["compteurs"]["par_profil"] == {"modifie": {"responsable": 1}, "renomme": {"responsable": 1}}
    compte = comptes(bac)[GUY]
    assert (compte["prenom"], compte["login"]) == ("Guy", "guy_et_yvette.ostrel")


@pytest.mark.procedure("ENT-10")
def test_a_parent_typed_twice_has_two_accounts(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """Two fiches of the same parent make two accounts, the second login numbered."""
    double = replace(responsable(3, "VALBRUNE", "Aurore"), eleves=(THEO,))
    theo = replace(ecole.eleves[1], liens=(lien(double),))
    suite = ecole.avec(eleves=(ecole.eleves[0], theo, ecole.eleves[2]), responsables=(*ecole.responsables, double))
    importer(bac, delta(tmp_path, ecole, suite, J2), 2)
    logins = sorted(c["login"] for c in comptes(bac, q="valbrune aurore").values())
    assert logins == ["aurore.valbrune", "aurore.valbrune2"]


@pytest.mark.procedure("ENT-24")
def test_a_renamed_group_comes_twice(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """The new name makes a new group with its members; the old one stays, emptied."""
    groupes = (("6LAT-1", ("6A", "6B")), ecole.groupes[1])

    def renommer(noms: tuple[DansStructure, ...]) -> tuple[DansStructure, ...]:
        return tuple(DansStructure(STRUCTURE, "6LAT-1") if n.nom == "6LATIN" else n for n in noms)

    eleves = tuple(replace(e, groupes=renommer(e.groupes)) for e in ecole.eleves)
    importer(bac, delta(tmp_path, ecole, ecole.avec(groupes=groupes, eleves=eleves), J2), 2)
    vus = ensembles(bac, "groupes")
    assert {nom: (g["nb_eleves"], g["declare"]) for nom, g in vus.items()} == {
        "6ANG1": (2, True),
        "6LAT-1": (2, True),
        "6LATIN": (0, False),
    }


@pytest.mark.procedure("ENT-19")
def test_a_group_without_links_is_there_and_empty(bac: Any, tmp_path: Path) -> None:
    """Without group links the group exists with its teacher and no pupil."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    sans = ecole.avec(eleves=tuple(replace(e, groupes=()) for e in ecole.eleves))
    importer(bac, complet(tmp_path, sans, J1), 1)
    groupe = ensembles(bac, "groupes")["6ANG1"]
    assert (groupe["nb_eleves"], groupe["nb_enseignants"]) == (0, 1)
    importer(bac, delta(tmp_path, sans, ecole, J2), 2)
    assert ensembles(bac, "groupes")["6ANG1"]["nb_eleves"] == 2


def test_dangling_references_are_listed_and_the_rest_comes_in(bac: Any, tmp_path: Path) -> None:
    """A responsable, a group, a class, a structure, a matière that are not there do not stop the feed."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    absent = responsable(9, "X", "Y")
    e1 = eleve(1, "VALBRUNE", "Ilona", "6Z", ["6FANTOME"], liens=(lien(absent),))
    prof = replace(enseignant(1, "ORVAL", "BERENICE", [("6A", "999999")]), groupes=(DansStructure(77, "AILLEURS"),))
    rapport = importer(bac, complet(tmp_path, ecole.avec(eleves=(e1, *ecole.eleves[1:]), personnels=(prof,)), J1), 1)
    assert rapport["etat"] == "applique"
    vus = {(x["code"], x["aaf_id"], x["reference"]) for x in rapport["lignes"]}
    assert vus == {
        ("RESPONSABLE_ABSENT", ILONA, str(absent.jointure)),
        ("CLASSE_NON_DECLAREE", ILONA, "6Z"),
        ("GROUPE_NON_DECLARE", ILONA, "6FANTOME"),
        ("STRUCTURE_INCONNUE", 5101, "77"),
        ("MATIERE_INCONNUE", 5101, "999999"),
    }
    assert all(x["phrase"] and x["remede"] for x in rapport["lignes"])
    lus = comptes(bac)
    assert (lus[ILONA]["classes"], lus[ILONA]["groupes"]) == ([], [])
    assert len(lus) == 6


def test_a_group_declared_later_takes_its_members(bac: Any, tmp_path: Path) -> None:
    """What a pupil named before the group existed counts as soon as it does."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    sans = ecole.avec(groupes=(ecole.groupes[1],))
    importer(bac, complet(tmp_path, sans, J1), 1)
    assert comptes(bac)[ILONA]["groupes"] == ["6ANG1"]
    importer(bac, delta(tmp_path, sans, ecole, J2), 2)
    assert comptes(bac)[ILONA]["groupes"] == ["6ANG1", "6LATIN"]


def test_a_record_without_a_name_is_refused_alone(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """It makes no account; if she has one, a complete feed does not take it away."""
    sans_nom = replace(ecole.eleves[0], prenom="", prenoms=())
    nouveau = eleve(4, "", "Zoé")
    suite = ecole.avec(eleves=(sans_nom, *ecole.eleves[1:], replace(nouveau, nom_famille="", nom_usage="")))
    rapport = importer(bac, complet(tmp_path, suite, J2), 2)
    assert [(x["code"], x["aaf_id"]) for x in rapport["lignes"]] == [
        ("FICHE_SANS_NOM", ILONA),
        ("FICHE_SANS_NOM", 7100004),
    ]
    lus = comptes(bac)
    assert lus[ILONA]["etat"] == "a_activer"
    assert 7100004 not in lus


def test_the_same_feed_twice_changes_nothing(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """A complete feed that says what is known touches no account and no membership."""
    avant = comptes(bac)
    rapport = importer(bac, complet(tmp_path, ecole, J2), 2)["compteurs"]
    mouvements = ("crees", "modifies", "desactives", "membres_ajoutes", "membres_retires", "liens_ajoutes")
    assert {nom: rapport[nom] for nom in (*mouvements, "rattachements_ajoutes", "classes_creees")} == dict.fromkeys(
        (*mouvements, "rattachements_ajoutes", "classes_creees"), 0
    )
    assert comptes(bac) == avant


def test_deltas_and_a_complete_feed_lead_to_the_same_ent(bac: Any, nouveau_bac: Any, tmp_path: Path) -> None:
    """Fed by deltas or at once, people, logins, classes, groups and links are the same."""
    un = ecole_type()
    mobile = replace(un.eleves[1], classes=(DansStructure(STRUCTURE, "6A"),), groupes=())
    deux = un.avec(eleves=(un.eleves[0], mobile, un.eleves[2], eleve(4, "BRIVAL", "Zoé", "6B", ["6LATIN"])))
    prof = enseignant(2, "TASSIN", "LOUIS", [("6B", ANGLAIS)], [("6LATIN", MATHS)])
    trois = deux.avec(personnels=(un.personnels[0], prof, un.personnels[2]))
    autre = nouveau_bac()
    for b in (bac, autre):
        ouvrir_projet(b)
    for n, archive in enumerate(
        (complet(tmp_path, un, J1), delta(tmp_path, un, deux, J2), delta(tmp_path, deux, trois, J3)), 1
    ):
        assert importer(bac, archive, n)["etat"] == "applique"
    assert importer(autre, complet(tmp_path, trois, J3), 1)["etat"] == "applique"

    def vu(b: Any) -> Any:
        gardes = ("login", "classes", "groupes", "etat", "etablissements", "professeur_principal")
        return {i: {nom: c[nom] for nom in gardes} for i, c in comptes(b).items()}

    assert vu(bac) == vu(autre)
    assert bac["ent"].get("/api/projets/essai/bilan").json() == autre["ent"].get("/api/projets/essai/bilan").json()


@pytest.mark.procedure("ENT-12")
def test_the_absent_of_a_complete_feed_are_deactivated(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """The merged doublon's account is deactivated, still exists, and leaves classes, groups and links."""
    suite = ecole.avec(eleves=ecole.eleves[:2], responsables=ecole.responsables[:1])
    rapport = importer(bac, complet(tmp_path, suite, J2), 2)
    assert rapport["compteurs"]["desactives"] == 2
    lus = comptes(bac)
    assert {i for i, c in lus.items() if c["etat"] == "desactive"} == {JEAN, GUY}
    assert lus[GUY]["login"] == "guy_et_yvette.ostrel"
    assert [e["aaf_id"] for e in ensembles(bac, "classes")["6A"]["eleves"]] == [ILONA]
    retour = importer(bac, complet(tmp_path, ecole, J3), 3)
    assert retour["compteurs"]["par_profil"]["reactive"] == {"eleve": 1, "responsable": 1}
    assert comptes(bac)[JEAN]["groupes"] == ["6ANG1"]


@pytest.mark.procedure("AAF-11")
@pytest.mark.parametrize("reglage", ["attendre_complet", "desactiver"])
def test_a_deletion_in_a_delta_waits_for_the_complete_feed(bac: Any, tmp_path: Path, reglage: str) -> None:
    """By default it is only announced and acts at the next complete feed; a project may have it act at once."""
    ouvrir_projet(bac, suppressions_delta=reglage)
    ecole = ecole_type()
    suite = ecole.avec(eleves=ecole.eleves[:2], responsables=ecole.responsables[:1])
    importer(bac, complet(tmp_path, ecole, J1), 1)
    importer(bac, delta(tmp_path, ecole, suite, J2), 2)
    jean = comptes(bac)[JEAN]
    attend = reglage == "attendre_complet"
    assert (jean["etat"], jean["retrait_annonce_le"] is not None) == ("a_activer" if attend else "desactive", attend)
    importer(bac, complet(tmp_path, suite, J3), 3)
    assert comptes(bac)[JEAN]["etat"] == "desactive"


def test_a_modification_may_name_a_part_only(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """What a modification does not name stays: login, class and groups; the search finds the new name."""
    partielle = Modification.de(Categorie.ELEVE, str(JEAN), [("sn", ["OSTREL-BRUN"]), ("ENTEleveGroupes", [])])
    inconnue = Modification.de(Categorie.ELEVE, "7100099", [("mail", [])])
    rapport = importer(bac, modifications(tmp_path, [partielle, inconnue], J2), 2)
    assert [(x["code"], x["aaf_id"]) for x in rapport["lignes"]] == [("MODIFICATION_INCONNUE", 7100099)]
    (jean,) = comptes(bac, q="ostrel brun").values()
    assert (jean["nom"], jean["prenom"], jean["login"]) == ("OSTREL-BRUN", "Jean-Noël", "jean-noel.ostrel")
    assert (jean["classes"], jean["groupes"], jean["eleve_id"]) == (["6A"], [], 1900003)


def test_a_structure_that_declares_nothing_takes_what_people_name(bac: Any, tmp_path: Path) -> None:
    """Where the feed has no ENTStructureClasses nor ENTStructureGroupes, classes and groups come from people."""
    ouvrir_projet(bac)
    muette = ecole_type().avec(attributs_absents=("ENTStructureClasses", "ENTStructureGroupes"))
    rapport = importer(bac, complet(tmp_path, muette, J1), 1)
    assert rapport["lignes"] == []
    assert sorted(ensembles(bac, "classes")) == ["6A", "6B"]
    assert ensembles(bac, "groupes")["6LATIN"]["nb_eleves"] == 2


def test_a_new_year_has_its_own_classes(bac: Any, ecole: Ecole, tmp_path: Path) -> None:
    """The first feed of the next year opens its classes and groups; those of the year before are not shown."""
    suivante = Ecole(
        divisions=("5A", "6A"),
        groupes=(("5LATIN", ("5A",)),),
        eleves=(eleve(1, "VALBRUNE", "Ilona", "5A", ["5LATIN"]), eleve(8, "NOUVEL", "Lou", "6A")),
        personnels=ecole.personnels[2:],
    )
    importer(bac, complet(tmp_path, suivante, date(2022, 9, 5)), 50)
    assert bac["ent"].get("/api/projets/essai").json()["annee"] == 2022
    assert {n: c["nb_eleves"] for n, c in ensembles(bac, "classes").items()} == {"5A": 1, "6A": 1}
    assert list(ensembles(bac, "groupes")) == ["5LATIN"]
    assert comptes(bac)[ILONA]["login"] == "ilona.valbrune"


def test_two_bacs_of_one_seed_have_the_same_accounts(nouveau_bac: Any, tmp_path: Path) -> None:
    """Same seed, same feed: same logins and same activation codes; another seed draws other codes."""
    archive = complet(tmp_path, ecole_type(), J1)
    vus = []
    for graine in (3, 3, 4):
        b = nouveau_bac(graine=graine)
        ouvrir_projet(b)
        importer(b, archive, 1)
        vus.append({i: (c["login"], c["code_activation"]) for i, c in comptes(b).items()})
    assert vus[0] == vus[1]
    assert {i: login for i, (login, _) in vus[0].items()} == {i: login for i, (login, _) in vus[2].items()}
    assert not {code for _, code in vus[0].values()} & {code for _, code in vus[2].values()}
