"""Writing a feed: bytes, files, manifest, archive."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import Refus
from shared.formats.aaf import (
    GRAMMAIRES,
    Ajout,
    Categorie,
    EcrivainAlimentation,
    EleveAaf,
    Enregistrement,
    Grammaire,
    Modification,
    NomFichier,
    Substitutions,
    Suppression,
    TypeAlimentation,
    ecrire_archive,
    ecrire_fichier,
    lire_alimentation,
    lire_fichier,
    lire_nom,
    nom_archive_ent2dva,
    verifier_alimentation,
)
from shared.formats.aaf.dtd import DTD
from shared.formats.aaf.rendu import Rendu
from shared.formats.aaf.valeurs import DansStructure, ValeurComposite

from .exemples_format_aaf import COLLEGE, DATA, ELEVES, FICHES_EXEMPLES, HORODATAGE, JOUR, PROJET

ENREGISTREMENTS = [fiche.vers_enregistrement() for fiche in FICHES_EXEMPLES]


def ecrire(dossier: Path, operations, type_="Complet", **options):
    with EcrivainAlimentation(dossier, PROJET, "96", JOUR, type_, **options) as ecrivain:
        ecrivain.ecrire(operations)
    return ecrivain.manifeste


def matiere(code: int) -> Enregistrement:
    return Enregistrement.de(
        Categorie.MATIERE,
        f"{code:06d}",
        [("ENTMatJointure", [f"{code:06d}"]), ("ENTLibelleMatiere", [f"MATIERE {code}"])],
    )


def test_golden_complet(tmp_path: Path) -> None:
    """The same people give the same files, byte for byte, as those kept in data/."""
    ecrire(tmp_path / "f", ENREGISTREMENTS)
    produits = {p.name: p.read_bytes() for p in (tmp_path / "f").iterdir()}
    attendus = {p.name: p.read_bytes() for p in (DATA / "complet-6.4").iterdir()}
    assert sorted(produits) == sorted(attendus)
    for nom, octets in attendus.items():
        assert produits[nom] == octets, nom


def test_golden_delta(tmp_path: Path) -> None:
    """A delta is written as in data/: whole attribute set replaced, empty values, deletions without attributes."""
    camille = replace(ELEVES[0], classes=(DansStructure(420, "4B"),), groupes=()).vers_enregistrement()
    operations = [
        Modification(camille.categorie, camille.id, camille.noms, camille.valeurs),
        Suppression(Categorie.ELEVE, "910002"),
    ]
    ecrire(tmp_path / "f", operations, "Delta")
    nom = "ENT2DVA-ENT96_Delta_20240916_Eleve_0000.xml"
    assert (tmp_path / "f" / nom).read_bytes() == (DATA / "delta-6.4" / nom).read_bytes()


def test_golden_valide_selon_la_dtd() -> None:
    """Each golden file is valid for lxml against the DTD written beside it."""
    dtd = etree.DTD(str(DATA / "complet-6.4" / "ficAlimMENESR.dtd"))
    fichiers = sorted(DATA.glob("*-6.4/*.xml"))
    assert len(fichiers) == 7
    for fichier in fichiers:
        assert dtd.validate(etree.parse(fichier)), dtd.error_log


@pytest.mark.parametrize("grammaire", GRAMMAIRES)
def test_toutes_generations_valides(tmp_path: Path, grammaire: Grammaire) -> None:
    """A feed of any generation is clean for the checker, and its typed records come back."""
    ecrire(tmp_path / "f", [f.vers_enregistrement(grammaire) for f in FICHES_EXEMPLES], grammaire=grammaire)
    assert verifier_alimentation(tmp_path / "f") == []
    lus = [operation.id for operation in lire_alimentation(tmp_path / "f")]
    assert lus == [fiche.identifiant for fiche in FICHES_EXEMPLES]


def test_octets_ascii_et_references() -> None:
    """Bytes are ASCII: decimal references for letters, named ones for the characters of XML, none numeric."""
    eleve = replace(ELEVES[0], nom_usage="L'ŒUVRE & <FILS> €")
    octets = Rendu().rendre([eleve.vers_enregistrement()])
    assert octets.isascii()
    assert b"<value>L&apos;&#338;UVRE &amp; &lt;FILS&gt; &#8364;</value>" in octets
    assert not any(reference in octets for reference in (b"&#38;", b"&#39;", b"&#60;", b"&#62;"))


@pytest.mark.parametrize(
    "valeur",
    [
        "cœur € Ÿ ſ",
        "d’Artagnan l'aîné",
        "&amp; &#233; <b>]]>",
        'guillemet " double',
        "é" * 100,
        "X" * 100,
        "\u4e2d\U0001f600",
        "tab\tet\nlignes",
        "retour\rchariot",
        "a&#55555;b &#65535;",
    ],
)
def test_caracteres_difficiles(valeur: str) -> None:
    """Whatever XML can carry comes back as it was."""
    avant = Enregistrement.de(Categorie.MATIERE, "1", [("ENTMatJointure", ["1"]), ("x", [valeur, "fin", valeur])])
    document = b"<ficAlimMENESR>" + Rendu().rendre([avant, avant]) + b"</ficAlimMENESR>"
    lus = [operation.enregistrement for operation in lire_fichier(io.BytesIO(document), "x.xml")]
    assert lus == [avant, avant]


@pytest.mark.parametrize("valeur", ["\x00", "a\x1fb", "\x1e", "\x0b", "\ud800", "é\ud9ab", "\ufffe", "é\uffff"])
def test_caracteres_impossibles_refuses(valeur: str) -> None:
    """A character that XML cannot carry is refused, saying where, not what."""
    bon, mauvais = matiere(1), Enregistrement.de(Categorie.MATIERE, "2", [("ENTMatJointure", ["2"]), ("x", [valeur])])
    with pytest.raises(Refus) as refus:
        Rendu().rendre([bon, mauvais])
    assert refus.value.code == "AAF_VALEUR_INTERDITE"
    assert "'2', x" in str(refus.value.lieu)


def test_nom_d_attribut_refuse() -> None:
    """An attribute name cannot carry markup into the file."""
    with pytest.raises(Refus, match="nom d'attribut"):
        Rendu().rendre([Enregistrement.de(Categorie.MATIERE, "1", [('a"><b', ["1"])])])


def test_sans_attribut_refuse() -> None:
    """The DTD wants at least one attribute in an addition."""
    with pytest.raises(Refus) as refus:
        Rendu().rendre([Ajout(Categorie.MATIERE, "1", (), ())])
    assert refus.value.code == "AAF_SANS_ATTRIBUT"


def test_decoupage_en_fichiers(tmp_path: Path) -> None:
    """A category is cut into consecutive numbered files, each a whole document, in order; nothing is lost."""
    manifeste = ecrire(tmp_path / "f", (matiere(i) for i in range(25)), max_par_fichier=10)
    matieres = [f for f in manifeste.fichiers if "Matiere" in f.nom]
    assert [f.nom[-8:-4] for f in matieres] == ["0000", "0001", "0002"]
    assert [f.ajouts for f in matieres] == [10, 10, 5]
    for fichier in matieres:
        octets = (tmp_path / "f" / fichier.nom).read_bytes()
        assert (len(octets), hashlib.sha256(octets).hexdigest()) == (fichier.octets, fichier.sha256)
        assert len(etree.fromstring(octets).findall("addRequest")) == fichier.ajouts
    assert [o.enregistrement for o in lire_alimentation(tmp_path / "f")] == [matiere(i) for i in range(25)]


def test_une_fin_de_ligne_par_requete(tmp_path: Path) -> None:
    """Two requests never touch: a reader loses the second of two adjacent ones."""
    ecrire(tmp_path / "f", [matiere(1), matiere(2)])
    texte = next((tmp_path / "f").glob("*Matiere*")).read_text()
    assert "</addRequest><" not in texte
    assert "</addRequest>\n" in texte


def test_complet_sans_modification(tmp_path: Path) -> None:
    """A complete feed refuses anything but additions, and leaves nothing behind."""
    with pytest.raises(Refus) as refus:
        ecrire(tmp_path / "f", [matiere(1), Suppression(Categorie.ELEVE, "3")])
    assert refus.value.code == "AAF_COMPLET"
    assert list((tmp_path / "f").iterdir()) == []


def test_dossier_occupe(tmp_path: Path) -> None:
    """Two feeds are never mixed in one folder."""
    ecrire(tmp_path / "f", [matiere(1)])
    with pytest.raises(Refus) as refus:
        ecrire(tmp_path / "f", [matiere(2)])
    assert refus.value.code == "AAF_DOSSIER_OCCUPE"


def test_categorie_du_fichier(tmp_path: Path) -> None:
    """A file takes one category only."""
    nom = NomFichier(PROJET, TypeAlimentation.COMPLET, JOUR, Categorie.MEF, 0)
    with pytest.raises(Refus) as refus:
        ecrire_fichier(tmp_path, nom, [matiere(1)], code_academie="96")
    assert refus.value.code == "AAF_CATEGORIE"
    assert list(tmp_path.iterdir()) == []


def test_parties_ecrites_a_part(tmp_path: Path) -> None:
    """A file written alone, as a part of a night, has the bytes of the same file of a whole feed."""
    nom = NomFichier(PROJET, TypeAlimentation.COMPLET, JOUR, Categorie.MATIERE, 0)
    seul = ecrire_fichier(tmp_path, nom, [matiere(1)], code_academie="96")
    manifeste = ecrire(tmp_path / "f", [matiere(1)])
    assert seul in manifeste.fichiers


def test_projet_refuse(tmp_path: Path) -> None:
    """A project code cannot lead out of the folder."""
    with pytest.raises(Refus) as refus:
        EcrivainAlimentation(tmp_path, "../x", "96", JOUR, "Complet")
    assert refus.value.code == "AAF_PROJET"


def test_archive_deterministe(tmp_path: Path) -> None:
    """The archive of a feed is the same, byte for byte, from one run to the next; members are in reading order."""
    archives = []
    for rang in ("un", "deux"):
        manifeste = ecrire(tmp_path / rang / "f", ENREGISTREMENTS)
        archives.append(ecrire_archive(tmp_path / rang / "f", manifeste, HORODATAGE))
    assert archives[0].name == "ENT2DVA-ENT96_Complet_20240916.tar.gz"
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with tarfile.open(archives[0]) as archive:
        membres = archive.getmembers()
    assert membres[0].name == "ficAlimMENESR.dtd"
    assert [m.name for m in membres][1:7] == [f.nom for f in manifeste.fichiers]
    assert {m.mtime for m in membres} == {int(HORODATAGE.timestamp())}


def test_independant_de_l_environnement(tmp_path: Path) -> None:
    """Neither the locale, the time zone nor the hash seed changes a byte."""
    script = (
        "import sys, hashlib; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from exemples_format_aaf import *\n"
        "from shared.formats.aaf import EcrivainAlimentation\n"
        "with EcrivainAlimentation(Path(sys.argv[1]), PROJET, '96', JOUR, 'Complet') as e:\n"
        "    e.ecrire(f.vers_enregistrement() for f in FICHES_EXEMPLES)\n"
        "print(hashlib.sha256(e.manifeste.octets()).hexdigest())\n"
    )
    racine = Path(__file__).parents[3]
    sommes = set()
    for rang, (langue, zone, graine) in enumerate([("C", "UTC", "0"), ("fr_FR.ISO-8859-1", "Pacific/Noumea", "12345")]):
        environnement = os.environ | {"LC_ALL": langue, "TZ": zone, "PYTHONHASHSEED": graine}
        resultat = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / str(rang)), str(racine), str(Path(__file__).parent)],
            env=environnement,
            capture_output=True,
            check=True,
        )
        sommes.add(resultat.stdout)
    assert len(sommes) == 1


def test_dollar_remplace_et_signale() -> None:
    """A `$` inside a field is written `_` and said in a remark; the number of fields stays right."""
    substitutions = Substitutions()
    eleve: EleveAaf = replace(ELEVES[0], classes=(DansStructure(420, "4$A"),))
    enregistrement = eleve.vers_enregistrement(substitutions=substitutions)
    assert enregistrement.valeurs_de("ENTEleveClasses") == ("420$4_A",)
    assert [(r.code, r.lieu.element) for r in substitutions.remarques] == [
        ("AAF_DOLLAR_REMPLACE", "Eleve 910001, ENTEleveClasses")
    ]
    assert "AUBR" not in substitutions.remarques[0].phrase


def test_dernier_champ_vide_refuse() -> None:
    """A composite value never ends with an empty field: Java readers would lose it."""
    with pytest.raises(ValeurComposite) as refus:
        replace(ELEVES[0], classes=(DansStructure(420, ""),)).vers_enregistrement()
    assert refus.value.code == "AAF_DERNIER_CHAMP_VIDE"
    assert str(refus.value.lieu) == "Eleve 910001"


def test_eleve_id_absent_plutot_que_vide() -> None:
    """Without ELEVE_ID the attribute is left out: a reader fails on an empty one."""
    assert "ENTEleveStructRattachId" not in ELEVES[1].vers_enregistrement().noms
    assert "ENTEleveStructRattachId" in ELEVES[0].vers_enregistrement().noms


def test_dtd_est_notre_modele() -> None:
    """The DTD refuses an attribute without value and an operation other than replace."""
    dtd = etree.DTD(io.StringIO(DTD.partition("?>")[2]))
    assert not dtd.validate(etree.fromstring('<attr name="a"/>'))
    assert dtd.validate(etree.fromstring('<attr name="a"><value/></attr>'))
    assert not dtd.validate(etree.fromstring('<modification name="a" operation="add"><value/></modification>'))


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("ENT_TS_21_Delta_20240917_PersRelEleve_0012.xml", ("ENT_TS_21", "Delta", "PersRelEleve", 12)),
        ("ENT_0960001E_Complet_20240916_Eleve_0000.xml", ("ENT_0960001E", "Complet", "Eleve", 0)),
        ("essai_MatiereEducNat_0003.xml", ("essai", None, "MatiereEducNat", 3)),
    ],
)
def test_noms_lus_depuis_la_droite(nom: str, attendu: tuple) -> None:
    """File names are read from the right, whatever the project holds, and written back the same."""
    lu = lire_nom(nom)
    assert lu is not None
    assert (lu.projet, lu.type_, lu.categorie, lu.numero) == attendu
    assert str(lu) == nom


@pytest.mark.parametrize(
    "nom", ["ficAlimMENESR.dtd", "X_Complet_20240931_Eleve_0000.xml", "X_Eleve_0.xml", "Eleve.xml"]
)
def test_noms_etrangers(nom: str) -> None:
    """Other files are not taken for a feed's."""
    assert lire_nom(nom) is None


def test_nom_d_archive_reconnu() -> None:
    """The second archive name is the one that an importer recognises by itself."""
    assert nom_archive_ent2dva(TypeAlimentation.DELTA, JOUR) == "ENT2DVA.20240916.Delta.tgz"


def test_nom_courant_sans_sigle() -> None:
    """A service's free name stays as it is."""
    rectorat = replace(COLLEGE, nom=COLLEGE.nom._replace(sigle="", patronyme="RECTORAT", commune=""))
    assert rectorat.vers_enregistrement().valeur("ENTStructureNomCourant") == "RECTORAT"
