"""Events that are read by ourselves are read as the library reads them."""

from __future__ import annotations

import pytest

from server.sockets.packets import MALFORMED, Packet, plain_event


@pytest.mark.parametrize(
    "text",
    [
        '2/visitor,17["message:send",{"body":"1-2, /x,3[4] ěš\\n"}]',
        '2/agent,["typing",{"on":true}]',
        '2/visitor,0["a\nb"]',
        "2/visitor,999999999999999[]",
        "2/visitor,5[NaN]",
        '2/visitor,5["\\ud800"]',
        "2/visitor,5[" + "[" * 5_000,
    ],
)
def test_plain_event_is_read_as_by_the_library(text: str) -> None:
    event = plain_event(text)
    packet = Packet(encoded_packet=text)

    assert event is not None
    assert (event.namespace, event.ack_id) == (packet.namespace, packet.id)
    assert event.data is packet.data is MALFORMED or event.data == packet.data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0/visitor,{}",
        "1/visitor,",
        "3/visitor,1[]",
        '2["no namespace"]',
        '2/,["a"]',
        '2/visitor?token=x,["a"]',
        '2/Visitor,["a"]',
        '51-/visitor,3["a",{"_placeholder":true,"num":0}]',
        '2/visitor,٣["another digit"]',
        '2/visitor,1000000000000000["sixteen digits"]',
        '2/visitor,7{"an":"object"}',
        "2/visitor,7",
        "2/visitor",
        '2/visitor, ["a"]',
    ],
)
def test_everything_else_is_left_to_the_library(text: str) -> None:
    assert plain_event(text) is None
