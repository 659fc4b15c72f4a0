"""Every generation and both degrees: golden files, what each one carries, degrees never confused."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Refus, Remarque
from shared.formats.aaf import (
    FICHES,
    FICHES_1D,
    NON_PORTES,
    Categorie,
    Degre,
    EcrivainAlimentation,
    EleveAaf,
    EleveAaf1d,
    Enregistrement,
    Fiche,
    Grammaire,
    Modification,
    Substitutions,
    Suppression,
    TypeAlimentation,
    appliquer_delta,
    calculer_delta,
    categories_de,
    degre_de,
    ecrire_archive,
    fiche_de,
    lire_alimentation,
    lire_fiches,
    lire_fiches_alimentation,
    nom_archive_ent2dva,
    pertes,
    reconnaitre_alimentation,
    verifier_alimentation,
)
from shared.formats.aaf.grammaire import attributs_de
from shared.formats.aaf.valeurs import ClasseEcole, DansStructure, LienResponsable, NomCourant

from .exemples_1d import CE2, ECOLE, ELEVES_1D, FICHES_1D_EXEMPLES, PERSONNELS_1D, PROJET_1D, RESPONSABLES_1D
from .exemples_format_aaf import COLLEGE, DATA, ELEVES, FICHES_EXEMPLES, HORODATAGE, JOUR, PROJET, RESPONSABLES

GENERATIONS = {
    "6.3": Grammaire.V6_3,
    "6.1": Grammaire.V6_1,
    "2012-2014": Grammaire.SDET_4,
    "1d": Grammaire.V6_3_1D,
}


def exemples(grammaire: Grammaire) -> tuple[Fiche, ...]:
    return FICHES_1D_EXEMPLES if grammaire.degre is Degre.PREMIER else FICHES_EXEMPLES


def enregistrements(grammaire: Grammaire) -> list[Enregistrement]:
    return [fiche.vers_enregistrement(grammaire) for fiche in exemples(grammaire)]


def lendemain(grammaire: Grammaire) -> list[Enregistrement]:
    """The same people the next day: the first pupil has another class, the second one left."""
    if grammaire.degre is Degre.PREMIER:
        classe = ClasseEcole(31, CE2.type_, "7002", "CM1")
        change: Fiche = replace(ELEVES_1D[0], classes=(classe,), groupes=())
        parent: Fiche = replace(RESPONSABLES_1D[0], eleves=(810001,))
        nouveaux = {ELEVES_1D[0].identifiant: change, RESPONSABLES_1D[0].identifiant: parent}
        parti = ELEVES_1D[1].identifiant
    else:
        nouveaux = {ELEVES[0].identifiant: replace(ELEVES[0], classes=(DansStructure(420, "4B"),), groupes=())}
        parti = ELEVES[1].identifiant
    fiches = [nouveaux.get(f.identifiant, f) for f in exemples(grammaire) if f.identifiant != parti]
    return [fiche.vers_enregistrement(grammaire) for fiche in fiches]


def ecrire(dossier: Path, grammaire: Grammaire, type_: TypeAlimentation, **options: object) -> Path:
    projet = PROJET_1D if grammaire.degre is Degre.PREMIER else PROJET
    with EcrivainAlimentation(dossier, projet, "96", JOUR, type_, grammaire, **options) as ecrivain:
        if type_ is TypeAlimentation.COMPLET:
            ecrivain.ecrire(enregistrements(grammaire))
        else:
            ecrivain.ecrire(calculer_delta(enregistrements(grammaire), lendemain(grammaire)))
    return dossier


@pytest.mark.parametrize("nom", GENERATIONS)
@pytest.mark.parametrize("type_", list(TypeAlimentation))
def test_golden(tmp_path: Path, nom: str, type_: TypeAlimentation) -> None:
    """Each generation, complete and delta, is written byte for byte as in data/."""
    attendu = DATA / f"{type_.lower()}-{nom}"
    produit = ecrire(tmp_path / "f", GENERATIONS[nom], type_)
    assert sorted(p.name for p in produit.iterdir()) == sorted(p.name for p in attendu.iterdir())
    for fichier in attendu.iterdir():
        assert (produit / fichier.name).read_bytes() == fichier.read_bytes(), fichier.name


@pytest.mark.parametrize("nom", [f"{t.lower()}-{n}" for t in TypeAlimentation for n in GENERATIONS])
def test_golden_sans_remarque(nom: str) -> None:
    """Each golden feed is valid against the DTD beside it, raises no remark, and says its generation."""
    dossier = DATA / nom
    dtd = etree.DTD(str(dossier / "ficAlimMENESR.dtd"))
    for fichier in sorted(dossier.glob("*.xml")):
        assert dtd.validate(etree.parse(fichier)), (fichier.name, dtd.error_log)
        assert fichier.read_bytes().isascii()
    assert verifier_alimentation(dossier) == []
    assert reconnaitre_alimentation(dossier) is GENERATIONS[nom.partition("-")[2]]


def test_golden_2013_tel_quel() -> None:
    """A feed of 2013 as they were found says what today's readers would trip on, and nothing else."""
    codes = {remarque.code for remarque in verifier_alimentation(DATA / "complet-2013")}
    assert codes == {"AAF_DTD_ABSENTE", "AAF_NON_ASCII"}
    assert reconnaitre_alimentation(DATA / "complet-2013") is Grammaire.SDET_4


