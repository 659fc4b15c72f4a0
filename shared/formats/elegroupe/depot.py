"""The checks that BEE makes at once when a group-links file is deposited.

Source: reference SIECLE, section 8.2; procedures BEE-71 to BEE-79, ACC-07, ACC-11. Pure functions: the
treatment itself is done in the night, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.elegroupe.lecture import lire_eleve, lire_parametres
from shared.formats.elegroupe.liens import (
    LONGUEUR_CODE_LUE,
    RACINE,
    DocumentLiens,
    EleveLien,
    EnTeteLiens,
    Parametres,
)
from shared.formats.elegroupe.noms import NomElegroupe, analyser_nom
from shared.formats.elegroupe.schema import valider
from shared.formats.siecle.champs import lieu
from shared.security.archives import LimitesZip, ZipRefuse, open_zip
from shared.security.xml import iterparse

ANNEE_DIFFERENTE = "Année du fichier différente de l'année utilisée !"
_MIO = 1024**2
_LIMITES = LimitesZip(max_membres=10, max_membre=64 * _MIO, max_total=64 * _MIO)


class ContexteDepot(Struct, frozen=True):
    """The base into which the file is deposited.

    `uai` and `millesime` are those of the connected base; `export_eleves_fait`, whether the school ever
    exported its pupils in XML (BEE blocks the import before); `longueur_code`, the most characters of a
    group code that are taken (profil académique: 8 or 20).
    """

    uai: str
    millesime: int
    export_eleves_fait: bool
    longueur_code: int = LONGUEUR_CODE_LUE


class Depot(Struct, frozen=True):
    """A file that may be deposited: what its name says, and its content."""

    nom: NomElegroupe
    document: DocumentLiens


def verifier_contexte(contexte: ContexteDepot) -> None:
    """Refuse any deposit before a first XML export of the pupils (code EXPORT_ELEVES_JAMAIS_FAIT)."""
    if not contexte.export_eleves_fait:
        raise FichierRefuse(
            "L'import des liens élève-groupe est impossible : aucun export XML des élèves n'a été effectué "
            "pour cet établissement.",
            code="EXPORT_ELEVES_JAMAIS_FAIT",
            remede="Exporter d'abord les élèves (Exportations > En XML), les récupérer dans le logiciel "
            "d'emploi du temps, puis recommencer.",
        )


def _verifier_etablissement_et_annee(
    uai: str, annee: int, contexte: ContexteDepot, nom: str, element: str | None
) -> None:
    ou = Lieu(fichier=nom, element=element)
    if uai != contexte.uai:
        raise FichierRefuse(
            f"Établissement du fichier ({uai}) différent de l'établissement utilisé ({contexte.uai}).",
            code="ETABLISSEMENT_FICHIER_DIFFERENT",
            lieu=ou,
            remede="Déposer le fichier de l'établissement utilisé.",
        )
    if annee != contexte.millesime:
        raise FichierRefuse(
            ANNEE_DIFFERENTE,
            code="ANNEE_FICHIER_DIFFERENTE",
            lieu=ou,
            remede="Vérifier l'année scolaire choisie en entrant dans SIECLE, puis la version et le "
            "paramétrage du logiciel d'emploi du temps, et produire à nouveau le fichier.",
            details={"annee_fichier": annee, "annee_utilisee": contexte.millesime},
        )


def verifier_nom(nom: str, contexte: ContexteDepot, marque: str = "ELEGROUPE") -> NomElegroupe:
    """Read the file's name and refuse another school or another year.

    Raises `FichierRefuse`: the codes of `analyser_nom`, ETABLISSEMENT_FICHIER_DIFFERENT,
    ANNEE_FICHIER_DIFFERENTE.
    """
    lu = analyser_nom(nom, marque)
    _verifier_etablissement_et_annee(lu.uai, lu.millesime, contexte, lu.nom_zip, None)
    return lu


def verifier_parametres(parametres: Parametres, contexte: ContexteDepot, nom: str) -> None:
    """Refuse a document whose PARAMETRES contradict the base; the same codes as for the name."""
    _verifier_etablissement_et_annee(parametres.uai, parametres.annee, contexte, nom, "PARAMETRES")


def _verifier_codes(racine: etree._Element, longueur: int, nom: str) -> None:
    """The limit in force, where it is stricter than the schema's."""
    for code in racine.iterfind("DONNEES/ELEVES/ELEVE/GROUPES/GROUPE/CODE_GROUPE"):
        texte = (code.text or "").strip()
        if len(texte) > longueur:
            raise FichierRefuse(
                "Fichier XML non valide, il ne peut pas être importé : "
                f'le code de groupe "{texte}" dépasse {longueur} caractères.',
                code="XML_NON_VALIDE",
                lieu=lieu(nom, code),
                remede="Raccourcir le nom du groupe dans STS-Web et dans le logiciel d'emploi du temps.",
            )


