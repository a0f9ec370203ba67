"""The harness's desk, against stand-ins that behave well or badly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.harness.desk import Department, Desk, User

WELL = """
import json, os, signal, sys
settings = {name: value for name, value in os.environ.items() if name.startswith("SEMAFOR_")}
if sys.argv[1] != "serve":
    print(json.dumps({"argv": sys.argv[1:], "stdin": sys.stdin.read(), "data": settings["SEMAFOR_DATA"]}))
    sys.exit(1 if "wrong" in sys.argv else 0)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(CODE))
print("starting")
print("listening on http://127.0.0.1:" + sys.argv[sys.argv.index("--port") + 1])
while True:
    signal.pause()
"""


def stand_in(folder: Path, source: str) -> Desk:
    script = folder / "stand_in.py"
    script.write_text(source)
    return Desk(folder / "data", {"SEMAFOR_TZ": "Europe/Prague"}, [sys.executable, str(script)])


def test_desk_starts_restarts_and_stops(tmp_path: Path) -> None:
    desk = stand_in(tmp_path, WELL.replace("CODE", "0"))
    desk.start()
    first = desk.pid
    desk.restart()
    assert desk.alive
    assert desk.pid != first
    desk.kill()
    desk.restart()
    desk.stop()
    assert not desk.alive


def test_desk_that_ends_with_an_error_fails_the_test(tmp_path: Path) -> None:
    desk = stand_in(tmp_path, WELL.replace("CODE", "3"))
    desk.start()
    with pytest.raises(AssertionError, match="ended with 3"):
        desk.stop()


def test_desk_that_does_not_start_says_why(tmp_path: Path) -> None:
    desk = stand_in(tmp_path, "import sys; print('hm'); sys.exit('port 8080 is taken')")
    with pytest.raises(AssertionError, match=r"(?s)hm.*port 8080 is taken"):
        desk.start()


def test_people_come_in_by_the_command_line(tmp_path: Path) -> None:
    desk = stand_in(tmp_path, WELL)
    said = desk.cli(*User("eva@desk.example", "Eva", departments=("a", "b")).arguments(), stdin="secret\n")
    assert '"--department", "a", "--department", "b", "--capacity", "3"' in said
    assert '"stdin": "secret\\n"' in said
    assert str(desk.data) in said
    assert '"--tz", "UTC"' in desk.cli(*Department("a", "A", tz="UTC").arguments())


def test_a_failing_subcommand_fails_the_test_unless_it_is_expected(tmp_path: Path) -> None:
    desk = stand_in(tmp_path, WELL)
    assert desk.run("wrong").returncode == 1
    with pytest.raises(AssertionError, match="semafor wrong: exit 1"):
        desk.cli("wrong")
