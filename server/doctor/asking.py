"""One request by hand: the connection's own ends and its certificate are part of the answer."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

WITHIN_S = 15.0
BODY_MAX_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """own: our end of the connection, as the other one sees it where nothing is between."""

    status: int
    location: str
    body: bytes
    own: tuple[str, int]
    certificate_end_s: float | None

    def json(self) -> dict[str, Any]:
        """Empty where it is none."""
        try:
            body = json.loads(self.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


def ask(url: str, path: str, headers: Mapping[str, str]) -> Answer:
    """GET, without following anything. Blocks. Raises OSError (TLS too), http.client.HTTPException."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=WITHIN_S)
    try:
        connection.connect()
        own = connection.sock.getsockname()
        certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
        connection.request("GET", path, headers={"Connection": "close", **headers})
        answer = connection.getresponse()
        return Answer(
            status=answer.status,
            location=answer.headers.get("Location", ""),
            body=answer.read(BODY_MAX_BYTES),
            own=(str(own[0]), int(own[1])),
            certificate_end_s=None
            if not certificate
            else float(ssl.cert_time_to_seconds(str(certificate["notAfter"]))),
        )
    finally:
        connection.close()
