from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.plain import one_line
from transcripts.sending import headers

WORDS = st.text().map(lambda text: one_line(text, 150))


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw + b"\r\n", policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@given(WORDS)
def test_any_words_come_back_from_the_wire_as_they_were(words: str) -> None:
    raw = headers.field("Subject", headers.text(words))

    message = read(raw)
    assert message.keys() == ["Subject"]
    assert message["Subject"] == words
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 200


def check_name(name: str) -> None:
    raw = headers.field("From", headers.mailbox(name, "support@desk.example"))

    (address,) = read(raw)["From"].addresses
    assert address.addr_spec == "support@desk.example"
    # By decode_header, because the parser of Python 3.11 puts a space between two encoded words of a name.
    phrase = raw.decode().removeprefix("From: ").replace("\r\n", "").removesuffix(" <support@desk.example>")
    shown = re.sub(r"\\(.)", r"\1", phrase[1:-1]) if phrase.startswith('"') else str(make_header(decode_header(phrase)))
    assert shown == name


@pytest.mark.parametrize("words", ["[#1] =?utf-8?q?a=0D=0ABcc=3A_b=40c.d?=", "=?utf-8?b?DQpCY2M6IHhAeS56?=", "a =?x"])
def test_what_looks_encoded_is_not_decoded_on_the_other_side(words: str) -> None:
    message = read(headers.field("Subject", headers.text(words)))

    assert message.keys() == ["Subject"]
    assert message["Subject"] == words


@given(WORDS.filter(bool))
def test_any_name_comes_back_with_one_address(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Acme, s.r.o.",
        "A very long company name with, commas and. periods (and more) of almost 80 chars",
        "Zásilková společnost Přístav, spol. s r.o. (člen skupiny)",
        'Отправления, ООО "Ромашка"',
        "=?utf-8?q?a=0D=0ABcc=3A_all=40example.com?= x",
        'back\\slash and "quotes"',
        "all@example.com",
    ],
)
def test_a_name_never_becomes_a_second_address(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("address", ["", "a", "a@b, c@d", "a@b\r\nBcc: c@d", "<a@b>", "a @b", "ž@b.cz", "a@b\n"])
def test_only_one_plain_address_is_written(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        headers.addr_spec(address)


@pytest.mark.parametrize("value", ["a\r\nBcc: b", "a\nb", "a\r\n\r\n b", "a\r\n", "ž", "a\x00"])
def test_a_value_that_would_end_its_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="header"):
        headers.field("Subject", value)
