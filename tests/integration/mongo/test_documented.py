"""docs/mongodb.md says what each index is for."""

from __future__ import annotations

from tests.architecture.tree import ROOT
from transcripts.mongo.schema import INDEXES


def test_every_index_is_documented_with_its_collection() -> None:
    rows = [line for line in (ROOT / "docs" / "mongodb.md").read_text().splitlines() if line.startswith("| ")]
    told = {(name, word) for row in rows for name in row.split("|")[1].strip().split(", ") for word in row.split("`")}

    made = {(name, str(index.document["name"])) for name, indexes in INDEXES.items() for index in indexes}

    assert made - told == set()
