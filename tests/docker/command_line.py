"""Does the real command line take these words? Nothing is carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typer.main import get_command

from server.cli import cli


def command_fault(words: Sequence[str]) -> str | None:
    """words: what follows `semafor`. None where it is a command with all that it needs."""
    command: Any = get_command(cli)
    if list(words) == ["--version"]:
        return None
    rest = list(words)
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            return f"semafor {' '.join(words)}: there is no such command"
        command = command.commands[rest.pop(0)]
    try:
        command.make_context(command.name, rest)
    except Exception as exc:  # noqa: BLE001 - whatever the parser raises is what is wrong
        return f"semafor {' '.join(words)}: {getattr(exc, 'message', '') or type(exc).__name__}"
    return None
