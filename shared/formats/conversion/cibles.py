"""What each family may be converted to: versions, how one is written, which schema it must satisfy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.formats.comparaison.cote import DocumentCote
from shared.formats.comparaison.generations import generation_de
from shared.formats.conversion import siecle
from shared.formats.conversion.edt import Chiffrement, chiffrer, dechiffrer
from shared.formats.conversion.elegroupe import convertir_dossiers, convertir_liens
from shared.formats.conversion.rapport import Ecarts
from shared.formats.elegroupe.schema import schema as schema_elegroupe
from shared.formats.reconnaissance import Famille
from shared.formats.siecle.exports import Export
from shared.formats.siecle.exports import schema as schema_siecle
from shared.formats.sts import ecrire_sts_emp, lire_sts_emp
from shared.formats.sts.schema import schema as schema_sts

_Ecrire = Callable[[BinaryIO, Ecarts], int]
_ConvertirSiecle = Callable[..., int]


class Cible(Struct, frozen=True):
    """A conversion that can be done. `de`: what the source is; `ecrire` writes to a stream, and counts records."""

    de: str
    vers: str
    ecrire: _Ecrire
    schema: etree.XMLSchema | None = None


class Cles(Struct, frozen=True):
    """What opening or closing an encrypted timetable needs."""

    cle_privee: bytes | None = None
    chiffrement: Chiffrement | None = None


_SIECLE: dict[Famille, tuple[Export, _ConvertirSiecle]] = {
    Famille.SIECLE_ELEVES: (Export.ELEVES_AVEC_ADRESSES, siecle.convertir_eleves),
    Famille.SIECLE_RESPONSABLES: (Export.RESPONSABLES_AVEC_ADRESSES, siecle.convertir_responsables),
    Famille.SIECLE_STRUCTURES: (Export.STRUCTURES, siecle.convertir_structures),
    Famille.SIECLE_NOMENCLATURE: (Export.NOMENCLATURE, siecle.convertir_nomenclature),
    Famille.SIECLE_COMMUNS: (Export.COMMUNS, siecle.convertir_communs),
    Famille.SIECLE_ETABLISSEMENTS: (Export.ETABLISSEMENTS, siecle.convertir_etablissements),
    Famille.SIECLE_GEOGRAPHIQUE: (Export.GEOGRAPHIQUE, siecle.convertir_geographique),
}
_PERSONNES = (Famille.SIECLE_ELEVES, Famille.SIECLE_RESPONSABLES)
_COURANTE = "2018"
VERSIONS: dict[Famille, tuple[str, ...]] = {
    Famille.LIENS_ELEVE_GROUPE: ("1.4", "1.3"),
    Famille.DOSSIERS: ("4.0", "3.1"),
    Famille.STS_EMP: (_COURANTE,),
    Famille.EDT: ("chiffre",),
    Famille.EDT_CONTENEUR: ("clair",),
    **dict.fromkeys(_SIECLE, (_COURANTE,)),
}
"""What each family may be written in, what is taken when nothing is asked first."""


def cible_de(document: DocumentCote, vers: str, cles: Cles) -> Cible:
    """How to write `document` in the version `vers`, one of those of its family."""
    famille, lu = document.reconnu.famille, document.reconnu
    if famille is Famille.LIENS_ELEVE_GROUPE:
        return Cible(
            lu.version or "", vers, partial(_flux, convertir_liens, document, vers), schema_elegroupe(f"liens_{vers}")
        )
    if famille is Famille.DOSSIERS:
        schema = schema_elegroupe(f"dossiers_{vers}")
        return Cible(lu.version or "", vers, partial(_flux, convertir_dossiers, document, vers), schema)
    if famille is Famille.STS_EMP:
        return Cible(generation_de(lu) or "", vers, partial(_sts, document), schema_sts("sts_emp"))
    if famille is Famille.EDT:
        return Cible("clair", vers, partial(_chiffrer, document, cles))
    if famille is Famille.EDT_CONTENEUR:
        return Cible("chiffre", vers, partial(_dechiffrer, document, cles))
    export, convertir = _SIECLE[famille]
    if famille in _PERSONNES:
        de = generation_de(lu) or ""
        convertir = partial(convertir, adresses=lu.variante == "avec_adresses")
    else:
        de = _COURANTE if lu.version == export.value.version else f"VERSION {lu.version or 'absente'}"
    return Cible(de, vers, partial(_siecle, convertir, document), schema_siecle(export))


def _flux(
    convertir: Callable[[BinaryIO, str, BinaryIO, str, Ecarts], int],
    document: DocumentCote,
    vers: str,
    sortie: BinaryIO,
    ecarts: Ecarts,
) -> int:
    with document.ouvrir() as entree:
        return convertir(entree, document.nom, sortie, vers, ecarts)


def _siecle(convertir: _ConvertirSiecle, document: DocumentCote, sortie: BinaryIO, ecarts: Ecarts) -> int:
    return convertir(document.ouvrir, document.nom, sortie, ecarts)


def _sts(document: DocumentCote, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """What changed since 2009 is the block of suppléants, which is written even when it is empty."""
    with document.ouvrir() as flux:
        lu = lire_sts_emp(flux, document.nom)
    ecarts.lecture(lu.remarques)
    ecarts.deduit("STS_SUPPLEANTS", "SUPPLEANTS", "absent en 2009, le bloc est écrit vide")
    ecarts.caracteres(ecrire_sts_emp(sortie, lu))
    return len(lu.individus) + len(lu.divisions) + len(lu.groupes)


def _chiffrer(document: DocumentCote, cles: Cles, sortie: BinaryIO, _: Ecarts) -> int:
    return chiffrer(document.ouvrir, document.nom, document.reconnu.uai, sortie, cles.chiffrement)


def _dechiffrer(document: DocumentCote, cles: Cles, sortie: BinaryIO, ecarts: Ecarts) -> int:
    return dechiffrer(document.ouvrir, document.nom, sortie, cles.cle_privee, ecarts)
