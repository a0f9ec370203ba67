"""An acknowledgement is a promise that a power cut one instant later does not break.

A child process writes to a real record; its system calls are recorded; for many acknowledgements the files are
rebuilt as a disk would have them had the power gone right then, and opened as after a restart. The judge itself is
judged by planting what must not be: a record that does not sync.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.crash.recording import Disk, calls, record

_EVERY = 5
"""Acknowledgements from one judged power cut to the next."""

Ack = tuple[str, int, str]


def _recorded(directory: Path, planted: str) -> Path:
    (directory / "record").mkdir()
    log = directory / "calls.log"
    record(["-m", "tests.crash.durability_child", str(directory / "record"), str(directory / "acks"), planted], log)
    return log


def _power_cuts(directory: Path, log: Path) -> Iterator[tuple[list[Ack], Path]]:
    """For every few acknowledgements: all that were given so far, and what is left in the files."""
    disk = Disk(directory / "record")
    given: list[Ack] = []
    for call in calls(log):
        if call.path != str(directory / "acks"):
            disk.apply(call)
        elif call.name == "write":
            chat, seq, client_id = call.data.decode().split()
            given.append((chat, int(seq), client_id))
            if len(given) % _EVERY == 1:
                for world, torn in (("dropped", None), ("torn", Random(len(given)))):
                    left = directory / f"{world}-{len(given)}"
                    left.mkdir()
                    disk.after_power_cut(left, torn)
                    yield list(given), left


def _lost(given: list[Ack], left: Path) -> set[Ack]:
    """Acknowledged messages that are not there any more. Raises AssertionError for a record that is not sound."""
    record_file = left / "record.db"
    if not record_file.exists():
        return set(given)
    try:
        db = sqlite3.connect(record_file)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT chat_id, seq, client_id FROM messages ORDER BY chat_id, seq").fetchall()
        for chat_id, last_seq in db.execute("SELECT id, last_seq FROM chats").fetchall():
            assert [seq for chat, seq, _ in rows if chat == chat_id] == list(range(1, last_seq + 1))
        db.close()
    except sqlite3.DatabaseError:
        return set(given)
    return set(given) - set(rows)


def test_every_acknowledged_message_survives_a_power_cut_one_instant_later(tmp_path: Path) -> None:
    log = _recorded(tmp_path, "FULL")

    judged = 0
    for given, left in _power_cuts(tmp_path, log):
        assert _lost(given, left) == set(), f"after {len(given)} acknowledgements, in {left.name}"
        judged += 1

    assert judged >= 40


def test_the_recording_has_checkpoints_between_acknowledgements(tmp_path: Path) -> None:
    log = _recorded(tmp_path, "FULL")

    acked_before = 0
    checkpoints = set()
    for call in calls(log):
        acked_before += call.path == str(tmp_path / "acks") and call.name == "write"
        if call.path == str(tmp_path / "record" / "record.db") and call.name in {"fsync", "fdatasync"}:
            checkpoints.add(acked_before)

    assert len(checkpoints) >= 4


@pytest.mark.parametrize("planted", ["OFF", "NORMAL"])
def test_the_judge_catches_synchronous_off(tmp_path: Path, planted: str) -> None:
    log = _recorded(tmp_path, planted)

    losses = [len(_lost(given, left)) for given, left in _power_cuts(tmp_path, log) if left.name.startswith("dropped")]

    assert sum(loss > 0 for loss in losses) > len(losses) / 2
