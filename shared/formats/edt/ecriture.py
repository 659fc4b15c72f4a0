"""Writing ExportEmploiDuTemps as a stream: the published version 1.1, or one extended with what came later.

Source: reference sts-edt, sections 5.1 (names), 5.3 and 5.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Lieu, Remarque
from shared.formats.ecriture import EcrivainXml
from shared.formats.edt.enregistrements import (
    SECTIONS,
    VERSION_PUBLIEE,
    AnneeScolaire,
    Classe,
    Cours,
    Eleve,
    EnTete,
    Etablissement,
    ExportEmploiDuTemps,
    GrilleHoraire,
    Groupe,
    Materiel,
    Matiere,
    Personnel,
    Professeur,
    Responsable,
    Salle,
)
from shared.formats.edt.moteur import Ecrivain, Fiche
from shared.formats.edt.refus import ESPACE, RACINE
from shared.formats.edt.valeurs import COURT

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://telechargement.index-education.com/export/ExportEmploiDuTemps.xsd"
_PARTENAIRE = re.compile(r"[\w.\-]+")
_TETE = ("AnneeScolaire", "GrilleHoraire")
ORDRE = (*_TETE, *(s.nom for s in SECTIONS))
"""Order of the sections: that of the published schema; where the later ones stand is inferred."""


class Profil(StrEnum):
    """PUBLIE: what the schema of version 1.1 admits, nothing else; ETENDU: whatever the records hold."""

    PUBLIE = "publie"
    ETENDU = "etendu"


@dataclass(frozen=True, slots=True)
class ReglagesEdt:
    """How to write. What the reference marks as inferred is here.

    `profil`: see `Profil`; `attribut_masque`: attribute of the weeks of a course's children, « Semaines » or,
    for later consumers, « SemainesInclusion » (then not of the published version); `ordre`: sections in order,
    all of `ORDRE`; `avec_schema`: write the address of the published schema, as the real files do.
    """

    profil: Profil = Profil.PUBLIE
    attribut_masque: str = "Semaines"
    ordre: tuple[str, ...] = ORDRE
    avec_schema: bool = True

    def __post_init__(self) -> None:
        if sorted(self.ordre) != sorted(ORDRE):
            raise ValueError("l'ordre des sections doit les contenir toutes, une fois chacune")
        if self.attribut_masque not in ("Semaines", "SemainesInclusion"):
            raise ValueError(f"attribut de masque inconnu : {self.attribut_masque!r}")
        if self.attribut_masque != "Semaines" and self.profil is Profil.PUBLIE:
            raise ValueError("la version publiée ne connaît que l'attribut « Semaines »")


class BilanEdt(Struct, frozen=True):
    """What was written: number of records per section, in order; characters replaced; what was left out."""

    nombres: tuple[tuple[str, int], ...]
    substitutions: int
    omis: tuple[Remarque, ...]


def ecrire_edt(
    sortie: BinaryIO,
    entete: EnTete,
    annee: AnneeScolaire,
    grille: GrilleHoraire,
    *,
    matieres: Iterable[Matiere] = (),
    professeurs: Iterable[Professeur] = (),
    classes: Iterable[Classe] = (),
    groupes: Iterable[Groupe] = (),
    salles: Iterable[Salle] = (),
    eleves: Iterable[Eleve] = (),
    cours: Iterable[Cours] = (),
    etablissements: Iterable[Etablissement] = (),
    personnels: Iterable[Personnel] = (),
    materiels: Iterable[Materiel] = (),
    responsables: Iterable[Responsable] = (),
    reglages: ReglagesEdt | None = None,
) -> BilanEdt:
    """Write a clear ExportEmploiDuTemps in UTF-8, records in the order given, each taken once from its iterable.

    With `Profil.PUBLIE` the version written is 1.1, and what it has not is left out and told in the result.
    Characters that XML forbids become « ? » and are counted.

    Raises `Refus`: EDT_VALEUR_OBLIGATOIRE, EDT_VALEUR_IMPOSSIBLE, EDT_TROP_D_ELEMENTS; `sortie` then holds an
    unfinished document.
    """
    reglages = reglages or ReglagesEdt()
    listes: dict[str, Iterable[Fiche]] = {
        "etablissements": etablissements,
        "matieres": matieres,
        "professeurs": professeurs,
        "personnels": personnels,
        "classes": classes,
        "groupes": groupes,
        "salles": salles,
        "materiels": materiels,
        "responsables": responsables,
        "eleves": eleves,
        "cours": cours,
    }
    publie = reglages.profil is Profil.PUBLIE
    sections = {s.nom: s for s in SECTIONS}
    nombres: list[tuple[str, int]] = []
    xml = EcrivainXml(sortie, "utf-8", indent="  ")
    ecrivain = Ecrivain(xml, publie=publie, noms={"Semaines": reglages.attribut_masque})
    xml.declaration()
    xml.ouvrir(RACINE, [*_espaces(reglages), *_attributs_racine(ecrivain, entete, publie)])
    for nom in reglages.ordre:
        if nom == "AnneeScolaire":
            ecrivain.ecrit(nom, annee)
        elif nom == "GrilleHoraire":
            _ecrit_grille(xml, ecrivain, grille)
        elif publie and sections[nom].plus:
            ecrivain.omet(nom, sum(1 for _ in listes[sections[nom].champ]))
        else:
            section = sections[nom]
            nombres.append((nom, _ecrit_section(xml, ecrivain, section.nom, section.element, listes[section.champ])))
    xml.fermer()
    return BilanEdt(tuple(nombres), xml.substitutions, _omissions(ecrivain.omis))


def ecrire_document_edt(sortie: BinaryIO, doc: ExportEmploiDuTemps, reglages: ReglagesEdt | None = None) -> BilanEdt:
    """Write a whole document. As `ecrire_edt`."""
    listes = {s.champ: getattr(doc, s.champ) for s in SECTIONS}
    return ecrire_edt(sortie, doc.entete, doc.annee, doc.grille, reglages=reglages, **listes)


def nom_fichier_edt(partenaire: str, uai: str) -> str:
    """The file's name, `Edt_To_<partenaire>_<UAI>.xml`. Raises `ValueError` on a partner that no name holds."""
    if not _PARTENAIRE.fullmatch(partenaire):
        raise ValueError(f"partenaire impossible dans un nom de fichier : {partenaire!r}")
    return f"Edt_To_{partenaire}_{uai}.xml"


