"""ExportEmploiDuTemps clear ↔ in its encrypted container: the document itself is copied byte for byte.

Source: reference sts-edt, section 5.2.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.formats.conversion.rapport import Ecarts
from shared.formats.edt import (
    Destinataire,
    EnTeteConteneur,
    LecteurEdt,
    ecrire_conteneur,
    lire_conteneur,
    ouvrir_charge,
)

Ouvrir = Callable[[], BinaryIO]
_METADONNEES = (
    ("LOGICIEL", "logiciel"),
    ("DATEHEURE", "date_heure"),
    ("NOMETABLISSEMENT", "nom_etablissement"),
    ("CODEPOSTALVILLE", "code_postal_ville"),
)


class Chiffrement(Struct, frozen=True):
    """What encrypting needs: one or two recipients, a key and a vector of 16 bytes, the padding's randomness.

    `date_heure` bears its zone; `logiciel`, the name that the container gives.
    """

    destinataires: tuple[Destinataire, ...]
    cle: bytes
    vecteur: bytes
    alea: random.Random
    date_heure: datetime
    logiciel: str = "RENTREE"


def chiffrer(ouvrir: Ouvrir, nom: str, uai: str | None, sortie: BinaryIO, chiffrement: Chiffrement | None) -> int:
    """Write the container of a clear document; the number of its records. Raises `Refus` CONVERTIR_DESTINATAIRE."""
    if chiffrement is None or not chiffrement.destinataires:
        raise Refus(
            "Un emploi du temps se chiffre pour un destinataire au moins, avec sa clé publique.",
            code="CONVERTIR_DESTINATAIRE",
            remede="Ajoutez --destinataire NOM=cle.pem (une ou deux fois).",
        )
    with ouvrir() as flux:
        fiches = sum(1 for _ in LecteurEdt(flux, nom))
    entete = EnTeteConteneur(chiffrement.logiciel, chiffrement.date_heure, uai, None, None)
    with ouvrir() as flux:
        ecrire_conteneur(
            sortie,
            flux,
            entete,
            destinataires=chiffrement.destinataires,
            cle=chiffrement.cle,
            vecteur=chiffrement.vecteur,
            alea=chiffrement.alea,
        )
    return fiches


def dechiffrer(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, cle_privee: bytes | None, ecarts: Ecarts) -> int:
    """Write the clear document of a container; the number of its records. Raises what `ouvrir_charge` raises."""
    with ouvrir() as flux:
        conteneur = lire_conteneur(flux, nom)
    with ouvrir_charge(conteneur, cle_privee, nom) as clair:
        fiches = sum(1 for _ in LecteurEdt(clair, nom))
    with ouvrir_charge(conteneur, cle_privee, nom) as clair:
        shutil.copyfileobj(clair, sortie)
    for balise, attribut in _METADONNEES:
        if getattr(conteneur, attribut) is not None:
            ecarts.abandonne("EDT_CONTENEUR", balise, "dit par le conteneur, et non par l'emploi du temps")
    ecarts.lecture(conteneur.remarques)
    return fiches
