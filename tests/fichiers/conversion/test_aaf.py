"""AAF feeds from one generation to another: attributes, deltas, archives, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.formats.aaf import (
    Ajout,
    Categorie,
    Enregistrement,
    Grammaire,
    Modification,
    Suppression,
    lire_alimentation,
    reconnaitre_alimentation,
    verifier_alimentation,
)
from shared.formats.aaf.grammaire import attributs_de
from shared.formats.comparaison import comparer

from .jeu_conversion import (
    AAF,
    COMPLET,
    COMPLET_2013,
    DELTA,
    ReglagesConversion,
    code_du_refus,
    convertir,
    copie_aaf,
    regles,
)

_OMIS = "ENTEleveStructRattachId"


def _fiches(source: Path) -> list[Enregistrement]:
    return [o.enregistrement for o in lire_alimentation(source) if isinstance(o, Ajout)]


@pytest.mark.parametrize("vers", ["6.3", "6.1", "2012-2014"])
def test_chaque_generation(tmp_path: Path, vers: str) -> None:
    """Every record has the attributes of the generation in file order, and says what the source says in it."""
    rapport = convertir(COMPLET, tmp_path / "neuf", vers)
    grammaire = Grammaire(vers)
    for fiche in _fiches(tmp_path / "neuf"):
        sauf = () if fiche.valeurs_de(_OMIS) else (_OMIS,)  # readers fail on an empty one
        assert fiche.noms == tuple(n for n in attributs_de(fiche.categorie, grammaire) if n not in sauf)
    assert reconnaitre_alimentation(tmp_path / "neuf") is grammaire
    assert comparer(COMPLET, tmp_path / "neuf").identique
    assert verifier_alimentation(tmp_path / "neuf") == []
    assert (rapport.de, rapport.vers, rapport.fiches) == ("6.4", vers, 10)
    perdus = {champ for code, champ in regles(rapport) if code == "AAF_ATTRIBUT_OMIS"}
    remplis = {n for o in _fiches(COMPLET) for n, v in o.remplis().items() if any(t.strip("$") for t in v)}
    gardes = {nom for c in Categorie for nom in attributs_de(c, grammaire)}
    assert perdus >= remplis - gardes


def test_les_substitutions_sont_comptees(tmp_path: Path) -> None:
    """What 2012-2014 says otherwise is told by rule, with its count."""
    lues = regles(convertir(COMPLET, tmp_path / "neuf", "2012-2014"))
    assert lues["AAF_LIEN_REMPLACE", "ENTElevePersRelEleve"] == ("substitué", 1)
    assert lues["AAF_ADRESSE_UNE_LIGNE", "ENTPersonAdresse"] == ("substitué", 1)
    assert lues["AAF_ATTRIBUT_OMIS", "ENTEleveINE"] == ("abandonné", 2)


def test_de_2013_a_la_courante(tmp_path: Path) -> None:
    """A feed of 2013 read as it is and written in 6.4: its links under today's codes, its files dated as they were."""
    convertir(COMPLET_2013, tmp_path / "neuf")
    assert sorted(f.name for f in (tmp_path / "neuf").glob("*_Eleve_*")) == [
        "FULL_ENT_X_Complet_20130117_Eleve_0000.xml"
    ]
    avant, apres = (
        {o.id: o.valeurs_de("ENTElevePersRelEleve") for o in _fiches(d) if o.categorie is Categorie.ELEVE}
        for d in (COMPLET_2013, tmp_path / "neuf")
    )
    codes = {"1": "20", "2": "10", "3": "50", "4": "39", "5": "51", "6": "90", "7": "70"}
    assert {cle: [li.split("$")[1] for li in liens] for cle, liens in apres.items()} == {
        cle: [codes[li.split("$")[1]] for li in liens] for cle, liens in avant.items()
    }


def test_un_delta_reste_un_delta(tmp_path: Path) -> None:
    """Modifications and deletions keep their kind; a modification names no attribute that it did not name."""
    partiel = copie_aaf(DELTA, tmp_path / "partiel")
    (fichier,) = partiel.glob("*_Eleve_*")
    texte = fichier.read_text("utf-8")
    debut = texte.index('<modification name="ENTPersonJointure"')
    fin = texte.index('<modification name="ENTEleveClasses"')
    fichier.write_text(texte[:debut] + texte[fin:], "utf-8")
    convertir(partiel, tmp_path / "neuf", "6.1")
    modification, suppression = lire_alimentation(tmp_path / "neuf")
    assert isinstance(modification, Modification)
    assert modification.attributs == (("ENTEleveClasses", ("420$4B",)), ("ENTEleveGroupes", ()))
    assert isinstance(suppression, Suppression)
    assert suppression.id == "910002"


