"""Reading what comes from outside: former generations, damaged and hostile files, streams."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Refus
from shared.formats.reconnaissance import reconnaitre
from shared.formats.siecle import (
    adresses,
    communs,
    eleves,
    etablissements,
    exports,
    geographique,
    nomenclature,
    responsables,
    structures,
)
from shared.formats.siecle.eleves import Eleve, OptionEleve
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves, lire_evenements
from shared.formats.siecle.enveloppe import EnTete
from shared.formats.siecle.exports import Export
from shared.formats.siecle.geographique import lire_geographique
from shared.formats.siecle.nomenclature import lire_nomenclature
from shared.formats.siecle.responsables import lire_responsables
from shared.formats.siecle.structures import lire_structures

from . import jeu_siecle as jeu

DATA = Path(__file__).parent / "data"
ELEVES = jeu.octets(Export.ELEVES_AVEC_ADRESSES).decode("iso-8859-15")


def lire(texte: str) -> eleves.DocumentEleves:
    return lire_eleves(io.BytesIO(texte.encode("iso-8859-15")), "ElevesAvecAdresses.xml")


def refus_de(texte: str) -> FichierRefuse:
    with pytest.raises(FichierRefuse) as refus:
        lire(texte)
    return refus.value


def test_pupils_of_before_2016_are_read() -> None:
    """`NOM` stands for the family name, labels are trimmed, a group before the division does not matter."""
    with (DATA / "eleves_2014.xml").open("rb") as flux:
        document = lire_eleves(flux, "eleves_2014.xml")
    assert document.entete.version == "2.1"
    (eleve,) = document.eleves
    assert (eleve.nom_de_famille, eleve.date_naiss) == ("ANCIENNOM", date(2004, 2, 29))
    assert (eleve.division, eleve.groupes) == ("6A", ("G1",))


def test_responsables_of_before_2018_are_read() -> None:
    """RESP_LEGAL and its companions become levels; a link to an absent person is left out with a remark."""
    with (DATA / "responsables_2014.xml").open("rb") as flux:
        document = lire_responsables(flux, "responsables_2014.xml")
    legal, contact = document.liens
    assert (legal.niveau, legal.paie_frais, legal.percoit_aides, legal.code_parente) == (1, True, True, "1")
    assert (contact.niveau, contact.percoit_aides, contact.a_contacter_en_priorite) == (3, False, True)
    assert [r.code for r in document.remarques] == ["SIECLE_PARENTE_ANCIENNE", "SIECLE_PERSONNE_INCONNUE"]
    assert document.personnes[0].nom_de_famille == "ANCIENNOM"


def test_current_name_wins_over_the_old_one() -> None:
    """A file that carries both NOM and NOM_DE_FAMILLE gives the second."""
    texte = ELEVES.replace("<NOM_DE_FAMILLE>FICTIF<", "<NOM>VIEUX</NOM><NOM_DE_FAMILLE>FICTIF<")
    assert lire(texte).eleves[0].nom_de_famille == "FICTIF"


def test_blocks_in_another_order_are_joined_all_the_same() -> None:
    """Structures placed before the pupils are joined to them; for unknown pupils they leave a remark."""
    debut = ELEVES.index("    <STRUCTURES>")
    fin = ELEVES.index("</STRUCTURES>") + len("</STRUCTURES>\n")
    bloc = ELEVES[debut:fin].replace('ELEVE_ID="700102"', 'ELEVE_ID="999999"')
    texte = ELEVES[:debut] + ELEVES[fin:]
    document = lire(texte.replace("    <ELEVES>", bloc + "    <ELEVES>", 1))
    assert [e.division for e in document.eleves] == ["5A", None, None]
    assert document.eleves[0].groupes == ("5LATIN", "5ESP2G1")
    assert [r.code for r in document.remarques] == ["SIECLE_ELEVE_INCONNU"]


def test_second_division_is_remarked() -> None:
    """Of two divisions the first is kept, and told."""
    document = lire(ELEVES.replace("<TYPE_STRUCTURE>G<", "<TYPE_STRUCTURE>D<", 1))
    assert document.eleves[0].division == "5A"
    assert [r.code for r in document.remarques] == ["SIECLE_PLUSIEURS_DIVISIONS"]


def test_elenoet_is_taken_from_the_attribute_when_the_child_is_missing() -> None:
    """Trimmed files carry the number as an attribute only."""
    assert lire(ELEVES.replace("<ELENOET>7</ELENOET>", "")).eleves[2].elenoet == 7


def test_three_states_of_an_element_are_kept() -> None:
    """An absent element is None, an empty one is "" in both spellings, a blank date is None."""
    texte = ELEVES.replace("<VILLE_NAISS/>", "<VILLE_NAISS></VILLE_NAISS>")
    texte = texte.replace("<DATE_MODIFICATION>02/09/2025<", "<DATE_MODIFICATION> <")
    eleve = lire(texte).eleves[0]
    assert (eleve.ville_naiss, eleve.prenom2, eleve.date_modification) == ("", None, None)


@pytest.mark.parametrize(
    ("avant", "apres", "code"),
    [
        ("BEE_ELEVES", "BEE_RESPONSABLES", "SIECLE_RACINE_INATTENDUE"),
        ("PARAMETRES>", "AUTRE>", "SIECLE_SANS_PARAMETRES"),
        ("<UAJ>0970001Z</UAJ>", "", "SIECLE_CHAMP_ABSENT"),
        ("<UAJ>0970001Z</UAJ>", "<UAJ>COLLEGE JEANNE</UAJ>", "SIECLE_VALEUR_INVALIDE"),
        (">2025</ANNEE_SCOLAIRE>", ">25</ANNEE_SCOLAIRE>", "SIECLE_VALEUR_INVALIDE"),
        ("08/10/2025 18:30:05", "08/10/2025 24:30:05", "SIECLE_VALEUR_INVALIDE"),
        ("17/04/2013", "31/04/2013", "SIECLE_VALEUR_INVALIDE"),
        ("17/04/2013", "2013-04-17", "SIECLE_VALEUR_INVALIDE"),
        ("<DATE_NAISS>17/04/2013</DATE_NAISS>", "", "SIECLE_CHAMP_ABSENT"),
        ("<NOM_DE_FAMILLE>FICTIF</NOM_DE_FAMILLE>", "<NOM_DE_FAMILLE/>", "SIECLE_CHAMP_ABSENT"),
        ('<ELEVE ELEVE_ID="700101"', "<ELEVE", "SIECLE_CHAMP_ABSENT"),
        ('<ELEVE ELEVE_ID="700101"', '<ELEVE ELEVE_ID="7e5"', "SIECLE_VALEUR_INVALIDE"),
        ('<ELEVE ELEVE_ID="700102"', '<ELEVE ELEVE_ID="700101"', "SIECLE_ELEVE_EN_DOUBLE"),
        (">O</CODE_MODALITE_ELECT>", "></CODE_MATIERE>", "XML_MAL_FORME"),
        (">D</TYPE_STRUCTURE>", ">X</TYPE_STRUCTURE>", "SIECLE_TYPE_STRUCTURE"),
        (">5LATIN<", "> <", "SIECLE_CHAMP_ABSENT"),
        ("<DOUBLEMENT>0<", "<DOUBLEMENT>peut-être<", "SIECLE_VALEUR_INVALIDE"),
        ("</BEE_ELEVES>", "", "XML_MAL_FORME"),
        ("CŒUR", "&coeur;", "XML_ENTITES"),
    ],
)
def test_damaged_files_are_refused_with_a_reason(avant: str, apres: str, code: str) -> None:
    """Each way of spoiling a file has its code, and never gives half a document."""
    assert avant in ELEVES
    assert refus_de(ELEVES.replace(avant, apres)).code == code


def test_a_refusal_tells_the_line_and_not_the_value() -> None:
    """The refusal says file, line and element, and does not repeat a personal value."""
    refus = refus_de(ELEVES.replace("17/04/2013", "17-04-2013"))
    assert refus.lieu is not None
    assert (refus.lieu.fichier, refus.lieu.element) == ("ElevesAvecAdresses.xml", "DATE_NAISS")
    assert refus.lieu.ligne == 11
    assert "17-04-2013" not in refus.phrase
    assert refus.remede


def test_entities_are_never_expanded() -> None:
    """A DOCTYPE with entities is refused before any pupil is read."""
    bombe = '<!DOCTYPE BEE_ELEVES [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>\n<BEE_ELEVES '
    assert refus_de(ELEVES.replace("<BEE_ELEVES ", bombe)).code == "XML_ENTITES"


def test_events_come_while_the_file_is_read() -> None:
    """The first pupils come out before the end of the file is read: memory does not grow with it."""
    modele = jeu.ELEVES[2]
    nombreux = [replace(modele, eleve_id=i, elenoet=i % 90000) for i in range(1, 3001)]
    tampon = io.BytesIO()
    ecrire_eleves(tampon, jeu.ENVELOPPE, nombreux)
    taille = tampon.tell()
    tampon.seek(0)
    evenements = lire_evenements(tampon, "gros.xml")
    assert isinstance(next(evenements), EnTete)
    premier = next(evenements)
    assert isinstance(premier, Eleve)
    assert premier.eleve_id == 1
    assert tampon.tell() < taille / 4
    assert sum(1 for _ in evenements) == 2999


def test_codes_may_be_children_instead_of_attributes() -> None:
    """ScolIA meets structure and nomenclature codes as children: they are read likewise."""
    texte = jeu.octets(Export.STRUCTURES).decode("iso-8859-15")
    texte = texte.replace('<DIVISION CODE_STRUCTURE="5A">', "<DIVISION><CODE_STRUCTURE>5A</CODE_STRUCTURE>")
    document = lire_structures(io.BytesIO(texte.encode("iso-8859-15")), "s.xml")
    assert document.divisions == jeu.DIVISIONS
    texte = jeu.octets(Export.NOMENCLATURE).decode("iso-8859-15").replace('<MEF CODE_MEF="10110001110">', "<MEF>")
    with pytest.raises(FichierRefuse) as refus:
        lire_nomenclature(io.BytesIO(texte.encode("iso-8859-15")), "n.xml")
    assert refus.value.code == "SIECLE_CHAMP_ABSENT"


def test_container_of_countries_may_be_called_pays() -> None:
    """The name of that container is unknown: one called like its items is not taken for a country."""
    texte = jeu.octets(Export.GEOGRAPHIQUE).decode("iso-8859-15").replace("LISTE_PAYS>", "PAYS>")
    document = lire_geographique(io.BytesIO(texte.encode("iso-8859-15")), "g.xml")
    assert document.pays == jeu.PAYS


def _sequence(schema: etree._Element, nom: str) -> list[str]:
    xs = "{http://www.w3.org/2001/XMLSchema}"
    (genre,) = schema.iterfind(f"{xs}complexType[@name='{nom}']")
    return [e.get("name", "") for e in genre.iterfind(f"{xs}sequence/{xs}element")]


def test_schemas_and_tables_of_fields_agree() -> None:
    """The shipped schemas list the leaves that the code reads and writes, in the same order."""
    tables = {
        ("commun", "Adresse"): adresses.CHAMPS_ADRESSE,
        ("eleves", "ScolariteAnDernier"): eleves.CHAMPS_SCOLARITE_AN_DERNIER,
        ("eleves", "OptionEleve"): eleves.CHAMPS_OPTION,
        ("responsables", "Personne"): responsables.CHAMPS_PERSONNE,
        ("responsables", "ResponsableEleve"): responsables.CHAMPS_LIEN,
        ("communs", "Uaj"): communs.CHAMPS_UAJ,
        ("communs", "AnneeScolaire"): communs.CHAMPS_ANNEE,
        ("communs", "PeriodePedagogique"): communs.CHAMPS_PERIODE,
        ("communs", "CalendrierFermeture"): communs.CHAMPS_FERMETURE,
    }
    for nom, module in (
        ("nomenclature", nomenclature),
        ("etablissements", etablissements),
        ("geographique", geographique),
    ):
        for liste in module.LISTES:
            genre = "".join(partie.capitalize() for partie in liste.item.split("_"))
            tables[(nom, genre)] = liste.champs
    dossier = Path(exports.__file__).parent / "schemas"
    for (fichier, genre), champs in tables.items():
        racine = etree.parse(str(dossier / f"{fichier}.xsd")).getroot()
        assert _sequence(racine, genre) == [c.balise for c in champs], genre
    racine = etree.parse(str(dossier / "eleves.xsd")).getroot()
    attendu = [c.balise for c in eleves.CHAMPS_ELEVE] + ["SCOLARITE_AN_DERNIER"]
    assert _sequence(racine, "Eleve") == attendu
    racine = etree.parse(str(dossier / "structures.xsd")).getroot()
    assert _sequence(racine, "Division")[:3] == [c.balise for c in structures.CHAMPS_STRUCTURE]


@pytest.mark.parametrize(
    ("changement", "code"),
    [
        ({"date_entree": None}, "SIECLE_ECRITURE_CHAMP_ABSENT"),
        ({"code_sexe": None}, "SIECLE_ECRITURE_CHAMP_ABSENT"),
        ({"code_sexe": ""}, "SIECLE_ECRITURE_CHAMP_ABSENT"),
        ({"elenoet": None}, "SIECLE_ECRITURE_CHAMP_ABSENT"),
        ({"nom_usage": "X" * 101}, "SIECLE_ECRITURE_CHAMP_LONG"),
        ({"adresse_id": 4}, "SIECLE_ADRESSE_INCONNUE"),
    ],
)
def test_pupils_that_readers_could_not_take_are_not_written(changement: dict[str, object], code: str) -> None:
    """What pyKol, Pix or the column's width need is refused at writing, naming the element, not the pupil."""
    eleve = replace(jeu.ELEVES[0], **changement)
    with pytest.raises(Refus) as refus:
        ecrire_eleves(io.BytesIO(), jeu.ENVELOPPE, [eleve], jeu.ADRESSES)
    assert refus.value.code == code
    assert "FICTIF" not in refus.value.phrase


