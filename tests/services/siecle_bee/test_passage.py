"""From one year to the next: montée de niveau, exits around the bascule; imprecise exits, enrolled twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.contracts.echanges import BasculeBee, EtablissementMsg

from .ecole import AUTRE_UAI, CINQUIEME, SIXIEME, TROISIEME, UAI, Ecole, dossier, fichiers_reprise, peupler, preparer
from .test_pages import envoyer, page


def basculer(ecole: Ecole) -> Ecole:
    """The base of the year in preparation, nomenclatures profiled, divisions 5A and 6A received."""
    message = BasculeBee(uai=UAI, millesime=2021, etablissement=EtablissementMsg(uai=UAI))
    ecole.recevoir("bascule_bee", message)
    suivante = Ecole(ecole.bac)
    suivante._cles = 100
    return preparer(suivante)


@pytest.fixture
def courante(bac: Any) -> Ecole:
    """A school whose base 2020-2021 holds three pupils of 6A, in August 2021."""
    assert bac["siecle_bee"].post("/api/reprise", files=fichiers_reprise()).status_code == 201
    return Ecole(bac, millesime=2020)


@pytest.mark.procedure("REC-11", "BEE-21", "BEE-24")
def test_montee_de_niveau_by_page(courante: Ecole) -> None:
    """Affectation proposes the MEF that follows and shows last year's division; validated, the fiches are complete."""
    suivante = basculer(courante)
    html = page(suivante, "affectation")
    for eleve in (700_101, 700_102, 700_103):
        ligne = html[html.index(f'name="mef_{eleve}"') :]
        assert f'<option value="{CINQUIEME}" selected>' in ligne[: ligne.index("</select>")]
    assert html.count("<td>6A</td>") == 3
    assert len(suivante.appeler("GET", "/fiches-bloquantes")) == 3
    # The line gives the MEF, « pour tous » the division.
    formulaire = {"eleve": ["700101", "700102"], "tous_division": "5A"}
    formulaire |= {f"mef_{i}": CINQUIEME for i in (700_101, 700_102)}
    assert "2 élèves mis à jour." in envoyer(suivante, "affectation", data=formulaire)
    # The third repeats her year.
    redouble = {"eleve": ["700103"], "mef_700103": SIXIEME, "division_700103": "6A"}
    assert "1 élève mis à jour." in envoyer(suivante, "affectation", data=redouble)
    assert [(e["mef"], e["division"], e["etat"]) for e in suivante.appeler("GET", "/eleves")] == [
        (CINQUIEME, "5A", "complet"),
        (CINQUIEME, "5A", "complet"),
        (SIXIEME, "6A", "complet"),
    ]
    assert [e["division"] for e in courante.appeler("GET", "/eleves")] == ["6A", "6A", "6A"]


@pytest.mark.procedure("REC-11")
def test_who_leaves_around_the_bascule(courante: Ecole) -> None:
    """Gone before: not copied; announced for the end of the year: not either; gone after: gone from both bases."""
    calendrier = courante.appeler("GET", "/communs/calendrier")
    courante.appeler("PUT", "/communs/calendrier", json=calendrier | {"sortie_eleves": "2021-08-31"})
    courante.appeler("PATCH", "/eleves/700101", json={"date_sortie": "2021-08-20", "motif_sortie": "10"})
    courante.appeler("PATCH", "/eleves/700102", json={"date_sortie": "2021-08-31", "motif_sortie": "10"})
    suivante = basculer(courante)
    assert [e["eleve_id"] for e in suivante.appeler("GET", "/eleves")] == [700_103]
    courante.appeler("PATCH", "/eleves/700103", json={"date_sortie": "2021-08-23", "motif_sortie": "10"})
    (partie,) = suivante.appeler("GET", "/eleves")
    assert (partie["etat"], partie["date_sortie"], partie["scolarise"]) == ("sorti", "2021-08-23", False)
    assert suivante.appeler("GET", "/fiches-bloquantes") == []
    assert suivante.appeler("PATCH", "/eleves/700103", json={"date_sortie": None})["date_sortie"] is None


