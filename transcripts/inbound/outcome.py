"""Why a mail ended as it did, in one word and in a sentence with the remedy; and its words as a ticket holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from transcripts.inbound.automatic import Automatic
from transcripts.inbound.letter import Letter
from transcripts.inbound.quotes import parted
from transcripts.promises import MAX_BODY_CHARS

Reason = Automatic | Literal["own_mail", "too_large", "no_sender", "too_many", "unreadable", "gave_up", "unverified"]
QUOTED_CHARS: Final = 100_000
NO_WORDS: Final = "—"

SENTENCES: Final[dict[Reason, str]] = {
    "auto_reply": "An automatic reply: nothing is made of it. Was it a person's? Try again makes a ticket.",
    "bounce": "A mail came back. The ticket it was about has a note; check the address there.",
    "list": "Mail of a list: nothing is made of it. Was it a person's? Try again makes a ticket.",
    "loop": "This mail goes in a circle. Look for a forwarding rule that sends our own mails back to us.",
    "own_mail": "Sent from our own address. Look for a forwarding rule that sends our own mails back to us.",
    "too_large": "Larger than this desk takes, so only its header was kept. Ask the sender for a smaller one, or raise"
    " SEMAFOR_INBOUND_MAX_BYTES.",
    "no_sender": "It does not name one sender, so nobody could be answered. Read it as it came, and make a ticket by"
    " hand where somebody waits for an answer.",
    "too_many": "Too many mails of this sender within an hour. Is this one wanted? Try again takes it.",
    "unreadable": "It could not be read by this version. Read it as it came, and report it.",
    "gave_up": "Reading it ended the server several times, so it is left alone. Read it as it came, and report it.",
    "unverified": "Not from a known address of the ticket's customer: attached and marked, nothing else changed.",
}


@dataclass(frozen=True, slots=True)
class Words:
    """body: what is new, as long as a message may be. quoted: what it quotes. is_cut: there is more in the raw mail."""

    body: str
    quoted: str | None
    is_cut: bool


def words_of(letter: Letter) -> Words:
    """The new words of a mail and, apart, those it quotes."""
    new, quoted = parted(letter.text)
    is_cut = len(new) > MAX_BODY_CHARS or len(quoted or "") > QUOTED_CHARS
    rest = new[MAX_BODY_CHARS:].strip()
    kept = (quoted or "")[:QUOTED_CHARS]
    # What does not fit into a message stands with the quoted text, so that the whole is in one place.
    quoted_too = f"{rest[:QUOTED_CHARS]}\n\n{kept}".strip()[:QUOTED_CHARS] if rest else kept
    return Words(new[:MAX_BODY_CHARS].strip() or NO_WORDS, quoted_too or None, is_cut)


def with_notes(body: str, notes: list[str]) -> str:
    """The body with what has to be said of the mail behind it, cut so that both fit."""
    if not notes:
        return body
    tail = "\n\n" + "\n".join(f"[{note}]" for note in notes)
    tail = tail[:2_000]
    return body[: MAX_BODY_CHARS - len(tail)].rstrip() + tail
