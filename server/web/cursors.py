"""Where the next page begins, as clients see it: opaque, and refused where it is not one of ours for this very list."""

from __future__ import annotations

import base64
import binascii
import hashlib

from server.errors import Refusal

CHECK_BYTES = 6


def sealed(listing: str, cursor: str | None) -> str | None:
    """listing: the name of the list the cursor belongs to."""
    if cursor is None:
        return None
    raw = cursor.encode()
    return base64.urlsafe_b64encode(_check(listing, raw) + raw).decode().rstrip("=")


def opened(listing: str, text: str | None) -> str | None:
    """Raises Refusal invalid, field `cursor`."""
    if text is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        check, cursor = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check == _check(listing, cursor):
            return cursor.decode()
    except (binascii.Error, ValueError):
        pass
    raise Refusal("invalid", "This is no cursor of this list. Begin again without one.", field="cursor")


def _check(listing: str, raw: bytes) -> bytes:
    """No secret: a cursor gives no access, it is only told from what somebody made up."""
    return hashlib.sha256(listing.encode() + b"\0" + raw).digest()[:CHECK_BYTES]
