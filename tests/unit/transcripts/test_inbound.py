"""A mail from outside: who wrote it, whom it answers, what is new in it, and whether a machine made it."""

from __future__ import annotations

import pytest

from transcripts.inbound.automatic import automatic
from transcripts.inbound.digest import content_digest, split
from transcripts.inbound.headers import Fields, words
from transcripts.inbound.letter import read
from transcripts.inbound.markup import text_of
from transcripts.inbound.places import PlaceError, listen_at, mailbox_at
from transcripts.inbound.quotes import parted
from transcripts.inbound.senders import sender_of
from transcripts.inbound.threads import is_ours, references_of, tagged, tags_of

OURS = "support@desk.example"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("eva@customer.example", "eva@customer.example"),
        ("<eva@customer.example>", "eva@customer.example"),
        ("Eva Nová <eva@customer.example>", "eva@customer.example"),
        ('"Nová, Eva" <eva@customer.example>', "eva@customer.example"),
        ('"eva@customer.example" <mallory@evil.example>', "mallory@evil.example"),
        ("eva@customer.example (Eva)", "eva@customer.example"),
        ("eva@customer.example, mallory@evil.example", None),
        ("eva@customer.example <mallory@evil.example>", None),
        ("<eva@customer.example> <mallory@evil.example>", None),
        ("alice(<eva@customer.example>)mallory@evil.example", None),
        ("alice@evil.example)eva@customer.example", None),
        ('"alice <eva@customer.example', None),
        ("team: eva@customer.example;", None),
        ("eva@customer.example\x00@evil.example", None),
        ("", None),
    ],
)
def test_sender_is_the_one_address_that_can_be_read_in_one_way_only(value: str, address: str | None) -> None:
    sender = sender_of(Fields(f"From: {value}".encode()))

    assert (sender.address if sender else None) == address


def test_two_from_fields_name_nobody() -> None:
    assert sender_of(Fields(b"From: eva@customer.example\r\nFROM: eva@customer.example")) is None


@pytest.mark.parametrize(
    ("mail", "new", "quoted"),
    [
        ("Thanks!\n\nOn Monday, Ada wrote:\n> Hello\n> you\n", "Thanks!", "On Monday, Ada wrote:\n> Hello\n> you"),
        ("Díky\n\nDne 1. 2. v 10:00 Ada\n<a@b.example> napsala:\n\n> Ahoj", "Díky", "napsala:"),
        ("Спасибо\n\n22.11.2026, Ада пишет:\n> Привет", "Спасибо", "Ада пишет:"),
        ("Hi\n\n-----Original Message-----\nFrom: a\nOld words", "Hi", "Old words"),
        ("Hi\n\n____________________________\nFrom: Ada\nSent: now\nTo: me\nSubject: x\n\nOld", "Hi", "Subject: x"),
        ("Ahoj\n\nOd: Ada\nOdesláno: teď\nKomu: mně\nPředmět: x\n\nStaré", "Ahoj", "Staré"),
        ("> Is it red?\nYes\n> And round?\nNo", "Yes\nNo", "> And round?"),
        ("No quotes here: none\nat all", "No quotes here: none\nat all", None),
        ("> only quoted", "> only quoted", None),
        ("My list:\n- From: Prague\n- To: Brno", "My list:\n- From: Prague\n- To: Brno", None),
    ],
)
def test_quoted_text_is_told_from_new_words_and_kept(mail: str, new: str, quoted: str | None) -> None:
    body, kept = parted(mail)

    assert body == new
    assert kept is None if quoted is None else kept is not None and quoted in kept


def test_html_becomes_words_with_quotes_marked_and_nothing_run() -> None:
    html = "<p>Hi &amp; <b>bye</b></p><script>x()</script><a href='http://a.example/x'>here</a><blockquote>old</blockquote>"

    text = text_of(html + "<style>p{}</style>1 < 2<!-- gone")

    assert text.split("\n") == ["Hi & bye", "", "here (http://a.example/x)", "> old", "1 < 2"]


def test_tags_and_references_are_found_where_programs_put_them() -> None:
    tag = "t10023.abcdefgh234567ab"
    reply_to = tagged(OURS, tag)
    assert reply_to == f"support+{tag}@desk.example"
    to = f"Delivered-To: other@desk.example\r\nTo: x <{reply_to.upper()}>"
    head = f"{to}\r\nReferences: <a@x> <b@x>\r\nIn-Reply-To: <b@x>"

    fields = Fields(head.encode())

    assert tags_of((), fields, OURS) == [("10023", "abcdefgh234567ab")]
    assert tags_of((reply_to,), Fields(b""), OURS) == [("10023", "abcdefgh234567ab")]
    assert tags_of((), Fields(f"To: support+{tag}@elsewhere.example".encode()), OURS) == []
    assert references_of(fields) == ("<b@x>", "<a@x>")
    assert tagged("a" * 60 + "@desk.example", tag) is None


