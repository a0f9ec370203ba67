import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsOf, foot, heldSpoken, heldTicks, kindsSpoken, verdictOf } from "../src/manager/state/accuracy.ts";
import { bandOf, hourSlices, stairsOf, staysOf, top_s, waitSlices, waitSpoken } from "../src/manager/state/waits.ts";
import type { Distribution, Estimates, Staying, Waits, WaitsReport } from "../src/manager/state/wire.ts";

const plain = (text: string | null) => text?.replace(/\s/g, " ") ?? null;

function waits(p50_s: number | null, p90_s: number | null, max_s: number | null, n: number): Waits {
  const spread = { p50_s, p90_s, max_s };
  return { n, answered: n, abandoned: 0, judged: n, queue_wait: spread, first_reply: spread, within_target: null };
}

const REPORT: WaitsReport = {
  tz: "Europe/Prague",
  from: "2026-10-24T22:00:00Z",
  to: "2026-10-26T23:00:00Z",
  department: null,
  total: waits(22, 94, 400, 40),
  // The 25th has 25 hours.
  buckets: [
    { from: "2026-10-24T22:00:00Z", to: "2026-10-25T23:00:00Z", ...waits(22, 94, 400, 36) },
    { from: "2026-10-25T23:00:00Z", to: "2026-10-26T23:00:00Z", ...waits(null, null, 40, 4) },
  ],
  by_hour: [{ hour: 23, ...waits(null, null, null, 0) }],
};

const SPREAD: Distribution = {
  bins: [
    { from_s: 0, to_s: 15, chats: 6 },
    { from_s: 15, to_s: 90, chats: 3 },
    { from_s: 90, to_s: 120, chats: 1 },
    { from_s: 120, to_s: 600, chats: 0 },
    { from_s: 600, to_s: null, chats: 0 },
  ],
  target_s: 90,
  n: 10,
};

const PATIENCE: Staying = {
  n: 30,
  left: 4,
  median_s: null,
  curve: [
    { at_s: 0, staying: 1, low: 1, high: 1, at_risk: 30 },
    { at_s: 60, staying: 0.9, low: 0.72, high: 0.97, at_risk: 20 },
    { at_s: 200, staying: 0, low: null, high: null, at_risk: 1 },
  ],
};

test("waits of a day stand under its name, also on the day of 25 hours", () => {
  const names = waitSlices(REPORT, false, "day").map(({ name, tick }) => [name, tick]);

  assert.deepEqual(names, [
    ["Sun 25 Oct", "25 Oct"],
    ["Mon 26 Oct", "26 Oct"],
  ]);
  assert.equal(waitSlices(REPORT, true, "day")[0]?.name, "23:00–24:00");
});

test("a slice of fewer than five says so, and keeps the longest that is known", () => {
  const [many, few] = waitSlices(REPORT, false, "day");

  assert.ok(many && few);
  assert.equal(waitSpoken(many, "queue_wait"), "Sun 25 Oct: p50 0:22, p90 1:34, longest 6:40, n = 36");
  assert.equal(waitSpoken(few, "queue_wait"), "Mon 26 Oct: not enough data (n = 4) · longest 0:40");
});

test("one very long wait does not press the others flat, and the target is always on the scale", () => {
  const usual = waitSlices(REPORT, false, "day");
  const quick = hourSlices([{ hour: 9, ...waits(2, 4, 5, 50) }]);

  assert.ok(top_s(usual, "queue_wait", 90) < 400);
  assert.ok(top_s(quick, "queue_wait", 90) > 90);
  const short = [0, 1, 2].map((i) => ({ tick: `${i}`, name: `${i}`, of: waits(0, 0, 500 + 200 * i, 20) }));
  assert.ok(
    top_s(short, "queue_wait", 90) > 700,
    "where nine of ten wait not at all, the longest are seen all the same",
  );
});

