"""Communs.xml (`BEE_COMMUN`): the school's identity, its calendar, periods and closures.

Source: reference SIECLE, section 6. The names of the blocks of periods and closures are inferred there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu, Remarque
from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.champs import Champ, Forme, ecrire_champs, lieu, lire_champs
from shared.formats.siecle.enveloppe import (
    EnTete,
    Enveloppe,
    fermer_document,
    ouvrir_bloc,
    ouvrir_document,
    parcourir,
    plan,
)
from shared.formats.siecle.notes import Notes

RACINES = ("BEE_COMMUN",)
VERSION = "2.0"

CHAMPS_UAJ = (
    Champ("ETAB_UAJ_ID", "etab_uaj_id", Forme.ENTIER, oblige=True),
    Champ("NUM_SIREN", "num_siren", maxi=9),
    Champ("DENOM_PRINC", "denom_princ", maxi=30),
    Champ("DENOM_COMPL", "denom_compl", maxi=30),
    Champ("NOM_RESP", "nom_resp", maxi=25),
    Champ("QUAL_RESP", "qual_resp", maxi=15),
    Champ("LIGNE1_ADRESSE", "ligne1", maxi=38),
    Champ("LIGNE2_ADRESSE", "ligne2", maxi=38),
    Champ("LIGNE3_ADRESSE", "ligne3", maxi=38),
    Champ("LIGNE4_ADRESSE", "ligne4", maxi=38),
    Champ("BOITE_POST", "boite_postale", maxi=7),
    Champ("COMMUNE_ETRANGERE", "commune_etrangere", maxi=32),
    Champ("TELEPHONE", "telephone", Forme.TELEPHONE, maxi=15),
    Champ("TELECOPIE", "telecopie", Forme.TELEPHONE, maxi=15),
    Champ("MEL_1", "mel_1", maxi=60),
    Champ("MEL_2", "mel_2", maxi=60),
    Champ("CODE_TYPE_ETAB", "code_type_etab", maxi=4),
    Champ("SECTEUR_CODE", "secteur_code", maxi=2),
    Champ("CODE_POSTAL", "code_postal", maxi=5),
    Champ("CODE_COMMUNE_INSEE", "code_commune_insee", maxi=5),
    Champ("CODE_PAYS", "code_pays", maxi=3),
    Champ("LIBELLE_POSTAL", "libelle_postal", maxi=32),
)
# The specification prints DATE_DEB_…, the programs read DATE_DEBUT_….
CHAMPS_ANNEE = (
    Champ("DATE_DEBUT_ELEVE", "debut_eleve", Forme.DATE, anciens=("DATE_DEB_ELEVE",)),
    Champ("DATE_FIN_ELEVE", "fin_eleve", Forme.DATE),
    Champ("DATE_DEBUT_PROF", "debut_prof", Forme.DATE, anciens=("DATE_DEB_PROF",)),
    Champ("DATE_FIN_PROF", "fin_prof", Forme.DATE),
)
CHAMPS_PERIODE = (
    Champ("CODE_PERIODE", "code", maxi=3, oblige=True),
    Champ("DATE_DEBUT", "date_debut", Forme.DATE),
    Champ("DATE_FIN", "date_fin", Forme.DATE),
    Champ("LL_PERIODE", "libelle", maxi=20),
    Champ("LL_ORIENTATION", "libelle_orientation", maxi=40),
    Champ("INDICE", "indice", Forme.ENTIER, oblige=True),
    Champ("CODE_TYPE_PERIODE", "code_type", maxi=1, oblige=True),
)
CHAMPS_FERMETURE = (
    Champ("LC_MOTIF", "motif_court", maxi=10, oblige=True),
    Champ("LL_MOTIF", "motif_long", maxi=40),
    Champ("DATE_DEBUT", "date_debut", Forme.DATE, oblige=True),
    Champ("DATE_FIN", "date_fin", Forme.DATE, oblige=True),
    Champ("LL_FERMETURE", "libelle", maxi=40),
)


class IdentiteEtablissement(Struct, frozen=True):
    """DONNEES/UAJ: names, head, address and kind of the school."""

    etab_uaj_id: int
    num_siren: str | None = None
    denom_princ: str | None = None
    denom_compl: str | None = None
    nom_resp: str | None = None
    qual_resp: str | None = None
    ligne1: str | None = None
    ligne2: str | None = None
    ligne3: str | None = None
    ligne4: str | None = None
    boite_postale: str | None = None
    commune_etrangere: str | None = None
    telephone: str | None = None
    telecopie: str | None = None
    mel_1: str | None = None
    mel_2: str | None = None
    code_type_etab: str | None = None
    secteur_code: str | None = None
    code_postal: str | None = None
    code_commune_insee: str | None = None
    code_pays: str | None = None
    libelle_postal: str | None = None


class AnneeScolaire(Struct, frozen=True):
    """First and last days of the year, for pupils and for teachers."""

    debut_eleve: date | None = None
    fin_eleve: date | None = None
    debut_prof: date | None = None
    fin_prof: date | None = None


class PeriodePedagogique(Struct, frozen=True):
    """One period (trimestre, semestre) of the school."""

    code: str
    indice: int
    code_type: str
    date_debut: date | None = None
    date_fin: date | None = None
    libelle: str | None = None
    libelle_orientation: str | None = None


class Fermeture(Struct, frozen=True):
    """One closure of the calendar: holidays, bridges."""

    motif_court: str
    date_debut: date
    date_fin: date
    motif_long: str | None = None
    libelle: str | None = None


class Communs(Struct, frozen=True):
    """The data of the file; `annee_derniere` is None when the base holds no previous year."""

    uaj: IdentiteEtablissement
    annee: AnneeScolaire
    annee_derniere: AnneeScolaire | None = None
    periodes: tuple[PeriodePedagogique, ...] = ()
    fermetures: tuple[Fermeture, ...] = ()


class DocumentCommuns(Struct, frozen=True):
    """A whole Communs file."""

    entete: EnTete
    communs: Communs
    remarques: tuple[Remarque, ...] = ()


_CONTENU = {
    "PERIODES_PEDAGOGIQUES": ("PERIODE_PEDAGOGIQUE",),
    "CALENDRIER_FERMETURES": ("CALENDRIER_FERMETURE",),
}
_BLOCS = ("UAJ", "ANNEE_SCOLAIRE", "ANNEE_SCOLAIRE_AD", *_CONTENU)


def _lire_donnees(donnees: etree._Element, nom: str, notes: Notes) -> Communs:
    notes.contenu(donnees, _BLOCS)
    vus: set[str] = set()
    for bloc in donnees.iterchildren(*_BLOCS):
        if bloc.tag in vus:
            notes.repete(bloc)
        vus.add(bloc.tag)
    for bloc_liste, items in _CONTENU.items():
        notes.contenu(donnees.find(bloc_liste), items)
    if (vide := donnees.find("ANNEE_SCOLAIRE_AD")) is not None and not len(vide):
        notes.contenu(vide, ())
    uaj, annee, derniere = (donnees.find(b) for b in ("UAJ", "ANNEE_SCOLAIRE", "ANNEE_SCOLAIRE_AD"))
    if uaj is None or annee is None:
        raise _incomplet(nom, "ANNEE_SCOLAIRE" if uaj is not None else "UAJ", donnees)
    periodes = donnees.iterfind("PERIODES_PEDAGOGIQUES/PERIODE_PEDAGOGIQUE")
    fermetures = donnees.iterfind("CALENDRIER_FERMETURES/CALENDRIER_FERMETURE")
    return Communs(
        uaj=IdentiteEtablissement(**lire_champs(uaj, CHAMPS_UAJ, nom, notes)),
        annee=AnneeScolaire(**lire_champs(annee, CHAMPS_ANNEE, nom, notes)),
        # The block is written even when there is no previous year.
        annee_derniere=(
            None
            if derniere is None or not len(derniere)
            else AnneeScolaire(**lire_champs(derniere, CHAMPS_ANNEE, nom, notes))
        ),
        periodes=tuple(PeriodePedagogique(**lire_champs(p, CHAMPS_PERIODE, nom, notes)) for p in periodes),
        fermetures=tuple(Fermeture(**lire_champs(f, CHAMPS_FERMETURE, nom, notes)) for f in fermetures),
    )


def _incomplet(nom: str, bloc: str, parent: etree._Element | None) -> FichierRefuse:
    return FichierRefuse(
        f"Le fichier des données communes est incomplet : le bloc {bloc} manque.",
        code="SIECLE_BLOC_ABSENT",
        lieu=Lieu(fichier=nom, element=bloc) if parent is None else lieu(nom, parent, bloc),
        remede="Exporter à nouveau les données communes depuis SIECLE.",
    )


def lire_communs(stream: BinaryIO, nom: str) -> DocumentCommuns:
    """The whole Communs file (it is small). Raises `FichierRefuse`.

    Arguments: `nom`, the file's name, for refusals.
    """
    entete: EnTete | None = None
    communs: Communs | None = None
    notes = Notes(nom, plan(RACINES, {}), ("DONNEES",))
    for element in parcourir(stream, RACINES, ("DONNEES",), notes):
        if isinstance(element, EnTete):
            entete = element
        else:
            communs = _lire_donnees(element, nom, notes)
    assert entete is not None  # parcourir() refuses a file without head
    if communs is None:
        raise _incomplet(nom, "DONNEES", None)
    return DocumentCommuns(entete, communs, notes.remarques)


def _ecrire_bloc(xml: EcrivainXml, balise: str, source: object, champs: Sequence[Champ]) -> None:
    xml.ouvrir(balise)
    ecrire_champs(xml, source, champs, balise)
    xml.fermer()


def ecrire_communs(sortie: BinaryIO, enveloppe: Enveloppe, communs: Communs) -> int:
    """Write a Communs file; the number of characters replaced. Raises `Refus` when a value does not fit its column."""
    xml = ouvrir_document(sortie, RACINES[0], VERSION, enveloppe)
    _ecrire_bloc(xml, "UAJ", communs.uaj, CHAMPS_UAJ)
    _ecrire_bloc(xml, "ANNEE_SCOLAIRE", communs.annee, CHAMPS_ANNEE)
    if ouvrir_bloc(xml, "ANNEE_SCOLAIRE_AD", communs.annee_derniere is None):
        ecrire_champs(xml, communs.annee_derniere, CHAMPS_ANNEE, "ANNEE_SCOLAIRE_AD")
        xml.fermer()
    if communs.periodes:
        xml.ouvrir("PERIODES_PEDAGOGIQUES")
        for periode in communs.periodes:
            _ecrire_bloc(xml, "PERIODE_PEDAGOGIQUE", periode, CHAMPS_PERIODE)
        xml.fermer()
    if communs.fermetures:
        xml.ouvrir("CALENDRIER_FERMETURES")
        for fermeture in communs.fermetures:
            _ecrire_bloc(xml, "CALENDRIER_FERMETURE", fermeture, CHAMPS_FERMETURE)
        xml.fermer()
    return fermer_document(xml)
