"""Is this a mail address that mail can be sent to? The DNS is not asked: a wrong domain passes."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from transcripts.errors import TranscriptError

MAX_ADDRESS_CHARS = 254  # RFC 5321, 4.5.3.1.3: a path is at most 256 octets, with its angle brackets


class AddressError(TranscriptError):
    """The text is no address that mail can be sent to; the message says why."""


def mail_address(text: str) -> str:
    """The address in the form in which it is stored and mailed: ASCII, a domain with other letters in punycode.

    Raises AddressError. The part before the @ must be ASCII: not every mail server on the way takes others.
    """
    bare = text.strip()
    if len(bare) > MAX_ADDRESS_CHARS:
        raise AddressError("The e-mail address is too long.")
    try:
        # test_environment admits .test, for a rehearsal with invented customers; .localhost and .invalid stay refused.
        checked = validate_email(
            bare, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except EmailNotValidError as exc:
        raise AddressError("This does not look like an e-mail address. Write it like name@example.com.") from exc
    if checked.ascii_email is None or "." not in checked.domain:  # "petr@example" is a slip
        raise AddressError("The part behind the @ should look like example.com.")
    return checked.ascii_email
