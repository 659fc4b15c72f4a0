"""Families and staff sign in to the ENT: each sees his classes and groups, in all his schools, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from shared.formats.aaf import EtabEducNatAaf
from shared.formats.aaf.valeurs import (
    DansStructure,
    DivisionDeclaree,
    Fonction,
    GroupeDeclare,
    MatiereDansStructure,
    NomCourant,
)
from shared.identifiers import fabriquer_uai
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from . import jeu_ent as jeu

__all__ = ["navigateur"]
HTML = {"accept": "text/html"}
LYCEE, AUTRE = fabriquer_uai("097", 8), 4300
ILONA, THEO, AURORE, PARTAGE, CHEF = 7100001, 7100002, 7200001, 5101, 5104
SECRET = "un-mot-de-passe-long"


def deux_ecoles() -> tuple[jeu.Ecole, EtabEducNatAaf]:
    """A collège, and a lycée where Théo is, with the same class name, and where the first teacher teaches too."""
    ecole = jeu.ecole_type()
    lycee = EtabEducNatAaf(
        jointure=AUTRE,
        uai=LYCEE,
        nom=NomCourant("LYC", "DES CIMES", "VILLEFEINTE"),
        type_structure="LYCEE",
        code_type_structure="300",
        academie="EXEMPLE",
        divisions=(DivisionDeclaree("6A", "CLASSE 6A", (jeu.MEF,)),),
        groupes=(GroupeDeclare("LATIN", "", ("6A",)),),
    )
    theo = replace(
        ecole.eleves[1],
        structure=AUTRE,
        classes=(DansStructure(AUTRE, "6A"),),
        groupes=(DansStructure(AUTRE, "LATIN"),),
    )
    prof = ecole.personnels[0]
    prof = replace(
        prof,
        classes=(*prof.classes, DansStructure(AUTRE, "6A")),
        matieres_classes=(*prof.matieres_classes, MatiereDansStructure(AUTRE, "6A", jeu.MATHS)),
        fonctions=(*prof.fonctions, Fonction(AUTRE, "ENS", "ENSEIGNEMENT")),
    )
    chef = jeu.enseignant(4, "SAVIGNE", "Odile", fonction="DIR")
    return ecole.avec(
        eleves=(ecole.eleves[0], theo, ecole.eleves[2]),
        personnels=(prof, *ecole.personnels[1:], chef),
    ), lycee


def alimenter(bac: Any, dossier: Path) -> None:
    """Both schools in one ENT."""
    jeu.ouvrir_projet(bac, uais=[jeu.UAI, LYCEE])
    ecole, lycee = deux_ecoles()
    fiches = ecole.enregistrements()
    fiches.insert(1, lycee.vers_enregistrement())  # structures come first, by number
    archive = jeu.archive_complete(dossier, fiches, date(2021, 9, 6))
    rapport = jeu.importer(bac, archive)
    assert rapport["etat"] == "applique", rapport["phrase"]


@contextmanager
def activer(bac: Any, aaf_id: int) -> Iterator[httpx.Client]:
    """First steps of a person, in a browser of her own: she is signed in."""
    compte = jeu.comptes(bac)[aaf_id]
    with httpx.Client(base_url=bac["ent"].base_url, headers=HTML, follow_redirects=True, verify=False) as client:
        champs = {"projet": "essai", "login": compte["login"], "code": compte["code_activation"]}
        reponse = client.post("activation", data=champs | {"mot_de_passe": SECRET, "confirmation": SECRET})
        assert "Le compte est activé." in reponse.text
        yield client


def voir(client: httpx.Client) -> str:
    """« Mon ENT »."""
    return client.get("mon-ent").text.replace("\xa0", " ")


def test_each_person_sees_her_own(bac: Any, tmp_path: Path) -> None:
    """Pupil, parent of two children in two schools, teacher of two schools, chef: each his classes and groups."""
    alimenter(bac, tmp_path)
    assert "Mon ENT : connexion" in bac["ent"].get("/mon-ent", headers=HTML, follow_redirects=True).text
    with activer(bac, ILONA) as eleve:
        vu = voir(eleve)
        assert "Classe 6A (2 élèves, 2 enseignants)" in vu
        assert "Groupe 6LATIN" in vu
        assert "DES CIMES" not in vu, "her brother's school is not hers"
        assert "/comptes/" not in vu, "nothing of the administrator's"
        assert "jean-noel.ostrel" not in vu, "nor the logins of others"
    with activer(bac, AURORE) as parent:
        vu = voir(parent)
        assert "Ilona VALBRUNE - CLG DES SOURCES" in vu
        assert "Théo VALBRUNE - LYC DES CIMES" in vu
        assert "Groupe LATIN (1 élève, 0 enseignant)" in vu
        parent.post("mon-ent/deconnexion")
        assert "Mon ENT : connexion" in voir(parent)
        champs = {"projet": "essai", "login": "aurore.valbrune"}
        assert parent.post("mon-ent/connexion", data=champs | {"mot_de_passe": "autre"}).status_code == 401
        assert "Théo" in parent.post("mon-ent/connexion", data=champs | {"mot_de_passe": SECRET}).text
    with activer(bac, PARTAGE) as prof:
        vu = voir(prof)
        assert "CLG DES SOURCES, LYC DES CIMES" in vu
        assert "Classe 6A (2 élèves, 2 enseignants)" in vu, "that of the collège"
        assert "Classe 6A (1 élève, 1 enseignant)" in vu, "that of the lycée has the same name"
    with activer(bac, CHEF) as chef:
        vu = voir(chef)
        assert "(Direction)" in vu
        assert "Classe 6A (2 élèves, 2 enseignants)" in vu
        assert "Groupe 6LATIN" in vu
    par_ecole = bac["ent"].get(f"/api/projets/essai/comptes/{PARTAGE}/vue").json()
    assert [(v["uai"], [c["nom"] for c in v["classes"]]) for v in par_ecole] == [
        (jeu.UAI, ["6A", "6B"]),
        (LYCEE, ["6A"]),
    ]


def test_who_may_not_sign_in(bac: Any, tmp_path: Path) -> None:
    """Not activated, deactivated, wrong password, a session of another bac: each is told why, or sent to sign in."""
    alimenter(bac, tmp_path)
    ent = bac["ent"]
    compte = jeu.comptes(bac)[THEO]
    acces = {"login": compte["login"], "mot_de_passe": compte["code_activation"]}
    assert ent.post("/api/projets/essai/connexion", json=acces).json()["code"] == "COMPTE_A_ACTIVER"
    court = {"login": compte["login"], "code": compte["code_activation"], "mot_de_passe": "court"}
    assert ent.post("/api/projets/essai/activation", json=court).json()["code"] == "MOT_DE_PASSE_COURT"
    champs = {"projet": "essai", **court, "mot_de_passe": "a" * 9, "confirmation": "b" * 9}
    assert "ne sont pas les mêmes" in ent.post("/activation", data=champs, headers=HTML).text
    with activer(bac, THEO) as client:
        assert "Théo" in voir(client)
        ecole = jeu.ecole_type()
        jeu.importer(bac, jeu.complet(tmp_path, ecole.avec(eleves=ecole.eleves[:1]), date(2021, 9, 7)))
        assert "Mon ENT : connexion" in voir(client), "deactivated while signed in"
        parti = {"login": compte["login"], "mot_de_passe": SECRET}
        assert ent.post("/api/projets/essai/connexion", json=parti).json()["code"] == "COMPTE_DESACTIVE"
        client.cookies.set(f"rentree_mon_ent_{bac.nom}", "rentree-faux.faux")
        assert "Mon ENT : connexion" in voir(client)


def test_the_code_is_the_password_of_who_chose_none(bac: Any, tmp_path: Path) -> None:
    """Without a chosen password the activation code stays it; a first password activates by itself."""
    alimenter(bac, tmp_path)
    code = jeu.comptes(bac)[THEO]["code_activation"]
    ent = bac["ent"]
    assert ent.post("/api/projets/essai/activation", json={"login": "theo.valbrune", "code": code}).status_code == 200
    entree = {"login": "Theo.Valbrune ", "mot_de_passe": code}
    assert ent.post("/api/projets/essai/connexion", json=entree).json()["aaf_id"] == THEO
    assert ent.post("/projets/essai/modele", data={"modele": "laclasse"}).status_code == 303
    compte = jeu.comptes(bac)[ILONA]
    premiere = {"login": compte["login"], "mot_de_passe": compte["code_activation"]}
    assert ent.post("/api/projets/essai/connexion", json=premiere).json()["etat"] == "actif"


@pytest.mark.navigateur
def test_families_in_a_browser(navigateur: Browser, bac: Any, tmp_path: Path) -> None:
    """Sign-in, first steps, « Mon ENT » of each, the pages of projects: clean at both widths."""
    alimenter(bac, tmp_path)
    base = str(bac["ent"].base_url).rstrip("/")
    lus = jeu.comptes(bac)
    onglet = navigateur.new_page()
    for nom, chemin in {"connexion": "/mon-ent/connexion", "activation": "/activation", "projets": "/projets"}.items():
        verifier_page(onglet, base + chemin, LARGEURS, f"ent-{nom}")
    verifier_page(onglet, f"{base}/projets/essai", LARGEURS, "ent-projet")
    onglet.close()
    for nom, aaf_id in {"eleve": ILONA, "parent": AURORE, "enseignant": PARTAGE, "chef": CHEF}.items():
        contexte = navigateur.new_context()
        page = contexte.new_page()
        page.goto(f"{base}/activation")
        page.fill("#champ-login", lus[aaf_id]["login"])
        page.fill("#champ-code", lus[aaf_id]["code_activation"])
        page.click("button:has-text('Activer mon compte')")
        assert page.url.endswith("/mon-ent")
        verifier_page(page, f"{base}/mon-ent", LARGEURS, f"ent-mon-ent-{nom}")
        contexte.close()
