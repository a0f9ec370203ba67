import assert from "node:assert/strict";
import { test } from "node:test";
import { stretch } from "../src/manager/state/labels.ts";
import { bucketFor, days, picked, typed } from "../src/manager/state/period.ts";
import { localDate, startOfDay, weekday } from "../src/manager/state/zone.ts";

const PRAGUE = "Europe/Prague";
const at = (iso: string) => Date.parse(iso);

test("today is the site's day, not the browser's", () => {
  const late = at("2025-11-17T23:30:00Z");

  assert.deepEqual(picked("today", late, PRAGUE), { from: "2025-11-18", to: "2025-11-19" });
  assert.deepEqual(picked("today", late, "America/New_York"), { from: "2025-11-17", to: "2025-11-18" });
});

test("this week begins on Monday, also when asked on a Sunday", () => {
  const sunday = at("2025-11-23T10:00:00Z");

  assert.deepEqual(picked("week", sunday, PRAGUE), { from: "2025-11-17", to: "2025-11-24" });
});

test("this month and the last seven days end with today", () => {
  const now = at("2025-11-03T10:00:00Z");

  assert.deepEqual(picked("month", now, PRAGUE), { from: "2025-11-01", to: "2025-11-04" });
  assert.deepEqual(picked("seven", now, PRAGUE), { from: "2025-10-28", to: "2025-11-04" });
});

test("a day on which the clocks change has 23 or 25 hours", () => {
  const hours = (from: string, to: string) => (startOfDay(to, PRAGUE) - startOfDay(from, PRAGUE)) / 3_600_000;

  assert.equal(hours("2025-03-30", "2025-03-31"), 23);
  assert.equal(hours("2025-10-26", "2025-10-27"), 25);
  assert.equal(hours("2025-11-17", "2025-11-18"), 24);
});

test("the start of a day is local midnight", () => {
  assert.equal(startOfDay("2025-07-01", PRAGUE), at("2025-06-30T22:00:00Z"));
  assert.equal(localDate(startOfDay("2025-10-26", PRAGUE), PRAGUE), "2025-10-26");
  assert.equal(weekday("2025-11-17"), 0);
});

test("slices grow with the period so that a chart stays readable", () => {
  const spanOf = (from: string, to: string) => bucketFor({ from, to });

  assert.equal(spanOf("2025-11-17", "2025-11-18"), "hour");
  assert.equal(spanOf("2025-11-17", "2025-11-24"), "day");
  assert.equal(spanOf("2025-01-01", "2025-07-01"), "week");
  assert.equal(spanOf("2023-01-01", "2025-07-01"), "month");
});

test("typed dates include the last day, and the wrong way round make no period", () => {
  const one = typed("2025-11-17", "2025-11-17");

  assert.deepEqual(one, { from: "2025-11-17", to: "2025-11-18" });
  assert.equal(one && days(one), 1);
  assert.equal(typed("2025-11-18", "2025-11-17"), null);
  assert.equal(typed("", "2025-11-17"), null);
  for (const none of ["2026-13-40", "2026-02-29", "2026-00-01", "0002-11-22", "9999-12-31"]) {
    assert.equal(typed(none, "2026-12-31"), null, none);
    assert.equal(typed("2026-01-01", none), null, none);
  }
  assert.deepEqual(typed("2028-02-29", "2028-02-29"), { from: "2028-02-29", to: "2028-03-01" });
});

test("what a period is compared with is told with its times where it is no whole days, and its years where there are two", () => {
  const plain = (from: string, to: string) => stretch(from, to, "Europe/Prague").replace(/[\s\u2009]/g, " ");

  assert.equal(plain("2026-11-08T23:00:00Z", "2026-11-15T23:00:00Z"), "9 – 15 November 2026");
  assert.equal(plain("2026-11-20T23:00:00Z", "2026-11-21T09:00:00Z"), "Sat 21 Nov 2026 00:00–10:00");
  assert.equal(plain("2026-11-08T23:00:00Z", "2026-11-15T17:47:00Z"), "Mon 9 Nov 00:00 – Sun 15 Nov 2026 18:47");
  assert.equal(plain("2024-11-21T23:00:00Z", "2025-11-22T17:00:00Z"), "Fri 22 Nov 2024 00:00 – Sat 22 Nov 2025 18:00");
});
