import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, parseDrafts, withDraft } from "../src/state/drafts.ts";

const DAY_MS = 86_400_000;

test("each chat keeps its own draft", () => {
  const drafts = withDraft(withDraft({}, "a", { text: "one" }, 1), "b", { text: "two", note: true }, 2);

  assert.equal(draftOf(drafts, "a").text, "one");
  assert.deepEqual(draftOf(drafts, "b"), { text: "two", note: true, at: 2 });
  assert.equal(draftOf(drafts, "c").text, "");
});

test("switching to a note keeps what was typed", () => {
  const drafts = withDraft(withDraft({}, "a", { text: "one" }, 1), "a", { note: true }, 2);

  assert.deepEqual(draftOf(drafts, "a"), { text: "one", note: true, at: 2 });
});

test("an emptied draft leaves nothing behind", () => {
  const drafts = withDraft(withDraft({}, "a", { text: "one" }, 1), "a", { text: "" }, 2);

  assert.deepEqual(drafts, {});
});

test("drafts survive a reload and are forgotten after two weeks", () => {
  const now = 100 * DAY_MS;
  const drafts = withDraft(withDraft({}, "old", { text: "x" }, now - 15 * DAY_MS), "new", { text: "y" }, now - DAY_MS);

  const kept = parseDrafts(JSON.stringify(drafts), now);

  assert.deepEqual(Object.keys(kept), ["new"]);
});

test("a broken storage gives no drafts and no fault", () => {
  for (const broken of [null, "", "{", "[]", "null", '{"a": null}', '{"a": {"text": 3, "at": 1}}']) {
    assert.deepEqual(parseDrafts(broken, 1), {});
  }
});
