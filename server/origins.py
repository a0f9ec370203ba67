"""Origins as browsers write them: what may embed the widget is compared letter by letter, and stands in a policy.

An origin goes into a Content-Security-Policy as it is, so nothing but a plain scheme, host and port may pass.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
SITES_MAX = 200
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
HOST_MAX = 253


def origin(text: str) -> str:
    """Lower case, names in punycode, without the scheme's own port: "https://Žirafa.cz:443/" is "https://xn--irafa-tib.cz".

    Raises ValueError with a sentence about the text.
    """
    wrong = ValueError(f"{text[:200]!r} is no origin; write it like https://www.example.com")
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in DEFAULT_PORTS or not host or parts.username is not None or port == 0:
        raise wrong
    if parts.path not in ("", "/") or parts.query or parts.fragment or text.strip()[-1] in "?#":
        raise wrong
    if "*" in host:
        raise ValueError(f"{text[:200]!r} has a wildcard; name every origin, like https://shop.example.com")
    shown = _host(host)
    if shown is None:
        raise wrong
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else "")


def origins(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order. Raises ValueError."""
    found = tuple(dict.fromkeys(map(origin, texts)))
    if len(found) > SITES_MAX:
        raise ValueError(f"are too many: at most {SITES_MAX} origins")
    return found


def _host(host: str) -> str | None:
    """As it stands in an Origin header; None where it is no host."""
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError:
            return None
        return None if address.scope_id else f"[{address}]"
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = plain.removesuffix(".").split(".")
    return plain if len(plain) <= HOST_MAX and all(_LABEL.fullmatch(label) for label in labels) else None
