"""Sections: the settings, their units, limits and meaning, in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, SecretStr, field_validator

from botops.settings.fields import (
    MEGABYTE,
    NEW_FILES,
    NOW,
    UNUSED,
    Empty,
    Hidden,
    Word,
    secret,
    setting,
)

Workers = Annotated[int, Field(ge=1, le=32)]


class Section(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Shop(Section):
    """The shop itself."""

    name: str = setting(
        "My shop",
        "What it is called.",
        title="Shop name",
        effect=NOW,
        min_length=1,
        max_length=80,
    )
    currency: str = setting(
        "USD",
        "ISO 4217 code of the prices, such as PEN.",
        title="Currency",
        effect=NOW,
        pattern=r"^[A-Z]{3}$",
    )
    country: str = setting(
        "US",
        "ISO 3166 code of the country, such as PE.",
        title="Country",
        effect=NOW,
        pattern=r"^[A-Z]{2}$",
    )
    language: str = setting(
        "en",
        "Language of the texts, such as en, es, pt, fr or es_PE.",
        title="Language",
        effect=NOW,
        pattern=r"^[a-z]{2}(_[A-Z]{2})?$",
    )

    @property
    def locale(self) -> str:
        """How money and times are written, such as es_PE."""
        return self.language if "_" in self.language else f"{self.language}_{self.country}"


class Media(Section):
    """Photos that are dropped into a folder."""

    inbox: Annotated[Path | None, Empty] = setting(
        None,
        "The watched folder. Empty: media/inbox in the home, which is emptied as files are taken "
        "in. Any other folder is left as it is.",
        title="Photo folder",
    )
    keep_source: Annotated[bool | None, Empty] = setting(
        None,
        "Leave files where they are: true or false. Empty: only outside of the home.",
        title="Leave files where they are",
    )
    polling: bool = setting(
        default=False,
        description="Look again and again: for network shares.",
        title="Look again and again",
    )
    settle_seconds: float = setting(
        2.0,
        "How long a file must stay unchanged.",
        title="Rest before a file is taken",
        unit="seconds",
        effect=NOW,
        ge=0.05,
        le=60,
    )
    max_size: ByteSize = setting(
        ByteSize(50 * MEGABYTE),
        "Bigger files are refused with a reason. Bytes, or as 50 MB.",
        title="Largest photo",
        effect=NOW,
        unit="bytes",
        ge=MEGABYTE // 10,
        le=100 * MEGABYTE,
    )
    sizes: dict[str, Annotated[int, Field(ge=16, le=4096)]] = setting(
        {"thumb": 320, "medium": 600, "whatsapp": 1200},
        "Name and longest side of the pictures that are made.",
        title="Picture sizes",
        effect=NEW_FILES,
        unit="pixels",
    )
    workers: Workers = setting(2, "Photos that are worked on at once.", title="Photos at once")

    @field_validator("inbox")
    @classmethod
    def _is_absolute(cls, inbox: Path | None) -> Path | None:
        return inbox.expanduser().absolute() if inbox else inbox

    @field_validator("sizes")
    @classmethod
    def _has_the_needed(cls, sizes: dict[str, int]) -> dict[str, int]:
        if missing := {"thumb", "whatsapp"} - sizes.keys():
            raise ValueError(f"thumb and whatsapp are needed, and {min(missing)} is missing")
        if bad := [name for name in sizes if not (name.isascii() and name.isidentifier())]:
            raise ValueError(f"{bad[0]!r} is not a plain word")
        return sizes


class Jobs(Section):
    """The queue."""

    message_workers: Workers = setting(
        5, "Messages that are sent at once.", title="Messages at once"
    )
    order_workers: Workers = setting(
        2, "Orders that are worked on at once.", title="Orders at once"
    )
    webhook_workers: Workers = setting(
        5, "Webhooks that are delivered at once.", title="Webhooks at once"
    )
    lease_seconds: float = setting(
        30.0,
        "After how long a worker that stands still is replaced.",
        title="Patience with a worker",
        unit="seconds",
        ge=2,
        le=600,
    )
    keep_days: int = setting(
        30,
        "How long finished jobs are kept.",
        title="Keep finished jobs",
        unit="days",
        ge=1,
        le=3650,
    )
    keep_failed_days: int = setting(
        180,
        "How long failed jobs are kept, to be tried again.",
        title="Keep failed jobs",
        unit="days",
        ge=1,
        le=3650,
    )


class Api(Section):
    """The HTTP interface; this version does not serve it yet."""

    enabled: bool = setting(
        default=True,
        description="Whether other systems can ask over HTTP.",
        title="Answer over HTTP",
        effect=UNUSED,
    )
    host: str = setting(
        "127.0.0.1", "The address that it listens on.", title="Address", effect=UNUSED
    )
    port: int = setting(
        4001, "The port; 0 picks a free one.", title="Port", effect=UNUSED, ge=0, le=65535
    )


class WhatsApp(Section):
    """The shop's WhatsApp account: kept sealed; this version does not connect to it yet."""

    access_token: Hidden = secret(
        "With it messages are sent; from Meta's app dashboard.", title="Access token", effect=UNUSED
    )
    app_secret: Hidden = secret(
        "With it Meta signs what it sends; from Meta's app dashboard.",
        title="App secret",
        effect=UNUSED,
    )
    verify_token: Hidden = secret(
        "A word of your own, which Meta repeats when it connects.",
        title="Verify token",
        effect=UNUSED,
    )

    @field_validator("access_token", "app_secret", "verify_token")
    @classmethod
    def _is_one_word(cls, secret: SecretStr | None) -> SecretStr | None:
        text = secret.get_secret_value() if secret else ""
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise ValueError("it takes plain letters, digits and signs, without a space")
        return secret


class Events(Section):
    """The history of what happened."""

    keep: int = setting(
        100_000,
        "How much the history holds.",
        title="Events kept",
        unit="events",
        ge=1_000,
        le=100_000_000,
    )


class Database(Section):
    """Where the data lies."""

    url: str = setting("", "Empty: SQLite in the home.", title="Database")

    @field_validator("url")
    @classmethod
    def _only_sqlite(cls, url: str) -> str:
        if url:
            raise ValueError("PostgreSQL is not supported yet; leave it empty")
        return url


class Log(Section):
    """The log."""

    level: Annotated[Literal["debug", "info", "warning", "error"], Word] = setting(
        "info",
        "The least important lines that are written: debug, info, warning or error.",
        title="Log level",
        effect=NOW,
    )
    format: Annotated[Literal["console", "json"], Word] = setting(
        "console",
        "How `botops serve` writes its log to stderr: console or json.",
        title="Log format",
    )
