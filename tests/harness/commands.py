"""Several commands of `semafor`, one after the other in one process: `python -m tests.harness.commands < ORDERS`.

ORDERS: a JSON list of {"arguments": [...], "stdin": "..."}. Each does what the program does when it is called with
these arguments; what is saved is its start, a second of imports each time. Ends with the code of the first that fails.
"""

from __future__ import annotations

import io
import json
import sys

from server.cli import main


def _carry_out(arguments: list[str], stdin: str) -> None:
    """Raises SystemExit where the command fails."""
    sys.argv[1:] = arguments
    sys.stdin = io.StringIO(stdin)
    try:
        main()
    except SystemExit as exc:
        if exc.code:
            raise


if __name__ == "__main__":
    for order in json.load(sys.stdin):
        _carry_out(order["arguments"], order["stdin"])
