"""Nomenclature.xml (`BEE_NOMENCLATURES` 3.1): the code lists of a school after its profilage.

Source: reference SIECLE, section 5 (order of the blocks, leaves, lengths).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Refus, Remarque
from shared.formats.siecle.champs import Champ, Forme
from shared.formats.siecle.enveloppe import EnTete, Enveloppe
from shared.formats.siecle.listes import Element, Liste, ecrire_listes, lire_listes, notes_des_listes, rassembler
from shared.formats.siecle.notes import Notes

# TRIADE knows the singular only; GEPI and pyKol need the plural, which is what is written.
RACINES = ("BEE_NOMENCLATURES", "BEE_NOMENCLATURE")
VERSION = "3.1"


class CodeLibelle(Struct, frozen=True):
    """One line of a simple list: code, short and long labels."""

    code: str
    libelle_court: str | None = None
    libelle_long: str | None = None


class Mef(Struct, frozen=True):
    """One MEF. Counters and marks are kept as written; `date_fermeture` 31/12/9999 means open."""

    code: str
    formation: str
    specialite: str | None = None
    libelle_long: str | None = None
    libelle_edition: str | None = None
    statut_mef: str | None = None
    mef_rattachement: str | None = None
    code_mefstat: str | None = None
    nb_opt_oblig: int | None = None
    nb_opt_mini: int | None = None
    renforcement_langues: int | None = None
    inscription_etab: int | None = None
    mef_origine: int | None = None
    mef_selectionne: int | None = None
    mef_selorig: int | None = None
    date_ouverture: date | None = None
    date_fermeture: date | None = None


class Matiere(Struct, frozen=True):
    """One matière. `code` may be "" for a local one; `code_gestion` is the short code (AGL1)."""

    code: str
    libelle_long: str
    matiere_etp: bool | None = None
    code_gestion: str | None = None
    libelle_court: str | None = None
    libelle_edition: str | None = None
    code_matiere_nationale: str | None = None


class Programme(Struct, frozen=True):
    """One line of a MEF's programme; `horaire` in weekly hours."""

    code_mef: str
    code_matiere: str | None
    code_modalite_elect: str
    horaire: Decimal | None = None


class OptionObligatoire(Struct, frozen=True):
    """The rank of a compulsory option in a MEF."""

    code_mef: str
    code_matiere: str
    rang_option: int


class Bourse(Struct, frozen=True):
    """One kind of bourse; `bourse_nationale` as written (a short)."""

    code: str
    libelle_court: str | None = None
    libelle_long: str | None = None
    bourse_nationale: int | None = None


class ModaliteCours(Struct, frozen=True):
    """One way of giving a lesson."""

    code: str
    libelle_court: str | None = None
    libelle_long: str | None = None
    co_enseignement: bool | None = None


class Nomenclatures(Struct, frozen=True):
    """All lists, in the order of the file."""

    mefs: tuple[Mef, ...] = ()
    matieres: tuple[Matiere, ...] = ()
    programmes: tuple[Programme, ...] = ()
    options_obligatoires: tuple[OptionObligatoire, ...] = ()
    modalites_election: tuple[CodeLibelle, ...] = ()
    regimes: tuple[CodeLibelle, ...] = ()
    liens_parente: tuple[CodeLibelle, ...] = ()
    bourses: tuple[Bourse, ...] = ()
    professions: tuple[CodeLibelle, ...] = ()
    provenances: tuple[CodeLibelle, ...] = ()
    motifs_sortie: tuple[CodeLibelle, ...] = ()
    statuts_eleve: tuple[CodeLibelle, ...] = ()
    contrats: tuple[CodeLibelle, ...] = ()
    types_etablissement: tuple[CodeLibelle, ...] = ()
    civilites: tuple[CodeLibelle, ...] = ()
    modalites_cours: tuple[ModaliteCours, ...] = ()


class DocumentNomenclature(Struct, frozen=True):
    """A whole Nomenclature file."""

    entete: EnTete
    nomenclatures: Nomenclatures
    remarques: tuple[Remarque, ...] = ()


def _libelles(court: int, long: int) -> tuple[Champ, Champ]:
    return (
        Champ("LIBELLE_COURT", "libelle_court", maxi=court, anciens=("LIBELLE_COURT_PCS",)),
        Champ("LIBELLE_LONG", "libelle_long", maxi=long, anciens=("LIBELLE_LONG_PCS",)),
    )


def _simple(nom: str, item: str, cle: str, court: int = 10, long: int = 40, **options: bool) -> Liste:
    return Liste(nom, nom.upper(), item, cle, CodeLibelle, _libelles(court, long), **options)


