import assert from "node:assert/strict";
import { test } from "node:test";
import {
  focused,
  hide,
  join,
  MOST_PANES,
  NO_PANES,
  type Panes,
  parsePanes,
  show,
  togglePin,
} from "../src/state/panes.ts";

function opened(limit: number, ...ids: string[]): Panes {
  return ids.reduce((panes, id) => show(panes, id, limit), NO_PANES);
}

test("chats stand side by side up to the limit, then the longest untouched one makes room in its place", () => {
  const panes = show(show(opened(2, "a", "b"), "a", 2), "c", 2);

  assert.deepEqual(panes.open, ["a", "c"]);
  assert.equal(focused(panes), "c");
});

test("a pinned chat stays while an unpinned one can go", () => {
  const panes = show(togglePin(opened(2, "a", "b"), "a"), "c", 2);

  assert.deepEqual(panes.open, ["a", "c"]);
});

test("there are never more than four, whatever the limit says", () => {
  assert.equal(opened(9, "a", "b", "c", "d", "e").open.length, MOST_PANES);
});

test("showing what is in front already changes nothing that would have to be drawn", () => {
  const panes = opened(2, "a", "b");

  assert.equal(show(panes, "b", 2), panes);
  assert.notEqual(show(panes, "a", 2), panes);
});

test("putting one aside gives the focus to the one before", () => {
  const panes = hide(opened(3, "a", "b", "c"), "c");

  assert.deepEqual(panes.open, ["a", "b"]);
  assert.equal(focused(panes), "b");
});

test("a chat that comes by itself never takes the focus or a place", () => {
  const panes = join(join(opened(2, "a"), "b", 2), "c", 2);

  assert.deepEqual(panes.open, ["a", "b"]);
  assert.equal(focused(panes), "a");
});

test("open chats survive a reload, and a broken storage opens none", () => {
  const panes = togglePin(opened(2, "a", "b"), "a");

  assert.deepEqual(parsePanes(JSON.stringify(panes)), panes);
  for (const broken of [null, "{", "null", "[]", '{"open": 3}']) assert.deepEqual(parsePanes(broken), NO_PANES);
});
