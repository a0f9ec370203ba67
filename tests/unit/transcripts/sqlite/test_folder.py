"""The folder of the files: whole files only, also where a file cannot be written without a name."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from transcripts.errors import Conflict, StoreUnavailable
from transcripts.sqlite.folder import Folder

NAME = "ab" * 16


@pytest.fixture(params=["nameless", "named"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return Folder(tmp_path / "files")


class Broken(io.BytesIO):
    """Half of it can be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("no more")
        return super().read(4)


def test_a_file_is_kept_once_for_nobody_else_to_read(folder: Folder, tmp_path: Path) -> None:
    folder.keep(NAME, io.BytesIO(b"content"))

    with pytest.raises(Conflict):
        folder.keep(NAME, io.BytesIO(b"other"))
    path = tmp_path / "files" / "ab" / NAME
    assert path.read_bytes() == b"content"
    assert [one.name for one in path.parent.iterdir()] == [NAME]
    assert {oct(one.stat().st_mode & 0o077) for one in (path, path.parent)} == {"0o0"}


def test_half_a_file_is_none(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        folder.keep(NAME, Broken(b"content"))

    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
