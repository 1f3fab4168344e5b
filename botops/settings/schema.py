"""Schema: the settings, their units, limits and meaning, in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

MEGABYTE = 1_000_000


def _setting(default: Any, description: str, *, unit: str = "", **limits: Any) -> Any:
    return Field(
        default=default, description=description, json_schema_extra={"unit": unit}, **limits
    )


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


Workers = Annotated[int, Field(ge=1, le=32)]
Empty = BeforeValidator(_none_if_empty)
Word = BeforeValidator(lambda text: text.lower() if isinstance(text, str) else text)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shop(_Section):
    """The shop itself."""

    name: str = _setting("My shop", "What it is called.", min_length=1, max_length=80)
    currency: str = _setting(
        "USD", "ISO 4217 code of the prices, such as PEN.", pattern=r"^[A-Z]{3}$"
    )
    country: str = _setting(
        "US", "ISO 3166 code of the country, such as PE.", pattern=r"^[A-Z]{2}$"
    )
    language: str = _setting(
        "en",
        "Language of the texts, such as en, es, pt, fr or es_PE.",
        pattern=r"^[a-z]{2}(_[A-Z]{2})?$",
    )

    @property
    def locale(self) -> str:
        """How money and times are written, such as es_PE."""
        return self.language if "_" in self.language else f"{self.language}_{self.country}"


class Media(_Section):
    """Photos that are dropped into a folder."""

    inbox: Annotated[Path | None, Empty] = _setting(
        None,
        "The watched folder. Empty: media/inbox in the home, which is emptied as files are taken "
        "in. Any other folder is left as it is.",
    )
    keep_source: Annotated[bool | None, Empty] = _setting(
        None, "Leave files where they are: true or false. Empty: only outside of the home."
    )
    polling: bool = _setting(default=False, description="Look again and again: for network shares.")
    settle_seconds: float = _setting(
        2.0, "How long a file must stay unchanged.", unit="seconds", ge=0.05, le=60
    )
    max_size: ByteSize = _setting(
        ByteSize(50 * MEGABYTE),
        "Bigger files are refused with a reason. Bytes, or as 50 MB.",
        unit="bytes",
        ge=MEGABYTE // 10,
        le=100 * MEGABYTE,
    )
    sizes: dict[str, Annotated[int, Field(ge=16, le=4096)]] = _setting(
        {"thumb": 320, "medium": 600, "whatsapp": 1200},
        "Name and longest side of the pictures that are made.",
        unit="pixels",
    )
    workers: Workers = _setting(2, "Photos that are worked on at once.")

    @field_validator("inbox")
    @classmethod
    def _is_absolute(cls, inbox: Path | None) -> Path | None:
        return _absolute(inbox) if inbox else inbox

    @field_validator("sizes")
    @classmethod
    def _has_the_needed(cls, sizes: dict[str, int]) -> dict[str, int]:
        if missing := {"thumb", "whatsapp"} - sizes.keys():
            raise ValueError(f"thumb and whatsapp are needed, and {min(missing)} is missing")
        if bad := [name for name in sizes if not (name.isascii() and name.isidentifier())]:
            raise ValueError(f"{bad[0]!r} is not a plain word")
        return sizes


class Jobs(_Section):
    """The queue."""

    message_workers: Workers = _setting(5, "Messages that are sent at once.")
    order_workers: Workers = _setting(2, "Orders that are worked on at once.")
    webhook_workers: Workers = _setting(5, "Webhooks that are delivered at once.")
    lease_seconds: float = _setting(
        30.0,
        "After how long a worker that stands still is replaced.",
        unit="seconds",
        ge=2,
        le=600,
    )
    keep_days: int = _setting(30, "How long finished jobs are kept.", unit="days", ge=1, le=3650)
    keep_failed_days: int = _setting(
        180, "How long failed jobs are kept, to be tried again.", unit="days", ge=1, le=3650
    )


class Api(_Section):
    """The HTTP interface; this version does not serve it yet."""

    enabled: bool = _setting(default=True, description="Whether other systems can ask over HTTP.")
    host: str = _setting("127.0.0.1", "The address that it listens on.")
    port: int = _setting(4001, "The port; 0 picks a free one.", ge=0, le=65535)


class Events(_Section):
    """The history of what happened."""

    keep: int = _setting(
        100_000, "How much the history holds.", unit="events", ge=1_000, le=100_000_000
    )


class Database(_Section):
    """Where the data lies."""

    url: str = _setting("", "Empty: SQLite in the home.")

    @field_validator("url")
    @classmethod
    def _only_sqlite(cls, url: str) -> str:
        if url:
            raise ValueError("PostgreSQL is not supported yet; leave it empty")
        return url


class Log(_Section):
    """The log."""

    level: Annotated[Literal["debug", "info", "warning", "error"], Word] = _setting(
        "info", "The least important lines that are written: debug, info, warning or error."
    )
    format: Annotated[Literal["console", "json"], Word] = _setting(
        "console", "How `botops serve` writes its log to stderr: console or json."
    )


class Settings(BaseSettings):
    """All sections; `load` says from where each value comes."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="BOTOPS_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    shop: Shop = Shop()
    media: Media = Media()
    jobs: Jobs = Jobs()
    api: Api = Api()
    events: Events = Events()
    database: Database = Database()
    log: Log = Log()

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    def remember_sources(self, sources: dict[str, str]) -> None:
        """Keep where values come from, for those that are not at their default."""
        self._sources = sources

    def source_of(self, key: str) -> str:
        """Return where the value of `section.key` comes from, such as `config.toml, line 3`."""
        return self._sources.get(key, "default")

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return what is given and nothing else: `load` has put the layers in their order."""
        return (init_settings,)
