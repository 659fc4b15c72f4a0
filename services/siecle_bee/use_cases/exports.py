"""Exportations > En XML: one zip per entry, with the preconditions that BEE enforces.

Source: procedures BEE-65 to BEE-69; SIECLE reference, sections 1.1, 1.6 and 14.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

from msgspec import Struct
from sqlalchemy import exists, select

from services.siecle_bee.models import BaseEleves, Traitement
from services.siecle_bee.use_cases import exports_etablissement, exports_personnes
from shared.contracts.refus import Inconnu
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip, nom_zip
from shared.persistence.unite import Unite

ELEVES_EXPORTES = 38
_ELEVES = (Export.ELEVES_SANS_ADRESSES, Export.ELEVES_AVEC_ADRESSES)

# In the order of the menu (BEE-65). Each tells how many characters ISO-8859-15 could not carry.
ECRIVAINS: dict[Export, Callable[[Unite, BaseEleves, Enveloppe, BinaryIO], int]] = {
    Export.NOMENCLATURE: exports_etablissement.nomenclature,
    Export.ETABLISSEMENTS: exports_etablissement.etablissements,
    Export.GEOGRAPHIQUE: exports_etablissement.geographique,
    Export.STRUCTURES: exports_etablissement.structures,
    Export.ELEVES_SANS_ADRESSES: exports_personnes.eleves_sans_adresses,
    Export.ELEVES_AVEC_ADRESSES: exports_personnes.eleves_avec_adresses,
    Export.RESPONSABLES_SANS_ADRESSES: exports_personnes.responsables_sans_adresses,
    Export.RESPONSABLES_AVEC_ADRESSES: exports_personnes.responsables_avec_adresses,
    Export.COMMUNS: exports_etablissement.communs,
}


class FichierExporte(Struct, frozen=True):
    """An archive ready to be downloaded."""

    nom: str
    contenu: bytes
    digest: str


def export_nomme(nom: str) -> Export:
    """The export of that name (« Nomenclature », « ElevesSansAdresses »…). Raises `Inconnu` (EXPORT_INCONNU)."""
    for export in ECRIVAINS:
        if export.value.radical == nom:
            return export
    raise Inconnu(
        f"L'export « {nom} » n'existe pas.",
        code="EXPORT_INCONNU",
        remede="Exports disponibles : " + ", ".join(e.value.radical for e in ECRIVAINS) + ".",
    )


def exporter(u: Unite, b: BaseEleves, export: Export) -> FichierExporte:
    """Write an export and record it. That of the pupils unlocks the deposit of group links (treatment 38).

    Raises the `Refus` of the missing precondition: SIECLE_SANS_NOMENCLATURE, SIECLE_SANS_STRUCTURE,
    SIECLE_SANS_ELEVE, SIECLE_SANS_RESPONSABLE.
    """
    local = u.horloge.local().replace(tzinfo=None, microsecond=0)
    enveloppe = Enveloppe(b.uai, b.millesime, local.date(), local)
    sortie = io.BytesIO()
    remplaces = ecrire_export_zip(sortie, export, local, lambda flux: ECRIVAINS[export](u, b, enveloppe, flux))
    octets = sortie.getvalue()
    digest = u.fichiers.deposer(octets)
    u.session.add(
        Traitement(
            uai=b.uai,
            millesime=b.millesime,
            type=ELEVES_EXPORTES if export in _ELEVES else 0,
            nom=export.value.radical,
            instant=u.maintenant,
            digest=digest,
            taille=len(octets),
        )
    )
    u.journaliser(
        "export_xml",
        f"Export XML {export.value.radical}",
        uai=b.uai,
        annee=b.millesime,
        nb=1,
        resume={"export": export.value.radical, "octets": len(octets), "caracteres_remplaces": remplaces},
        digest=digest,
    )
    return FichierExporte(nom_zip(export), octets, digest)


def eleves_deja_exportes(u: Unite, uai: str) -> bool:
    """Whether the school ever exported its pupils in XML, whatever the year."""
    requete = select(exists().where(Traitement.uai == uai, Traitement.type == ELEVES_EXPORTES))
    return bool(u.session.execute(requete).scalar_one())
