"""Records what a program does to the files of a directory (strace), and what a power cut would leave of it.

The model of a disk is the pessimist's: a write is on it only if a later fsync or fdatasync of that file had ended
before the cut; a name (a file made or removed) only if its directory was synced after. What was not synced is
dropped, or, in the `Torn` world, partly there, sector by sector, in no order. The -shm file is shared memory and never
survives: SQLite builds it anew from the log.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_ROOT = Path(__file__).parents[2]
_SECTOR_BYTES = 512
_FOLLOWED = ["openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "unlink"]
_REFUSED = ["creat", "writev", "pwritev", "pwritev2", "truncate", "fallocate", "rename"]
"""Known ways to change a file that SQLite does not use; met on a watched file the judgement would be wrong."""

_STARTED = re.compile(r"^(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
_UNFINISHED = " <unfinished ...>"
_FD = re.compile(r"^\d+<(?P<path>(?:\\x[0-9a-f]{2})*)>")
_TEXT = re.compile(r'"(?P<hex>(?:\\x[0-9a-f]{2})*)"')
_RESULT = re.compile(r"\) += (?P<result>-?\d+)")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call; started and ended count the lines of the recording, a moment each."""

    name: str
    path: str
    data: bytes
    number: int
    started: int
    ended: int


def record(program: Sequence[str], log: Path) -> None:
    """Run Python with these arguments, from the project's root, under strace; fails with its words if it does."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is missing: apt-get install strace"
    traced = ",".join([*_FOLLOWED, *_REFUSED])
    options = ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={traced}", "-e", "signal=none"]
    command = [strace, *options, "-o", str(log), sys.executable, *program]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"the recorded program failed:\n{done.stderr}"


def calls(log: Path) -> Iterator[Call]:
    """In the order in which they ended."""
    pending: dict[str, tuple[int, str]] = {}
    with log.open() as lines:
        for moment, line in enumerate(lines):
            text = line.rstrip("\n")
            resumed = _RESUMED.match(text)
            if resumed is not None:
                started, beginning = pending.pop(resumed["thread"])
                call = _parse(resumed["name"], beginning + resumed["rest"], started, moment)
            elif (begun := _STARTED.match(text)) is None:
                continue
            elif text.endswith(_UNFINISHED):
                pending[begun["thread"]] = (moment, begun["rest"].removesuffix(_UNFINISHED))
                continue
            else:
                call = _parse(begun["name"], begun["rest"], moment, moment)
            if call is not None:
                yield call


def _parse(name: str, rest: str, started: int, ended: int) -> Call | None:
    """None: it failed, or was about no file of interest."""
    result = _RESULT.search(rest)
    if result is None or int(result["result"]) < 0:
        return None
    texts = [_unhex(text["hex"]) for text in _TEXT.finditer(rest)]
    descriptor = _FD.match(rest)
    data, number = b"", 0
    if descriptor is not None:
        path = _unhex(descriptor["path"]).decode()
        data = texts[0] if texts else b""
        arguments = rest[: result.start()].rsplit(", ", 1)
        number = int(arguments[1]) if name in {"pwrite64", "ftruncate"} else int(result["result"])
        if name in {"write", "pwrite64"}:
            assert int(result["result"]) == len(data), "a short write: the recording is not complete"
    elif texts:
        path = texts[0].decode()
        number = int("O_CREAT" in rest)
    else:
        return None
    return Call(name, path, data, number, started, ended)


def _unhex(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


_Change = tuple[int, int, bytes | None]
"""When it ended, offset, data; data None: the file is cut to `offset` bytes."""


@dataclass(slots=True)
class _Inode:
    """synced: how many of the changes are safe."""

    changes: list[_Change] = field(default_factory=list)
    synced: int = 0


class Disk:
    """The files of one directory, as the recording goes on."""

    def __init__(self, directory: Path) -> None:
        self._directory = str(directory)
        self._names: dict[str, _Inode] = {}
        self._durable_names: dict[str, _Inode] = {}

    def apply(self, call: Call) -> None:
        if call.path == self._directory and call.name in {"fsync", "fdatasync"}:
            self._durable_names = dict(self._names)
        if not call.path.startswith(f"{self._directory}/") or call.path.endswith("-shm"):
            return
        assert call.name not in _REFUSED, f"{call.name} is not part of this disk's model"
        match call.name:
            case "openat":
                if call.number:
                    self._names.setdefault(call.path, _Inode())
            case "pwrite64":
                self._names[call.path].changes.append((call.ended, call.number, call.data))
            case "ftruncate":
                self._names[call.path].changes.append((call.ended, call.number, None))
            case "fsync" | "fdatasync":
                inode = self._names[call.path]
                inode.synced = sum(ended < call.started for ended, _, _ in inode.changes)
            case "unlink":
                del self._names[call.path]
            case _:
                raise AssertionError(f"{call.name} of {call.path} is not part of this disk's model")

    def after_power_cut(self, target: Path, torn: Random | None = None) -> None:
        """Write into `target` what is left. torn: let some of the unsynced sectors and names survive as well."""
        names = self._names if torn is not None and torn.random() < 0.5 else self._durable_names
        for path, inode in names.items():
            content = bytearray()
            for _, offset, data in inode.changes[: inode.synced]:
                _change(content, offset, data)
            unsynced = [] if torn is None else _surviving(inode.changes[inode.synced :], torn)
            for offset, data in unsynced:
                _change(content, offset, data)
            (target / Path(path).name).write_bytes(content)


def _change(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def _surviving(changes: Sequence[_Change], chance: Random) -> list[tuple[int, bytes | None]]:
    pieces = [piece for _, offset, data in changes for piece in _sectors(offset, data)]
    return [piece for piece in pieces if chance.random() < 0.5]


def _sectors(offset: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    if data is None:
        yield offset, None
        return
    start = 0
    while start < len(data):
        end = min(len(data), start + _SECTOR_BYTES - (offset + start) % _SECTOR_BYTES)
        yield offset + start, data[start:end]
        start = end
