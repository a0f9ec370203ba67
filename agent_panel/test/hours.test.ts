import assert from "node:assert/strict";
import { test } from "node:test";
import { addOpenTime, daysToMonday, nextOpen, openAt, openingOf } from "../src/state/hours.ts";

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());
const at = (text: string): number => Date.parse(text);

test("a night belongs to the day on which it begins", () => {
  const night = openingOf({ tz: "UTC", hours: "sat 22:00-06:00" });

  assert.equal(iso(nextOpen(night, at("2026-11-29T03:00:00Z"))), "2026-11-29T03:00:00.000Z");
  assert.equal(iso(nextOpen(night, at("2026-11-29T06:00:00Z"))), "2026-12-05T22:00:00.000Z");
});

test("days may go over the end of the week and stand in a list", () => {
  const desk = openingOf({ tz: "UTC", hours: "fri-mon 08:00-09:00; wed,thu 10:00-11:00" });

  assert.equal(iso(nextOpen(desk, at("2026-11-24T00:00:00Z"))), "2026-11-25T10:00:00.000Z");
  assert.equal(iso(nextOpen(desk, at("2026-11-28T12:00:00Z"))), "2026-11-29T08:00:00.000Z");
});

test("a holiday is closed, or open at its own hours, and ends the night before it", () => {
  const holidays = ["2026-12-24 09:00-12:00", "2026-12-25 closed"];
  const days = openingOf({ tz: "UTC", hours: "mon-fri 09:00-17:00", holidays });
  const nights = openingOf({ tz: "UTC", hours: "mon-sun 22:00-06:00", holidays: ["2026-12-25 closed"] });

  assert.equal(iso(nextOpen(days, at("2026-12-24T12:00:00Z"))), "2026-12-28T09:00:00.000Z");
  assert.equal(iso(nextOpen(nights, at("2026-12-25T01:00:00Z"))), "2026-12-26T22:00:00.000Z");
});

test("a desk without hours is closed on its holidays only", () => {
  const desk = openingOf({ tz: "UTC", hours: "", holidays: ["2026-12-25 closed"] });

  assert.equal(iso(nextOpen(desk, at("2026-12-25T08:00:00Z"))), "2026-12-26T00:00:00.000Z");
});

test("the wall clock keeps its hour over the change of summer time", () => {
  const prague = openingOf({ tz: "Europe/Prague", hours: "" });

  // 2026-10-25 has 25 hours.
  assert.equal(iso(openAt(prague, at("2026-10-24T10:00:00Z"), 1, 600)), "2026-10-25T09:00:00.000Z");
  assert.equal(iso(openAt(prague, at("2026-10-25T10:00:00Z"), 1, 600)), "2026-10-26T09:00:00.000Z");
  assert.equal(iso(addOpenTime(prague, at("2026-10-25T00:30:00Z"), 120)), "2026-10-25T02:30:00.000Z");
});

test("next Monday is never today", () => {
  const desk = openingOf({ tz: "UTC", hours: "" });

  assert.equal(daysToMonday(desk, at("2026-11-23T12:00:00Z")), 7);
  assert.equal(daysToMonday(desk, at("2026-11-29T12:00:00Z")), 1);
});

test("hours that never open promise nothing, and what cannot be read counts as always open", () => {
  const closed = openingOf({ tz: "UTC", hours: "mon 09:00-10:00", holidays: [] });

  assert.equal(addOpenTime(closed, at("2026-11-23T11:00:00Z"), 60 * 24 * 7), null);
  assert.equal(iso(nextOpen(openingOf({ tz: "No/Where", hours: "???" }), 0)), "1970-01-01T00:00:00.000Z");
});
