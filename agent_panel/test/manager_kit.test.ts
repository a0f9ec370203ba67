import assert from "node:assert/strict";
import { test } from "node:test";
import { type Plot, place, rowAt, rowOf, valueAt, xOf, yOf } from "../src/charts/scales.ts";
import { runs, sparkPaths, staircase } from "../src/charts/shapes.ts";
import { shareTicks } from "../src/charts/ticks.ts";

const PLOT: Plot = { left: 50, right: 250, top: 10, bottom: 110, x: [0, 24], y: [0, 4], rows: ["Mon", "Tue"] };

test("a value is placed in proportion, and read back from its place", () => {
  assert.equal(xOf(PLOT, 12), 150);
  assert.equal(yOf(PLOT, 0), 110);
  assert.equal(yOf(PLOT, 4), 10);
  assert.equal(valueAt(PLOT, 150), 12);
});

test("a scale without extent does not divide by nothing", () => {
  assert.equal(place(3, [3, 3], 10, 90), 10);
});

test("the gap below a row belongs to the row, and outside of all there is none", () => {
  assert.deepEqual(rowOf(PLOT, "Tue"), { top: 60, bottom: 102 });
  assert.equal(rowOf(PLOT, "Wed"), null);
  assert.equal(rowAt(PLOT, 59), "Mon");
  assert.equal(rowAt(PLOT, 105), "Tue");
  assert.equal(rowAt(PLOT, 200), undefined);
});

test("a staircase joins neighbours and breaks where nothing is known", () => {
  const path = staircase(PLOT, [
    { from: 0, to: 6, value: 1 },
    { from: 6, to: 12, value: 3 },
    { from: 12, to: 18, value: null },
    { from: 18, to: 24, value: 2 },
  ]);

  assert.equal(path, "M50,85H100V35H150M200,60H250");
});

test("a line is broken by what is unknown", () => {
  const known = runs([1, 2, null, 3, null, null, 4], (one) => one !== null);

  assert.deepEqual(known, [[1, 2], [3], [4]]);
});

test("a trend of nothing known draws nothing, and a lone value can be seen", () => {
  assert.deepEqual(sparkPaths([null, null]), { lines: [], last: null });
  assert.deepEqual(sparkPaths([]), { lines: [], last: null });
  assert.equal(sparkPaths([null, 5, null]).lines[0], "M58.5,16h3");
});

test("a trend that never changes is a level line, not a line along the foot", () => {
  const { lines } = sparkPaths([7, 7, 7]);

  assert.deepEqual(lines, ["M3,16L60,16L117,16"]);
});

test("share ticks are round and few", () => {
  assert.deepEqual(shareTicks(0.3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(shareTicks(1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(shareTicks(0.04), [0, 0.01, 0.02, 0.03, 0.04]);
});
