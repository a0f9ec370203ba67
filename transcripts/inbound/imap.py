"""Reads a mailbox by IMAP: what is new is kept durably first and marked as seen afterwards.

What was read is known by UIDVALIDITY and UID, which the caller keeps over restarts: nothing is read twice and nothing
is lost, whoever else opens the mails. The first time (or when the server numbers its mails anew) the unseen ones count
as new. imaplib blocks, so a visit runs in a thread of its own that no end of the process waits for.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from transcripts.inbound.delivery import Delivery, Keep, NotePlace, ReadError
from transcripts.inbound.digest import HEADER_BYTES
from transcripts.inbound.places import MailboxAt

T = TypeVar("T")
TIMEOUT_S: Final = 30.0
KEEP_S: Final = 120.0
MAILS_A_VISIT: Final = 500
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,19})")
_FAULTS: Final = (imaplib.IMAP4.error, OSError, EOFError, ValueError, IndexError)


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a mailbox was read. validity: the server's UIDVALIDITY."""

    validity: int
    uid: int

    def text(self) -> str:
        return f"{self.validity}:{self.uid}"


def place_of(text: str | None) -> Place | None:
    validity, _, uid = (text or "").partition(":")
    return Place(int(validity), int(uid)) if validity.isdecimal() and uid.isdecimal() else None


class ImapReader:
    """One mailbox of one server. max_bytes: of a larger mail only the header is read."""

    def __init__(self, at: MailboxAt, max_bytes: int) -> None:
        self._at = at
        self._max_bytes = max_bytes
        self.name = f"{at.user}@{at.host}:{at.port}/{at.mailbox}"

    async def visit(self, place: str | None, keep: Keep, note: NotePlace) -> None:
        """Keep what is new, mark it as seen, and note up to where the mailbox was read.

        Raises ReadError; what was kept by then is kept.
        """
        loop = asyncio.get_running_loop()

        def wait_for(make: Callable[[], Any]) -> Any:
            future: Future[Any] = asyncio.run_coroutine_threadsafe(make(), loop)
            return future.result(KEEP_S)

        def work() -> None:
            _Visit(self._at, self._max_bytes, wait_for, keep, note).read(place_of(place))

        await _in_daemon(loop, work)

    async def greet(self) -> None:
        """Sign in and open the mailbox, reading nothing in it. Raises ReadError."""
        await _in_daemon(asyncio.get_running_loop(), self._look)

    def _look(self) -> None:
        name = _quoted(_utf7(self._at.mailbox))
        _with_mailbox(self._at, lambda imap: _ok(imap.select(name, readonly=True)))


class _Visit:
    """One connection, from sign-in to goodbye, in its thread."""

    def __init__(
        self,
        at: MailboxAt,
        max_bytes: int,
        wait_for: Callable[[Callable[[], Any]], Any],
        keep: Keep,
        note: NotePlace,
    ) -> None:
        self._at = at
        self._max_bytes = max_bytes
        self._wait_for = wait_for
        self._keep = keep
        self._note_place = note

    def read(self, place: Place | None) -> None:
        """Raises ReadError."""
        _with_mailbox(self._at, lambda imap: self._read_all(imap, place))

    def _read_all(self, imap: imaplib.IMAP4, place: Place | None) -> None:
        _ok(imap.select(_quoted(_utf7(self._at.mailbox))))
        validity = _number(imap, "UIDVALIDITY")
        if place is None or place.validity != validity:
            self._read_unseen(imap, Place(validity, _number(imap, "UIDNEXT") - 1))
            return
        uids = [uid for uid in _uids(imap, f"UID {place.uid + 1}:*") if uid > place.uid]
        for uid in uids[:MAILS_A_VISIT]:
            self._take(imap, uid)
            place = Place(validity, uid)
            self._note(place)
            _mark_seen(imap, uid)

    def _read_unseen(self, imap: imaplib.IMAP4, newest: Place) -> None:
        """The first time: what is unseen. By number from `newest` on; until all is read there is no place yet."""
        uids = _uids(imap, "UNSEEN")
        for uid in uids[:MAILS_A_VISIT]:
            self._take(imap, uid)
            _mark_seen(imap, uid)
        if len(uids) <= MAILS_A_VISIT:
            self._note(newest)

    def _note(self, place: Place) -> None:
        self._wait_for(lambda: self._note_place(place.text()))

    def _take(self, imap: imaplib.IMAP4, uid: int) -> None:
        """Keep one mail; nothing where it was deleted meanwhile."""
        sizes = _fetched(imap, uid, "(RFC822.SIZE)")
        found = [
            match for part in sizes if (match := _SIZE.search(part[0] if isinstance(part, tuple) else part or b""))
        ]
        if not found:
            return
        size_bytes = int(found[0].group(1))
        is_cut = size_bytes > self._max_bytes
        wanted = f"(BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)" if is_cut else "(BODY.PEEK[])"
        raw = b"".join(part[1] for part in _fetched(imap, uid, wanted) if isinstance(part, tuple))
        if raw:
            delivery = Delivery("imap", raw, size_bytes, is_cut=is_cut)
            self._wait_for(lambda: self._keep(delivery))


