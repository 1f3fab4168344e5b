"""Errors: one tree, in which every member says its code to people and to scripts."""

import pytest

from botops.kernel import errors
from botops.kernel.errors import BotOpsError, Conflict, DiskFull, Refused, StorageTrouble

TREE = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, BotOpsError)
]


def test_the_exit_codes_are_those_of_the_contract() -> None:
    """Scripts can tell errors apart by the code of the contract."""
    assert {kind.__name__: kind.exit_code for kind in TREE} == {
        "BotOpsError": 1,
        "UsageProblem": 2,
        "NotFound": 3,
        "Refused": 4,
        "Conflict": 4,
        "AlreadyRunning": 5,
        "Unreachable": 6,
        "StorageTrouble": 1,
        "DiskFull": 1,
        "NewerDatabase": 1,
    }


def test_each_kind_has_a_code_of_its_own() -> None:
    """A code names one kind, in small letters."""
    codes = [kind.code for kind in TREE]
    assert len(set(codes)) == len(codes)
    assert all(code.isidentifier() and code.islower() for code in codes)


def test_an_error_is_a_sentence_and_a_way_out() -> None:
    """An error has a sentence, a hint, and the code of its kind or a closer one."""
    plain = Refused("No.")
    close = Refused("Too large.", hint="Send a smaller one.", code="too_large")
    assert (str(plain), plain.message, plain.hint, plain.reason_code) == (
        "No.",
        "No.",
        "",
        "refused",
    )
    assert (close.hint, close.reason_code) == ("Send a smaller one.", "too_large")


@pytest.mark.parametrize(("kind", "above"), [(Conflict, Refused), (DiskFull, StorageTrouble)])
def test_a_narrow_error_is_also_the_wider_one(
    kind: type[BotOpsError], above: type[BotOpsError]
) -> None:
    """Who catches the wider kind catches the narrow one."""
    assert issubclass(kind, above)