@pytest.mark.parametrize(
    ("nom", "presents", "absents"),
    [
        ("6.3", ("ENTEleveDateEntreeClasses", "ENTEleveINE"), ("ENTStructureCodeTypeStruct",)),
        ("6.1", ("ENTEleveINE", "ENTPersonMobileSMS"), ("ENTEleveDateEntreeClasses", "codeAcademieExport")),
        (
            "2012-2014",
            ("ENTEleveMere", "ENTEleveCodeEnseignements", "PersEducNatPresenceDevantEleves", "-ac-FICTIVE"),
            ("ENTEleveINE", "ENTPersonMobileSMS", "versionSDET", "ENTPersonCategorieEnseignant"),
        ),
        ("1d", ("Annexe 1 version 6.3", "ENTEcoleCirconscription", "ENTPersonNom"), ('name="sn"', "MefEducNat")),
    ],
)
def test_ce_que_porte_chaque_generation(nom: str, presents: tuple[str, ...], absents: tuple[str, ...]) -> None:
    """What distinguishes the generations (reference, section 0) is what their files hold."""
    texte = "".join(f.read_text().lower() for f in sorted((DATA / f"complet-{nom}").glob("*.xml")))
    assert all(present.lower() in texte for present in presents)
    assert not [absent for absent in absents if absent.lower() in texte]


def test_nombre_d_attributs_de_2013() -> None:
    """The samples of 2013 have 30, 12 and 19 attributes for pupils, responsables and staff (section 2.2)."""
    personnes = (Categorie.ELEVE, Categorie.RESPONSABLE, Categorie.PERSONNEL)
    assert [len(attributs_de(c, Grammaire.SDET_4)) for c in personnes] == [30, 12, 19]


@pytest.mark.parametrize("nom", GENERATIONS)
def test_delta_applique(tmp_path: Path, nom: str) -> None:
    """In every generation, the delta leads from one complete state to the next, through files and archive."""
    grammaire = GENERATIONS[nom]
    annuaire: dict = {}
    appliquer_delta(annuaire, lire_alimentation(DATA / f"complet-{nom}"))
    dossier = tmp_path / "f"
    with EcrivainAlimentation(dossier, PROJET, "96", JOUR, "Delta", grammaire, max_par_fichier=1) as ecrivain:
        ecrivain.ecrire(calculer_delta(enregistrements(grammaire), lendemain(grammaire)))
    operations = list(lire_alimentation(ecrire_archive(dossier, ecrivain.manifeste, HORODATAGE)))
    assert {type(o) for o in operations if o.categorie is Categorie.ELEVE} == {Modification, Suppression}
    appliquer_delta(annuaire, operations)
    assert list(annuaire.values()) == lendemain(grammaire)


def test_encodage_declare(tmp_path: Path) -> None:
    """The declared encoding is a choice; bytes are ASCII, so what is read is the same; another one is refused."""
    dossier = ecrire(tmp_path / "f", Grammaire.V6_1, TypeAlimentation.COMPLET, encodage="ISO-8859-15")
    for fichier in dossier.glob("*.xml"):
        assert fichier.read_bytes().startswith(b'<?xml version="1.0" encoding="ISO-8859-15"?>')
    assert verifier_alimentation(dossier) == []
    assert [o.enregistrement for o in lire_alimentation(dossier)] == enregistrements(Grammaire.V6_1)
    with pytest.raises(Refus) as refus:
        ecrire(tmp_path / "g", Grammaire.V6_1, TypeAlimentation.COMPLET, encodage="UTF-16")
    assert refus.value.code == "AAF_ENCODAGE"


