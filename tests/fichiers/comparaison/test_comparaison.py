"""Sets, refusals, generations, personal data, INE."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from shared.contracts.refus import Refus
from shared.formats.comparaison import Cle, Reglages, comparer

from .jeu_comparaison import (
    COMPLET,
    EDT_CLAIR,
    ELEGROUPE,
    SIECLE,
    STS_EMP,
    copie,
    differences,
    zipper,
)

ELEVES, RESPONSABLES = SIECLE / "ElevesAvecAdresses.xml", SIECLE / "ResponsablesAvecAdresses.xml"
G2014, G2017 = SIECLE / "generations/2014", SIECLE / "generations/2017"


# --- sets ---------------------------------------------------------------------------------------------------------


def test_un_jeu_en_archives_vaut_le_meme_en_dossier(tmp_path: Path) -> None:
    """Documents answer each other by family, whatever their names and arrangement."""
    dossier = tmp_path / "dossier"
    for source, nom in ((ELEVES, "a.xml"), (RESPONSABLES, "b.xml"), (STS_EMP, "c.xml")):
        copie(source, dossier / nom)
    autre = tmp_path / "autre"
    autre.mkdir()
    zipper(autre / "ExportXML_ElevesAvecAdresses.zip", ELEVES)
    zipper(autre / "tout.zip", RESPONSABLES, STS_EMP)
    comparaison = comparer(dossier, autre)
    assert comparaison.identique
    assert sorted(p.famille for p in comparaison.paires) == ["siecle_eleves", "siecle_responsables", "sts_emp"]


def test_ce_qui_n_a_pas_de_pendant_est_dit(tmp_path: Path) -> None:
    """A document on one side only is named, and the sets are not identical for all that the others are."""
    a, b = tmp_path / "a", tmp_path / "b"
    for source, cible in ((ELEVES, a), (ELEVES, b), (STS_EMP, b), (SIECLE / "Communs.xml", a)):
        copie(source, cible / source.name)
    comparaison = comparer(a, b)
    assert all(p.identique for p in comparaison.paires)
    assert (comparaison.seuls_a, comparaison.seuls_b) == (("Communs.xml",), (STS_EMP.name,))
    assert not comparaison.identique


def test_les_variantes_d_une_famille_ne_se_melent_pas(tmp_path: Path) -> None:
    """A set that holds pupils with and without addresses has two pairs, each of one variant."""
    for nom in ("a", "b"):
        for source in (ELEVES, SIECLE / "ElevesSansAdresses.xml"):
            copie(source, tmp_path / nom / source.name)
    paires = comparer(tmp_path / "a", tmp_path / "b").paires
    assert sorted((p.a.variante, p.b.variante) for p in paires) == [
        ("avec_adresses", "avec_adresses"),
        ("sans_adresses", "sans_adresses"),
    ]


def test_plusieurs_ecoles_se_repondent_par_uai(tmp_path: Path) -> None:
    """In folders of several schools each file answers the one of its own school."""
    for nom, plus in (("a", "1201"), ("b", "1999")):
        copie(ELEVES, tmp_path / nom / "x.xml")
        copie(
            ELEVES,
            tmp_path / nom / "y.xml",
            ("<UAJ>0970001Z", "<UAJ>0980123B"),
            ('ELENOET="1201"', f'ELENOET="{plus}"'),
        )
    comparaison = comparer(tmp_path / "a", tmp_path / "b")
    assert [(p.a.uai, p.b.uai) for p in comparaison.paires] == [("0970001Z", "0970001Z"), ("0980123B", "0980123B")]
    assert comparaison.identique


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        (ELEVES, RESPONSABLES, "COMPARER_FAMILLES"),
        (ELEVES, COMPLET, "COMPARER_FAMILLES"),
        (ELEVES, ELEVES.with_name("absent.xml"), "FICHIER_INTROUVABLE"),
    ],
)
def test_ce_qui_ne_se_compare_pas_est_refuse(a: Path, b: Path, code: str) -> None:
    """Two families, or a path that leads nowhere: a refusal with its own code."""
    with pytest.raises(Refus) as refus:
        comparer(a, b)
    assert refus.value.code == code
    assert refus.value.remede


def test_une_autre_ecole_est_refusee_sauf_demande(tmp_path: Path) -> None:
    """Files of two schools are refused, then compared when it is asked for."""
    autre = copie(ELEVES, tmp_path / "autre.xml", ("<UAJ>0970001Z", "<UAJ>0980123B"))
    with pytest.raises(Refus) as refus:
        comparer(ELEVES, autre)
    assert refus.value.code == "COMPARER_AUTRE_ECOLE"
    assert comparer(ELEVES, autre, Reglages(autre_ecole=True)).identique


def test_deux_jeux_sans_rien_de_commun(tmp_path: Path) -> None:
    """Two folders of different families have nothing to compare."""
    copie(ELEVES, tmp_path / "a/x.xml")
    copie(RESPONSABLES, tmp_path / "a/y.xml")
    copie(STS_EMP, tmp_path / "b/x.xml")
    with pytest.raises(Refus) as refus:
        comparer(tmp_path / "a", tmp_path / "b")
    assert refus.value.code == "COMPARER_RIEN_EN_COMMUN"


def test_un_dossier_sans_fichier_connu(tmp_path: Path) -> None:
    """A folder where nothing is of the chain is refused, not found identical to anything."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b/notes.xml").write_text("<notes/>", "utf-8")
    with pytest.raises(Refus) as refus:
        comparer(ELEVES, tmp_path / "b")
    assert refus.value.code == "FAMILLE_INCONNUE"