def test_no_pupil_no_export() -> None:
    """An empty base does not export pupils."""
    with pytest.raises(Refus) as refus:
        ecrire_eleves(io.BytesIO(), jeu.ENVELOPPE, [])
    assert refus.value.code == "SIECLE_SANS_ELEVE"


def test_too_long_telephones_are_left_out() -> None:
    """BEE does not export a telephone longer than its column; the pupil goes out all the same."""
    tampon = io.BytesIO()
    ecrire_eleves(tampon, jeu.ENVELOPPE, [replace(jeu.ELEVES[0], tel_portable="0" * 21)])
    tampon.seek(0)
    assert lire_eleves(tampon, "e.xml").eleves[0].tel_portable is None


_LETTRES = "ABCDEFÉÀÇŒŸ abcdeféèœ'-&<>\"€"
_NOMS = st.text(_LETTRES, min_size=1, max_size=100).map(str.strip).filter(bool)
_TEXTES = st.none() | st.text(_LETTRES, max_size=32).map(str.strip)
_CODES = st.text("ABC0123456789", min_size=1, max_size=8)
_DATES = st.dates(date(1900, 1, 1), date(9999, 12, 31))


@st.composite
def _eleves(tirer: st.DrawFn) -> Eleve:
    return Eleve(
        eleve_id=tirer(st.integers(0, 10**9)),
        elenoet=tirer(st.integers(0, 99999)),
        nom_de_famille=tirer(_NOMS),
        prenom=tirer(_NOMS),
        date_naiss=tirer(_DATES),
        doublement=tirer(st.booleans()),
        code_regime=tirer(st.sampled_from(["0", "24", "39"])),
        date_entree=tirer(_DATES),
        code_sexe=tirer(st.sampled_from(["1", "2"])),
        adhesion_transport=tirer(st.booleans()),
        nom_usage=tirer(_TEXTES),
        ville_naiss=tirer(_TEXTES),
        accepte_sms=tirer(st.none() | st.booleans()),
        date_sortie=tirer(st.none() | _DATES),
        id_prv_ele=tirer(st.none() | st.integers(0, 99999)),
        options=tuple(
            OptionEleve(rang, tirer(st.sampled_from("SOF")), tirer(st.text("0123456789", min_size=6, max_size=6)))
            for rang in range(1, tirer(st.integers(0, 4)) + 1)
        ),
        division=tirer(st.none() | _CODES),
        groupes=tuple(tirer(st.lists(_CODES, max_size=4, unique=True))),
        bourses=tuple(tirer(st.lists(st.sampled_from("123"), max_size=2, unique=True))),
    )


