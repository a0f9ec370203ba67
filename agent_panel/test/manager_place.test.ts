import assert from "node:assert/strict";
import { test } from "node:test";
import { picked } from "../src/manager/state/period.ts";
import { addressOf, HOME, PAGES, placeOf } from "../src/manager/state/place.ts";

const at = (address: string) => placeOf(new URL(`https://desk.example${address}`));

test("every page has an address that leads back to it", () => {
  for (const page of [...PAGES, "wall"] as const) assert.equal(at(addressOf({ ...HOME, page })).page, page);
  assert.equal(addressOf(HOME), "/manager");
});

test("filters stand in the address, and nothing that is at its default", () => {
  const place = { ...HOME, page: "waits", pick: "month", department: "sales", agent: "ada", compare: false } as const;

  const address = addressOf(place);

  assert.equal(address, "/manager/waits?period=month&department=sales&agent=ada&compare=none");
  assert.deepEqual(at(address), place);
});

test("typed days are written with both ends included", () => {
  const period = { from: "2026-11-02", to: "2026-11-09" };

  const address = addressOf({ ...HOME, pick: "typed", period });

  assert.equal(address, "/manager?from=2026-11-02&to=2026-11-08");
  assert.deepEqual(at(address).period, period);
  assert.equal(at(address).pick, "typed");
});

test("an address after the hash means the same page", () => {
  assert.deepEqual(at("/manager#/waits?period=year"), at("/manager/waits?period=year"));
  assert.equal(at("/manager#/wall").page, "wall");
});

test("what an address says wrongly falls back to the default", () => {
  assert.deepEqual(at("/manager/nowhere?period=century&from=2026-11-09&to=2026-11-02"), HOME);
  assert.deepEqual(at("/manager/?from=2026-11-09"), HOME);
});

test("last month is the whole month before, also across the turn of the year", () => {
  assert.deepEqual(picked("last_month", Date.parse("2026-01-31T12:00:00Z"), "UTC"), {
    from: "2025-12-01",
    to: "2026-01-01",
  });
  assert.deepEqual(picked("last_month", Date.parse("2026-03-31T12:00:00Z"), "UTC"), {
    from: "2026-02-01",
    to: "2026-03-01",
  });
});

test("the last twelve months end with today", () => {
  assert.deepEqual(picked("year", Date.parse("2026-11-22T12:00:00Z"), "UTC"), { from: "2025-11-23", to: "2026-11-23" });
});
