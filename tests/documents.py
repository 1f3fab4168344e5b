"""Documents: writes the pages under docs/ that are told by the program itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

from botops.settings import Settings, SettingView, describe
from botops.settings.describe import sections
from botops.settings.sources import variable_of

FOLDER = Path(__file__).parent.parent / "docs"
SETTINGS = """\
# Settings

*Written by `make docs` from the schema; change `botops/settings/sections.py` instead.*

A home has its settings in `config.toml`, which `botops init` writes with every setting explained
and none changed. Change them there, or let BotOps do it, which keeps your comments and your order:

```sh
botops settings                               # all, with where each value comes from
botops settings set media.max_size 60 MB      # checked as a whole before the file is written
botops settings unset media.max_size          # the default again
botops settings show media.max_size           # what it means, and each place it may come from
```

**Where a value comes from.** The strongest place that has one wins:

1. the command line: `--set media.max_size="60 MB"`
2. the environment: `BOTOPS_MEDIA__MAX_SIZE="60 MB"`
3. the file: `max_size = "60 MB"` below `[media]`
4. the default

**When a change takes effect.** An engine that runs notices the file within two seconds, and at once
where `botops settings` or the screen has written it. A file with a mistake changes nothing; the
screen, the log and `botops doctor` say where it is.

**Secrets** are in none of these files. `botops settings set KEY` asks for one, or reads it from
stdin, and keeps it sealed in the database (AES-256-GCM, bound to its place); the environment may
give one, too. They are shown masked, such as `••••8f2c`. The key that opens them lies outside of
the home: see `botops secrets rotate --help`. Sealing protects a backup or a disk that gets lost;
it does not protect from somebody who works on your computer as you.

"""


def settings_page() -> str:
    """Return the page about settings."""
    return SETTINGS + "\n".join(_sections()) + "\n"


PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page}


def _sections() -> Iterator[str]:
    views = describe(Settings())
    for name, model in sections().items():
        yield f"## {name}\n\n{model.__doc__}\n"
        for view in views:
            if view.section == name:
                yield f"### {view.key}\n\n{view.description}\n"
                yield "".join(f"- {fact}\n" for fact in _facts(view))


def _facts(view: SettingView) -> Iterator[str]:
    unit = f", in {view.unit}" if view.unit not in ("", "bytes") else ""
    if not view.secret:
        yield f"default: {f'`{view.default_text}`' if view.default_text else 'empty'}{unit}"
    if view.allowed:
        yield f"allowed: {view.allowed}"
    yield f"takes effect: {view.takes_effect}"
    yield f"variable: `{variable_of(*view.key.split('.'))}`"


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
