"""What settling or retrying makes of an inbound mail: pure, and the same for every adapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from transcripts.inbound.record import InboundMail, InboundState, Settled

WANTED = "wanted"
"""A manager asked for this mail: whether a machine wrote it, or too many came, does not count any more."""
RETRIABLE: frozenset[InboundState] = frozenset({"ignored", "refused", "unparsable"})


def settled_as(mail: InboundMail, settled: Settled) -> InboundMail:
    """A mail that is settled already stays as it is. Not settled after all: due again at `settled.at`."""
    if mail.state != "received":
        return mail
    is_over = settled.state != "received"
    return replace(
        mail,
        state=settled.state,
        reason=settled.reason,
        error=settled.error,
        sender=settled.sender or mail.sender,
        subject=settled.subject or mail.subject,
        ticket_number=settled.ticket_number,
        due_at=mail.due_at if is_over else settled.at,
        tries=mail.tries if is_over else max(0, mail.tries - 1),
        settled_at=settled.at if is_over else None,
    )


def retried(mail: InboundMail, at: datetime) -> InboundMail:
    """Received again, and wanted by somebody. What became a message or a ticket stays; what was cut off, too."""
    if mail.state not in RETRIABLE or mail.reason == "too_large" or mail.raw_gone_at is not None:
        return mail
    return replace(mail, state="received", reason=WANTED, error=None, tries=0, settled_at=None, due_at=at)


def outdated(
    settled: Iterable[tuple[str, datetime, int]], kept_bytes: int, before: datetime | None, keep_bytes: int | None
) -> Iterator[str]:
    """Whose bytes go. settled: (id, settled_at, size_bytes), the longest settled first. kept_bytes: of all mails."""
    for inbound_id, settled_at, size_bytes in settled:
        is_old = before is not None and settled_at < before
        if not is_old and (keep_bytes is None or kept_bytes <= keep_bytes):
            return
        kept_bytes -= size_bytes
        yield inbound_id
