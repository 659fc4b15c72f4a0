"""EDT and SIECLE together: the six or seven files that the base élèves writes, and the links that go back."""

from __future__ import annotations

from typing import Any

import pytest

from shared.formats.siecle.exports import Export, nom_zip
from tests.services.siecle_bee.ecole import Ecole as EcoleBee
from tests.services.siecle_bee.ecole import peupler, preparer

COMMUNS_AUX_DEUX = (Export.RESPONSABLES_AVEC_ADRESSES, Export.STRUCTURES, Export.NOMENCLATURE, Export.COMMUNS)
JEUX = {
    6: (Export.ELEVES_SANS_ADRESSES, *COMMUNS_AUX_DEUX, Export.GEOGRAPHIQUE),
    7: (Export.ELEVES_AVEC_ADRESSES, *COMMUNS_AUX_DEUX, Export.GEOGRAPHIQUE, Export.ETABLISSEMENTS),
}


def _chaine(nouvelle_ecole: Any, jeu: int) -> tuple[Any, EcoleBee, list[int]]:
    e = nouvelle_ecole(edt_jeu_siecle=jeu)
    e.importer_sts()
    bee = preparer(EcoleBee(e.bac, e.uai))
    return e, bee, sorted(peupler(bee, 2))


@pytest.mark.procedure("EDT-21")
@pytest.mark.parametrize("jeu", [pytest.param(6, marks=pytest.mark.procedure("BEE-66")), 7])
@pytest.mark.procedure("BEE-67")
def test_the_files_of_the_academie_are_all_taken(nouvelle_ecole: Any, jeu: int) -> None:
    """The six files of Toulouse, or the seven of Nouméa, exported from BEE, come in whole: none is said missing."""
    e, bee, eleves = _chaine(nouvelle_ecole, jeu)
    fichiers = [(nom_zip(x), bee.appeler("POST", f"/exports-xml/{x.value.radical}")) for x in JEUX[jeu]]
    bilan = e.importer_siecle(*fichiers)
    assert (len(bilan["fichiers"]), bilan["manquants"], bilan["nouveaux"]) == (jeu, [], len(eleves))
    bilan = e.importer_siecle(*fichiers[:-1])
    assert bilan["manquants"] == ["Géographique" if jeu == 6 else "Etablissements"]


@pytest.mark.procedure("EDT-39")
def test_an_offline_client_s_file_is_refused_by_siecle(nouvelle_ecole: Any) -> None:
    """The file of the wrong millésime is refused in SIECLE with its sentence; exported again online, it is taken."""
    e, bee, eleves = _chaine(nouvelle_ecole, 6)
    e.importer_siecle(
        (nom_zip(Export.ELEVES_SANS_ADRESSES), bee.appeler("POST", "/exports-xml/ElevesSansAdresses")),
    )
    e.groupe("6LATIN")
    e.demander("POST", "/groupes/eleves", json=[{"groupe": "6LATIN", "eleves": eleves}])
    page = f"/{e.uai}/2021/exports/liens"
    html = {"Accept": "text/html"}
    for champs, statut in (({"exclusif": "oui", "hors_ligne": "oui"}, 422), ({"exclusif": "oui"}, 201)):
        assert e.bac["edt"].post(page, data=champs, headers=html, follow_redirects=False).status_code == 303
        fichier = e.bac["edt"].get(f"{page}/fichier")
        nom = fichier.headers["content-disposition"].split('"')[1]
        reponse = e.bac["siecle_bee"].post(
            f"{bee.base}/importations/liens-eleve-groupe",
            files={"fichier": (nom, fichier.content)},
            data={"confirmation": "ok"},
        )
        assert reponse.status_code == statut, reponse.text
        if statut == 422:
            assert reponse.json()["title"] == "Année du fichier différente de l'année utilisée !"
    e.bac.avancer("nuit")
    (suivi,) = bee.appeler("GET", "/suivi/liens-eleve-groupe")
    assert suivi["eleves"] == 2
