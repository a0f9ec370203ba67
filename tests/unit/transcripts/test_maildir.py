from __future__ import annotations

import asyncio
import mailbox
from pathlib import Path

import pytest

from transcripts.sending.maildir import MaildirTransport
from transcripts.sending.transport import TemporaryFailure

RAW = b"Subject: [#10023] Parcel\r\nMessage-ID: <m1@desk.example>\r\n\r\nHello\r\n"


async def test_a_mail_lands_whole_where_any_mail_reader_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "maildir"

    await MaildirTransport(folder).send("support@desk.example", "petr@example.com", RAW)

    (kept,) = mailbox.Maildir(folder, create=False)
    assert kept["Subject"] == "[#10023] Parcel"
    assert [path.read_bytes() for path in (folder / "new").iterdir()] == [RAW]
    assert list((folder / "tmp").iterdir()) == []


async def test_mails_of_one_instant_do_not_overwrite_each_other(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)

    await asyncio.gather(*(transport.send("a@b.cz", "c@d.cz", RAW) for _ in range(50)))

    assert len(list((tmp_path / "new").iterdir())) == 50


async def test_a_folder_that_cannot_be_written_is_said_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "maildir").write_text("a file stands where the folder should be")

    with pytest.raises(TemporaryFailure, match="maildir cannot be written"):
        await MaildirTransport(tmp_path / "maildir").send("a@b.cz", "c@d.cz", RAW)
