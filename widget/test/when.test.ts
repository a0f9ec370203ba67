import assert from "node:assert/strict";
import { test } from "node:test";
import { calendar } from "../src/app/state/when.ts";

// Monday 2 March 2026, 23:30 in Prague
const now = () => Date.parse("2026-03-02T22:30:00.000Z");
const prague = calendar("en-GB", now, "Europe/Prague");

test("a moment today is a time", () => {
  assert.equal(prague.moment("2026-03-02T13:02:00.000Z"), "14:02");
});

test("tomorrow begins at the visitor's midnight, not after 24 hours", () => {
  assert.equal(prague.moment("2026-03-02T23:10:00.000Z"), "tomorrow, 00:10");
});

test("a moment within the week names its day, a later one its date", () => {
  assert.equal(prague.moment("2026-03-06T08:00:00.000Z"), "Friday, 09:00");
  assert.equal(prague.moment("2026-03-09T08:00:00.000Z"), "9 March, 09:00");
});

test("days are the visitor's days", () => {
  assert.equal(prague.sameDay("2026-03-02T22:59:00.000Z", "2026-03-02T23:01:00.000Z"), false);
  assert.equal(prague.day("2026-03-02T08:00:00.000Z"), "Today");
  assert.equal(prague.day("2026-03-01T08:00:00.000Z"), "Yesterday");
});

test("days and times speak the visitor's language", () => {
  assert.equal(calendar("cs", now, "Europe/Prague").moment("2026-03-03T08:00:00.000Z"), "zítra, 09:00");
});
