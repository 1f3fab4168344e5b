"""Filter: words and fields are told apart, and what is not understood is said."""

from botops.tui.presenters.query import Asked, understand

KNOWN = {"state": ("failed", "running"), "queue": ("media_processing",), "kind": ()}


def test_words_and_fields() -> None:
    """Words stay words, fields are completed, several values are one of them."""
    asked = understand("rosas state:fai,run queue:media 12", KNOWN)
    assert asked.words == "rosas 12"
    assert asked.fields == {"state": ("failed", "running"), "queue": ("media_processing",)}
    assert not asked.problem


def test_a_field_may_be_shortened_and_written_large() -> None:
    """`S:FAILED` is state:failed."""
    assert understand("S:FAILED", KNOWN).fields == {"state": ("failed",)}


def test_a_field_without_known_values_takes_any() -> None:
    """kind:anything is not ours to judge."""
    assert understand("kind:x.y", KNOWN).one("kind") == "x.y"


def test_what_is_not_understood_is_said_once() -> None:
    """The first problem is named with what would be right."""
    assert understand("color:red", KNOWN).problem.startswith("there is no field color; try state:")
    assert understand("state:purple", KNOWN).problem == "state: is one of failed, running"


def test_what_is_half_typed_is_no_problem() -> None:
    """While a value is typed, nothing is wrong yet."""
    assert understand("state:", KNOWN) == Asked()
    assert understand("", KNOWN) == Asked()
    assert understand(":x", KNOWN).words == ":x"
