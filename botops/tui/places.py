"""Places: the sections that there are, each under a digit that never moves."""

from typing import NamedTuple


class Place(NamedTuple):
    """A section as the second line names it; `screens` has a module and a class of that name."""

    digit: str
    name: str

    @property
    def id(self) -> str:
        """The name in small letters, for modules, modes and targets."""
        return self.name.lower()


PLACES = (
    Place("1", "Home"),
    Place("4", "Media"),
    Place("6", "Jobs"),
    Place("8", "Audit"),
    Place("9", "Settings"),
)
