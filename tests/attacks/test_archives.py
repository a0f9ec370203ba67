"""Files that an operator is given: backups with members that lead elsewhere or never end, settings that are none."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest

from tests.harness.desk import Desk

pytestmark = [pytest.mark.slow, pytest.mark.embedded("about files and a data folder")]

AT_ONCE = 3


def member(name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE, **more: str) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.type = (len(content) if kind == tarfile.REGTYPE else 0), kind
    entry.linkname = more.pop("to", "")
    entry.pax_headers = more
    return entry.tobuf(tarfile.PAX_FORMAT) + (content + bytes(-len(content) % 512) if entry.size else b"")


def sparse(name: str) -> bytes:
    """Half a kilobyte that is read as 8 exabytes of nothing."""
    size = 2**63 - 512
    headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": name,
        "GNU.sparse.realsize": str(size),
    }
    return member(name, b"0\n" + bytes(510), tarfile.REGTYPE, **headers)


MAIL = "mail/new/1.a.semafor"
HOSTILE = {
    "out of the folder": member("../../owned"),
    "by a second name": member(MAIL, path="../../owned"),
    "a link": member(MAIL, kind=tarfile.SYMTYPE, to="/etc/passwd"),
    "a link as the folder": member("mail", kind=tarfile.SYMTYPE, to="/tmp") + member(MAIL),
    "a device": member(MAIL, kind=tarfile.CHRTYPE),
    "nothing without end": sparse(MAIL),
    "a size below nothing": member(MAIL, size="-512"),
}


def forged(whole: bytes, between: bytes) -> bytes:
    """A backup with more in it, which fits its own checksums: whoever makes one makes these as well."""
    body = whole.rpartition(b"semafor-backup sha256")[0]
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        last = tar.getmembers()[-1]
        manifest = json.loads((tar.extractfile(last) or io.BytesIO()).read())
    parts = body[: last.offset] + between
    with tarfile.open(fileobj=io.BytesIO(between + bytes(1024))) as added:
        try:
            manifest["parts"] += [[one.name, one.size, hashlib.sha256(b"x").hexdigest()] for one in added]
        except tarfile.TarError:
            manifest["parts"].append([MAIL, 1, hashlib.sha256(b"x").hexdigest()])
    raw = parts + member("manifest.json", json.dumps(manifest, separators=(",", ":")).encode()) + bytes(1024)
    return raw + f"semafor-backup sha256 {hashlib.sha256(raw).hexdigest()}\n".encode()


def came_to_be(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


async def refused(desk: Desk, *arguments: str) -> str:
    """What a command says that must fail, soon and in words."""
    done: subprocess.CompletedProcess[str] = await asyncio.to_thread(desk.run, *arguments)
    assert done.returncode == 1, (arguments, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, (arguments, done.stderr)
    return done.stderr


async def test_no_backup_writes_elsewhere_follows_a_link_or_never_ends(target: Desk, tmp_path: Path) -> None:
    await asyncio.to_thread(target.cli, "backup", str(tmp_path / "good"))
    whole, place = (tmp_path / "good").read_bytes(), tmp_path / "in" / "here"
    # What is added is not what makes it fail: the same with a mail that is one is restored.
    (tmp_path / "fine").write_bytes(forged(whole, member(MAIL)))
    await asyncio.to_thread(Desk(tmp_path / "fine-data", {}).cli, "restore", str(tmp_path / "fine"))
    assert (tmp_path / "fine-data" / MAIL).read_bytes() == b"x"
    gate = asyncio.Semaphore(AT_ONCE)

    async def attack(name: str, between: bytes) -> None:
        file, data = tmp_path / f"{name}.semafor", place / name
        file.write_bytes(forged(whole, between))
        async with gate:
            said = await refused(Desk(data, {}), "restore", str(file))
        assert "backup" in said, (name, said)
        assert not data.exists() or not list(data.iterdir()), name

    await asyncio.gather(*(attack(name, between) for name, between in HOSTILE.items()))

    assert came_to_be(tmp_path, "*owned*") == []


DEEP = 950
ALIASES = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefgh")]
NO_SETTINGS = {
    "a YAML that unpacks": "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *ALIASES]),
    "depth": "[" * 20_000 + "]" * 20_000,
    "depth in objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "operators": '{"semafor": 1, "departments": [{"id": {"$ne": 1}, "name": "x", "tz": "UTC"}]}',
    "a colour that is none": '{"semafor": 1, "settings": {"widget": {"accent": "red;}*{display:none}"}}}',
    "a site that is a script": '{"semafor": 1, "settings": {"sites": {"origins": ["javascript:alert(1)"]}}}',
}


async def test_no_file_of_settings_is_believed_before_all_of_it_was_read(target: Desk, tmp_path: Path) -> None:
    before = await asyncio.to_thread(target.cli, "export-config", "-")
    gate = asyncio.Semaphore(AT_ONCE)

    async def attack(name: str, text: str) -> None:
        file = tmp_path / name.replace(" ", "-")
        file.write_text(text)
        async with gate:
            said = await refused(target, "import-config", str(file))
        assert f"{file}:" in said, (name, said)
        # By depth itself, not by what stands there: looking for fields that stand twice reads each level anew.
        assert ("nested too deeply" in said) == name.startswith("depth"), (name, said)
        assert said.endswith("Nothing was changed.\n"), (name, said)

    await asyncio.gather(*(attack(name, text) for name, text in NO_SETTINGS.items()))

    assert await asyncio.to_thread(target.cli, "export-config", "-") == before
