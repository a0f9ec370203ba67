"""Who was erased after a backup was made is not brought back by it."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

from pydantic import SecretStr

from server import privacy
from server.backups.making import make
from server.backups.progress import Progress
from server.backups.restoring import Restored, check, restore
from server.settings import Settings
from tests.contract.transcripts.examples import started
from transcripts.port import Store
from transcripts.privacy import Subject
from transcripts.sqlite.store import SqliteStore

QUIET = Progress(StringIO())
SECRET = SecretStr("of the environment: " + "0" * 32)
ERASED, KEPT = "zebra.canary@example.com", "kept@example.com"


async def test_a_person_who_was_erased_since_is_erased_again_before_anybody_can_look(tmp_path: Path) -> None:
    old, new = (Settings(data=tmp_path / name, secret=SECRET) for name in ("old", "new"))
    old.data.mkdir()
    new.data.mkdir()
    store = await SqliteStore.open(old.data / "semafor.db")
    await started(store, "c1", "v1", email=ERASED, question="zebra asks")
    await started(store, "c2", "v2", email=KEPT, question="somebody else asks")
    await make(old, tmp_path / "backup", QUIET, force=False)
    await (await privacy.erasing_of(store, old)).erase("command", Subject("address", ERASED))
    await store.aclose()
    shutil.copy(old.data / "erasures.jsonl", new.data)

    restored = await _restored(new, tmp_path / "backup")

    store = await SqliteStore.open(new.data / "semafor.db")
    erased, kept = await store.chat("c1"), await store.chat("c2")
    await store.aclose()
    assert (restored.erased, restored.open_chats) == (1, 1)
    assert erased is not None
    assert erased.visitor_email is None
    assert kept is not None
    assert (kept.visitor_email, kept.question) == (KEPT, "somebody else asks")
    assert b"zebra" in (tmp_path / "backup").read_bytes()
    assert b"zebra" not in (new.data / "semafor.db").read_bytes()
    assert not (new.data / ".restoring").exists()


async def _restored(settings: Settings, backup: Path) -> Restored:
    async def replay(store: Store, place: Path) -> int:
        return await privacy.replay(store, settings, place)

    with backup.open("rb") as file:
        return await restore(settings, file, check(file, QUIET), QUIET, replay)
