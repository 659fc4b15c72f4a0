"""The main job, played in one process: a rentrée from STS-Web to the ENT."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rentree.demo import DemandeDemo, jouer_etapes, lire_depart, preparer_entree
from rentree.demo import bilan as b
from rentree.demo.etapes import PROJET, Rentree
from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.examen import Gravite, examiner
from shared.horloge.nuits import horaire
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from shared.security.archives import open_zip

EFFECTIF = 150


class Jouee:
    """A rentrée that was played, what was seen of it, and its files."""

    def __init__(self, r: Rentree, photos: list[Any]) -> None:
        self.r = r
        self.photos = photos
        self.fichiers = b.rassembler(r)
        self.bilan = b.composer(r, b.sommes(self.fichiers), [])


def jouer(nouveau_bac: Any, nom_profil: str = "nice-2021", **options: Any) -> Jouee:
    """Play the demo in a bac of its own."""
    choisi = profil(nom_profil)
    demande = DemandeDemo(effectif=EFFECTIF, profil=nom_profil, **options)
    bac = nouveau_bac(profil=nom_profil, graine=demande.graine)
    lieu = bac.installation.implantation
    transport = nouveau_transport()
    r = Rentree(
        clients=Clients(lieu.adresses, lieu.jeton_interne, transport, bac.nom),
        population=preparer_entree(demande, choisi, choisi.debut).population,
        fuseau=choisi.zone_horaire,
        dire=lambda etape, instant: None,
    )
    return Jouee(r, jouer_etapes(r))


@pytest.fixture(scope="module")
def module_bac(installation: Any) -> Any:
    """Bacs that live as long as the module: one play serves several tests."""
    from contextlib import ExitStack

    from tests.conftest import BacEssai

    faits: list[str] = []
    with ExitStack() as pile:

        def faire(profil: str, graine: int) -> BacEssai:
            nom = f"demo_{len(faits)}"
            choisi = profil_nomme(profil)
            installation.gestion.creer(nom, profil=choisi, graine=graine, depart=choisi.debut)
            faits.append(nom)
            return BacEssai(installation, nom, pile)

        yield faire
    for nom in faits:
        installation.gestion.supprimer(nom)


profil_nomme = profil


@pytest.fixture(scope="module")
def jouee(module_bac: Any) -> Jouee:
    """The demo of Nice, 150 pupils, five mistakes."""
    return jouer(module_bac)


def test_every_pupil_has_an_account_or_a_reason(jouee: Jouee) -> None:
    """Each pupil of the school has an ENT account, or an exclusion with its reason."""
    exclus = {int(x["id"]) for x in jouee.bilan["exclusions"] if x["objet"] == "eleve"}
    assert jouee.bilan["eleves"] == EFFECTIF
    assert jouee.bilan["comptes"]["eleves"] + len(exclus) == EFFECTIF
    assert all(x["raison"] for x in jouee.bilan["exclusions"])


def test_no_link_is_lost_without_a_reason(jouee: Jouee) -> None:
    """Links of EDT = links of the ENT + links of excluded pupils + links to a rejected group."""
    nom = next(n for n in jouee.fichiers if "ELEGROUPE" in n)
    with open_zip(jouee.fichiers[nom], nom) as archive, archive[0].open() as flux:
        liens = {(e.eleve_id, g.code) for e in lire_liens(io.BytesIO(flux.read()), nom).eleves for g in e.groupes}
    exclus = {int(x["id"]) for x in jouee.bilan["exclusions"] if x["objet"] == "eleve"}
    rejetes = {x["id"] for x in jouee.bilan["exclusions"] if x["code"] == "GROUPE_REJETE_STS"}
    attendus = {(e, g) for e, g in liens if e not in exclus and g not in rejetes}
    assert jouee.bilan["liens"] == len(attendus)
    perdus = Counter(x["code"] for x in jouee.bilan["exclusions"] if x["objet"] == "lien")
    assert perdus["GROUPE_A_01"] == len({e for e, g in liens if g in rejetes})


def test_the_five_seeded_mistakes_are_told(jouee: Jouee) -> None:
    """Fiche bloquante, no INE, multi-inscription, doubled responsable, misnamed group: each in bilan.exclusions."""
    codes = {x["code"] for x in jouee.bilan["exclusions"]}
    assert {
        "FICHE_BLOQUANTE",
        "SANS_INE",
        "MULTI_INSCRIPTION",
        "RESPONSABLE_EN_DOUBLE",
        "GROUPE_REJETE_STS",
    } <= codes


@pytest.mark.procedure("ENT-17")
def test_nothing_before_the_second_night(jouee: Jouee) -> None:
    """At T0 and T+24 h the ENT has no pupil and no group; at T+48 h it has them (CAL-09, CAL-11)."""
    (_, t0, au_depot), (_, _, a_24), (_, t48, a_48) = jouee.photos
    assert t48 - t0 == timedelta(hours=48)
    assert au_depot["comptes"]["eleves"] == a_24["comptes"]["eleves"] == 0
    assert au_depot["groupes"] == a_24["groupes"] == 0
    assert a_48["comptes"]["eleves"] > 0
    assert a_48["groupes"] > 0
    assert a_48["liens"] > 0


def test_the_files_are_all_there(jouee: Jouee) -> None:
    """sts_emp, emp_sts, seven SIECLE zips, the links, the complete feed with its DTD."""
    noms = sorted(jouee.fichiers)
    uai, annee = jouee.bilan["uai"], jouee.bilan["annee"]
    assert f"sts_emp_{uai}_{annee}.xml" in noms
    assert f"emp_sts_{uai}_{annee}.xml" in noms
    assert sum(1 for n in noms if n.startswith("ExportXML_")) == 7
    assert sum(1 for n in noms if f"{uai}ELEGROUPE" in n) == 1
    assert any("_Complet_" in n and "Eleve" in n for n in noms)
    assert any(n.endswith("ficAlimMENESR.dtd") for n in noms)


def test_the_feed_passes_its_own_check(jouee: Jouee, tmp_path: Path) -> None:
    """The complete feed is valid against its DTD and consistent: no remark at all."""
    from shared.formats.aaf import verifier_alimentation

    for nom, contenu in jouee.fichiers.items():
        if nom.startswith("aaf/"):
            (tmp_path / Path(nom).name).write_bytes(contenu)
    assert [str(r) for r in verifier_alimentation(tmp_path)] == []


def test_the_exports_validate_against_our_schemas(jouee: Jouee) -> None:
    """Each SIECLE export is valid against the schema shipped in the package."""
    from lxml import etree

    from shared.formats.siecle.exports import ouvrir_export_zip, reconnaitre_nom, schema

    for nom, contenu in jouee.fichiers.items():
        export = reconnaitre_nom(nom)
        if export is None:
            continue
        with ouvrir_export_zip(contenu, nom) as (_, flux):
            schema(export).assertValid(etree.parse(flux))


def test_the_whole_set_passes_the_examination(jouee: Jouee, tmp_path: Path) -> None:
    """What `--out` leaves has neither error nor remark, once its own mistakes are announced."""
    b.ecrire(tmp_path / "out", jouee.fichiers, jouee.bilan)
    rapport = examiner([tmp_path / "out"])
    assert [p.code for p in rapport.tous() if p.gravite is not Gravite.INFORMATION] == []
    (tmp_path / "out" / "bilan.json").unlink()
    assert "STRUCTURE_CARACTERES" in {
        p.code for p in examiner([tmp_path / "out"]).tous() if p.gravite is Gravite.ERREUR
    }


def test_the_demo_starts_so_that_it_ends_with_a_complete_feed() -> None:
    """With no date, the complete feed is the one of T+48 h, whatever the profile; a date is taken as it is."""
    for nom in ("nice-2021", "noumea-2018", "toulouse-2013"):
        choisi = profil(nom)
        debut = lire_depart(None, choisi)
        assert debut >= choisi.debut
        arrivee = debut.astimezone(choisi.zone_horaire) + timedelta(days=2)
        assert horaire(choisi).flux_complet(arrivee, choisi.zone_horaire)
    assert lire_depart("2021-08-23", profil("nice-2021")).date().isoformat() == "2021-08-23"


def test_the_jalons_follow_the_clock(jouee: Jouee) -> None:
    """Each step is dated on the simulated clock, never going back."""
    instants = [datetime.fromisoformat(j["instant"]) for j in jouee.bilan["jalons"]]
    assert instants == sorted(instants)
    assert len(instants) >= 15


def vers_l_ent(j: Jouee) -> dict[str, Any]:
    """EDT places the courses and exports them for the ENT, whose administrator imports them: the report."""
    uai, annee = j.bilan["uai"], j.bilan["annee"]
    base = f"/api/etablissements/{uai}/bases/{annee}"
    j.r.clients["edt"].poster(f"{base}/placement")
    fichier = j.r.clients["edt"].demander("POST", f"{base}/exports/ent").content
    rapport: dict[str, Any] = (
        j.r.clients["ent"]
        .demander(
            "POST",
            f"/api/etablissements/{uai}/emploi-du-temps/imports",
            files={"fichier": ("EDT_KOSMOS.xml", fichier)},
            data={"groupes": "EDT", "peuplement": "EDT"},
        )
        .json()
    )
    return rapport


@pytest.mark.procedure("ENT-27")
def test_the_timetable_is_matched_but_for_the_excluded(jouee: Jouee) -> None:
    """Every teacher, class and pupil of EDT has a counterpart in the ENT, but for the pupils whom the AAF left out."""
    rapport = vers_l_ent(jouee)
    n, sans_compte = rapport["compteurs"], EFFECTIF - jouee.bilan["comptes"]["eleves"]
    assert (n["eleves"], n["eleves_rapproches"]) == (EFFECTIF, EFFECTIF - sans_compte)
    assert n["professeurs_rapproches"] == n["professeurs"] > 0
    assert n["ecarts"] == {"COMPTE_ABSENT": sans_compte}
    assert sans_compte > 0


def test_same_seed_same_bytes(module_bac: Any, jouee: Jouee) -> None:
    """Played again with the same seed, every file and the bilan are the same to the byte."""
    encore = jouer(module_bac)
    assert b.sommes(encore.fichiers) == b.sommes(jouee.fichiers)
    assert json.dumps(encore.bilan, sort_keys=True) == json.dumps(jouee.bilan, sort_keys=True)


@pytest.mark.parametrize(("nom_profil", "graine", "groupe"), [("toulouse-2023", 1, ""), ("noumea-2018", 5, "3LMR2GR1")])
def test_the_other_guides_play_too(module_bac: Any, nom_profil: str, graine: int, groupe: str) -> None:
    """The demo ends under another guide's settings, southern calendar and languages taught there alone included."""
    autre = jouer(module_bac, nom_profil, anomalies=False, graine=graine)
    assert groupe in {"", *(g.code for g in autre.r.population.besoins.groupes)}
    assert autre.bilan["comptes"]["eleves"] == EFFECTIF
    assert {x["code"] for x in autre.bilan["exclusions"]} == set()
    assert vers_l_ent(autre)["ecarts"] == []
    alimentations = autre.r.clients["aaf"].lire(f"/api/projets/{PROJET}/alimentations")
    assert [a["type"] for a in alimentations if a["type"] == "Complet"]
