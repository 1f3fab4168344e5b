"""Paging: pages end where the rows end, and their cursors come from pages."""

import pytest

from botops.kernel.errors import UsageProblem
from botops.kernel.paging import Page, cut, row_number


@pytest.mark.parametrize(
    ("found", "limit", "page"),
    [
        ([], 2, Page([], None, 9)),
        ([1, 2], 2, Page([1, 2], None, 9)),
        ([1, 2, 3], 2, Page([1, 2], "2", 9)),
        ([1], 0, Page([], None, 9)),
    ],
)
def test_a_page_knows_whether_there_is_a_next(
    found: list[int], limit: int, page: Page[int]
) -> None:
    """One row more than asked for says that there is a page after this one."""
    assert cut(found, limit, total=9, cursor_of=lambda row: row) == page


@pytest.mark.parametrize("cursor", ["", "-1", "1.5", "x", "9" * 19, "٣", " 1"])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    """What no page gave is an error in words, not one of the database."""
    with pytest.raises(UsageProblem, match="no cursor"):
        row_number(cursor)


def test_a_cursor_of_a_page_is_a_row_number() -> None:
    """What a page gave leads on."""
    assert row_number("42") == 42
