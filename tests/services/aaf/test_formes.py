"""The form of a project's feeds: generation of the grammar, declared encoding, records per file; the ENT reads them."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.formats.aaf import Categorie, Grammaire, lire_alimentation, reconnaitre_alimentation, verifier_alimentation

from . import jeu_aaf as jeu
from .test_alimentations import depart

FORMES = [("6.4", "UTF-8"), ("6.3", "UTF-8"), ("6.1", "ISO-8859-15"), ("2012-2014", "ISO-8859-15")]


@pytest.fixture
def chaine(bac: Any) -> jeu.Chaine:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


def comptes(chaine: jeu.Chaine) -> dict[int, tuple[str, str, str, str]]:
    """AAF number → profile, name, first name, login of the ENT's accounts."""
    lus = chaine.bac["ent"].get("/api/projets/ent96/comptes", params={"limite": 5000}).json()
    return {c["aaf_id"]: (c["profil"], c["nom"], c["prenom"], c["login"]) for c in lus}


def ouvrir_ent(chaine: jeu.Chaine) -> None:
    corps = {"code": "ent96", "aaf_projet": "ENT96", "libelle": "ENT", "uais": [jeu.A]}
    assert chaine.bac["ent"].post("/api/projets", json=corps).status_code == 201


def test_the_ent_imports_every_generation(nouveau_bac: Callable[..., Any], tmp_path: Path) -> None:
    """A project set to an older generation gets feeds of it, whole, that the ENT imports as they are: same accounts."""
    vus = []
    for grammaire, encodage in FORMES:
        chaine = jeu.Chaine(nouveau_bac())
        depart(chaine)
        chaine.projet(jeu.A, grammaire=grammaire, encodage=encodage, max_par_fichier=1)
        ouvrir_ent(chaine)
        chaine.jusqu_a(2)
        archive = tmp_path / f"{grammaire}.tar.gz"
        archive.write_bytes(chaine.aaf.get("/api/projets/ENT96/alimentations/1/archive").content)
        assert verifier_alimentation(archive) == []
        assert reconnaitre_alimentation(archive) is Grammaire(grammaire)
        with tarfile.open(archive) as tar:
            membres = [m for m in tar.getmembers() if m.name.endswith(".xml")]
            debuts = {tar.extractfile(m).read(60).split(b"?>")[0] for m in membres}  # type: ignore[union-attr]
        assert debuts == {f'<?xml version="1.0" encoding="{encodage}"'.encode()}
        par_categorie = [m.name.rsplit("_", 2)[1] for m in membres]
        ecrites = list(lire_alimentation(archive))
        assert par_categorie.count("Eleve") == sum(o.categorie is Categorie.ELEVE for o in ecrites) == 2
        imports = chaine.bac["ent"].get("/api/projets/ent96/imports").json()
        assert [(i["etat"], i["numero"]) for i in imports] == [("applique", 1)]
        vus.append(comptes(chaine))
    assert len(vus[0]) == 8
    assert all(vu == vus[0] for vu in vus[1:])


def test_a_project_changes_generation(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """Changed to another grammar and encoding, a project's next feed is complete, in them; deltas follow."""
    depart(chaine)
    chaine.projet(jeu.A)
    ouvrir_ent(chaine)
    chaine.jusqu_a(2)
    corps = {"uais": [jeu.A], "grammaire": "6.1", "encodage": "ISO-8859-15", "max_par_fichier": 500}
    change = chaine.aaf.put("/api/projets/ENT96", json=corps).json()
    assert (change["grammaire"], change["degre"], change["encodage"]) == ("6.1", "2D", "ISO-8859-15")
    depart(chaine, eleves=[jeu.eleve(1, groupes=("3AGR1",)), jeu.eleve(2, "3B")])
    chaine.jusqu_a(2)
    assert [(a["type"], a["modifications"]) for a in chaine.alimentations()] == [
        ("Complet", 0),
        ("Complet", 0),
        ("Delta", 1),
    ]
    for numero in (2, 3):
        archive = tmp_path / f"{numero}.tar.gz"
        archive.write_bytes(chaine.aaf.get(f"/api/projets/ENT96/alimentations/{numero}/archive").content)
        assert verifier_alimentation(archive) == []
        assert reconnaitre_alimentation(archive) is Grammaire.V6_1
    imports = chaine.bac["ent"].get("/api/projets/ent96/imports").json()
    assert {i["etat"] for i in imports} == {"applique"}


@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"grammaire": "5.0"}, "GRAMMAIRE_INCONNUE"),
        ({"grammaire": "1D-6.3"}, "DEGRE_NON_SERVI"),
        ({"encodage": "UTF-16"}, "ENCODAGE_INCONNU"),
        ({"max_par_fichier": 0}, "TAILLE_FICHIER"),
    ],
)
def test_a_form_that_cannot_be_is_refused(chaine: jeu.Chaine, champs: dict[str, Any], code: str) -> None:
    """A project of another degree, grammar, encoding or size of file is refused with what may be chosen."""
    corps = {"code": "ENT96", "uais": [jeu.A]} | champs
    reponse = chaine.aaf.post("/api/projets", json=corps)
    assert (reponse.status_code, reponse.json()["code"]) == (422, code)
    assert reponse.json()["remede"]
    page = chaine.aaf.post("/projets", data={k: str(v) for k, v in (corps | {"uais": jeu.A}).items()})
    assert page.status_code == 422
    assert chaine.aaf.get("/api/projets").json() == []


def test_what_the_feed_cannot_carry_is_in_the_journal(chaine: jeu.Chaine) -> None:
    """A character that XML does not have, a « $ » in a name: written otherwise; the journal says so, without a name."""
    depart(chaine, responsables=[jeu.responsable(1, nom="PER\x01DU"), jeu.responsable(2)])
    ecole = {"structure": jeu.structure(jeu.A, divisions=[{"code": "3$A", "libelle": "3$A", "mefs": [jeu.MEF]}])}
    chaine.bee(jeu.B, eleves=[jeu.eleve(5, "3$A")], **ecole)
    chaine.jusqu_a(2)
    phrases = [
        p for x in journal(chaine) if x["genre"] == "aaf_integration" for p in x["resume"].get("substitutions", ())
    ]
    assert any("U+0001" in phrase for phrase in phrases)
    assert any("ENTEleveClasses : le caractère « $ »" in phrase for phrase in phrases)
    assert not any("PER" in phrase for phrase in phrases)


def journal(chaine: jeu.Chaine) -> list[dict[str, Any]]:
    """The journal of the AAF."""
    from sqlalchemy import select

    from services.aaf.models import Journal

    fabrique = chaine.bac.installation.applications["aaf"].state.noyau.fabrique
    with fabrique.ouvrir(chaine.bac.nom, ecriture=False) as u:
        return [{"genre": j.genre, "resume": j.resume} for j in u.session.scalars(select(Journal))]
