"""Timetables as they really come: other spellings, later versions, hostile files, or not the right ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
from lxml import etree

from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats.edt import (
    Brut,
    ExportEmploiDuTemps,
    LecteurEdt,
    LecteurExpCours,
    Participation,
    Reference,
    ResponsableEleve,
    lire_conteneur,
    lire_edt,
    lire_udcal,
    ouvrir_edt,
    valider,
)
from shared.security.xml import XmlRefuse, iterparse

from .jeu_edt import DONNEES, PARTENAIRE, UAI, emploi_du_temps

CLAIR = (DONNEES / f"Edt_To_{PARTENAIRE}_{UAI}_clair.xml").read_text("utf-8")


def lit(texte: str, encodage: str = "utf-8") -> ExportEmploiDuTemps:
    return lire_edt(io.BytesIO(texte.encode(encodage)), "essai.xml")


def codes(remarques: tuple[Remarque, ...] | list[Remarque]) -> list[tuple[str, str | None]]:
    return [(r.code, r.lieu.element) for r in remarques]


@pytest.mark.parametrize("encodage", ["utf-8-sig", "UTF-16"])
def test_encodages(encodage: str) -> None:
    """A byte order mark or another declared encoding changes nothing."""
    assert lit(CLAIR.replace('"UTF-8"', f'"{encodage}"') if "16" in encodage else CLAIR, encodage) == emploi_du_temps()


def test_orthographes_acceptees() -> None:
    """`IdPN`, hours without seconds, days with an hour, prefixed names and padded values read the same."""
    texte = CLAIR.replace(" IDPN=", " IdPN=").replace('"08:30:00"', '"08h30"').replace('"09:25:00"', '" 9:25 "')
    texte = texte.replace('DateDebut="2025-09-01"', 'DateDebut="2025-09-01T00:00:00"')
    texte = texte.replace('DateSortie="2026-07-03"', 'DateSortie="03/07/2026"').replace('Jour="1"', 'Jour=" 1 "')
    lu = lit(texte)
    assert lu == emploi_du_temps()
    assert lu.remarques == ()
    prefixe = CLAIR.replace("<", "<e:").replace("<e:/", "</e:").replace("<e:?", "<?").replace(" xmlns=", " xmlns:e=")
    assert lit(prefixe) == emploi_du_temps()
    sans = CLAIR.replace('xmlns="http://www.index-education.com/exportemploidutemps" ', "")
    assert codes(lit(sans).remarques) == [("ESPACE_DE_NOMS", "ExportEmploiDuTemps")]


def test_version_posterieure() -> None:
    """Known later elements are read, unknown ones kept, unknown sections reported with their count."""
    texte = (
        CLAIR.replace('Version="1.1"', 'Version="2.0"')
        .replace("  <Matieres>", '  <Nomenclatures><Mef a="1"/><Mef/></Nomenclatures><Vide x="1"/>\n  <Matieres>')
        .replace("  <Cours>\n", '  <Personnels><Personnel Ident="7" Nom="A"/></Personnels>\n  <Cours>\n', 1)
        .replace('NombrePlaces="2">', 'NombrePlaces="2" SemainesAnnulation="8" Memo="x"><Etiquette n="1"/>')
        .replace('<Groupe Ident="2" Semaines=', '<Groupe Ident="2" SemainesInclusion=')
        .replace('<Classe Ident="2" Nom="6A">', '<Classe Ident="2" Nom="6A"><ProfesseurPrincipal Ident="3"/>')
    )
    lu = lit(texte)
    attendu = emploi_du_temps()
    assert lu.entete.version == "2.0"
    assert [(p.ident, p.nom, p.prenom) for p in lu.personnels] == [(7, "A", None)]
    assert lu.classes[0].professeurs_principaux == (Reference(3),)
    cours = lu.cours[1]
    assert cours.semaines_annulation == 8
    assert cours.autres_attributs == (("Memo", "x"),)
    assert cours.autres == (Brut("Etiquette", (("n", "1"),)),)
    assert cours.groupes == attendu.cours[1].groupes
    assert lu.eleves == attendu.eleves
    assert codes(lu.remarques) == [
        ("SECTION_NON_LUE", "ExportEmploiDuTemps/Nomenclatures"),
        ("ELEMENT_INCONNU", "ExportEmploiDuTemps/Vide"),
        ("ATTRIBUT_INCONNU", "ExportEmploiDuTemps/Cours/Cours@Memo"),
        ("ELEMENT_INCONNU", "ExportEmploiDuTemps/Cours/Cours/Etiquette"),
    ]
    assert "(2 fois)" in lu.remarques[0].phrase
    refuses = codes(valider(io.BytesIO(texte.encode()), "essai.xml"))
    assert refuses[0] == ("EDT_VERSION_SANS_SCHEMA", "ExportEmploiDuTemps@Version")
    assert {c for c, _ in refuses[1:]} == {"EDT_SCHEMA"}


def test_responsables_d_une_version_posterieure() -> None:
    """Later files give a pupil's responsable by its Ident alone: nothing is missing then, but in 1.1 it is."""
    debut, fin = CLAIR.index('<Responsable Ident="14002"'), CLAIR.index("/>", CLAIR.index('"14002"'))
    texte = CLAIR[:debut] + '<Responsable Ident="14002"' + CLAIR[fin:]
    assert [c for c, _ in codes(lit(texte).remarques)] == ["VALEUR_ABSENTE"] * 4
    lu = lit(texte.replace('Version="1.1"', 'Version="2.0"'))
    assert lu.remarques == ()
    assert lu.eleves[0].responsables[1] == ResponsableEleve(14002)


