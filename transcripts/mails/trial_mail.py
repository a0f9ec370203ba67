"""A mail by which an admin sees whether mail leaves the desk, from whom, and how it ends. It is in no outbox."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from transcripts.mails.mails import DeskFacts, MailError, signed
from transcripts.plain import one_line
from transcripts.sending import headers
from transcripts.templating import fill, fill_mail
from transcripts.wording import Wording


def trial_mail(desk: DeskFacts, to: str, locale: str, message_id: str, at: datetime) -> bytes:
    """The message as it goes over the wire. Raises MailError where an address is none."""
    words = Wording(locale)
    name, signature = one_line(desk.name, 80), desk.signature(words.locale)
    subject = words.gettext("Test mail from %(desk)s", desk=name)
    try:
        fields = {
            "From": headers.mailbox(desk.from_name, desk.from_address),
            "To": headers.addr_spec(to),
            "Content-Language": words.locale,
            "Auto-Submitted": "auto-generated",
            "Subject": headers.text(subject),
            "Date": format_datetime(at),
            "Message-ID": message_id,
        }
    except ValueError as exc:
        raise MailError("The sender's or the recipient's address is none that mail can use.") from exc
    values = {"desk": name, "subject": subject, "signature": signature}
    body = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    body.set_content(signed(fill("trial.txt.j2", words.locale, **values), signature))
    body.add_alternative(fill_mail("trial.html.j2", words.locale, **values), subtype="html")
    return b"".join(headers.field(field, value) for field, value in fields.items()) + body.as_bytes()
