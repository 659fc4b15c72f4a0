"""The cryptography of the container: RSA PKCS#1 v1.5 around a key block, AES-128-CBC around the content.

The library `cryptography` is loaded when a container is first opened or closed. Padding of RSA comes from the
`random.Random` given, so that a simulation writes the same bytes again.

Source: reference sts-edt, section 5.2 (cryptography, steps 1 to 5).
"""

from __future__ import annotations

import hashlib
import hmac
import random
from typing import TYPE_CHECKING

from shared.contracts.refus import Refus

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

TAILLE_CLE = 16
TAILLE_VECTEUR = 16
BLOC_AES = 16
_TAILLE_BLOC = TAILLE_CLE + TAILLE_VECTEUR + 16
_MARGE_PKCS1 = 11
_REMEDE_CLE = "Fournissez une clé RSA, au format PEM ou DER (PKCS#8 pour les ENT qui l'exigent)."


def _exige() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise Refus(
            "Le chiffrement des exports d'emploi du temps n'est pas disponible sur cette installation.",
            code="EDT_CHIFFREMENT_INDISPONIBLE",
            remede="Installez la bibliothèque « cryptography », ou exportez l'emploi du temps en clair.",
        ) from None


class CleIllisible(Refus):
    """A key that is not an RSA key in PEM or DER, or needs another password."""

    code = "EDT_CLE_ILLISIBLE"


def charger_cle_privee(cle: bytes, mot_de_passe: bytes | None = None) -> RSAPrivateKey:
    """An RSA private key given in PEM or DER. Raises `CleIllisible`."""
    _exige()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    charge = load_pem_private_key if cle.lstrip().startswith(b"-----") else load_der_private_key
    try:
        lue = charge(cle, mot_de_passe)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CleIllisible("La clé privée du partenaire est illisible.", remede=_REMEDE_CLE) from None
    if not isinstance(lue, RSAPrivateKey):
        raise CleIllisible("La clé privée du partenaire n'est pas une clé RSA.", remede=_REMEDE_CLE)
    return lue


def _nombres_publics(cle: bytes) -> tuple[int, int]:
    _exige()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

    charge = load_pem_public_key if cle.lstrip().startswith(b"-----") else load_der_public_key
    try:
        lue = charge(cle)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CleIllisible("La clé publique du partenaire est illisible.", remede=_REMEDE_CLE) from None
    if not isinstance(lue, RSAPublicKey):
        raise CleIllisible("La clé publique du partenaire n'est pas une clé RSA.", remede=_REMEDE_CLE)
    nombres = lue.public_numbers()
    return nombres.n, nombres.e


def fermer_bloc(cle: bytes, vecteur: bytes, cle_publique: bytes, alea: random.Random) -> bytes:
    """The key block (key, vector, MD5 of both) encrypted for one partner: as many bytes as his modulus.

    Arguments: `cle` and `vecteur`, 16 bytes each; `cle_publique`, PEM or DER; `alea`, where the padding comes
    from (`random.SystemRandom()` outside simulations). Raises `CleIllisible`, `ValueError` on other lengths.
    """
    if len(cle) != TAILLE_CLE or len(vecteur) != TAILLE_VECTEUR:
        raise ValueError("la clé et le vecteur d'initialisation comptent 16 octets chacun")
    module, exposant = _nombres_publics(cle_publique)
    taille = (module.bit_length() + 7) // 8
    if taille < _TAILLE_BLOC + _MARGE_PKCS1:
        raise CleIllisible("La clé publique du partenaire est trop courte.", remede="Employez une clé de 2048 bits.")
    bloc = cle + vecteur + _md5(cle + vecteur)
    bourrage = bytes(alea.randrange(1, 256) for _ in range(taille - 3 - len(bloc)))
    clair = b"\x00\x02" + bourrage + b"\x00" + bloc
    return pow(int.from_bytes(clair, "big"), exposant, module).to_bytes(taille, "big")


def ouvrir_bloc(bloc: bytes, cle_privee: RSAPrivateKey) -> tuple[bytes, bytes] | None:
    """The key and the vector that a partner's block holds, or None when this key does not open it."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    try:
        clair = cle_privee.decrypt(bloc, PKCS1v15())
    except ValueError:
        return None
    secret = clair[: TAILLE_CLE + TAILLE_VECTEUR]
    if len(clair) != _TAILLE_BLOC or not hmac.compare_digest(clair[len(secret) :], _md5(secret)):
        return None
    return secret[:TAILLE_CLE], secret[TAILLE_CLE:]


def dechiffrer(contenu: bytes, cle: bytes, vecteur: bytes) -> bytes:
    """AES-128-CBC without its PKCS#7 padding. Raises `ValueError` when the content is cut or the padding wrong."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    dechiffreur = Cipher(algorithms.AES(cle), modes.CBC(vecteur)).decryptor()
    debourreur = PKCS7(8 * BLOC_AES).unpadder()
    return debourreur.update(dechiffreur.update(contenu) + dechiffreur.finalize()) + debourreur.finalize()


class Chiffreur:
    """AES-128-CBC with PKCS#7 padding, piece by piece."""

    def __init__(self, cle: bytes, vecteur: bytes) -> None:
        _exige()
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
        from cryptography.hazmat.primitives.padding import PKCS7

        self._chiffreur = Cipher(algorithms.AES(cle), modes.CBC(vecteur)).encryptor()
        self._bourreur = PKCS7(8 * BLOC_AES).padder()

    def chiffre(self, octets: bytes) -> bytes:
        """Encrypt what is complete so far."""
        return self._chiffreur.update(self._bourreur.update(octets))

    def finit(self) -> bytes:
        """Encrypt the rest and its padding."""
        return self._chiffreur.update(self._bourreur.finalize()) + self._chiffreur.finalize()


def _md5(octets: bytes) -> bytes:
    return hashlib.md5(octets, usedforsecurity=False).digest()
