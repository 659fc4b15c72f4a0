"""What the benches promise of themselves: one family alone, and pages found by their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from rentree import bench
from rentree.bench.mesure import Mesure
from rentree.bench.visite import visiter
from shared.contracts.refus import Refus

SITE = {
    "/": '<a href="/e/1">Un</a><a href="/e/2?tri=nom">Deux</a><a href="https://ailleurs.invalid/e/3">Trois</a>',
    "/e/1": '<form action="/e/1/liste"><input name="nom" value="z"><input type="checkbox" name="tout" value="1">'
    '<select name="ou"><option value="a">A</option></select></form><form method="post" action="/e/1/fin"></form>',
    "/e/1/liste?nom=z&ou=a": '<a href="?nom=z&ou=a&tri=nom&sens=asc">↕</a><a href="?nom=z&ou=a&tri=age&sens=asc">↕</a>',
    "/e/1/liste?nom=&ou=": "<a href='?ou=b'>b</a><a href='?ou=c'>c</a><a href='?ou=d'>d</a>",
    "/e/1/liste?nom=z&ou=a&tri=nom&sens=asc": "<p>triée</p>",
    "/e/1/liste?ou=b": "<p>b</p>",
    "/e/1/liste?ou=c": "<p>c</p>",
    "/e/2?tri=nom": "<p>deux</p>",
}
ROUTES = {"accueil": re.compile("/"), "fiche": re.compile(r"/e/\d+"), "liste": re.compile(r"/e/\d+/liste")}


def test_a_visit_follows_links_and_searches() -> None:
    """Each choice of an address is seen once, in one order, not more of them than wanted, and nothing outside."""
    vues = visiter(["/"], lambda adresse: SITE[adresse].encode(), ROUTES, par_sorte=2)
    assert {page.adresse for page in vues} == set(SITE)
    assert {page.route for page in vues} == set(ROUTES)
    assert vues[0].octets == len(SITE["/"])


def test_one_family_of_measures_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`--seulement` takes that family's measures, leaves the page as it was, and refuses a name that is none."""
    faites = []

    def une(nom: str) -> bench.Famille:
        def famille(fois: int) -> Iterator[Mesure]:
            faites.append((nom, fois))
            yield Mesure(nom, 1.0, "s")

        return famille

    monkeypatch.setattr(bench, "FAMILLES", {"a": une("a"), "b": une("b")})
    page = tmp_path / "benchmarks.md"
    console = Console(quiet=True)
    bench.mesurer(console, rapide=True, seulement=["b"], page=page)
    assert faites == [("b", 1)]
    assert not page.exists()
    with pytest.raises(Refus) as refus:
        bench.mesurer(console, seulement=["c"], page=page)
    assert refus.value.code == "MESURE_INCONNUE"
    assert "a, b" in (refus.value.remede or "")
