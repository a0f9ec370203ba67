"""The program that decodes pictures takes nobody's word for how much of the machine it may have."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from server.files import thumbnailing

PATIENCE_S = 5.0


def test_a_decoder_is_confined_before_it_has_read_a_byte() -> None:
    program = [sys.executable, "-I", thumbnailing.__file__]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as decoder:
        assert decoder.stdin is not None
        place = Path(f"/proc/{decoder.pid}/limits")
        limits: dict[str, str] = {}
        soon_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < soon_s and limits.get("Max file size", "").split()[:1] != ["0"]:
            limits = {line[:26].strip(): line[26:] for line in place.read_text().splitlines()}
        decoder.stdin.close()

    assert limits["Max address space"].split()[0] == str(thumbnailing.MEMORY_BYTES)
    assert limits["Max cpu time"].split()[0] == str(thumbnailing.CPU_S)
