"""Looks: our dark and light theme, and the style that each tone of text has in every theme."""

from textual.theme import Theme

from botops.tui.presenters.cells import Tone

DARK = Theme(
    name="botops-dark",
    dark=True,
    primary="#7dcfb6",
    secondary="#82aaff",
    accent="#f2b56b",
    success="#93d687",
    warning="#f0c674",
    error="#f2777a",
    foreground="#d9dfe9",
    background="#11151c",
    surface="#161b24",
    panel="#1e2531",
    variables={
        "tone-muted": "#8b97a8",
        "tone-faint": "#4d596b",
        "tone-busy": "#7cc4ff",
        "tone-wait": "#a9b4c4",
        "tone-again": "#f0c674",
        "tone-off": "#7a8494",
        "frame": "#2f3a4b",
        "frame-live": "#7dcfb6",
        "row-live": "#24413d",
        "row-held": "#1e2733",
        "row-hover": "#1a212c",
        "row-marked": "#3a3222",
        "footer-background": "#161b24",
        "border-blurred": "#2f3a4b",
        "scrollbar": "#2f3a4b",
        "scrollbar-hover": "#3d4a5f",
        "scrollbar-active": "#7dcfb6",
        "scrollbar-background": "#11151c",
        "scrollbar-background-hover": "#11151c",
        "scrollbar-background-active": "#11151c",
        "scrollbar-corner-color": "#11151c",
        "input-selection-background": "#7dcfb6 35%",
        "block-cursor-background": "#7dcfb6",
        "block-cursor-foreground": "#11151c",
        "block-cursor-text-style": "none",
    },
)
LIGHT = Theme(
    name="botops-light",
    dark=False,
    primary="#0b7a68",
    secondary="#2b62b8",
    accent="#9a5b00",
    success="#2a7a3b",
    warning="#8a6200",
    error="#b8323a",
    foreground="#262c36",
    background="#faf8f4",
    surface="#fffefb",
    panel="#f0ece4",
    variables={
        "tone-muted": "#626b78",
        "tone-faint": "#b3aea3",
        "tone-busy": "#1f63b5",
        "tone-wait": "#59626f",
        "tone-again": "#8a6200",
        "tone-off": "#767d88",
        "frame": "#d5cfc3",
        "frame-live": "#0b7a68",
        "row-live": "#cfe9e2",
        "row-held": "#ece8df",
        "row-hover": "#f3efe7",
        "row-marked": "#f6e6c6",
        "footer-background": "#f0ece4",
        "border-blurred": "#d5cfc3",
        "scrollbar": "#d5cfc3",
        "scrollbar-hover": "#bdb6a8",
        "scrollbar-active": "#0b7a68",
        "scrollbar-background": "#faf8f4",
        "scrollbar-background-hover": "#faf8f4",
        "scrollbar-background-active": "#faf8f4",
        "scrollbar-corner-color": "#faf8f4",
        "input-selection-background": "#0b7a68 30%",
        "block-cursor-background": "#0b7a68",
        "block-cursor-foreground": "#fffefb",
        "block-cursor-text-style": "none",
    },
)
THEMES = (DARK, LIGHT)


def defaults(theme: Theme) -> dict[str, str]:
    """Return what a theme that is not ours draws our own names with."""
    return _TERMINAL if theme.ansi else _mixed(theme)


# Where the terminal gives the colours, there is nothing to mix.
_TERMINAL = {
    "tone-muted": "ansi_bright_black",
    "tone-faint": "ansi_bright_black",
    "tone-busy": "ansi_blue",
    "tone-wait": "ansi_default",
    "tone-again": "ansi_yellow",
    "tone-off": "ansi_bright_black",
    "frame": "ansi_bright_black",
    "frame-live": "ansi_green",
    "row-live": "ansi_blue",
    "row-held": "ansi_bright_black",
    "row-hover": "ansi_black",
    "row-marked": "ansi_yellow",
}


def _mixed(theme: Theme) -> dict[str, str]:
    colours = theme.to_color_system().generate()
    ink, first = colours["foreground"], colours["primary"]
    return {
        "tone-muted": f"{ink} 70%",
        "tone-faint": f"{ink} 35%",
        "tone-busy": colours["secondary"],
        "tone-wait": f"{ink} 85%",
        "tone-again": colours["warning"],
        "tone-off": f"{ink} 55%",
        "frame": f"{ink} 25%",
        "frame-live": first,
        "row-live": f"{first} 30%",
        "row-held": f"{ink} 10%",
        "row-hover": f"{ink} 6%",
        "row-marked": f"{colours['warning']} 20%",
    }


STYLES: dict[Tone, str] = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold $foreground",
    Tone.MUTED: "$tone-muted",
    Tone.FAINT: "$tone-faint",
    Tone.GOOD: "$success",
    Tone.BUSY: "$tone-busy",
    Tone.WAIT: "$tone-wait",
    Tone.AGAIN: "$tone-again",
    Tone.BAD: "$error",
    Tone.WARN: "$warning",
    Tone.OFF: "$tone-off",
    Tone.ACCENT: "bold $primary",
    Tone.KEY: "bold $accent",
}
