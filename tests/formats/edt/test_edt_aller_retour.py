"""What is written of a timetable is read back equal, whatever it holds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.contracts.refus import Refus
from shared.formats.edt import (
    Brut,
    Cours,
    Eleve,
    EnTete,
    ExportEmploiDuTemps,
    LecteurEdt,
    Matiere,
    Participation,
    Personnel,
    Professeur,
    Profil,
    Reference,
    ReglagesEdt,
    ResponsableEleve,
    Sexe,
    ecrire_document_edt,
    ecrire_edt,
    lire_edt,
    nom_fichier_edt,
    nom_fichier_socle,
    valider,
)
from shared.formats.edt.ecriture import ORDRE
from shared.formats.edt.enregistrements import SECTIONS, AnneeScolaire, Etablissement, GrilleHoraire, Place
from shared.formats.edt.moteur import Enfants, Fiche, _plan
from shared.formats.edt.valeurs import COURT, DATE, HEURE, IDENT, JETON, MASQUE, SEXE, TEXTE

from .jeu_edt import DONNEES, PARTENAIRE, UAI, emploi_du_temps

REGLAGES = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
ETENDU = ReglagesEdt(profil=Profil.ETENDU)
_MALINS = ["œ", "€", "Ÿ", "L'Haÿ", "“Ł”", 'a"b', "<&>]]>", "ligne\nligne\t\r", " bords ", "🎓", "e\u0301", "x" * 100]
TEXTES = st.one_of(
    st.sampled_from(_MALINS),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=8
    ),
)
FORMES: dict[Any, st.SearchStrategy[Any]] = {
    TEXTE: TEXTES,
    JETON: st.from_regex(r"[A-Za-z0-9._:\-]{1,12}", fullmatch=True),
    IDENT: st.integers(0, 2**32 - 1),
    COURT: st.integers(0, 2**16 - 1),
    MASQUE: st.integers(0, 2**63 - 1),
    DATE: st.dates(),
    HEURE: st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)),
    SEXE: st.sampled_from(list(Sexe)),
}
NOMS = st.sampled_from(["Nouveau", "Étiquette", "x-y.z", "_a"])
INCONNUS = st.lists(st.tuples(NOMS, TEXTES), max_size=2, unique_by=lambda a: a[0]).map(tuple)
BRUTS = st.recursive(
    st.builds(Brut, NOMS, INCONNUS, texte=st.sampled_from(["", "un texte", "<&> œ"])),
    lambda enfants: st.builds(Brut, NOMS, INCONNUS, st.lists(enfants, min_size=1, max_size=2).map(tuple)),
    max_leaves=4,
)


def invente(classe: type[Fiche], etendu: bool) -> st.SearchStrategy[Any]:
    """Any record of a class that the format can carry."""
    plan = _plan(classe)
    champs: dict[str, st.SearchStrategy[Any]] = {}
    for champ, marque in plan.attributs:
        valeur = FORMES[marque.forme]
        if marque.plus and not etendu:
            valeur = st.none()
        elif (not marque.requis or marque.vide) and plan.defauts[champ] is None:
            valeur = st.none() | valeur
        champs[champ] = valeur
    for champ, marque, sous in plan.enfants:
        fiche = invente(sous, etendu)
        if isinstance(marque, Enfants):
            maxi = 0 if marque.plus and not etendu else min(marque.maxi or 2, 2)
            champs[champ] = st.lists(fiche, max_size=maxi).map(tuple)
        else:
            champs[champ] = fiche
    if etendu:
        champs["autres_attributs"] = INCONNUS
        champs["autres"] = st.lists(BRUTS, max_size=1).map(tuple)
    return st.builds(classe, **champs)


def _document(etendu: bool) -> st.SearchStrategy[ExportEmploiDuTemps]:
    listes = {
        s.champ: st.lists(invente(s.classe, etendu), max_size=0 if s.plus and not etendu else 2).map(tuple)
        for s in SECTIONS
    }
    grille = st.builds(
        GrilleHoraire,
        st.integers(0, 24),
        st.integers(0, 120),
        st.lists(st.integers(1, 7), max_size=7).map(tuple),
        st.lists(invente(Place, etendu), max_size=3).map(tuple),
    )
    version = TEXTES if etendu else st.just("1.1")
    annee = st.builds(AnneeScolaire, st.dates(), st.dates(), st.dates())
    return st.builds(ExportEmploiDuTemps, st.builds(EnTete, version, TEXTES), annee, grille, **listes)


def ecrit(doc: ExportEmploiDuTemps, reglages: ReglagesEdt | None = None) -> bytes:
    sortie = io.BytesIO()
    ecrire_document_edt(sortie, doc, reglages)
    return sortie.getvalue()


def lit(octets: bytes) -> ExportEmploiDuTemps:
    return lire_edt(io.BytesIO(octets), "essai.xml")


def test_fichier_de_reference() -> None:
    """The invented school's file is, byte for byte, the one kept here, and reads back without a remark."""
    chemin = DONNEES / f"Edt_To_{PARTENAIRE}_{UAI}_clair.xml"
    assert ecrit(emploi_du_temps()) == chemin.read_bytes()
    lu = lit(chemin.read_bytes())
    assert lu == emploi_du_temps()
    assert lu.remarques == ()
    assert valider(io.BytesIO(chemin.read_bytes()), "essai.xml") == []


