import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, difference, percent, score, span } from "../src/manager/state/measures.ts";
import { known, say } from "../src/manager/words/words.ts";

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
