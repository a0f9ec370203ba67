"""How a mail leaves the house: the transport's contract, and what can be wrong with a try.

Adapters: smtp.py sends, maildir.py puts the mail into a folder where no mail server is set.
"""

from __future__ import annotations

from typing import Protocol

from transcripts.errors import TranscriptError


class DeliveryError(TranscriptError):
    """A mail was not handed over; the message is for the manager who looks at the outbox.

    remedy: what an operator can do about it, where that is known.
    """

    remedy = ""


class TemporaryFailure(DeliveryError):
    """It may work later: the network, a 4xx answer, or an answer that says nothing about this very mail."""


class PermanentFailure(DeliveryError):
    """The other side refused this mail (5xx): trying again alone changes nothing."""


class Transport(Protocol):
    async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
        """Return only when the other side has taken responsibility. Raises TemporaryFailure, PermanentFailure."""