# --- the first degree -------------------------------------------------------------------------------------------


def test_fiches_1d_relues() -> None:
    """The golden feed of the first degree gives back the typed records it was written from."""
    assert list(lire_fiches_alimentation(DATA / "complet-1d")) == list(FICHES_1D_EXEMPLES)


def test_fiches_relues_de_chaque_degre() -> None:
    """The same reader gives the records of the second degree for a feed of the second degree."""
    assert list(lire_fiches_alimentation(DATA / "complet-6.4")) == list(FICHES_EXEMPLES)


def test_categories_du_premier_degre() -> None:
    """The first degree has four categories; the second one six."""
    assert set(categories_de(Degre.PREMIER)) == set(FICHES_1D)
    assert set(categories_de(Degre.SECOND)) == set(FICHES)
    ecrites = {f.name.rsplit("_", 2)[1] for f in (DATA / "complet-1d").glob("*.xml")}
    assert ecrites == {"EtabEducNat", "Eleve", "PersEducNat", "PersRelEleve"}


@pytest.mark.parametrize(
    "fiche", [*FICHES_1D_EXEMPLES, COLLEGE, ELEVES[0], *RESPONSABLES], ids=lambda f: type(f).__name__
)
def test_degres_non_confondus(fiche: Fiche) -> None:
    """A record is typed by its degree; reading or writing it as the other degree is refused, with the record."""
    enregistrement = fiche.vers_enregistrement()
    degre = fiche.GRAMMAIRE.degre
    assert degre_de(enregistrement.categorie, enregistrement.noms) is degre
    assert fiche_de(enregistrement) == fiche
    autres, grammaire = (FICHES, Grammaire.V6_4) if degre is Degre.PREMIER else (FICHES_1D, Grammaire.V6_3_1D)
    for geste in (
        lambda: autres[fiche.CATEGORIE].from_enregistrement(enregistrement),
        lambda: fiche.vers_enregistrement(grammaire),
    ):
        with pytest.raises(Refus) as refus:
            geste()
        assert refus.value.code == "AAF_DEGRE"
        assert fiche.identifiant in refus.value.phrase


@pytest.mark.parametrize(
    ("grammaire", "fiche"),
    [(Grammaire.V6_4, ELEVES_1D[0]), (Grammaire.V6_3_1D, ELEVES[0]), (Grammaire.V6_3_1D, FICHES_EXEMPLES[1])],
)
def test_alimentation_d_un_seul_degre(tmp_path: Path, grammaire: Grammaire, fiche: Fiche) -> None:
    """A feed refuses the records of the other degree, and leaves nothing behind."""
    with (
        pytest.raises(Refus) as refus,
        EcrivainAlimentation(tmp_path / "f", PROJET, "96", JOUR, "Complet", grammaire) as ecrivain,
    ):
        ecrivain.ecrire([fiche.vers_enregistrement()])
    assert refus.value.code == "AAF_DEGRE"
    assert list((tmp_path / "f").iterdir()) == []


def test_melange_des_degres_signale(tmp_path: Path) -> None:
    """A feed that mixes the degrees is told by the checker."""
    dossier = Path(shutil.copytree(DATA / "complet-1d", tmp_path / "f"))
    (dossier / "manifeste.json").unlink()
    for fichier in dossier.glob("*_Eleve_*"):
        source = next((DATA / "complet-6.4").glob("*_Eleve_0000.xml"))
        fichier.write_bytes(source.read_bytes())
    assert "AAF_DEGRE" in {remarque.code for remarque in verifier_alimentation(dossier)}


