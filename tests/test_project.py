"""Project: what is written about the project is true and complete."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
DEPENDENCIES = [
    Requirement(line)
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> dict[str, str]:
    """The version of each package in the lock."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE))


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda each: each.name)
def test_a_dependency_has_its_reason(dependency: Requirement) -> None:
    """A comment above each dependency says what it is for."""
    reason = rf'\n    # \S.*\.\n    "{re.escape(dependency.name)}[=<>]'
    assert re.search(reason, PYPROJECT)


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda each: each.name)
def test_the_lock_has_what_the_project_asks_for(dependency: Requirement) -> None:
    """Each dependency stands in the lock, in a version that the project accepts."""
    assert dependency.specifier.contains(locked()[dependency.name])


def test_the_lock_has_hashes_and_no_address() -> None:
    """Every package is named by version and hashes; nothing says where it was found."""
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) == len(locked())
    for entry in entries:
        assert re.fullmatch(r"[^\n]+( \\\n    --hash=sha256:[0-9a-f]{64})+", entry), entry
        assert "/" not in entry.split("\n")[0]


@pytest.mark.parametrize("name", ["textual", "huey", "ruff", "mypy"])
def test_what_must_not_change_by_itself_is_pinned(name: str) -> None:
    """Packages whose private names or findings we lean on have one exact version."""
    (dependency,) = [each for each in DEPENDENCIES if each.name == name]
    assert [each.operator for each in dependency.specifier] == ["=="]


def test_a_rule_left_out_has_its_reason() -> None:
    """Each rule of ruff that is switched off says why, beside it."""
    lint = PYPROJECT[PYPROJECT.index("[tool.ruff.lint]") : PYPROJECT.index("[tool.mypy]")]
    rules = re.findall(r'^    "[A-Z]+\d*".*$|^"[^"]+" = \[".*$', lint, re.MULTILINE)
    assert len(rules) > 10
    assert [rule for rule in rules if not re.search(r"# \w.{5,}\.$", rule)] == []


def test_contributing_is_short() -> None:
    """How to work here fits into 150 lines."""
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_every_command_is_explained() -> None:
    """Each target of the Makefile stands in CONTRIBUTING.md, and none that is not there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `make ([a-z]+)`", contributing, re.MULTILINE)) == targets
