"""What the server signs and what it checks: visitor tokens, mailed links, identities signed by the site's panel.

Every kind of token has a key of its own, derived from the secret, so that none is accepted in another's place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import jwt
from cryptography.fernet import Fernet, InvalidToken

from transcripts.address import AddressError, mail_address
from transcripts.plain import one_line, own_name

ALGORITHM = "HS256"
KEY_MAX, NAME_MAX = 320, 200
LinkKind = Literal["subscribe", "unsubscribe", "ticket", "transcript", "reset", "person"]


class BadSignature(Exception):
    """Not signed by us, or by the site; expired; or of another kind."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A visitor as the site's own panel introduces them."""

    subject: str
    jti: str
    expires_at: datetime
    email: str | None
    name: str | None


class Signer:
    def __init__(self, secret: str, identity_secret: str | None) -> None:
        self._secret = secret.encode()
        self._identity_secret = identity_secret

    def visitor_token(self, visitor_id: str) -> str:
        return self._sign("visitor", {"sub": visitor_id})

    def visitor_of(self, token: str) -> str:
        """Raises BadSignature."""
        return self._subject("visitor", token)

    def one_time_code(self, code_id: str) -> str:
        """Six digits: the same ones for the same id, so that they need not be kept anywhere until they are mailed."""
        digest = hmac.new(self._key("one-time code"), code_id.encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(digest[:8]) % 10**6:06d}"

    def code_hash(self, chat_id: str, code: str) -> str:
        """What the record keeps of a code: hex, keyed, and good for one chat."""
        return hmac.new(self._key("code hash"), f"{chat_id}:{code}".encode(), hashlib.sha256).hexdigest()

    def recovery_hash(self, agent_id: str, code: str) -> str:
        """What the record keeps of an account's recovery code: hex, keyed, and good for that account."""
        return hmac.new(self._key("recovery code"), f"{agent_id}:{code}".encode(), hashlib.sha256).hexdigest()

    def sealed(self, kind: str, text: str) -> str:
        """Encrypted and signed: only this desk's servers read it again, and only as of this kind."""
        return self._box(kind).encrypt(text.encode()).decode()

    def unsealed(self, kind: str, sealed: str) -> str:
        """Raises BadSignature, also where the secret is another by now."""
        try:
            return self._box(kind).decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError) as exc:
            raise BadSignature from exc

    def _box(self, kind: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._key(f"sealed {kind}")))

    def reply_tag(self, number: str) -> str:
        """What the reply address of a ticket's mails carries: `t10023.SIGNATURE`, lower case, 80 bits of it signed."""
        return f"t{number}.{self._reply_signature(number)}"

    def is_reply_tag(self, number: str, signature: str) -> bool:
        return hmac.compare_digest(self._reply_signature(number).encode(), signature.encode())

    def _reply_signature(self, number: str) -> str:
        digest = hmac.new(self._key("reply address"), number.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:10]).decode().lower()

    def link(self, kind: LinkKind, subject: str) -> str:
        """The `{signed}` of `/t/{signed}`: opens one ticket or one transcript for whoever holds it."""
        return self._sign("link", {"sub": f"{kind}:{subject}"})

    def link_subject(self, signed: str) -> tuple[str, str]:
        """(kind, subject). Raises BadSignature."""
        kind, _, subject = self._subject("link", signed).partition(":")
        return kind, subject

    def identity(self, token: str) -> Identity:
        """Raises BadSignature, also where no identity secret is set: an identity that cannot be checked is none."""
        if self._identity_secret is None:
            raise BadSignature
        try:
            claims = jwt.decode(
                token,
                self._identity_secret,
                algorithms=[ALGORITHM],
                options={"require": ["sub", "exp", "jti"], "verify_iat": False},
            )
            expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        except (jwt.PyJWTError, ValueError, OverflowError, OSError, RecursionError) as exc:
            raise BadSignature from exc
        subject, jti = claims["sub"], claims["jti"]
        if not (_is_key(subject) and _is_key(jti) and _is_moment(claims["exp"]) and _is_moment(claims.get("iat", 0))):
            raise BadSignature
        return Identity(subject, jti, expires_at, _address(claims.get("email")), _name(claims.get("name")))

    def _sign(self, kind: str, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key(kind), algorithm=ALGORITHM)

    def _subject(self, kind: str, token: str) -> str:
        try:
            claims = jwt.decode(token, self._key(kind), algorithms=[ALGORITHM], options={"require": ["sub"]})
        except (jwt.PyJWTError, ValueError, RecursionError) as exc:
            raise BadSignature from exc
        return str(claims["sub"])

    def _key(self, kind: str) -> bytes:
        return hmac.new(self._secret, f"semafor {kind}".encode(), hashlib.sha256).digest()


def _is_key(claim: object) -> bool:
    return isinstance(claim, str) and 0 < len(claim) <= KEY_MAX and "\x00" not in claim and _whole(claim) == claim


def _is_moment(claim: object) -> bool:
    """A NumericDate (RFC 7519, 2). The library takes text for one where it can, and looks at no `iat`.

    When it was issued is not compared with now: the site's clock may be ahead of ours, and `exp` is what counts.
    """
    if isinstance(claim, float):
        return math.isfinite(claim)
    return isinstance(claim, int) and not isinstance(claim, bool)


def _name(claim: object) -> str | None:
    """As a visitor's own: the site signs that it is theirs, not that it is well meant."""
    return own_name(one_line(claim, NAME_MAX)) or None if isinstance(claim, str) else None


def _address(claim: object) -> str | None:
    """What cannot be written to is as good as none."""
    try:
        return mail_address(_whole(claim)) if isinstance(claim, str) else None
    except AddressError:
        return None


def _whole(text: str) -> str:
    """Without half characters, which nothing can keep."""
    return text.encode("utf-8", "ignore").decode()
