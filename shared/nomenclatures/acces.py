"""Asking the nomenclatures: one function per question."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from shared.contracts.refus import Inconnu
from shared.nomenclatures.lecture import index, table
from shared.nomenclatures.types import (
    Academie,
    Commune,
    Discipline,
    Entree,
    Fonction,
    Grade,
    Langue,
    Matiere,
    Mef,
    MefStat4,
    ModaliteCours,
    Nature,
    Parente,
    Pcs,
    Programme,
)

T = TypeVar("T")

LISTES = (
    "bourses",
    "categories_discipline",
    "civilites",
    "contrats",
    "familles_metiers",
    "modalites_election",
    "motifs_sortie",
    "niveaux_responsabilite",
    "pays",
    "provenances",
    "regimes",
    "sexes",
    "statuts",
    "types_ahe",
)
"""Names of the simple lists that `liste` and `entree` know."""

MEF_COLLEGE = ("10010012110", "10110001110", "10210001110", "10310019110")
"""The four general MEF of a collège, from 6e to 3e."""

MEF_CM2 = "00310002220"
"""The MEF that pupils of 6e come from."""

_DISPOSITIFS_COLLEGE = ("100", "101", "102", "103", "105", "106", "164", "165", "166", "167")


class CodeInconnu(Inconnu):
    """A code that the nomenclature does not hold."""

    code = "NOMENCLATURE_INCONNUE"


def _trouver(nomenclature: str, objets: dict[str, T], code: str) -> T:
    try:
        return objets[code]
    except KeyError:
        raise CodeInconnu(
            f"Le code « {code} » n'existe pas dans la nomenclature « {nomenclature} ».",
            remede="Vérifiez le code, ou demandez son ajout à l'académie.",
            details={"nomenclature": nomenclature, "valeur": code},
        ) from None


# MEF and programmes


def mefs() -> tuple[Mef, ...]:
    """Every MEF shipped, in the order of codes."""
    return table("mefs", Mef)


def mef(code: str) -> Mef:
    """The MEF of that 11-character code. Raises `CodeInconnu`."""
    return _trouver("MEF", index("mefs", Mef), code)


def mef_existe(code: str) -> bool:
    """Whether a MEF is in the list shipped."""
    return code in index("mefs", Mef)


def mefs_college() -> tuple[Mef, ...]:
    """The MEF that a collège may open: general, sections, ULIS, UPE2A, SEGPA, relais."""
    return tuple(m for m in mefs() if m.code.startswith(_DISPOSITIFS_COLLEGE))


def mefs_lycee() -> tuple[Mef, ...]:
    """The MEF of lycées: general and technological, professional, CAP, BTS and CPGE."""
    return tuple(m for m in mefs() if m.code[0] in "23")


def mef_suivant(code: str) -> str | None:
    """The MEF of the next year of a pupil who moves up, or None where he has to choose (after 3e, 2GT pro…).

    Raises `CodeInconnu`.
    """
    return mef(code).suivant


def mefstats4() -> tuple[MefStat4, ...]:
    """The levels of the statistics."""
    return table("mefstats4", MefStat4)


@cache
def _programmes_par_mef() -> dict[str, tuple[Programme, ...]]:
    resultat: dict[str, list[Programme]] = {}
    for programme in table("programmes", Programme):
        resultat.setdefault(programme.mef, []).append(programme)
    return {code: tuple(liste_) for code, liste_ in resultat.items()}


def programmes(code: str, academie: str | None = None) -> tuple[Programme, ...]:
    """The programme of a MEF: national lines, and those that `academie` (2 digits) alone teaches.

    A variant without a programme of its own has that of its MEF de rattachement. Empty when none is shipped.
    Raises `CodeInconnu` when the MEF itself is unknown.
    """
    par_mef = _programmes_par_mef()
    lignes = par_mef.get(code) or par_mef.get(mef(code).rattachement, ())
    return tuple(p for p in lignes if p.academie in (None, academie))


def options_obligatoires(code: str, academie: str | None = None) -> tuple[tuple[str, int], ...]:
    """The compulsory options of a MEF as (matière, rank): LV1 at rank 1, LV2 at rank 2, others at 3."""
    return tuple(
        (p.matiere, langue.rang if (langue := langue_de(p.matiere)) else 3)
        for p in programmes(code, academie)
        if p.modalite == "O"
    )


# Matières and languages


def matieres() -> tuple[Matiere, ...]:
    """Every subject shipped, in the order of codes."""
    return table("matieres", Matiere)


def matiere(code: str) -> Matiere:
    """The subject of that 6-character code. Raises `CodeInconnu`."""
    return _trouver("matières", index("matieres", Matiere), code)


def matiere_existe(code: str) -> bool:
    """Whether a subject is in the list shipped."""
    return code in index("matieres", Matiere)


def matiere_de_gestion(code_gestion: str) -> Matiere:
    """The subject of a code de gestion (« AGL1 »). Raises `CodeInconnu`."""
    return _trouver("matières", index("matieres", Matiere, "code_gestion"), code_gestion)


def langues() -> tuple[Langue, ...]:
    """Living languages by rank."""
    return table("langues", Langue)


def langue_de(code_matiere: str) -> Langue | None:
    """The language and rank of a subject, None when it is not a living language of rank 1 to 3."""
    return index("langues", Langue, "matiere").get(code_matiere)


# Staff


def disciplines() -> tuple[Discipline, ...]:
    """Disciplines de poste."""
    return table("disciplines", Discipline)


def discipline(code: str) -> Discipline:
    """A discipline de poste (« L0202 »). Raises `CodeInconnu`."""
    return _trouver("disciplines", index("disciplines", Discipline), code)


def fonctions() -> tuple[Fonction, ...]:
    """Fonctions of agents."""
    return table("fonctions", Fonction)


def fonction(code: str) -> Fonction:
    """A fonction (« ENS »). Raises `CodeInconnu`."""
    return _trouver("fonctions", index("fonctions", Fonction), code)


def grades() -> tuple[Grade, ...]:
    """Grades of teachers, CPE and direction."""
    return table("grades", Grade)


def grade(code: str) -> Grade:
    """A grade (« CERT. CL N »). Raises `CodeInconnu`."""
    return _trouver("grades", index("grades", Grade), code)


def modalites_cours() -> tuple[ModaliteCours, ...]:
    """Modalités de cours of STS."""
    return table("modalites_cours", ModaliteCours)


def modalite_cours(code: str) -> ModaliteCours:
    """A modalité de cours (« CG »). Raises `CodeInconnu`."""
    return _trouver("modalités de cours", index("modalites_cours", ModaliteCours), code)


# Families, places, schools, simple lists


def parentes() -> tuple[Parente, ...]:
    """Kinship codes."""
    return table("parentes", Parente)


def parente(code: str) -> Parente:
    """A kinship code (« 10 » mère). Raises `CodeInconnu`."""
    return _trouver("parentés", index("parentes", Parente), code)


def pcs() -> tuple[Pcs, ...]:
    """Professions et catégories sociales."""
    return table("pcs", Pcs)


def natures() -> tuple[Nature, ...]:
    """Natures of établissement."""
    return table("natures", Nature)


def nature(code: str) -> Nature:
    """A nature of établissement (« 340 »). Raises `CodeInconnu`."""
    return _trouver("natures", index("natures", Nature), code)


def communes(departement: str | None = None) -> tuple[Commune, ...]:
    """The communes shipped, one row per postcode, of one département (3 characters) or of all."""
    toutes = table("communes", Commune)
    return toutes if departement is None else tuple(c for c in toutes if c.departement == departement)


@cache
def _communes_par_insee() -> dict[str, Commune]:
    resultat: dict[str, Commune] = {}
    for ligne in table("communes", Commune):
        resultat.setdefault(ligne.insee, ligne)
    return resultat


def commune(insee: str) -> Commune:
    """The first row of a commune by INSEE code. Raises `CodeInconnu`."""
    return _trouver("communes", _communes_par_insee(), insee)


def academies() -> tuple[Academie, ...]:
    """Académies, and « SIMULEE » (99) for the reserved UAI prefixes."""
    return table("academies", Academie)


def academie(code: str) -> Academie:
    """An académie by its code, on 2 or 3 digits (« 18 », « 018 »). Raises `CodeInconnu`."""
    return _trouver("académies", index("academies", Academie), code[-2:])


def academie_du_departement(departement: str) -> Academie:
    """The open académie of a département on 3 characters (« 037 »). Raises `CodeInconnu`."""
    ouvertes = {d: a for a in academies() if a.fermeture is None for d in a.departements}
    return _trouver("départements", ouvertes, departement)


def liste(nom: str) -> tuple[Entree, ...]:
    """A simple list by its name (see `LISTES`). Raises `CodeInconnu` for another name."""
    if nom not in LISTES:
        raise CodeInconnu(
            f"La nomenclature « {nom} » n'existe pas.",
            remede=f"Nomenclatures connues : {', '.join(LISTES)}.",
        )
    return table(nom, Entree)


def entree(nom: str, code: str) -> Entree:
    """A line of a simple list. Raises `CodeInconnu` for an unknown list or code."""
    liste(nom)
    return _trouver(nom, index(nom, Entree), code)
