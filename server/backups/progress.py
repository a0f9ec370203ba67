"""What a long command says while it works: on standard error, one line that changes, or a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from server.clock import Clock

EVERY_S = 0.2
EVERY_LINE_S = 5.0
"""Where standard error is no terminal, but a log."""


class Progress:
    def __init__(
        self,
        out: TextIO | None = None,
        clock: Clock | None = None,
        *,
        counted: Callable[[int], str] | None = None,
    ) -> None:
        """counted: how an amount is said, where it is not bytes."""
        self._counted = counted or size_text
        self._out = out or sys.stderr
        self._clock = clock or Clock()
        self._is_terminal = self._out.isatty()
        self._step = ""
        self._next_s = 0.0
        self._done_bytes = -1
        self._shown = False

    def step(self, name: str, done_bytes: int, whole_bytes: int | None = None) -> None:
        """The first word of every step is said at once, the rest not more often than somebody can read."""
        now_s = self._clock.monotonic_s()
        is_over = whole_bytes is not None and done_bytes >= whole_bytes
        if name == self._step and (done_bytes == self._done_bytes or (now_s < self._next_s and not is_over)):
            return
        if name != self._step:
            self.end()
        self._done_bytes = done_bytes
        self._step, self._next_s = name, now_s + (EVERY_S if self._is_terminal else EVERY_LINE_S)
        of = "" if not whole_bytes else f" of {self._counted(whole_bytes)} ({done_bytes * 100 // whole_bytes} %)"
        self._say(f"{name}: {self._counted(done_bytes)}{of}")

    def part_of(self, name: str) -> Callable[[int, int], None]:
        return lambda done, whole: self.step(name, done, whole)

    def end(self) -> None:
        """What comes next begins a line of its own."""
        if self._shown and self._is_terminal:
            print(file=self._out, flush=True)
        self._shown, self._step = False, ""

    def _say(self, text: str) -> None:
        self._shown = True
        if self._is_terminal:
            print(f"\r{text:<70}", end="", file=self._out, flush=True)
        else:
            print(text, file=self._out, flush=True)


def size_text(size: int) -> str:
    """12 kB, 3.4 MB: as people read it."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_of:
            return f"{size / bytes_of:.1f} {unit}"
    return f"{size} bytes"
