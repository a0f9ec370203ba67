import assert from "node:assert/strict";
import { test } from "node:test";
import * as figures from "../src/manager/state/figures.ts";
import { clock, difference, percent, score, span } from "../src/manager/state/measures.ts";
import type { Coverage, Waits } from "../src/manager/state/wire.ts";
import { known, say } from "../src/manager/words/words.ts";

const NEVER_OPEN: Coverage = { open_s: 0, covered_s: 0, free_s: 0, single_s: 0, uncovered_s: 0 };
const WEEK: Coverage = { open_s: 360_000, covered_s: 348_540, free_s: 300_000, single_s: 40_000, uncovered_s: 11_460 };

function waits(change: Partial<Waits>): Waits {
  const spread = { p50_s: 22, p90_s: 94, max_s: 400 };
  return {
    n: 1284,
    answered: 1217,
    abandoned: 67,
    judged: 1284,
    queue_wait: spread,
    first_reply: spread,
    within_target: 0.86,
    ...change,
  };
}

const FEW = waits({
  n: 3,
  answered: 3,
  abandoned: 0,
  judged: 3,
  queue_wait: { p50_s: null, p90_s: null, max_s: 40 },
  within_target: null,
});

test("a figure that is unknown says how little there is and never shows 0", () => {
  const shown = [figures.queueWait(FEW, null), figures.firstReply(FEW, null, 90), figures.left(FEW, null)];

  for (const figure of shown) {
    assert.equal(figure.value, null);
    assert.equal(figure.basis, "not enough data (n = 3)");
    assert.equal(figure.change, null);
  }
});

test("a desk that was never open has no covered share", () => {
  const figure = figures.covered(NEVER_OPEN, WEEK);

  assert.equal(figure.value, null);
  assert.equal(figure.basis, "no open hours in this period");
});

test("the covered share stands with the covered time", () => {
  const figure = figures.covered(WEEK, null);

  assert.equal(figure.value?.replace(/\s/, " "), "96.8 %");
  assert.equal(figure.basis, "96 h 49 min covered of 100 h open");
});

test("a shorter wait is better, and a larger share that left is worse", () => {
  const quicker = figures.queueWait(waits({}), waits({ queue_wait: { p50_s: 30, p90_s: 113, max_s: 500 } }));
  const more = figures.left(waits({}), waits({ abandoned: 10 }));

  assert.deepEqual(quicker.change, { text: "−0:19", tone: "better" });
  assert.equal(more.change?.tone, "worse");
});

test("an unknown earlier period gives no change", () => {
  assert.equal(figures.queueWait(waits({}), FEW).change, null);
});

test("who left counts against the target, but not who left within five seconds", () => {
  const some = waits({ answered: 90, abandoned: 12, abandoned_early: 2, judged: 101 });

  assert.equal(figures.firstReply(some, null, 90).basis, "of 101 chats, those who left included");
  assert.equal(figures.left(some, null).value?.replace(/\s/, " "), "10.0 %");
  assert.equal(figures.left(some, null).basis.replace(/\s/g, " "), "10 people of 100 · apart: 2 within 5 s");
});

test("a share within the target is unknown while fewer than five can be judged", () => {
  const none = figures.firstReply(waits({ answered: 0, abandoned: 4, judged: 4, within_target: 0 }), null, 90);

  assert.equal(none.value, null);
  assert.equal(none.title, "First reply within 90 s");
});

test("durations are written as a clock or as a length, and only all is 100 %", () => {
  assert.equal(clock(94), "1:34");
  assert.equal(clock(3725), "1:02:05");
  assert.equal(clock(-19), "−0:19");
  assert.equal(clock(null), null);
  assert.equal(span(35), "35 s");
  assert.equal(span(2820), "47 min");
  assert.equal(span(3600), "1 h");
  assert.equal(span(11_460), "3 h 11 min");
  assert.equal(percent(null), null);
  assert.equal(percent(0.99996)?.replace(/\s/g, " "), "> 99.9 %");
  assert.equal(percent(0.00004)?.replace(/\s/g, " "), "< 0.1 %");
  assert.equal(percent(1)?.replace(/\s/g, " "), "100.0 %");
  assert.equal(difference(1, null, 1), null);
});

test("the recommendation score is read from -100 to +100", () => {
  assert.equal(score(42.9), "+43");
  assert.equal(score(-100), "−100");
  assert.equal(score(0), "0");
  assert.equal(score(null), null);
});

test("the plural form follows the count", () => {
  assert.equal(say("coverage.accepting", { count: 1 }), "1 agent accepting, alone");
  assert.equal(say("coverage.accepting", { count: 2 }), "2 agents accepting");
});

test("a word named by the server is looked up before it is used", () => {
  assert.equal(known("cause.away"), true);
  assert.equal(known("cause.toString"), false);
  assert.equal(known("toString"), false);
});
