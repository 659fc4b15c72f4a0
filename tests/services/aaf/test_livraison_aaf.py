"""How feeds are delivered: their calendar, the drop folder, the API with a token, the manifest and the history."""

from __future__ import annotations

import hashlib
import json
import tarfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.aaf.use_cases import projets
from services.aaf.use_cases.depot import dossier_de_depot

from . import jeu_aaf as jeu
from .veilleur import LUNDI, Veilleur, ecole_d_un_eleve, le


@pytest.fixture
def veilleur(bac: Any) -> Veilleur:
    """The AAF of a bac, with a school of one pupil that went up on a Monday."""
    return ecole_d_un_eleve(bac)


def alimenter(veilleur: Veilleur, jour: date) -> None:
    """The batch of feeds at two in the morning."""
    veilleur.faire("aaf_alimentation", le(jour, 2))


def test_the_day_of_the_complete_feed(veilleur: Veilleur, bac: Any) -> None:
    """A project has its complete feed on its own day; without one, on the académie's, which is Saturday."""
    corps = {"uais": [jeu.A]}
    for code, jours in (("MARDI", [1]), ("ACADEMIE", [])):
        propre = {"code": code, "calendrier": {"jours_complets": jours}}
        assert bac["aaf"].post("/api/projets", json=propre | corps).status_code == 201
    debut = LUNDI + timedelta(days=2)
    for n in range(7):
        if (debut + timedelta(days=n)).weekday() != 6:
            alimenter(veilleur, debut + timedelta(days=n))
    types = {
        code: [
            (date.fromisoformat(a["jour"]).weekday(), a["type"])
            for a in bac["aaf"].get(f"/api/projets/{code}/alimentations").json()
        ]
        for code in ("MARDI", "ACADEMIE")
    }
    delta = "Delta"
    assert types["MARDI"] == [(2, "Complet"), (3, delta), (4, delta), (5, delta), (0, delta), (1, "Complet")]
    assert types["ACADEMIE"] == [(2, "Complet"), (3, delta), (4, delta), (5, "Complet"), (0, delta), (1, delta)]


def test_the_drop_folder(veilleur: Veilleur, bac: Any) -> None:
    """Each archive is left whole under its name, once; what the reader took is not put back; an abandoned one goes."""
    corps = {"code": "ENT96", "uais": [jeu.A], "depot": True}
    assert bac["aaf"].post("/api/projets", json=corps).status_code == 201
    jour = LUNDI + timedelta(days=2)
    with veilleur.a(le(jour, 1)) as u:
        dossier = dossier_de_depot(u, "ENT96")
    assert not dossier.exists()
    alimenter(veilleur, jour)
    (une,) = bac["aaf"].get("/api/projets/ENT96/alimentations").json()
    assert noms(dossier) == [une["nom"]]
    assert hashlib.sha256((dossier / une["nom"]).read_bytes()).hexdigest() == une["sha256"]
    (dossier / une["nom"]).unlink()
    (dossier / "à moi.txt").write_text("à garder")
    alimenter(veilleur, jour + timedelta(days=1))
    deux = bac["aaf"].get("/api/projets/ENT96/alimentations/latest").json()
    assert noms(dossier) == sorted([deux["nom"], "à moi.txt"])
    with veilleur.a(le(jour, 12)) as u:  # the bac goes back, and lives that night otherwise
        u.session.delete(projets.alimentation(u, "ENT96", 2))
    alimenter(veilleur, jour + timedelta(days=2))
    trois = bac["aaf"].get("/api/projets/ENT96/alimentations/latest").json()
    assert noms(dossier) == sorted([trois["nom"], "à moi.txt"])


def noms(dossier: Path) -> list[str]:
    """What a reader sees in a folder."""
    return sorted(p.name for p in dossier.iterdir() if not p.name.startswith("."))


def test_a_drop_folder_that_cannot_be_written_stops_no_feed(veilleur: Veilleur, bac: Any) -> None:
    """The feed is written, the journal tells the failure, the next night leaves both archives."""
    corps = {"code": "ENT96", "uais": [jeu.A], "depot": True}
    assert bac["aaf"].post("/api/projets", json=corps).status_code == 201
    jour = LUNDI + timedelta(days=2)
    with veilleur.a(le(jour, 1)) as u:
        dossier = dossier_de_depot(u, "ENT96")
    dossier.parent.mkdir(parents=True, exist_ok=True)
    dossier.write_text("un fichier à la place du dossier")
    alimenter(veilleur, jour)
    assert len(bac["aaf"].get("/api/projets/ENT96/alimentations").json()) == 1
    (dite,) = [j for j in journal(veilleur) if j["genre"] == "aaf_depot"]
    assert (dite["resume"]["code"], dite["nb_refus"]) == ("DEPOT_IMPOSSIBLE", 1)
    dossier.unlink()
    alimenter(veilleur, jour + timedelta(days=1))
    assert len(noms(dossier)) == 2


def journal(veilleur: Veilleur) -> list[dict[str, Any]]:
    """The journal of the AAF."""
    from sqlalchemy import select

    from services.aaf.models import Journal

    with veilleur.a(le(LUNDI, 8)) as u:
        lignes = u.session.scalars(select(Journal).order_by(Journal.id))
        return [{"genre": j.genre, "resume": j.resume, "nb_refus": j.nb_refus} for j in lignes]


