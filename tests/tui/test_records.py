"""Records: what is read holds still, and what is new waits above."""

from collections.abc import Sequence

from botops.tui.records import Records

Row = tuple[int, str]


def records(*numbers: int, following: bool = True) -> Records[Row]:
    """Rows with these numbers, newest first."""
    found: Records[Row] = Records(lambda row: row[0])
    found.start(rows(numbers))
    found.is_following = following
    return found


def rows(numbers: Sequence[int], word: str = "waiting") -> list[Row]:
    """Rows with these numbers and one word."""
    return [(number, word) for number in numbers]


def numbers(found: Records[Row]) -> list[int]:
    """The numbers in their order."""
    return [row[0] for row in found.rows]


def test_who_follows_sees_new_rows_above() -> None:
    """New rows push the others down, and rows beyond the page stay below."""
    found = records(5, 4, 3, 2, 1)
    found.take(rows([7, 6, 5, 4]))
    assert numbers(found) == [7, 6, 5, 4, 3, 2, 1]
    assert found.newer == 0


def test_who_follows_sees_rows_go() -> None:
    """A row that is no longer in the page is no longer in the list."""
    found = records(5, 4, 3, 2, 1)
    found.take(rows([5, 3, 2]))
    assert numbers(found) == [5, 3, 2, 1]


def test_who_reads_sees_nothing_move() -> None:
    """New rows are only counted, and rows that left the list stay in their places."""
    found = records(5, 4, 3, following=False)
    found.take([(7, "waiting"), (6, "waiting"), (5, "done"), (3, "waiting")], ends=True)
    assert numbers(found) == [5, 4, 3]
    assert found.newer == 2
    assert found.get(5) == (5, "done")
    assert found.is_gone(4)
    assert not found.is_gone(3)


def test_following_again_takes_in_what_waited() -> None:
    """After f the list is as it is in truth."""
    found = records(5, 4, 3, following=False)
    found.take(rows([7, 6, 5, 3]), ends=True)
    found.is_following = True
    found.take(rows([7, 6, 5, 3]), ends=True)
    assert numbers(found) == [7, 6, 5, 3]
    assert found.newer == 0
    assert not found.is_gone(4)


def test_a_full_list_that_shares_nothing_with_before_is_taken_whole() -> None:
    """After a burst of more than a page the old rows would leave a gap: they go."""
    found = records(3, 2, 1)
    found.take(rows([9, 8, 7]))
    assert numbers(found) == [9, 8, 7]


def test_older_rows_come_below_once() -> None:
    """A page that overlaps is no second copy."""
    found = records(5, 4, 3)
    found.extend(rows([3, 2, 1], "done"))
    assert numbers(found) == [5, 4, 3, 2, 1]
    assert found.get(3) == (3, "done")


def test_a_removed_row_is_out_at_once() -> None:
    """Who removes a row does not want to see it any longer, even while the list holds still."""
    found = records(5, 4, 3, following=False)
    found.drop([4])
    assert numbers(found) == [5, 3]
    assert found.place(3) == 1


def test_an_empty_list_fills_even_while_it_is_held() -> None:
    """Nothing can move where nothing is."""
    found = records(following=False)
    found.take(rows([2, 1]), ends=True)
    assert numbers(found) == [2, 1]
