"""`python -m tests.couverture.page` writes docs/coverage.md again; a test holds it up to date.

A row is done when a test marked with its id passes; here only the marks are read, the tests run elsewhere.
"""

from __future__ import annotations

import ast
import csv
from collections import defaultdict
from pathlib import Path

RACINE = Path(__file__).parents[2]
PAGE = RACINE / "docs" / "coverage.md"
GROUPES = {
    "ACC": "portal, profiles, rights, assistance",
    "REC": "rectorat",
    "STS": "STS-Web",
    "NOM": "SIECLE Nomenclatures",
    "COM": "SIECLE Communs",
    "BEE": "SIECLE BEE",
    "EDT": "EDT / PRONOTE",
    "AAF": "AAF",
    "ENT": "ENT",
    "CAL": "calendar and delays",
    "DIAG": "diagnosis",
}


def lignes() -> dict[str, str]:
    """Row id → its mark: M (data flow through it), S (seen on a screen), C (context)."""
    with (Path(__file__).parent / "lignes.csv").open(encoding="utf-8") as flux:
        return dict(csv.reader(flux))


def marques() -> dict[str, set[str]]:
    """Row id → the test files that carry its mark."""
    trouvees: dict[str, set[str]] = defaultdict(set)
    for fichier in sorted((RACINE / "tests").rglob("test_*.py")):
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Call) and ast.unparse(noeud.func).endswith("mark.procedure"):
                for valeur in noeud.args:
                    if isinstance(valeur, ast.Constant) and isinstance(valeur.value, str):
                        trouvees[valeur.value].add(fichier.relative_to(RACINE).as_posix())
    return trouvees


def page() -> str:
    """The page: per group, how many rows have a marked test, which have not."""
    toutes, prouvees = lignes(), marques()
    texte = [
        "# What is simulated",
        "",
        "Made from the `procedure` marks of the tests by `python -m tests.couverture.page`: a row counts when one test",
        "is marked with its id. M = data flow through it, S = trainees see it on a screen, C = context.",
        "",
        "| group | rows | M with a test | S with a test | C with a test |",
        "|---|---|---|---|---|",
    ]
    for groupe, titre in GROUPES.items():
        siennes = {i: m for i, m in toutes.items() if i.startswith(groupe + "-")}
        cases = []
        for marque in "MSC":
            ids = [i for i, m in siennes.items() if m == marque]
            cases.append(f"{sum(1 for i in ids if i in prouvees)} / {len(ids)}")
        texte.append(f"| {groupe} – {titre} | {len(siennes)} | " + " | ".join(cases) + " |")
    faites = sum(1 for i in toutes if i in prouvees)
    texte += [f"| all | {len(toutes)} | {faites} rows with a test | | |", ""]
    for groupe in GROUPES:
        siennes = [i for i in toutes if i.startswith(groupe + "-")]
        avec = [i.partition("-")[2] for i in siennes if i in prouvees]
        sans = [i.partition("-")[2] for i in siennes if i not in prouvees]
        texte += [f"**{groupe}** with a test: {', '.join(avec) or 'none'}. Without: {', '.join(sans) or 'none'}.", ""]
    return "\n".join(texte)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
