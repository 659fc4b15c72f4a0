"""The golden files of the STS, SIECLE and élève-groupe families: who reads them, who writes them, which schema."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree
from msgspec.structs import replace

from shared.formats.elegroupe import schema as schema_import
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers
from shared.formats.elegroupe.ecriture import ecrire_liens
from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.siecle import communs, etablissements, exports, geographique, nomenclature, responsables, structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.exports import Export
from shared.formats.sts import ecrire_emp_sts, ecrire_sts_emp, lire_emp_sts, lire_sts_emp
from shared.formats.sts.schema import schema as schema_sts

FORMATS = Path(__file__).parents[1] / "formats"
Lire = Callable[[BinaryIO, str], Any]
Ecrire = Callable[[BinaryIO, Any], object]


@dataclass(frozen=True, slots=True)
class Temoin:
    """One golden file. `courant`: it is what our writer writes, byte for byte; else a former generation."""

    chemin: Path
    lire: Lire
    ecrire: Ecrire
    schema: Callable[[], etree.XMLSchema]
    courant: bool = True

    @property
    def nom(self) -> str:
        """What the tests call it: generation and file name."""
        return f"{self.chemin.parent.name}/{self.chemin.name}"

    @property
    def octets(self) -> bytes:
        """The file."""
        return self.chemin.read_bytes()

    def lu(self, octets: bytes | None = None) -> Any:
        """The document of the golden file, or of `octets` read by the same reader."""
        return self.lire(io.BytesIO(self.octets if octets is None else octets), self.chemin.name)

    def ecrit(self, document: Any) -> bytes:
        """The document as its writer writes it."""
        sortie = io.BytesIO()
        self.ecrire(sortie, document)
        return sortie.getvalue()


def sans_remarques(document: Any) -> Any:
    """The document without what its reader remarked."""
    return replace(document, remarques=())


def _eleves(sortie: BinaryIO, d: Any) -> object:
    return ecrire_eleves(sortie, d.entete.enveloppe, d.eleves, d.adresses or None)


def _responsables(sortie: BinaryIO, d: Any) -> object:
    return responsables.ecrire_responsables(sortie, d.entete.enveloppe, d.personnes, d.liens, d.adresses or None)


def _structures(sortie: BinaryIO, d: Any) -> object:
    return structures.ecrire_structures(sortie, d.entete.enveloppe, d.divisions, d.groupes)


def _nomenclature(sortie: BinaryIO, d: Any) -> object:
    return nomenclature.ecrire_nomenclature(sortie, d.entete.enveloppe, d.nomenclatures)


def _communs(sortie: BinaryIO, d: Any) -> object:
    return communs.ecrire_communs(sortie, d.entete.enveloppe, d.communs)


def _etablissements(sortie: BinaryIO, d: Any) -> object:
    return etablissements.ecrire_etablissements(sortie, d.entete.enveloppe, d.etablissements)


def _geographique(sortie: BinaryIO, d: Any) -> object:
    return geographique.ecrire_geographique(sortie, d.entete.enveloppe, d.pays, d.departements, d.communes)


def _liens(sortie: BinaryIO, d: Any) -> object:
    return ecrire_liens(sortie, d.entete.parametres, d.eleves, version=d.entete.version)


def _dossiers(sortie: BinaryIO, d: Any) -> object:
    return ecrire_dossiers(sortie, d.entete.parametres, d.personnes, d.eleves, version=d.entete.version)


SIECLE: dict[Export, tuple[Lire, Ecrire]] = {
    Export.NOMENCLATURE: (nomenclature.lire_nomenclature, _nomenclature),
    Export.ETABLISSEMENTS: (etablissements.lire_etablissements, _etablissements),
    Export.ETABLISSEMENTS_ELEVES: (etablissements.lire_etablissements, _etablissements),
    Export.GEOGRAPHIQUE: (geographique.lire_geographique, _geographique),
    Export.STRUCTURES: (structures.lire_structures, _structures),
    Export.ELEVES_SANS_ADRESSES: (lire_eleves, _eleves),
    Export.ELEVES_AVEC_ADRESSES: (lire_eleves, _eleves),
    Export.RESPONSABLES_SANS_ADRESSES: (responsables.lire_responsables, _responsables),
    Export.RESPONSABLES_AVEC_ADRESSES: (responsables.lire_responsables, _responsables),
    Export.COMMUNS: (communs.lire_communs, _communs),
}


def _siecle(chemin: Path, courant: bool) -> Temoin:
    export = exports.reconnaitre_nom(chemin.name)
    assert export is not None, chemin.name
    lire, ecrire = SIECLE[export]
    return Temoin(chemin, lire, ecrire, lambda: exports.schema(export), courant)


def _importes(nom: str, lire: Lire, ecrire: Ecrire) -> Temoin:
    return Temoin(FORMATS / "elegroupe/data" / f"{nom}.xml", lire, ecrire, lambda: schema_import.schema(nom))


_SIECLE = FORMATS / "siecle/data"
TEMOINS: tuple[Temoin, ...] = (
    *(
        Temoin(FORMATS / "sts/data" / nom, lire_sts_emp, ecrire_sts_emp, lambda: schema_sts("sts_emp"), courant)
        for nom, courant in (("sts_emp_0980017L_2025.xml", True), ("sts_emp_0980017L_2009.xml", False))
    ),
    Temoin(FORMATS / "sts/data/emp_sts_0980017L_2025.xml", lire_emp_sts, ecrire_emp_sts, lambda: schema_sts("emp_sts")),
    *(_siecle(_SIECLE / exports.nom_xml(export), courant=True) for export in Export),
    *(_siecle(chemin, courant=False) for chemin in sorted((_SIECLE / "generations").glob("*/*.xml"))),
    *(_importes(f"liens_{version}", lire_liens, _liens) for version in ("1.3", "1.4")),
    *(_importes(f"dossiers_{version}", lire_dossiers, _dossiers) for version in ("3.1", "4.0")),
)
