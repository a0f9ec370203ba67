"""One process of the desk from start to stop: bind, take the record up, serve, and end in order on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from server import log
from server.adapters import open_store
from server.alone import alone_in
from server.compose import compose
from server.door import Door, open_wide
from server.errors import StartError
from server.loops import Loops
from server.settings import Settings
from server.starting import Patience, Reach, Stopped, unless_stopped
from server.web.application import make_web_app
from server.web.patience import PatientRunner
from transcripts.errors import StoreDamaged, StoreError

if TYPE_CHECKING:
    from server.commands.demo import DemoInfo
    from server.desk import Desk

Beside = Callable[[str], Coroutine[Any, Any, None]]
"""What runs as long as the server listens, given its URL; ends when it is cancelled."""
STOP_WITHIN_S = 4.0
KEEPALIVE_S = 75.0
"""Longer than proxies keep an idle connection, so that it is they who end it."""


def run(settings: Settings, host: str, port: int, demo: DemoInfo | None = None, beside: Beside | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises StartError, SettingsError."""
    log.configure(full_addresses=settings.addresses == "full")
    open_wide()
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - an extra: used where it is installed

        return uvloop.run(_serve(settings, host, port, demo, beside))
    return asyncio.run(_serve(settings, host, port, demo, beside))


async def _serve(settings: Settings, host: str, port: int, demo: DemoInfo | None, beside: Beside | None) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    listening = _bind(host, port)
    url = _url(host, listening.getsockname()[1])
    reach = Patience(stop)
    with contextlib.suppress(Stopped):
        async with contextlib.AsyncExitStack() as held:
            await _claim(settings, held, stop)
            desk = await _compose(settings, url, stop, reach)
            await _run(desk, _Place(listening, url), demo, beside, stop, reach)
    return 0


async def _claim(settings: Settings, held: contextlib.AsyncExitStack, stop: asyncio.Event) -> None:
    """Only the embedded record is one server's. Raises StartError, also where there is no folder to be had; Stopped."""
    if settings.mongo_url is not None:
        return
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        await held.enter_async_context(alone_in(settings.data, stop))
    except OSError as exc:
        raise _not_opened(settings, exc) from exc


async def _compose(settings: Settings, url: str, stop: asyncio.Event, reach: Reach) -> Desk:
    """Raises StartError, SettingsError, Stopped."""
    try:
        store = await unless_stopped(stop, open_store(settings))
    except (StoreError, OSError) as exc:
        raise _not_opened(settings, exc) from exc
    try:
        return await compose(settings, store, settings.public_url or url, reach)
    except BaseException:
        await store.aclose()
        raise


def _not_opened(settings: Settings, exc: StoreError | OSError) -> StartError:
    remedy = exc.remedy if isinstance(exc, StoreDamaged) else "Check the folder and its permissions."
    return StartError(f"The record in {settings.data} cannot be opened: {exc}. {remedy}")


class _Place(NamedTuple):
    """Where people reach the server; nobody is heard there before it has begun."""

    listening: socket.socket
    url: str


async def _run(
    desk: Desk, place: _Place, demo: DemoInfo | None, beside: Beside | None, stop: asyncio.Event, reach: Reach
) -> None:
    """From the start of the desk until `stop` is set. Raises StartError, Stopped, and what `beside` raises."""
    loops = Loops(desk)
    app = make_web_app(desk, demo)
    desk.transport.attach(app)
    runner = PatientRunner(
        app,
        access_log=None,
        auto_decompress=False,  # web/middleware.py refuses what is packed, and nobody must unpack it on the way out
        shutdown_timeout=STOP_WITHIN_S,
        handle_signals=False,
        keepalive_timeout=KEEPALIVE_S,
    )
    try:
        await desk.start(reach)
        await reach("its first proof of life", loops.start)
        await _take_mail(desk)
        await runner.setup()
        site = web.SockSite(runner, place.listening, backlog=1024)
        await site.start()
        await reach("whether there is an admin", partial(desk.governing.first_run.announce, desk.wire.public_url))
        if desk.settings.limits == "off":
            log.logger.warning("limits_are_off")
        print(f"listening on {place.url}", flush=True)  # noqa: T201 - what outside tests and supervisors wait for
        await _until(stop, beside, place.url)
        if desk.mail_in.listener is not None:
            await desk.mail_in.listener.aclose()
        await site.stop()  # Whoever is cut now comes back elsewhere, or when this server is there again.
    finally:
        await desk.transport.aclose()
        await runner.cleanup()
        with contextlib.suppress(StoreError):
            await loops.stop()
        await desk.aclose()


async def _take_mail(desk: Desk) -> None:
    """Raises StartError."""
    listener = desk.mail_in.listener
    if listener is None:
        return
    try:
        await listener.start()
    except OSError as exc:
        at = desk.settings.inbound_smtp
        reason = exc.strerror or exc
        raise StartError(f"Cannot listen for mail on {at}: {reason}. Choose another SEMAFOR_INBOUND_SMTP.") from exc


async def _until(stop: asyncio.Event, beside: Beside | None, url: str) -> None:
    """Raises what `beside` raises."""
    company = None if beside is None else asyncio.ensure_future(beside(url))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({stopping} if company is None else {stopping, company}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if company is not None:
        company.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await company


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = Door(family[0], socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(family[4])
    except OSError as exc:
        raise StartError(f"Cannot listen on {host}:{port}: {exc.strerror or exc}. Choose another with --port.") from exc
    listening.setblocking(False)
    return listening


def _url(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
