"""Forty mails that break parsers. Each has a name, its bytes, and the states it may end in.

`refused by SMTP` cannot happen to any of them by LMTP or IMAP; what it means is said in the listener's own tests.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import NamedTuple

CRLF = b"\r\n"
FROM = b"From: Eva <eva@customer.example>"
TO = b"To: support@desk.example"
DATE = b"Date: Sun, 22 Nov 2026 08:00:00 +0000"
MADE = frozenset({"created"})


class Breaking(NamedTuple):
    name: str
    raw: bytes
    ends: frozenset[str]


def mails() -> Iterator[Breaking]:
    """All forty, each under a Message-ID of its own unless it has none on purpose."""
    for number, (name, raw, end) in enumerate((*_headers(), *_parts(), *_texts(), *_machines(), *_senders())):
        marked = raw.replace(b"@ID@", f"breaking-{number}@customer.example".encode())
        yield Breaking(name, marked, frozenset({end}))


def _mail(*fields: bytes, body: bytes = b"Words", sender: bytes = FROM) -> bytes:
    return CRLF.join([sender, TO, b"Message-ID: <@ID@>", *fields]) + CRLF + CRLF + body + CRLF


def _multi(kind: bytes, *parts: bytes, boundary: bytes = b"B", end: bytes = b"--B--") -> bytes:
    body = CRLF.join(b"--" + boundary + CRLF + part for part in parts)
    return _mail(b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"', body=body + CRLF + end)


def _headers() -> list[tuple[str, bytes, str]]:
    return [
        ("no Date", _mail(), "created"),
        ("a Date that is none", _mail(b"Date: yesterday, 99:99"), "created"),
        ("no Message-ID", CRLF.join([FROM, TO, b"Subject: no id", b"", b"Words", b""]), "created"),
        ("no Subject", _mail(DATE), "created"),
        (
            "only a header, no body at all",
            CRLF.join([FROM, TO, b"Message-ID: <@ID@>", b"Subject: header only"]),
            "created",
        ),
        ("an empty mail", b"\r\n", "refused"),
        ("no header, words only", b"Just words\r\nand more words\r\n", "refused"),
        ("a subject of 100,000 characters", _mail(b"Subject: " + b"x" * 100_000), "created"),
        ("5,000 header fields", _mail(*[b"X-%d: y" % n for n in range(5_000)]), "created"),
        ("an encoded word that never ends", _mail(b"Subject: =?utf-8?b?" + b"QUJD" * 5_000), "created"),
        ("10,000 encoded words", _mail(b"Subject: " + b"=?utf-8?q?=41?= " * 10_000), "created"),
        ("an encoded word with CR and LF in it", _mail(b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x=40y.example?="), "created"),
        ("bytes over 127 in the header", _mail(b"Subject: Z\xe1silka \xff\xfe"), "created"),
        ("NUL in header and body", _mail(b"Subject: a\x00b", body=b"c\x00d"), "created"),
        ("folded a thousand times", _mail(b"Subject: a" + b"\r\n b" * 1_000), "created"),
        ("5,000 open brackets in To", _mail(b"Cc: " + b"(" * 5_000), "created"),
        (
            "References of 10,000 ids",
            _mail(b"References: " + b" ".join(b"<%d@x>" % n for n in range(10_000))),
            "created",
        ),
    ]


def _parts() -> list[tuple[str, bytes, str]]:
    text = b"Content-Type: text/plain" + CRLF + CRLF + b"Words"
    deep = text
    for level in range(100):
        name = b"D%d" % level
        head = b'Content-Type: multipart/mixed; boundary="' + name + b'"'
        deep = head + CRLF * 2 + b"--" + name + CRLF + deep + CRLF + b"--" + name + b"--"
    tnef = b'Content-Type: application/ms-tnef; name="winmail.dat"' + CRLF + b"Content-Transfer-Encoding: base64"
    return [
        ("multiparts 100 deep", _multi(b"mixed", deep), "created"),
        ("10,000 parts", _multi(b"mixed", *[text] * 10_000), "created"),
        ("a multipart without an end", _multi(b"mixed", text, end=b""), "created"),
        ("a multipart without a boundary", _mail(b"Content-Type: multipart/mixed", body=text), "created"),
        ("an empty boundary", _mail(b'Content-Type: multipart/mixed; boundary=""', body=text), "created"),
        ("a multipart with no part", _multi(b"alternative"), "created"),
        ("a boundary of special signs", _multi(b"mixed", text, boundary=b"(.*)+[", end=b"--(.*)+[--"), "created"),
        (
            "winmail.dat",
            _multi(b"mixed", text, tnef + CRLF * 2 + base64.b64encode(b"\x78\x9f\x3e\x22" + bytes(500))),
            "created",
        ),
        ("a type that is none", _mail(b'Content-Type: ;;;="', body=b"Words"), "created"),
        (
            "a file called ../../etc/passwd",
            _multi(b"mixed", b'Content-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx'),
            "created",
        ),
        (
            "a mail within a mail",
            _multi(b"mixed", b"Content-Type: message/rfc822\r\n\r\n" + _mail(b"Subject: inner")),
            "created",
        ),
    ]


def _texts() -> list[tuple[str, bytes, str]]:
    qp = b"Content-Transfer-Encoding: quoted-printable"
    b64 = b"Content-Transfer-Encoding: base64"
    html = b"Content-Type: text/html; charset=utf-8"
    return [
        (
            "a charset that nobody knows",
            _mail(b"Content-Type: text/plain; charset=klingon", body=b"\xc5\xa1"),
            "created",
        ),
        (
            "a charset that is wrong",
            _mail(b"Content-Type: text/plain; charset=utf-8", body=b"P\xf8\xedli\xb9"),
            "created",
        ),
        (
            "a charset that is a codec of Python's",
            _mail(b"Content-Type: text/plain; charset=punycode", body=b"a-" * 50_000),
            "created",
        ),
        ("1 MB of one line", _mail(body=b"x" * 1_048_576), "created"),
        ("1 MB of quotes", _mail(body=b"Yes\r\n" + b"> \r\n" * 250_000), "created"),
        ("base64 that is none", _mail(b64, body=b"!!!!" * 999 + b"A"), "created"),
        ("quoted-printable that is none", _mail(qp, body=b"=ZZ=\r\n==3D=" * 500), "created"),
        (
            "HTML with a script and half a tag",
            _mail(html, body=b"<p>Hi<script>alert(1)</script><img src=x onerror=y><a href"),
            "created",
        ),
        ("100,000 tags that are never closed", _mail(html, body=b"<blockquote><a href=x>" * 50_000), "created"),
        ("a number of 10,000 digits in HTML", _mail(html, body=b"&#" + b"9" * 10_000 + b";"), "created"),
    ]


def _machines() -> list[tuple[str, bytes, str]]:
    return [
        (
            "a report",
            _multi(b"report; report-type=delivery-status", b"Content-Type: text/plain\r\n\r\nlost"),
            "ignored",
        ),
        ("an automatic reply", _mail(b"AUTO-SUBMITTED: Auto-Replied"), "ignored"),
    ]


def _senders() -> list[tuple[str, bytes, str]]:
    return [
        ("two From", _mail(b"From: other@customer.example"), "refused"),
        ("two addresses in From", _mail(sender=b"From: a@customer.example, b@customer.example"), "refused"),
        (
            "an address within the name",
            _mail(sender=b'From: "eva@customer.example" <x@y>, <eva@customer.example>'),
            "refused",
        ),
        ("no From", CRLF.join([TO, b"Message-ID: <@ID@>", b"", b"Words", b""]), "refused"),
        ("a From without an end", _mail(sender=b'From: "Eva <eva@customer.example>'), "refused"),
    ]
