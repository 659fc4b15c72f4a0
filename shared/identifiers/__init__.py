"""National identifiers and codes: check letters, syntax, and the ranges reserved for invented people.

Source: architecture, "Reserved ranges for invented people and schools"; reference SIECLE, section 12.

Readers never refuse a file because of a check letter (files in the field hold wrong ones): the `*_valide`
functions answer a question, they do not raise. Makers (`fabriquer_*`) raise `ValueError` out of their range.
"""

from __future__ import annotations

from shared.identifiers.codes import (
    CARACTERES_STRUCTURE,
    LONGUEUR_STRUCTURE,
    caracteres_interdits,
    code_gestion_valide,
    code_matiere_valide,
    code_mef_valide,
    code_structure_valide,
)
from shared.identifiers.contacts import mel, mel_reserve, telephone_fixe, telephone_mobile, telephone_reserve
from shared.identifiers.ine import (
    INE_NUMERO_MAX,
    INE_NUMERO_MIN,
    cle_ine,
    est_ine_reserve,
    fabriquer_ine,
    ine_valide,
)
from shared.identifiers.texte import cle_tri, sans_accent
from shared.identifiers.uai import cle_uai, est_reserve, fabriquer_uai, uai_valide

__all__ = [
    "CARACTERES_STRUCTURE",
    "INE_NUMERO_MAX",
    "INE_NUMERO_MIN",
    "LONGUEUR_STRUCTURE",
    "caracteres_interdits",
    "cle_ine",
    "cle_tri",
    "cle_uai",
    "code_gestion_valide",
    "code_matiere_valide",
    "code_mef_valide",
    "code_structure_valide",
    "est_ine_reserve",
    "est_reserve",
    "fabriquer_ine",
    "fabriquer_uai",
    "ine_valide",
    "mel",
    "mel_reserve",
    "sans_accent",
    "telephone_fixe",
    "telephone_mobile",
    "telephone_reserve",
    "uai_valide",
]
