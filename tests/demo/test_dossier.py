"""`rentree demo --dossier`: a folder of real-shaped files, written by hand, read, replaced, completed."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rentree.demo import DemandeDemo, Entree
from rentree.demo.dossier import cle_de_la_graine, debut_de_l_annee, population_du_dossier
from rentree.population import Population
from shared.contracts.refus import FichierRefuse, Refus
from shared.horloge.profils import PROFILS, profil
from shared.identifiers import est_ine_reserve, mel_reserve, telephone_reserve
from tests.demo.dossier_essai import ORIGINAUX, REEL, SIECLE, lire, remplir

NICE = profil("nice-2021")
Depot = Callable[..., Path]


@pytest.fixture
def deposer(tmp_path: Path) -> Depot:
    """Makes a folder of some of the files (all by default), renamed and zipped as in `NOMS`.

    `change` maps a file to (old, new) texts to replace in it.
    """

    def faire(*fichiers: str, change: dict[str, tuple[str, str]] | None = None) -> Path:
        return remplir(tmp_path / "dossier", fichiers or tuple(sorted(p.name for p in REEL.iterdir())), change or {})

    return faire


def origines(entree: Entree) -> dict[str, str]:
    """Origin by part."""
    return {s["partie"]: s["origine"] for s in entree.sources}


def test_every_file_is_recognised_whatever_its_name(deposer: Depot) -> None:
    """Renamed, zipped or not, each file gives its part, and the report says which file it was."""
    dit = origines(lire(deposer()))
    assert dit["groupes"] == "retour-logiciel.txt"
    assert dit["services"].startswith("retour-logiciel.txt")
    assert dit["personnels"].startswith("Emploi du temps (2).xml")
    assert dit["élèves, options et régimes"].startswith("ExportXML_ElevesAvecAdresses (1).zip")
    assert dit["responsables"] == "ExportXML_ResponsablesAvecAdresses(1).zip"
    assert "0970034KELEGROUPE2021210915101500.zip" in dit["appartenances aux groupes"]
    assert dit["agents ATSS et personnels DOC, EDU"] == "inventé"


def test_what_the_files_give_is_kept(deposer: Depot) -> None:
    """Identifiers, divisions, MEF, options, groups, members, services, teachers stay those of the files."""
    p = lire(deposer()).population
    assert (p.etablissement.uai, p.etablissement.complement) == ("0970034K", "DES TROIS MARAIS")
    assert p.etablissement.adresse.libelle_postal == "PORT-CLAIRET"
    assert (p.parametres.annee, p.parametres.millesime_effectif) == (2021, 2021)
    assert [(d.code, d.libelle, d.effectif) for d in p.divisions] == [("6A", "SIXIEME A", 6), ("5B", "CINQUIEME B", 7)]
    assert [e.id for e in p.eleves] == [*range(412001, 412013), 412014]
    eleve = p.eleves_par_id[412007]
    assert eleve.scolarite is not None
    assert [o.matiere for o in eleve.scolarite.options] == ["030201", "030602", "020300"]
    assert (eleve.regime, eleve.elenoet, eleve.scolarite.division) == ("24", 3116, "5B")
    assert {(s.structure, s.matiere): s.enseignants[0][0] for s in p.besoins.services}["5ESP2G1", "030602"] == 70105
    assert p.besoins.professeurs_principaux == (("6A", 70101), ("5B", 70102))
    assert {70101, 70102, 70103, 70104, 70105, 70106, 70107, 101} <= set(p.agents_par_id)
    assert p.agents_par_id[70106].discipline == "L9990"
    assert p.groupes_par_code["5ESP2G1"].membres == (412007, 412008, 412012, 412010)


def test_pupils_come_the_way_their_last_year_says(deposer: Depot) -> None:
    """6e by AFFELNET, the neighbour's by BEE, another académie's by hand, the others from the base of N-1."""
    p = lire(deposer()).population
    venus = {e.id: e.origine for e in p.eleves}
    assert {i for i, o in venus.items() if o == "affectation"} == {412001, 412002, 412003, 412004, 412006}
    assert {i for i, o in venus.items() if o == "autre_eple"} == {412010}
    assert {i for i, o in venus.items() if o == "hors_academie"} == {412014}
    assert p.voisin.uai == "0970035L"
    assert p.eleves_par_id[412005].scolarite_precedente.division == "6B"
    assert all(e.scolarite_precedente.division for e in p.eleves if e.origine == "base")
    assert [e.id for e in p.sortants] == [412013]


def test_mistakes_of_the_files_are_kept(deposer: Depot) -> None:
    """A duplicated INE, a mother typed twice, a forbidden character: none is mended, none is added."""
    entree = lire(deposer())
    p = entree.population
    assert p.eleves_par_id[412008].ine == p.eleves_par_id[412009].ine
    deux = [p.responsables_par_id[i] for i in (811001, 811002)]
    assert deux[0].nom == deux[1].nom
    assert deux[0].prenom == deux[1].prenom
    assert len({p.adresses_par_id[r.adresse_id or 0].ligne1 for r in deux}) == 2
    assert p.responsables_par_id[811007].adresse_id is None
    assert "5/LATIN" in p.groupes_par_code
    assert p.anomalies == ()
    assert origines(entree)["anomalies"].startswith("aucune mise en scène")


def test_nothing_of_real_people_remains(deposer: Depot) -> None:
    """No INE, telephone, mail, address line nor surname of the files is left in what is played or said."""
    entree = lire(deposer())
    assert len(ORIGINAUX.ines) > 10
    assert len(ORIGINAUX.lignes) > 15
    assert ORIGINAUX.fuites(repr(entree.population)) == []
    assert ORIGINAUX.fuites(repr(entree.sources)) == []
    couples = {(e.nom, e.prenom) for e in entree.population.eleves}
    assert not couples & ORIGINAUX.couples


def test_what_replaces_people_is_in_the_reserved_ranges(deposer: Depot) -> None:
    """INE with a valid key, telephones and mails that reach nobody, birth dates of the same year."""
    p = lire(deposer()).population
    reels = lire(deposer(), donnees_reelles=True).population
    for e in p.eleves:
        assert e.ine is None or est_ine_reserve(e.ine)
        assert e.tel_portable is None or telephone_reserve(e.tel_portable)
        assert e.mel is None or mel_reserve(e.mel)
        autre = reels.eleves_par_id[e.id].date_naissance
        assert e.date_naissance.year == autre.year
        assert e.date_naissance != autre
    for r in p.responsables:
        assert all(t is None or telephone_reserve(t) for t in (r.tel_personnel, r.tel_portable, r.tel_professionnel))
        assert r.mel is None or mel_reserve(r.mel)


def test_families_and_shapes_survive_the_replacement(deposer: Depot) -> None:
    """Siblings share a surname, twins a birth date; accents, hyphens, particles, case stay; communes too."""
    p = lire(deposer()).population
    eleve = p.eleves_par_id
    assert eleve[412001].nom == eleve[412007].nom == p.responsables_par_id[811001].nom
    assert eleve[412011].date_naissance == eleve[412012].date_naissance
    assert eleve[412003].nom.isupper()
    assert not eleve[412003].nom.isascii()
    assert eleve[412003].prenom.count("-") == 1
    nom, usage = eleve[412004].nom, eleve[412004].nom_usage or ""
    assert usage == f"{nom}-{p.responsables_par_id[811005].nom}"
    assert eleve[412004].prenom3
    assert p.sortants[0].nom.startswith("D'")
    assert {a.libelle_postal for a in p.adresses} == {"PORT-CLAIRET"}


def test_a_group_named_after_its_teacher_is_renamed_with_him(deposer: Depot) -> None:
    """« 5DURIEUX », « SOUTIEN MME DURIEUX » become those of the name that replaces hers, no longer than they were."""
    p = lire(deposer()).population
    professeur = p.agents_par_id[70101].nom_usage or ""
    groupe = next(g for g in p.besoins.groupes if g.libelle.startswith("SOUTIEN MME "))
    assert groupe.code == f"5{professeur[:7]}"
    assert groupe.libelle == f"SOUTIEN MME {professeur[:7]}"
    assert any(s.structure == groupe.code for s in p.besoins.services)


def test_a_group_may_name_a_teacher_that_no_file_names(deposer: Depot) -> None:
    """Without `sts_emp` nobody knows the staff: a word of a group that is not a school's is taken for a name."""
    p = lire(deposer("emp_sts.xml")).population
    assert "DURIEUX" not in repr(p)
    assert {g.code for g in p.besoins.groupes} >= {"5ESP2G1", "5/LATIN"}


