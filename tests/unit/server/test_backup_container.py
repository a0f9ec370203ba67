"""The form of a backup: whatever is changed in it, or cut off, is found before anything is taken from it."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import AsyncIterator

import pytest

from server.backups.container import TRAILER_BYTES, BadBackup, ContainerWriter, Contents, Header, each_part, read

HEADER = Header(1, "sqlite", "20", "0.1.0", "2026-03-01T10:00:00+00:00")
PARTS = {"record/semafor.db": b"r" * 700, f"files/{'ab' * 16}": b"", "mail/new/1.a.semafor": b"Subject: hi\n\nthere"}


async def backup(parts: dict[str, bytes] | None = None, header: Header = HEADER) -> bytes:
    out = io.BytesIO()
    writer = ContainerWriter(out, header)
    for name, content in (PARTS if parts is None else parts).items():
        await writer.add(name, len(content), _pieces(content))
    writer.finish(("files/gone",))
    return out.getvalue()


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100):
        yield content[start : start + 100]


def checked(raw: bytes) -> Contents:
    return read(io.BytesIO(raw), len(raw), lambda _, __: None)


async def test_what_was_written_is_read_and_any_tar_lists_it() -> None:
    raw = await backup()

    contents = checked(raw)
    taken = {part.name: source.read() for part, source in each_part(io.BytesIO(raw), contents)}

    assert (contents.header, contents.missing, taken) == (HEADER, ("files/gone",), PARTS)
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        assert tar.getnames() == ["backup.json", *PARTS, "manifest.json"]


async def test_a_byte_flipped_anywhere_is_found() -> None:
    raw = await backup()

    for place in {*range(0, len(raw), 7), *range(len(raw) - TRAILER_BYTES, len(raw))}:
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(BadBackup):
            checked(bytes(flipped))


async def test_a_backup_cut_off_anywhere_or_grown_is_found() -> None:
    raw = await backup()

    for length in [*range(0, len(raw), 97), *range(len(raw) - TRAILER_BYTES - 2, len(raw))]:
        with pytest.raises(BadBackup):
            checked(raw[:length])
    for more in (b"\n", raw, raw[-TRAILER_BYTES:]):
        with pytest.raises(BadBackup):
            checked(raw + more)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "files/../../x", "record/other", "files/AB", "mail/tmp/x", "mail/new/.."],
)
async def test_a_part_of_a_strange_name_is_never_taken(name: str) -> None:
    with pytest.raises(BadBackup):
        checked(await backup({name: b"x"}))


async def test_a_link_in_a_whole_file_is_no_part() -> None:
    raw = await backup({})
    out, link = io.BytesIO(), tarfile.TarInfo(f"files/{'ab' * 16}")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        writer = ContainerWriter(out, HEADER)
        writer._write(link.tobuf(tarfile.PAX_FORMAT))
        assert tar.getmember("backup.json").isreg()
    writer.finish(())

    with pytest.raises(BadBackup):
        checked(out.getvalue())


async def test_a_form_of_a_later_version_is_told_with_that_version() -> None:
    raw = await backup(header=Header(2, "sqlite", "20", "7.0.0", HEADER.made_at))

    with pytest.raises(BadBackup, match=r"made by Semafor 7\.0\.0"):
        checked(raw)


async def test_a_part_that_changes_after_it_was_checked_is_found() -> None:
    raw = await backup()
    contents = checked(raw)
    place = raw.index(b"rrrr")

    parts = each_part(io.BytesIO(raw[:place] + b"x" + raw[place + 1 :]), contents)
    next(parts)[1].read()
    with pytest.raises(BadBackup, match=r"record/semafor\.db"):
        next(parts)


async def test_a_manifest_that_does_not_fit_names_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a program would make it that writes something else than it counts."""
    dumps = json.dumps
    monkeypatch.setattr(
        json,
        "dumps",
        lambda value, **ways: dumps(value, **ways).replace('["mail/new/1.a.semafor",18', '["mail/new/1.a.semafor",19'),
    )

    with pytest.raises(BadBackup, match=r"mail/new/1\.a\.semafor"):
        checked(await backup())
