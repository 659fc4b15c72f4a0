"""An SFTP drop: whoever has an admitted key reads and writes in one folder, and nowhere else.

Source: connectors reference §7.2. Meant for 127.0.0.1: it plays the server that a publisher or the GAR has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncssh

Arrive = Callable[[Path], None]
"""What is done of a file that is there whole, given its path; called in a thread."""


@dataclass(slots=True)
class Depot:
    """A drop. Arguments: `cle_hote`, its private key (PEM); `cles`, public keys admitted (OpenSSH, one line each)."""

    dossier: Path
    cle_hote: str
    cles: Sequence[str]
    arrive: Arrive
    _taches: set[asyncio.Future[None]] = field(default_factory=set)

    async def ouvrir(self, hote: str = "127.0.0.1", port: int = 0) -> asyncssh.SSHAcceptor:
        """Listen; 0: a free port."""
        import asyncssh

        admises = asyncssh.import_authorized_keys("\n".join(self.cles) + "\n")
        return await asyncssh.listen(
            hote,
            port,
            server_host_keys=[asyncssh.import_private_key(self.cle_hote)],
            authorized_client_keys=admises,
            password_auth=False,
            kbdint_auth=False,
            sftp_factory=_fabrique(self),
            allow_scp=False,
            agent_forwarding=False,
            config=None,
        )

    def est_arrive(self, chemin: Path) -> None:
        """Have a file treated, beside what is being received."""
        tache = asyncio.get_running_loop().run_in_executor(None, self.arrive, chemin)
        self._taches.add(tache)
        tache.add_done_callback(self._taches.discard)

    async def attendre(self) -> None:
        """Until what has arrived is treated."""
        while self._taches:
            await asyncio.gather(*self._taches)


def nouvelle_cle() -> str:
    """A private key for a drop, PEM: drawn by the machine's own source."""
    import asyncssh

    return asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()


def cle_publique(privee: str) -> str:
    """The public key of a private one, on one line."""
    import asyncssh

    return asyncssh.import_private_key(privee).export_public_key().decode().strip()


def _fabrique(depot: Depot) -> Callable[[Any], asyncssh.SFTPServer]:
    import asyncssh

    class Serveur(asyncssh.SFTPServer):
        """The folder alone; no link, which could lead out of it."""

        def __init__(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(chan, chroot=str(depot.dossier).encode())
            self._ecrits: dict[int, Path] = {}

        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            ouvert = super().open(path, pflags, attrs)
            if pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND):
                self._ecrits[id(ouvert)] = Path(self.map_path(path).decode())
            return ouvert

        async def close(self, file_obj: object) -> None:
            fermeture = super().close(file_obj)
            if fermeture is not None:
                await fermeture
            ecrit = self._ecrits.pop(id(file_obj), None)
            if ecrit is not None:
                depot.est_arrive(ecrit)

        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            super().rename(oldpath, newpath)
            depot.est_arrive(Path(self.map_path(newpath).decode()))

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            super().posix_rename(oldpath, newpath)
            depot.est_arrive(Path(self.map_path(newpath).decode()))

        def symlink(self, oldpath: bytes, newpath: bytes) -> None:
            raise asyncssh.SFTPOpUnsupported("liens non admis")

        def link(self, oldpath: bytes, newpath: bytes) -> None:
            raise asyncssh.SFTPOpUnsupported("liens non admis")

    return Serveur
