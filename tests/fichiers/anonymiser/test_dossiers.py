"""`pseudonymiser`: what depends on the key and on nothing else, every family and generation, and what it refuses."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from shared.contracts.refus import FichierRefuse, Refus
from shared.formats.aaf.depot import ouvrir
from shared.formats.pseudonymes.dossier import pseudonymiser
from shared.formats.reconnaissance import reconnaitre
from shared.identifiers import est_reserve
from shared.security.archives import write_targz, write_zip
from tests.fichiers.anonymiser.jeu_anonymiser import UAI, contenus, deposer, jeu

FORMATS = Path(__file__).parents[2] / "formats"
CLE = b"une cle de test"
_JOUR = datetime(2021, 9, 15, 10, 15)  # noqa: DTZ001 - as archives say it


@pytest.fixture(scope="module")
def petit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of sixty pupils."""
    return deposer(jeu(60), tmp_path_factory.mktemp("petit") / "reel")


def octets(dossier: Path) -> dict[str, bytes]:
    return {c.relative_to(dossier).as_posix(): c.read_bytes() for c in sorted(dossier.rglob("*")) if c.is_file()}


def noms(dossier: Path) -> set[str | None]:
    arbres = [etree.fromstring(o) for o in contenus(dossier).values() if b"<NOM_DE_FAMILLE" in o]
    return {e.text for arbre in arbres for e in arbre.iter("NOM_DE_FAMILLE")}


def test_same_key_same_bytes_other_key_other_names(petit: Path, tmp_path: Path) -> None:
    """The key decides of everything: twice the same gives the same archives to the byte, another one other people."""
    for nom, cle in (("a", CLE), ("b", CLE), ("c", b"autre")):
        pseudonymiser(petit, tmp_path / nom, cle)
    assert octets(tmp_path / "a") == octets(tmp_path / "b")
    un, trois = (
        {
            e.text
            for o in contenus(tmp_path / n).values()
            if b"<NOM" in o
            for e in etree.fromstring(o).iter("NOM_DE_FAMILLE")
        }
        for n in ("a", "c")
    )
    assert len(un) > 50
    assert len(un & trois) < 5


def test_names_of_files_change_nothing(petit: Path, tmp_path: Path) -> None:
    """The same files under other names, in another order, hold the same people once rendered."""
    autre = tmp_path / "autre"
    shutil.copytree(petit, autre)
    for rang, chemin in enumerate(sorted(autre.glob("*.xml"), reverse=True)):
        chemin.rename(autre / f"{rang}.dat")
    pseudonymiser(petit, tmp_path / "a", CLE)
    pseudonymiser(autre, tmp_path / "b", CLE)
    assert sorted(contenus(tmp_path / "a").values()) == sorted(contenus(tmp_path / "b").values())


def test_rendered_again_with_another_key(petit: Path, tmp_path: Path) -> None:
    """What comes out is a set like any other: it can be given again, and only names what it always named."""
    pseudonymiser(petit, tmp_path / "a", CLE)
    rapport = pseudonymiser(tmp_path / "a", tmp_path / "b", b"encore")
    assert not rapport.vides
    assert len(rapport.fichiers) == 11


def test_the_school_is_replaced_when_asked(petit: Path, tmp_path: Path) -> None:
    """`remplacer_uai`: no UAI of the set is left, in texts, numbers nor names of files; one school stays one."""
    rapport = pseudonymiser(petit, tmp_path / "a", CLE, remplacer_uai=True)
    assert [est_reserve(u) for u in rapport.uais] == [True]
    assert rapport.uais != (UAI,)
    assert not [c for c in (tmp_path / "a").rglob("*") if UAI in c.name]
    assert (tmp_path / "a" / f"sts_emp_{rapport.uais[0]}_2021.xml").exists()
    for nom, contenu in contenus(tmp_path / "a").items():
        assert UAI.encode() not in contenu, nom
        assert b"960001</ID_ELEVE_ETAB>" not in contenu
    lus = {r.uai for c in (tmp_path / "a").glob("*.*") if (r := reconnaitre(c, c.name)).uai}
    assert lus == set(rapport.uais)