@pytest.mark.parametrize(
    ("ancienne", "nouvelle", "attendu"),
    [
        (ECOLE, replace(ECOLE, circonscription=77), "AAF_REFERENCE"),
        (ELEVES_1D[1], replace(ELEVES_1D[1], classes=()), "AAF_CLASSE"),
        (ELEVES_1D[1], replace(ELEVES_1D[1], nom_usage=""), "AAF_VIDE"),
        (ELEVES_1D[1], replace(ELEVES_1D[1], classes=(CE2._replace(structure=5),)), "AAF_REFERENCE"),
        (ELEVES_1D[1], replace(ELEVES_1D[1], autorites=()), "AAF_LIEN"),
        (PERSONNELS_1D[0], replace(PERSONNELS_1D[0], directions=(5,)), "AAF_REFERENCE"),
    ],
)
def test_incoherences_1d(tmp_path: Path, ancienne: Fiche, nouvelle: Fiche, attendu: str) -> None:
    """What readers of the first degree fail on, or drop in silence, has its code."""
    fiches = [nouvelle if fiche is ancienne else fiche for fiche in FICHES_1D_EXEMPLES]
    with EcrivainAlimentation(tmp_path / "f", PROJET_1D, "96", JOUR, "Complet", Grammaire.V6_3_1D) as ecrivain:
        ecrivain.ecrire(f.vers_enregistrement() for f in fiches)
    assert [r.code for r in verifier_alimentation(tmp_path / "f")] == [attendu]


def test_nom_d_archive_1d() -> None:
    """The archive of the first degree has the name that an importer recognises."""
    assert nom_archive_ent2dva(TypeAlimentation.COMPLET, JOUR, Degre.PREMIER) == "ENT1DVA.20240916.tgz"


# --- what is not carried ----------------------------------------------------------------------------------------


def test_pertes_dites() -> None:
    """What a typed record would not give back is told: unknown attributes, values too many; nothing otherwise."""
    for fiche in (*FICHES_EXEMPLES, *FICHES_1D_EXEMPLES):
        assert pertes(fiche.vers_enregistrement()) == []
    eleve = ELEVES[0].vers_enregistrement()
    plus = Enregistrement(
        eleve.categorie,
        eleve.id,
        (*eleve.noms, "homePhone", "futur"),
        (*[("M.", "Mme") if n == "personalTitle" else v for n, v in eleve.attributs], ("0",), ()),
    )
    dites = pertes(plus)
    assert [r.lieu.element for r in dites] == ["Eleve 910001, personalTitle", "Eleve 910001, homePhone"]
    assert {r.code for r in dites} == {"AAF_NON_PORTE"}
    assert any("homePhone" in phrase for phrase in NON_PORTES)


def test_lecture_dit_ce_qu_elle_perd() -> None:
    """Reading into typed records tells what they do not carry, with the file."""
    fichier = next((DATA / "complet-6.4").glob("*_Eleve_0000.xml"))
    octets = fichier.read_bytes().replace(
        b'<attr name="sn">', b'<attr name="mail"><value>x</value></attr><attr name="sn">'
    )
    remarques: list[Remarque] = []
    lues = list(lire_fiches(io.BytesIO(octets), "x.xml", Categorie.ELEVE, ajoute=remarques.append))
    assert lues == list(ELEVES)
    assert [(r.code, r.lieu.fichier, r.lieu.element) for r in remarques] == [
        ("AAF_NON_PORTE", "x.xml", f"Eleve {eleve.identifiant}, mail") for eleve in ELEVES
    ]


def test_fiche_illisible_situee() -> None:
    """A composite value that cannot be read says the file and the record, never the value."""
    fichier = next((DATA / "complet-6.4").glob("*_Eleve_0000.xml"))
    octets = fichier.read_bytes().replace(b"920001$10$1$1$0$1", b"920001$10$1")
    with pytest.raises(Refus) as refus:
        list(lire_fiches(io.BytesIO(octets), "x.xml"))
    assert refus.value.code == "AAF_VALEUR_COMPOSITE"
    assert "x.xml" in str(refus.value.lieu)
    assert "Eleve 910001" in refus.value.phrase
    assert "3 champ(s) séparés par « $ » au lieu de 6" in refus.value.phrase


def test_delta_refuse_en_fiches() -> None:
    """A delta is not a list of whole records."""
    with pytest.raises(FichierRefuse) as refus:
        list(lire_fiches_alimentation(DATA / "delta-6.1"))
    assert refus.value.code == "AAF_COMPLET"


