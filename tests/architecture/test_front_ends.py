"""The built front ends are the sources' own, and small enough for a stranger's page."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

import hatch_build
from tests.architecture.tree import ROOT

# Bytes after gzip: what a visitor's browser fetches before and at the first opening.
LIMITS = {"widget/loader.js": 1_500, "widget/app.js": 32_000}


def test_built_assets_belong_to_these_sources() -> None:
    assert hatch_build.is_fresh(ROOT), "server/assets is missing or stale: run `python hatch_build.py`"


@pytest.mark.parametrize("name", LIMITS)
def test_a_visitor_fetches_little(name: str) -> None:
    size_bytes = len(gzip.compress((ROOT / "server" / "assets" / name).read_bytes(), mtime=0))
    assert size_bytes <= LIMITS[name]


def test_lock_file_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []


@pytest.fixture
def built_tree(tmp_path: Path) -> Path:
    """Sources with assets that were built from them, without the work of building."""
    for source in hatch_build.sources(ROOT):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    assets = tmp_path / "server" / "assets"
    assets.mkdir(parents=True)
    (assets / "app.js").write_text("built")
    hatch_build.stamp(assets, hatch_build.fingerprint(tmp_path))
    return tmp_path


def test_complete_assets_are_not_built_again(built_tree: Path) -> None:
    said: list[str] = []
    assert hatch_build.is_fresh(built_tree)
    assert hatch_build.build(built_tree, said.append) is False
    assert said == []


@pytest.mark.parametrize("source", ["widget/src/wire.ts", "package-lock.json", "esbuild.mjs"])
def test_a_changed_source_makes_the_assets_stale(built_tree: Path, source: str) -> None:
    with (built_tree / source).open("a") as file:
        file.write("\n")
    assert not hatch_build.is_fresh(built_tree)


def test_a_new_source_makes_the_assets_stale(built_tree: Path) -> None:
    (built_tree / "widget" / "src" / "planted.ts").write_text("export {};\n")
    assert not hatch_build.is_fresh(built_tree)


def test_a_touched_or_missing_asset_is_stale(built_tree: Path) -> None:
    asset = built_tree / "server" / "assets" / "app.js"
    asset.write_text("tampered")
    assert not hatch_build.is_fresh(built_tree)
    asset.unlink()
    assert not hatch_build.is_fresh(built_tree)


def test_a_registry_that_cannot_be_reached_is_one_sentence_with_the_remedy(
    built_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (built_tree / "widget" / "src" / "planted.ts").write_text("export {};\n")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(built_tree / "cache"))
    monkeypatch.setattr(hatch_build, "NPM_PATIENCE", ["--fetch-retries=0"])

    with pytest.raises(hatch_build.BuildFailedError, match="npm registry cannot be reached: check the network"):
        hatch_build.build(built_tree, lambda line: None)

    assert (built_tree / "server" / "assets" / "app.js").read_text() == "built"
