import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AREAS, dayAfter, type Entry, sentenceOf, subjectOf, toldOf } from "../src/admin/audit/entries.ts";

const WORDS: Record<string, string> = JSON.parse(
  readFileSync(new URL("../src/admin/words/audit.json", import.meta.url), "utf8"),
);
const RECORD = readFileSync(new URL("../../transcripts/audit.py", import.meta.url), "utf8");

function entry(change: Partial<Entry> = {}): Entry {
  const actor = { kind: "agent", id: "a1", name: "Ada" };
  const at = "2026-11-22T10:00:00Z";
  return { n: 1, at, actor, action: "session.ended", subject: "agent:a1", subject_name: "Ada", detail: {}, ...change };
}

test("every action of the record has a sentence, and its area can be chosen", () => {
  const list = RECORD.slice(RECORD.indexOf("AuditAction = Literal["), RECORD.indexOf("FIRST ="));
  const actions = [...list.matchAll(/"([a-z]+)\.([a-z]+)"/g)];

  assert.ok(actions.length > 20);
  for (const [, area = "", verb] of actions) {
    assert.ok(`did.${area}.${verb}` in WORDS, `${area}.${verb}`);
    assert.ok((AREAS as readonly string[]).includes(area) && `area.${area}` in WORDS, area);
  }
});

test("who did it to themself reads so", () => {
  assert.equal(sentenceOf(entry()), "Ada signed out");
  assert.equal(sentenceOf(entry({ subject: "agent:b", subject_name: "Bob" })), "Ada ended sessions of Bob");
  const system = { kind: "system", id: null, name: null };
  assert.equal(sentenceOf(entry({ actor: system, action: "odd.thing" })), "The desk: odd.thing");
});

test("a change shows what was and what is, in the zone of the desk, and no salt", () => {
  const detail = {
    before: { name: "Ada", may_search: true },
    after: { name: "Eva", may_search: false, ends_at: "2026-12-31T23:00:00+00:00" },
    salt: "ab",
    address: "sealed:12",
  };

  assert.deepEqual(toldOf(entry({ detail }), "Europe/Prague"), [
    { name: "Name", before: "Ada", after: "Eva" },
    { name: "May search", before: "yes", after: "no" },
    { name: "Ends", before: null, after: "1 Jan 2027, 00:00:00" },
    { name: "Address", before: null, after: "(erased)" },
  ]);
});

test("what has no name is called by its kind and the beginning of its id", () => {
  assert.equal(subjectOf(entry({ subject: "chat:0123456789abcdef", subject_name: null })), "Chat 01234567…");
  assert.equal(subjectOf(entry({ subject: "desk", subject_name: null })), "The desk");
});

test("the last day that is chosen is shown whole", () => {
  assert.equal(dayAfter("2026-02-28"), "2026-03-01");
  assert.equal(dayAfter(""), "");
});
