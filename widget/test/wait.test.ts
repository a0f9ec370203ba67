import assert from "node:assert/strict";
import { test } from "node:test";
import { offersTicket, waitWords } from "../src/app/state/wait.ts";

test("a wait is said as likely and at most, in minutes", () => {
  assert.deepEqual(waitWords({ likely_s: 170, upto_s: 350 }), { key: "wait_range", n: 3, most: 6 });
});

test("the upper end is rounded up: a promise is never too bold", () => {
  assert.deepEqual(waitWords({ likely_s: 61, upto_s: 121 }), { key: "wait_range", n: 1, most: 3 });
});

test("a range without width is one number", () => {
  assert.deepEqual(waitWords({ likely_s: 170, upto_s: 180 }), { key: "wait_about", n: 3 });
});

test("a wait that ends within the minute is less than a minute", () => {
  assert.deepEqual(waitWords({ likely_s: 5, upto_s: 59 }), { key: "wait_short" });
});

test("no wait is shorter than about a minute once it may take longer", () => {
  assert.deepEqual(waitWords({ likely_s: 5, upto_s: 90 }), { key: "wait_range", n: 1, most: 2 });
});

test("a likely wait of over twenty minutes asks whether to write instead", () => {
  assert.deepEqual(waitWords({ likely_s: 1201, upto_s: 2400 }), { key: "wait_long" });
});

test("without an estimate none is invented", () => {
  assert.deepEqual(waitWords(null), { key: "wait_unknown" });
});

test("the offer to write comes with the service target, at once when nobody accepts, and for a long wait", () => {
  const short = { likely_s: 60, upto_s: 120 };
  assert.equal(offersTicket(89_999, 90, short), false);
  assert.equal(offersTicket(90_000, 90, short), true);
  assert.equal(offersTicket(0, 90, null), true);
  assert.equal(offersTicket(0, 90, { likely_s: 1201, upto_s: 2000 }), true);
});
