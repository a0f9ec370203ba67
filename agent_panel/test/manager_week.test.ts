import assert from "node:assert/strict";
import { test } from "node:test";
import { inCell, risks, shade, shareOf, type WeekHour, weekCells } from "../src/manager/state/week.ts";

function hour(weekday: number, at: number, change: Partial<WeekHour>): WeekHour {
  return { weekday, hour: at, open_s: 3600, covered_s: 3600, single_s: 0, uncovered_s: 0, ...change };
}

const CLOSED = hour(6, 3, { open_s: 0, covered_s: 0 });

test("an hour in which the desk is never open is unknown, not 0", () => {
  assert.equal(shareOf(CLOSED, "uncovered"), null);
  assert.deepEqual(weekCells([CLOSED], "uncovered", false), [{ row: "6", column: 3, shade: null, text: "·" }]);
});

test("a cell is written so that only nothing is 0 and only all is 100", () => {
  assert.deepEqual([0, 0.001, 0.25, 0.999, 1].map(inCell), ["0", "<1", "25", ">99", "100"]);
});

test("the more of an hour, the darker its cell, and nothing at all is the lightest", () => {
  assert.deepEqual([0, 0.01, 0.05, 0.2, 0.4, 1, null].map(shade), [0, 1, 2, 3, 4, 5, null]);
});

test("on a phone hours are the rows and weekdays the columns", () => {
  const half = hour(2, 9, { covered_s: 1800, uncovered_s: 1800 });

  assert.deepEqual(weekCells([half], "uncovered", true), [{ row: "9", column: 2, shade: 4, text: "50" }]);
});

test("hours that mostly rest on one agent are joined within a day, and the longest comes first", () => {
  const found = risks([
    hour(0, 18, { single_s: 3600 }),
    hour(0, 19, { single_s: 2000 }),
    hour(0, 21, { single_s: 1900 }),
    hour(1, 18, { single_s: 1000 }),
    hour(4, 23, { single_s: 3000 }),
    hour(5, 0, { single_s: 3000 }),
  ]);

  const told = found.map(({ weekday, from, to }) => [weekday, from, to]);
  assert.deepEqual(told, [
    [0, 18, 20],
    [4, 23, 24],
    [5, 0, 1],
    [0, 21, 22],
  ]);
  assert.equal(found[0]?.single_s, 5600);
});
