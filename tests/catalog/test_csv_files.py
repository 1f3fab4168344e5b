"""CSV files: spreadsheets of all sorts are read, and what is written comes back the same."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botops.catalog import csv_files
from botops.kernel import money
from botops.kernel.errors import BotOpsError, Refused

HEADER = "sku,name,description,price,currency,stock,category,active"


def cells(text: str) -> list[dict[str, str]]:
    """The cells of a file's lines."""
    return [line.cells for line in csv_files.read(text.encode())]


def product(**values: object) -> dict[str, Any]:
    """The fields of a product."""
    plain = {"sku": "A", "name": "A", "description": "", "price": 2500, "currency": "USD"}
    return {**plain, "stock": None, "category": "", "active": True, **values}


def written(*products: dict[str, Any]) -> str:
    """A list of products as text."""
    file = io.StringIO()
    assert csv_files.write(file, products) == len(products)
    return file.getvalue()


def test_a_list_has_the_documented_form() -> None:
    """The header is the contract's; prices are decimals; nobody counts where stock is empty."""
    roses = product(sku="ROSE", name='12 "red" roses', price=123450, stock=3, category="A, B")
    yen = product(price=1500, currency="JPY", active=False, description="two\nlines")
    assert written(roses, yen) == (
        f"{HEADER}\n"
        'ROSE,"12 ""red"" roses",,1234.50,USD,3,"A, B",true\n'
        'A,A,"two\nlines",1500,JPY,,,false\n'
    )


@pytest.mark.parametrize(
    "content",
    [
        b"sku,name\nA,Caf\xc3\xa9\n",
        b"\xef\xbb\xbfsku,name\nA,Caf\xc3\xa9\n",
        b"sku;name\r\nA;Caf\xc3\xa9\r\n",
        b'\xef\xbb\xbf"sku";"name"\r\n"A";"Caf\xc3\xa9"',
        b"sku\tname\nA\tCaf\xc3\xa9\n",
        b" SKU , Name \rA,Caf\xc3\xa9\r",
        b"\n\nsku,name\n\n,\nA,Caf\xc3\xa9\n\n",
    ],
)
def test_each_way_to_save_a_table_is_read(content: bytes) -> None:
    """Byte-order mark or not; comma, semicolon or tab; any line end; empty lines between."""
    assert [line.cells for line in csv_files.read(content)] == [{"sku": "A", "name": "Caf\u00e9"}]


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    """A cell with line breaks takes several lines; its row has the number of the first."""
    text = 'sku,description\n\nA,"one\ntwo\nthree"\nB,x\n'
    assert [(line.number, line.cells["sku"]) for line in csv_files.read(text.encode())] == [
        (3, "A"),
        (6, "B"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"\n \n", "There is no column"),
        (b"sku,colour\nA,red\n", "There is no column 'colour'"),
        (b"sku,name,sku\n", "The column 'sku' is there twice"),
        (b"name,price\n", "The column 'sku' is missing"),
        (b"sku,name\nA,Caf\xe9\n", "line 2: The file is not in UTF-8"),
        ("sku,name\nA,B\n".encode("utf-16"), "not in UTF-8"),
        (b"x" * (csv_files.MOST_BYTES + 1), "too big: at most 20 MB"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, says: str) -> None:
    """A sentence says what is missing."""
    with pytest.raises(Refused, match=says):
        csv_files.read(content)


def test_broken_lines_are_all_named() -> None:
    """Each line that has not as many values as there are columns is listed."""
    with pytest.raises(Refused, match="2 lines have problems") as caught:
        cells("sku,name\nA\nB,b\nC,c,d\n")
    assert caught.value.details == (
        "line 2: 1 values in 2 columns.",
        "line 4: 3 values in 2 columns.",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('sku,name\nA,a\nB,"never closed\nC,c\n', "line 3: a quotation mark is opened"),
        ('sku,name\nA,"x"y\n', "line 2: not a line of a table"),
        (f"sku,name\nA,{'x' * 200_000}\n", "line 2: not a line of a table"),
    ],
)
def test_a_broken_table_names_its_line(text: str, says: str) -> None:
    """Where the quotation marks don't fit, the line is named on which it begins."""
    with pytest.raises(Refused) as caught:
        cells(text)
    (detail,) = caught.value.details
    assert detail.startswith(says)


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many lines are refused, and no more."""
    monkeypatch.setattr(csv_files, "MOST_LINES", 3)
    assert len(cells("sku\na\nb\nc\n")) == 3
    with pytest.raises(Refused, match="at most 3 lines"):
        cells("sku\na\nb\nc\nd\n")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "=cmd|' /C calc'!A0", "'=1", "''@"])
def test_a_spreadsheet_is_given_nothing_to_run(cell: str) -> None:
    """What begins like a formula is written behind an apostrophe, and read without it."""
    text = written(product(name=cell, sku=cell, category=cell, description=cell))
    assert text.count("'") >= 4
    for field in ("name", "sku", "category", "description"):
        (line,) = cells(text)
        assert line[field] == cell
    assert not any(each.startswith(cell) for each in text.split("\n")[1].split(","))


@pytest.mark.parametrize("cell", ["'quoted'", "it's", "a=b", "'"])
def test_other_apostrophes_are_left_alone(cell: str) -> None:
    """Only what guards a formula is taken away."""
    assert cells(f"sku,name\nA,{cell}\n")[0]["name"] == cell
    assert cell in written(product(name=cell))


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("price", " 25.5 ", 2550),
        ("price", "25,50", 2550),
        ("stock", "", None),
        ("stock", " 7", 7),
        ("active", "TRUE", True),
        ("active", "no", False),
        ("active", "1", True),
        ("name", " as it is ", " as it is "),
    ],
)
def test_cells_are_read_as_fields(column: str, cell: str, value: object) -> None:
    """Amounts, whole numbers and words for yes and no; text is left to the rules."""
    assert csv_files.value(column, cell, currency="USD") == value


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("price", "abc", "'abc' is not an amount"),
        ("price", " ", "price is missing"),
        ("price", "1,234", "two ways"),
        ("stock", "3.5", "not a whole number"),
        ("stock", "-1", "not a whole number"),
        ("stock", "\u0663", "not a whole number"),
        ("active", "maybe", "neither true nor false"),
    ],
)
def test_cells_that_cannot_be_read_say_so(column: str, cell: str, says: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BotOpsError, match=says):
        csv_files.value(column, cell, currency="USD")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ['"', "'", "'=", "=", ";", ",", "\n", "a\nb", "\t", "\ufeff", "''-", "@\n"]
)
currencies = st.sampled_from(["USD", "JPY", "KWD"])
products: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "sku": texts.map(lambda text: f"{text}1"),
        "name": texts,
        "description": texts,
        "price": st.integers(0, money.MOST),
        "currency": currencies,
        "stock": st.none() | st.integers(0, 10**9),
        "category": texts,
        "active": st.booleans(),
    }
)


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(products, max_size=4))
def test_what_is_written_comes_back(listed: list[dict[str, Any]]) -> None:
    """Each field of each product survives being written and read, whatever signs it has."""
    lines = csv_files.read(written(*listed).encode())
    came_back = [
        {
            column: csv_files.value(column, cell, currency=line.cells["currency"])
            for column, cell in line.cells.items()
        }
        for line in lines
    ]
    assert came_back == listed