@given(st.lists(_eleves(), min_size=1, max_size=4, unique_by=lambda e: e.eleve_id))
def test_any_pupil_survives_a_round_trip(liste: list[Eleve]) -> None:
    """Whatever the names, dates and structures, reading what was written gives the same pupils, validly."""
    tampon = io.BytesIO()
    ecrire_eleves(tampon, jeu.ENVELOPPE, liste)
    exports.schema(Export.ELEVES_SANS_ADRESSES).assertValid(etree.fromstring(tampon.getvalue()))
    tampon.seek(0)
    assert lire_eleves(tampon, "e.xml").eleves == tuple(liste)


@pytest.mark.parametrize(("generation", "nommee"), [(2014, "2006"), (2017, "2016")])
def test_former_generations_are_read_whole_and_translated(generation: int, nommee: str) -> None:
    """Before 2016 and before 2018, names, addresses, levels, payments and aids become those of today."""
    dossier = DATA / "generations" / str(generation)
    with (dossier / "ElevesAvecAdresses.xml").open("rb") as flux:
        lus = lire_eleves(flux, "ElevesAvecAdresses.xml")
    assert lus.remarques == ()
    present, parti = lus.eleves
    assert (present.nom_de_famille, present.prenom, present.division) == ("PRÉCÉDENT", "Noémie", "5A")
    assert (present.groupes, present.options[0].code_matiere) == (("5LATIN",), "030201")
    assert lus.adresses[0].adresse_id == present.adresse_id
    assert present.scolarite_an_dernier is not None
    assert (parti.date_sortie, parti.ville_naiss) == (date(generation, 10, 20), "LEEDS")
    assert present.ine_bea == (None if generation == 2014 else present.id_national)
    with (dossier / "ResponsablesAvecAdresses.xml").open("rb") as flux:
        responsables_lus = lire_responsables(flux, "ResponsablesAvecAdresses.xml")
    assert [r.code for r in responsables_lus.remarques] == ["SIECLE_PARENTE_ANCIENNE"]
    assert "(4 fois)" in responsables_lus.remarques[0].phrase
    traduits = [
        (x.niveau, x.code_parente, x.paie_frais, x.percoit_aides, x.heberge, x.a_contacter_en_priorite)
        for x in responsables_lus.liens
    ]
    assert traduits == [
        (1, "2", True, True, None, True),
        (1, "1", False, False, None, False),
        (3, "6", False, False, None, True),
        (1, "1", True, False, None, True),
    ]
    assert responsables_lus.personnes[0].nom_de_famille == "PRÉCÉDENT"
    for nom in ("ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml"):
        reconnu = reconnaitre(dossier / nom, nom)
        assert (reconnu.generation, reconnu.variante, reconnu.annee) == (nommee, "avec_adresses", generation)


