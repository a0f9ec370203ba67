"""How known people look in answers."""

from __future__ import annotations

from typing import Any

from server.services.people.people import Match
from server.wire import moment
from transcripts.codes import OneTimeCode
from transcripts.contacts import Contact

Json = dict[str, Any]


def contact_of(contact: Contact) -> Json:
    """signed: the site has introduced them at some time; it says nothing about who is speaking now."""
    return {
        "id": contact.id,
        "name": contact.name,
        "addresses": list(contact.addresses),
        "signed": contact.subject is not None,
        "created_at": moment(contact.created_at),
    }


def match_of(match: Match | None) -> Json | None:
    if match is None:
        return None
    code = None if match.code is None else code_of(match.code)
    return {**contact_of(match.contact), "matched_by": match.by, "verified": match.by != "address", "code": code}


def code_of(code: OneTimeCode) -> Json:
    """Never the digits: nobody here knows them."""
    return {
        "to": code.address,
        "sent_at": moment(code.sent_at),
        "expires_at": moment(code.expires_at),
        "state": code.state,
    }