def test_replacement_depends_on_the_secret_and_on_nothing_else(tmp_path: Path, deposer: Depot) -> None:
    """Same secret, same people, whatever the names of the files; another secret, others."""
    brut = tmp_path / "brut"
    shutil.copytree(REEL, brut)
    un, deux = lire(deposer()).population, lire(brut).population
    assert un == deux
    trois = lire(brut, graine=2).population
    assert {e.nom for e in trois.eleves}.isdisjoint({e.nom for e in un.eleves})
    demande = DemandeDemo(dossier=brut, graine=2)
    assert population_du_dossier(demande, NICE, 2021, cle_de_la_graine(1)).population.eleves[0].nom == un.eleves[0].nom


def test_real_data_stay_when_asked(deposer: Depot) -> None:
    """`--donnees-reelles` keeps every identity, and the report says so."""
    entree = lire(deposer(), donnees_reelles=True)
    eleve = entree.population.eleves_par_id[412002]
    assert (eleve.nom, eleve.prenom, eleve.ine) == ("BRINDEZINGUE", "Théo", "990411002CK")
    assert eleve.date_naissance == date(2010, 7, 2)
    assert origines(entree)["identités"].startswith("données réelles")


@pytest.mark.parametrize(
    ("fichiers", "attendu"),
    [
        (("sts_emp.xml",), {"élèves": "inventé", "personnels": "Emploi", "services": "Emploi", "options": "inventé"}),
        (("emp_sts.xml",), {"divisions": "retour", "personnels que les fichiers ne nomment pas": "inventé"}),
        (SIECLE, {"services": "inventé", "enseignants": "inventé", "responsables": "Export"}),
        (("ElevesAvecAdresses.xml",), {"responsables": "inventé", "services": "inventé"}),
        (("Structures.xml",), {"divisions": "structures", "groupes": "structures", "élèves": "inventé"}),
        (("ResponsablesAvecAdresses.xml",), {"divisions": "inventé", "élèves": "inventé", "responsables": "Export"}),
        (("liens.xml",), {"divisions": "inventé", "élèves : identité": "0970034KELEGROUPE"}),
        (("sts_emp.xml", "liens.xml"), {"divisions des élèves": "inventé", "services": "Emploi"}),
        (("Communs.xml",), {"établissement": "Communs.xml", "élèves": "inventé", "anomalies": "mises en scène"}),
    ],
    ids=lambda x: "+".join(x) if isinstance(x, tuple) else "",
)
def test_any_subset_will_do(deposer: Depot, fichiers: tuple[str, ...], attendu: dict[str, str]) -> None:
    """What is missing is generated around what is given, coherently, and the report says which is which."""
    entree = lire(deposer(*fichiers), effectif=120)
    dit = origines(entree)
    for partie, debut in attendu.items():
        assert dit[partie].startswith(debut), (partie, dit)
    verifier(entree.population)
    assert ORIGINAUX.fuites(repr(entree.population)) == []


