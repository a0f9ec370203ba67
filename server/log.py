"""Logs: one line of JSON each on standard error, constant text (`event`), ids as fields.

Never message text, mail addresses or tokens. Library loggers (aiohttp, asyncio, engineio) go the same way.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

logger: structlog.stdlib.BoundLogger = structlog.get_logger("semafor")

CLIENTS_FAULT_EVERY_S = 1.0
OF_THE_DOMAINS = ("error", "mail_id", "remedy")
"""Fields that the domains' loggers give; of whatever else a library adds nothing is written down."""


def configure(level: int = logging.INFO, *, full_addresses: bool = False) -> None:
    """Once, at the start of a process; tests and the other commands leave structlog as it is.

    full_addresses: who operates the desk wants to read whole network addresses.
    """
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(OF_THE_DOMAINS)],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *(() if full_addresses else (_truncate,)),
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    handler.addFilter(QuietClients())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "engineio", "socketio", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


_ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:])")
_OF_PEOPLE = ("address", "remote", "peer")
"""Fields with somebody's network address."""


def truncated(address: str) -> str:
    """The network it is of, /24 or /48, as its first address; "" where it is none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False).network_address)


def _truncate(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Ours stand in fields of their own; aiohttp writes them into its sentences."""
    for name in _OF_PEOPLE:
        if isinstance(event.get(name), str):
            event[name] = truncated(event[name])
    if str(event.get("logger", "")).startswith("aiohttp"):
        for name in ("event", "exception"):
            if isinstance(event.get(name), str):
                event[name] = _ADDRESS.sub(lambda found: truncated(found[0]) or found[0], event[name])
    return event


class QuietClients(logging.Filter):
    """What is no HTTP, a connection that broke, or one too many is a line without traceback, and one a second at most.

    A port scan, a broken proxy or a crowd at the door must fill no disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self._next_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info is None or (line := _line_for(record.exc_info[1])) is None:
            return True
        event, level = line
        if record.created < self._next_at.get(event, 0.0):
            return False
        self._next_at[event] = record.created + CLIENTS_FAULT_EVERY_S
        record.msg, record.args = event, ()
        record.exc_info, record.exc_text = None, None
        record.levelno, record.levelname = level, logging.getLevelName(level)
        return True


def _line_for(fault: BaseException | None) -> tuple[str, int] | None:
    """The line to write instead, and its level; None: the fault is written as it is."""
    if _is_clients(fault):
        return "client_fault", logging.INFO
    if isinstance(fault, OSError) and fault.errno in (errno.EMFILE, errno.ENFILE):
        return "no_descriptors_left", logging.WARNING
    return None


def _is_clients(fault: BaseException | None) -> bool:
    """What a client did wrong on its own connection: worth a line, never a traceback.

    aiohttp has faults of its own only where it is in use; the commands that start no server begin 0.2 s sooner without.
    """
    if isinstance(fault, ConnectionError | TimeoutError):
        return True
    if "aiohttp" not in sys.modules:
        return False
    from aiohttp import ClientConnectionError  # noqa: PLC0415
    from aiohttp.http_exceptions import HttpProcessingError  # noqa: PLC0415

    return isinstance(fault, HttpProcessingError | ClientConnectionError)


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")
