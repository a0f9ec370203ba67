"""The way of the public: does the desk answer at its public URL, what does a proxy do to a request, do WebSockets pass.

Everything is asked through SEMAFOR_PUBLIC_URL, as a visitor's browser asks it. The server tells what it saw of a signed
question (web/seen.py).
"""

from __future__ import annotations

import asyncio
import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from server.clock import Clock
from server.doctor.asking import ask
from server.doctor.findings import Finding, fail, ok, warn
from server.doctor.machine import clock_against
from server.doctor.websocket import websocket
from server.settings import PREFIX, Settings
from server.signing import Signer

PATH = "/api/v1/seen"
WIDGET_PATH, LOADER_PATH = "/widget/app", "/widget.js"
LIE = "192.0.2.123"
"""Of the range for documentation: nobody's."""
WITHIN_S = 15.0
CERTIFICATE_WARN_DAYS = 14
_SERVER_REMEDY = "Start the server; if it runs, let the proxy pass {} on to it (docs/proxies.md)."


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server saw. forwarded_for: the header, all lines of it. own: our end of the connection.

    trusted: the peer is one of the proxies that the server believes.
    """

    peer: tuple[str, int] | None
    trusted: bool
    forwarded_for: str
    own: tuple[str, int] | None


async def through_public_url(
    settings: Settings, url: str | None, secret: str | None, clock: Clock
) -> Sequence[Finding]:
    """url: where people reach the desk, if it is known. secret: what the desk signs with."""
    if url is None:
        remedy = f"Set {PREFIX}PUBLIC_URL to the address that people use; mailed links and the Origin check need it."
        return [warn("public_url", f"{PREFIX}PUBLIC_URL is not set: nothing could be asked from outside.", remedy)]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S)) as session:
        found, seen = await _reach(url, secret, clock)
        if any(finding.state == "fail" and finding.name == "public_url" for finding in found):
            return found
        if seen is not None:
            found.append(_proxy(settings, seen))
        found.extend(await websocket(session, url))
        found.extend(await _sites(session, settings, url))
    return found


async def _reach(url: str, secret: str | None, clock: Clock) -> tuple[list[Finding], Seen | None]:
    signed = Signer(secret or "", None).sealed("doctor", clock.now().isoformat())
    try:
        answer = await asyncio.to_thread(ask, url, f"{PATH}?signed={signed}", {"X-Forwarded-For": LIE})
    except ssl.SSLCertVerificationError as exc:
        remedy = "Renew the proxy's certificate, with its whole chain; browsers refuse it as well."
        return [fail("public_url", f"{url}: the certificate is not accepted ({exc.verify_message}).", remedy)], None
    except (OSError, http.client.HTTPException) as exc:
        remedy = _SERVER_REMEDY.format("requests") + " Check the name in DNS, and the firewall."
        return [fail("public_url", f"{url} cannot be reached: {str(exc) or type(exc).__name__}.", remedy)], None
    if 300 <= answer.status < 400:
        place = urlsplit(answer.location)
        remedy = f"Set {PREFIX}PUBLIC_URL to where people end up ({place.scheme}://{place.netloc})."
        return [fail("public_url", f"{url} sends visitors elsewhere.", remedy)], None
    body = answer.json()
    if answer.status == 404 and "error" in body:
        remedy = f"Let the URL lead to this desk's server, and give the doctor the server's {PREFIX}SECRET and record."
        return [fail("public_url", f"At {url} there is a desk, but another one, or an older version.", remedy)], None
    if answer.status != 200 or "forwarded_for" not in body:
        remedy = _SERVER_REMEDY.format("everything below /")
        return [fail("public_url", f"{url} answers {answer.status}, and not as Semafor does.", remedy)], None
    peer = None if body["peer"] is None else (str(body["peer"][0]), int(body["peer"][1]))
    seen = Seen(peer, bool(body["trusted"]), ", ".join(body["forwarded_for"]), answer.own)
    skew = clock_against("The server's clock", clock.now(), datetime.fromisoformat(body["now"]))
    found = [ok("public_url", f"{url} leads to this desk."), *_certificate(answer.certificate_end_s, clock.now())]
    return [*found, *([skew] if skew.state != "ok" else [])], seen


def _proxy(settings: Settings, seen: Seen) -> Finding:
    """A request said that it comes from LIE; what does the server believe?"""
    by = seen.peer[0] if seen.peer else "the proxy"
    said_last = seen.forwarded_for.rpartition(",")[2].strip()
    set_it = f"Let the proxy set the header itself (docs/proxies.md), and name only proxies in {PREFIX}TRUSTED_PROXIES."
    if any(network.prefixlen == 0 for network in settings.trusted_proxies):
        return fail("proxy", f"{PREFIX}TRUSTED_PROXIES names everybody: visitors may choose their address.", set_it)
    if seen.peer is not None and seen.peer == seen.own:
        return _direct(seen)
    if seen.trusted and said_last == LIE:
        said = "Visitors may choose their address: the proxy passes on what they write in X-Forwarded-For."
        return fail("proxy", said, set_it)
    if said_last in ("", LIE):
        said = f"The proxy at {by} does not say where requests come from: all visitors share its limits."
        return warn("proxy", said, "Let it set X-Forwarded-For to the visitor's address (docs/proxies.md).")
    if not seen.trusted:
        said = f"What the proxy at {by} says in X-Forwarded-For is not believed: all visitors share its limits."
        return warn("proxy", said, f"Set {PREFIX}TRUSTED_PROXIES={by} (and further proxies of yours).")
    return ok("proxy", f"The proxy at {by} says where requests come from, and is believed.")


def _direct(seen: Seen) -> Finding:
    if seen.trusted:
        remedy = f"Name no proxy in {PREFIX}TRUSTED_PROXIES, or set {PREFIX}PUBLIC_URL to the proxy's address."
        return warn("proxy", "No proxy is between, and this machine is believed as if it were one.", remedy)
    return ok("proxy", "No proxy is between, and what visitors write in X-Forwarded-For is not believed.")


async def _sites(session: aiohttp.ClientSession, settings: Settings, url: str) -> list[Finding]:
    try:
        async with session.get(url + LOADER_PATH) as loader, session.get(url + WIDGET_PATH) as frame:
            kinds = (loader.status, loader.content_type), frame.status
            policy = frame.headers.get("Content-Security-Policy", "")
            framing = frame.headers.get("X-Frame-Options", "")
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        return [fail("sites", f"The widget cannot be fetched: {exc}.", _SERVER_REMEDY.format("/widget.js and /widget"))]
    if kinds[0][0] != 200 or "javascript" not in kinds[0][1] or kinds[1] != 200:
        said = f"{LOADER_PATH} answers {kinds[0][0]} ({kinds[0][1]}), {WIDGET_PATH} {kinds[1]}."
        return [fail("sites", said, _SERVER_REMEDY.format("/widget.js and /widget"))]
    if not settings.sites:
        remedy = f"Name them in {PREFIX}SITES, or on the page Sites of /admin."
        return [warn("sites", "No site may embed the widget: only the desk's own pages show it.", remedy)]
    allowed = policy.rpartition("frame-ancestors")[2].split(";")[0].split()
    refused = [site for site in settings.sites if site not in allowed]
    if refused or framing:
        said = f"Browsers do not show the widget on {refused[0] if refused else settings.sites[0]}."
        remedy = (
            "Let the proxy leave Content-Security-Policy as it is, and add no X-Frame-Options (docs/proxies.md); "
            f"restart the server if {PREFIX}SITES was changed."
        )
        return [fail("sites", said, remedy)]
    secure = [site for site in settings.sites if site.startswith("https:")]
    if secure and url.startswith("http:"):
        return [fail("sites", f"{secure[0]} is https and may embed nothing from {url}.", "Give the desk an https URL.")]
    return [ok("sites", f"The widget may be shown on {', '.join(settings.sites)}.")]


def _certificate(end_s: float | None, now: datetime) -> list[Finding]:
    if end_s is None:
        return []
    left_days = (end_s - now.timestamp()) / 86400
    if left_days < CERTIFICATE_WARN_DAYS:
        return [warn("certificate", f"The certificate ends in {left_days:.0f} days.", "Renew it; see why it was not.")]
    return [ok("certificate", f"It is good for {left_days:.0f} days.")]
