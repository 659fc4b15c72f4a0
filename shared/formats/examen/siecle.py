"""Examining the generic exports of SIECLE: what they share, and the small ones.

Source: reference SIECLE, sections 1, 4 to 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Remarque
from shared.formats.examen.cles import Sorte
from shared.formats.examen.lecture import Lecture, conforme, flux_controle, relit, textes
from shared.formats.examen.rapport import Gravite, dit
from shared.formats.examen.sts import division_sans_mef, groupe_sans_mef
from shared.formats.examen.valeurs import controler_matiere, controler_mef, controler_structure, controler_uai
from shared.formats.reconnaissance import Famille
from shared.formats.siecle import (
    communs,
    eleves,
    eleves_lecture,
    etablissements,
    geographique,
    nomenclature,
    responsables,
    structures,
)
from shared.formats.siecle.champs import Champ, lire_champs, lire_cle
from shared.formats.siecle.enveloppe import EnTete, parcourir
from shared.formats.siecle.exports import Export, schema
from shared.formats.siecle.notes import Notes
from shared.security.xml import ligne_de

CORRIGER = "Corrigez la fiche dans la base élèves, puis exportez à nouveau."
EXPORTER = "Exportez à nouveau depuis SIECLE."
_ANCIENNES = ("2006", "hors_contrat")
_DIT_AUTREMENT = ("IDC_REF", "IDC:ELEVE", "IDC:PERSONNE", "IDC:DIVISION", "IDC:GROUPE")
"""Rules of the schema on identifiers, which the checks below tell with what they are."""


class Genre(Struct, frozen=True):
    """One kind of export: roots, VERSION that our schema describes, schema, reader's remarks, elements to look at."""

    racines: tuple[str, ...]
    version: str
    export: Export
    lire: Callable[[BinaryIO, str], Iterable[Remarque]]
    balises: tuple[str, ...]


def _remarques_eleves(stream: BinaryIO, nom: str) -> Iterator[Remarque]:
    notes = eleves_lecture.notes_eleves(nom)
    for _ in eleves_lecture.lire_evenements(stream, nom, notes):
        pass
    yield from notes.remarques


def _remarques_responsables(stream: BinaryIO, nom: str) -> Iterator[Remarque]:
    notes = responsables.notes_responsables(nom)
    for _ in responsables.lire_evenements(stream, nom, notes):
        pass
    yield from notes.remarques


_LISTES_CITEES = {
    "mefs": Sorte.MEF,
    "matieres": Sorte.MATIERE,
    "regimes": Sorte.REGIME,
    "liens_parente": Sorte.PARENTE,
    "professions": Sorte.PROFESSION,
    "statuts_eleve": Sorte.STATUT,
    "motifs_sortie": Sorte.MOTIF_SORTIE,
    "provenances": Sorte.PROVENANCE,
    "modalites_cours": Sorte.MODALITE,
}
_PAR_ITEM = {liste.item: liste for liste in nomenclature.LISTES}
GENRES = {
    Famille.SIECLE_ELEVES: Genre(
        eleves.RACINES,
        eleves.VERSION,
        Export.ELEVES_AVEC_ADRESSES,
        _remarques_eleves,
        ("ELEVE", "OPTION", "STRUCTURES_ELEVE", "BOURSES_ELEVE", "ADRESSE"),
    ),
    Famille.SIECLE_RESPONSABLES: Genre(
        responsables.RACINES,
        responsables.VERSION,
        Export.RESPONSABLES_AVEC_ADRESSES,
        _remarques_responsables,
        ("PERSONNE", "RESPONSABLE_ELEVE", "ADRESSE"),
    ),
    Famille.SIECLE_STRUCTURES: Genre(
        structures.RACINES,
        structures.VERSION,
        Export.STRUCTURES,
        lambda flux, nom: structures.lire_structures(flux, nom).remarques,
        ("DIVISION", "GROUPE"),
    ),
    Famille.SIECLE_NOMENCLATURE: Genre(
        nomenclature.RACINES,
        nomenclature.VERSION,
        Export.NOMENCLATURE,
        lambda flux, nom: nomenclature.lire_nomenclature(flux, nom).remarques,
        tuple(_PAR_ITEM),
    ),
    Famille.SIECLE_COMMUNS: Genre(
        communs.RACINES,
        communs.VERSION,
        Export.COMMUNS,
        lambda flux, nom: communs.lire_communs(flux, nom).remarques,
        ("DONNEES",),
    ),
    Famille.SIECLE_ETABLISSEMENTS: Genre(
        etablissements.RACINES,
        etablissements.VERSION,
        Export.ETABLISSEMENTS,
        lambda flux, nom: etablissements.lire_etablissements(flux, nom).remarques,
        ("ETABLISSEMENT",),
    ),
    Famille.SIECLE_GEOGRAPHIQUE: Genre(
        geographique.RACINES,
        geographique.VERSION,
        Export.GEOGRAPHIQUE,
        lambda flux, nom: geographique.lire_geographique(flux, nom).remarques,
        ("PAYS", "DEPARTEMENT", "COMMUNE"),
    ),
}