def test_the_api_with_a_token(veilleur: Veilleur, bac: Any) -> None:
    """A token of the académie lists, reads and downloads feeds, byte for byte; one of a school is refused."""
    assert bac["aaf"].post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]}).status_code == 201
    alimenter(veilleur, LUNDI + timedelta(days=2))
    (une,) = bac["aaf"].get("/api/projets/ENT96/alimentations").json()

    def avec(jeton: str, chemin: str) -> httpx.Response:
        reponse: httpx.Response = bac["aaf"].get(chemin, headers={"Authorization": f"Bearer {jeton}"})
        return reponse

    def jeton(profil: str, **corps: Any) -> str:
        donne = bac["pilotage"].post("/api/jetons", json={"libelle": "Importateur", "profil": profil} | corps)
        assert donne.status_code == 201, donne.text
        return str(donne.json()["jeton"])

    academie = jeton("gestionnaire")
    chemin = "/api/projets/ENT96/alimentations/1/archive"
    archive = avec(academie, chemin)
    assert (archive.status_code, hashlib.sha256(archive.content).hexdigest()) == (200, une["sha256"])
    assert int(archive.headers["content-length"]) == une["octets"]
    assert avec(academie, "/api/projets/ENT96/alimentations/latest").json() == une
    assert avec(academie, "/api/projets/ENT96/extraction").status_code == 200
    connue = jeu.ecole(jeu.A).valeurs()
    assert bac["rectorat"].post("/api/etablissements", json=[connue]).status_code == 201
    ecole = jeton("chef", uai=jeu.A)
    for refusee in (chemin, "/api/projets/ENT96/extraction"):
        assert (avec(ecole, refusee).status_code, avec(ecole, refusee).json()["code"]) == (403, "DROIT_MANQUANT")
    assert avec("rentree-faux.jeton", chemin).status_code == 401
    assert avec(ecole, f"/api/etablissements/{jeu.A}/exclusions").status_code == 200


def test_the_manifest_says_what_the_files_hold(veilleur: Veilleur, bac: Any, tmp_path: Path) -> None:
    """Counts and SHA-256 of the manifest, of the API and of the files are the same."""
    assert bac["aaf"].post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]}).status_code == 201
    alimenter(veilleur, LUNDI + timedelta(days=2))
    chemin = tmp_path / "a.tar.gz"
    chemin.write_bytes(bac["aaf"].get("/api/projets/ENT96/alimentations/1/archive").content)
    with tarfile.open(chemin) as tar:
        contenus = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]
    manifeste = json.loads(contenus["manifeste.json"])
    assert manifeste["fichiers"] == bac["aaf"].get("/api/projets/ENT96/alimentations/1/fichiers").json()
    for f in manifeste["fichiers"]:
        contenu = contenus[f["nom"]]
        assert (len(contenu), hashlib.sha256(contenu).hexdigest()) == (f["octets"], f["sha256"])
        assert contenu.count(b"<addRequest") == f["ajouts"]
    for nom, contenu in contenus.items():
        for chemin_ in ("/api/projets", "/projets"):
            seul = bac["aaf"].get(f"{chemin_}/ENT96/alimentations/1/fichiers/{nom}")
            assert seul.content == contenu
    rien = bac["aaf"].get("/api/projets/ENT96/alimentations/1/fichiers/autre.xml")
    assert (rien.status_code, rien.json()["code"]) == (404, "FICHIER_INCONNU")


def test_a_project_changed_by_its_page(bac: Any) -> None:
    """The form shows the project as it stands; what is sent is what it becomes; a number that is none is refused."""
    aaf = bac["aaf"]
    assert aaf.post("/api/projets", json={"code": "ENT96", "uais": [jeu.A]}).status_code == 201
    champs = {"libelle": "Autre", "uais": f"{jeu.A.lower()} {jeu.B}", "grammaire": "6.1", "max_par_fichier": "7"}
    champs |= {"encodage": "ISO-8859-15", "jours_complets": ["2", "4"], "depot": "oui"}
    change = aaf.post("/projets/ENT96", data=champs, follow_redirects=True)
    assert (change.status_code, "Projet modifié." in change.text) == (200, True)
    lu = aaf.get("/api/projets/ENT96").json()
    assert lu == {
        "code": "ENT96",
        "libelle": "Autre",
        "uais": [jeu.A, jeu.B],
        "grammaire": "6.1",
        "degre": "2D",
        "max_par_fichier": 7,
        "encodage": "ISO-8859-15",
        "complet_demande": True,
        "calendrier": {
            "jours_complets": [2, 4],
            "jours_sans": [],
            "feries": False,
            "vacances": False,
            "suspensions": [],
        },
        "depot": True,
    }
    assert "mercredi, vendredi" in change.text
    assert "depots" in change.text
    for taille in ("sept", "9" * 5000, "-1"):
        refuse = aaf.post("/projets/ENT96", data=champs | {"max_par_fichier": taille})
        assert refuse.status_code == 422
    assert aaf.get("/api/projets/ENT96").json() == lu
    assert aaf.post("/projets/RIEN", data=champs).status_code == 404
