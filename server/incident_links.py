"""The addresses that go out about incidents: the public pages, and the signed links to subscribe and to end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.clock import from_ms, to_ms
from server.signing import BadSignature, Signer
from transcripts.records import Mail


@dataclass(frozen=True, slots=True)
class Wish:
    """What a confirmation link says. incident_id None: all that is to come."""

    email: str
    locale: str
    incident_id: str | None
    until: datetime


class IncidentLinks:
    def __init__(self, signer: Signer, public_url: str) -> None:
        self._signer = signer
        self._public_url = public_url

    def page(self, incident_id: str) -> str:
        return f"{self._public_url}/incidents/{incident_id}"

    def of_mail(self, mail: Mail) -> str:
        """Of a mail that asks for a confirmation: where to give it; of all others: where to end them."""
        if mail.kind != "incident_confirm":
            return f"{self._public_url}/incidents/unsubscribe/{self._signer.link('unsubscribe', mail.to)}"
        until_ms = to_ms(datetime.fromisoformat(mail.context["until"]))
        subject = "|".join((str(until_ms), mail.context["incident_id"] or "", mail.locale, mail.to))
        return f"{self._public_url}/incidents/confirm/{self._signer.link('subscribe', subject)}"

    def wish(self, signed: str) -> Wish:
        """Raises BadSignature."""
        until_ms, incident_id, locale, email = self._subject("subscribe", signed).split("|", 3)
        return Wish(email, locale, incident_id or None, from_ms(int(until_ms)))

    def reader(self, signed: str) -> str:
        """Whose mails a link ends. Raises BadSignature."""
        return self._subject("unsubscribe", signed)

    def _subject(self, wanted: str, signed: str) -> str:
        kind, subject = self._signer.link_subject(signed)
        if kind != wanted:
            raise BadSignature
        return subject
