import assert from "node:assert/strict";
import { test } from "node:test";
import { type PageLink, shareOut } from "../src/ui/shell/pageLinks.ts";

const links = (present: string): PageLink[] =>
  ["a", "b", "c", "d", "e", "f"].map((words) => ({ href: `#/${words}`, words, present: words === present }));
const words = (shares: PageLink[]): string => shares.map((link) => link.words).join("");

test("links beyond the room are behind More, none is lost", () => {
  const { shown, hidden } = shareOut(links("a"), 3);
  assert.deepEqual([words(shown), words(hidden)], ["abc", "def"]);
});

test("the present page is always shown", () => {
  for (const present of ["c", "d", "f"]) {
    const { shown, hidden } = shareOut(links(present), 3);
    assert.deepEqual([shown.length, hidden.length], [3, 3]);
    assert.ok(words(shown).includes(present));
    assert.ok(words(shown).startsWith("ab"));
  }
});

test("a single link is not hidden behind a word as wide as itself", () => {
  assert.equal(shareOut(links("a"), 5).hidden.length, 0);
  assert.equal(shareOut(links("a"), 4).hidden.length, 2);
});