@REGLAGES
@given(_document(etendu=False))
def test_version_publiee(doc: ExportEmploiDuTemps) -> None:
    """Any document of the published version reads back equal, without a remark."""
    lu = lit(ecrit(doc))
    assert lu == doc
    assert lu.remarques == ()


@REGLAGES
@given(_document(etendu=True), st.sampled_from(["Semaines", "SemainesInclusion"]))
def test_version_etendue(doc: ExportEmploiDuTemps, attribut: str) -> None:
    """Any later document reads back equal, with what no version knows, whatever its masks are called."""
    octets = ecrit(doc, ReglagesEdt(profil=Profil.ETENDU, attribut_masque=attribut))
    assert lit(octets) == doc


@REGLAGES
@given(_document(etendu=False))
def test_conforme_au_schema(doc: ExportEmploiDuTemps) -> None:
    """Whatever the published profile writes, once the grid has days and places, conforms to our schema."""
    place = Place(0, time(8), time(9))
    annee = AnneeScolaire(date(2025, 9, 1), date(2026, 7, 3), date(2025, 9, 1))
    doc = replace(doc, annee=annee, grille=GrilleHoraire(1, 60, (1,), (place,)))
    assert valider(io.BytesIO(ecrit(doc)), "essai.xml") == []


def test_ecriture_en_flux() -> None:
    """Records come from iterators taken once, in their order, and are read one by one as they stand."""
    doc = emploi_du_temps()
    pris: list[int] = []

    def matieres() -> Iterator[Matiere]:
        for n in range(3000):
            pris.append(n)
            yield Matiere(n, f"M{n}", "ÉTUDE")

    sortie = io.BytesIO()
    bilan = ecrire_edt(sortie, doc.entete, doc.annee, doc.grille, matieres=matieres(), cours=iter(doc.cours))
    assert pris == list(range(3000))
    assert dict(bilan.nombres) == {
        "Matieres": 3000, "Professeurs": 0, "Classes": 0, "Groupes": 0, "Salles": 0, "Eleves": 0, "Cours": 4,
    }  # fmt: skip
    sortie.seek(0)
    lus = list(LecteurEdt(sortie, "essai.xml"))
    assert lus[:3] == [doc.entete, doc.annee, doc.grille]
    assert [f.ident for f in lus if isinstance(f, Matiere)] == pris
    assert lus[-4:] == list(doc.cours)


def test_caracteres_interdits_remplaces() -> None:
    """What no XML document may hold is replaced by « ? » and counted; nothing else changes."""
    doc = replace(emploi_du_temps(), matieres=(Matiere(1, "A\x00B", "C\ud800\ufffeD€"),))
    sortie = io.BytesIO()
    assert ecrire_document_edt(sortie, doc).substitutions == 3
    assert lit(sortie.getvalue()).matieres == (Matiere(1, "A?B", "C??D€"),)