@pytest.mark.parametrize("coupe", [40, 3000])
def test_un_fichier_tronque_est_refuse(tmp_path: Path, coupe: int) -> None:
    """A file cut anywhere is refused with its XML code; no difference is invented from what is missing."""
    tronque = tmp_path / "eleves.xml"
    tronque.write_bytes(ELEVES.read_bytes()[:coupe])
    with pytest.raises(Refus) as refus:
        comparer(ELEVES, tronque)
    assert refus.value.code.startswith("XML_")


def test_un_conteneur_chiffre_demande_sa_cle() -> None:
    """An encrypted timetable answers a clear one, but only its key tells what it holds."""
    with pytest.raises(Refus) as refus:
        comparer(EDT_CLAIR, EDT_CLAIR.with_name("Edt_To_ENTInvente_0980017L.xml"))
    assert refus.value.code == "EDT_CLE_ABSENTE"


# --- generations --------------------------------------------------------------------------------------------------


def test_les_noms_d_elements_d_avant_2016_ne_sont_pas_un_changement(tmp_path: Path) -> None:
    """Between 2014 and 2017 only what was changed is told, neither NOM nor what 2014 did not have."""
    annees = [
        ("<DATE_NAISS>12/05/2005", "<DATE_NAISS>12/05/2002"),
        ("<DATE_NAISS>30/11/2004", "<DATE_NAISS>30/11/2001"),
        ("<DATE_SORTIE>20/10/2017", "<DATE_SORTIE>20/10/2014"),
        ("<DATE_ENTREE>01/09/2017", "<DATE_ENTREE>01/09/2014"),
        ("<DATE_ENTREE>01/09/2017", "<DATE_ENTREE>01/09/2014"),
    ]
    recent = copie(G2017 / ELEVES.name, tmp_path / "x.xml", *annees)
    comparaison = comparer(G2014 / ELEVES.name, recent)
    assert comparaison.identique
    assert "NOM_USAGE" in comparaison.paires[0].remarques[0].phrase
    recent = copie(recent, tmp_path / "y.xml", ("<NOM_DE_FAMILLE>D'AUTREFOIS", "<NOM_DE_FAMILLE>D'AUJOURD'HUI"))
    assert differences(comparer(G2014 / ELEVES.name, recent)) == {"élèves": ((), (), {"5102": ["NOM_DE_FAMILLE"]})}


