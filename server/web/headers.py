"""What every answer tells the browser to forbid: one content-security policy per kind of page."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

PageKind = Literal["data", "app", "widget", "customer", "demo", "mailbox", "mail"]

_NO_SCRIPT = "default-src 'none'; base-uri 'none'"
_NOTHING = f"{_NO_SCRIPT}; form-action 'none'"
_SCRIPTED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' data: "
    "blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
)
# A mail is shown as the customer sees it: its styles stand in its elements.
_MAIL = f"{_NOTHING}; style-src 'unsafe-inline'; img-src data:; sandbox"
_POLICIES: dict[PageKind, str] = {
    "data": _NOTHING,
    "app": f"{_SCRIPTED}; frame-src 'self'",
    "widget": _SCRIPTED,
    "customer": f"{_NO_SCRIPT}; form-action 'self'; style-src 'self'; img-src 'self' data:",
    "demo": f"{_SCRIPTED}; frame-src 'self'",
    "mailbox": f"{_NOTHING}; style-src 'self'; img-src 'self' data:; frame-src 'self'",
    "mail": _MAIL,
}

_FRAME_OPTIONS = {"'none'": "DENY", "'self'": "SAMEORIGIN"}


def policy(kind: PageKind, sites: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy. sites: origins that may embed the widget, besides our own."""
    embedders = {"widget": " ".join(("'self'", *sites)), "mail": "'self'"}
    ancestors = embedders.get(kind, "'none'")
    return f"{_POLICIES[kind]}; frame-ancestors {ancestors}"


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: on every answer, also on errors and files."""
    secure(response)


def secure(response: web.StreamResponse) -> None:
    """What a handler has set itself stays."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy("data"))
    # What frame-ancestors says, for what does not understand it; a list of sites cannot be said so.
    ancestors = headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]
    if ancestors in _FRAME_OPTIONS:
        headers["X-Frame-Options"] = _FRAME_OPTIONS[ancestors]
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    headers["Server"] = "Semafor"
