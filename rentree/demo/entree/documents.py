"""The files of a folder once read: one document of each kind, and what was said of the others."""

from __future__ import annotations

from msgspec import Struct, field

from shared.formats.elegroupe.liens import DocumentLiens
from shared.formats.reconnaissance import Famille
from shared.formats.siecle.communs import DocumentCommuns
from shared.formats.siecle.eleves import DocumentEleves
from shared.formats.siecle.etablissements import DocumentEtablissements
from shared.formats.siecle.nomenclature import DocumentNomenclature
from shared.formats.siecle.responsables import DocumentResponsables
from shared.formats.siecle.structures import DocumentStructures
from shared.formats.sts import EmpSts, StsEmp


class Documents(Struct, frozen=True):
    """What the folder holds of one school and one year.

    `annee`: STS year; `millesime`: BEE's; `noms`: the file each document comes from; `ecartes`: (file, why) of
    what is not used; `autres`: files whose content is not needed, of the same school and year.
    """

    uai: str
    annee: int
    millesime: int
    noms: dict[Famille, str]
    ecartes: tuple[tuple[str, str], ...] = ()
    sts: StsEmp | None = None
    emp: EmpSts | None = None
    eleves: DocumentEleves | None = None
    responsables: DocumentResponsables | None = None
    structures: DocumentStructures | None = None
    nomenclature: DocumentNomenclature | None = None
    communs: DocumentCommuns | None = None
    etablissements: DocumentEtablissements | None = None
    liens: DocumentLiens | None = None
    autres: tuple[Famille, ...] = field(default=())

    def origine(self, *familles: Famille) -> str:
        """The names of the files of those families, those that are there, in the order asked."""
        return ", ".join(dict.fromkeys(self.noms[f] for f in familles if f in self.noms))