def verifier(p: Population) -> None:
    """A population that the chain can play: nothing designates what is not there."""
    divisions, groupes, agents = set(p.divisions_par_code), set(p.groupes_par_code), set(p.agents_par_id)
    assert p.etablissement.uai == "0970034K"
    assert p.eleves
    assert len(p.eleves) == len(p.eleves_par_id) - len(p.sortants)
    assert not divisions & groupes
    for e in p.eleves:
        assert e.scolarite is not None
        assert e.scolarite.division in divisions
        assert e.scolarite.mef in p.divisions_par_code[e.scolarite.division].mefs
        assert e.origine != "base" or e.scolarite_precedente.division
    assert p.base_precedente, "SIECLE has a base of N-1"
    anciens = {e.id for e in p.base_precedente}
    assert any(x.eleve_id in anciens for x in p.liens), "SIECLE exports no base without responsables"
    for g in p.besoins.groupes:
        assert g.divisions
        assert set(g.divisions) <= divisions
        assert set(g.membres) <= {e.id for e in p.eleves}
    assert p.besoins.services
    for s in p.besoins.services:
        assert s.structure in (divisions if s.type_structure == "D" else groupes)
        assert {n for n, _ in s.enseignants} <= agents
    assert {n for _, n in p.besoins.professeurs_principaux} <= agents
    ids = {r.id for r in p.responsables}
    assert len(ids) == len(p.responsables)
    assert all(x.responsable_id in ids for x in p.liens)
    assert all(r.adresse_id is None or r.adresse_id in p.adresses_par_id for r in p.responsables)
    ines = [e.ine for e in p.eleves if e.ine]
    assert len(ines) - len(set(ines)) <= 1, "only the file's own duplicate"