@pytest.mark.parametrize(
    "fichier",
    [
        "elegroupe/data/liens_1.3.xml",
        "elegroupe/data/liens_1.4.xml",
        "elegroupe/data/dossiers_3.1.xml",
        "elegroupe/data/dossiers_4.0.xml",
        "siecle/data/eleves_2014.xml",
        "siecle/data/responsables_2014.xml",
        "siecle/data/ElevesSansAdresses.xml",
        "siecle/data/ResponsablesSansAdresses.xml",
        "siecle/data/EtablissementsEleves.xml",
        "siecle/data/Geographique.xml",
        "siecle/data/Nomenclature.xml",
        "sts/data/sts_emp_0980017L_2009.xml",
        "sts/data/emp_sts_0980017L_2025.xml",
        "aaf/data/complet-2013/FULL_ENT_X_Complet_20130117_Eleve_0000.xml",
        "aaf/data/complet-2013/FULL_ENT_X_Complet_20130117_PersRelEleve_0000.xml",
        "aaf/data/delta-6.4/ENT2DVA-ENT96_Delta_20240916_Eleve_0000.xml",
        "edt/data/Edt_To_ENTInvente_0980017L_clair.xml",
    ],
)
def test_every_generation(tmp_path: Path, fichier: str) -> None:
    """Whatever the format and its year: no field is unknown, the tree stays, who is in it does not."""
    (tmp_path / "reel").mkdir()
    source = shutil.copy(FORMATS / fichier, tmp_path / "reel")
    rapport = pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    assert (rapport.vides, rapport.ecartes) == ((), ())
    rendu = tmp_path / "rendu" / Path(source).name
    avant, apres = (etree.parse(str(c), etree.XMLParser(load_dtd=False)) for c in (Path(source), rendu))
    assert [e.tag for e in avant.iter(etree.Element)] == [e.tag for e in apres.iter(etree.Element)]
    propres = {
        *(
            "NOM_DE_FAMILLE",
            "NOM",
            "NOM_USAGE",
            "PRENOM",
            "DATE_NAISS",
            "DATE_NAISSANCE",
            "ID_NATIONAL",
            "MEL",
            "EMAIL",
        ),
        *(
            "LIGNE1_ADRESSE",
            "ELEVE_ID",
            "ID_PRV_ELE",
            "ID_PRV_PER",
            "Nom@",
            "Prenom@",
            "IDPN@",
            "NumeroNational@",
            "Ident@",
        ),
        *("sn", "givenName", "ENTPersonJointure", "ENTEleveINE", "mail", "mobile", "ENTPersonDateNaissance"),
    }
    gens = {"Professeur", "Eleve", "Responsable", "Personnel"}
    vus = 0
    for a, b in zip(avant.iter(etree.Element), apres.iter(etree.Element), strict=True):
        cles = (
            [(a.tag, a.text, b.text)] if not a.tag.endswith("value") else [(a.getparent().get("name"), a.text, b.text)]
        )
        if etree.QName(a).localname in gens:
            cles += [(f"{n}@", v, b.get(n)) for n, v in a.attrib.items()]
        for nom, x, y in cles:
            if nom in propres and (x or "").strip():
                assert x != y, nom
                vus += 1
    assert vus > 0 or "PersRel" in fichier or any(x in fichier for x in ("Etab", "Geo", "Nomen", "emp_sts"))