def test_only_our_address_and_its_plus_addresses_are_ours() -> None:
    assert is_ours("Support@DESK.example", OURS)
    assert is_ours("support+x@desk.example", OURS)
    assert not any(
        is_ours(a, OURS) for a in ("supporter@desk.example", "support@desk.example.evil", "x+support@desk.example", "")
    )


@pytest.mark.parametrize(
    ("head", "envelope_from", "why"),
    [
        ("Auto-Submitted: auto-replied (vacation); owner=x", "a@b.example", "auto_reply"),
        ("Auto-Submitted: No", "a@b.example", None),
        ("Auto-Submitted: (no (really)) auto-generated", "a@b.example", "auto_reply"),
        ("Auto-Submitted: no\r\nAuto-Submitted: auto-replied", "a@b.example", "auto_reply"),
        ("Precedence: BULK", "a@b.example", "auto_reply"),
        ("Precedence: list", "a@b.example", "list"),
        ("X-Auto-Response-Suppress: All", "a@b.example", "auto_reply"),
        ("Subject: x", "", "auto_reply"),
        ("Return-Path: <>", None, "auto_reply"),
        ("Return-Path: <a@b.example>", None, None),
        ("Subject: x", "MAILER-DAEMON@b.example", "bounce"),
        ("\r\n".join(["Received: by x"] * 51), "a@b.example", "loop"),
    ],
)
def test_machines_are_known_by_their_header_and_envelope(head: str, envelope_from: str | None, why: str | None) -> None:
    assert automatic(Fields(head.encode()), envelope_from, "a@b.example", "text/plain") == why


def test_report_is_a_bounce_whoever_sends_it() -> None:
    assert automatic(Fields(b""), "a@b.example", "a@b.example", "multipart/report") == "bounce"


def test_digest_is_of_what_was_written_not_of_the_way() -> None:
    raw = b"From: a@b.example\r\nMessage-ID: <1@x>\r\nSubject: y\r\n\r\nHello\r\n"
    on_the_way = b"Return-Path: <a@b.example>\nReceived: by mx\n\tfor us\nDelivered-To: us\n" + raw.replace(
        b"\r\n", b"\n"
    )

    assert content_digest(raw) == content_digest(on_the_way) == content_digest(raw + b"\r\n")
    assert content_digest(raw) != content_digest(raw.replace(b"Hello", b"Hallo"))
    assert split(b"no header\r\nat all") == (b"", b"no header\r\nat all")


def test_what_stands_in_a_header_beyond_its_bound_is_not_taken_for_words() -> None:
    endless = b"Subject: x\r\nX-Long: " + b"a" * 300_000 + b"\r\n"

    assert read(endless + b"\r\nHello\r\n").text == "Hello"
    assert read(endless).text == ""


def test_sender_wears_no_badge_in_their_name() -> None:
    sender = sender_of(Fields("From: Support \u2714\U0001f5f9 =?utf-8?q?=E2=9C=85?= <eve@evil.example>".encode()))

    assert sender is not None
    assert sender.name == "Support"


def test_plain_words_are_taken_before_html_and_files_are_named() -> None:
    alternative = (
        b"--A\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n"
        b"--A\r\nContent-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"P=F8=EDli=B9\r\n--A--"
    )
    raw = (
        b"Content-Type: multipart/mixed; boundary=M\r\n\r\n--M\r\n"
        b"Content-Type: multipart/alternative; boundary=A\r\n\r\n"
        + alternative
        + b"\r\n--M\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''fakt%C3%BAra; filename*1=\"-1.pdf\""
        b"\r\n\r\nJVBE\r\nRg==\r\n--M--"
    )

    taken = read(raw)

    assert taken.text == "Příliš"
    assert [(file.name, file.data) for file in taken.files] == [("faktúra-1.pdf", b"%PDF")]


def test_encoded_words_are_read_for_people() -> None:
    assert words("=?utf-8?b?w4F=?= =?iso-8859-2?Q?_=E1no?=") == "Á áno"
    assert words("=?nonsense") == "=?nonsense"


@pytest.mark.parametrize(
    "text", ["", "25", "host", "host:0", "host:99999", "imap://host:25", "http://host:1", "u@host:25"]
)
def test_address_to_listen_on_is_host_and_port(text: str) -> None:
    with pytest.raises(PlaceError):
        listen_at(text)


def test_ways_in_are_read_from_their_urls() -> None:
    assert (listen_at("127.0.0.1:2525").lmtp, listen_at("lmtp://[::1]:24").lmtp) == (False, True)
    mailbox = mailbox_at("imaps://support%40desk.example:p%3Aw@mail.example/Inbox%2FIn")
    assert (mailbox.user, mailbox.password, mailbox.port) == ("support@desk.example", "p:w", 993)
    assert mailbox.mailbox == "Inbox/In"
    for wrong in (
        "imaps://mail.example",
        "pop3://u:p@mail.example",
        "imap://u:p@h:99999",
        "imaps://u:p%0A@mail.example",
    ):
        with pytest.raises(PlaceError) as said:
            mailbox_at(wrong)
        assert "p%0A" not in str(said.value)
