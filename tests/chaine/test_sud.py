"""The southern year: the remontée, then the campagne de rentrée of March (CAL-06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.chaine.histoires import Histoire, histoire


@pytest.fixture(scope="module")
def mars(installation: Any) -> Iterator[Histoire]:
    """Friday 2 March 2018 in Nouméa: the remontée on Saturday (synchro 3), the campagne from Monday on."""
    with histoire(installation, "chaine_sud", "noumea-2018", "2018-03-02") as h:
        h.jouer("academie", "bascules", "nomenclatures", "structure", "emploi_du_temps")
        h.dits["avant"] = h.etapes()
        h.jouer("import", "exports")
        h.dits["campagne_avant"] = h.r.clients["sts_web"].lire(f"{h.sts}/campagne")
        h.r.aller(h.local("2018-03-05T08:00"))
        h.dits["campagne"] = h.r.clients["sts_web"].lire(f"{h.sts}/campagne")
        h.dits["lundi"] = h.etapes()
        h.r.clients["sts_web"].poster(f"{h.sts}/vs/validation")
        reponse = h.r.clients["sts_web"].demander("POST", f"{h.sts}/exports/emploi-du-temps")
        h.r.clients["edt"].demander(
            "POST", f"{h.r.edt}/imports/sts", files={"fichier": ("sts_emp.xml", reponse.content, "application/xml")}
        )
        h.dits["apres"] = h.etapes()
        yield h


@pytest.mark.procedure("CAL-06", "EDT-14")
def test_the_campagne_of_march_follows_the_remontee(mars: Histoire) -> None:
    """05/03 – 19/03/2018: closed on the 3rd, open on the 5th; before it the remontée, after it synchro 1 again."""
    avant, ouverte = mars.dits["campagne_avant"], mars.dits["campagne"]
    assert (ouverte["debut"], ouverte["fin"], ouverte["type"]) == ("2018-03-05", "2018-03-19", "Rentrée")
    assert (avant["ouverte"], ouverte["ouverte"]) == (False, True)
    debut, lundi, apres = mars.dits["avant"], mars.dits["lundi"], mars.dits["apres"]
    assert (debut["campagne"]["debut"], debut["campagne"]["fin"]) == ("2018-03-05", "2018-03-19")
    assert (debut["campagne"]["etat"], debut["campagne"]["apres"]) == ("a_venir", ["import_sts"])
    assert (lundi["import_sts"]["etat"], lundi["campagne"]["etat"]) == ("fait", "a_faire")
    assert lundi["synchro_1"]["attend"] == ["campagne"]
    assert [apres[c]["etat"] for c in ("campagne", "synchro_1")] == ["fait", "fait"]
    assert [apres[c]["desordre"] for c in ("campagne", "synchro_1")] == [[], []]
    assert datetime.fromisoformat(apres["campagne"]["fait_le"]) == mars.local("2018-03-05T08:00")
    # The first synchro 1 was February's: the file of March is another one.
    assert apres["premiere_synchro"]["fois"] == 1


def test_the_southern_year_has_its_own_months(mars: Histoire) -> None:
    """The year is the civil one; teachers on 16/02, pupils on 19/02; the bascules belong to the southern summer."""
    vu = mars.calendrier()
    assert (vu["libelle"], vu["calendrier"]) == ("2018", "sud")
    assert (vu["rentree_professeurs"], vu["rentree_eleves"]) == ("2018-02-16", "2018-02-19")
    assert (vu["sortie_eleves"], vu["sortie_professeurs"]) == ("2018-12-14", "2018-12-15")
    etapes = {e["cle"]: e for e in vu["etapes"]}
    assert etapes["bascule_sts"]["periode"] == "décembre-février"
    assert etapes["bascule_sts"]["etat"] == "fait_en_retard"
