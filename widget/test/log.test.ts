import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyLog, hasGap, lastSeq, merge } from "../src/app/state/log.ts";
import { messageOf } from "./samples.ts";

test("messages are appended in the order of their seq, whatever the order of arrival", () => {
  const log = merge(emptyLog, [messageOf(2), messageOf(1), messageOf(3)]);
  assert.deepEqual(
    log.messages.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.equal(hasGap(log), false);
});

test("a message that comes twice is shown once", () => {
  const log = merge(emptyLog, [messageOf(1), messageOf(2)]);
  assert.equal(merge(log, [messageOf(2), messageOf(1)]), log);
});

test("a message after a gap waits until the gap is filled", () => {
  const gap = merge(emptyLog, [messageOf(1), messageOf(4)]);
  assert.equal(lastSeq(gap), 1);
  assert.equal(hasGap(gap), true);
  const filled = merge(gap, [messageOf(2), messageOf(3)]);
  assert.equal(lastSeq(filled), 4);
  assert.equal(hasGap(filled), false);
});
