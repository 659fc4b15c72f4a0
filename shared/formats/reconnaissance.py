"""Telling what a file is by its content, never by its name.

Source: reference sts-edt, sections 1.2, 5 and 6; reference siecle, sections 1.1, 2.2, 3 and 8; reference aaf, section
1.1. Consumers of the real files test the root element; so do we.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse
from shared.formats.aaf.lecture_tar import ArchiveTar, est_targz
from shared.security.archives import est_zip, open_zip
from shared.security.xml import RacineXml, root_of

_LECTURE = 1024**2
_PAS_CE_FORMAT = frozenset({"XML_MAL_FORME", "XML_VIDE", "ZIP_ILLISIBLE", "ZIP_VIDE", "TAR_ILLISIBLE"})


class Famille(StrEnum):
    """Families of files."""

    STS_EMP = "sts_emp"
    EMP_STS = "emp_sts"
    SIECLE_ELEVES = "siecle_eleves"
    SIECLE_RESPONSABLES = "siecle_responsables"
    SIECLE_STRUCTURES = "siecle_structures"
    SIECLE_NOMENCLATURE = "siecle_nomenclature"
    SIECLE_COMMUNS = "siecle_communs"
    SIECLE_ETABLISSEMENTS = "siecle_etablissements"
    SIECLE_GEOGRAPHIQUE = "siecle_geographique"
    LIENS_ELEVE_GROUPE = "liens_eleve_groupe"
    DOSSIERS = "dossiers"
    AAF = "aaf"
    EDT = "edt"
    EDT_CONTENEUR = "edt_conteneur"
    EXP_COURS = "exp_cours"
    UDCAL = "udcal"
    GAR = "gar"
    INCONNU = "inconnu"


class FichierReconnu(Struct, frozen=True):
    """What a file is.

    `version`: the VERSION of its root, if any; `generation`: "2018", "2016", "2006" (names of elements before
    EB229), "2009" (an sts_emp without suppléants), "hors_contrat", or None; `variante`:
    "avec_adresses"/"sans_adresses" for élèves and responsables, the categoriePersonne of an AAF file's first
    operation, the element that tells a UDCal file, the kind of a GAR file; `membre`: name inside the archive;
    `phrase`: why it is unknown, else "".
    """

    famille: Famille
    version: str | None = None
    generation: str | None = None
    variante: str | None = None
    uai: str | None = None
    annee: int | None = None
    membre: str | None = None
    archive: bool = False
    phrase: str = ""


_RACINES = {
    "STS_EDT": Famille.STS_EMP,
    "EDT_STS": Famille.EMP_STS,
    "BEE_ELEVES": Famille.SIECLE_ELEVES,
    "BEE_EPHC_ELEVES": Famille.SIECLE_ELEVES,
    "BEE_RESPONSABLES": Famille.SIECLE_RESPONSABLES,
    "BEE_EPHC_RESPONSABLES": Famille.SIECLE_RESPONSABLES,
    "BEE_STRUCTURES": Famille.SIECLE_STRUCTURES,
    "BEE_NOMENCLATURES": Famille.SIECLE_NOMENCLATURE,
    "BEE_COMMUN": Famille.SIECLE_COMMUNS,
    "BEE_ETABLISSEMENTS": Famille.SIECLE_ETABLISSEMENTS,
    "BEE_ETABLISSEMENT": Famille.SIECLE_ETABLISSEMENTS,
    "BEE_GEOGRAPHIQUE": Famille.SIECLE_GEOGRAPHIQUE,
    "IMPORT_ELEVES": Famille.LIENS_ELEVE_GROUPE,
    "ficAlimMENESR": Famille.AAF,
    "ExportEmploiDuTemps": Famille.EDT,
    "EXPORT_INDEX_EDUCATION": Famille.EDT_CONTENEUR,
    **{f"GAR-ENT-{sorte}": Famille.GAR for sorte in ("Etab", "Eleve", "Enseignant", "Groupe", "RespAff")},
}
# UDCal files are known by their elements, not by their roots: an element, and the attributes that it bears there.
_UDCAL = {
    "init": ("premiere_semaine_ISO",),
    "salle": ("code", "nom"),
    "prof": ("code", "nom", "prenom"),
    "mat": ("code", "libelle"),
    "demi_seq": ("code", "hre_deb"),
    "div": ("code", "libelle"),
    "eleve": ("nom", "prenom", "naissance"),
    "fiche": ("jour", "demi_seq"),
    "ligfiche": ("fic",),
    "rgpmt": ("id", "code_gpe"),
    "gpe": ("code", "code_div"),
    "ele_gpe": ("ele", "gpe"),
    "coens": ("lignefic", "prof"),
    "fermeture": ("debut", "fin"),
    "semaine": ("num",),
}
_ADRESSES = b"<ADRESSES"
_NOM_2016 = b"<NOM_DE_FAMILLE"
_LIEN_2018 = b"<NIVEAU_RESPONSABILITE"
_SUPPLEANTS = b"<SUPPLEANTS"
_MARQUES = {
    Famille.STS_EMP: (_SUPPLEANTS,),
    Famille.SIECLE_ELEVES: (_ADRESSES, _NOM_2016),
    Famille.SIECLE_RESPONSABLES: (_ADRESSES, _NOM_2016, _LIEN_2018),
}
_ANNEE = re.compile(r"\d{4}", re.ASCII)


def reconnaitre(path: Path, nom: str) -> FichierReconnu:
    """Recognise a file, zipped (or `.tar.gz`) or not, by its root element.

    Arguments: `path`, where it is; `nom`, the name to use in messages. Of an archive, the first member that
    is recognised counts.

    Something that is not XML, or whose root is not ours, is `Famille.INCONNU` with a sentence. A hostile
    file raises its refusal (`XmlRefuse`, `ZipRefuse`, `TarRefuse`).
    """
    with path.open("rb") as fichier:
        debut = fichier.read(4)
    try:
        if est_zip(debut) or est_targz(debut):
            return _reconnait_archive(path, nom, est_zip(debut))
        with path.open("rb") as fichier:
            racine = root_of(fichier, nom)
            return _decrit(racine, fichier, None)
    except FichierRefuse as refus:
        if refus.code not in _PAS_CE_FORMAT:
            raise
        return _inconnu(refus.phrase)


def reconnaitre_membres(path: Path, nom: str) -> tuple[FichierReconnu, ...]:
    """What each XML of a file is: the file itself, or every XML member of an archive, in the archive's order.

    Arguments and errors as for `reconnaitre`; a member that is not XML does not hide the others.
    """
    with path.open("rb") as fichier:
        debut = fichier.read(4)
    if not (est_zip(debut) or est_targz(debut)):
        return (reconnaitre(path, nom),)
    try:
        return tuple(_chaque_membre(path, nom, est_zip(debut))) or (_sans_xml(nom),)
    except FichierRefuse as refus:
        if refus.code not in _PAS_CE_FORMAT:
            raise
        return (_inconnu(refus.phrase),)


def reconnaitre_flux(ouvre: Callable[[], BinaryIO], nom: str) -> FichierReconnu:
    """What an XML document is, wherever its bytes come from (a member of an archive inside another, for instance).

    Arguments: `ouvre` gives a new stream at each call; `nom`, the name to use in messages, kept as `membre`. A root
    that is not ours is `Famille.INCONNU`. Raises `XmlRefuse`, of a document whose beginning is broken as well.
    """
    with ouvre() as flux:
        racine = root_of(flux, nom)
    with ouvre() as flux:
        return _decrit(racine, flux, nom)


def _reconnait_archive(path: Path, nom: str, zip_: bool) -> FichierReconnu:
    reconnu = _sans_xml(nom)
    for reconnu in _chaque_membre(path, nom, zip_):
        if reconnu.famille is not Famille.INCONNU:
            break
    return replace(reconnu, archive=True)


def _chaque_membre(path: Path, nom: str, zip_: bool) -> Iterator[FichierReconnu]:
    with _membres(path, nom, zip_) as membres:
        for nom_membre, ouvre in membres:
            if nom_membre.lower().endswith(".xml"):
                yield replace(_decrit_membre(nom_membre, ouvre), membre=nom_membre, archive=True)


def _decrit_membre(nom: str, ouvre: Callable[[], BinaryIO]) -> FichierReconnu:
    try:
        return reconnaitre_flux(ouvre, nom)
    except FichierRefuse as refus:
        if refus.code not in _PAS_CE_FORMAT:
            raise
        return _inconnu(refus.phrase)


def _sans_xml(nom: str) -> FichierReconnu:
    return replace(_inconnu(f"L'archive « {nom} » ne contient aucun fichier XML."), archive=True)


@contextmanager
def _membres(path: Path, nom: str, zip_: bool) -> Iterator[Sequence[tuple[str, Callable[[], BinaryIO]]]]:
    """The names of an archive's members, each with what opens it."""
    if zip_:
        with open_zip(path, nom) as archive:
            yield [(membre.nom, membre.open) for membre in archive]
        return
    with ArchiveTar(path) as tar:
        yield [(membre.nom, partial(tar.open, membre)) for membre in tar.membres]