def test_former_nomenclature_and_calendar_are_read_whole() -> None:
    """Padded labels, PCS labels and DATE_DEB_… of former files are read as those of today."""
    dossier = DATA / "generations/2014"
    with (dossier / "Nomenclature.xml").open("rb") as flux:
        n = lire_nomenclature(flux, "Nomenclature.xml").nomenclatures
    assert (n.mefs[0].formation, n.matieres[0].code_gestion, n.matieres[0].libelle_edition) == (
        "5G",
        "AGL1",
        "Anglais lv1",
    )
    assert n.professions[0].libelle_court == "EMPLOYE ADMINISTRATIF"
    assert [x.code for x in n.liens_parente] == ["1", "2"]
    with (dossier / "Communs.xml").open("rb") as flux:
        annee = communs.lire_communs(flux, "Communs.xml").communs.annee
    assert (annee.debut_eleve, annee.debut_prof) == (date(2014, 9, 2), date(2014, 9, 1))


def test_repeated_blocks_are_told() -> None:
    """Of two OPTION blocks of a pupil, or two addresses of one number, the first counts and a remark says so."""
    debut, fin = ELEVES.index("      <OPTION "), ELEVES.index("</OPTION>") + len("</OPTION>\n")
    double = ELEVES[debut:fin].replace("030201", "999999")
    document = lire(ELEVES[:fin] + double + ELEVES[fin:])
    assert document.eleves[0].options[0].code_matiere == "030201"
    assert [r.code for r in document.remarques] == ["SIECLE_BLOC_EN_DOUBLE"]
