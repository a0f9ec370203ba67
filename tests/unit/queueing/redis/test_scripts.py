"""Scripts are put together from pieces, and each is what its header says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from queueing.codec import encode_command
from queueing.model import Command, Join, Settle, Take
from queueing.redis.keys import HOME_PARTS, PARTS, home_keys_of, keys_of
from queueing.redis.scripts import LUA, BrokenScript, Script, load
from queueing.redis.values import arguments_of

SCRIPTS = load()
EVERY_LUA_FILE = sorted(LUA.rglob("*.lua"))
# Of several machines' clocks none can be trusted to say which of the others is dead.
PROOFS_OF_LIFE = {"beat.lua"}


def _written(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.lua"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _code(path: Path) -> str:
    return "\n".join(line.split("--")[0] for line in path.read_text().splitlines())


def test_piece_stands_where_it_is_first_included_and_only_there(tmp_path: Path) -> None:
    _written(tmp_path / "include", "keys", "local META = KEYS[1]\n")
    _written(tmp_path / "include", "chats", '--- @include "keys"\nlocal chats = {}\n')
    _written(tmp_path, "join", '-- ARGV 1 chat\n--- @include "keys"\n--- @include "chats"\nreturn META\n')

    source = load(tmp_path)["join"].source

    assert source == "-- ARGV 1 chat\nlocal META = KEYS[1]\nlocal chats = {}\nreturn META\n"


def test_unknown_piece_is_an_error(tmp_path: Path) -> None:
    _written(tmp_path, "join", '-- ARGV 1 chat\n--- @include "nothing"\n')
    with pytest.raises(BrokenScript, match="nothing"):
        load(tmp_path)


@pytest.mark.parametrize("header", ["-- no such line\n", "-- ARGV 1 chat  3 agent\n"])
def test_header_that_does_not_count_its_arguments_is_an_error(tmp_path: Path, header: str) -> None:
    _written(tmp_path, "join", header)
    with pytest.raises(BrokenScript):
        load(tmp_path)


def test_arguments_go_on_over_lines_and_need_no_remark(tmp_path: Path) -> None:
    _written(tmp_path, "restore", "-- ARGV 1 chat  2 agent ('' for none)\n--      3 line\n-- RETURNS 4 things\n")
    assert load(tmp_path)["restore"].arguments == ("chat", "agent", "line")


def test_every_command_has_its_script_with_its_fields_as_arguments() -> None:
    for command in get_args(Command):
        values = dict.fromkeys(command.__dataclass_fields__, "x")
        script = SCRIPTS[encode_command(command(**values))["kind"]]
        assert set(script.arguments) == {"epoch", "now_ms", "command", *values}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_script_uses_exactly_the_arguments_of_its_header(script: Script) -> None:
    used = {int(number) for number in re.findall(r"ARGV\[(\d+)\]", script.source)}
    counted = set(range(1, len(script.arguments) + 1))
    assert used | {2} == counted | {2}  # the moment is there for the pieces, also where none of them needs it


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_header_says_keys_arguments_and_result(script: Script) -> None:
    shebang, what, *_ = script.source.splitlines()
    assert shebang.startswith("#!lua")
    assert what.startswith(f"-- {script.name}: ")
    assert re.search(r"^-- KEYS the (desk's|homes') \(include/(keys|homes)\.lua\)$", script.source, re.MULTILINE)
    assert re.search(r"^-- RETURNS ", script.source, re.MULTILINE)


@pytest.mark.parametrize("path", EVERY_LUA_FILE, ids=lambda path: str(path.relative_to(LUA)))
def test_script_names_no_key_of_its_own_and_asks_for_no_time(path: Path) -> None:
    calls = re.findall(r"redis\.call\('(\w+)'(?:, ([^,)]+))?", _code(path))
    assert {key for _, key in calls if key} <= {part.upper() for part in (*PARTS, *HOME_PARTS)}
    unasked = {"TIME", "KEYS", "SCAN", "RANDOMKEY"} - ({"TIME"} if path.name in PROOFS_OF_LIFE else set())
    assert {command for command, _ in calls}.isdisjoint(unasked)


@pytest.mark.parametrize("path", EVERY_LUA_FILE, ids=lambda path: str(path.relative_to(LUA)))
def test_numbers_never_become_text_by_joining_into_scores(path: Path) -> None:
    """`..` writes 14 digits, a score has 16: ranges and scores go to Redis as numbers."""
    assert not re.search(r"(lowest|highest)[^,\n]*\.\.|\.\. *(lowest|highest)", _code(path))


@pytest.mark.parametrize(("piece", "parts"), [("keys", PARTS), ("homes", HOME_PARTS)])
def test_pieces_name_the_keys_in_the_order_they_are_sent(piece: str, parts: tuple[str, ...]) -> None:
    named = re.findall(r"[A-Z]{2,}", _code(LUA / "include" / f"{piece}.lua"))
    assert [name.lower() for name in named if name != "KEYS"] == list(parts)


def test_all_keys_of_a_desk_share_one_hash_tag() -> None:
    every = (*keys_of("desk"), *home_keys_of("desk"))
    assert {re.findall(r"{(.*?)}", key)[0] for key in every} == {"desk"}
    assert len(set(every)) == len(PARTS) + len(HOME_PARTS)
    with pytest.raises(ValueError, match="braces"):
        keys_of("a}b")


def test_arguments_are_text() -> None:
    script, values = arguments_of(Take("c1", "ann", force=True, takeover=False), "e", 5)
    told = SCRIPTS[script].ordered(values)
    assert [told[n] for n in (0, 1, 3, 4, 5, 6)] == ["e", "5", "c1", "ann", "1", "0"]


def test_number_that_a_score_has_no_room_for_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="line"):
        arguments_of(Join("c1", "help", 1, "normal", 2**36), "e", 5)
    with pytest.raises(ValueError, match="tier"):
        arguments_of(Join("c1", "help", 4, "normal", 1), "e", 5)
    with pytest.raises(ValueError, match="now_ms"):
        arguments_of(Settle(), "e", -1)
