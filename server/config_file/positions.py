"""JSON that knows where it stands: what is wrong with a value is said with its line and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

Path = Sequence[str | int]
DEPTH_MAX = 20
"""Files of ours have 6 levels."""
TOO_DEEP = "This is nested too deeply."
_BLANK = " \t\n\r"
_DECODER = json.JSONDecoder()


class UnreadableError(Exception):
    """The text is no JSON. line, column: 1 for the first."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Located:
    """A JSON text and its value. Raises UnreadableError, also where an object names a field twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            self.value: Any = json.loads(text, parse_constant=_refuse)
        except json.JSONDecodeError as exc:
            raise UnreadableError(exc.lineno, exc.colno, exc.msg) from exc
        except RecursionError as exc:
            raise UnreadableError(1, 1, TOO_DEEP) from exc
        except ValueError as exc:
            raise UnreadableError(1, 1, str(exc)) from exc
        twice = self._find_twice(self._skip(0), DEPTH_MAX)
        if twice is not None:
            at, name = twice
            raise UnreadableError(*self._place(at), f"The field {name!r} stands here twice.")

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of the value at `path`, or of what holds it where it is not there."""
        at, value = self._skip(0), self.value
        for part in path:
            inside = dict(self._children(at))
            if part not in inside or not isinstance(value, dict | list):
                break
            at, value = inside[part], value[part]  # type: ignore[index]
        return self._place(at)

    def _children(self, at: int) -> list[tuple[str | int, int]]:
        """Name or number of each value right inside the one that begins at `at`, and where that begins."""
        opening = self._text[at]
        if opening not in "{[":
            return []
        found: list[tuple[str | int, int]] = []
        at = self._skip(at + 1)
        while self._text[at] not in "}]":
            name: str | int = len(found)
            if opening == "{":
                name, at = scanstring(self._text, at + 1, True)
                at = self._skip(self._skip(at) + 1)  # over the colon
            found.append((name, at))
            _, at = _DECODER.raw_decode(self._text, at)
            at = self._skip(at)
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return found

    def _find_twice(self, at: int, depth: int) -> tuple[int, str | int] | None:
        """Raises UnreadableError where objects lie deeper than `depth`: each level is read anew."""
        children = self._children(at)
        if children and not depth:
            raise UnreadableError(*self._place(at), TOO_DEEP)
        names: set[str | int] = set()
        for name, begins in children:
            if name in names:
                return begins, name
            names.add(name)
            inside = self._find_twice(begins, depth - 1)
            if inside is not None:
                return inside
        return None

    def _skip(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in _BLANK:
            at += 1
        return at

    def _place(self, at: int) -> tuple[int, int]:
        before = self._text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON.")