def test_valeurs_illisibles_signalees() -> None:
    """A value that cannot be read is left empty and told; a record without Ident is told; the rest is read."""
    texte = (
        CLAIR.replace('Sexe="Feminin"', 'Sexe="F"', 1)
        .replace('DateNaissance="1984-03-17"', 'DateNaissance="1984-13-45"')
        .replace('<Matiere Ident="2" Code', '<Matiere Ident="deux" Code')
        .replace('<Professeur Ident="3" Semaines', '<Professeur Ident="3" Autre', 1)
        .replace("<Jour>3</Jour>", "<Jour>mer</Jour>")
    )
    lu = lit(texte)
    assert lu.eleves[0].sexe is None
    assert lu.eleves[0].responsables == emploi_du_temps().eleves[0].responsables
    assert lu.professeurs[0].date_naissance is None
    assert [m.ident for m in lu.matieres] == [3, 4]
    assert lu.cours[1].professeurs[0].semaines is None
    assert isinstance(lu.cours[1].professeurs[0], Participation)
    assert lu.grille.jours == (1, 2, 4, 5)
    assert [c for c, _ in codes(lu.remarques)] == [
        "VALEUR_ILLISIBLE",
        "VALEUR_ILLISIBLE",
        "IDENT_ABSENT",
        "VALEUR_ILLISIBLE",
        "VALEUR_ILLISIBLE",
        "ATTRIBUT_INCONNU",
        "VALEUR_ABSENTE",
    ]
    assert all("1984" not in r.phrase and "deux" not in r.phrase for r in lu.remarques)


def test_grille_sans_fin_de_place() -> None:
    """A place without an end is read without it; it lasts what the grid says."""
    lu = lit(CLAIR.replace('LibelleHeureFin="09:25:00"', 'LibelleHeureFin=""'))
    assert (lu.grille.places[0].debut, lu.grille.places[0].fin) == (time(8, 30), None)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("EDT_MAUVAIS_FICHIER", lambda t: "<STS_EDT><A/></STS_EDT>"),
        ("EDT_MAUVAIS_FICHIER", lambda t: "<html/>"),
        ("EDT_CONTENEUR_FERME", lambda t: "<EXPORT_INDEX_EDUCATION/>"),
        ("EDT_ANNEE_ABSENTE", lambda t: '<ExportEmploiDuTemps Version="1.1"/>'),
        ("EDT_ANNEE_ABSENTE", lambda t: t.replace('DateFin="2026-07-03"', 'DateFin="jamais"')),
        ("EDT_GRILLE_ABSENTE", lambda t: t[: t.index("  <Grille")] + t[t.index("  <Matieres>") :]),
        ("XML_MAL_FORME", lambda t: t[:-30]),
        ("XML_MAL_FORME", lambda t: t + "suite"),
        ("XML_MAL_FORME", lambda t: t.replace('Ident="2"', 'Ident="2" Ident="3"', 1)),
    ],
)
def test_refus(code: str, change: Callable[[str], str]) -> None:
    """Another file, or one without what everything hangs on, is refused with its code and a remedy."""
    with pytest.raises(FichierRefuse) as refus:
        lit(change(CLAIR))
    assert refus.value.code == code
    assert refus.value.remede
    assert refus.value.lieu is not None
    assert refus.value.lieu.fichier == "essai.xml"


