"""Whether a machine wrote a mail: an automatic reply, a bounce, a list. Nothing is made of it and nothing answered.

Two machines that answer each other never stop (RFC 3834, 2); this is the only place that decides it.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from transcripts.inbound.headers import Fields

Automatic = Literal["auto_reply", "bounce", "list", "loop"]
MAX_HOPS: Final = 50  # Received fields; a mail that has come so far goes in a circle
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_MACHINES: Final = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_COMMENT: Final = re.compile(r"\([^()]*\)")
_AUTO_FIELDS: Final = (
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
)


def automatic(fields: Fields, envelope_from: str | None, sender: str | None, content_type: str) -> Automatic | None:
    """Why a mail is a machine's; None for a person's. envelope_from: "" is the null sender, None: not known.

    sender: the address in From, None where there is not exactly one. content_type: of the whole mail, lower case.
    """
    if content_type == "multipart/report" or _is_machine(envelope_from, sender):
        return "bounce"
    # A holiday's reply has the null sender as well (RFC 3834, 3.3): nothing has come back.
    if _is_null(fields, envelope_from) or not _first_words(fields, "auto-submitted") <= {"", "no"}:
        return "auto_reply"
    if any(name in fields for name in _AUTO_FIELDS) and _first_words(fields, "x-auto-response-suppress") != {"none"}:
        return "auto_reply"
    precedences = _first_words(fields, "precedence") & _BULK
    if precedences - {"list"}:
        return "auto_reply"
    if precedences or "list-id" in fields:
        return "list"
    return "loop" if len(fields.all("received")) > MAX_HOPS else None


def _is_null(fields: Fields, envelope_from: str | None) -> bool:
    """By the envelope, else by the Return-Path that whoever put it into the mailbox wrote down."""
    if envelope_from is not None:
        return envelope_from.strip() in ("", "<>")
    returns = fields.first("return-path")
    return returns is not None and returns.replace(" ", "") == "<>"


def _is_machine(envelope_from: str | None, sender: str | None) -> bool:
    return any((each or "").partition("@")[0].lower() in _MACHINES for each in (envelope_from, sender))


def _first_words(fields: Fields, name: str) -> set[str]:
    """Of each such field, as a second may stand behind the first; of `(no) auto-replied; owner=...` `auto-replied`."""
    return {_first_word(value) for value in fields.all(name)}


def _first_word(value: str) -> str:
    """Without comments, also in comments one deep, and parameters."""
    said = _COMMENT.sub(" ", _COMMENT.sub(" ", value))
    return said.partition(";")[0].partition("(")[0].strip().lower()
