"""Depositing files on an SFTP server: its host key must be the one declared, a file appears there once it is whole.

Source: connectors reference §7.2 (key, archive first, then checksum).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from shared.contracts.refus import Refus

if TYPE_CHECKING:
    import asyncssh

DELAI = 10.0
"""Seconds to reach the server, then to sign in."""
TRANSFERT = 600.0
"""Seconds for everything."""


class Cible(Struct, frozen=True):
    """Where to deposit. `cle_hote`: the server's public key (OpenSSH, one line); `cle_privee`: ours, PEM."""

    hote: str
    port: int
    utilisateur: str
    dossier: str
    cle_hote: str
    cle_privee: str

    def __str__(self) -> str:
        return f"sftp://{self.utilisateur}@{self.hote}:{self.port}/{self.dossier}"


def deposer(cible: Cible, fichiers: Sequence[tuple[str, Path]]) -> list[str]:
    """Deposit files (name there, path here) in the order given; what was done, one line each.

    Raises `Refus` SFTP_INJOIGNABLE, SFTP_CLE_HOTE (another server answers), SFTP_CLE_REFUSEE, SFTP_DEPOT_REFUSE.
    """
    return asyncio.run(_deposer(cible, fichiers))


async def _deposer(cible: Cible, fichiers: Sequence[tuple[str, Path]]) -> list[str]:
    import asyncssh

    fait: list[str] = []
    try:
        async with asyncio.timeout(TRANSFERT), _connexion(cible) as lien, lien.start_sftp_client() as sftp:
            fait.append(f"connexion à {cible} : clé du serveur reconnue")
            dossier = PurePosixPath(cible.dossier or ".")
            for nom, chemin in fichiers:
                provisoire = dossier / f".{nom}.partiel"
                await sftp.put(str(chemin), str(provisoire))
                await _poser(sftp, str(provisoire), str(dossier / nom))
                fait.append(f"put {nom} ({chemin.stat().st_size} octets)")
    except asyncssh.HostKeyNotVerifiable:
        presentee = await _cle_presentee(cible)
        raise Refus(
            "Le serveur SFTP ne présente pas la clé déclarée.",
            code="SFTP_CLE_HOTE",
            statut=502,
            remede=f"Vérifiez auprès du serveur que sa clé est bien « {presentee} », puis déclarez-la.",
        ) from None
    except asyncssh.PermissionDenied:
        raise Refus(
            f"Le serveur SFTP refuse la clé de l'ENT pour « {cible.utilisateur} ».",
            code="SFTP_CLE_REFUSEE",
            statut=502,
            remede="Ajoutez la clé publique de l'ENT, que montre la page du connecteur, aux clés admises du serveur.",
        ) from None
    except asyncssh.SFTPError as erreur:
        raise Refus(
            f"Le serveur SFTP refuse le dépôt ({type(erreur).__name__}).",
            code="SFTP_DEPOT_REFUSE",
            statut=502,
            remede="Vérifiez le dossier et les droits de l'utilisateur sur le serveur.",
        ) from erreur
    except (OSError, TimeoutError, asyncssh.Error) as erreur:
        raise Refus(
            f"Le serveur SFTP {cible.hote}:{cible.port} ne répond pas ({type(erreur).__name__}).",
            code="SFTP_INJOIGNABLE",
            statut=502,
            remede="Vérifiez le serveur et le port, et qu'il est démarré.",
        ) from erreur
    return fait


def _connexion(cible: Cible) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
    import asyncssh

    return asyncssh.connect(
        cible.hote,
        cible.port,
        username=cible.utilisateur,
        client_keys=[asyncssh.import_private_key(cible.cle_privee)],
        known_hosts=([lire_cle_hote(cible.cle_hote)], [], []),
        agent_path=None,
        config=None,
        connect_timeout=DELAI,
        login_timeout=DELAI,
    )


def lire_cle_hote(texte: str) -> asyncssh.SSHKey:
    """A server's public key. Raises `Refus` SFTP_CLE_ILLISIBLE."""
    import asyncssh

    try:
        return asyncssh.import_public_key(texte)
    except asyncssh.KeyImportError:
        raise Refus(
            "La clé publique du serveur SFTP n'est pas lisible.",
            code="SFTP_CLE_ILLISIBLE",
            remede="Donnez-la sur une ligne, comme dans known_hosts sans le nom : « ssh-ed25519 AAAA… ».",
        ) from None


async def _poser(sftp: asyncssh.SFTPClient, de: str, vers: str) -> None:
    """Give a file its name, over one of the same name where the server knows how."""
    import asyncssh

    try:
        await sftp.posix_rename(de, vers)
    except asyncssh.SFTPOpUnsupported:
        await sftp.rename(de, vers)


async def _cle_presentee(cible: Cible) -> str:
    import asyncssh

    try:
        async with asyncio.timeout(DELAI):
            cle = await asyncssh.get_server_host_key(cible.hote, cible.port)
    except (OSError, TimeoutError, asyncssh.Error):
        return "?"
    return cle.export_public_key().decode().strip() if cle else "?"