HOSTILES = {
    "entite": ("XML_ENTITES", b'<!DOCTYPE R [<!ENTITY a "b">]><R><C a="&a;"/></R>'),
    "entite_externe": ("XML_ENTITES", b'<!DOCTYPE R [<!ENTITY a SYSTEM "file:///etc/hostname">]><R><C>&a;</C></R>'),
    "doctype": ("XML_DOCTYPE", b'<!DOCTYPE R SYSTEM "r.dtd"><R><C/></R>'),
    "profondeur": ("XML_PROFONDEUR", b"<R>" + b"<C>" * 60 + b"</C>" * 60 + b"</R>"),
    "attribut_geant": ("XML_TEXTE_GEANT", b'<R><C a="' + b"x" * 12_000_000 + b'"/></R>'),
    "attributs_nombreux": ("XML_TROP_GROS", b"<R><C " + b" ".join(b'a%d=""' % n for n in range(500)) + b"/></R>"),
    "encodage": ("XML_ENCODAGE", b'<?xml version="1.0" encoding="UTF-8"?><R><C a="\xe9"/></R>'),
    "tronque": ("XML_MAL_FORME", b"<R><C a="),
    "vide": ("XML_VIDE", b""),
}
LECTEURS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "edt": (b"ExportEmploiDuTemps", lambda o: lire_edt(io.BytesIO(o), "essai.xml")),
    "conteneur": (b"EXPORT_INDEX_EDUCATION", lambda o: lire_conteneur(io.BytesIO(o), "essai.xml")),
    "clair_ou_conteneur": (
        b"ExportEmploiDuTemps",
        lambda o: lire_edt(ouvrir_edt(io.BytesIO(o), "essai.xml"), "essai.xml"),
    ),
    "valider": (b"ExportEmploiDuTemps", lambda o: valider(io.BytesIO(o), "essai.xml")),
    "exp_cours": (b"TABLE", lambda o: list(LecteurExpCours(io.BytesIO(o), "essai.xml"))),
    "udcal": (b"salles", lambda o: lire_udcal(io.BytesIO(o), "essai.xml")),
}


@pytest.mark.parametrize("lecteur", LECTEURS)
@pytest.mark.parametrize("cas", HOSTILES)
def test_hostile(cas: str, lecteur: str) -> None:
    """Every reader refuses a hostile file with the code of what is wrong."""
    code, octets = HOSTILES[cas]
    racine, lire = LECTEURS[lecteur]
    for avant, apres in ((b"<R>", b"<%s>"), (b"</R>", b"</%s>"), (b"DOCTYPE R", b"DOCTYPE %s")):
        octets = octets.replace(avant, apres % racine)
    with pytest.raises(XmlRefuse) as refus:
        lire(octets)
    assert refus.value.code == code
    assert refus.value.remede


def test_memoire_constante(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is freed, with all that stands before it, as soon as it was read: memory does not grow."""
    liberes: list[str] = []

    def espion(*arguments: Any, **nommes: Any) -> Iterator[etree._Element]:
        for element in iterparse(*arguments, **nommes):
            yield element
            ancetres = list(element.iterancestors())
            if len(ancetres) == 2 and not str(ancetres[0].tag).endswith("GrilleHoraire"):
                assert element.getprevious() is None
                assert not len(element)
                liberes.append(str(element.tag).rpartition("}")[2])

    monkeypatch.setattr("shared.formats.edt.lecture.iterparse", espion)
    cours = '<Cours Jour="3" NumeroPlaceDebut="2" NombrePlaces="1"><Matiere Ident="4"/></Cours>\n' * 3000
    texte = CLAIR.replace("  </Cours>\n</Export", cours + "  </Cours>\n</Export")
    lus = sum(1 for _ in LecteurEdt(io.BytesIO(texte.encode()), "essai.xml"))
    assert liberes.count("Cours") == 3004
    assert len(liberes) == lus - 3


def test_schema_dit_quoi_sans_la_valeur() -> None:
    """What departs from the schema is named in French, with its line, never with its value."""
    texte = CLAIR.replace('Nom="TALBOUR" ', "").replace('<Eleve Ident="52"', '<Eleve Ident="SECRET"')
    remarques = valider(io.BytesIO(texte.replace('Sexe="Masculin"', 'Sexe="SECRET"').encode()), "essai.xml")
    assert [r.phrase for r in remarques] == [
        "L'attribut « Ident » de « Eleve » n'a pas la forme attendue.",
        "L'attribut « Sexe » de « Eleve » n'a pas la forme attendue.",
        "L'attribut « Nom » de « Eleve » manque.",
    ]
    assert all(r.lieu.ligne for r in remarques)
    texte = CLAIR.replace("  <Salles>", "  <Pieces/>\n  <Salles>")
    assert [r.phrase for r in valider(io.BytesIO(texte.encode()), "essai.xml")] == [
        "L'élément « Pieces » n'est pas attendu à cet endroit."
    ]
