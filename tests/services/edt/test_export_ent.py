"""« Export de l'emploi du temps vers un socle »: ExportEmploiDuTemps written from the base."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote

import pytest

from shared.formats import edt
from tests.formats.edt.jeu_edt import prive, public

from .conftest import ALLEMAND

PLACES: dict[int, str | None] = {1001: "6A", 1002: "6B", 1003: "6B"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def placee(ecole: Any) -> Any:
    """The collège with pupils, one group over two classes, its timetable placed."""
    ecole.importer_siecle(ecole.export_eleves(PLACES))
    ecole.groupe("6ALL1", ("6A", "6B"))
    ecole.service("6ALL1", ALLEMAND, 2.5, 40102)
    inscription = {"groupe": "6ALL1", "eleves": [1001, 1003], "debut": "2021-09-06"}
    ecole.demander("POST", "/groupes/eleves", json=[inscription])
    ecole.demander("POST", "/placement")
    return ecole


@pytest.mark.procedure("EDT-45")
def test_the_file_for_the_ent_says_what_the_base_holds(placee: Any) -> None:
    """EDT_KOSMOS.xml is valid, coherent, and holds the courses, and the pupils of each group by parts of classes."""
    reponse = placee.demander("POST", "/exports/ent", json={"socle": "Skolengo"})
    assert 'filename="EDT_KOSMOS.xml"' in reponse.headers["content-disposition"]
    dit = unquote(reponse.headers["x-rentree-message"])
    assert dit == "L'emploi du temps a été exporté vers le socle Skolengo dans le fichier EDT_KOSMOS.xml"
    assert edt.valider(io.BytesIO(reponse.content), "EDT_KOSMOS.xml") == []
    doc = edt.lire_edt(io.BytesIO(reponse.content), "EDT_KOSMOS.xml")
    assert edt.verifier_coherence(doc, "EDT_KOSMOS.xml") == []
    assert (doc.entete.uai, doc.annee.premier_jour_semaine1.isoformat()) == (placee.uai, "2021-08-30")
    (groupe,) = doc.groupes
    classes = {c.ident: c for c in doc.classes}
    assert [c.nom for c in doc.classes] == ["6A", "6B"]
    parties = {p.ident: c.nom for c in doc.classes for p in c.parties}
    assert sorted(parties[p.ident] for p in groupe.parties) == ["6A", "6B"]
    assert {e.id_sconet: classes[e.classes[0].ident].nom for e in doc.eleves} == {
        "1001": "6A",
        "1002": "6B",
        "1003": "6B",
    }
    membres = {e.id_sconet: [(parties[p.ident], str(p.entree)) for p in e.parties] for e in doc.eleves}
    assert membres == {"1001": [("6A", "2021-09-06")], "1002": [], "1003": [("6B", "2021-09-06")]}
    cours = [c for c in doc.cours if [g.ident for g in c.groupes] == [groupe.ident]]
    (talbour,) = [p for p in doc.professeurs if p.nom == "TALBOUR"]
    assert talbour.id_sts == "40102"
    assert {(c.nombre_places, c.professeurs[0].ident) for c in cours} == {(1, talbour.ident)}
    semaines = sorted(len(edt.semaines_du_masque(c.groupes[0].semaines or 0)) for c in cours)
    assert len(semaines) == 3
    assert semaines[0] * 2 in (semaines[1], semaines[1] + 1)
    assert semaines[1] == semaines[2] > 30


def test_the_container_opens_with_the_key_of_the_ent(placee: Any) -> None:
    """With the ENT's public key the same document is encrypted, the same bytes twice, and its private key opens it."""
    clair = placee.demander("POST", "/exports/ent").content
    demande = {"cle_publique": public("ent", "PEM").decode()}
    ferme = placee.demander("POST", "/exports/ent", json=demande).content
    assert placee.demander("POST", "/exports/ent", json=demande).content == ferme
    conteneur = edt.lire_conteneur(io.BytesIO(ferme), "EDT_KOSMOS.xml")
    assert conteneur.uai == placee.uai
    with edt.ouvrir_charge(conteneur, prive("ent"), "EDT_KOSMOS.xml") as charge:
        assert charge.read() == clair
    refus = placee.demander("POST", "/exports/ent", 422, json={"cle_publique": "rien"})
    assert refus["code"] == "EDT_CLE_ILLISIBLE"


def test_what_cannot_go_to_the_ent_is_refused(ecole: Any) -> None:
    """Without a placed course there is nothing to export; an unknown socle is refused with the list."""
    assert ecole.demander("POST", "/exports/ent", 422)["code"] == "SANS_COURS"
    refus = ecole.demander("POST", "/exports/ent", 404, json={"socle": "Autre"})
    assert (refus["code"], refus["remede"]) == ("SOCLE_INCONNU", "Choisissez-le dans la liste : Skolengo.")


@pytest.mark.procedure("EDT-45")
def test_the_export_is_found_where_the_guide_says(placee: Any) -> None:
    """« Imports/Exports » > « Socles ENT » > « Export manuel » opens the page, which writes the file and offers it."""
    client, page = placee.bac["edt"], f"/{placee.uai}/2021/exports/ent"
    accueil = client.get(f"/{placee.uai}/2021", headers=HTML).text
    rangs = [accueil.index(x) for x in ("Imports/Exports", "Socles ENT", "Export manuel")]
    assert rangs == sorted(rangs)
    texte = client.get(page, headers=HTML).text
    assert "Export de l&#39;emploi du temps vers un socle" in texte
    assert "Socle ENT" in texte
    assert "Skolengo" in texte
    reponse = client.post(page, data={"socle": "Skolengo"}, headers=HTML, follow_redirects=False)
    assert reponse.status_code == 303, reponse.text[:2000]
    assert "EDT_KOSMOS.xml" in client.get(page, headers=HTML).text
    assert client.get(f"{page}/fichier").content == placee.demander("POST", "/exports/ent").content
