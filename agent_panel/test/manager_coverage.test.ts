import assert from "node:assert/strict";
import { test } from "node:test";
import { dayRows, hourTicks, placeIn } from "../src/manager/state/coverage.ts";
import { heat } from "../src/manager/state/heat.ts";
import { desk, light } from "../src/manager/state/live.ts";
import type { Bucket, Coverage, CoverageReport, Live, LiveAgent, Waits } from "../src/manager/state/wire.ts";

const HOUR_MS = 3_600_000;
const MONDAY_MS = Date.parse("2025-11-17T00:00:00Z");
const iso = (hour: number) => new Date(MONDAY_MS + hour * HOUR_MS).toISOString();

function hourly(open: Record<number, number>, hours = 24): Bucket<Coverage>[] {
  return Array.from({ length: hours }, (_, hour) => {
    const open_s = open[hour] ?? 0;
    const covered_s = open_s;
    return { from: iso(hour), to: iso(hour + 1), open_s, covered_s, free_s: 0, single_s: 0, uncovered_s: 0 };
  });
}

function report(change: Partial<CoverageReport>): CoverageReport {
  const total = { open_s: 0, covered_s: 0, free_s: 0, single_s: 0, uncovered_s: 0 };
  return { tz: "UTC", from: iso(0), to: iso(24), department: null, total, buckets: hourly({}), gaps: [], ...change };
}

const inHours = (at_ms: number) => (at_ms - MONDAY_MS) / HOUR_MS;

test("a break of a quarter of an hour at noon is drawn as it is", () => {
  const open = [
    { from: iso(8.5), to: iso(12.25) },
    { from: iso(12.5), to: iso(17) },
  ];

  const [day] = dayRows(report({ open, steps: [{ at: iso(0), accepting: 0 }] }), "2025-11-17", "2025-11-18");

  const drawn = day?.segments.filter((one) => one.open).map((one) => [one.from_ms, one.to_ms].map(inHours));
  assert.deepEqual(drawn, [
    [8.5, 12.25],
    [12.5, 17],
  ]);
});

test("a day is cut where the number of agents changes and where a gap lies", () => {
  const steps = [
    { at: iso(0), accepting: 0 },
    { at: iso(8), accepting: 2 },
    { at: iso(10), accepting: 0 },
    { at: iso(10.25), accepting: 1 },
    { at: iso(12), accepting: 0 },
  ];
  const cause = { kind: "away", agent: null, reason: null };
  const gaps = [{ from: iso(10), to: iso(10.25), duration_s: 900, cause, waiting: 0, left: 0 }];
  const buckets = hourly({ 8: 3600, 9: 3600, 10: 3600, 11: 3600 });
  const open = [{ from: iso(8), to: iso(12) }];

  const [day] = dayRows(report({ steps, gaps, open, buckets }), "2025-11-17", "2025-11-18");

  const drawn = day?.segments.map((one) => [one.accepting, one.open, one.uncovered]);
  assert.deepEqual(drawn, [
    [0, false, false],
    [2, true, false],
    [0, true, true],
    [1, true, false],
    [0, false, false],
  ]);
  assert.equal(day?.total?.open_s, 4 * 3600);
});

test("days that are still to come have neither segments nor a total", () => {
  const rows = dayRows(report({ steps: [{ at: iso(0), accepting: 1 }] }), "2025-11-17", "2025-11-19");

  assert.equal(rows.length, 2);
  assert.deepEqual(rows[1]?.segments, []);
  assert.equal(rows[1]?.total, null);
});

test("under a day on which the clock changes the hours stand where its clock shows them", () => {
  const ticks = (date: string, next: string) =>
    hourTicks(dayRows({ ...report({}), tz: "Europe/Prague" }, date, next), "Europe/Prague").map(({ at_h }) => at_h);

  assert.deepEqual(ticks("2025-10-26", "2025-10-27"), [0, 7, 13, 19, 25]);
  assert.deepEqual(ticks("2026-03-29", "2026-03-30"), [0, 5, 11, 17, 23]);
  assert.deepEqual(ticks("2025-11-17", "2025-11-24"), [0, 6, 12, 18, 24]);
});

