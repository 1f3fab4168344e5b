"""Command line: every command, its words, its documents and its exit codes."""

from botops.cli.app import run

__all__ = ["run"]