def nom_fichier_socle(socle: str) -> str:
    """The name that the manual export of EDT gives, `EDT_<SOCLE>.xml` (procedure EDT-45). As `nom_fichier_edt`."""
    if not _PARTENAIRE.fullmatch(socle):
        raise ValueError(f"socle impossible dans un nom de fichier : {socle!r}")
    return f"EDT_{socle.upper()}.xml"


def _espaces(reglages: ReglagesEdt) -> list[tuple[str, str]]:
    if not reglages.avec_schema:
        return [("xmlns", ESPACE)]
    return [("xmlns", ESPACE), ("xmlns:xsi", XSI), ("xsi:schemaLocation", f"{ESPACE} {_SCHEMA}")]


def _attributs_racine(ecrivain: Ecrivain, entete: EnTete, publie: bool) -> list[tuple[str, str]]:
    ecrits = ecrivain.attributs(RACINE, entete)
    return [("Version", VERSION_PUBLIEE) if publie and nom == "Version" else (nom, texte) for nom, texte in ecrits]


def _ecrit_grille(xml: EcrivainXml, ecrivain: Ecrivain, grille: GrilleHoraire) -> None:
    xml.ouvrir("GrilleHoraire", ecrivain.attributs("GrilleHoraire", grille))
    xml.ouvrir("JoursOuvres")
    for jour in grille.jours:
        xml.feuille("Jour", COURT.ecrit(jour))
    xml.fermer()
    _ecrit_section(xml, ecrivain, "PlacesParJour", "Place", grille.places)
    xml.fermer()


def _ecrit_section(xml: EcrivainXml, ecrivain: Ecrivain, nom: str, element: str, fiches: Iterable[Fiche]) -> int:
    xml.ouvrir(nom)
    nombre = 0
    for fiche in fiches:
        ecrivain.ecrit(element, fiche)
        nombre += 1
    xml.fermer()
    return nombre


def _omissions(omis: dict[str, int]) -> tuple[Remarque, ...]:
    return tuple(
        Remarque(
            "EDT_NON_ECRIT",
            f"« {chemin} » n'existe pas dans la version {VERSION_PUBLIEE} : non écrit ({nombre} fois).",
            Lieu(element=chemin),
            "Choisissez le profil étendu si le destinataire sait le lire.",
        )
        for chemin, nombre in omis.items()
    )
