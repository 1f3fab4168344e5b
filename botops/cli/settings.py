"""Settings: commands about what a merchant may change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from botops.cli.completing import setting_keys
from botops.cli.context import table
from botops.cli.options import Group, pass_call
from botops.kernel.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botops.cli.context import Call
    from botops.preferences.views import Change, SourceView
    from botops.settings import SettingView

WIDEST = 30  # characters of a value in the list


@click.group(cls=Group, invoke_without_command=True)
@click.option("-q", "text", default="", help="Words in the name or the meaning.")
@click.option("--changed", is_flag=True, help="Only what is another than its default.")
@pass_call
@click.pass_context
def settings(context: click.Context, call: Call, *, text: str, changed: bool) -> None:
    """List the settings, each with value, default and where it comes from; change one.

    The file config.toml in the home holds them. The environment (BOTOPS_SECTION__KEY) and
    --set section.key=value come before it.
    """
    if context.invoked_subcommand is not None:
        return
    with call.parts() as parts:
        views = [
            view
            for view in parts.preferences.views()
            if _has_words(view, text) and (view.changed or not changed)
        ]
    document = {
        "settings": [view.document() for view in views],
        "count": len(views),
        "next_cursor": None,
    }
    call.show(document, lambda: _list(views))


@settings.command()
@click.argument("key", shell_complete=setting_keys)
@pass_call
def show(call: Call, key: str) -> None:
    """Show a setting: what it means, what it may be, and each place it may come from."""
    with call.parts() as parts:
        view, sources = parts.preferences.view(key), parts.preferences.where(key)
    document = {
        "setting": {**view.document(), "allowed": view.allowed, "choices": list(view.choices)},
        "sources": [source.document() for source in sources],
    }
    call.show(document, lambda: _text(view, sources))


@settings.command("set")
@click.argument("key", shell_complete=setting_keys)
@click.argument("words", metavar="[VALUE]", nargs=-1)
@pass_call
def set_value(call: Call, /, *, key: str, words: tuple[str, ...]) -> None:
    """Give a setting another value; all is checked before the file is written.

    A secret is asked for, or read from stdin; it is sealed, and in no file.
    """
    with call.parts() as parts:
        is_secret = parts.preferences.view(key).secret
        value = _hidden(key, words) if is_secret else _given(key, words)
        _tell(call, parts.preferences.set(key, value))


@settings.command()
@click.argument("key", shell_complete=setting_keys)
@pass_call
def unset(call: Call, key: str) -> None:
    """Let a setting have its default again, or forget a secret."""
    with call.parts() as parts:
        _tell(call, parts.preferences.unset(key))


def _given(key: str, words: tuple[str, ...]) -> str:
    if not words:
        raise UsageProblem(
            f"What is {key} to be?",
            hint=f"botops settings set {key} VALUE; `settings unset` takes the default.",
        )
    return " ".join(words)


def _hidden(key: str, words: tuple[str, ...]) -> str:
    """Return a secret, asked for where somebody can answer."""
    if words:
        raise UsageProblem(
            f"{key} is a secret, and everybody can read what stands on the command line.",
            hint=f"botops settings set {key} asks for it, or reads it from stdin.",
            code="secret_in_the_open",
        )
    if sys.stdin.isatty():
        return str(click.prompt(key, hide_input=True, err=True))
    return sys.stdin.read().strip()


def _tell(call: Call, change: Change) -> None:
    call.show(change.document(), lambda: "\n".join(_told(change)))
    if change.notice:
        call.say(change.notice)


def _told(change: Change) -> Iterable[str]:
    after = change.after
    if after.secret:
        yield f"{after.key} is {f'kept sealed: {after.value}' if after.value else 'not set'}."
    else:
        effect = "" if after.value == change.before.value else f" It counts {after.takes_effect}."
        yield f"{after.key} is {_value(after) or 'empty'}.{effect}"
    if change.recovery_key:
        yield f"Recovery key: {change.recovery_key}"
        yield "A new key was made for it. Write it down: it is in no backup, and shown only now."


def _has_words(view: SettingView, text: str) -> bool:
    said = f"{view.key} {view.title} {view.description}".lower()
    return all(word in said for word in text.lower().split())


def _list(views: list[SettingView]) -> str:
    rows = [
        (
            f"{'*' if view.changed else ' '} {view.key}",
            _short(_value(view)),
            "" if view.secret else _short(view.default_text),
            view.source,
            view.takes_effect,
        )
        for view in views
    ]
    return table(rows, ("  setting", "value", "default", "from", "takes effect"))


def _value(view: SettingView) -> str:
    unit = view.unit if view.unit != "bytes" and isinstance(view.value, int | float) else ""
    return f"{view.text} {unit}".rstrip()


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _text(view: SettingView, sources: list[SourceView]) -> str:
    facts = {
        "value": _value(view),
        "default": view.default_text,
        "allowed": view.allowed,
        "takes effect": view.takes_effect,
    }
    lines = [f"{view.key}  {view.title}", view.description]
    lines += [f"  {name:<14}{said}" for name, said in facts.items() if said]
    lines += [
        f"{'▸' if source.wins else ' '} {source.name:<24}"
        f"{source.text if source.has_value else '—':<20}  {source.place}".rstrip()
        for source in sources
    ]
    return "\n".join(lines)