def test_the_usual_name_alone_does_not_move_a_birth_date(tmp_path: Path) -> None:
    """A 1.3 file of links may give only the usual name: the pupil still has the birth date that SIECLE gives him."""
    (tmp_path / "reel").mkdir()
    siecle = (FORMATS / "siecle/data/ElevesAvecAdresses.xml").read_bytes()
    eleve = next(etree.fromstring(siecle).iter("ELEVE"))
    jour = "-".join(reversed((eleve.findtext("DATE_NAISS") or "").split("/")))
    (tmp_path / "reel" / "ElevesAvecAdresses.xml").write_bytes(siecle)
    (tmp_path / "reel" / "liens.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<IMPORT_ELEVES VERSION="1.3">'
        "<PARAMETRES><UAJ>0970001Z</UAJ></PARAMETRES>"
        f"<DONNEES><ELEVES><ELEVE><ELEVE_ID>{eleve.get('ELEVE_ID')}</ELEVE_ID><NOM>AUTREMENT</NOM><PRENOM>Zoé</PRENOM>"
        f"<DATE_NAISS>{jour}</DATE_NAISS><GROUPES><GROUPE><CODE_GROUPE>G</CODE_GROUPE></GROUPE></GROUPES></ELEVE></ELEVES>"
        "</DONNEES></IMPORT_ELEVES>",
        encoding="utf-8",
    )
    pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    rendus = contenus(tmp_path / "rendu")
    la = etree.fromstring(rendus["liens.xml"]).findtext(".//DATE_NAISS") or ""
    assert "/".join(reversed(la.split("-"))) == etree.fromstring(rendus["ElevesAvecAdresses.xml"]).findtext(
        ".//DATE_NAISS"
    )


def test_archives_of_a_feed(tmp_path: Path) -> None:
    """A `.tar.gz` comes out as one, with its DTD, its members in order and identifiers still ascending."""
    (tmp_path / "reel").mkdir()
    feed = FORMATS / "aaf/data/complet-6.4"
    membres = [(f"flux/{c.name}", c.read_bytes()) for c in sorted(feed.iterdir())]
    with (tmp_path / "reel" / "ENT2DVA.20240916.tgz").open("wb") as sortie:
        write_targz(sortie, [*membres, ("flux/lisez-moi.txt", b"bonjour")], _JOUR)
    rapport = pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    rendu = tmp_path / "rendu" / "ENT2DVA.20240916.tgz"
    with tarfile.open(rendu) as tar:
        assert {m.name for m in tar} == {nom for nom, _ in membres}
    assert [e.nom for e in rapport.ecartes] == ["ENT2DVA.20240916.tgz, flux/lisez-moi.txt"]
    with ouvrir(rendu) as depot:
        depot.controler()
        for fichier in depot.fichiers:
            with fichier.ouvrir() as flux:
                ids = [int(i.text or "0") for i in etree.parse(flux).iter("id") if (i.text or "").isdigit()]
            assert ids == sorted(ids)


def test_one_archive_holds_several_exports(tmp_path: Path) -> None:
    """A zip of all the exports comes out with all of them, what is not of the chain left out and said."""
    (tmp_path / "reel").mkdir()
    membres = [(n, (FORMATS / "siecle/data" / n).read_bytes()) for n in ("Communs.xml", "ElevesAvecAdresses.xml")]
    with (tmp_path / "reel" / "tout.zip").open("wb") as sortie:
        write_zip(sortie, [*membres, ("photo.jpg", b"\xff\xd8")], _JOUR)
    rapport = pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    with zipfile.ZipFile(tmp_path / "rendu" / "tout.zip") as archive:
        assert archive.namelist() == ["Communs.xml", "ElevesAvecAdresses.xml"]
        assert archive.infolist()[0].date_time == (2021, 9, 15, 10, 15, 0)
    assert rapport.fichiers[0].familles == ("siecle_communs", "siecle_eleves")
    assert rapport.ecartes[0].nom == "tout.zip, photo.jpg"


def refuse(source: Path, cible: Path) -> str:
    """The code of the refusal; nothing must be left behind."""
    avant = sorted(cible.parent.iterdir()) if cible.parent.is_dir() else []
    with pytest.raises(Refus) as refus:
        pseudonymiser(source, cible, CLE)
    assert (sorted(cible.parent.iterdir()) if cible.parent.is_dir() else []) == avant
    assert refus.value.remede
    return refus.value.code


