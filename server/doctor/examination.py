"""All looks, in the order in which somebody would mend what they find."""

from __future__ import annotations

from server.clock import Clock
from server.doctor import engines, machine, mail, web
from server.doctor.findings import Finding
from server.settings import Settings


async def examine(settings: Settings, clock: Clock, url: str | None = None) -> list[Finding]:
    """url: where to ask the server, where it is not SEMAFOR_PUBLIC_URL."""
    found = [*machine.data_folder(settings), *machine.own_clock(clock.now())]
    known = await engines.record(settings, clock)
    found += known.findings
    found += machine.zones(set(known.zones))
    found += await engines.queue(settings, clock)
    found += machine.secrets_chosen(settings)
    found += await mail.outgoing(settings)
    found += await mail.incoming(settings)
    found += await web.through_public_url(settings, url or settings.public_url, known.secret, clock)
    return found
