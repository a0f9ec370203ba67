"""Who wrote a mail, as far as From says so: exactly one address in a form that can be read in one way only, or nobody.

A linear reading of RFC 5322's `mailbox`. Whatever could be read in two ways (two addresses, groups, a comma or a
second angle outside quotes, an address inside the name) names nobody: who is nobody is never taken for the customer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from transcripts.address import AddressError, mail_address
from transcripts.inbound.headers import Fields, words
from transcripts.plain import one_line, own_name

FROM_CHARS: Final = 2_000
NAME_CHARS: Final = 80
_TOKEN: Final = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|\((?P<comment>[^()\\]*)\)"
    r'|<(?P<angle>[^<>"(),;:\s]*)>'
    r'|(?P<bare>[^<>,;:"()\[\]\\]+)'
)


@dataclass(frozen=True, slots=True)
class Sender:
    """address: as written, but for the domain's case and letters. name: None where there is none."""

    address: str
    name: str | None


def sender_of(fields: Fields) -> Sender | None:
    """None: none, several, or one that cannot be read in one way only."""
    values = fields.all("from")
    if len(values) != 1 or len(values[0]) > FROM_CHARS:
        return None
    read = _mailbox(values[0])
    if read is None:
        return None
    name, address = read
    try:
        checked = mail_address(address)
    except AddressError:
        return None
    shown = own_name(one_line(words(name), NAME_CHARS))
    return Sender(checked, None if not shown or shown.lower() == checked.lower() else shown)


def same(one: str, other: str) -> bool:
    """Whether two addresses are one mailbox: no mail system in use tells upper from lower case."""
    return one.strip().lower() == other.strip().lower()


def _mailbox(value: str) -> tuple[str, str] | None:
    """(name, address) of `addr`, `<addr>`, `name <addr>` or `addr (name)`; None for anything else."""
    found: dict[str, list[str]] = {"quoted": [], "comment": [], "angle": [], "bare": []}
    at = 0
    while token := _TOKEN.match(value, at):
        kind = str(token.lastgroup)
        if found["angle"] and kind != "comment" and token.group().strip():
            return None  # behind the address nothing but a comment
        found[kind].append(token.group(kind))
        at = token.end()
    bare = "".join(found["bare"]).strip()
    if at != len(value) or len(found["angle"]) > 1 or len(found["comment"]) > 3:
        return None
    comment = " ".join(found["comment"])
    if not found["angle"]:
        is_one = len([each for each in found["bare"] if each.strip()]) == 1  # not two, around a comment
        return (comment, bare) if is_one and not found["quoted"] else None
    quoted = re.sub(r"\\(.)", r"\1", " ".join(found["quoted"]))
    # A second address, outside the angles, is one too many.
    return None if "@" in bare else (f"{quoted} {bare}".strip() or comment, found["angle"][0].strip())