def examiner_siecle(lu: Lecture, element: Callable[[Lecture, etree._Element], None]) -> None:
    """Examine one export; `element` looks at each of its elements. Raises `FichierRefuse` when it is not readable."""
    genre = GENRES[lu.reconnu.famille]
    with flux_controle(lu) as flux:
        for lue in parcourir(flux, genre.racines, genre.balises, Notes(lu.nom)):
            if isinstance(lue, EnTete):
                lu.uai, lu.annee = lue.enveloppe.uai, lue.enveloppe.annee
                controler_uai(lu.recueil, lu.uai, None, "UAJ")
            else:
                element(lu, lue)
    if not lu.approfondi:
        return
    relit(lu, genre.lire)
    if lu.reconnu.version != genre.version or lu.reconnu.generation in _ANCIENNES:
        lu.recueil.information(
            "SANS_SCHEMA",
            f"Version « {dit(lu.reconnu.version or 'non indiquée')} » : le fichier est lu, sans être comparé à un "
            f"schéma (nous n'avons que celui de la version {genre.version}).",
        )
    else:
        conforme(lu, schema(genre.export), Gravite.REMARQUE, sauf=_DIT_AUTREMENT)


def champs_lus(lu: Lecture, element: etree._Element, champs: tuple[Champ, ...]) -> bool:
    """Whether the reader takes every leaf of a record; what it refuses is kept."""
    if not lu.approfondi:
        return True
    try:
        lire_champs(element, champs, lu.nom)
    except FichierRefuse as refus:
        lu.recueil.refus(refus)
        return False
    return True


def cle_entiere(element: etree._Element, cle: str) -> int | None:
    """The integer key of a record, None when it is missing or wrong (the reader refuses it)."""
    texte = lire_cle(element, cle) or ""
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= 18 else None


def _codes(element: etree._Element, chemin: str, cle: str) -> list[str]:
    lus = (lire_cle(item, cle) or item.get("CODE", "").strip() for item in element.iterfind(chemin))
    return [code for code in lus if code]


