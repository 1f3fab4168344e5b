"""Documents: what is written about the program is what the program says."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.doctor.examination import LOOKS
from botops.kernel import errors
from botops.kernel.errors import BotOpsError
from botops.media.verdict import RejectCode
from tests.documents import FOLDER, PAGES

ROOT = Path(__file__).parent.parent
TROUBLES = (FOLDER / "troubleshooting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    """What the program tells about itself is what stands in docs/; `make docs` writes it."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]()


def said() -> str:
    """Every text of the program; what is filled in is an ellipsis."""
    return "\n".join(
        re.sub(r"\s+", " ", text)
        for path in (ROOT / "botops").rglob("*.py")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
    )


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts in a piece of code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "…" for each in node.values]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_what_is_quoted_is_said() -> None:
    """Each sentence that the page about troubles explains is one that the program says."""
    program = said()
    quoted = re.findall(r"“([^”]+)”", TROUBLES)
    assert len(quoted) > 40
    unknown = [
        sentence
        for sentence in quoted
        for part in sentence.split("…")
        if part.strip() and part.strip(" .") not in program
    ]
    assert not unknown, "\n".join(["", *unknown])


def test_each_look_of_the_doctor_is_explained() -> None:
    """Whatever `doctor` may find has its paragraph."""
    assert re.findall(r"^### (\w+)$", TROUBLES, re.MULTILINE) == list(LOOKS)


def test_each_code_is_explained() -> None:
    """Exit codes and reasons for a refused photo are all there."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if inspect.isclass(kind) and issubclass(kind, BotOpsError)
    ]
    rows = dict(re.findall(r"^\| (\d) \| (.+) \|$", TROUBLES, re.MULTILINE))
    assert set(rows) == {"0", *(str(kind.exit_code) for kind in kinds)}
    assert all(f"`{kind.code}`" in rows[str(kind.exit_code)] for kind in kinds)
    assert all(f"`{code}`" in TROUBLES for code in RejectCode)
