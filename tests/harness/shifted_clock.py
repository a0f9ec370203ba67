"""The `semafor` program on a clock that a test moves: `python -m tests.harness.shifted_clock FILE serve ...`.

The file holds by how many seconds this server's wall clock is ahead; monotonic time stays what it is. The server's one
clock is all that is touched.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from server.cli import main
from server.clock import Clock
from tests.harness.desk import Desk


class ShiftedClock:
    """For a desk of a test's own. `move` takes effect at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move(0)

    def move(self, ahead_s: float) -> None:
        staged = self._file.with_suffix(".new")
        staged.write_text(str(ahead_s))
        staged.rename(self._file)

    def desk(self, data: Path, settings: dict[str, str]) -> Desk:
        return Desk(data, settings, [sys.executable, "-m", "tests.harness.shifted_clock", str(self._file)])


def _shift(file: Path) -> None:
    def now_ms(self: Clock) -> int:
        return time.time_ns() // 1_000_000 + round(float(file.read_text()) * 1000)

    Clock.now_ms = now_ms  # type: ignore[method-assign]


if __name__ == "__main__":
    _shift(Path(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    main()
