"""Reading the project's code for what its rules forbid."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).parents[2]

INTERDITS = {
    *(f"datetime.datetime.{f}" for f in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{f}" for f in ("time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime")),
    *(f"uuid.uuid{n}" for n in (1, 4, 6, 7)),
    *(
        f"random.{f}"
        for f in (
            *("betavariate", "choice", "choices", "expovariate", "gauss", "getrandbits", "normalvariate"),
            *("randbytes", "randint", "random", "randrange", "sample", "seed", "shuffle", "triangular"),
            *("uniform", "SystemRandom"),
        )
    ),
    "os.urandom",
    *(f"secrets.{f}" for f in ("choice", "randbelow", "token_bytes", "token_hex", "token_urlsafe")),
    *(f"sqlalchemy.func.{f}" for f in ("now", "current_timestamp", "current_date", "random", "gen_random_uuid")),
}
"""Full names whose mere mention reads the wall clock or a global random source."""

DERNIERS = {nom.rpartition(".")[2] for nom in INTERDITS}
"""What such a name ends with: few of the project's attributes are worth a longer look."""

SQL_INTERDIT = re.compile(
    r"\bnow\(\)|\bclock_timestamp\(|\bstatement_timestamp\(|\bcurrent_timestamp\b|\bcurrent_date\b"
    r"|\blocaltimestamp\b|\bgen_random_uuid\(|\brandom\(\)",
    re.IGNORECASE,
)


def committed_files() -> list[Path]:
    """The files that git follows and that exist, in sorted order."""
    sortie = subprocess.run(["git", "ls-files", "-z"], cwd=RACINE, capture_output=True, check=True).stdout
    chemins = [RACINE / nom for nom in sortie.decode().split("\0") if nom]
    return sorted(c for c in chemins if c.is_file())


def offences(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each use of the wall clock, a global random source or the hash seed in `source`."""
    arbre = ast.parse(source)
    noms = _imported_names(arbre)
    recits = _docstrings(arbre)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Attribute) and noeud.attr not in DERNIERS:
            continue
        if isinstance(noeud, ast.Attribute | ast.Name):
            complet = _full_name(noeud, noms)
            if complet in INTERDITS:
                yield noeud.lineno, complet
        elif isinstance(noeud, ast.Call):
            complet = _full_name(noeud.func, noms)
            if complet == "random.Random" and not (noeud.args or noeud.keywords):
                yield noeud.lineno, "random.Random()"
            elif complet == "hash":
                yield noeud.lineno, "hash"
        elif isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
            trouve = SQL_INTERDIT.search(noeud.value)
            if trouve and noeud not in recits:
                yield noeud.lineno, f"SQL {trouve.group().lower()}"


def _imported_names(arbre: ast.AST) -> dict[str, str]:
    noms: dict[str, str] = {"hash": "hash"}
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Import):
            for alias in noeud.names:
                noms[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            for alias in noeud.names:
                noms[alias.asname or alias.name] = f"{noeud.module}.{alias.name}"
    return noms


def _full_name(noeud: ast.expr, noms: dict[str, str]) -> str:
    if isinstance(noeud, ast.Attribute):
        debut = _full_name(noeud.value, noms)
        return f"{debut}.{noeud.attr}" if debut else ""
    return noms.get(noeud.id, "") if isinstance(noeud, ast.Name) else ""


def _docstrings(arbre: ast.AST) -> set[ast.expr]:
    """Strings that stand alone: documentation, never run as SQL."""
    return {noeud.value for noeud in ast.walk(arbre) if isinstance(noeud, ast.Expr)}
