"""Every reader that takes a file from outside: the root it expects, and how to have it read the whole of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from shared.contracts.refus import FichierRefuse
from shared.formats import aaf, edt
from shared.formats.elegroupe.depot import ContexteDepot, lire_document, verifier_depot
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers, verifier_depot_dossiers
from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.gar import Degre, Sorte
from shared.formats.gar.lecture import noeuds_du_fichier
from shared.formats.siecle import communs, etablissements, geographique, nomenclature, responsables, structures
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.exports import ouvrir_export_zip
from shared.formats.sts import lire_emp_sts, lire_sts_emp
from shared.formats.sts.schema import valider
from shared.security.archives import open_zip
from shared.security.xml import document, iterparse

CONTEXTE = ContexteDepot("0970001Z", 2025, export_eleves_fait=True)
NOM_XML = "essai.xml"


@dataclass(frozen=True, slots=True)
class LecteurXml:
    """A reader of one XML file. `doctype`: it admits a DOCTYPE of its root, as the AAF files carry."""

    racine: str
    lire: Callable[[BinaryIO, str], Any]
    doctype: bool = False

    def __call__(self, octets: bytes) -> object:
        """The whole of what it reads."""
        lu = self.lire(io.BytesIO(octets), NOM_XML)
        return list(lu) if isinstance(lu, Iterable) else lu


def _etiquettes(balise: str) -> Callable[[BinaryIO, str], Any]:
    return lambda flux, nom: [e.tag for e in iterparse(flux, (balise, "STS_EDT"), nom=nom)]


def _edt(flux: BinaryIO, nom: str) -> Any:
    return edt.lire_edt(edt.ouvrir_edt(flux, nom), nom)


LECTEURS_XML: dict[str, LecteurXml] = {
    "iterparse": LecteurXml("STS_EDT", _etiquettes("A")),
    "iterparse_sans_prise": LecteurXml(
        "STS_EDT", lambda flux, nom: [e.tag for e in iterparse(flux, ("ABSENT",), nom=nom)]
    ),
    "document": LecteurXml("STS_EDT", lambda flux, nom: document(flux, nom=nom)),
    "sts_emp": LecteurXml("STS_EDT", lire_sts_emp),
    "sts_schema": LecteurXml("STS_EDT", valider),
    "emp_sts": LecteurXml("EDT_STS", lire_emp_sts),
    "eleves": LecteurXml("BEE_ELEVES", lire_eleves),
    "responsables": LecteurXml("BEE_RESPONSABLES", responsables.lire_responsables),
    "structures": LecteurXml("BEE_STRUCTURES", structures.lire_structures),
    "nomenclature": LecteurXml("BEE_NOMENCLATURES", nomenclature.lire_nomenclature),
    "communs": LecteurXml("BEE_COMMUN", communs.lire_communs),
    "etablissements": LecteurXml("BEE_ETABLISSEMENTS", etablissements.lire_etablissements),
    "geographique": LecteurXml("BEE_GEOGRAPHIQUE", geographique.lire_geographique),
    "liens": LecteurXml("IMPORT_ELEVES", lire_liens),
    "liens_depot": LecteurXml("IMPORT_ELEVES", lambda flux, nom: lire_document(flux, CONTEXTE, nom)),
    "dossiers": LecteurXml("IMPORT_ELEVES", lire_dossiers),
    "aaf": LecteurXml("ficAlimMENESR", aaf.lire_fichier, doctype=True),
    "edt": LecteurXml("ExportEmploiDuTemps", _edt),
    "edt_conteneur": LecteurXml("EXPORT_INDEX_EDUCATION", edt.lire_conteneur),
    "exp_cours": LecteurXml("TABLE", edt.LecteurExpCours),
    "udcal": LecteurXml("UDCal", edt.lire_udcal),
    "gar": LecteurXml("GAR-ENT-Eleve", lambda flux, nom: noeuds_du_fichier(flux, nom, Sorte.ELEVE, Degre.SECOND)),
}


def _tout(octets: bytes) -> None:
    with open_zip(octets, "essai.zip") as archive:
        for membre in archive:
            with membre.open() as flux:
                flux.read()


def _export(octets: bytes) -> None:
    with ouvrir_export_zip(octets, "ExportXML_ElevesAvecAdresses.zip") as (nom, flux):
        lire_eleves(flux, nom)


LIENS = "0970001ZELEGROUPE2025251010174502"
DOSSIERS = "0970001ZPRIVE2025251010174502"
LECTEURS_ZIP: dict[str, Callable[[bytes], object]] = {
    "zip": _tout,
    "export_siecle": _export,
    "depot_liens": lambda o: verifier_depot(f"{LIENS}.zip", o, CONTEXTE),
    "depot_dossiers": lambda o: verifier_depot_dossiers(f"{DOSSIERS}.zip", o, CONTEXTE, None),
    "udcal_zip": lambda o: edt.lire_udcal_zip(o, "UDCal.zip"),
}


def code_de(lire: Callable[[bytes], object], octets: bytes) -> tuple[str, FichierRefuse | None]:
    """The code of the refusal, and the refusal; "" when the file is read."""
    try:
        lire(octets)
    except FichierRefuse as refus:
        return refus.code, refus
    return "", None
