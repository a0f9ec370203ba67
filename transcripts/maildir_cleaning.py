"""Mails that were delivered into our own maildir, taken out again when their addressee is erased (maildir.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses, parseaddr
from pathlib import Path

_FOLDERS = ("tmp", "new", "cur")


def remove_mails(folder: Path, message_ids: Collection[str], is_theirs: Callable[[str], bool]) -> int:
    """Those with one of the Message-IDs, and those to an address of which `is_theirs` is true (it is in lower case).

    How many. Raises OSError.
    """
    gone = 0
    for path in (path for name in _FOLDERS for path in (folder / name).glob("*")):
        try:
            with path.open("rb") as file:
                headers = BytesHeaderParser(policy=default).parse(file)
        except FileNotFoundError:
            continue  # somebody took it out meanwhile
        to = [address.lower() for _, address in getaddresses([str(each) for each in headers.get_all("To", [])])]
        own_id = str(headers.get("Message-ID", "")).strip()
        if own_id in message_ids or any(address and is_theirs(parseaddr(address)[1]) for address in to):
            path.unlink(missing_ok=True)
            gone += 1
    return gone
