"""Sorting, pages of a list, French counts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from shared.screens.composants import Colonne, Entree, Liste, Pagination, Tri, nombre_fr, pluriel


def test_a_first_click_sorts_up_and_a_second_down() -> None:
    """The link of another column sorts up, that of the current column reverses."""
    tri = Tri.depuis(QueryParams("tri=nom&sens=asc&q=A&page=3"), ["nom", "age"], "nom")
    assert (tri.cle, tri.descendant) == ("nom", False)
    assert tri.lien("nom") == "?q=A&tri=nom&sens=desc"
    assert tri.lien("age") == "?q=A&tri=age&sens=asc"
    assert (tri.aria("nom"), tri.aria("age")) == ("ascending", None)
    bas = Tri.depuis(QueryParams("tri=nom&sens=desc"), ["nom"], "nom")
    assert bas.aria("nom") == "descending"
    assert bas.lien("nom") == "?tri=nom&sens=asc"


def test_an_unknown_sort_key_falls_back() -> None:
    """A key that the page does not know never reaches the query of the list."""
    tri = Tri.depuis(QueryParams("tri=mot_de_passe&sens=asc"), ["nom"], "nom", descendant=True)
    assert (tri.cle, tri.descendant) == ("nom", True)


def test_rows_in_memory_are_sorted_stably() -> None:
    """Rows with equal keys keep their order in both directions."""
    lignes = [("b", 1), ("a", 2), ("b", 3)]
    cles = {"lettre": lambda x: x[0]}
    assert Tri("lettre").appliquer(lignes, cles) == [("a", 2), ("b", 1), ("b", 3)]
    assert Tri("lettre", descendant=True).appliquer(lignes, cles) == [("b", 1), ("b", 3), ("a", 2)]


def test_a_list_sorts_in_french_order_with_nothing_first() -> None:
    """Accents and case do not count, an empty date comes before the others, pages are cut after sorting."""
    colonnes = ("Choix", Colonne("Nom", "nom", par=lambda x: x[0]), Colonne("Le", "le", par=lambda x: x[1]))
    lignes = [("Zoé", 2), ("émile", None), ("Denis", 1)]

    def noms(adresse: str, taille: int | None = None) -> list[str]:
        return [x[0] for x in Liste.depuis(QueryParams(adresse), colonnes, lignes, "nom", taille=taille).lignes]

    assert noms("") == ["Denis", "émile", "Zoé"]
    assert noms("tri=le") == ["émile", "Denis", "Zoé"]
    assert noms("tri=le&sens=desc&page=2", 2) == ["émile"]


def test_two_lists_of_a_page_sort_apart() -> None:
    """Each list reads its own parameters and keeps those of the other."""
    colonnes = (Colonne("Nom", "nom", par=lambda x: x), Colonne("Long", "long", par=len))
    adresse = QueryParams("onglet=historique&tri=long&sens=desc&tri_bas=nom&sens_bas=asc")
    haut, bas = (Liste.depuis(adresse, colonnes, ["b", "aa"], "nom", nom=nom) for nom in ("", "bas"))
    assert (haut.lignes, bas.lignes) == (["aa", "b"], ["aa", "b"])
    assert haut.tri.lien("nom") == "?onglet=historique&tri_bas=nom&sens_bas=asc&tri=nom&sens=asc"
    assert bas.tri.lien("nom") == "?onglet=historique&tri=long&sens=desc&tri_bas=nom&sens_bas=desc"


def test_two_lists_of_a_page_turn_their_pages_apart() -> None:
    """Each list reads and writes its own page number; sorting one goes back to its first page alone."""
    colonnes = (Colonne("Nom", "nom", par=lambda x: x),)
    adresse = QueryParams("page=2&page_bas=3")
    haut, bas = (Liste.depuis(adresse, colonnes, ["a", "b", "c"], "nom", nom=nom, taille=1) for nom in ("", "bas"))
    assert (haut.lignes, bas.lignes) == (["b"], ["c"])
    assert haut.pages.lien(1) == "?page_bas=3&page=1"
    assert bas.pages.lien(1) == "?page=2&page_bas=1"
    assert bas.tri.lien("nom") == "?page=2&tri_bas=nom&sens_bas=desc"


@pytest.mark.parametrize(
    ("texte", "total", "page"),
    [("page=2", 100, 2), ("page=99", 100, 2), ("page=0", 100, 1), ("page=-1", 9, 1), ("page=²", 9, 1), ("", 0, 1)],
)
def test_a_page_that_does_not_exist_becomes_the_nearest(texte: str, total: int, page: int) -> None:
    """Whatever the address says, an existing page is shown."""
    assert Pagination.depuis(QueryParams(texte), total).page == page


@given(st.integers(0, 5000), st.integers(1, 100), st.integers(-5, 6000))
def test_pages_cover_the_list_once(total: int, taille: int, page: int) -> None:
    """The slices of all pages put end to end are the whole list; the shown numbers hold the current one."""
    p = Pagination.depuis(QueryParams({"page": str(page)}), total, taille)
    bornes = [(q.debut, q.fin) for q in (Pagination(total, n, taille) for n in range(1, p.nb_pages + 1))]
    assert bornes[0][0] == 0
    assert bornes[-1][1] == total
    assert all(a[1] == b[0] for a, b in pairwise(bornes))
    assert p.page in p.voisines()
    assert {1, p.nb_pages} <= set(p.voisines())


def test_page_links_keep_the_other_parameters() -> None:
    """Turning the page keeps the search and the sort."""
    p = Pagination.depuis(QueryParams("q=DU+PONT&tri=nom&page=2"), 500, 50)
    assert p.lien(3) == "?q=DU+PONT&tri=nom&page=3"
    assert p.voisines() == [1, 2, 3, 4, None, 10]


def test_french_counts() -> None:
    """Zero and one are singular; thousands are set apart."""
    assert pluriel(0, "élève") == "0\xa0élève"
    assert pluriel(1, "élève") == "1\xa0élève"
    assert pluriel(1200, "journal", "journaux") == "1\u202f200\xa0journaux"
    assert nombre_fr(999) == "999"


def test_a_branch_is_unfolded_when_it_holds_the_current_page() -> None:
    """A menu unfolds down to the current page, and only there."""
    ici = Entree("b", "/b", courant=True)
    assert Entree("a", enfants=[Entree("m", enfants=[ici])]).depliee
    assert not Entree("a", enfants=[Entree("m", "/m")]).depliee
