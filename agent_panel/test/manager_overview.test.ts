import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  basisOf,
  changeOf,
  type Measured,
  type OverviewReport,
  titleOf,
  written,
} from "../src/manager/state/overview.ts";

const GOLDEN: OverviewReport = JSON.parse(
  readFileSync(new URL("../../tests/golden/reports.json", import.meta.url), "utf8"),
).overview;
const plain = (text: string | null | undefined) => text?.replace(/\s/g, " ") ?? null;

function figure(change: Partial<Measured>): Measured {
  const base = { key: "queue_wait_p90", unit: "seconds", value: 94, n: 20, previous: 113, previous_n: 20 } as const;
  return { ...base, better: "lower", trend: [], ...change };
}

test("the twelve figures of the server all have a title and are written in their unit", () => {
  const shown = GOLDEN.figures.map((one) => `${titleOf(one, 90)}: ${plain(written(one, one.value))}, ${basisOf(one)}`);

  assert.deepEqual(shown, [
    "Covered: 94.2 %, of 8 h 40 min open",
    "One agent only: 94.2 %, of 8 h 40 min open",
    "Queue wait, median: 0:30, n = 7",
    "Queue wait, 90th percentile: 1:00, n = 7",
    "First reply, median: 1:00, n = 6",
    "First reply, 90th percentile: 2:00, n = 6",
    "First reply within 90 s: 50.0 %, n = 8",
    "Left while waiting: 12.5 %, n = 8",
    "Satisfaction: 66.7 %, n = 6",
    "Chats: 8, ",
    "Exchanges, median: 1, n = 6",
    "Time to solution, median: 7 min, n = 6",
  ]);
});

test("a shorter wait is better and says by how much, with an arrow down", () => {
  assert.deepEqual(changeOf(figure({})), { text: "−0:19", arrow: "down", tone: "better" });
  assert.deepEqual(changeOf(figure({ previous: 60 })), { text: "+0:34", arrow: "up", tone: "worse" });
});

test("shares change by points, and the tone follows what is better, not the direction", () => {
  const covered = figure({ key: "coverage", unit: "share", value: 0.981, previous: 0.967, better: "higher" });
  const left = figure({ key: "abandoned", unit: "share", value: 0.055, previous: 0.052, better: "lower" });

  assert.deepEqual(changeOf(covered), { text: "+1.4 points", arrow: "up", tone: "better" });
  assert.deepEqual(changeOf(left), { text: "+0.3 points", arrow: "up", tone: "worse" });
});

test("a figure that has no better side is neither good nor bad", () => {
  const volume = figure({ key: "volume", unit: "count", value: 1284, previous: 1300, better: null });

  assert.deepEqual(changeOf(volume), { text: "−16", arrow: "down", tone: "neutral" });
  assert.equal(written(volume, volume.value), "1,284");
  assert.equal(changeOf({ ...volume, previous: 0 })?.text, "+1,284");
});

test("what reads the same is unchanged, and what is unknown on one side is not compared", () => {
  assert.equal(changeOf(figure({ value: 94.2, previous: 94.4 }))?.tone, "same");
  const covered = figure({ key: "coverage", unit: "share", value: 0.99751, previous: 0.99749, better: "higher" });
  assert.equal(changeOf(covered)?.text, "unchanged", "99.8 % after 99.7 % is no ±0.0 points better");
  assert.equal(changeOf(figure({ previous: null })), null);
  assert.equal(changeOf(figure({ value: null })), null);
});

test("unknown is never written as a number", () => {
  for (const unit of ["share", "seconds", "count", "score"] as const)
    assert.equal(written({ key: "x", unit }, null), null);
  assert.equal(written({ key: "x", unit: "share" }, Number.NaN), null);
});

test("a figure that is unknown says how little there is, and a desk that was never open has no covered share", () => {
  const few = figure({ value: null, n: 3 });
  const shut = figure({ key: "coverage", unit: "share", value: null, n: 0 });

  assert.equal(basisOf(few), "not enough data (n = 3)");
  assert.equal(basisOf(shut), "no open hours in this period");
});

test("a time to solution is written as long as it is", () => {
  const solution = { key: "solution_p50", unit: "seconds" } as const;

  assert.equal(written(solution, 35), "35 s");
  assert.equal(written(solution, 2 * 3600 + 5 * 60), "2 h 5 min");
  assert.equal(written(solution, 76 * 3600), "3 d 4 h");
});

test("a figure that this page does not know keeps the server's name", () => {
  assert.equal(titleOf({ key: "calls_per_day" }, 90), "calls per day");
});
