"""ADRESSE, the same block in the pupils' and in the responsables' files.

Source: reference SIECLE, section 2.2.
"""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree
from msgspec import Struct

from shared.formats.ecriture import EcrivainXml
from shared.formats.siecle.champs import Champ, ecrire_champs, lire_champs, lire_identifiant
from shared.formats.siecle.enveloppe import ouvrir_bloc
from shared.formats.siecle.notes import Notes

_CLE = frozenset({"ADRESSE_ID"})

CHAMPS_ADRESSE = (
    Champ("LIGNE1_ADRESSE", "ligne1", maxi=38),
    Champ("LIGNE2_ADRESSE", "ligne2", maxi=38),
    Champ("LIGNE3_ADRESSE", "ligne3", maxi=38),
    Champ("LIGNE4_ADRESSE", "ligne4", maxi=38),
    Champ("BOITE_POSTALE", "boite_postale", maxi=7),
    Champ("COMMUNE_ETRANGERE", "commune_etrangere", maxi=32),
    Champ("CODE_POSTAL", "code_postal", maxi=5),
    Champ("CODE_PAYS", "code_pays", maxi=3),
    Champ("CODE_COMMUNE_INSEE", "code_commune_insee", maxi=5),
    Champ("LL_PAYS", "libelle_pays", maxi=40),
    Champ("CODE_DEPARTEMENT", "code_departement", maxi=3),
    Champ("LIBELLE_POSTAL", "libelle_postal", maxi=32),
)


class Adresse(Struct, frozen=True):
    """One address, shared by whoever lives there."""

    adresse_id: int
    ligne1: str | None = None
    ligne2: str | None = None
    ligne3: str | None = None
    ligne4: str | None = None
    boite_postale: str | None = None
    commune_etrangere: str | None = None
    code_postal: str | None = None
    code_pays: str | None = None
    code_commune_insee: str | None = None
    libelle_pays: str | None = None
    code_departement: str | None = None
    libelle_postal: str | None = None


def lire_adresse(element: etree._Element, nom: str, notes: Notes) -> Adresse:
    """The record of an ADRESSE element. Raises `FichierRefuse` when its ADRESSE_ID is missing or wrong."""
    lus = lire_champs(element, CHAMPS_ADRESSE, nom, notes, _CLE)
    return Adresse(adresse_id=lire_identifiant(element, "ADRESSE_ID", nom), **lus)


def ecrire_adresses(xml: EcrivainXml, adresses: Collection[Adresse]) -> None:
    """Write the ADRESSES block, empty or not."""
    if not ouvrir_bloc(xml, "ADRESSES", not adresses):
        return
    for adresse in adresses:
        xml.ouvrir("ADRESSE", [("ADRESSE_ID", str(adresse.adresse_id))])
        ecrire_champs(xml, adresse, CHAMPS_ADRESSE, f"ADRESSE {adresse.adresse_id}")
        xml.fermer()
    xml.fermer()