def test_les_liens_d_avant_2018_se_comparent_a_ceux_d_apres(tmp_path: Path) -> None:
    """RESP_LEGAL and NIVEAU_RESPONSABILITE that say the same are equal, one that says otherwise is told."""
    ancien = copie(G2017 / RESPONSABLES.name, tmp_path / "a.xml")
    texte = ancien.read_bytes().decode("iso-8859-15")
    for avant, apres in (
        ("<RESP_LEGAL>1<", "<NIVEAU_RESPONSABILITE>1<"),
        ("<RESP_LEGAL>2<", "<NIVEAU_RESPONSABILITE>1<"),
        ("<RESP_LEGAL>0<", "<NIVEAU_RESPONSABILITE>2<"),
        ("RESP_LEGAL", "NIVEAU_RESPONSABILITE"),
        ("RESP_FINANCIER", "PAIE_FRAIS_SCOLAIRES"),
        ("PERS_PAIEMENT", "PERCOIT_LES_AIDES"),
        ("PERS_CONTACT", "A_CONTACTER_EN_PRIORITE"),
        ("<CODE_PARENTE>2<", "<CODE_PARENTE>10<"),
        ("<CODE_PARENTE>1<", "<CODE_PARENTE>20<"),
    ):
        texte = texte.replace(avant, apres)
    neuf = tmp_path / "b.xml"
    neuf.write_bytes(texte.encode("iso-8859-15"))
    assert comparer(ancien, neuf).identique
    neuf.write_bytes(texte.replace("<NIVEAU_RESPONSABILITE>2<", "<NIVEAU_RESPONSABILITE>1<").encode("iso-8859-15"))
    assert [x for m in differences(comparer(ancien, neuf)).values() for x in m[2].values()] == [
        ["NIVEAU_RESPONSABILITE"]
    ]


@pytest.mark.parametrize(("ancien", "neuf"), [("liens_1.3", "liens_1.4"), ("dossiers_3.1", "dossiers_4.0")])
def test_les_versions_des_imports_se_comparent(tmp_path: Path, ancien: str, neuf: str) -> None:
    """The golden files say the same in both versions, what one version lacks put aside; a change is still told."""
    a, b = ELEGROUPE / f"{ancien}.xml", ELEGROUPE / f"{neuf}.xml"
    comparaison = comparer(a, b)
    assert comparaison.identique
    assert [r.code for r in comparaison.paires[0].remarques] == ["COMPARER_GENERATIONS"]
    assert not comparer(
        a,
        copie(b, tmp_path / "x.xml", ("<PRENOM2>Tom", "<PRENOM2>Jim"))
        if "liens" in neuf
        else copie(b, tmp_path / "x.xml", ("<VILLE_NAISS>LEEDS", "<VILLE_NAISS>YORK")),
    ).identique


def test_avec_et_sans_adresses(tmp_path: Path) -> None:
    """The two variants of an export differ by nothing but the addresses, which are put aside."""
    comparaison = comparer(ELEVES, SIECLE / "ElevesSansAdresses.xml")
    assert comparaison.identique
    assert [r.code for r in comparaison.paires[0].remarques] == ["COMPARER_SANS_ADRESSES"]


# --- personal data ------------------------------------------------------------------------------------------------


def test_les_valeurs_restent_cachees_sauf_demande(tmp_path: Path) -> None:
    """Without `valeurs` neither old nor new value is anywhere in the report; with it both are."""
    neuf = copie(
        ELEVES, tmp_path / "eleves.xml", ("<PRENOM>Ivo", "<PRENOM>Ugo"), ("VILLE_NAISS>LEEDS", "VILLE_NAISS>YORK")
    )
    texte = json.dumps(comparer(ELEVES, neuf).as_json(), ensure_ascii=False)
    assert "PRENOM" in texte
    assert not any(valeur in texte for valeur in ("Ivo", "Ugo", "LEEDS", "YORK", "FICTIF", "Zoé"))
    assert '"avant"' not in texte
    montre = comparer(ELEVES, neuf, Reglages(valeurs=True)).as_json()
    (eleves,) = [c for c in montre["paires"][0]["categories"] if c["categorie"] == "élèves"]
    assert eleves["modifiees"][0]["champs"] == [{"champ": "VILLE_NAISS", "avant": "LEEDS", "apres": "YORK"}]
    assert eleves["modifiees"][1]["champs"] == [{"champ": "PRENOM", "avant": "Ivo", "apres": "Ugo"}]


def test_qui_n_a_pas_d_identifiant_n_est_pas_nomme(tmp_path: Path) -> None:
    """A pupil of a timetable known by his name alone is the same in both files, and his name is not told."""
    neuf = copie(EDT_CLAIR, tmp_path / "edt.xml", ('Sexe="Masculin"', 'Sexe="Feminin"'))
    (cles,) = [list(modifiees) for _, _, modifiees in differences(comparer(EDT_CLAIR, neuf)).values()]
    assert cles[0].startswith("sans identifiant ")
    assert "BRIMBORION" not in json.dumps(comparer(EDT_CLAIR, neuf).as_json())


