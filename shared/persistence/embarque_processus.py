"""The server process of the embedded PostgreSQL: address, settings, identity, end, meaning of its log."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from shared.persistence.embarque_binaires import RefusPostgres, disk_full, no_right

HOTE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Dsn:
    """How to reach a database: host, port, role, password (kept out of `repr`), database name."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    base: str = "postgres"

    @property
    def url(self) -> str:
        """As libpq and psycopg read it: `postgresql://…`. Holds the password."""
        return (
            f"postgresql://{quote(self.user, safe='')}:{quote(self.password, safe='')}"
            f"@{self.host}:{self.port}/{quote(self.base, safe='')}"
        )

    def dsn(self, base: str, role: str, password: str) -> Dsn:
        """The same server, another database, role and password."""
        return Dsn(self.host, self.port, role, password, base)


def settings(port: int, majeure: int, fsync: bool) -> dict[str, str]:
    """The server's settings, given on its command line: those of the code, whatever the data folder says.

    No value holds a space or a quote (pg_ctl passes them through a shell). Failing statements and their
    values stay out of the log: they hold people's names.
    """
    return {
        "listen_addresses": HOTE,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "300",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_logical_replication_workers": "0",
        "fsync": "on" if fsync else "off",
        "full_page_writes": "on" if fsync else "off",
        "synchronous_commit": "on",
        "checkpoint_timeout": "15min",
        "autovacuum": "on",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",  # row order without ORDER BY must not depend on the machine
        "max_parallel_maintenance_workers": "0",  # nor fill the 64 MB of /dev/shm of a container
        **({"io_method": "sync"} if majeure >= 18 else {}),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as prise:
        prise.bind((HOTE, 0))
        port: int = prise.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    """Whether a server could listen on that port of 127.0.0.1 now."""
    with socket.socket() as prise:
        if sys.platform != "win32":  # there the option would let two servers share a port
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((HOTE, port))
        except OSError:
            return False
        return True


def port_in_use(port: int) -> RefusPostgres:
    """Another program listens on the wanted port."""
    return RefusPostgres(
        f"Le port {port} de {HOTE} est déjà pris par un autre programme.",
        code="POSTGRES_PORT_OCCUPE",
        remede="Arrêtez ce programme, ou demandez un autre port (0 en choisit un libre).",
    )


def pid_lines(donnees: Path) -> list[str]:
    """The lines of postmaster.pid (pid, folder, start, port, …); empty when there is no such file."""
    try:
        return [ligne.strip() for ligne in (donnees / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def living_pid(donnees: Path) -> int | None:
    """The process number of the server that runs on `donnees`, None when none does.

    A number left in postmaster.pid by a killed server, even given since to another program or to the server
    of another folder, is not believed. A server whose folder cannot be told is taken for ours.
    """
    lignes = pid_lines(donnees)
    if not lignes or not lignes[0].isdigit():
        return None
    pid = int(lignes[0])
    commande = _command_line(pid) + " "
    ailleurs = "-D /" in commande and f"-D {donnees} " not in commande
    return pid if "postgres" in commande and not ailleurs else None


def _command_line(pid: int) -> str:
    """What that process runs, empty when there is none or it is a zombie."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    else:
        lister = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        if sys.platform == "win32":
            lister = ["tasklist", "/FI", f"PID eq {pid}", "/FO", "CSV", "/NH"]
        return subprocess.run(lister, capture_output=True, text=True, errors="replace", check=False).stdout


def end(donnees: Path, processus: subprocess.Popen[bytes] | None) -> None:
    """Stop the server of `donnees` by signals: fast, then immediate, then kill.

    `processus` is the server when it is our child: it is reaped. Raises `RefusPostgres` if it outlives all.
    """
    for nom, attente in (("SIGINT", 20.0), ("SIGQUIT", 5.0), ("SIGKILL", 5.0)):
        pid = living_pid(donnees)
        if pid is not None:
            try:
                os.kill(pid, getattr(signal, nom))
            except ProcessLookupError:
                pass
            except PermissionError as erreur:
                raise no_right(donnees) from erreur
        limite = time.monotonic() + attente
        while time.monotonic() < limite:
            if processus is not None:
                processus.poll()
            if living_pid(donnees) is None and (processus is None or processus.returncode is not None):
                return
            time.sleep(0.005)
    raise RefusPostgres(
        f"Le serveur de base de données de « {donnees} » ne s'arrête pas.",
        code="POSTGRES_MUET",
        remede="Arrêtez ses processus « postgres » par le gestionnaire de tâches.",
    )


def diagnosis(dit: str, donnees: Path, journal: Path, phrase: str) -> RefusPostgres:
    """The refusal that explains what PostgreSQL `dit` when it failed; `phrase` when nothing is recognised."""
    if re.search("No space left on device|Disk quota exceeded", dit):
        return disk_full(donnees)
    if re.search("Permission denied|Operation not permitted|Read-only file system|has wrong ownership", dit):
        return no_right(donnees)
    lignes = [ligne for ligne in dit.splitlines() if re.search("FATAL|PANIC|error:", ligne)]
    cause = (lignes or dit.strip().splitlines() or ["aucun message"])[-1].strip()
    return RefusPostgres(
        f"{phrase} : {cause}",
        code="POSTGRES_DEMARRAGE",
        remede=f"Son journal est « {journal} ».",
    )
