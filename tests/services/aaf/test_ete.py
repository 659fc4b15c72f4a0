"""July and August: the change of year as the AAF lives it, and the school whose STS-Web is a year ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.aaf.use_cases import projets
from shared.contracts import echanges as msg
from shared.formats.aaf import Categorie, Enregistrement, Operation, appliquer_delta, lire_alimentation
from shared.formats.aaf.delta import Cle

from . import jeu_aaf as jeu
from .veilleur import Veilleur, le

ETE = date(2022, 8, 9)
RENTREE = date(2022, 8, 16)


def exportee(annee: int, divisions: tuple[str, ...], groupes: tuple[str, ...]) -> msg.StructureSts:
    """A structure of that year."""
    return jeu.structure(
        jeu.A,
        annee=annee,
        millesime=annee,
        divisions=[{"code": d, "libelle": f"CLASSE {d}", "mefs": [jeu.MEF]} for d in divisions],
        groupes=[{"code": g, "libelle": "", "divisions": [divisions[0]]} for g in groupes],
    )


def bee(jour: date, annee: int, **champs: Any) -> msg.RemonteeBee:
    """What BEE sends up on a night."""
    base: dict[str, Any] = {"uai": jeu.A, "annee": annee, "millesime": annee, "instant": le(jour, 23, 30)}
    return msg.RemonteeBee.de_valeurs(base | champs)


def sts(jour: date, annee: int, services: msg.ServicesSts | None = None) -> msg.RemonteeSts:
    """What STS-Web sends up on a night."""
    gens = (jeu.enseignant(1),)
    return msg.RemonteeSts(uai=jeu.A, annee=annee, instant=le(jour, 23, 30), personnels=gens, services=services)


def tenus(annee: int, *services: tuple[str, str, int]) -> msg.ServicesSts:
    """Services of a year."""
    return jeu.services(jeu.A, *services).avec(annee=annee, millesime=annee)


def etat(veilleur: Veilleur) -> dict[Cle, Enregistrement]:
    """What a reader holds after every feed of the project."""
    tenu: dict[Cle, Enregistrement] = {}
    with veilleur.a(le(date(2022, 9, 1), 8)) as u:
        for a in projets.alimentations(u, "ENT96"):
            lues: list[Operation] = list(lire_alimentation(u.fichiers.chemin(a.digest)))
            if a.type == "Complet":
                tenu = {}
            appliquer_delta(tenu, lues)
    return tenu


def classes_et_groupes(tenu: dict[Cle, Enregistrement]) -> tuple[list[str], list[str]]:
    """The codes of the divisions and of the groups that the structure declares."""
    ecole = tenu[Categorie.ETABLISSEMENT, "1001"]
    lus = [ecole.valeurs_de(nom) for nom in ("ENTStructureClasses", "ENTStructureGroupes")]
    return [v.split("$")[0] for v in lus[0]], [v.split("$")[0] for v in lus[1]]


def peuplement(tenu: dict[Cle, Enregistrement], nom: str, categorie: Categorie) -> list[str]:
    """The distinct values of an attribute over the persons of a category."""
    return sorted({v for (c, _), e in tenu.items() if c is categorie for v in e.valeurs_de(nom)})


def test_the_rentree_as_the_annuaire_lives_it(bac: Any) -> None:
    """Until mid-August last year's classes stay, the new year sent too early waits; then new classes, groups empty."""
    veilleur = Veilleur(bac)
    ancienne = {
        "structure": exportee(2021, ("3A", "4A"), ("3LAT",)),
        "services": tenus(2021, ("3A", "D", 1), ("3LAT", "G", 1)),
        "eleves": [jeu.eleve(1, "3A", groupes=("3LAT",)), jeu.eleve(2, "4A")],
    }
    nouvelle = {
        "structure": exportee(2022, ("3NEW", "4NEW"), ("3LAT", "3ALL")),
        "eleves": [jeu.eleve(2, "3NEW"), jeu.eleve(3, "4NEW")],
    }
    with veilleur.a(le(ETE, 8)) as u:
        projets.creer_projet(u, "ENT96", "", [jeu.A])
    veilleur.nuit(ETE, bee(ETE, 2021, **ancienne), bee(ETE, 2022, **nouvelle), sts(ETE, 2021))
    juillet = etat(veilleur)
    assert classes_et_groupes(juillet) == (["3A", "4A"], ["3LAT"])
    assert peuplement(juillet, "ENTEleveGroupes", Categorie.ELEVE) == ["1001$3LAT"]
    veilleur.nuit(RENTREE, bee(RENTREE, 2022, **nouvelle), sts(RENTREE, 2022))
    septembre = etat(veilleur)
    assert classes_et_groupes(septembre) == (["3NEW", "4NEW"], ["3ALL", "3LAT"])
    assert peuplement(septembre, "ENTEleveClasses", Categorie.ELEVE) == ["1001$3NEW", "1001$4NEW"]
    assert peuplement(septembre, "ENTEleveGroupes", Categorie.ELEVE) == [], "groups exported, no link yet"
    assert peuplement(septembre, "ENTAuxEnsClasses", Categorie.PERSONNEL) == [], "services not exported yet"
    ines = {e.valeur("ENTEleveINE"): id_ for (c, id_), e in juillet.items() if c is Categorie.ELEVE}
    apres = {e.valeur("ENTEleveINE"): id_ for (c, id_), e in septembre.items() if c is Categorie.ELEVE}
    assert (sorted(ines), sorted(apres)) == ([jeu.ine(1), jeu.ine(2)], [jeu.ine(2), jeu.ine(3)])
    assert ines[jeu.ine(2)] == apres[jeu.ine(2)], "her number does not change with the year"
    codes = {e["code"] for e in bac["aaf"].get(f"/api/etablissements/{jeu.A}/exclusions").json()}
    assert codes == {"SERVICES_JAMAIS_EXPORTES", "SANS_REMONTEE_RECTORAT"}