def element_structures(lu: Lecture, element: etree._Element) -> None:
    """A division or a group of Structures."""
    ligne = ligne_de(element)
    division = element.tag == "DIVISION"
    genre = "division" if division else "groupe"
    lu.compte(f"{genre}s")
    code = (lire_cle(element, "CODE_STRUCTURE") or "").strip()
    mefs = frozenset(_codes(element, "MEFS_APPARTENANCE/MEF_APPARTENANCE", "CODE_MEF"))
    controler_structure(lu.recueil, code, genre, ligne, str(element.tag))
    if not lu.cles.definit(Sorte.DIVISION if division else Sorte.GROUPE, code, ligne):
        lu.recueil.erreur(
            "STRUCTURE_EN_DOUBLE",
            f"Le nom « {dit(code)} » figure deux fois dans le fichier.",
            ligne=ligne,
            element=str(element.tag),
            remede=EXPORTER,
        )
    for mef in sorted(mefs):
        lu.cles.cite(Sorte.MEF, mef, ligne)
        controler_mef(lu.recueil, mef, ligne, "CODE_MEF")
    appartenances = _codes(element, "DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE", "CODE_STRUCTURE")
    for appartenance in appartenances:
        lu.cles.cite(Sorte.DIVISION, appartenance, ligne)
    if division and not mefs:
        division_sans_mef(lu, code, ligne)
    elif not division and not mefs and not appartenances:
        groupe_sans_mef(lu, code, ligne)
    if not division:
        lu.cles.mefs_des_groupes[code] = mefs


def element_nomenclature(lu: Lecture, element: etree._Element) -> None:
    """A line of one of the lists of Nomenclature."""
    liste = _PAR_ITEM[str(element.tag)]
    if element.find(liste.item) is not None:
        return
    ligne = ligne_de(element)
    champs_lus(lu, element, liste.champs)
    if liste.nom in ("mefs", "matieres", "programmes"):
        lu.compte("MEF" if liste.nom == "mefs" else "matières" if liste.nom == "matieres" else "programmes")
    sorte = _LISTES_CITEES.get(liste.nom)
    if sorte is not None and liste.cle is not None:
        code = lire_cle(element, liste.cle) or ""
        if code:
            lu.cles.definit(sorte, code, ligne)
        if sorte is Sorte.MEF:
            controler_mef(lu.recueil, code, ligne, "CODE_MEF")
        elif sorte is Sorte.MATIERE:
            controler_matiere(lu.recueil, code, ligne, "CODE_MATIERE")
    elif liste.nom in ("programmes", "options_obligatoires"):
        lus = textes(element)
        lu.cles.cite(Sorte.MEF, lus.get("CODE_MEF"), ligne)
        lu.cles.cite(Sorte.MATIERE, lus.get("CODE_MATIERE"), ligne)


def element_communs(lu: Lecture, element: etree._Element) -> None:
    """The data of Communs: periods, closures, and the year that dates are held to."""
    lu.compte("périodes", len(element.findall("PERIODES_PEDAGOGIQUES/PERIODE_PEDAGOGIQUE")))
    lu.compte("fermetures", len(element.findall("CALENDRIER_FERMETURES/CALENDRIER_FERMETURE")))
    annee = element.find("ANNEE_SCOLAIRE")
    if annee is None or not champs_lus(lu, annee, communs.CHAMPS_ANNEE):
        return
    lus = lire_champs(annee, communs.CHAMPS_ANNEE, lu.nom)
    lu.cles.debut, lu.cles.fin = lus["debut_eleve"], lus["fin_eleve"]
    if lu.cles.debut and lu.cles.fin and lu.cles.debut >= lu.cles.fin:
        lu.recueil.erreur(
            "ANNEE_BORNES",
            "L'année scolaire des élèves finit avant de commencer.",
            ligne=ligne_de(annee),
            element="ANNEE_SCOLAIRE",
            remede="Corrigez les dates de l'année dans SIECLE, puis exportez à nouveau.",
        )


def element_etablissements(lu: Lecture, element: etree._Element) -> None:
    """A school."""
    lu.compte("établissements")
    champs_lus(lu, element, etablissements.LISTES[0].champs)
    controler_uai(lu.recueil, lire_cle(element, "CODE_RNE"), ligne_de(element), "ETABLISSEMENT")


_COMPTES_GEO = {"PAYS": "pays", "DEPARTEMENT": "départements", "COMMUNE": "communes"}


def element_geographique(lu: Lecture, element: etree._Element) -> None:
    """A country, a département, a commune."""
    if element.find(str(element.tag)) is None:
        lu.compte(_COMPTES_GEO[str(element.tag)])
