// The page's arithmetic on what the server really sends: a test of the server keeps the file as it is
// (tests/unit/server/test_golden_reports.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dayRows } from "../src/manager/state/coverage.ts";
import { heat } from "../src/manager/state/heat.ts";
import { clock, percent, score, share } from "../src/manager/state/measures.ts";
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
  assert.equal(plain(percent(share(report.total.covered_s, report.total.open_s))), "94.2 %");
  assert.deepEqual([report.gaps[0]?.waiting, report.gaps[0]?.left], [2, 1]);
});

test("waits: both clocks, and a share of all who can be judged", () => {
  const { total, tz, buckets, by_hour } = GOLDEN.waits;

  assert.deepEqual([clock(total.queue_wait.p50_s), clock(total.queue_wait.p90_s)], ["0:30", "1:00"]);
  assert.deepEqual([plain(percent(total.within_target)), total.judged], ["50.0 %", 8]);
  // 2026-11-20 is a Friday; six of that noon's chats, four in time.
  assert.equal(heat(buckets, tz)[4]?.[4]?.n, 8);
  assert.equal(by_hour?.length, 24);
});

test("satisfaction: the recommendation score is sent as it is read", () => {
  const { total, negative } = GOLDEN.satisfaction;

  assert.equal(score(total.nps), "+50");
  assert.equal(plain(percent(total.csat, 0)), "67 %");
  assert.equal(negative[0]?.agent?.name, "Ada");
});

test("volume, agents and estimates carry what their charts and tables read", () => {
  assert.deepEqual(GOLDEN.volume.total, { started: 8, answered: 6, abandoned: 1, tickets: 0, messages: 14 });
  assert.equal(GOLDEN.agents.agents[0]?.first_reply.p50_s, 60);
  const { n, answered, offered, within_upto } = GOLDEN.estimates.total;
  assert.deepEqual([n, answered, offered], [7, 6, 1]);
  assert.equal(plain(percent(within_upto, 0)), "86 %");
});