def test_profil_publie_laisse_et_dit() -> None:
    """The published profile leaves out what version 1.1 has not, and says what and how many times."""
    doc = emploi_du_temps()
    plus = replace(
        doc,
        entete=EnTete("2024.1", UAI),
        personnels=(Personnel(1, "A", "B"), Personnel(2, "C", "D")),
        etablissements=(Etablissement(1, UAI, "X"),),
        matieres=tuple(replace(m, autres_attributs=(("Couleur", "#fff"),)) for m in doc.matieres),
        classes=tuple(replace(c, professeurs_principaux=(Reference(2),)) for c in doc.classes),
        cours=tuple(
            replace(c, semaines_annulation=2, autres=(Brut("Etiquette"),), eleves=(Participation(51, 2),))
            for c in doc.cours
        ),
    )
    sortie = io.BytesIO()
    bilan = ecrire_document_edt(sortie, plus)
    assert sortie.getvalue() == ecrit(doc)
    assert [(o.lieu.element, o.phrase.partition("(")[2]) for o in bilan.omis] == [
        ("Etablissements", "1 fois)."),
        ("Matiere@Couleur", "3 fois)."),
        ("Personnels", "2 fois)."),
        ("Classe/ProfesseurPrincipal", "3 fois)."),
        ("Cours@SemainesAnnulation", "4 fois)."),
        ("Cours/Eleve", "4 fois)."),
        ("Cours/Etiquette", "4 fois)."),
    ]
    lu = lit(ecrit(plus, ETENDU))
    assert lu == plus


def test_ordre_des_sections_reglable() -> None:
    """Where the later sections stand is a setting; the reader does not care."""
    doc = replace(emploi_du_temps(), personnels=(Personnel(1),))
    ordre = (*(n for n in ORDRE if n != "Personnels"), "Personnels")
    octets = ecrit(doc, ReglagesEdt(profil=Profil.ETENDU, ordre=ordre))
    assert octets.index(b"<Personnels>") > octets.index(b"<Cours>")
    assert lit(octets) == doc
    with pytest.raises(ValueError, match="ordre"):
        ReglagesEdt(ordre=ORDRE[1:])


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("EDT_VALEUR_OBLIGATOIRE", {"eleves": (Eleve(9, "SECRET", "X", date(2014, 1, 1)),)}),
        ("EDT_VALEUR_OBLIGATOIRE", {"cours": (Cours(1, 0, 1),)}),
        ("EDT_VALEUR_OBLIGATOIRE", {"cours": (Cours(None, 0, 1, matiere=Reference(2)),)}),
        (
            "EDT_VALEUR_OBLIGATOIRE",
            {"cours": (Cours(1, 0, 1, matiere=Reference(2), classes=(Participation(2, None),)),)},
        ),
        ("EDT_VALEUR_IMPOSSIBLE", {"professeurs": (Professeur(9, "SECRET", "X", id_sts="deux mots"),)}),
        ("EDT_VALEUR_IMPOSSIBLE", {"matieres": (Matiere(-1, "SECRET"),)}),
        (
            "EDT_VALEUR_IMPOSSIBLE",
            {"cours": (Cours(1, 0, 1, matiere=Reference(2), classes=(Participation(2, 2**63),)),)},
        ),
        (
            "EDT_TROP_D_ELEMENTS",
            {
                "eleves": (
                    Eleve(
                        *(9, "SECRET", "X", date(2014, 1, 1), Sexe.FEMININ),
                        responsables=tuple(ResponsableEleve(n, 1, "SECRET", "Y", adresse1="Z") for n in range(3)),
                    ),
                )
            },
        ),
    ],
)
def test_valeurs_que_le_format_ne_porte_pas(code: str, change: dict[str, Any]) -> None:
    """The writer refuses what the published schema would refuse, naming the record but never the person."""
    with pytest.raises(Refus) as refus:
        ecrit(replace(emploi_du_temps(), **change))
    assert refus.value.code == code
    assert refus.value.remede
    assert "SECRET" not in refus.value.phrase


def test_noms_de_fichiers() -> None:
    """The two names that users meet, and no other character than a name holds."""
    assert nom_fichier_edt("NEO-Open", UAI) == f"Edt_To_NEO-Open_{UAI}.xml"
    assert nom_fichier_socle("Kosmos") == "EDT_KOSMOS.xml"
    for nomme in (lambda: nom_fichier_edt("../x", UAI), lambda: nom_fichier_socle("a/b")):
        with pytest.raises(ValueError):
            nomme()
