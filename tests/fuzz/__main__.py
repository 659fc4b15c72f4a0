"""`make fuzz TEMPS=60`: every reader in turn under a coverage-guided fuzzer, for that many seconds in all."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.cibles import CIBLES, Cible

_RACINE = Path(__file__).parents[2]
_MINIMUM = 2
_SECONDES_PAR_FICHIER = 5
_MEMOIRE_MIO = 1024
_MOTS = re.compile(rb"</?[A-Za-z_][\w.:-]*>?|[A-Z_]{3,}=")
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COUVERTURE = re.compile(r"cov: (\d+)")


def _dictionnaire(cible: Cible, chemin: Path) -> None:
    """The tags of the golden files, so that the fuzzer need not invent them."""
    mots = sorted({m for source in cible.sources for m in _MOTS.findall(source)})[:500]
    lignes = [f'"{m.decode("ascii")}"' for m in (*mots, b"<![CDATA[", b"&#8364;", b"PK") if m.isascii()]
    chemin.write_text("\n".join(lignes) + "\n", encoding="ascii")


def _lancer(cible: Cible, secondes: int, pannes: Path) -> tuple[int, str]:
    """Fuzz one reader; libFuzzer's exit status and what it printed. A crash leaves its file in `pannes`."""
    with tempfile.TemporaryDirectory(prefix="rentree-fuzz-") as temporaire:
        corpus = Path(temporaire) / "corpus"
        corpus.mkdir()
        for rang, graine in enumerate(cible.graines):
            (corpus / f"temoin-{rang}").write_bytes(graine)
        dictionnaire = Path(temporaire) / "mots.txt"
        _dictionnaire(cible, dictionnaire)
        options = [
            f"-max_total_time={secondes}",
            f"-timeout={_SECONDES_PAR_FICHIER}",
            f"-rss_limit_mb={_MEMOIRE_MIO}",
            "-max_len=40000",
            "-seed=20251008",
            "-print_final_stats=1",
            f"-dict={dictionnaire}",
            f"-artifact_prefix={pannes / cible.nom}-",
        ]
        fait = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.atheris_cible", cible.nom, *options, str(corpus)],
            cwd=_RACINE,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    return fait.returncode, fait.stdout + fait.stderr


def main() -> int:
    """Fuzz the readers; 1 when one of them did anything but read or refuse."""
    analyse = argparse.ArgumentParser(prog="make fuzz", description="Éprouve les lecteurs par des fichiers abîmés.")
    analyse.add_argument("--temps", type=int, default=60, help="secondes en tout")
    analyse.add_argument("--pannes", type=Path, default=_RACINE / "out" / "fuzz", help="où garder les fichiers fautifs")
    analyse.add_argument("cibles", nargs="*", choices=[*CIBLES, []], help="lecteurs ; tous par défaut")
    choix = analyse.parse_args()
    noms = choix.cibles or list(CIBLES)
    pannes = choix.pannes.resolve()
    pannes.mkdir(parents=True, exist_ok=True)
    secondes = max(_MINIMUM, choix.temps // len(noms))
    fautes = 0
    for nom in noms:
        code, dit = _lancer(CIBLES[nom], secondes, pannes)
        essais = _EXECUTIONS.search(dit)
        couverture = _COUVERTURE.findall(dit)
        bilan = f"{essais[1] if essais else '?'} fichiers, couverture {couverture[-1] if couverture else '?'}"
        print(f"{nom:22} {bilan:40} {'rien' if not code else 'FAUTE'}", flush=True)
        if code:
            fautes += 1
            print("\n".join(dit.splitlines()[-40:]))
    print(f"{fautes} faute(s) ; les fichiers fautifs sont dans {pannes.name}/." if fautes else "Aucune faute.")
    return 1 if fautes else 0


if __name__ == "__main__":
    sys.exit(main())
