"""`UDCal_*.xml`: what UnDeuxTEMPS exports, a ZIP of small files whose data stand in attributes. Read only.

The names of the roots are not known: elements are read wherever they stand, by their own names.

Source: reference sts-edt, section 6.3.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

from shared.contracts.refus import Lieu, Remarque
from shared.formats.document import DocumentLu
from shared.formats.edt.flux import regarder_racine
from shared.formats.edt.moteur import Attribut, Fiche, Lecteur
from shared.formats.edt.refus import MIO, EdtRefuse, refuse
from shared.formats.edt.remarques import Remarques, nom_local
from shared.formats.edt.valeurs import COURT, DATE, lire_date
from shared.security.archives import open_zip
from shared.security.xml import Limites, iterparse

LIMITES_UDCAL = Limites(max_bytes=64 * MIO, max_element=64 * MIO)
_REPERES = ("annee", "debut_eleve", "fin_eleve")


class InitUdt(Fiche, frozen=True):
    """UDCal_00, parameters: first ISO week of the year, length of a sequence as the file gives it."""

    premiere_semaine_iso: Annotated[int | None, Attribut("premiere_semaine_ISO", COURT)] = None
    duree_seq: Annotated[str | None, Attribut("duree_seq")] = None


class SalleUdt(Fiche, frozen=True):
    """UDCal_03, a room."""

    code: Annotated[str | None, Attribut("code")] = None
    nom: Annotated[str | None, Attribut("nom")] = None


class ProfUdt(Fiche, frozen=True):
    """UDCal_04, a teacher."""

    code: Annotated[str | None, Attribut("code")] = None
    nom: Annotated[str | None, Attribut("nom")] = None
    prenom: Annotated[str | None, Attribut("prenom")] = None
    epj: Annotated[str | None, Attribut("epj")] = None
    code_matppl: Annotated[str | None, Attribut("code_matppl")] = None


class MatUdt(Fiche, frozen=True):
    """UDCal_05, a subject."""

    code: Annotated[str | None, Attribut("code")] = None
    libelle: Annotated[str | None, Attribut("libelle")] = None
    code_gep1: Annotated[str | None, Attribut("code_gep1")] = None


class DemiSeqUdt(Fiche, frozen=True):
    """UDCal_07, a half-sequence: hours as the file gives them."""

    code: Annotated[str | None, Attribut("code")] = None
    code_jour: Annotated[str | None, Attribut("code_jour")] = None
    code_site: Annotated[str | None, Attribut("code_site")] = None
    hre_deb: Annotated[str | None, Attribut("hre_deb")] = None
    hre_fin: Annotated[str | None, Attribut("hre_fin")] = None


class DivUdt(Fiche, frozen=True):
    """UDCal_08, a class."""

    code: Annotated[str | None, Attribut("code")] = None
    libelle: Annotated[str | None, Attribut("libelle")] = None
    code_gep: Annotated[str | None, Attribut("code_gep")] = None


class EleveUdt(Fiche, frozen=True):
    """UDCal_10, a pupil: the birth date as the file gives it."""

    nom: Annotated[str | None, Attribut("nom")] = None
    prenom: Annotated[str | None, Attribut("prenom")] = None
    naissance: Annotated[str | None, Attribut("naissance")] = None


class FicheUdt(Fiche, frozen=True):
    """UDCal_11, a « fiche-T »: where in the week its lines stand."""

    jour: Annotated[str | None, Attribut("jour")] = None
    demi_seq: Annotated[str | None, Attribut("demi_seq")] = None
    site: Annotated[str | None, Attribut("site")] = None


class LigneFicheUdt(Fiche, frozen=True):
    """UDCal_12 and UDCal_12_nn, a course."""

    fic: Annotated[str | None, Attribut("fic")] = None
    div: Annotated[str | None, Attribut("div")] = None
    mat: Annotated[str | None, Attribut("mat")] = None
    prof: Annotated[str | None, Attribut("prof")] = None
    salle: Annotated[str | None, Attribut("salle")] = None
    rgpmt: Annotated[str | None, Attribut("rgpmt")] = None
    gpe: Annotated[str | None, Attribut("gpe")] = None
    idgpe: Annotated[str | None, Attribut("idgpe")] = None


class RegroupementUdt(Fiche, frozen=True):
    """UDCal_13, a gathering of groups."""

    id: Annotated[str | None, Attribut("id")] = None
    nom: Annotated[str | None, Attribut("nom")] = None
    code_div: Annotated[str | None, Attribut("code_div")] = None
    code_gpe: Annotated[str | None, Attribut("code_gpe")] = None


class GroupeUdt(Fiche, frozen=True):
    """UDCal_19, a group; `code_sts` is its code in STS-Web."""

    code: Annotated[str | None, Attribut("code")] = None
    code_div: Annotated[str | None, Attribut("code_div")] = None
    code_sts: Annotated[str | None, Attribut("code_sts")] = None


class EleveGroupeUdt(Fiche, frozen=True):
    """UDCal_21, a pupil in a group, and in which weeks."""

    ele: Annotated[str | None, Attribut("ele")] = None
    gpe: Annotated[str | None, Attribut("gpe")] = None
    code_div: Annotated[str | None, Attribut("code_div")] = None
    semaines: Annotated[str | None, Attribut("semaines")] = None


class CoEnseignementUdt(Fiche, frozen=True):
    """UDCal_23 and UDCal_23_nn, another teacher of a course."""

    lignefic: Annotated[str | None, Attribut("lignefic")] = None
    prof: Annotated[str | None, Attribut("prof")] = None
    epj: Annotated[str | None, Attribut("epj")] = None


class FermetureUdt(Fiche, frozen=True):
    """UDCal_24, days when the school is closed."""

    debut: Annotated[date | None, Attribut("debut", DATE)] = None
    fin: Annotated[date | None, Attribut("fin", DATE)] = None


class SemaineUdt(Fiche, frozen=True):
    """semaines.xml, a week that is published."""

    num: Annotated[int | None, Attribut("num", COURT)] = None


class RepereUdt(Fiche, frozen=True):
    """UDCal_24, a text of the calendar (`annee`, `debut_eleve`, `fin_eleve`), and its day when it is one."""

    nom: str
    texte: str
    jour: date | None


ELEMENTS: dict[str, type[Fiche]] = {
    "init": InitUdt,
    "salle": SalleUdt,
    "prof": ProfUdt,
    "mat": MatUdt,
    "demi_seq": DemiSeqUdt,
    "div": DivUdt,
    "eleve": EleveUdt,
    "fiche": FicheUdt,
    "ligfiche": LigneFicheUdt,
    "rgpmt": RegroupementUdt,
    "gpe": GroupeUdt,
    "ele_gpe": EleveGroupeUdt,
    "coens": CoEnseignementUdt,
    "fermeture": FermetureUdt,
    "semaine": SemaineUdt,
}


class FichierUdcal(DocumentLu, frozen=True):
    """One file: its records in order, whatever their kind, and what was not understood."""

    nom: str
    fiches: tuple[Fiche, ...]
    remarques: tuple[Remarque, ...] = ()


def lire_udcal(stream: BinaryIO, nom: str) -> FichierUdcal:
    """Read one UDCal file, in any declared encoding; elements that we do not know are told by remarks.

    Arguments: `stream` of bytes; `nom`, the file's name in messages. Raises `XmlRefuse`, and `EdtRefuse`
    EDT_MAUVAIS_FICHIER when nothing that we read is in it.
    """
    lu = _lire(stream, nom)
    if not lu.fiches and lu.remarques:
        raise _refuse(nom, "il ne contient aucun élément connu des exports UDCal.")
    return lu


def lire_udcal_zip(source: BinaryIO | bytes | Path, nom: str) -> tuple[FichierUdcal, ...]:
    """Read the ZIP of UDCal files, members in its order; those that we do not read are told by remarks.

    Raises `ZipRefuse`; `XmlRefuse` when a member is hostile or malformed; `EdtRefuse` EDT_MAUVAIS_FICHIER when
    no member has anything that we read.
    """
    fichiers: list[FichierUdcal] = []
    with open_zip(source, nom) as archive:
        for membre in archive:
            if membre.nom.lower().endswith(".xml"):
                with membre.open() as flux:
                    fichiers.append(_lire(flux, membre.nom))
            else:
                phrase = "Ce membre de l'archive n'est pas un fichier XML : il n'est pas lu."
                fichiers.append(FichierUdcal(membre.nom, (), (Remarque("MEMBRE_NON_LU", phrase, Lieu(membre.nom)),)))
    if not any(f.fiches for f in fichiers):
        raise _refuse(nom, "cette archive ne contient aucun élément connu des exports UDCal.")
    return tuple(fichiers)


def _lire(stream: BinaryIO, nom: str) -> FichierUdcal:
    racine, flux = regarder_racine(stream, nom)
    remarques = Remarques(nom)
    lecteur = Lecteur(remarques, requis=False)
    fiches: list[Fiche] = []
    voulus = ("{*}*", f"{{*}}{racine}") if racine in ELEMENTS else ("{*}*",)
    for element in iterparse(flux, voulus, nom=nom, limites=LIMITES_UDCAL):
        cle = nom_local(element)
        if any(nom_local(a) in ELEMENTS for a in element.iterancestors()):
            continue  # it is kept in the record that holds it
        texte = (element.text or "").strip()
        if cle in ELEMENTS:
            fiche = lecteur.lit(element, ELEMENTS[cle], cle)
            fiches.extend([fiche] if fiche is not None else [])
        elif cle in _REPERES and texte:
            fiches.append(_repere(cle, texte))
        elif element.attrib or texte:
            remarques.element_inconnu(cle, element, garde=False)
    return FichierUdcal(nom, tuple(fiches), remarques.liste())


def _refuse(nom: str, phrase: str) -> EdtRefuse:
    return refuse(
        "EDT_MAUVAIS_FICHIER", nom, phrase, "Choisissez un fichier « UDCal_….xml » de l'export d'UnDeuxTEMPS."
    )


def _repere(nom: str, texte: str) -> RepereUdt:
    try:
        return RepereUdt(nom, texte, lire_date(texte))
    except ValueError:
        return RepereUdt(nom, texte, None)
