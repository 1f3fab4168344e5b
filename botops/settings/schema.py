"""Schema: all settings of a home in one document, and from where each has its value."""

from __future__ import annotations

from pydantic import PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from botops.settings.fields import NEW_FILES, NOW, effect_of
from botops.settings.sections import Api, Database, Events, Jobs, Log, Media, Shop, WhatsApp


class Settings(BaseSettings):
    """All sections; `load` says from where each value comes."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="BOTOPS_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    shop: Shop = Shop()
    media: Media = Media()
    jobs: Jobs = Jobs()
    api: Api = Api()
    whatsapp: WhatsApp = WhatsApp()
    events: Events = Events()
    database: Database = Database()
    log: Log = Log()

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    def remember_sources(self, sources: dict[str, str]) -> None:
        """Keep where values come from, for those that are not at their default."""
        self._sources = sources

    def follow(self, others: Settings) -> list[str]:
        """Take over what takes effect in a program that runs; return the keys that have changed.

        What is read from here is one whole section or the other, whoever reads it meanwhile.
        """
        changed: list[str] = []
        for section in type(self).model_fields:
            mine, theirs = getattr(self, section), getattr(others, section)
            news = {
                key: getattr(theirs, key)
                for key, field in type(mine).model_fields.items()
                if effect_of(field) in (NOW, NEW_FILES)
                and getattr(theirs, key) != getattr(mine, key)
            }
            if news:
                self.__dict__[section] = mine.model_copy(update=news)
                changed += [f"{section}.{key}" for key in news]
        return changed

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
