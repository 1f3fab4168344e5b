"""Load: the stronger source wins, and what is not right is told with its place."""

import logging
from pathlib import Path

import pytest

from botops.kernel.errors import UsageProblem
from botops.settings import Settings, load


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the settings file lies; it is not there yet."""
    return tmp_path / "config.toml"


def test_without_any_source_all_is_default(config: Path) -> None:
    """A home without a file has the settings of the schema."""
    settings = load(config)
    assert settings == Settings()
    assert (settings.shop.currency, settings.media.max_size) == ("USD", 50_000_000)
    assert settings.source_of("shop.name") == "default"


def test_the_stronger_source_wins(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line comes before the environment, which comes before the file."""
    config.write_text('[shop]\nname = "file"\ncountry = "PE"\nlanguage = "es"\n')
    monkeypatch.setenv("BOTOPS_SHOP__NAME", "environment")
    monkeypatch.setenv("BOTOPS_SHOP__COUNTRY", "CL")
    settings = load(config, ["shop.name=line"])
    shop = settings.shop
    assert (shop.name, shop.country, shop.language, shop.currency) == ("line", "CL", "es", "USD")
    assert shop.locale == "es_CL"
    keys = ("name", "country", "language", "currency")
    assert [settings.source_of(f"shop.{key}") for key in keys] == [
        "--set", "environment BOTOPS_SHOP__COUNTRY", f"{config}, line 4", "default",
    ]  # fmt: skip


def test_an_empty_variable_is_none(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable without a value is as if it were not there."""
    monkeypatch.setenv("BOTOPS_SHOP__NAME", "")
    assert load(config).shop.name == "My shop"


def test_other_variables_of_ours_are_no_settings(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no section is for something else, such as the home and the key."""
    for name in ("BOTOPS_HOME", "BOTOPS_MASTER_KEY", "BOTOPS_NAME"):
        monkeypatch.setenv(name, "x")
    assert load(config) == Settings()


@pytest.mark.parametrize(
    ("text", "size"),
    [("50 MB", 50_000_000), ("50MB", 50_000_000), ("1.5 mb", 1_500_000), ("2 MiB", 2_097_152),
     ("900 kB", 900_000), ("1000000", 1_000_000)],
)  # fmt: skip
def test_a_size_is_written_as_people_do(config: Path, text: str, size: int) -> None:
    """Sizes are bytes, or a number with its unit, of which MB is a million."""
    assert load(config, [f"media.max_size={text}"]).media.max_size == size
    config.write_text(f'[media]\nmax_size = "{text}"\n')
    assert load(config).media.max_size == size


@pytest.mark.parametrize(
    "text", ["{thumb = 100, whatsapp = 900}", '{"thumb": 100, "whatsapp": 900}']
)
def test_a_table_is_written_as_toml_or_json(
    config: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A value that is a table can be given on one line, and replaces the table before it."""
    sizes = {"thumb": 100, "whatsapp": 900}
    assert load(config, [f"media.sizes={text}"]).media.sizes == sizes
    config.write_text("[media.sizes]\nthumb = 200\nwhatsapp = 800\nlarge = 3000\n")
    assert load(config).media.sizes == {"thumb": 200, "whatsapp": 800, "large": 3000}
    monkeypatch.setenv("BOTOPS_MEDIA__SIZES", '{"thumb": 100, "whatsapp": 900}')
    assert load(config).media.sizes == sizes


@pytest.mark.parametrize("text", ["true", "false", ""])
def test_a_choice_may_be_left_open(config: Path, text: str) -> None:
    """An empty value leaves the choice to the program."""
    chosen = load(config, [f"media.keep_source={text}"]).media.keep_source
    assert chosen == {"true": True, "false": False, "": None}[text]


def test_a_path_starts_where_it_is_written(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file a path starts from the file, on the line from the working folder."""
    monkeypatch.setenv("HOME", "/home/ana")
    assert load(config, ["media.inbox=photos"]).media.inbox == Path.cwd() / "photos"
    for written, path in (
        ("photos", config.parent / "photos"),
        ("/mnt/photos", Path("/mnt/photos")),
        ("~/photos", Path("/home/ana/photos")),
        ("", None),
    ):
        config.write_text(f'[media]\ninbox = "{written}"\n')
        assert load(config).media.inbox == path


def test_words_are_read_whatever_their_case(config: Path) -> None:
    """A level may be written large, as logging itself writes it."""
    assert load(config, ["log.level=WARNING", "log.format=JSON"]).log.level == "warning"
    assert hasattr(logging, load(config).log.level.upper())


def problem(config: Path, *overrides: str) -> UsageProblem:
    """What loading has to say."""
    with pytest.raises(UsageProblem) as caught:
        load(config, overrides)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "media.max_siz=1",
            "media.max_siz: there is no such setting; did you mean media.max_size?",
        ),
        ("meda.max_size=1", "meda: there is no such section"),
        ("shop.colour=red", "shop.colour: there is no such setting"),
        ("media.max_size=lots", "'lots' is not allowed: it takes a size, such as 50 MB"),
        ("media.max_size=5 XB", "'5 XB' is not allowed: it takes a size, such as 50 MB"),
        ("media.max_size=500 MB", "'500 MB' is not allowed: it takes at most 100 MB"),
        ("media.max_size=1", "'1' is not allowed: it takes at least 100,000 bytes"),
        ("media.settle_seconds=90", "'90' is not allowed: it takes at most 60 seconds"),
        ("media.workers=many", "'many' is not allowed: input should be a valid integer"),
        ("media.polling=perhaps", "'perhaps' is not allowed: it takes true or false"),
        ("media.sizes={thumb = 3}", "3 is not allowed: it takes at least 16"),
        ("media.sizes={thumb = 300}", "thumb and whatsapp are needed, and whatsapp is missing"),
        ("media.sizes={thumb=99, whatsapp=99, 'a/b'=99}", "'a/b' is not a plain word"),
        ("media.sizes=[3]", "[3] is not allowed: input should be a valid dictionary"),
        ("shop.currency=dollars", "'dollars' is not allowed: ISO 4217 code of the prices"),
        ("shop.name=", "'' is not allowed: string should have at least 1 character"),
        ("events.keep=10", "'10' is not allowed: it takes at least 1,000 events"),
        ("log.level=loud", "'loud' is not allowed: input should be 'debug', 'info', 'warning' or"),
        ("database.url=postgresql://x", "PostgreSQL is not supported yet"),
    ],
)
def test_a_mistake_is_told_with_what_is_allowed(config: Path, override: str, said: str) -> None:
    """The sentence names the source, the setting, the value, and what it may be."""
    message = problem(config, override).message
    assert message.startswith("--set: ")
    assert said in message


