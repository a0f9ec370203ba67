import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, placeOf } from "../src/admin/state/place.ts";
import { DAYS, endsBefore, nextSlot, officeWeek, readTime, runs, type Week } from "../src/admin/state/week.ts";

const slot = (from: string, to: string, overnight = false) => ({ from, to, overnight });

test("days in a row with the same times are said together, others apart", () => {
  const week = officeWeek();
  week.wed = [slot("09:00", "12:00"), slot("13:00", "00:00")];
  week.sun = [slot("22:00", "06:00", true)];

  assert.deepEqual(runs(week), [
    { first: "mon", last: "tue", times: ["09:00–17:00"] },
    { first: "wed", last: "wed", times: ["09:00–12:00", "13:00–24:00"] },
    { first: "thu", last: "fri", times: ["09:00–17:00"] },
    { first: "sun", last: "sun", times: ["22:00–06:00"] },
  ]);
  assert.deepEqual(runs(Object.fromEntries(DAYS.map((day) => [day, []])) as unknown as Week), []);
});

test("a time is read as people type it", () => {
  assert.deepEqual(["9", "930", "9.30", "09:30", " 17 ", "noon"].map(readTime), [
    "09:00",
    "09:30",
    "09:30",
    "09:30",
    "17:00",
    "noon",
  ]);
});

test("an end before the beginning is a night, midnight is the day's own", () => {
  assert.equal(endsBefore(slot("22:00", "6:00")), true);
  assert.equal(endsBefore(slot("09:00", "17:00")), false);
  assert.equal(endsBefore(slot("09:00", "00:00")), false);
  assert.equal(endsBefore(slot("09:00", "")), false);
});

test("a further time of a day begins after the last one", () => {
  assert.deepEqual(nextSlot([slot("09:00", "12:00")]), slot("13:00", "18:00"));
  assert.deepEqual(nextSlot([slot("09:00", "18:30")]), slot("19:30", "24:00"));
  assert.deepEqual(nextSlot([]), slot("09:00", "17:00"));
});

test("an address names a page and one thing on it, whatever its name is made of", () => {
  assert.deepEqual(placeOf("/admin", "departments"), { page: "departments", id: null });
  assert.deepEqual(placeOf(addressOf("replies", "*:hi/ö"), ""), { page: "replies", id: "*:hi/ö" });
  assert.deepEqual(placeOf("/admin/people/%E0%A4", ""), { page: "people", id: null });
});