def _decrit(racine: RacineXml, flux: BinaryIO, membre: str | None) -> FichierReconnu:
    famille = _RACINES.get(racine.tag) or _sans_racine_propre(racine)
    if famille is None:
        return replace(_inconnu(f"L'élément racine « {racine.tag[:40]} » n'est pas d'un fichier connu."), membre=membre)
    version = racine.attributes.get("VERSION", racine.attributes.get("Version"))
    if famille is Famille.LIENS_ELEVE_GROUPE:
        famille = _import_eleves(racine, version)
    marques = _marques(flux, _MARQUES.get(famille, ()))
    return FichierReconnu(
        famille=famille,
        version=version or None,
        generation=_generation(racine.tag, famille, marques),
        variante=_variante(famille, racine, marques),
        uai=_uai(racine),
        annee=_annee(racine),
        membre=membre,
    )


def _sans_racine_propre(racine: RacineXml) -> Famille | None:
    """The files of the timetable software whose root says little: what stands in it tells them."""
    if racine.tag.upper() == "TABLE":
        cours = any(c.lower() in ("cours", "cours_annuels") for c in racine.chemins)
        return Famille.EXP_COURS if cours or racine.attributes.get("nom", "").lower() == "cours" else None
    return Famille.UDCAL if _udcal(racine) else None


