"""Schema: the settings, their units, limits and meaning, in one place."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1_000_000
Workers = Annotated[int, Field(ge=1, le=32)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shop(_Section):
    """The shop itself."""

    name: str = Field("My shop", min_length=1, max_length=80, description="What it is called.")
    currency: str = Field(
        "USD", pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the prices, such as PEN."
    )
    country: str = Field(
        "US", pattern=r"^[A-Z]{2}$", description="ISO 3166 code of the country, such as PE."
    )
    language: str = Field(
        "en",
        pattern=r"^[a-z]{2}(_[A-Z]{2})?$",
        description="Language of the texts: en, es, pt, fr.",
    )

    @property
    def locale(self) -> str:
        """How money and times are written, such as es_PE."""
        return self.language if "_" in self.language else f"{self.language}_{self.country}"


class Media(_Section):
    """Photos that are dropped into a folder."""

    inbox: Path | None = Field(
        None,
        description="The watched folder. Empty: media/inbox in the home, which is emptied as files "
        "are taken in. Any other folder is left as it is.",
    )
    keep_source: bool | None = Field(
        None, description="Leave files where they are. Empty: only outside of the home."
    )
    polling: bool = Field(False, description="Look again and again: for network shares.")
    settle_seconds: float = Field(
        2.0, ge=0.05, le=60, description="How long a file must stay unchanged, in seconds."
    )
    max_size: ByteSize = Field(
        ByteSize(50 * MEGABYTE),
        ge=MEGABYTE // 10,
        le=100 * MEGABYTE,
        description="Bigger files are refused with a reason. Bytes, or as 50 MB.",
    )
    sizes: dict[str, Annotated[int, Field(ge=16, le=4096)]] = Field(
        {"thumb": 320, "medium": 600, "whatsapp": 1200},
        description="Name and longest side, in pixels, of the pictures that are made.",
    )
    workers: Workers = Field(2, description="Photos that are worked on at once.")

    @field_validator("sizes")
    @classmethod
    def _has_the_needed(cls, sizes: dict[str, int]) -> dict[str, int]:
        missing = {"thumb", "whatsapp"} - sizes.keys()
        if missing:
            raise ValueError(f"the sizes {' and '.join(sorted(missing))} are needed")
        if bad := [name for name in sizes if not name.isidentifier()]:
            raise ValueError(f"{bad[0]!r} is not a plain word")
        return sizes


class Jobs(_Section):
    """The queue."""

    message_workers: Workers = Field(5, description="Messages that are sent at once.")
    order_workers: Workers = Field(2, description="Orders that are worked on at once.")
    webhook_workers: Workers = Field(5, description="Webhooks that are delivered at once.")
    lease_seconds: float = Field(
        30, ge=2, le=600, description="After how long a worker that stands still is replaced."
    )
    keep_days: int = Field(30, ge=1, le=3650, description="How long finished jobs are kept.")
    keep_failed_days: int = Field(
        180, ge=1, le=3650, description="How long failed jobs are kept, to be tried again."
    )


class Api(_Section):
    """The HTTP interface; this version does not serve it yet."""

    enabled: bool = Field(True, description="Whether other systems can ask over HTTP.")
    host: str = Field("127.0.0.1", description="The address that it listens on.")
    port: int = Field(4001, ge=0, le=65535, description="The port; 0 picks a free one.")


class Events(_Section):
    """The history of what happened."""

    keep: int = Field(
        100_000, ge=1_000, le=100_000_000, description="How many events the history holds."
    )


class Database(_Section):
    """Where the data lies."""

    url: str = Field("", description="Empty: SQLite in the home.")

    @field_validator("url")
    @classmethod
    def _only_sqlite(cls, url: str) -> str:
        if url:
            raise ValueError("PostgreSQL is not supported yet; leave it empty")
        return url


class Log(_Section):
    """The log file."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important lines that are written."
    )
    format: Annotated[
        Literal["console", "json"], BeforeValidator(lambda text: str(text).lower())
    ] = Field("console", description="How `botops serve` writes its log to stderr.")


class Settings(BaseSettings):
    """All sections; each value from the file, the environment or the command line."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="BOTOPS_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        nested_model_default_partial_update=True,
    )

    shop: Shop = Shop()
    media: Media = Media()
    jobs: Jobs = Jobs()
    api: Api = Api()
    events: Events = Events()
    database: Database = Database()
    log: Log = Log()
