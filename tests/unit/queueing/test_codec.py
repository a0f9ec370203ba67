from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing import model
from queueing.codec import (
    decode_command,
    decode_event,
    decode_snapshot,
    encode_command,
    encode_event,
    encode_snapshot,
)
from queueing.errors import UnreadableRecord
from queueing.states import Snapshot


@given(st.one_of([st.from_type(cls) for cls in get_args(model.Command)]))
def test_every_command_survives_json(command: model.Command) -> None:
    assert decode_command(json.loads(json.dumps(encode_command(command)))) == command


@given(st.one_of([st.from_type(cls) for cls in get_args(model.Event)]))
def test_every_event_survives_json(event: model.Event) -> None:
    assert decode_event(json.loads(json.dumps(encode_event(event)))) == event


@given(st.from_type(Snapshot))
def test_every_snapshot_survives_json(snapshot: Snapshot) -> None:
    assert decode_snapshot(json.loads(json.dumps(encode_snapshot(snapshot)))) == snapshot


def test_record_from_before_a_field_was_added_is_read_with_its_default() -> None:
    assert decode_command({"kind": "take", "chat": "c1", "agent": "ann"}) == model.Take("c1", "ann")


@pytest.mark.parametrize(
    "record", [{}, {"kind": "dance"}, {"kind": "leave"}, {"kind": "leave", "chat": "c1", "colour": "red"}]
)
def test_command_of_unknown_shape_is_refused(record: dict[str, str]) -> None:
    with pytest.raises(UnreadableRecord):
        decode_command(record)


def test_snapshot_without_chats_is_refused() -> None:
    with pytest.raises(UnreadableRecord, match="chats"):
        decode_snapshot({"version": 1, "agents": []})