def _lire_document(racine: etree._Element, contexte: ContexteDepot, nom: str) -> DocumentLiens:
    ancien = racine.find("DONNEES/ELEVES/ELEVE/NOM") is not None
    valider(racine, "liens_1.3" if ancien else "liens_1.4", nom)
    _verifier_codes(racine, contexte.longueur_code, nom)
    parametres = racine.find("PARAMETRES")
    assert parametres is not None  # the schema asks for it
    entete = EnTeteLiens(racine.get("VERSION", "").strip(), lire_parametres(parametres, nom))
    verifier_parametres(entete.parametres, contexte, nom)
    eleves: list[EleveLien] = [lire_eleve(e, nom) for e in racine.iterfind("DONNEES/ELEVES/ELEVE")]
    return DocumentLiens(entete, tuple(eleves))


def lire_document(stream: BinaryIO, contexte: ContexteDepot, nom: str) -> DocumentLiens:
    """The content of the XML once valid: schema 1.3 or 1.4 by its composition, school and year of the base.

    The whole document is held in memory, which the archive's limits bound. Raises `FichierRefuse`: codes
    XML_NON_VALIDE, ETABLISSEMENT_FICHIER_DIFFERENT, ANNEE_FICHIER_DIFFERENTE, those of hostile XML, and
    SIECLE_VALEUR_INVALIDE for a date that no calendar has.
    """
    document: DocumentLiens | None = None
    for element in iterparse(stream, (RACINE,), nom=nom):
        if element.getparent() is None:
            document = _lire_document(element, contexte, nom)
    if document is None:
        raise FichierRefuse(
            f"Fichier XML non valide, il ne peut pas être importé : l'élément racine {RACINE} est attendu.",
            code="XML_NON_VALIDE",
            lieu=Lieu(fichier=nom),
            remede="Déposer le fichier des liens élève-groupe produit par le logiciel d'emploi du temps.",
        )
    return document


@contextmanager
def xml_du_zip(contenu: Path | bytes | BinaryIO, nom: NomElegroupe) -> Iterator[BinaryIO]:
    """The only file of a deposited zip, whose stem must be that of the zip.

    Raises `FichierRefuse`: ZIP_CONTENU, NOM_ZIP_XML_DIFFERENTS, and what `open_zip` raises.
    """
    try:
        with open_zip(contenu, nom.nom_zip, _LIMITES) as archive:
            if len(archive) != 1:
                raise FichierRefuse(
                    f"Le fichier ZIP doit contenir un seul fichier : il en contient {len(archive)}.",
                    code="ZIP_CONTENU",
                    lieu=Lieu(fichier=nom.nom_zip),
                    remede="Déposer le fichier ZIP tel que le logiciel l'a produit.",
                )
            if archive[0].nom != nom.nom_xml:
                raise FichierRefuse(
                    "Le nom du fichier ZIP doit être celui du fichier XML qu'il contient.",
                    code="NOM_ZIP_XML_DIFFERENTS",
                    lieu=Lieu(fichier=nom.nom_zip, element=archive[0].nom),
                    remede="Ne pas modifier le nom du fichier : le produire à nouveau, puis le déposer tel quel.",
                )
            with archive[0].open() as flux:
                yield flux
    except ZipRefuse as refus:
        if refus.code == ZipRefuse.code:  # the XML alone is no way out here
            refus.remede = (
                "Déposer le fichier ZIP tel que le logiciel l'a produit ; s'il est abîmé, le produire à nouveau."
            )
        raise


def verifier_depot(nom: str, contenu: Path | bytes | BinaryIO, contexte: ContexteDepot) -> Depot:
    """Everything BEE checks on « DÉPOSER »: what may be deposited, or the refusal that the screen shows.

    Arguments: `nom`, the name given by the browser; `contenu`, the zip. Checks, in this order: a first
    export of the pupils was made; form of the name; school and millésime of the name; the zip is sound and
    holds the XML of the same stem, alone; schema; school and year of the content. Raises `FichierRefuse`
    (see each function for codes; NOM_ZIP_XML_DIFFERENTS for the stem, ZIP_CONTENU for more than one file).
    """
    verifier_contexte(contexte)
    lu = verifier_nom(nom, contexte)
    with xml_du_zip(contenu, lu) as flux:
        return Depot(lu, lire_document(flux, contexte, lu.nom_xml))
