"""Telephones and mail addresses that reach nobody.

Source: architecture, "Reserved ranges": 01 99 00 xx xx and 06 39 98 xx xx, mail under `.invalid` (RFC 2606).
"""

from __future__ import annotations

import re

from shared.identifiers.texte import cle_tri

_FORME_TELEPHONE = re.compile(r"(019900|063998)[0-9]{4}")
_DOMAINE = "courriel.invalid"


def _numero(prefixe: str, n: int) -> str:
    if n < 0:
        raise ValueError(f"rang de téléphone négatif : {n}")
    # 7 919 is coprime with 10 000: neighbours differ and no number comes twice before the 10 000th.
    return f"{prefixe}{(n * 7919 + 1234) % 10_000:04d}"


def telephone_fixe(n: int) -> str:
    """A landline of the reserved range, ten digits. `n`: any rank from 0; repeats after 10 000."""
    return _numero("019900", n)


def telephone_mobile(n: int) -> str:
    """A mobile of the reserved range, ten digits. `n`: any rank from 0; repeats after 10 000."""
    return _numero("063998", n)


def telephone_reserve(telephone: str) -> bool:
    """Whether `telephone`, spaces and dots apart, is in one of the two reserved ranges."""
    return _FORME_TELEPHONE.fullmatch(re.sub(r"[ .]", "", telephone)) is not None


def mel(prenom: str, nom: str, n: int, domaine: str = _DOMAINE) -> str:
    """`prenom.nom<n>@domaine`, ASCII, at most 254 characters; 0 writes no number.

    Raises `ValueError` if `domaine` is not under `.invalid`.
    """
    if not domaine.endswith(".invalid"):
        raise ValueError(f"domaine hors de .invalid : {domaine!r}")
    parties = [cle_tri(p).replace(" ", "-")[:60] for p in (prenom, nom)]
    local = ".".join(p for p in parties if p) or "personne"
    return f"{local}{n or ''}@{domaine}"


def mel_reserve(adresse: str) -> bool:
    """Whether a mail address is under `.invalid`."""
    return adresse.count("@") == 1 and adresse.lower().endswith(".invalid")