def test_une_modification_de_ce_que_la_cible_n_a_pas(tmp_path: Path) -> None:
    """When nothing of what it names exists in the target, the request is left out, and told."""
    partiel = copie_aaf(DELTA, tmp_path / "partiel")
    (fichier,) = partiel.glob("*_Eleve_*")
    texte = fichier.read_text("utf-8")
    debut = texte.index('<modification name="ENTPersonJointure"')
    fin = texte.index("</modifications>")
    entree = texte[texte.index('<modification name="ENTEleveDateEntreeClasses"') :]
    fichier.write_text(texte[:debut] + entree[: entree.index("\n") + 1] + texte[fin:], "utf-8")
    rapport = convertir(partiel, tmp_path / "neuf", "6.1")
    assert regles(rapport)["AAF_MODIFICATION_VIDE", "Eleve"] == ("abandonné", 1)
    assert [type(o) for o in lire_alimentation(tmp_path / "neuf")] == [Suppression]


def test_ce_que_nos_fiches_ne_portent_pas_est_dit(tmp_path: Path) -> None:
    """An attribute that readers know and our records do not carry is told, with its count."""
    plus = copie_aaf(
        COMPLET,
        tmp_path / "plus",
        "Eleve",
        ("</attributes>", '<attr name="homePhone"><value>+33 1 99 00 00 01</value></attr>\n</attributes>'),
    )
    assert regles(convertir(plus, tmp_path / "neuf", "6.1"))["AAF_NON_PORTE", "homePhone"] == ("abandonné", 1)


def test_en_archive(tmp_path: Path) -> None:
    """A `.tar.gz` has the feed of the folder, the same bytes each time, and can be converted in its turn."""
    archive = tmp_path / "neuf.tar.gz"
    convertir(COMPLET, archive, "6.1")
    octets = archive.read_bytes()
    convertir(COMPLET, archive, "6.1", ReglagesConversion(remplacer=True))
    assert archive.read_bytes() == octets
    convertir(COMPLET, tmp_path / "dossier", "6.1")
    assert comparer(archive, tmp_path / "dossier").identique
    convertir(archive, tmp_path / "encore", "6.4")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["dossier", "encore", "neuf.tar.gz"]


def test_une_alimentation_dans_un_xml_est_refusee(tmp_path: Path) -> None:
    """A feed is a folder or a `.tar.gz`."""
    for nom in ("feed.xml", "feed.zip"):
        assert code_du_refus(COMPLET, tmp_path / nom, "6.1") == "CONVERTIR_SORTIE"
    assert list(tmp_path.iterdir()) == []


def test_une_valeur_illisible_ne_laisse_rien(tmp_path: Path) -> None:
    """A composite value that cannot be read stops the conversion: neither folder nor archive is left."""
    casse = copie_aaf(COMPLET, tmp_path / "casse", "Eleve", ("920001$10$1$1$0$1", "920001$10"))
    assert code_du_refus(casse, tmp_path / "neuf", "6.1") == "AAF_VALEUR_COMPOSITE"
    assert code_du_refus(casse, tmp_path / "neuf.tgz", "6.1") == "AAF_VALEUR_COMPOSITE"
    assert [f.name for f in tmp_path.iterdir()] == ["casse"]


def test_des_fichiers_sans_date_sont_refuses(tmp_path: Path) -> None:
    """Files whose names say neither type nor day give none to those that would be written."""
    nu = tmp_path / "nu"
    nu.mkdir()
    for fichier in COMPLET.glob("*.xml"):
        (nu / f"x{fichier.name[fichier.name.index('20240916') + 8 :]}").write_bytes(fichier.read_bytes())
    assert code_du_refus(nu, tmp_path / "neuf", "6.1") == "CONVERTIR_SANS_DATE"


@pytest.mark.parametrize("de", ["2012-2014", "6.1", "6.3"])
def test_chaque_generation_vers_la_courante(tmp_path: Path, de: str) -> None:
    """A feed without manifest is recognised for what it is, and says the same in the current grammar."""
    source = copie_aaf(AAF / f"complet-{de}", tmp_path / "source")
    rapport = convertir(source, tmp_path / "neuf")
    assert (rapport.de, rapport.vers) == (de, "6.4")
    comparaison = comparer(source, tmp_path / "neuf")
    assert comparaison.identique
    assert sum(c.inchangees for c in comparaison.paires[0].categories) == 10


@pytest.mark.parametrize(("de", "vers"), [("6.4", "6.1"), ("6.3", "6.4"), ("6.1", "6.4"), ("2012-2014", "6.4")])
def test_convertir_puis_appliquer_vaut_appliquer_puis_comparer(tmp_path: Path, de: str, vers: str) -> None:
    """A complete feed and its delta, both converted: the delta still touches the same records, and does as much."""
    convertir(AAF / f"complet-{de}", tmp_path / "complet", vers)
    convertir(AAF / f"delta-{de}", tmp_path / "delta", vers)
    avant, apres = (
        {
            c.nom: (c.ajoutees, c.supprimees, [m.cle for m in c.modifiees])
            for c in comparer(dossier / complet, dossier / delta).paires[0].categories
        }
        for dossier, complet, delta in ((AAF, f"complet-{de}", f"delta-{de}"), (tmp_path, "complet", "delta"))
    )
    assert avant == apres
    assert any(supprimees or modifiees for _, supprimees, modifiees in apres.values())
