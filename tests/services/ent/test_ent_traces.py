"""What the ENT answers to Suivre."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from shared.formats.aaf.valeurs import DansStructure

from .jeu_ent import STRUCTURE, UAI, complet, ecole_type, eleve, importer, ouvrir_projet


def suivre(bac: Any, **parametres: str) -> list[dict[str, Any]]:
    reponse = bac.interne("ent", "GET", "/_sim/trace", params=parametres)
    assert reponse.status_code == 200, reponse.text
    traces: list[dict[str, Any]] = reponse.json()
    return traces


@pytest.fixture
def peuple(bac: Any, tmp_path: Path) -> Any:
    """The typical school; Ilona is said to be in a group that STS-Web does not export, 6LATIN has no pupil."""
    ouvrir_projet(bac)
    ecole = ecole_type()
    ilona = replace(ecole.eleves[0], groupes=(DansStructure(STRUCTURE, "6FANTOME"),))
    eleves = (ilona, replace(ecole.eleves[1], groupes=()), ecole.eleves[2])
    importer(bac, complet(tmp_path, ecole.avec(eleves=eleves), date(2021, 9, 6)), 1)
    return bac


@pytest.mark.procedure("DIAG-14")
def test_a_pupil_is_found_by_name_ine_and_keys(peuple: Any) -> None:
    """One trace, by name without accents, INE, SIECLE id, AAF id or login; it tells the group that is missing."""
    (par_nom,) = suivre(peuple, q="valbrune ilona")
    for cle in ("aaf_id:7100001", "eleve_id:1900001", "compte:ilona.valbrune", f"ine:{par_nom['cles']['ine']}"):
        assert suivre(peuple, cle=cle) == [par_nom]
    assert suivre(peuple, q=par_nom["cles"]["ine"]) == [par_nom]
    assert (par_nom["objet"], par_nom["etat"]) == ("eleve", "present")
    assert par_nom["details"]["classes"] == "6A"
    assert [b["code"] for b in par_nom["blocages"]] == ["GROUPE_NON_DECLARE"]
    assert peuple["ent"].get(par_nom["lien"]).status_code == 200


def test_who_is_not_there_has_no_trace(peuple: Any) -> None:
    """The ENT says nothing of whom it does not know: pilotage concludes."""
    assert suivre(peuple, q="personne") == []
    assert suivre(peuple, cle="ine:990999999XX") == []
    assert suivre(peuple, cle="aaf_id:pas-un-nombre") == []
    assert suivre(peuple, cle="personne_id:12") == []


def test_a_record_left_out_is_explained(peuple: Any, tmp_path: Path) -> None:
    """Someone whose record has no name has no account, and the ENT says why."""
    sans_nom = replace(eleve(9, "X", "Y"), nom_famille="", nom_usage="")
    ecole = ecole_type()
    importer(peuple, complet(tmp_path, ecole.avec(eleves=(*ecole.eleves, sans_nom)), date(2021, 9, 7)), 2)
    (trace,) = suivre(peuple, cle="aaf_id:7100009")
    assert (trace["etat"], trace["objet"]) == ("bloque", "eleve")
    assert [b["code"] for b in trace["blocages"]] == ["FICHE_SANS_NOM"]


@pytest.mark.procedure("DIAG-13")
def test_a_group_is_found_by_its_code(peuple: Any) -> None:
    """A group without pupil says so, and where to look."""
    (trace,) = suivre(peuple, q="6latin")
    assert (trace["objet"], trace["cles"]) == ("groupe", {"uai": UAI, "groupe": "6LATIN"})
    assert [b["code"] for b in trace["blocages"]] == ["GROUPE_SANS_ELEVE"]
    (anglais,) = suivre(peuple, cle="groupe:6ANG1")
    assert (anglais["details"]["élèves"], anglais["details"]["enseignants"], anglais["blocages"]) == ("1", "1", [])
    (classe,) = suivre(peuple, cle="division:6B")
    assert classe["objet"] == "division"


@pytest.mark.parametrize(
    ("q", "objet"), [("orval", "enseignant"), ("vermel", "agent"), ("valbrune aurore", "responsable")]
)
def test_everyone_is_followed(peuple: Any, q: str, objet: str) -> None:
    """Teachers, other staff and responsables are found by name."""
    (trace,) = suivre(peuple, q=q)
    assert trace["objet"] == objet
    assert [e["libelle"] for e in trace["etapes"]] == ["Compte créé dans l'ENT"]
