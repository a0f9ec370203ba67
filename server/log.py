"""Logs: one line of JSON each on standard error, constant text (`event`), ids as fields.

Never message text, mail addresses or tokens. Library loggers (aiohttp, asyncio, engineio) go the same way.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog
from aiohttp import ClientConnectionError
from aiohttp.http_exceptions import HttpProcessingError

logger: structlog.stdlib.BoundLogger = structlog.get_logger("semafor")

# What a client did wrong on its own connection: worth a line, never a traceback.
CLIENTS_FAULTS = (HttpProcessingError, ConnectionError, ClientConnectionError, TimeoutError)


def configure(level: int = logging.INFO) -> None:
    """Once, at the start of a process; tests and the other commands leave structlog as it is."""
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
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    handler.addFilter(without_clients_tracebacks)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "engineio", "socketio", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def without_clients_tracebacks(record: logging.LogRecord) -> bool:
    """Keeps the record; what is no HTTP, or a connection that broke, keeps its name only."""
    cause = record.exc_info[1] if record.exc_info else None
    if isinstance(cause, CLIENTS_FAULTS):
        record.msg, record.args = "client_fault", ()
        record.exc_info, record.exc_text = None, None
        record.levelno, record.levelname = logging.INFO, "INFO"
    return True


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")