def test_caracteres_inconnus_substitues(tmp_path: Path) -> None:
    """A character that XML does not have is written « ? » and told once, with the number of the others."""
    substitutions = Substitutions()
    eleves = [replace(e, prenom="Zo\x07é\ufffe", regime="a\x1fb") for e in ELEVES]
    with EcrivainAlimentation(tmp_path / "f", PROJET, "96", JOUR, "Complet", substitutions=substitutions) as ecrivain:
        ecrivain.ecrire(e.vers_enregistrement(substitutions=substitutions) for e in eleves)
    lus = [fiche for fiche in lire_fiches_alimentation(tmp_path / "f") if isinstance(fiche, EleveAaf)]
    assert [(e.prenom, e.regime) for e in lus] == [("Zo?é?", "a?b")] * 2
    prenom, regime = sorted(substitutions.remarques, key=lambda r: str(r.lieu))[::-1]
    assert {prenom.code, regime.code} == {"AAF_CARACTERE_REMPLACE"}
    assert "U+0007, U+FFFE" in prenom.phrase
    assert "1 autre(s)" in prenom.phrase
    assert substitutions.nombre == 4
    assert not any("Zo" in r.phrase for r in substitutions.remarques)


def test_ancienne_grammaire_dit_ce_qu_elle_perd() -> None:
    """Written for 2012-2014, links and addresses that it cannot carry are told, as are the attributes left out."""
    substitutions = Substitutions()
    liens = (LienResponsable(920001, 43, False, 2, True, False), LienResponsable(920002, 10, False, 1, False, False))
    ecrit = replace(ELEVES[0], liens=liens).vers_enregistrement(Grammaire.SDET_4, substitutions)
    assert ecrit.valeurs_de("ENTElevePersRelEleve") == ("920001$6$0$0$1$0", "920002$2$0$1$0$0")
    RESPONSABLES[0].vers_enregistrement(Grammaire.SDET_4, substitutions)
    codes = [r.code for r in substitutions.remarques]
    assert codes.count("AAF_LIEN_REMPLACE") == 1
    assert codes.count("AAF_ADRESSE_UNE_LIGNE") == 1
    omis = {r.lieu.element for r in substitutions.remarques if r.code == "AAF_ATTRIBUT_OMIS"}
    assert {"Eleve 910001, ENTEleveINE", "PersRelEleve 920001, mail"} <= omis
    sans_perte = Substitutions()
    ELEVES_1D[0].vers_enregistrement(Grammaire.V6_3_1D, sans_perte)
    ELEVES[0].vers_enregistrement(Grammaire.V6_4, sans_perte)
    assert sans_perte.remarques == []


def test_service_au_nom_libre_en_2013() -> None:
    """A service has the same free name in every generation, without a school's hyphens."""
    rectorat = replace(COLLEGE, nom=NomCourant("", "Z.REMP-FEINTE", ""))
    ecrit = rectorat.vers_enregistrement(Grammaire.SDET_4)
    assert ecrit.valeur("ENTStructureNomCourant") == "Z.REMP-FEINTE"
    assert FICHES[Categorie.ETABLISSEMENT].from_enregistrement(ecrit).nom == rectorat.nom


def test_modification_partielle_reconnue() -> None:
    """A modification that names few attributes is of the latest generation, of the degree that its names tell."""
    partielle = Modification(Categorie.ELEVE, "5", ("ENTElevePersRelEleve",), (("9$10$0$2$0$0",),))
    assert fiche_de(partielle).liens[0].legal == 2
    ecole = Modification(Categorie.ELEVE, "5", ("ENTPersonNom",), (("A",),))
    assert isinstance(fiche_de(ecole), EleveAaf1d)


@pytest.mark.parametrize(
    ("avant", "apres", "code"),
    [
        (b"</addRequest>\n\n<addRequest>\n", b"</addRequest><addRequest>", "AAF_MEME_LIGNE"),
        (b"&amp;", b"&#38;", "AAF_REFERENCE_NUMERIQUE"),
    ],
)
def test_lecteurs_trompes(tmp_path: Path, avant: bytes, apres: bytes, code: str) -> None:
    """What XML allows and a known reader misunderstands is told."""
    source = next((DATA / "complet-6.4").glob("*_Eleve_0000.xml"))
    octets = source.read_bytes()
    assert avant in octets
    octets = octets.replace(avant, apres)
    if code == "AAF_MEME_LIGNE":
        octets = octets.replace(b"\n", b"")
    (tmp_path / source.name).write_bytes(octets)
    assert [r.code for r in verifier_alimentation(tmp_path / source.name)] == [code]
