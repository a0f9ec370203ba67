import assert from "node:assert/strict";
import { test } from "node:test";
import { fromLocalInput, inHours, isOverdue, toLocalInput, tomorrowAt } from "../src/state/checkpoint.ts";

const NOW = Date.UTC(2026, 11, 31, 9, 30);

test("tomorrow at ten is the next calendar day, also over the end of a year", () => {
  const moment = tomorrowAt(10, NOW);

  assert.equal(moment.getHours(), 10);
  assert.equal(new Date(NOW).getDate() === 31 ? moment.getDate() : 1, 1);
});

test("a moment goes through the local input and back to the minute", () => {
  const moment = inHours(2, NOW);

  assert.equal(fromLocalInput(toLocalInput(moment)), moment.toISOString());
});

test("an empty or broken input is no moment", () => {
  assert.equal(fromLocalInput(""), null);
  assert.equal(fromLocalInput("tomorrow"), null);
});

test("a checkpoint is overdue only once it has passed", () => {
  const moment = inHours(0, NOW).toISOString();

  assert.equal(isOverdue(moment, NOW), false);
  assert.equal(isOverdue(moment, NOW + 1), true);
  assert.equal(isOverdue(null, NOW), false);
});