test("among other days a day on which the clock changes stands where its clock shows it", () => {
  const places = (date: string, next: string, ...hours: number[]) => {
    const day = dayRows({ ...report({}), tz: "Europe/Prague" }, date, next)[0];
    assert.ok(day);
    return hours.map((hour) => placeIn(day, "Europe/Prague", false)(day.start_ms + hour * HOUR_MS));
  };

  // In October the hour from two to three comes twice, in March it is left out.
  assert.deepEqual(places("2025-10-26", "2025-10-27", 0, 2, 3, 4, 13, 25), [0, 2, 2.5, 3, 12, 24]);
  assert.deepEqual(places("2026-03-29", "2026-03-30", 0, 1.5, 2, 11, 23), [0, 1.5, 3, 12, 24]);
  assert.deepEqual(places("2025-11-17", "2025-11-18", 0, 12, 24), [0, 12, 24]);
});

test("agents who stay over midnight are there on both days", () => {
  const long = report({ to: iso(48), buckets: hourly({}, 48), steps: [{ at: iso(22), accepting: 3 }] });

  const rows = dayRows(long, "2025-11-17", "2025-11-19");

  assert.equal(rows[0]?.segments.at(-1)?.accepting, 3);
  assert.equal(rows[1]?.segments[0]?.accepting, 3);
});

test("a share of late replies is weighted by chats and unknown under five", () => {
  const spread = { p50_s: null, p90_s: null, max_s: null };
  const slice = (hour: number, answered: number, within_target: number | null): Bucket<Waits> => ({
    ...{ from: iso(hour), to: iso(hour + 1), n: answered, answered, abandoned: 0, judged: answered, within_target },
    ...{ queue_wait: spread, first_reply: spread },
  });

  const [monday] = heat([slice(9, 8, 0.5), slice(10, 2, 1), slice(12, 4, 0), slice(15, 9, null)], "UTC");

  assert.deepEqual(monday?.[3], { n: 10, late: 0.4 });
  assert.deepEqual(monday?.[4], { n: 4, late: null });
  assert.deepEqual(monday?.[5], { n: 0, late: null });
});

function agent(id: string, change: Partial<LiveAgent>): LiveAgent {
  const base = { status: "online", reason: null, since: null, load: 1, capacity: 3, connected: true } as const;
  return { agent: { id, name: id }, departments: ["sales", "support"], ...base, ...change };
}

const LIVE: Live = {
  at: iso(9),
  departments: [
    { id: "sales", name: "Sales", open: true, waiting: 0, longest_wait_s: null, accepting: 0, free_slots: 0 },
    { id: "support", name: "Support", open: true, waiting: 4, longest_wait_s: 71, accepting: 2, free_slots: 2 },
  ],
  agents: [agent("Zoe", {}), agent("Adam", { status: "away" }), agent("Bea", { connected: false, load: 3 })],
};

test("an agent of two departments is counted once, and one without a connection not at all", () => {
  const now = desk(LIVE, "");

  assert.equal(now.accepting, 1);
  assert.equal(now.free_slots, 2);
  assert.equal(now.waiting, 4);
  assert.equal(now.longest_wait_s, 71);
});

test("a department where nobody waits has no longest wait, and an open one without agents is named", () => {
  const now = desk(LIVE, "sales");

  assert.equal(now.longest_wait_s, null);
  assert.deepEqual(now.deserted, ["Sales"]);
});

test("the light turns amber at half the target and red at the target", () => {
  assert.equal(light(44, 90), "green");
  assert.equal(light(45, 90), "amber");
  assert.equal(light(90, 90), "red");
});
