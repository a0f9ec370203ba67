"""Mails that were delivered into our own maildir, taken out again when their addressee is erased (maildir.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Literal

_FOLDERS = ("tmp", "new", "cur")

IsTheirs = Callable[[Literal["address", "mail"], str, datetime], bool]
"""Of an address in lower case, or a Message-ID, and the moment at which the mail was written."""


def remove_mails(folder: Path, is_theirs: IsTheirs) -> int:
    """How many went. Raises OSError."""
    gone = 0
    for path in (path for name in _FOLDERS for path in (folder / name).glob("*")):
        try:
            with path.open("rb") as file:
                headers = BytesHeaderParser(policy=default).parse(file)
            at = _written_at(headers, path)
        except (FileNotFoundError, IsADirectoryError):
            continue  # somebody took it out meanwhile, or made a folder where mails lie
        to = [address.lower() for _, address in getaddresses([str(each) for each in headers.get_all("To", [])])]
        own_id = str(headers.get("Message-ID", "")).strip()
        if is_theirs("mail", own_id, at) or any(
            address and is_theirs("address", parseaddr(address)[1], at) for address in to
        ):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _written_at(headers: EmailMessage, path: Path) -> datetime:
    """By the mail itself, which a copy of the folder does not change. Raises FileNotFoundError."""
    try:
        at = parsedate_to_datetime(str(headers["Date"]))
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