def test_refusals_leave_nothing(petit: Path, tmp_path: Path) -> None:
    """No such folder, nothing of the chain, output not empty or inside the input, two schools, a broken file."""
    reel = tmp_path / "reel"
    shutil.copytree(petit, reel)
    plein = tmp_path / "plein"
    plein.mkdir()
    (plein / "x").write_text("x", encoding="utf-8")
    vide = tmp_path / "vide"
    vide.mkdir()
    assert refuse(tmp_path / "absent", tmp_path / "s") == "DOSSIER_INTROUVABLE"
    assert refuse(vide, tmp_path / "s") == "DOSSIER_SANS_FICHIER"
    assert refuse(reel, plein) == "SORTIE_NON_VIDE"
    assert refuse(reel, reel / "dedans") == "SORTIE_DANS_ENTREE"
    assert refuse(reel, reel) == "SORTIE_DANS_ENTREE"
    assert refuse(reel, tmp_path) == "SORTIE_DANS_ENTREE"
    shutil.copy(FORMATS / "siecle/data/Structures.xml", reel / "autre.xml")
    assert refuse(reel, tmp_path / "s") == "AUTRE_ETABLISSEMENT"
    (reel / "autre.xml").unlink()
    sts = reel / f"sts_emp_{UAI}_2021.xml"
    sts.write_bytes(sts.read_bytes()[:-2000])
    assert refuse(reel, tmp_path / "s") == "XML_MAL_FORME"


@pytest.mark.parametrize(
    ("contenu", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE STS_EDT [<!ENTITY a "b">]><STS_EDT>&a;</STS_EDT>', "XML_ENTITES"),
        (b'<?xml version="1.0"?><!DOCTYPE STS_EDT SYSTEM "x.dtd"><STS_EDT/>', "XML_DOCTYPE"),
        (b"<STS_EDT>&a;</STS_EDT>", "XML_ENTITES"),
        (b"<STS_EDT>" + b"<a>" * 60 + b"</a>" * 60 + b"</STS_EDT>", "XML_PROFONDEUR"),
        (b"<STS_EDT><a>" + b"x" * 1_100_000 + b"</a></STS_EDT>", "XML_TEXTE_GEANT"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, contenu: bytes, code: str) -> None:
    """Entities, DOCTYPE, depth, giant texts: refused with their code, nothing written."""
    (tmp_path / "reel").mkdir()
    (tmp_path / "reel" / "f.xml").write_bytes(contenu)
    with pytest.raises(FichierRefuse) as refus:
        pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    assert refus.value.code == code
    assert not (tmp_path / "rendu").exists()


def test_bytes_come_through_as_they_were_encoded(tmp_path: Path) -> None:
    """CRLF, a BOM, UTF-16 and what ISO-8859-15 lacks: read as declared, written so that any reader reads it back."""
    texte = '<?xml version="1.0" encoding="{}"?>\r\n<BEE_STRUCTURES VERSION="2.0">\r\n<DONNEES><DIVISIONS>\r\n' + (
        '<DIVISION CODE_STRUCTURE="3A"><LIBELLE_LONG>TROISIÈME &lt;A&gt; &#x17D;</LIBELLE_LONG></DIVISION>\r\n'
        "</DIVISIONS></DONNEES></BEE_STRUCTURES>\r\n"
    )
    (tmp_path / "reel").mkdir()
    for codec, declare in (("iso-8859-1", "ISO-8859-1"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")):
        (tmp_path / "reel" / f"{codec}.xml").write_bytes(texte.format(declare).encode(codec))
    pseudonymiser(tmp_path / "reel", tmp_path / "rendu", CLE)
    for chemin in (tmp_path / "rendu").iterdir():
        rendu = chemin.read_bytes()
        assert etree.parse(io.BytesIO(rendu)).findtext(".//LIBELLE_LONG") == "TROISIÈME <A> Ž", chemin.name
        assert rendu.count(b"\r\n") == 5 if "utf-16" not in chemin.name else b"\n" in rendu
