"""Deposits by SFTP: the ENT to a server, OpenSSH's `sftp` to the drop that plays the GAR's; who is admitted."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from rentree.commandes.ent import recevoir
from shared.sftp import serveur

from .jeu_gar import declarer, ent, exporter, piece

__all__ = ["ent"]
DELAI = 10.0


@dataclass
class Drop:
    """A drop that listens: its folder, port, public key."""

    dossier: Path
    port: int
    cle: str
    attendre: Callable[[], None]

    def rapport(self, nom: str) -> str:
        """A report, once what arrived is treated."""
        self.attendre()
        return (self.dossier / f"{nom}_rapport.txt").read_text()


@contextmanager
def ouvrir(dossier: Path, cles: Sequence[str]) -> Iterator[Drop]:
    """A drop in a thread of its own, with a key of its own; everything that arrived is treated when it closes."""
    privee = serveur.nouvelle_cle()
    depot = serveur.Depot(dossier, privee, cles, recevoir)
    boucle = asyncio.new_event_loop()
    fil = threading.Thread(target=boucle.run_forever, daemon=True)
    fil.start()
    ecoute: asyncssh.SSHAcceptor = asyncio.run_coroutine_threadsafe(depot.ouvrir(), boucle).result(DELAI)

    def attendre() -> None:
        asyncio.run_coroutine_threadsafe(depot.attendre(), boucle).result(DELAI)

    try:
        yield Drop(dossier, ecoute.get_port(), serveur.cle_publique(privee), attendre)
    finally:
        attendre()
        ecoute.close()
        asyncio.run_coroutine_threadsafe(ecoute.wait_closed(), boucle).result(DELAI)
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join(DELAI)
        boucle.close()


def cle_de_l_ent(bac: Any) -> str:
    """The public key that the ENT shows for its connector."""
    return str(bac["ent"].post("/api/connecteurs/sftp/gar/cle").json()["cle"])


def par_sftp(bac: Any, drop: Drop, **reglages: Any) -> dict[str, Any]:
    """An export deposited there."""
    lieu = {"hote": "127.0.0.1", "port": drop.port, "utilisateur": "ent-essai", "cle_hote": drop.cle}
    declarer(bac, "sftp", depot="sftp", **lieu | reglages)
    return exporter(bac, "sftp")


def test_the_ent_deposits(ent: Any, tmp_path: Path) -> None:
    """Archive and checksum arrive whole, nothing else stays, the report comes back; every attempt is an exchange."""
    declarer(ent, "sftp")
    with ouvrir(tmp_path, [cle_de_l_ent(ent)]) as drop:
        fait = par_sftp(ent, drop)
        base = fait["archive"].removesuffix(".tar.gz")
        assert fait["depot"] == "fait", fait["depot_dit"]
        assert drop.rapport(base).startswith(f"{fait['archive']};CONFORME;0\n")
        par_sftp(ent, drop)  # at the same instant, over the first: the same
    assert sorted(c.name for c in tmp_path.iterdir()) == [f"{base}.md5", f"{base}.tar.gz", f"{base}_rapport.txt"]
    assert (tmp_path / f"{base}.tar.gz").read_bytes() == piece(ent, "archive", "sftp")
    assert (tmp_path / f"{base}.md5").read_bytes() == fait["md5"].encode()
    (dernier, *_) = ent["ent"].get("/api/connecteurs/sftp/echanges").json()
    assert dernier["genre"] == "dépôt"
    lignes = dernier["reponse"].splitlines()
    assert [x.split(" (")[0] for x in lignes[1:]] == [f"put {base}.tar.gz", f"put {base}.md5"]


def test_what_a_deposit_is_refused_for(ent: Any, tmp_path: Path) -> None:
    """Another host key, our key not admitted, no server, no such folder: each its code; the export stays."""
    declarer(ent, "sftp")
    autre = serveur.cle_publique(serveur.nouvelle_cle())
    with ouvrir(tmp_path, [cle_de_l_ent(ent)]) as drop, ouvrir(tmp_path, [autre]) as ferme:
        essais = [
            par_sftp(ent, drop, cle_hote=autre),
            par_sftp(ent, ferme),
            par_sftp(ent, drop, port=1),
            par_sftp(ent, drop, dossier="absent"),
            par_sftp(ent, drop, cle_hote="ssh-ed25519 AAAA"),
            par_sftp(ent, drop, utilisateur=""),
        ]
        cle = drop.cle.split()[1]
    assert {e["depot"] for e in essais} == {"refuse"}
    assert cle in essais[0]["depot_dit"], "the key that the server shows is told"
    echanges = ent["ent"].get("/api/connecteurs/sftp/echanges").json()[:6]
    assert [e["code"] for e in reversed(echanges)] == [
        "SFTP_CLE_HOTE",
        "SFTP_CLE_REFUSEE",
        "SFTP_INJOIGNABLE",
        "SFTP_DEPOT_REFUSE",
        "SFTP_CLE_ILLISIBLE",
        "GAR_SFTP_INCOMPLET",
    ]
    assert list(tmp_path.iterdir()) == []
    assert len({e["md5"] for e in essais}) == 1, "what the network does changes nothing of the export"


def test_openssh_deposits_and_fetches(ent: Any, tmp_path: Path) -> None:
    """OpenSSH's sftp, as an ENT vendor runs it: a good export, a spoilt one, each with its report; no way out."""
    sftp = shutil.which("sftp")
    if sftp is None:
        pytest.skip("OpenSSH's sftp is missing: type « apt-get install -y openssh-client ».")
    dossier, ici = tmp_path / "drop", tmp_path / "ici"
    dossier.mkdir()
    ici.mkdir()
    prive = ici / "cle"
    cle = asyncssh.generate_private_key("ssh-ed25519")
    cle.write_private_key(str(prive))
    prive.chmod(0o600)
    exporter(ent)
    nom = ent["ent"].get("/api/connecteurs/gar/gar/exports/latest").json()["archive"].removesuffix(".tar.gz")
    archive = piece(ent, "archive")
    (ici / f"{nom}.tar.gz").write_bytes(archive)
    (ici / f"{nom}.md5").write_bytes(hashlib.md5(archive).hexdigest().encode())
    faux = nom.replace("_GAR-ENT", "X_GAR-ENT")
    (ici / f"{faux}.tar.gz").write_bytes(archive[:-40])
    (ici / f"{faux}.md5").write_bytes(b"0" * 32)
    (tmp_path / "secret").write_text("rien")
    with ouvrir(dossier, [cle.export_public_key().decode()]) as drop:
        connus = ici / "known_hosts"
        connus.write_text(f"[127.0.0.1]:{drop.port} {drop.cle}\n")
        options = [f"-oUserKnownHostsFile={connus}", "-oStrictHostKeyChecking=yes", "-oIdentitiesOnly=yes"]
        commande = [sftp, "-F", "none", "-i", str(prive), *options, "-P", str(drop.port), "-b", "-", "gar@127.0.0.1"]

        def faire(*ordres: str) -> subprocess.CompletedProcess[str]:
            lot = "\n".join(ordres) + "\n"
            return subprocess.run(commande, input=lot, text=True, capture_output=True, timeout=60, cwd=ici, check=False)

        depots = [f"put {n}.{suffixe}" for n in (nom, faux) for suffixe in ("tar.gz", "md5")]
        depose = faire(*depots)
        assert depose.returncode == 0, depose.stderr
        assert drop.rapport(nom).startswith(f"{nom}.tar.gz;CONFORME;0\n")
        spoilt = drop.rapport(faux)
        assert "GAR_MD5" in spoilt
        assert "TAR_ILLISIBLE" in spoilt
        rendu = faire(f"get {nom}_rapport.txt rendu.txt", f"get {nom}.tar.gz rendu.tar.gz")
        assert rendu.returncode == 0, rendu.stderr
        assert (ici / "rendu.tar.gz").read_bytes() == archive
        assert faire("get ../secret").returncode != 0
        assert faire(f"symlink {tmp_path} lien").returncode != 0
        connus.write_text(f"[127.0.0.1]:{drop.port} {serveur.cle_publique(serveur.nouvelle_cle())}\n")
        assert "HOST IDENTIFICATION HAS CHANGED" in faire("ls").stderr