async def _in_daemon(loop: asyncio.AbstractEventLoop, work: Callable[[], T]) -> T:
    """Run in a thread that the end of the process does not wait for."""
    done: asyncio.Future[T] = loop.create_future()

    def tell(set_it: Callable[..., None], outcome: Any) -> None:
        if not done.done():
            set_it(outcome)

    def run() -> None:
        try:
            outcome, set_it = work(), done.set_result
        except BaseException as exc:  # noqa: BLE001 - told to whoever waits
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, done.set_exception, exc)
            return
        with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            loop.call_soon_threadsafe(tell, set_it, outcome)

    threading.Thread(target=run, name="imap", daemon=True).start()
    return await done


def _with_mailbox(at: MailboxAt, work: Callable[[imaplib.IMAP4], object]) -> None:
    """Do it signed in. Raises ReadError."""
    try:
        imap = _connected(at)
    except _FAULTS as exc:
        raise ReadError(f"{at.host}:{at.port} cannot be reached: {_said(exc)}") from exc
    try:
        try:
            imap.login(_quoted(at.user), at.password)
        except _FAULTS as exc:
            raise ReadError(f"The mailbox's server refuses the sign-in: {_said(exc)}") from exc
        try:
            work(imap)
        except _FAULTS as exc:
            raise ReadError(f"The mailbox {at.mailbox} cannot be read: {_said(exc)}") from exc
    finally:
        with suppress(*_FAULTS):
            imap.logout()


def _connected(at: MailboxAt) -> imaplib.IMAP4:
    if at.security == "tls":
        return imaplib.IMAP4_SSL(at.host, at.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
    imap = imaplib.IMAP4(at.host, at.port, timeout=TIMEOUT_S)
    if at.security == "starttls":
        imap.starttls(ssl.create_default_context())
    return imap


def _mark_seen(imap: imaplib.IMAP4, uid: int) -> None:
    """For people who look into the mailbox; where it may not be written the kept place is enough."""
    with suppress(imaplib.IMAP4.error):
        imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


def _fetched(imap: imaplib.IMAP4, uid: int, what: str) -> list[Any]:
    return list(_ok(imap.uid("FETCH", str(uid), what)))


def _uids(imap: imaplib.IMAP4, criterion: str) -> list[int]:
    found = _ok(imap.uid("SEARCH", *criterion.split(" ")))
    return sorted({int(number) for line in found if line for number in line.split()})


def _number(imap: imaplib.IMAP4, name: str) -> int:
    """What the server said of the mailbox when it was opened. Raises IMAP4.error where it did not."""
    _, said = imap.response(name)
    value = said[0] if said else None
    if value is None:
        raise imaplib.IMAP4.error(f"the server does not say {name}")
    return int(value)


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    state, data = answer
    if state != "OK":
        raise imaplib.IMAP4.error(
            b" ".join(part for part in data if isinstance(part, bytes)).decode("ascii", "replace")
        )
    return data


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(name: str) -> str:
    """A mailbox's name as IMAP spells it (RFC 3501, 5.1.3)."""
    out: list[str] = []
    for part in re.split(r"([^\x20-\x7e]+)", name):
        if (part and not part.isascii()) or any(ord(char) < 32 for char in part):
            coded = b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            out.append(f"&{coded}-")
        else:
            out.append(part.replace("&", "&-"))
    return "".join(out)


def _said(exc: BaseException) -> str:
    """The server's or the system's own words, in one short line."""
    return " ".join(str(exc).removeprefix("b'").rstrip("'").split())[:200] or type(exc).__name__
