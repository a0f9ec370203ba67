// The page's arithmetic on what the server really sends: a test of the server keeps the file as it is
// (tests/unit/server/test_golden_reports.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dayRows } from "../src/manager/state/coverage.ts";
import * as figures from "../src/manager/state/figures.ts";
import { heat } from "../src/manager/state/heat.ts";
import { percent, score } from "../src/manager/state/measures.ts";
import type {
  AgentsReport,
  CoverageReport,
  Estimates,
  Report,
  SatisfactionReport,
  VolumeReport,
  WaitsReport,
} from "../src/manager/state/wire.ts";

interface Golden {
  coverage: CoverageReport;
  waits: WaitsReport;
  volume: VolumeReport;
  satisfaction: SatisfactionReport;
  agents: AgentsReport;
  estimates: Report<Estimates>;
}

const GOLDEN: Golden = JSON.parse(readFileSync(new URL("../../tests/golden/reports.json", import.meta.url), "utf8"));
const plain = (text: string | null) => text?.replace(/\s/g, " ") ?? null;
const hour = (at_ms: number) => (at_ms - Date.parse("2026-11-20T00:00:00Z")) / 3_600_000;

test("coverage: a break within an hour is closed, and lunch alone at the desk is a gap that cost two chats", () => {
  const report = GOLDEN.coverage;

  const [day] = dayRows(report, "2026-11-20", "2026-11-21");

  const open = day?.segments
    .filter((one) => one.open)
    .map((one) => [hour(one.from_ms), hour(one.to_ms), one.uncovered]);
  assert.deepEqual(open, [
    [8, 12 + 1 / 6, false],
    [12.5, 14, false],
    [14, 14.5, true],
    [14.5, 17, false],
  ]);
  assert.equal(plain(figures.covered(report.total, null).value), "94.2 %");
  assert.deepEqual([report.gaps[0]?.waiting, report.gaps[0]?.left], [2, 1]);
});

test("waits: both clocks, and a share of all who can be judged", () => {
  const { total, tz, buckets, by_hour } = GOLDEN.waits;

  assert.equal(figures.queueWait(total, null).value, "0:30 / 1:00");
  assert.equal(plain(figures.firstReply(total, null, 90).value), "50.0 %");
  assert.equal(figures.firstReply(total, null, 90).basis, "of 8 chats, those who left included");
  assert.equal(plain(figures.left(total, null).value), "14.3 %");
  // 2026-11-20 is a Friday; six of that noon's chats, four in time.
  assert.equal(heat(buckets, tz)[4]?.[4]?.n, 8);
  assert.equal(by_hour?.length, 24);
});

test("satisfaction: the recommendation score is sent as it is read", () => {
  const { total, negative } = GOLDEN.satisfaction;

  assert.equal(score(total.nps), "+50");
  assert.equal(plain(figures.satisfaction(total, null).value), "67 %");
  assert.equal(negative[0]?.agent?.name, "Ada");
});

test("volume, agents and estimates carry what their charts and tables read", () => {
  assert.deepEqual(GOLDEN.volume.total, { started: 8, answered: 6, abandoned: 1, tickets: 0, messages: 14 });
  assert.equal(GOLDEN.agents.agents[0]?.first_reply.p50_s, 60);
  assert.equal(percent(GOLDEN.estimates.total.within_upto, 0)?.startsWith("100"), true);
  assert.equal(plain(figures.atMost(GOLDEN.estimates.total, null).basis)?.includes("6"), true);
});
