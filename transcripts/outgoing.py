"""What is to be mailed, and whether it was. Read from records.py, like the rest; outbox.py sends it.

Values only; all moments are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MailKind = Literal[
    "ticket_created",
    "ticket_update",
    "ticket_reply",
    "ticket_solved",
    "ticket_missed",
    "ticket_escalated",
    "transcript",
    "nobody_online",
    "nobody_online_over",
    "weekly_report",
    "incident_confirm",
    "incident_update",
    "incident_over",
    "problem_solved",
    "one_time_code",
    "password_reset",
    "invitation",
    "account_news",
    "person_link",
]
MailState = Literal["due", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Mail:
    """An intent to mail, stored with what caused it; rendered when it is sent (mails.py).

    upto_seq: the transcript inside covers messages up to this one. context: values frozen when it was queued
    (status, checkpoint_at, sentence). message_id: stable over every attempt. attempts: how often it was claimed.
    raw: the bytes that were sent.
    """

    id: str
    kind: MailKind
    to: str
    locale: str
    message_id: str
    created_at: datetime
    due_at: datetime
    state: MailState = "due"
    attempts: int = 0
    error: str | None = None
    sent_at: datetime | None = None
    ticket_number: str | None = None
    chat_id: str | None = None
    upto_seq: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    subject: str | None = None
    raw: bytes | None = None
