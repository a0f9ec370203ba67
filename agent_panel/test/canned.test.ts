import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, gapsIn, matching, shortcutAt, variablesOf } from "../src/state/canned.ts";
import { chat } from "./samples.ts";

const REPLIES = [
  { shortcut: "/neigh", title: "Leave with a neighbour", body: "", department: null },
  { shortcut: "new", title: "New password", body: "", department: "support" },
  { shortcut: "bill", title: "A new invoice", body: "", department: "sales" },
  { shortcut: "hello", title: "Greeting, new visitor", body: "", department: null },
];

test("a shortcut is found at the caret, at the start or after a blank", () => {
  assert.deepEqual(shortcutAt("/nei", 4), { from: 0, query: "nei" });
  assert.deepEqual(shortcutAt("Yes /nei", 8), { from: 4, query: "nei" });
  assert.deepEqual(shortcutAt("/dobrý", 6), { from: 0, query: "dobrý" });
});

test("a slash inside a word, a path or an address is no shortcut", () => {
  assert.equal(shortcutAt("and/or", 6), null);
  assert.equal(shortcutAt("https://example.com", 19), null);
  assert.equal(shortcutAt("/neigh done", 11), null);
});

test("replies of another department are not offered, and shortcuts come before titles", () => {
  const found = matching(REPLIES, "ne", "support").map((reply) => reply.shortcut);

  assert.deepEqual(found, ["/neigh", "new", "hello"]);
});

test("known variables are filled and unknown ones stay as gaps", () => {
  const values = variablesOf(chat("c"), "Jana");

  const text = fill("Hello {visitor.name}, {ticket.number} from {agent.name}", values);

  assert.equal(text, "Hello Petr Novák, {ticket.number} from Jana");
  assert.deepEqual(gapsIn(text), [{ name: "ticket.number", from: 18, to: 33 }]);
});

test("a visitor without a name, or with blanks for one, leaves a gap", () => {
  const nameless = chat("c", { visitor: { id: "v", name: "  ", email: null, verified: null } });

  assert.equal(fill("Dear {visitor.name}", variablesOf(nameless, "Jana")), "Dear {visitor.name}");
});

test("a misspelt variable is a gap too, and braces in code are not", () => {
  assert.equal(gapsIn("{visitor.nmae}").length, 1);
  assert.deepEqual(gapsIn("body { color: red } {x} {a.b} {0}"), []);
});

test("a value that looks like a variable is not filled again", () => {
  const values = { "visitor.name": "{agent.name}", "agent.name": "Jana" };

  assert.equal(fill("{visitor.name}", values), "{agent.name}");
});