def test_divisions_are_filled_to_their_numbers(deposer: Depot) -> None:
    """With `sts_emp` alone, each division has the pupils that STS-Web counts, in its MEF, and its groups some."""
    p = lire(deposer("sts_emp.xml")).population
    assert [(d.code, d.effectif) for d in p.divisions] == [("6A", 6), ("5B", 7)]
    assert {e.scolarite.mef for e in p.eleves_par_division["5B"] if e.scolarite} == {"10110001110"}
    assert p.groupes_par_code["5ESP2G1"].membres
    assert all(p.liens_par_eleve.get(e.id) for e in p.eleves)


def test_pupils_of_the_links_are_placed_where_their_groups_are(deposer: Depot) -> None:
    """With `sts_emp` and the group links only, the pupils named are in a division of their groups."""
    p = lire(deposer("sts_emp.xml", "liens.xml")).population
    nommes = {412007, 412008, 412011}
    assert nommes <= set(p.eleves_par_id)
    places = [p.eleves_par_id[i] for i in sorted(nommes)]
    assert {e.scolarite.division for e in places if e.scolarite} == {"5B"}
    assert all(e.ine and e.commune_naissance and e.regime for e in places), "the fiche is completed"


def test_exports_without_addresses_are_given_some(tmp_path: Path) -> None:
    """With the « sans adresse » exports, responsables who lodge one pupil get one address, in no file of the folder."""
    for nom in ("ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml"):
        contenu = (REEL / nom).read_bytes()
        for motif in (rb"<ADRESSES>.*</ADRESSES>", rb"<ADRESSE_ID>\d+</ADRESSE_ID>"):
            contenu = re.sub(motif, b"", contenu, flags=re.DOTALL)
        (tmp_path / nom.replace("Avec", "Sans")).write_bytes(contenu)
    entree = lire(tmp_path)
    p = entree.population
    assert origines(entree)["adresses"] == "inventé"
    assert all(r.adresse_id in p.adresses_par_id for r in p.responsables if p.enfants_par_responsable.get(r.id))
    assert p.responsables_par_id[811011].adresse_id != p.responsables_par_id[811014].adresse_id
    verifier(p)
    assert ORIGINAUX.fuites(repr(p)) == []


def test_another_school_is_refused(deposer: Depot) -> None:
    """A file of another school stops everything; the sentence names both files and both schools."""
    dossier = deposer(change={"Communs.xml": ("<UAJ>0970034K</UAJ>", "<UAJ>0970035L</UAJ>")})
    with pytest.raises(FichierRefuse) as refus:
        lire(dossier)
    assert refus.value.code == "AUTRE_ETABLISSEMENT"
    for mot in ("Communs.xml", "0970035L", "0970034K", "«"):
        assert mot in refus.value.phrase
    assert refus.value.remede


def test_another_year_is_refused(deposer: Depot) -> None:
    """A file of last year stops everything; the sentence names both files and both years."""
    dossier = deposer(change={"Structures.xml": ("SCOLAIRE>2021<", "SCOLAIRE>2020<")})
    with pytest.raises(FichierRefuse) as refus:
        lire(dossier)
    assert refus.value.code == "AUTRE_ANNEE"
    assert "« structures » est du millésime 2020 de SIECLE" in refus.value.phrase
    assert "2021" in refus.value.phrase


