"""Who runs the desk hears what disk and file do not do, in words that help, and not once per request."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from transcripts.errors import StoreDamaged, StoreUnavailable
from transcripts.sqlite.trouble import SAID_AGAIN_S, Trouble

WHAT = "the record cannot be written now"


def sqlites(code: int, name: str) -> sqlite3.OperationalError:
    """As the library raises it; the sentence is what nobody may find in a log."""
    error = sqlite3.OperationalError("near 'my secret': syntax error")
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    return error


@pytest.mark.parametrize(
    ("cause", "name", "remedy"),
    [
        (sqlites(sqlite3.SQLITE_FULL, "SQLITE_FULL"), "SQLITE_FULL", "Make room"),
        (sqlites(sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"), "SQLITE_IOERR_FSYNC", "is it full, or sick"),
        (sqlites(sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT"), "SQLITE_CORRUPT", "semafor restore"),
        (sqlites(sqlite3.SQLITE_READONLY, "SQLITE_READONLY"), "SQLITE_READONLY", "permissions"),
        (OSError(errno.ENOSPC, "no room for my secret"), "ENOSPC", "Make room"),
        (StoreUnavailable("the record is closed"), "StoreUnavailable", "permissions"),
    ],
)
def test_trouble_is_told_with_its_name_and_what_helps(
    caplog: pytest.LogCaptureFixture, cause: Exception, name: str, remedy: str
) -> None:
    error = Trouble().told(WHAT, cause)

    assert isinstance(error, StoreDamaged) is ("restore" in remedy)
    (line,) = caplog.records
    assert (line.getMessage(), vars(line)["error"]) == (WHAT, name)
    assert remedy in vars(line)["remedy"]
    assert "secret" not in str(vars(line)) + str(error)


def test_lasting_trouble_is_told_once_a_minute_and_other_trouble_at_once(caplog: pytest.LogCaptureFixture) -> None:
    now_s = [0.0]
    trouble = Trouble(lambda: now_s[0])
    full, sick = sqlites(sqlite3.SQLITE_FULL, "SQLITE_FULL"), sqlites(sqlite3.SQLITE_IOERR, "SQLITE_IOERR")

    for _ in range(100):
        trouble.told(WHAT, full)
    trouble.told(WHAT, sick)
    now_s[0] = SAID_AGAIN_S
    trouble.told(WHAT, full)

    assert [vars(line)["error"] for line in caplog.records] == ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_FULL"]
