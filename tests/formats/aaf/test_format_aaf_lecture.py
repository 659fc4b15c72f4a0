"""Reading feeds: folders, archives, old generations, damaged and hostile files."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from shared.contracts.refus import FichierRefuse
from shared.formats.aaf import (
    FICHES,
    Categorie,
    EcrivainAlimentation,
    Enregistrement,
    Grammaire,
    lire_alimentation,
    lire_fichier,
    lire_fichier_depose,
    ouvrir,
    verifier_alimentation,
)
from shared.formats.aaf.fiche import Fiche
from shared.formats.aaf.valeurs import LienResponsable

from .exemples_format_aaf import DATA, ELEVES, FICHES_EXEMPLES, JOUR, PROJET

COMPLET = DATA / "complet-6.4"
ENREGISTREMENTS = [fiche.vers_enregistrement() for fiche in FICHES_EXEMPLES]
NOM = "ENT2DVA-ENT96_Complet_20240916_{}_0000.xml"


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """A copy of the golden feed, to be damaged."""
    return Path(shutil.copytree(COMPLET, tmp_path / "copie"))


def lus(source: Path) -> list[Enregistrement]:
    return [operation.enregistrement for operation in lire_alimentation(source)]


def refus_de(source: Path) -> FichierRefuse:
    with pytest.raises(FichierRefuse) as refus:
        lus(source)
    assert refus.value.remede
    return refus.value


def requete(corps: str, categorie: str = "Eleve") -> bytes:
    return (
        "<ficAlimMENESR>\n<addRequest><operationalAttributes>"
        f'<attr name="categoriePersonne"><value>{categorie}</value></attr></operationalAttributes>'
        f"{corps}</addRequest>\n</ficAlimMENESR>\n"
    ).encode()


def test_dossier_lu() -> None:
    """The golden feed gives back exactly the records it was written from, in reading order."""
    assert lus(COMPLET) == ENREGISTREMENTS


def test_fiches_relues() -> None:
    """Every typed record comes back from its wire record, equal."""
    relues = [FICHES[e.categorie].from_enregistrement(e) for e in lus(COMPLET)]
    assert relues == list(FICHES_EXEMPLES)


@pytest.mark.parametrize("grammaire", [Grammaire.V6_3, Grammaire.V6_1, Grammaire.SDET_4])
def test_fiches_relues_anciennes(grammaire: Grammaire) -> None:
    """Written in an older generation and read back without saying which, a record keeps what that one holds."""
    for fiche in FICHES_EXEMPLES:
        enregistrement = fiche.vers_enregistrement(grammaire)
        relue: Fiche = type(fiche).from_enregistrement(enregistrement)
        assert relue.vers_enregistrement(grammaire) == enregistrement


@pytest.mark.parametrize("ordre", [1, -1])
@pytest.mark.parametrize("sous", ["", "dossier/"])
def test_archives(tmp_path: Path, ordre: int, sous: str) -> None:
    """A .tar.gz and a .zip, whatever the order of their members, in a folder or not, read like the folder."""
    fichiers = sorted(COMPLET.iterdir())[::ordre]
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        for fichier in fichiers:
            tar.add(fichier, sous + fichier.name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zip_:
        for fichier in fichiers:
            zip_.write(fichier, sous + fichier.name)
    for archive in ("a.tgz", "a.zip"):
        assert lus(tmp_path / archive) == ENREGISTREMENTS
        assert verifier_alimentation(tmp_path / archive) == []


def test_fichier_seul() -> None:
    """One file of a feed can be read alone."""
    assert [e.id for e in lus(COMPLET / NOM.format("Eleve"))] == ["910001", "910002"]


def test_fichier_seul_d_une_suite(copie: Path) -> None:
    """A file given by itself is read whatever its number: a part of a night reads its own files."""
    numero_3 = (copie / NOM.format("Eleve")).rename(copie / NOM.format("Eleve").replace("0000", "0003"))
    assert len(lus(numero_3)) == 2
    with ouvrir(COMPLET) as depot:
        depot.controler()
        par_fichier = [list(lire_fichier_depose(fichier)) for fichier in depot.fichiers]
    assert [len(operations) for operations in par_fichier] == [1, 1, 2, 2, 2, 2]


def test_generation_2013() -> None:
    """A feed of 2012-2014 is read whole: ISO-8859-15 with CRLF, no declaration, old link codes, old names."""
    recus = lus(DATA / "complet-2013")
    eleve = recus[1]
    assert eleve.valeurs_de("ENTEleveParents") == ("82001", "82002")
    assert eleve.valeur("ENTEleveClasses") == "77$3 CŒUR"
    fiches = [FICHES[e.categorie].from_enregistrement(e) for e in recus]
    assert fiches[1].liens == (
        LienResponsable(82001, 20, True, 1, False, False),
        LienResponsable(82002, 10, False, 1, False, False),
        LienResponsable(82003, 39, False, 0, True, False),
    )
    assert fiches[0].nom == ("CLG", "VAL FEINT", "")
    assert [f.vers_enregistrement(Grammaire.SDET_4) for f in fiches] == recus


def test_rien_n_est_perdu_d_un_attribut_inconnu() -> None:
    """The wire record keeps attributes that no grammar of ours knows, in their order."""
    document = requete(
        "<identifier><id>5</id></identifier><attributes>"
        '<attr name="futur"><value>a</value><value/></attr><attr name="sn"><value/></attr></attributes>'
    )
    (operation,) = lire_fichier(io.BytesIO(document), "x.xml")
    assert operation.attributs == (("futur", ("a", "")), ("sn", ()))


def test_fichier_tronque(copie: Path) -> None:
    """A truncated file is refused: by its size when there is a manifest, by its line when there is none."""
    fichier = copie / NOM.format("PersRelEleve")
    fichier.write_bytes(fichier.read_bytes()[:-200])
    assert refus_de(copie).code == "AAF_DECOMPTE"
    (copie / "manifeste.json").unlink()
    refus = refus_de(copie)
    assert refus.code == "XML_MAL_FORME"
    assert refus.lieu is not None
    assert refus.lieu.fichier == fichier.name
    assert refus.lieu.ligne is not None
    assert refus.lieu.ligne > 40


def test_requete_retiree(copie: Path) -> None:
    """A file that holds fewer requests than declared is refused even when its size is right."""
    fichier = copie / NOM.format("MatiereEducNat")
    octets = fichier.read_bytes()
    debut, fin = octets.rindex(b"<addRequest>"), octets.rindex(b"</addRequest>") + len(b"</addRequest>")
    fichier.write_bytes(octets[:debut] + b" " * (fin - debut) + octets[fin:])
    refus = refus_de(copie)
    assert refus.code == "AAF_DECOMPTE"
    assert "1 requête(s) au lieu de 2" in refus.phrase


def test_fichier_manquant(copie: Path) -> None:
    """A missing file is named: from the manifest, or from a hole in the numbers."""
    (copie / NOM.format("Eleve")).unlink()
    refus = refus_de(copie)
    assert (refus.code, str(refus.lieu)) == ("AAF_FICHIER_MANQUANT", NOM.format("Eleve"))
    (copie / "manifeste.json").unlink()
    shutil.copy(copie / NOM.format("MefEducNat"), copie / NOM.format("MefEducNat").replace("0000", "0002"))
    refus = refus_de(copie)
    assert (refus.code, str(refus.lieu)) == ("AAF_FICHIER_MANQUANT", "MefEducNat_0001.xml")


def test_deux_alimentations_melangees(copie: Path) -> None:
    """Files of two days in one folder are refused."""
    (copie / "manifeste.json").unlink()
    (copie / NOM.format("Eleve")).rename(copie / NOM.format("Eleve").replace("20240916", "20240917"))
    assert refus_de(copie).code == "AAF_MELANGE"


def test_fichier_en_trop(copie: Path) -> None:
    """A file that the manifest does not know is refused."""
    shutil.copy(copie / NOM.format("MefEducNat"), copie / NOM.format("MefEducNat").replace("0000", "0001"))
    assert refus_de(copie).code == "AAF_MELANGE"


def test_modification_dans_un_complet(copie: Path) -> None:
    """A complete feed that deletes is refused."""
    (copie / "manifeste.json").unlink()
    delta = DATA / "delta-6.4" / NOM.format("Eleve").replace("Complet", "Delta")
    shutil.copy(delta, copie / NOM.format("Eleve"))
    refus = refus_de(copie)
    assert refus.code == "AAF_COMPLET"
    assert refus.lieu is not None
    assert refus.lieu.ligne == 10


def test_absente(tmp_path: Path) -> None:
    """An empty folder and a name that does not exist are refused with what to do."""
    assert refus_de(tmp_path).code == "AAF_ABSENTE"
    assert refus_de(tmp_path / "rien.tgz").code == "AAF_ABSENTE"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<autre/>", "AAF_RACINE"),
        (requete("<attributes/>"), "AAF_REQUETE"),
        (requete("<identifier/><attributes/>"), "AAF_REQUETE"),
        (requete("<identifier><id>5</id></identifier><attributes/>"), "AAF_REQUETE"),
        (requete("<identifier><id>5</id></identifier><modifications/>"), "AAF_REQUETE"),
        (
            requete("<identifier><id>5</id></identifier><attributes><attr><value/></attr></attributes>"),
            "AAF_REQUETE",
        ),
        (
            requete(
                "<identifier><id>5</id></identifier><attributes>"
                + '<attr name="sn"><value/></attr>' * 2
                + "</attributes>"
            ),
            "AAF_REQUETE",
        ),
        (
            requete('<identifier><id>5</id></identifier><attributes><attr name="a"><value/></attr></attributes>', "X"),
            "AAF_CATEGORIE",
        ),
        (
            requete(
                '<identifier><id>5</id></identifier><attributes><attr name="a"><value/></attr></attributes>',
                "PersEducNat",
            ),
            "AAF_CATEGORIE",
        ),
        (b'<!DOCTYPE ficAlimMENESR [<!ENTITY a "b">]><ficAlimMENESR>&a;</ficAlimMENESR>', "XML_ENTITES"),
        (b"<ficAlimMENESR><addRequest></ficAlimMENESR>", "XML_MAL_FORME"),
        (b"", "XML_VIDE"),
    ],
)
def test_documents_refuses(document: bytes, code: str) -> None:
    """What is not a request of the expected category is refused with a stable code and a place."""
    with pytest.raises(FichierRefuse) as refus:
        list(lire_fichier(io.BytesIO(document), "x.xml", Categorie.ELEVE))
    assert refus.value.code == code
    assert refus.value.lieu is not None
    assert refus.value.lieu.fichier == "x.xml"


def test_lignes_au_dela_de_65535() -> None:
    """The line of an error is right in a long file too."""
    document = b"<ficAlimMENESR>" + b"\n" * 100_000 + requete("<attributes/>").partition(b">\n")[2]
    with pytest.raises(FichierRefuse) as refus:
        list(lire_fichier(io.BytesIO(document), "x.xml"))
    assert refus.value.lieu is not None
    assert refus.value.lieu.ligne == 100_001


def tar(nom: str, contenu: bytes, **champs: object) -> bytes:
    flux = io.BytesIO()
    with tarfile.open(fileobj=flux, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo(nom)
        info.size = len(contenu)
        for cle, valeur in champs.items():
            setattr(info, cle, valeur)
        archive.addfile(info, io.BytesIO(contenu))
    return flux.getvalue()


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (tar("../x_Eleve_0000.xml", b"x"), "TAR_NOM_INTERDIT"),
        (tar("/x_Eleve_0000.xml", b"x"), "TAR_NOM_INTERDIT"),
        (tar("x_Eleve_0000.xml", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "TAR_MEMBRE"),
        (tar("x_Eleve_0000.xml", b"\0" * 30_000_000), "TAR_TROP_GROS"),
        (tar("x_Eleve_0000.xml", b"x" * 5000)[:-30], "TAR_ILLISIBLE"),
        (gzip.compress(b"pas un tar" * 100), "TAR_ILLISIBLE"),
        (b"\x1f\x8babc", "TAR_ILLISIBLE"),
    ],
    # The bytes hold the time of day: as names of tests they would differ between the processes of a run.
    ids=["remonte", "absolu", "lien", "geant", "tronque", "pas un tar", "pas un gzip"],
)
def test_archives_hostiles(tmp_path: Path, octets: bytes, code: str) -> None:
    """An archive that leads out of its folder, swells, or is cut short is refused."""
    (tmp_path / "a.tgz").write_bytes(octets)
    assert refus_de(tmp_path / "a.tgz").code == code


def test_memoire_constante(tmp_path: Path) -> None:
    """Writing then reading four times as many records takes no more memory."""

    def pic(nombre: int) -> int:
        modele = ELEVES[0].vers_enregistrement()
        suite = (
            Enregistrement(modele.categorie, str(1_000_000 + i), modele.noms, modele.valeurs) for i in range(nombre)
        )
        tracemalloc.start()
        dossier = tmp_path / str(nombre)
        with EcrivainAlimentation(dossier, PROJET, "96", JOUR, "Complet", max_par_fichier=nombre) as ecrivain:
            ecrivain.ecrire(suite)
        assert sum(1 for _ in lire_alimentation(dossier)) == nombre
        maximum = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return maximum

    pic(500)
    assert pic(4000) < pic(1000) * 1.3