@pytest.mark.parametrize(
    "override", ["", "shop", "shop.name", "=x", "name=x", "shop.=x", ".name=x"]
)
def test_a_strange_option_is_told(config: Path, override: str) -> None:
    """What is no assignment is shown with one that is."""
    assert "such as media.max_size=60 MB" in problem(config, override).message


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ('# a comment\n[shop]\nname = "x"\ncurency = "USD"\n', 4, "shop.curency"),
        ('[shop]\n\n[media]\n# max_size\nmax_size = "1 GB"\n', 5, "media.max_size"),
        ("\nmedia.max_size = 1\n", 2, "media.max_size"),
        ('[media]\n"max_size" = 1\n', 2, "media.max_size"),
        ("[media]\n\n[media.sizes]\nthumb = 1\nwhatsapp = 100\n", 3, "media.sizes.thumb"),
        ("[shop]\n[nothing]\nx = 1\n", 2, "nothing"),
        ("[shop]\n\nmax_size = 5\n", 3, "shop.max_size"),
        ("shop = 3\n", 1, "shop"),
        ("\nlanguage = 'en'\n", 2, "language"),
        ("media = { workers = 99 }\n", 1, "media.workers"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(
    config: Path, text: str, line: int, name: str
) -> None:
    """The sentence names file, line and setting, however the file is written."""
    config.write_text(text)
    assert problem(config).message.startswith(f"{config}, line {line}: {name}: ")


def test_a_setting_without_its_section_is_recognised(config: Path) -> None:
    """A setting that stands outside of any section is told where it belongs."""
    config.write_text("max_size = 5\n")
    assert "there is no such section; did you mean media.max_size?" in problem(config).message
    config.write_text("shop = 3\n")
    assert "takes its settings below [shop]" in problem(config).message


def test_a_mistake_in_the_environment_is_told_by_its_name(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the variable, whether its value, setting or section is wrong."""
    monkeypatch.setenv("BOTOPS_MEDIA__WORKERS", "99")
    message = problem(config).message
    assert message.startswith("environment BOTOPS_MEDIA__WORKERS: media.workers: '99' is not")
    monkeypatch.delenv("BOTOPS_MEDIA__WORKERS")
    monkeypatch.setenv("BOTOPS_MEDIA__WORKER", "2")
    assert "did you mean media.workers?" in problem(config).message
    monkeypatch.delenv("BOTOPS_MEDIA__WORKER")
    monkeypatch.setenv("BOTOPS_MEDAI__WORKERS", "2")
    assert "BOTOPS_MEDAI__WORKERS: there is no section medai" in problem(config).message
    monkeypatch.delenv("BOTOPS_MEDAI__WORKERS")
    monkeypatch.setenv("BOTOPS_SHOP", "Flora")
    assert problem(config).message.startswith("environment")


def test_all_mistakes_are_told_at_once(config: Path) -> None:
    """The first is the sentence, the others are its details."""
    config.write_text("[shop]\ncolour = 1\n[media]\nworkers = 99\n")
    found = problem(config, "log.level=loud")
    said = [found.message, *found.details]
    assert [sentence.split(": ")[1] for sentence in said] == [
        "shop.colour", "media.workers", "log.level",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"[shop\n",
        b"shop.name = \n",
        b"[shop]\nname = 'a'\nname = 'b'\n",
        b"\xff\xfe",
        b"a = [" * 9_999,
    ],
)
def test_a_file_that_is_no_toml_is_told(config: Path, content: bytes) -> None:
    """What can't be read is told with the place at which reading ended."""
    config.write_bytes(content)
    assert problem(config).message.startswith(f"{config}: ")


def test_a_file_from_another_system_is_read(config: Path) -> None:
    """A byte order mark and Windows line ends, as some editors write them, do no harm."""
    config.write_bytes(b'\xef\xbb\xbf[shop]\r\nname = "Flora"\r\n')
    assert load(config).shop.name == "Flora"


def test_a_folder_in_its_place_is_told(config: Path) -> None:
    """A file that can't be opened is told, too."""
    config.mkdir()
    assert "can't be read" in problem(config).message


def test_a_long_value_is_told_in_short(config: Path) -> None:
    """A wrong value of any length leaves the sentence readable."""
    assert len(problem(config, f"log.level={'x' * 10_000}").message) < 250
