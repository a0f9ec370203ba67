"""`semafor export-config` and `import-config`: one readable file, read wholly before anything is changed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from server.cli import cli
from transcripts.audit import AuditQuery
from transcripts.sqlite.store import SqliteStore

Contents = dict[str, Any]
FULL: Contents = {
    "semafor": 1,
    "departments": [
        {"id": "sales", "name": "Obchod", "tz": "Europe/Prague", "closed": True},
        {
            "id": "support",
            "name": "Podpora",
            "hours": "mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00",
            "tz": "Europe/Prague",
            "holidays": ["2026-12-25 closed"],
            "topics": ["Zásilka"],
            "tiers": 2,
            "service_target_s": 60,
        },
    ],
    "users": [
        {"email": "ada@example.com", "name": "Ada", "role": "agent", "departments": ["support"], "may_export": False},
        {"email": "max@example.com", "name": "Max", "role": "admin", "weekly_report": True},
        {
            "email": "tom@example.com",
            "name": "Tom",
            "role": "manager",
            "ends_at": "2027-01-31T00:00:00.000Z",
            "disabled": True,
        },
    ],
    "canned": [{"shortcut": "hi", "title": "Hi", "body": "Dobrý den\nJak pomůžu?", "department": "support"}],
    "settings": {
        "widget": {"accent": "#abc", "texts": {"cs": {"start_title": "Dobrý den"}}, "offers": {"callback": False}},
        "sites": {"origins": ["HTTPS://Shop.Example/"]},
        "mail": {"address": "desk@example.com", "signatures": {"cs": "Tým\nAcme"}},
    },
    "privacy": {
        "consent": {
            "desk": {"version": "2026-11", "text": {"cs": "Souhlasím"}, "required": False},
            "departments": {"sales": None},
        },
        "retention": {"desk": {"conversations": 365, "files": None}, "departments": {"support": {"pages": 7}}},
    },
}


def run(folder: Path, *arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--data", str(folder)], input=text)


def exported(folder: Path) -> Contents:
    result = run(folder, "export-config", "-")
    assert result.exit_code == 0, result.output
    contents: Contents = json.loads(result.stdout)
    return contents


def imported(folder: Path, contents: object, *options: str) -> Result:
    return run(folder, "import-config", "-", *options, text=json.dumps(contents, ensure_ascii=False, indent=2))


def test_what_was_exported_makes_an_empty_record_the_same(tmp_path: Path) -> None:
    first, second, file = tmp_path / "first", tmp_path / "second", tmp_path / "desk.json"
    made = imported(first, FULL)
    assert made.exit_code == 0, made.output
    assert "Nobody can sign in yet as: ada@example.com, max@example.com, tom@example.com" in made.stdout

    assert run(first, "export-config", str(file)).exit_code == 0
    assert run(second, "import-config", str(file)).exit_code == 0
    again = run(second, "import-config", str(file))

    assert again.stdout == "There is nothing to change.\n"
    assert exported(second) == exported(first) == json.loads(file.read_text(encoding="utf-8"))
    assert file.stat().st_mode & 0o077 == 0
    assert exported(first)["settings"]["sites"] == {"origins": ["https://shop.example"]}
    assert exported(first)["users"][2]["disabled"] is True
    assert "password" not in file.read_text(encoding="utf-8")


def test_a_dry_run_shows_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, FULL)
    before = exported(tmp_path)
    wanted = json.loads(json.dumps(before))
    wanted["departments"][1]["hours"] = None
    wanted["departments"][0]["closed"] = False
    wanted["users"][0]["capacity"] = 5
    wanted["canned"] = [{"shortcut": "bye", "title": "Bye", "body": "Bye"}]
    wanted["settings"]["widget"]["accent"] = None
    wanted["privacy"]["retention"]["departments"] = {}

    dry = imported(tmp_path, wanted, "--dry-run")

    assert exported(tmp_path) == before
    real = imported(tmp_path, wanted)
    assert dry.stdout.splitlines()[:-1] == real.stdout.splitlines()[:-1]
    assert set(dry.stdout.splitlines()[:-1]) == {
        "~ department sales: closed: true -> false",
        '~ department support: hours: "mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00" -> null',
        "~ user ada@example.com: capacity: 3 -> 5",
        "- canned support:hi",
        "+ canned *:bye",
        '~ settings widget: accent: "#aabbcc" -> null',
        '~ privacy retention: departments: {"support":{"pages":7}} -> {}',
    }
    assert exported(tmp_path)["departments"][1]["hours"] is None


FAULTS = (
    ("", "1:1: "),
    ('{"semafor": 1,\n  "users": [],\n  "users": []}', "3:12: The field 'users' stands here twice."),
    ('{"semafor": 2}', "1:13: semafor: "),
    ('{"semafor": 1, "colour": "red"}', "1:26: colour: "),
    (
        '{"semafor": 1,\n "departments": [\n  {"id": "a", "name": "A", "tz": "Nowhere"}]}',
        "3:34: departments.0.tz: ",
    ),
    ('{"semafor": 1, "departments": [{"id": "a", "name": "A"}]}', "1:32: departments.0.tz: is missing"),
    (
        '{"semafor": 1, "users": [{"email": "a@b.cz", "name": "A", "role": "agent", "departments": ["x"]}]}',
        "1:92: users.0.departments.0: There is no department x.",
    ),
    (
        '{"semafor": 1, "settings": {"sites": {"origins": ["https://*.cz"]}}}',
        "1:51: settings.sites.origins.0: 'https://*.cz' has a wildcard",
    ),
    (
        '{"semafor": 1, "privacy": {"retention": {"departments": {"x": {}}}}}',
        "1:63: privacy.retention.departments.x: There is no department x.",
    ),
    (
        '{"semafor": 1, "privacy": {"retention": {"desk": {"files": 0}}}}',
        "1:60: privacy.retention.desk.files: should be at least 1",
    ),
    (
        '{"semafor": 1, "privacy": {"consent": {"desk": {"version": "1", "text": {"xx": "a"}}}}}',
        "1:80: privacy.consent.desk.text.xx: There is no language xx; use ",
    ),
    ('{"semafor": 1, "users": [{"email": "max@example.com", "name": "M", "role": "manager"}]}', "1:25: users: "),
)


def test_a_file_with_a_fault_is_refused_as_a_whole_with_the_place(tmp_path: Path) -> None:
    imported(tmp_path, FULL)
    before = exported(tmp_path)

    for text, told in FAULTS:
        refused = run(tmp_path, "import-config", "-", text=text)

        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"-:{told}"), refused.stderr
        assert refused.stderr.endswith("Nothing was changed.\n")
    assert exported(tmp_path) == before


def test_parts_that_are_left_out_stay_and_everything_is_written_down(tmp_path: Path) -> None:
    imported(tmp_path, FULL)

    only_mail = imported(tmp_path, {"semafor": 1, "settings": {"mail": {"address": "new@example.com"}}})

    assert only_mail.exit_code == 0
    after = exported(tmp_path)
    assert [d["id"] for d in after["departments"]] == ["sales", "support"]
    assert after["settings"]["mail"] == {"address": "new@example.com"}
    log = asyncio.run(_log(tmp_path))
    assert ("command", "config.imported", "desk") in log
    assert ("command", "settings.changed", "settings:mail") in log
    assert ("command", "department.added", "department:support") in log


async def _log(folder: Path) -> list[tuple[str, str, str]]:
    store = await SqliteStore.open(folder / "semafor.db")
    try:
        entries, _ = await store.audit(None, 100, AuditQuery())
    finally:
        await store.aclose()
    assert "Dobrý den" not in str([entry.detail for entry in entries if entry.action == "canned.changed"])
    return [(entry.actor, entry.action, entry.subject) for entry in entries]