@pytest.mark.procedure("AAF-05")
def test_a_school_ahead_in_sts_web_has_its_classes_twice(nouveau_bac: Callable[..., Any]) -> None:
    """STS-Web opened before the base élèves: old classes with pupils, new ones with teachers, until BEE follows."""
    bac = nouveau_bac(aaf_chemin_services="sts_direct")
    veilleur = Veilleur(bac)
    ancienne = {"structure": exportee(2021, ("3A", "3B"), ("3LAT",)), "eleves": [jeu.eleve(1, "3A", groupes=("3LAT",))]}
    with veilleur.a(le(ETE, 8)) as u:
        projets.creer_projet(u, "ENT96", "", [jeu.A])
    veilleur.nuit(ETE, bee(ETE, 2021, **ancienne), sts(ETE, 2021, tenus(2021, ("3A", "D", 1))))
    assert "STS_EN_AVANCE" not in {e["code"] for e in exclusions(bac)}
    avance = tenus(2022, ("3EME 1", "D", 1), ("3A", "D", 1), ("ALL2", "G", 1))
    veilleur.nuit(RENTREE, sts(RENTREE, 2022, avance))
    double = etat(veilleur)
    assert classes_et_groupes(double) == (["3A", "3B", "3EME 1"], ["3LAT", "ALL2"])
    assert peuplement(double, "ENTEleveClasses", Categorie.ELEVE) == ["1001$3A"]
    assert peuplement(double, "ENTAuxEnsClasses", Categorie.PERSONNEL) == ["1001$3A", "1001$3EME 1"]
    (dite,) = [e for e in exclusions(bac) if e["code"] == "STS_EN_AVANCE"]
    assert "les classes sortent en double" in dite["raison"]
    assert (dite["menu"], dite["interlocuteur"]) == ("Rectorat : Bascule SIECLE-BEE", "L'académie")
    suite = date(2022, 8, 22)
    nouvelle = {"structure": exportee(2022, ("3A", "3EME 1"), ("ALL2",)), "eleves": [jeu.eleve(2, "3EME 1")]}
    veilleur.nuit(suite, bee(suite, 2022, **nouvelle), sts(suite, 2022, avance))
    assert classes_et_groupes(etat(veilleur)) == (["3A", "3EME 1"], ["ALL2"])
    assert "STS_EN_AVANCE" not in {e["code"] for e in exclusions(bac)}
    retard = date(2022, 8, 24)
    veilleur.nuit(retard, bee(retard, 2022, **nouvelle), sts(retard, 2022, tenus(2021, ("3B", "D", 1))))
    assert {"SERVICES_ANNEE_PASSEE", "DIVISION_ABSENTE"} <= {e["code"] for e in exclusions(bac)}


def exclusions(bac: Any) -> list[dict[str, Any]]:
    """What does not come out of the school."""
    lues: list[dict[str, Any]] = bac["aaf"].get(f"/api/etablissements/{jeu.A}/exclusions").json()
    return lues
