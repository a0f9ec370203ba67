import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPage } from "../src/state/next.ts";

test("who signs in is led on to a page of ours", () => {
  assert.equal(nextPage("?next=%2Fadmin%2Fpeople"), "/admin/people");
  assert.equal(nextPage("?next=/manager"), "/manager");
});

test("who follows a link to a week of a department and signs in sees that week and that department", () => {
  const place = "/manager/waits?from=2026-11-02&to=2026-11-08&department=sales";
  assert.equal(nextPage(`?next=${encodeURIComponent(place)}`), place);
});

test("a link to sign in leads nobody elsewhere", () => {
  for (const next of ["//evil.example", "https://evil.example/admin", "/\\evil", "/adminx", "javascript:1", ""]) {
    const led = nextPage(`?next=${encodeURIComponent(next)}`);
    assert.ok(led === null || led.startsWith("/admin/"), next);
  }
  assert.equal(nextPage(""), null);
});
