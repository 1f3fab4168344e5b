"""CSV files: lists of products as spreadsheets write and read them.

The columns are sku, name, description, price, currency, stock, category and active, in any
order; UTF-8, with commas or semicolons. Only `sku` is needed where the product is there already.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from botops.kernel import money
from botops.kernel.errors import Refused

COLUMNS = ("sku", "name", "description", "price", "currency", "stock", "category", "active")
MOST_BYTES = 20_000_000
# One list is one transaction, in which others can't write: this many take some five seconds, and
# other processes give up after ten.
MOST_LINES = 20_000
DELIMITERS = (",", ";", "\t")
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")
# A spreadsheet runs what begins like this: it gets an apostrophe, which coming back takes away.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_WHOLE_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: its number in the file, and its cells by column."""

    number: int
    cells: dict[str, str]


def write(file: IO[str], products: Iterable[Mapping[str, Any]]) -> int:
    """Write products (their fields by name) under a header; return how many they were."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, product in enumerate(products, start=1):  # noqa: B007 - the last one is the count
        price = money.plain(product["price"], product["currency"])
        stock = "" if product["stock"] is None else str(product["stock"])
        fields = {**product, "price": price, "stock": stock, "active": _flag(product["active"])}
        writer.writerow([_guarded(fields[column]) for column in COLUMNS])
    return count


def read(content: bytes) -> list[Line]:
    """Return the lines of a list; empty ones are passed over.

    Raises:
        Refused: It is too big, no text in UTF-8, or no table; `details` name the lines.
    """
    if len(content) > MOST_BYTES:
        raise Refused(f"The file is too big: at most {MOST_BYTES // 1_000_000} MB are read.")
    text = _decoded(content)
    rows = _rows(text)
    header = next((row for _, row in rows if any(row)), None)
    if header is None:
        raise Refused("The file is empty.", hint=f"Its first line is {','.join(COLUMNS)}.")
    columns = _columns(header)
    lines, problems = [], []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            problems.append(f"line {number}: {len(row)} values in {len(columns)} columns.")
            continue
        lines.append(Line(number, dict(zip(columns, map(_unguarded, row), strict=True))))
        if len(lines) > MOST_LINES:
            raise Refused(f"The list is too long: at most {MOST_LINES:,} lines are read.")
    if problems:
        raise refused(problems)
    return lines


def value(column: str, cell: str, *, currency: str) -> Any:
    """Return a cell as the field that it stands for; text is left as it is.

    Raises:
        BotOpsError: It can't be read.
    """
    reader = _READERS.get(column)
    return cell if reader is None else reader(cell.strip(), currency)


def refused(problems: list[str]) -> Refused:
    """Return the error of a list that has problems."""
    many = (
        "one line has a problem" if len(problems) == 1 else f"{len(problems)} lines have problems"
    )
    return Refused(f"Nothing was imported: {many}.", code="bad_csv", details=problems)


def _decoded(content: bytes) -> str:
    try:
        if content.startswith(_UTF16):
            raise UnicodeDecodeError("utf-8", content, 0, 2, "a table in UTF-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"line {line}: The file is not in UTF-8.",
            hint='In the spreadsheet, save it as "CSV UTF-8".',
            code="bad_csv",
        ) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begin = 1
    try:
        for row in reader:
            yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise refused([f"line {begin}: {_said(error)}."]) from error


def _delimiter(text: str) -> str:
    head = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=head.count)


def _said(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark is opened and never closed"
    return f"not a line of a table ({error})"


def _columns(header: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    known = f"The columns are {', '.join(COLUMNS)}."
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise Refused(f"There is no column {unknown[0]!r}.", hint=known, code="bad_csv")
    if twice := [column for column in columns if columns.count(column) > 1]:
        raise Refused(f"The column {twice[0]!r} is there twice.", code="bad_csv")
    if "sku" not in columns:
        raise Refused("The column 'sku' is missing.", hint=known, code="bad_csv")
    return columns


def _stock(cell: str, _currency: str) -> int | None:
    if not cell:
        return None
    if not _WHOLE_NUMBER.fullmatch(cell):
        raise Refused(f"Stock '{cell[:40]}' is not a whole number.")
    return int(cell)


def _active(cell: str, _currency: str) -> bool:
    word = cell.lower()
    if word not in TRUE + FALSE:
        raise Refused(f"Active '{cell[:40]}' is neither {TRUE[0]} nor {FALSE[0]}.")
    return word in TRUE


def _flag(is_true: object) -> str:
    return TRUE[0] if is_true else FALSE[0]


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _price(cell: str, currency: str) -> int:
    if not cell:
        raise Refused("The price is missing.")
    return money.parse(cell, currency)


_READERS: dict[str, Callable[[str, str], Any]] = {
    "price": _price,
    "stock": _stock,
    "active": _active,
}
