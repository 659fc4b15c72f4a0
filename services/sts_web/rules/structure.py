"""Divisions and groups: names, duplicates, MEF. One name space for both.

Source: guide 000 §2.7, guide 002 « La structure », guide 004 §3.5.2.2.1 (STS-16 to STS-25); reference sts-edt
§2.7 (division and group codes share one name space).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from services.sts_web.rules.textes import controler_texte
from shared.contracts.refus import Refus
from shared.identifiers.codes import caracteres_interdits

TypeStructure = Literal["D", "G"]
LONGUEUR_LIBELLE = 20  # LIBELLE_LONG of the structures that BEE writes
PERMIS = {"guides": "« - » et « _ »", "large": "« - », « _ », « . » et « / »"}
CARACTERES_EN_PLUS = "./"  # seen in real codes; allowed where the profile says `large`


class DivisionSaisie(Struct, frozen=True):
    """A division as typed; `mefs`: (code, effectif prévu) pairs."""

    code: str
    libelle: str
    mefs: tuple[tuple[str, int], ...]

    @property
    def effectif_prevu(self) -> int:
        """The pupils expected, over all MEF."""
        return sum(effectif for _, effectif in self.mefs)


class GroupeSaisi(Struct, frozen=True):
    """A group as typed; `divisions`: (code, effectif prévu) pairs."""

    code: str
    libelle: str
    divisions: tuple[tuple[str, int], ...]
    effectif_prevu: int = 0


class StructureRefusee(Refus):
    """A division or group that cannot be kept as typed (422)."""

    code = "STRUCTURE_REFUSEE"


class ReglesNoms(Struct, frozen=True):
    """What the profile says of names: most characters, and which ones (`guides` or `large`)."""

    longueur: int = 8
    caracteres: Literal["guides", "large"] = "guides"


class Motif(Struct, frozen=True):
    """Why a name is refused: stable code, French sentence, what to do."""

    code: str
    raison: str
    remede: str


def motif_de_refus_du_nom(code: str, regles: ReglesNoms, genre: TypeStructure = "G") -> Motif | None:
    """Why `code` cannot name a division or group, or None (STS-19 to STS-22)."""
    article = "de la division" if genre == "D" else "du groupe"
    if not code.strip():
        return Motif("NOM_VIDE", f"Le nom {article} est vide.", "Donnez-lui un nom.")
    permis = CARACTERES_EN_PLUS if regles.caracteres == "large" else ""
    interdits = "".join(c for c in caracteres_interdits(code) if c not in permis)
    if interdits:
        liste = " ".join(f"« {c} »" for c in interdits)
        return Motif(
            "CARACTERES_NON_AUTORISES",
            f"Le nom {article} « {code} » contient des caractères non autorisés : {liste}.",
            "Les noms peuvent contenir des lettres, des chiffres, des espaces et les caractères "
            f"{PERMIS[regles.caracteres]}. Renommez-le dans le logiciel d'emploi du temps et recommencez.",
        )
    if len(code) > regles.longueur:
        return Motif(
            "NOM_TROP_LONG",
            f"Le nom {article} « {code} » a {len(code)} caractères, {regles.longueur} au plus sont acceptés.",
            f"Choisissez un nom de {regles.longueur} caractères au plus, le même dans les trois applications.",
        )
    if code != code.strip():
        return Motif(
            "ESPACES_AUX_BORDS",
            f"Le nom {article} « {code} » commence ou finit par un espace.",
            "Retirez cet espace.",
        )
    return None


def controler_nom(code: str, genre: TypeStructure, existants: Mapping[str, TypeStructure], regles: ReglesNoms) -> None:
    """Raise `StructureRefusee` when a new division or group cannot be called `code`."""
    motif = motif_de_refus_du_nom(code, regles, genre)
    if motif:
        raise StructureRefusee(motif.raison, code=motif.code, remede=motif.remede, details={"code": code})
    if code in existants:
        nature = "une division" if existants[code] == "D" else "un groupe"
        raise StructureRefusee(
            f"Le nom « {code} » est déjà celui d'{nature} de l'établissement.",
            code="DOUBLON",
            statut=409,
            remede="Les divisions et les groupes partagent les mêmes noms : choisissez-en un autre.",
            details={"code": code},
        )


def controler_libelle(libelle: str, code: str) -> None:
    """Raise `Refus` when a label does not fit in what BEE writes (CARACTERES_DE_CONTROLE, LIBELLE_TROP_LONG)."""
    controler_texte(libelle, "Le libellé")
    if len(libelle) > LONGUEUR_LIBELLE:
        raise StructureRefusee(
            f"Le libellé de « {code} » a {len(libelle)} caractères, {LONGUEUR_LIBELLE} au plus sont acceptés.",
            code="LIBELLE_TROP_LONG",
            remede="Abrégez le libellé.",
            details={"code": code},
        )


def controler_mefs(code: str, mefs: Sequence[str], connus: Collection[str]) -> None:
    """Raise `StructureRefusee`: a division has at least one MEF, each known, none twice (STS-17)."""
    if not mefs:
        raise StructureRefusee(
            f"La division « {code} » n'est rattachée à aucun MEF.",
            code="DIVISION_SANS_MEF",
            remede="Choisissez au moins un MEF.",
            details={"code": code},
        )
    if len(set(mefs)) < len(mefs):
        raise StructureRefusee(
            f"La division « {code} » est rattachée deux fois au même MEF.",
            code="MEF_EN_DOUBLE",
            remede="Ne citez chaque MEF qu'une fois.",
            details={"code": code},
        )
    inconnus = [m for m in mefs if m not in connus]
    if inconnus:
        raise StructureRefusee(
            f"Le MEF « {inconnus[0]} » n'existe pas dans les nomenclatures de l'établissement.",
            code="MEF_INCONNU",
            remede="Demandez-le à l'académie, puis attendez la réception des nomenclatures (le "
            "lendemain de leur chargement).",
            details={"code": code, "mefs": inconnus},
        )


def controler_divisions_du_groupe(code: str, divisions: Sequence[str], connues: Collection[str]) -> None:
    """Raise `StructureRefusee` when a group is attached to a division that does not exist."""
    inconnues = [d for d in divisions if d not in connues]
    if inconnues:
        raise StructureRefusee(
            f"La division « {inconnues[0]} » n'existe pas, le groupe « {code} » ne peut pas y être rattaché.",
            code="DIVISION_INCONNUE",
            remede="Créez d'abord la division, ou corrigez son nom.",
            details={"code": code, "divisions": inconnues},
        )


def avertissement_sans_mef(code: str, divisions: Sequence[str]) -> str | None:
    """The warning that a group without division deserves: BEE will not know it (STS-24)."""
    if divisions:
        return None
    return (
        f"Le groupe « {code} » n'est rattaché à aucune division, donc à aucun MEF : la base élèves ne le connaîtra pas."
    )


def mefs_du_groupe(divisions: Iterable[str], mefs_par_division: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The MEF of a group: those of its divisions, each once, sorted (STS-24)."""
    return tuple(sorted({m for d in divisions for m in mefs_par_division.get(d, ())}))