def test_a_mef_that_no_other_follows(bac: Any) -> None:
    """After 3e nothing is proposed: the page waits for a choice, and « à compléter » says which."""
    envoi = fichiers_reprise(mef=TROISIEME, division="3A", nombre=1)
    assert bac["siecle_bee"].post("/api/reprise", files=envoi).status_code == 201
    suivante = basculer(Ecole(bac, millesime=2020))
    html = page(suivante, "affectation")
    ligne = html[html.index('name="mef_700101"') :]
    assert "selected" not in ligne[: ligne.index("</select>")]
    (fiche,) = suivante.appeler("GET", "/fiches-bloquantes")
    assert [m["code"] for m in fiche["manques"]] == ["MEF", "DIVISION"]


def compteur(html: str, libelle: str) -> int:
    """The number of a line of « Répartition des effectifs »."""
    ligne = re.search(rf"<a [^>]*>{re.escape(libelle)}</a></th><td[^>]*>(\d+)", html)
    assert ligne is not None, libelle
    return int(ligne.group(1))


@pytest.mark.procedure("BEE-64")
def test_imprecise_exits_are_counted(ecole: Ecole) -> None:
    """« 99 » is imprecise, « 10 » is not; corrected, the count falls; a motif or a date that cannot be is refused."""
    ids = peupler(ecole, 3)
    assert compteur(page(ecole, "tableau-de-bord"), "Motif(s) de sortie imprécis") == 0
    for eleve, motif in zip(ids, ("99", "10"), strict=False):
        corps = {"date_sortie": "2021-08-20", "motif_sortie": motif}
        ecole.appeler("PATCH", f"/eleves/{eleve}", json=corps)
    html = page(ecole, "tableau-de-bord")
    assert compteur(html, "Motif(s) de sortie imprécis") == 1
    lien = re.search(rf'href="/b/[^/]+/{UAI}/2021/([^"]+)">Motif\(s\) de sortie imprécis', html)
    assert lien is not None
    liste = page(ecole, lien.group(1).replace("&amp;", "&"))
    assert "FICTIF001" in liste
    assert "FICTIF003" not in liste
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"date_sortie": "2021-08-20", "motif_sortie": "10"})
    assert compteur(page(ecole, "tableau-de-bord"), "Motif(s) de sortie imprécis") == 0
    for corps, code in (
        ({"date_sortie": "2021-08-20", "motif_sortie": "ZZ"}, "MOTIF_SORTIE_INCONNU"),
        ({"date_sortie": "2019-08-20", "motif_sortie": "10"}, "DATE_SORTIE_INVALIDE"),
    ):
        assert ecole.appeler("PATCH", f"/eleves/{ids[2]}", 422, json=corps)["code"] == code


@pytest.mark.procedure("BEE-60", "BEE-13", "BEE-61")
def test_pointing_at_multi_inscription_explains(ecole: Ecole) -> None:
    """The link of the tableau de bord explains itself, and opens the sentence of the pupil, with « FERMER »."""
    (eleve,) = peupler(ecole, 1)
    autre = preparer(Ecole(ecole.bac, AUTRE_UAI))
    autre.appeler("POST", "/eleves", 201, json=dossier(1).valeurs())
    autre.appeler("PATCH", f"/eleves/{eleve}", json={"mef": SIXIEME, "division": "6A"})
    assert "Multi-inscription" not in page(ecole, "tableau-de-bord")
    ecole.bac.avancer("nuit")
    html = page(ecole, "tableau-de-bord")
    explication = (
        "Élèves inscrits plusieurs fois dans l'établissement, ou dans d'autres établissements, "
        "de la même académie ou d'une académie différente"
    )
    assert re.search(rf'<a href="[^"]+/signalements"[^>]*title="{explication}"[^>]*>1 Multi-inscription</a>', html)
    signale = page(ecole, "signalements")
    assert "a une autre scolarité active" in signale
    assert "Vérifiez sa présence effective." in signale
    assert "FERMER" in signale
