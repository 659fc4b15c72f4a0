"""The private keys of a bac: made when first wanted, kept in its database, never anywhere else.

They are drawn by the machine's own source: what they sign is read today and kept by no feed, no file, no snapshot
that must be the same twice.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from services.ent.models import Cle
from shared.persistence.unite import Unite

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

TAILLE = 2048
EXPOSANT = 65537
DEBUT, FIN = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
"""Certificates are valid whatever the simulated day."""


def trouver(u: Unite, usage: str) -> Cle | None:
    """The key of that usage, None before it was ever wanted."""
    return u.session.get(Cle, {"usage": usage, "bac": u.bac.nom})


def obtenir(u: Unite, usage: str) -> Cle:
    """The key of that usage, made if it was not. `u` writes."""
    connue = trouver(u, usage)
    if connue is not None:
        return connue
    privee, certificat, kid = fabriquer(f"{usage}.{u.bac.nom}.rentree.invalid")
    ligne = {"privee": privee, "certificat": certificat, "kid": kid, "cree_le": u.maintenant}
    u.session.execute(insert(Cle).values(usage=usage, bac=u.bac.nom, **ligne).on_conflict_do_nothing())
    faite = trouver(u, usage)
    assert faite is not None, "ours, or that of who came first"
    return faite


@lru_cache(maxsize=32)
def pour_jetons(privee: str) -> RSAKey:
    """A private key (PEM) as tokens are signed with it. Reading one proves its primes again, ten times as long as a
    signature takes."""
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(privee)


def fabriquer(nom: str) -> tuple[str, str, str]:
    """A private key and its certificate (PEM), and what names them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    cle = rsa.generate_private_key(public_exponent=EXPOSANT, key_size=TAILLE)
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom[:64])])
    certificat = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEBUT)
        .not_valid_after(FIN)
        .sign(cle, hashes.SHA256())
    )
    der = certificat.public_bytes(serialization.Encoding.DER)
    return (
        cle.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        certificat.public_bytes(serialization.Encoding.PEM).decode(),
        hashlib.sha256(der).hexdigest()[:16],
    )