def test_rien_ne_reste_sur_le_disque(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What archives hold is removed, whether the comparison ends or is refused."""
    travail = tmp_path / "travail"
    travail.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(travail))
    archive = zipper(tmp_path / "x.zip", ELEVES)
    comparer(archive, ELEVES)
    with pytest.raises(Refus):
        comparer(archive, RESPONSABLES)
    assert list(travail.iterdir()) == []


# --- INE ----------------------------------------------------------------------------------------------------------

_AUTRE_BASE = [('"700101"', '"880101"')] * 3 + [
    ("<ADRESSE_ID>900302", "<ADRESSE_ID>910302"),
    ('ADRESSE_ID="900302"', 'ADRESSE_ID="910302"'),
]


def test_par_ine_une_autre_base_dit_les_memes_eleves(tmp_path: Path) -> None:
    """Pupils whose keys are those of another base are the same pupils by INE, with what hangs on them."""
    autre = copie(ELEVES, tmp_path / "autre.xml", *_AUTRE_BASE, ("<UAJ>0970001Z", "<UAJ>0980123B"))
    assert not comparer(ELEVES, autre, Reglages(autre_ecole=True)).identique
    comparaison = comparer(ELEVES, autre, Reglages(Cle.INE, autre_ecole=True))
    assert comparaison.identique
    assert sum(c.inchangees for c in comparaison.paires[0].categories) == 9
    assert [r.code for r in comparaison.remarques] == ["COMPARER_SANS_INE", "COMPARER_SANS_INE"]


def test_par_ine_un_changement_est_sous_l_ine(tmp_path: Path) -> None:
    """What differs is told under the INE, groups included."""
    autre = copie(ELEVES, tmp_path / "autre.xml", *_AUTRE_BASE, ("5LATIN", "5GREC"), ("LEEDS", "YORK"))
    assert differences(comparer(ELEVES, autre, Reglages(Cle.INE))) == {
        "élèves": ((), (), {"990000024BJ": ["VILLE_NAISS"]}),
        "groupes des élèves": (("990000017CF / 5GREC",), ("990000017CF / 5LATIN",), {}),
    }


def test_par_ine_les_liens_suivent_l_export_des_eleves(tmp_path: Path) -> None:
    """Group links that name a pupil by ELEVE_ID meet, with the pupils' export, those that name him by INE."""
    for nom, identifiant in (("a", "<ELEVE_ID>700101</ELEVE_ID>"), ("b", "<ID_NATIONAL>990000017CF</ID_NATIONAL>")):
        copie(ELEVES, tmp_path / nom / "eleves.xml")
        copie(ELEGROUPE / "liens_1.4.xml", tmp_path / nom / "liens.xml", ("<ELEVE_ID>700101</ELEVE_ID>", identifiant))
    assert not comparer(tmp_path / "a", tmp_path / "b").identique
    assert comparer(tmp_path / "a", tmp_path / "b", Reglages(Cle.INE)).identique


def test_par_ine_sans_aucun_ine_est_refuse(tmp_path: Path) -> None:
    """Where no INE is known, nothing would be compared: it is refused rather than found identical."""
    with pytest.raises(Refus) as refus:
        comparer(RESPONSABLES, copie(RESPONSABLES, tmp_path / "x.xml"), Reglages(Cle.INE))
    assert refus.value.code == "COMPARER_INE"


def test_par_ine_les_autres_fichiers_du_jeu_sont_dits(tmp_path: Path) -> None:
    """In a set compared by INE, a file without pupils is told not to be compared."""
    for nom in ("a", "b"):
        copie(ELEVES, tmp_path / nom / "eleves.xml")
    copie(RESPONSABLES, tmp_path / "a/responsables.xml")
    copie(RESPONSABLES, tmp_path / "b/responsables.xml", ("+33639980002", "+33639980003"))
    comparaison = comparer(tmp_path / "a", tmp_path / "b", Reglages(Cle.INE))
    (paire,) = [p for p in comparaison.paires if p.famille == "siecle_responsables"]
    assert paire.categories == ()
    assert [r.code for r in paire.remarques] == ["COMPARER_INE"]


def test_le_meme_dossier_recopie_est_identique(tmp_path: Path) -> None:
    """A whole folder copied elsewhere is identical, nothing left alone on either side."""
    shutil.copytree(SIECLE, tmp_path / "copie")
    comparaison = comparer(SIECLE, tmp_path / "copie")
    assert comparaison.identique
    assert comparaison.remarques == ()
    assert len(comparaison.paires) == len(list(SIECLE.rglob("*.xml")))
