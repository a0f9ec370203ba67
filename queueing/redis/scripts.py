"""The Lua scripts of queueing/lua as they are sent to Redis: shared pieces put in, arguments known by name.

A script's header is true by construction: its ARGV line is what the arguments are ordered by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).parent.parent / "lua"

_INCLUDE = re.compile(r'^--- @include "(\w+)"\n', re.MULTILINE)
_ARGV = re.compile(r"^-- ARGV((?:.*\n--  )*.*)$", re.MULTILINE)
_NUMBERED = re.compile(r"(?<!\S)(\d+) (\w+)")


class BrokenScript(Exception):
    """A Lua file that cannot be put together: an unknown piece, or a header that does not count its arguments."""


@dataclass(frozen=True, slots=True)
class Script:
    """sha: what EVALSHA calls it by. arguments: the names in its ARGV line, in order."""

    name: str
    source: str
    sha: str
    arguments: tuple[str, ...]

    def ordered(self, values: Mapping[str, str]) -> list[str]:
        """The values this script takes, in its order. Raises KeyError if one is missing."""
        return [values[name] for name in self.arguments]


def load(folder: Path = LUA) -> dict[str, Script]:
    """All scripts of the folder by name. Raises BrokenScript."""
    return {path.stem: _script(path, folder) for path in sorted(folder.glob("*.lua"))}


def _script(path: Path, folder: Path) -> Script:
    written = path.read_text(encoding="utf-8")
    source = _assembled(written, folder, set())
    sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
    return Script(path.stem, source, sha, _arguments(path.stem, written))


def _assembled(text: str, folder: Path, present: set[str]) -> str:
    """`text` with each piece in the place of the first line that includes it; later ones find it there already."""

    def piece(line: re.Match[str]) -> str:
        name = line[1]
        if name in present:
            return ""
        present.add(name)
        path = folder / "include" / f"{name}.lua"
        if not path.is_file():
            raise BrokenScript(f"no piece {name!r} in {path.parent}")
        return _assembled(path.read_text(encoding="utf-8"), folder, present)

    return _INCLUDE.sub(piece, text)


def _arguments(name: str, text: str) -> tuple[str, ...]:
    line = _ARGV.search(text)
    if line is None:
        raise BrokenScript(f"{name}.lua has no ARGV line")
    numbered = _NUMBERED.findall(line[1])
    if [int(number) for number, _ in numbered] != list(range(1, len(numbered) + 1)):
        raise BrokenScript(f"{name}.lua: its ARGV line does not count from 1")
    return tuple(argument for _, argument in numbered)
