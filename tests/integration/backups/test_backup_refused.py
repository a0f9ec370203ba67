"""What goes wrong with a backup or a restore: a sentence, exit code 1, and everything as it was."""

from __future__ import annotations

import asyncio
import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from server.administration import OperationError
from server.backups.making import make
from server.backups.progress import Progress
from server.backups.restoring import check, restore
from server.settings import Settings
from tests.harness.desk import Desk
from transcripts.copies import CopyError
from transcripts.port import Store
from transcripts.sqlite.store import SqliteStore

QUIET = Progress(io.StringIO())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A record of some megabytes, with a mail in the maildir; no server."""
    desk = Desk(tmp_path_factory.mktemp("backups") / "desk", {})
    desk.data.mkdir()
    asyncio.run(_fill(desk.data / "semafor.db"))
    (desk.data / "mail" / "new").mkdir(parents=True)
    (desk.data / "mail" / "new" / "1.a.semafor").write_bytes(b"Subject: hi\n\nthere\n")
    return desk


async def _fill(file: Path) -> None:
    store = await SqliteStore.open(file)
    await store.set_value("ballast", "x" * 4_000_000)
    await store.aclose()


@pytest.fixture(scope="module")
def backup(filled: Desk) -> Path:
    file = filled.data.with_name("good.semafor")
    asyncio.run(make(Settings(data=filled.data), file, QUIET, force=False))
    return file


def told(desk: Desk, *arguments: str) -> str:
    """The last sentence of a command that must fail with 1."""
    done = desk.run(*arguments)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def refused_restore(file: Path, data: Path) -> str:
    with file.open("rb") as opened, pytest.raises((OperationError, CopyError)) as raised:
        asyncio.run(restore(Settings(data=data), opened, check(opened, QUIET), QUIET, _nobody))
    return str(raised.value)


def refused_backup(data: Path, file: Path) -> str:
    with pytest.raises((OperationError, CopyError)) as raised:
        asyncio.run(make(Settings(data=data), file, QUIET, force=False))
    return str(raised.value)


async def _nobody(_: Store, __: Path) -> int:
    return 0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def copy_with(backup: Path, target: Path, place: int) -> Path:
    """The backup with one bit flipped."""
    raw = bytearray(backup.read_bytes())
    raw[place] ^= 4
    target.write_bytes(raw)
    return target


def test_a_changed_or_truncated_backup_is_refused_and_nothing_is_made(backup: Path, tmp_path: Path) -> None:
    data, size = tmp_path / "data", backup.stat().st_size
    (tmp_path / "cut").write_bytes(backup.read_bytes()[: size // 2])

    assert "changed or damaged" in refused_restore(copy_with(backup, tmp_path / "flipped", size // 3), data)
    assert "cut off" in refused_restore(tmp_path / "cut", data)
    assert "no backup" in refused_restore(Path("/etc/passwd"), data)
    assert not data.exists()


def test_a_folder_or_file_that_is_in_use_stays_as_it_is(filled: Desk, backup: Path, tmp_path: Path) -> None:
    data, taken = tmp_path / "data", tmp_path / "taken"
    data.mkdir()
    (data / "semafor.db").write_text("somebody's record")
    taken.write_text("mine")

    assert "is not empty" in refused_restore(backup, data)
    assert "exists already" in refused_backup(filled.data, taken)
    assert "There is no record" in refused_backup(tmp_path / "nothing", tmp_path / "x")
    assert ((data / "semafor.db").read_text(), names(data)) == ("somebody's record", ["semafor.db"])
    assert taken.read_text() == "mine"
    assert names(tmp_path) == ["data", "taken"]


def test_a_backup_of_a_newer_record_or_another_engine_is_refused(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with backup.open("rb") as file:
        contents = check(file, QUIET)
        for header, word in (
            (replace(contents.header, shape="999"), "use a newer one"),
            (replace(contents.header, engine="mongodb"), "SEMAFOR_MONGO_URL"),
        ):
            with pytest.raises((OperationError, CopyError), match=word):
                asyncio.run(restore(Settings(data=data), file, replace(contents, header=header), QUIET, _nobody))

    assert names(data) == []


@pytest.mark.slow
def test_a_full_disk_leaves_neither_a_file_nor_a_part_of_one(filled: Desk, tmp_path: Path) -> None:
    program = filled._program[0]
    environment = {**filled._environment(), "SEMAFOR_DATA": str(filled.data)}
    before = names(filled.data)

    limited = f"ulimit -f 100; exec {program} backup {tmp_path / 'x'}"
    done = subprocess.run(["bash", "-c", limited], env=environment, capture_output=True, text=True, check=False)
    with Path("/dev/full").open("wb") as full:
        piped = subprocess.run(
            [program, "backup", "-"], env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert (done.returncode, piped.returncode) == (1, 1)
    assert "room" in done.stderr.splitlines()[-1]
    assert b"No space left" in piped.stderr
    assert names(tmp_path) == []
    assert names(filled.data) == before


@pytest.mark.slow
def test_kill_9_leaves_nothing_that_looks_like_a_backup_and_the_next_one_is_whole(filled: Desk, tmp_path: Path) -> None:
    place, desk = tmp_path / "backups", Desk(tmp_path / "data", {})
    place.mkdir()

    _kill_at_first(filled, "Copying the record", "backup", str(place / "x"))
    left = names(place)
    for name in left:
        assert "backup" in told(desk, "restore", str(place / name))
    filled.cli("backup", str(place / "x"))

    assert set(left) <= {"x.part"}
    assert names(place) == ["x"]
    assert desk.cli("restore", "--check", str(place / "x")).startswith("The backup is whole")


@pytest.mark.slow
def test_a_restore_that_was_killed_serves_nobody_and_is_done_again(backup: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", {})

    _kill_at_first(desk, "Restoring", "restore", str(backup))

    assert names(desk.data) == [".restoring"]
    assert "not finished" in told(desk, "user", "list")
    assert "Accounts: " in desk.cli("restore", str(backup))
    assert names(desk.data) == ["mail", "semafor.db"]
    assert names(desk.data / "mail" / "new") == ["1.a.semafor"]


@pytest.mark.slow
def test_backup_to_standard_output_goes_through_a_pipe(filled: Desk, tmp_path: Path) -> None:
    file = tmp_path / "piped"
    environment = {**filled._environment(), "SEMAFOR_DATA": str(filled.data)}

    subprocess.run(
        ["bash", "-c", f"set -o pipefail; {filled._program[0]} backup - | cat >{file}"],
        env=environment,
        check=True,
        stderr=subprocess.DEVNULL,
    )

    assert "1 mails of the maildir" in Desk(tmp_path / "data", {}).cli("restore", "--check", str(file))
    assert names(filled.data) == ["mail", "semafor.db"]


def _kill_at_first(desk: Desk, word: str, *arguments: str) -> None:
    """kill -9 as soon as the command says `word`."""
    environment = {**desk._environment(), "SEMAFOR_DATA": str(desk.data)}
    with subprocess.Popen(
        [*desk._program, *arguments], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        assert any(word in line for line in process.stderr), "it ended before"
        process.kill()
    assert process.returncode == -9, "it ended before it was killed"