_CHAMPS_MEF = (
    Champ("FORMATION", "formation", maxi=6, oblige=True),
    Champ("SPECIALITE", "specialite", maxi=5),
    Champ("LIBELLE_LONG", "libelle_long", maxi=40),
    Champ("LIBELLE_EDITION", "libelle_edition", maxi=60),
    Champ("STATUT_MEF", "statut_mef", maxi=1),
    Champ("MEF_RATTACHEMENT", "mef_rattachement", maxi=11),
    Champ("CODE_MEFSTAT", "code_mefstat", maxi=11),
    Champ("NB_OPT_OBLIG", "nb_opt_oblig", Forme.ENTIER),
    Champ("NB_OPT_MINI", "nb_opt_mini", Forme.ENTIER),
    Champ("RENFORCEMENT_LANGUES", "renforcement_langues", Forme.ENTIER),
    Champ("INSCRIPTION_ETAB", "inscription_etab", Forme.ENTIER),
    Champ("MEF_ORIGINE", "mef_origine", Forme.ENTIER),
    Champ("MEF_SELECTIONNE", "mef_selectionne", Forme.ENTIER),
    Champ("MEF_SELORIG", "mef_selorig", Forme.ENTIER),
    Champ("DATE_OUVERTURE", "date_ouverture", Forme.DATE),
    Champ("DATE_FERMETURE", "date_fermeture", Forme.DATE),
)
_CHAMPS_MATIERE = (
    Champ("CODE_GESTION", "code_gestion", maxi=5),
    Champ("LIBELLE_COURT", "libelle_court", maxi=20),
    Champ("LIBELLE_LONG", "libelle_long", maxi=40, oblige=True),
    Champ("LIBELLE_EDITION", "libelle_edition", maxi=60),
    Champ("MATIERE_ETP", "matiere_etp", Forme.ZERO_UN, toujours=True),
    Champ("CODE_MATIERE_NATIONALE", "code_matiere_nationale", maxi=6),
)
_CHAMPS_PROGRAMME = (
    Champ("CODE_MEF", "code_mef", maxi=11, oblige=True),
    Champ("CODE_MATIERE", "code_matiere", maxi=6),
    Champ("CODE_MODALITE_ELECT", "code_modalite_elect", maxi=1, oblige=True),
    Champ("HORAIRE", "horaire", Forme.DECIMAL),
)
_CHAMPS_OPTION_OBLIGATOIRE = (
    Champ("CODE_MEF", "code_mef", maxi=11, oblige=True),
    Champ("CODE_MATIERE", "code_matiere", maxi=6, oblige=True),
    Champ("RANG_OPTION", "rang_option", Forme.ENTIER, oblige=True),
)

LISTES = (
    Liste("mefs", "MEFS", "MEF", "CODE_MEF", Mef, _CHAMPS_MEF),
    Liste("matieres", "MATIERES", "MATIERE", "CODE_MATIERE", Matiere, _CHAMPS_MATIERE, True),
    Liste("programmes", "PROGRAMMES", "PROGRAMME", None, Programme, _CHAMPS_PROGRAMME),
    Liste(
        "options_obligatoires",
        "OPTIONS_OBLIGATOIRES",
        "OPTION_OBLIGATOIRE",
        None,
        OptionObligatoire,
        _CHAMPS_OPTION_OBLIGATOIRE,
    ),
    _simple("modalites_election", "MODALITE_ELECTION", "CODE_MODALITE_ELECT"),
    _simple("regimes", "REGIME", "CODE_REGIME"),
    _simple("liens_parente", "LIEN_PARENTE", "CODE_PARENTE"),
    Liste(
        "bourses",
        "BOURSES",
        "BOURSE",
        "CODE_BOURSE",
        Bourse,
        (*_libelles(6, 40), Champ("BOURSE_NATIONALE", "bourse_nationale", Forme.ENTIER)),
    ),
    _simple("professions", "PROFESSION", "CODE_PROFESSION", 40, 150),
    _simple("provenances", "PROVENANCE", "CODE_PROVENANCE"),
    _simple("motifs_sortie", "MOTIF_SORTIE", "CODE_MOTIF_SORTIE", cle_facultative=True),
    _simple("statuts_eleve", "STATUT_ELEVE", "CODE_STATUT"),
    _simple("contrats", "CONTRAT", "CODE_CONTRAT"),
    _simple("types_etablissement", "TYPE_ETABLISSEMENT", "CODE_TYPE_ETAB"),
    _simple("civilites", "CIVILITE", "CODE_CIVILITE", 5, 20),
    Liste(
        "modalites_cours",
        "MODALITES_COURS",
        "MODALITE_COURS",
        "CODE_MODALITE_COURS",
        ModaliteCours,
        (*_libelles(10, 40), Champ("CO_ENSEIGNEMENT", "co_enseignement", Forme.ZERO_UN)),
    ),
)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EnTete | Element]:
    """Yield the head, then each record with the name of its list (an attribute of `Nomenclatures`).

    Arguments: `nom`, the file's name, for refusals. Raises `FichierRefuse`.
    """
    return lire_listes(stream, RACINES, LISTES, notes or notes_des_listes(nom, RACINES, LISTES))


def lire_nomenclature(stream: BinaryIO, nom: str) -> DocumentNomenclature:
    """The whole Nomenclature file; an absent list is empty. Raises `FichierRefuse`."""
    notes = notes_des_listes(nom, RACINES, LISTES)
    entete, contenus = rassembler(lire_evenements(stream, nom, notes), LISTES)
    return DocumentNomenclature(entete, Nomenclatures(**contenus), notes.remarques)


def ecrire_nomenclature(sortie: BinaryIO, enveloppe: Enveloppe, nomenclatures: Nomenclatures) -> int:
    """Write a Nomenclature file, lists in the order of the specification, records in the order given.

    Returns the number of characters replaced. Raises `Refus` when MEF, matières or programmes are missing:
    nothing was profiled (code SIECLE_SANS_NOMENCLATURE).
    """
    if not (nomenclatures.mefs and nomenclatures.matieres and nomenclatures.programmes):
        raise Refus(
            "Les nomenclatures de l'établissement n'ont pas été profilées : l'export est impossible.",
            code="SIECLE_SANS_NOMENCLATURE",
            remede="Profiler les MEF et les matières dans le module Nomenclatures, puis exporter.",
        )
    contenus = {nom: getattr(nomenclatures, nom) for nom in Nomenclatures.__struct_fields__}
    return ecrire_listes(sortie, RACINES[0], VERSION, enveloppe, LISTES, contenus)
