"""Logs: one line of JSON each, and no traceback for what a client did."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from aiohttp.http_exceptions import BadStatusLine
from server import log
log.configure()
log.logger.info("signed_in", agent="a1")
for _ in range(50):
    try:
        raise BadStatusLine("\\x16\\x03\\x01")
    except BadStatusLine:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "127.0.0.1")
logging.getLogger("transcripts.sending.outbox").warning("not kept", extra={"mail_id": "m1", "to": "eva@c.example"})
try:
    1 / 0
except ZeroDivisionError:
    log.logger.exception("request_failed", route="/x")
"""


def test_every_line_is_json_and_a_clients_faults_are_few_and_without_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert [line["event"] for line in lines] == ["signed_in", "client_fault", "not kept", "request_failed"]
    assert lines[0]["agent"] == "a1"
    assert "exception" not in lines[1]
    assert lines[2]["mail_id"] == "m1"
    assert "to" not in lines[2]
    assert "ZeroDivisionError" in lines[3]["exception"]
    assert done.stdout == ""