def test_years_of_noumea_are_compared_through_the_profile(deposer: Depot) -> None:
    """There, STS year 2018 goes with millésime 2017: 2017 is taken, 2018 refused with a sentence that says why."""
    sts = {"sts_emp.xml": ('ANNEE="2021"', 'ANNEE="2018"')}
    bon = deposer("sts_emp.xml", "Structures.xml", change=sts | {"Structures.xml": (">2021<", ">2017<")})
    entree = lire(bon, "noumea-2018")
    assert (entree.population.parametres.annee, entree.population.parametres.millesime_effectif) == (2018, 2017)
    shutil.rmtree(bon)
    mauvais = deposer("sts_emp.xml", "Structures.xml", change=sts | {"Structures.xml": (">2021<", ">2018<")})
    with pytest.raises(FichierRefuse) as refus:
        lire(mauvais, "noumea-2018")
    assert refus.value.code == "AUTRE_ANNEE"
    assert "l'année 2018 de STS-Web, qui est le millésime 2017 de SIECLE" in refus.value.phrase


def test_the_year_played_is_the_files_year(deposer: Depot) -> None:
    """Files of 2022 make a demo of 2022; with a --date of another year, they are refused."""
    dossier = deposer("sts_emp.xml", change={"sts_emp.xml": ('ANNEE="2021"', 'ANNEE="2022"')})
    entree = lire(dossier)
    assert entree.population.parametres.annee == 2022
    assert entree.population.rentree == date(2022, 9, 1)
    assert debut_de_l_annee(NICE, 2022) == datetime(2022, 8, 22, 6, 0, tzinfo=UTC)
    with pytest.raises(FichierRefuse, match=r"2022-2023.*--date.*2021-2022") as refus:
        lire(dossier, date="2021-08-23")
    assert refus.value.code == "AUTRE_ANNEE"


@pytest.mark.parametrize("choisi", PROFILS.values(), ids=lambda p: p.nom)
def test_a_guides_year_starts_when_its_profile_does(choisi: Any) -> None:
    """The start computed for any year is, for the year of a guide, the start that its profile gives."""
    assert debut_de_l_annee(choisi, choisi.annee_collectee(choisi.jour_debut)) == choisi.debut


def test_files_of_nothing_are_told_not_fatal(deposer: Depot) -> None:
    """A photograph, a note, a hidden file, a subfolder: told or ignored, and the rest is played."""
    dossier = deposer("sts_emp.xml")
    (dossier / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(300))
    (dossier / "note.txt").write_text("penser aux clefs", encoding="utf-8")
    (dossier / ".DS_Store").write_bytes(b"\x00")
    (dossier / "archives").mkdir()
    (dossier / "archives" / "Communs.xml").write_bytes(b"<BEE_COMMUN/>")
    fichiers = [s["origine"] for s in lire(dossier).sources if s["partie"] == "fichier"]
    assert fichiers == ["note.txt : non reconnu, ignoré", "photo.jpg : non reconnu, ignoré"]


def test_a_cut_file_is_refused_with_its_name(deposer: Depot) -> None:
    """An export cut in the middle is not silently replaced by inventions."""
    dossier = deposer("sts_emp.xml", "Structures.xml")
    entier = dossier / "structures"
    entier.write_bytes(entier.read_bytes()[:1200])
    with pytest.raises(FichierRefuse) as refus:
        lire(dossier)
    assert "structures" in f"{refus.value.phrase} {refus.value.lieu}"


@pytest.mark.parametrize("contenu", [None, b"\xff\xd8\xff\xe0"], ids=["absent", "sans fichier"])
def test_a_folder_without_anything_is_refused(tmp_path: Path, contenu: bytes | None) -> None:
    """A folder that is not there, or holds nothing of the chain, is refused with what to put in it."""
    dossier = tmp_path / "vide"
    if contenu is not None:
        dossier.mkdir()
        (dossier / "photo.jpg").write_bytes(contenu)
    with pytest.raises(Refus) as refus:
        lire(dossier)
    assert refus.value.code == ("DOSSIER_INTROUVABLE" if contenu is None else "DOSSIER_SANS_FICHIER")
    assert refus.value.remede


def test_one_zip_may_hold_all_the_exports(tmp_path: Path) -> None:
    """Exports gathered in a single archive are all read."""
    with zipfile.ZipFile(tmp_path / "tout.zip", "w") as archive:
        for nom in SIECLE:
            archive.write(REEL / nom, f"exports/{nom}")
    entree = lire(tmp_path)
    assert len(entree.population.eleves) == 13
    assert origines(entree)["responsables"] == "tout.zip, exports/ResponsablesAvecAdresses.xml"
