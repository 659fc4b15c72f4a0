"""Invented exports of both degrees, written by our writer: the golden files are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from shared.formats.gar import Degre, EcrivainGar, Noeud, NomGar, Sorte
from shared.formats.gar import noeuds as n
from shared.identifiers import fabriquer_uai

A, B = fabriquer_uai("097", 31), fabriquer_uai("098", 32)
MEF, MEFSTAT4 = "10010012110", "1113"
MATHS, LATIN = "061300", "020300"
ELEVE, FRERE, ENSEIGNANT, CHEF = (f"4f0c6a5e-1b77-5c3e-9a63-0d4f2f8f1a0{i}" for i in range(1, 5))
INSTANT = datetime(2021, 9, 7, 21, 0, 0)  # noqa: DTZ001 - as a name says it
DOSSIER = Path(__file__).parent / "data"


def nom(degre: Degre) -> NomGar:
    """The name of the export of a degree."""
    return NomGar("ESSAI", INSTANT, degre)


def _personne(identifiant: str, nom_: str, prenom: str, profils: list[tuple[str, str]], naissance: date) -> n.Identite:
    return n.Identite(
        identifiant=identifiant,
        profils=profils,
        nom=nom_,
        prenom=prenom,
        nom_famille=nom_,
        civilite="Mme" if prenom.endswith("a") else "M.",
        uai=profils[0][0],
        etabs=[uai for uai, _ in profils],
        naissance=naissance,
    )


def noeuds(degre: Degre) -> Iterator[tuple[Sorte, list[Noeud]]]:
    """A pupil and her brother, a teacher of two schools, a chef, a group of a class."""
    second = degre is Degre.SECOND
    eleves = [
        _personne(ELEVE, "ABADIÉ & FILS", "Louna", [(A, "National_elv")], date(2012, 4, 17)),
        _personne(FRERE, "ABADIÉ & FILS", "Noé", [(B, "National_elv")], date(2010, 2, 28)),
    ]
    deux = [(A, "National_ens"), (B, "National_ens")]
    prof = _personne(ENSEIGNANT, "ORVAL", "Bérénica", deux, date(1980, 1, 2))
    chef = _personne(CHEF, "SAVIGNE", "Odilon", [(A, "National_dir")], date(1970, 12, 31))
    reference = [n.mef(A, MEF, "6EME"), n.mef(B, MEF, "6EME"), n.matiere(A, MATHS, "MATHEMATIQUES")]
    reference += [n.matiere(A, LATIN, "LATIN"), n.matiere(B, MATHS, "MATHEMATIQUES")]
    etabs = [n.etab(A, "CLG DES SOURCES", "PU", "01 99 00 00 01", "ce@a.invalid"), n.etab(B, "LYC DES CIMES", "PR")]
    yield Sorte.ETAB, [*etabs, *(reference if second else [])]
    code = MEF if second else MEFSTAT4
    yield (
        Sorte.ENSEIGNANT,
        [
            n.enseignant(prof, [(A, ["L1300"]), (B, ["L1300"])], ["b.orval@a.invalid"], degre),
            n.enseignant(chef, [], ["chef@a.invalid"], degre),
            *(n.person_mef(uai, ENSEIGNANT, code, degre) for uai in (A, B)),
        ],
    )
    suivis = [n.eleve_enseignement(A, ELEVE, MATHS), n.eleve_enseignement(B, FRERE, MATHS)]
    yield (
        Sorte.ELEVE,
        [
            *(n.eleve(e) for e in eleves),
            n.person_mef(A, ELEVE, code, degre),
            n.person_mef(B, FRERE, code, degre),
            *(suivis if second else []),
        ],
    )
    enseignements = [
        n.enseigne(A, ENSEIGNANT, "6LATIN", [LATIN], classe=False),
        n.enseigne(A, ENSEIGNANT, "6A", [MATHS, LATIN], classe=True),
    ]
    yield (
        Sorte.GROUPE,
        [
            n.groupe(A, "6A", "6E A", n.DIVISION),
            n.groupe(B, "6A", "6E A", n.DIVISION),
            n.groupe(A, "6LATIN", "LATIN", n.GROUPE, ["6A"]),
            n.person_groupe(A, ELEVE, "6A"),
            n.person_groupe(A, ELEVE, "6LATIN"),
            n.person_groupe(A, ENSEIGNANT, "6LATIN"),
            n.person_groupe(B, FRERE, "6A"),
            *(enseignements if second else []),
        ],
    )
    yield Sorte.RESP_AFF, [n.responsable_affectation(CHEF, "SAVIGNE", "Odilon", "M.", ["chef@a.invalid"], [A])]


def ecrire(degre: Degre, dossier: Path, par_fichier: int = 10_000) -> EcrivainGar:
    """The export of a degree, in a folder."""
    ecrivain = EcrivainGar(dossier, nom(degre), par_fichier)
    for sorte, les in noeuds(degre):
        ecrivain.ecrire(sorte, les)
    return ecrivain
