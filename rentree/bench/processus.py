"""Measures of whole processes: the demo, the command's help, starting the installation, an empty night."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from rentree.bench.mesure import Mesure, duree, medianes, temps_pris
from shared.contracts.refus import Refus

EFFECTIF = 600
NUITS = 30
COMMANDE = (sys.executable, "-m", "rentree")


@contextmanager
def dossier_temporaire() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can enter (when we are root), removed at the end."""
    dossier = Path(tempfile.mkdtemp(prefix="rentree-bench-"))
    dossier.chmod(0o755)
    try:
        yield dossier
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


def mesurer_demo(fois: int, out: Path) -> Iterator[Mesure]:
    """`rentree demo --no-serve`, a first time in a fresh home, then again in it, beside a bare loop on the same files.

    The last files stay in `out`.
    """
    premieres: list[float] = []
    suivantes: list[float] = []
    boucles: list[float] = []
    options = ["demo", "--no-serve", "--effectif", str(EFFECTIF), "--out", str(out)]
    avant = temps_pris()
    for _ in range(fois):
        with dossier_temporaire() as racine:
            for durees in (premieres, suivantes):
                shutil.rmtree(out, ignore_errors=True)
                durees.append(duree(partial(_lancer, options, racine)))
            fichiers = {f.relative_to(out): f.read_bytes() for f in sorted(out.rglob("*")) if f.is_file()}
            boucles.append(duree(partial(_ecrire_et_relire, fichiers, racine / "boucle")))
    for quoi, durees in (("dossier neuf (initdb compris)", premieres), ("dossier déjà fait", suivantes)):
        yield Mesure(
            f"démonstration, {EFFECTIF} élèves, processus entier, {quoi}",
            statistics.median(durees),
            "s",
            "10 s",
            "écrire et relire les mêmes fichiers",
            statistics.median(boucles),
        )
    apres = temps_pris()
    if avant and apres:
        pris, total = (fin - debut for debut, fin in zip(avant, apres, strict=True))
        yield Mesure("pendant ces démonstrations, temps des cœurs que l'hôte a gardé pour lui", 100 * pris / total, "%")


def _lancer(options: list[str], racine: Path) -> None:
    fait = subprocess.run(
        [*COMMANDE, *options], env=_environnement(racine), capture_output=True, text=True, check=False
    )
    if fait.returncode:
        raise Refus(
            f"« rentree {options[0]} » a échoué pendant la mesure : {fait.stderr.strip()[-300:]}",
            code="MESURE_MANQUEE",
            remede="Lancez cette commande seule pour voir ce qu'elle dit.",
            statut=500,
        )


def _environnement(racine: Path) -> Mapping[str, str]:
    return os.environ | {"RENTREE_HOME": str(racine), "RENTREE_PORT": "0"}


def _ecrire_et_relire(fichiers: Mapping[Path, bytes], dossier: Path) -> None:
    for nom, contenu in fichiers.items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(contenu)
    for nom in fichiers:
        (dossier / nom).read_bytes()


def mesurer_aide(fois: int) -> Iterator[Mesure]:
    """`rentree --help` beside an interpreter that does nothing."""
    rien = [sys.executable, "-c", "pass"]
    aide, nu = medianes([lambda: _muet([*COMMANDE, "--help"]), lambda: _muet(rien)], fois)
    yield Mesure("rentree --help", aide, "s", "0,4 s", "python -c pass", nu)


def _muet(commande: list[str]) -> None:
    subprocess.run(commande, check=True, stdout=subprocess.DEVNULL)


def mesurer_demarrage(fois: int) -> Iterator[Mesure]:
    """`rentree up` until it says it is ready, PostgreSQL included, beside one process that imports the same stack."""
    importer = [sys.executable, "-c", "from rentree.installation.pile import importer_tout; importer_tout()"]
    froids, chauds, imports = [], [], []
    for _ in range(fois):
        with dossier_temporaire() as racine:
            imports.append(duree(lambda: _muet(importer)))
            froids.append(_monter(racine))
            chauds.append(_monter(racine))
    plancher = statistics.median(imports)
    quoi = "un processus qui importe la même pile"
    yield Mesure("rentree up, dossier neuf (initdb compris)", statistics.median(froids), "s", "", quoi, plancher)
    yield Mesure("rentree up, dossier déjà fait", statistics.median(chauds), "s", "3 ×", quoi, plancher)


def _monter(racine: Path) -> float:
    """Seconds until `rentree up` is ready; it is then stopped."""
    debut = time.perf_counter()
    processus = subprocess.Popen([*COMMANDE, "up"], env=_environnement(racine), stdout=subprocess.PIPE, text=True)
    try:
        assert processus.stdout is not None
        if "prête" not in processus.stdout.readline():
            raise Refus(
                "« rentree up » n'a pas démarré pendant la mesure.",
                code="MESURE_MANQUEE",
                remede="Lancez cette commande seule pour voir ce qu'elle dit.",
                statut=500,
            )
        return time.perf_counter() - debut
    finally:
        processus.send_signal(signal.SIGTERM)
        try:
            processus.wait(30)
        except subprocess.TimeoutExpired:  # what it started ends with it
            processus.kill()
            raise


def mesurer_nuit() -> Iterator[Mesure]:
    """A step of thirty empty days, its snapshot included, by night."""
    from rentree.installation.superviseur import Superviseur
    from shared.horloge.profils import profil
    from shared.http.clients import Clients, nouveau_transport
    from shared.http.service import PORTS
    from shared.persistence.acces import BAC_PRINCIPAL, ROLE_GESTION
    from shared.persistence.bacs import GestionBacs

    with dossier_temporaire() as racine:
        superviseur = Superviseur(racine, ports=dict.fromkeys(PORTS, 0))
        lieu = superviseur.demarrer()
        transport = nouveau_transport()
        try:
            choisi = profil("nice-2021")
            GestionBacs(lieu.acces(ROLE_GESTION)).creer(BAC_PRINCIPAL, profil=choisi, graine=1, depart=choisi.debut)
            pilotage = Clients(lieu.adresses, lieu.jeton_interne, transport)["pilotage"]

            def avancer(nuits: int) -> None:
                depart = datetime.fromisoformat(pilotage.lire("/api/horloge")["instant"])
                but = (depart + timedelta(days=nuits)).isoformat()
                pilotage.poster("/api/horloge/avance", {"mode": "instant", "instant": but, "attendre": 600})

            avancer(1)  # connections made, code warm
            par_nuit = duree(lambda: avancer(NUITS)) / NUITS
        finally:
            transport.close()
            superviseur.arreter()
    yield Mesure(f"une nuit vide (pas de {NUITS} jours)", par_nuit * 1000, "ms")