def _udcal(racine: RacineXml) -> str | None:
    """The first element of UDCal that stands in a file with its attributes, be it the root."""
    if racine.tag in _UDCAL and racine.attributes.keys() >= set(_UDCAL[racine.tag]):
        return racine.tag
    for chemin in racine.chemins:
        nom = chemin.rpartition("/")[2]
        if nom in _UDCAL and all(f"{chemin}@{a}" in racine.textes for a in _UDCAL[nom]):
            return nom
    return None


def _inconnu(phrase: str) -> FichierReconnu:
    return FichierReconnu(Famille.INCONNU, phrase=phrase)


def _import_eleves(racine: RacineXml, version: str | None) -> Famille:
    """Group links and dossiers share their root: what a pupil holds tells them apart, else the version."""
    if any(c.endswith("/ELEVE/GROUPES") for c in racine.chemins):
        return Famille.LIENS_ELEVE_GROUPE
    if any("/PERSONNES" in c or c.endswith("/SCOLARITE_ACTIVE") for c in racine.chemins):
        return Famille.DOSSIERS
    return Famille.LIENS_ELEVE_GROUPE if (version or "1.").startswith("1.") else Famille.DOSSIERS


def _marques(flux: BinaryIO, motifs: Sequence[bytes]) -> frozenset[bytes]:
    """Which of the tags occur in a file: the block of addresses stands at its end."""
    trouves: set[bytes] = set()
    if not motifs:
        return frozenset()
    flux_lu, queue = flux.read(_LECTURE), b""
    while flux_lu and len(trouves) < len(motifs):
        fenetre = queue + flux_lu
        trouves.update(m for m in motifs if m in fenetre)
        queue = fenetre[-64:]
        flux_lu = flux.read(_LECTURE)
    return frozenset(trouves)


def _generation(racine: str, famille: Famille, marques: frozenset[bytes]) -> str | None:
    if "_EPHC_" in racine:
        return "hors_contrat"
    if famille is Famille.STS_EMP:
        return "2018" if _SUPPLEANTS in marques else "2009"
    if famille in (Famille.SIECLE_ELEVES, Famille.SIECLE_RESPONSABLES):
        if _LIEN_2018 in marques:
            return "2018"
        return "2016" if _NOM_2016 in marques else "2006"
    return None


def _variante(famille: Famille, racine: RacineXml, marques: frozenset[bytes]) -> str | None:
    if famille in (Famille.SIECLE_ELEVES, Famille.SIECLE_RESPONSABLES):
        return "avec_adresses" if _ADRESSES in marques else "sans_adresses"
    if famille is Famille.AAF:
        valeurs = (v for c, v in racine.textes.items() if c.endswith("/operationalAttributes/attr/value"))
        return next(valeurs, None)
    if famille is Famille.GAR:
        return racine.tag.rpartition("-")[2]
    return _udcal(racine) if famille is Famille.UDCAL else None


def _uai(racine: RacineXml) -> str | None:
    textes = racine.textes
    trouve = textes.get("PARAMETRES/UAJ@CODE") or textes.get("PARAMETRES/UAJ") or textes.get("UAI")
    return trouve or racine.attributes.get("UAI") or None


def _annee(racine: RacineXml) -> int | None:
    textes = racine.textes
    trouve = textes.get("PARAMETRES/ANNEE_SCOLAIRE@ANNEE") or textes.get("PARAMETRES/ANNEE_SCOLAIRE") or ""
    trouve = trouve or textes.get("AnneeScolaire@DateDebut", "")[:4]
    return int(trouve) if _ANNEE.fullmatch(trouve) else None
