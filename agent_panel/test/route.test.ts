import assert from "node:assert/strict";
import { test } from "node:test";
import { hrefOf, parseRoute, type Route } from "../src/state/route.ts";

test("every page's address leads back to it", () => {
  const routes: Route[] = [
    { page: "chats", chat: null },
    { page: "chats", chat: "a/b c" },
    { page: "tickets", number: "10023" },
    { page: "search", query: { q: "späť & sem", agent: "jana" } },
    { page: "transcript", chat: "c1" },
    { page: "mails", mail: null },
  ];

  for (const route of routes) assert.deepEqual(parseRoute(hrefOf(route)), route);
});

test("an address that names nothing known leads to the chats", () => {
  for (const hash of ["", "#", "#/nonsense", "#/transcript"]) {
    assert.deepEqual(parseRoute(hash), { page: "chats", chat: null });
  }
});

test("fields that were left empty do not stand in the address", () => {
  assert.equal(hrefOf({ page: "search", query: { q: "x", agent: "" } }), "#/search?q=x");
});
