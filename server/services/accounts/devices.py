"""Where a session was opened, in words that its owner recognises: "Firefox on Windows", and an address cut short.

What a browser says of itself proves nothing; it is shown to the account's owner and used for nothing else.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from transcripts.plain import one_line

UNKNOWN = "Unknown device"
NAME_CHARS = 40

# The first that is found counts: a browser names those whose pages it also wants to be given.
_BROWSERS: Final = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Vivaldi/", "Vivaldi"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"HeadlessChrome/|Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/[\d.]+ .*Safari/", "Safari"),
)
_SYSTEMS: Final = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Macintosh|Mac OS X", "macOS"),
    (r"Linux|X11", "Linux"),
)
_V6_KEPT = 48


def device_of(user_agent: str) -> str:
    """In words, at most NAME_CHARS; a program's own name where it is no browser we know."""
    text = user_agent[:1000]
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, text)), None)
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, text)), None)
    if browser and system:
        return f"{browser} on {system}"
    program = re.match(r"[A-Za-z][\w. -]*", text)
    words = browser or system or (one_line(program[0], NAME_CHARS) if program else "")
    return words or UNKNOWN


def cut_short(address: str) -> str:
    """ "203.0.113.x" or "2001:db8:7::x": enough to recognise a network, too little to name a person."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if isinstance(found, ipaddress.IPv4Address):
        return f"{str(found).rpartition('.')[0]}.x"
    network = ipaddress.ip_network((int(found) >> (128 - _V6_KEPT) << (128 - _V6_KEPT), _V6_KEPT))
    return f"{network.network_address.compressed.removesuffix('::')}::x"