test("the target lies between the waits within it and the longer ones, and empty steps beyond are left out", () => {
  const { stairs, edges, target, within } = stairsOf(SPREAD);

  assert.deepEqual(edges, ["0:00", "0:15", "1:30", "2:00", "10:00"]);
  assert.equal(target, 2);
  assert.deepEqual(
    stairs.map((one) => one.within),
    [true, true, false, false],
  );
  assert.equal(within, 0.9);
});

test("the last step has no end, and is named so", () => {
  const longer = stairsOf({ ...SPREAD, bins: SPREAD.bins.map((bin) => ({ ...bin, chats: 1 })), n: 5 });

  assert.equal(longer.edges.at(-1), "∞");
  assert.equal(longer.stairs.at(-1)?.name, "longer than 10:00");
  assert.equal(longer.stairs.length, 5);
});

test("a distribution of nothing has no share within the target", () => {
  const nothing = stairsOf({ ...SPREAD, bins: SPREAD.bins.map((bin) => ({ ...bin, chats: 0 })), n: 0 });

  assert.equal(nothing.within, null);
});

test("who stays is a staircase: a step lasts until the next one, and the last can be seen", () => {
  const stays = staysOf(PATIENCE);

  assert.deepEqual(
    stays.map(({ at_s, until_s }) => [at_s, Math.round(until_s)]),
    [
      [0, 60],
      [60, 200],
      [200, 206],
    ],
  );
  assert.equal(plain(stays[1]?.text ?? null), "After 1:00: 90 % still there (95 %: 72 % to 97 %), 20 in line then");
});

test("a band that is not defined leaves a hole and is not said", () => {
  const stays = staysOf(PATIENCE);

  assert.equal(plain(stays[2]?.text ?? null), "After 3:20: 0 % still there, 1 in line then");
  assert.deepEqual(bandOf(stays).at(-1), { x: 206, low: null, high: null });
});

const GOOD: Estimates = {
  n: 1284,
  answered: 1000,
  offered: 280,
  passed: 4,
  censored: 0,
  within_upto: 0.912,
  median_error_s: 12,
  rivals: { last_to_enter: { n: 1280, median_error_s: 30 }, hourly_average: { n: 1100, median_error_s: 24 } },
};

test("the estimate stands beside the simple rules, and against the better of them", () => {
  assert.equal(plain(verdictOf(errorsOf(GOOD))), "50 % closer than the better of the simple rules");
  assert.equal(
    plain(heldSpoken("09:00–10:00", GOOD)),
    "09:00–10:00: held in 91 % of 1,284; median error Semafor 0:12, last to enter service 0:30, hourly average of four weeks 0:24",
  );
});

test("what is known of the waits is said of each kind that there is", () => {
  assert.equal(errorsOf(GOOD)[0]?.n, 1280);
  assert.equal(
    plain(kindsSpoken(GOOD)),
    "1,000 had an agent · 280 left, judged by when their turn came · 4 left when it was over",
  );
});

test("an estimate that is worse than a simple rule says so", () => {
  assert.equal(
    plain(verdictOf(errorsOf({ ...GOOD, median_error_s: 40 }))),
    "0:16 further off than the better of the simple rules",
  );
});

test("there is no verdict without rivals, nor on too few estimates", () => {
  const none = { offered: 0, passed: 0, censored: 0 };
  const few = { ...none, n: 3, answered: 3, within_upto: null, median_error_s: null };

  assert.equal(verdictOf(errorsOf({ ...none, n: 9, answered: 9, within_upto: 1, median_error_s: 3 })), null);
  assert.equal(verdictOf(errorsOf(few)), null);
  assert.equal(heldSpoken("Sales", few), "Sales: not enough data (n = 3)");
});

test("the scale of shares held shows the least of them, and 90 % is always on it", () => {
  assert.equal(foot([0.95, null]), 0.7);
  assert.equal(foot([]), 0.7);
  assert.equal(foot([0.05]), 0);
  assert.deepEqual(heldTicks(0.7), [0.7, 0.8, 0.9, 1]);
  assert.deepEqual(heldTicks(0), [0, 0.2, 0.4, 0.6, 0.8, 1]);
});
