"""Sizes: what is written stays small enough to be read."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
MODULE_STOP = 400
STOPS = {"botops/tui/app.py": 200, "botops/engine.py": 250}
CLI_STOP = 300
TITLE = re.compile(r"^[A-Z][^:\n]*: \S.*\.$")
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)($|_)|(Util|Helper|Manager)s?$")
SILENCED = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b)(?P<rest>.*)$")
REASON = re.compile(r"^(?:\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)\s*[#-]+\s*\w.{5,}")

# What is over its limit, with the reason. Entries only leave this table: one that is no longer
# needed fails the tests too.
ALLOWED_MODULES: dict[str, str] = {}
ALLOWED_FUNCTIONS: dict[str, str] = {}
ALLOWED_PARAMETERS: dict[str, str] = {}


@dataclass(frozen=True)
class Function:
    """One function as it stands in a file."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    is_method: bool

    @property
    def lines(self) -> int:
        """Its length from `def` to its last line; words about it (the docstring) are free."""
        free = 0
        if ast.get_docstring(self.node, clean=False) is not None:
            quoted = self.node.body[0]
            free = (quoted.end_lineno or quoted.lineno) - quoted.lineno + 1
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1 - free

    @property
    def is_override(self) -> bool:
        """Whether a base class decided the signature, said by `@override`."""
        return any(ast.unparse(each).endswith("override") for each in self.node.decorator_list)

    @property
    def parameters(self) -> tuple[int, int]:
        """How many parameters it takes, and how many of them by position; self is free."""
        given = self.node.args
        static = any(ast.unparse(each) == "staticmethod" for each in self.node.decorator_list)
        positional = len(given.posonlyargs) + len(given.args)
        positional -= int(self.is_method and not static)
        return positional + len(given.kwonlyargs), positional


def sources(*tops: str) -> list[Path]:
    """Python files below the given folders."""
    return sorted(path for top in tops for path in (ROOT / top).rglob("*.py"))


def label(path: Path) -> str:
    """The path as it is written in tables and messages."""
    return path.relative_to(ROOT).as_posix()


def length(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(node: ast.AST, prefix: str, *, in_class: bool = False) -> Iterator[Function]:
    """Every function below a node, those inside others too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{prefix}{child.name}"
            yield Function(name, child, in_class)
            yield from functions(child, f"{name}.")
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}{child.name}.", in_class=True)
        else:
            yield from functions(child, prefix, in_class=in_class)


def all_functions() -> list[Function]:
    """Every function of the program."""
    return [
        each
        for path in sources("botops")
        for each in functions(ast.parse(path.read_text(encoding="utf-8")), f"{label(path)}::")
    ]


def stop_of(name: str) -> int:
    """How many lines a module may have."""
    if name.startswith(("botops/cli/", "botops/cli.py")):
        return CLI_STOP
    return STOPS.get(name, MODULE_STOP)


def assert_only(found: dict[str, str], allowed: dict[str, str]) -> None:
    """Fail for what is over a limit without a reason, and for reasons that nothing needs."""
    over = [f"{name}: {what}" for name, what in found.items() if name not in allowed]
    stale = [f"{name}: no longer needs its exception" for name in allowed if name not in found]
    assert not over + stale, "\n".join(["", *over, *stale])


def test_a_module_is_at_most_400_lines() -> None:
    """No file is longer than its limit."""
    found = {
        label(path): f"{length(path)} lines, at most {stop_of(label(path))}"
        for path in sources("botops", "tests")
        if length(path) > stop_of(label(path))
    }
    assert_only(found, ALLOWED_MODULES)


def test_half_of_the_modules_are_at_most_120_lines() -> None:
    """The usual module fits on two screens."""
    assert median(map(length, sources("botops"))) <= 120


def test_a_function_is_at_most_50_lines() -> None:
    """No function is longer than its limit."""
    found = {each.name: f"{each.lines} lines" for each in all_functions() if each.lines > 50}
    assert_only(found, ALLOWED_FUNCTIONS)


def test_functions_are_short_as_a_rule() -> None:
    """Nine functions of ten have at most 25 lines, half of them at most 8."""
    lengths = sorted(each.lines for each in all_functions())
    assert lengths[len(lengths) * 9 // 10] <= 25
    assert median(lengths) <= 8


def test_a_function_takes_few_parameters() -> None:
    """At most 6 parameters, and from the third on they are named by the caller."""
    found = {
        each.name: f"{each.parameters[0]} parameters, {each.parameters[1]} by position"
        for each in all_functions()
        if not each.is_override and (each.parameters[0] > 6 or each.parameters[1] > 2)
    }
    assert_only(found, ALLOWED_PARAMETERS)


def test_a_module_says_what_it_is_for() -> None:
    """The docstring of each module begins with a line like "Noun: what it is for."."""
    silent = [
        label(path)
        for path in sources("botops", "tests")
        if path.name != "__init__.py" or path.stat().st_size
        if not TITLE.match((ast.get_docstring(ast.parse(path.read_bytes())) or "").split("\n")[0])
    ]
    assert not silent, "\n".join(["", *silent])


def test_names_say_something() -> None:
    """No module and no class is called util, helper or manager."""
    names = {label(path): path.stem for path in sources("botops", "tests")} | {
        f"{label(path)}::{node.name}": node.name
        for path in sources("botops")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef)
    }
    vague = [where for where, name in names.items() if VAGUE.search(name)]
    assert not vague, "\n".join(["", *vague])


def silenced(path: Path) -> Iterator[str]:
    """Lines that silence a checker without a rule's code and a reason beside it."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if (found := SILENCED.search(line)) and not REASON.match(found["rest"]):
            yield f"{label(path)}:{number}: {line.strip()}"


def test_a_silenced_check_has_its_reason() -> None:
    """Each silenced line of ruff or mypy names the rule and says why."""
    bare = [
        line
        for path in sources("botops", "tests")
        if path != Path(__file__)
        for line in silenced(path)
    ]
    assert not bare, "\n".join(["", *bare])


@pytest.mark.parametrize(
    ("line", "is_reasoned"),
    [
        ("x = 1  # noqa: S608  # built from constants only", True),
        ("x = 1  # noqa: S608 - built from constants only", True),
        ("x = 1  # noqa: S608, BLE001 - the last door: logged", True),
        ("x = f()  # type: ignore[misc]  # huey has no types", True),
        ("x = 1  # noqa: S608", False),
        ("x = 1  # noqa", False),
        ("x = f()  # type: ignore[misc]", False),
    ],
)
def test_a_reason_is_recognised(line: str, is_reasoned: bool) -> None:
    """Both ways to write the reason are understood, and its absence is."""
    found = SILENCED.search(line)
    assert found
    assert bool(REASON.match(found["rest"])) is is_reasoned


def test_lengths_and_parameters_are_counted_as_documented() -> None:
    """Docstrings and self are free, nested functions count, keyword-only ones are no position."""
    code = (
        'class A:\n  def f(self, a, b, *, c):\n    """Words."""\n    def g(x): ...\n    return g\n'
    )
    outer, inner = functions(ast.parse(code), "m::")
    assert (outer.name, outer.lines, outer.parameters) == ("m::A.f", 3, (3, 2))
    assert (inner.name, inner.lines, inner.parameters) == ("m::A.f.g", 1, (1, 1))
