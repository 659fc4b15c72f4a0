"""docs/coverage.md tells the truth."""

from __future__ import annotations

from tests.couverture.page import PAGE, lignes, marques, page


def test_marks_name_rows_that_exist() -> None:
    """No test is marked with a row that the checklist lacks."""
    assert sorted(set(marques()) - set(lignes())) == []


def test_the_page_is_up_to_date() -> None:
    """The page is what the marks say (python -m tests.couverture.page writes it again)."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_row_that_data_flow_through_has_a_test() -> None:
    """An M row without a marked test fails the build."""
    prouvees = marques()
    assert [i for i, marque in lignes().items() if marque == "M" and i not in prouvees] == []
