import assert from "node:assert/strict";
import { test } from "node:test";
import { move, nearest, type Stop } from "../src/charts/reading.ts";
import { countTicks, durationTicks, everyNth } from "../src/charts/ticks.ts";

const ROWS: Stop[] = [
  { from: 0, to: 8, row: "Mon", text: "a" },
  { from: 8, to: 24, row: "Mon", text: "b" },
  { from: 0, to: 12, row: "Tue", text: "c" },
  { from: 12, to: 24, row: "Tue", text: "d" },
];

test("the first arrow key reads the first value, and the ends hold", () => {
  assert.equal(move(ROWS, null, "ArrowRight"), 0);
  assert.equal(move(ROWS, 0, "ArrowLeft"), 0);
  assert.equal(move(ROWS, 3, "ArrowRight"), 3);
  assert.equal(move(ROWS, 0, "End"), 3);
  assert.equal(move(ROWS, 2, "Home"), 0);
});

test("up and down keep the time and change the day", () => {
  assert.equal(move(ROWS, 1, "ArrowDown"), 3);
  assert.equal(move(ROWS, 2, "ArrowUp"), 0);
  assert.equal(move(ROWS, 0, "ArrowUp"), 0);
});

test("other keys are left to the page", () => {
  assert.equal(move(ROWS, 1, "Tab"), null);
  assert.equal(move([], null, "ArrowRight"), null);
});

test("the pointer reads the stretch under it, within its row", () => {
  assert.equal(nearest(ROWS, 9, "Mon"), 1);
  assert.equal(nearest(ROWS, 9, "Tue"), 2);
  assert.equal(nearest(ROWS, 30, "Tue"), 3);
  assert.equal(nearest(ROWS, 9, "Wed"), null);
});

test("an axis has round ticks, and few of them", () => {
  assert.deepEqual(durationTicks(200), [0, 60, 120, 180]);
  assert.deepEqual(countTicks(4), [0, 1, 2, 3, 4]);
  assert.deepEqual(countTicks(230), [0, 50, 100, 150, 200]);
  for (const most of [1, 7, 33, 480, 999, 12_345, 1_000_000]) {
    assert.ok(countTicks(most).length <= 6, `${most}: ${countTicks(most)}`);
    assert.ok(countTicks(most).length >= 2, `${most}: ${countTicks(most)}`);
  }
});

test("labels are left out rather than drawn over each other", () => {
  assert.deepEqual(everyNth(4, 400, 50), [0, 1, 2, 3]);
  assert.deepEqual(everyNth(6, 100, 50), [0, 3]);
});
