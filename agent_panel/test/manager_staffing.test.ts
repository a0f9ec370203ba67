import assert from "node:assert/strict";
import { test } from "node:test";
import {
  halfSpoken,
  isEmpty,
  lackSpoken,
  lacks,
  missing,
  openWeekdays,
  realHalves,
  summary,
  usualHalves,
} from "../src/manager/state/staffing.ts";
import type { HalfHour, StaffingReport, UsualHalfHour } from "../src/manager/state/wire.ts";

const usual = (weekday: number, time: string, cover: number | null, needed: number | null): UsualHalfHour => ({
  weekday,
  time,
  arrivals_per_h: 20,
  cover,
  needed,
});

const WEEK: UsualHalfHour[] = [
  usual(0, "09:30", 2, 4),
  usual(0, "09:00", 2, 3),
  usual(0, "10:00", 3, 3),
  usual(0, "23:30", 0, 1),
  usual(1, "00:00", 0, 1),
  usual(1, "09:00", 2.95, 3),
  usual(1, "09:30", 2, null),
];

function report(by_weekday: UsualHalfHour[]): StaffingReport {
  const model = { handle_s: 300, patience_s: 120, concurrency: 2, n: 400, text: "", source: "" };
  const target = { share: 0.9, within_s: 90 };
  return { tz: "UTC", from: "", to: "", target, halves: [], by_weekday, model, what_if: [] };
}

test("half hours in a row make one stretch, the costliest first, and midnight parts two days", () => {
  const found = lacks(WEEK).map(lackSpoken);

  assert.deepEqual(found, [
    { when: "Mon 09:00–10:00", what: "up to 2 more agents needed", hours: "1.5 h" },
    { when: "Mon 23:30–24:00", what: "1 more agent needed", hours: "0.5 h" },
    { when: "Tue 00:00–00:30", what: "1 more agent needed", hours: "0.5 h" },
  ]);
});

test("what is unknown is not missing, and a twentieth of an agent is none", () => {
  assert.equal(missing({ cover: 2, needed: null }), null);
  assert.equal(missing({ cover: null, needed: 2 }), null);
  assert.equal(missing({ cover: 2.95, needed: 3 }), 0);
  assert.equal(missing({ cover: 5, needed: 3 }), 0);
});

test("the summary tells missing hours, enough for all, and not knowing apart", () => {
  assert.match(summary(report(WEEK)), /^2\.5 h of agents’ time is missing in a usual week, in 3 stretches\.$/);
  assert.match(summary(report([usual(0, "09:00", 3, 3)])), /^Nobody is missing/);
  assert.match(summary(report([usual(0, "09:00", 3, null)])), /^Too little is known/);
});

test("a day shows its own half hours from midnight, a week all of them in a row", () => {
  const tuesday = usualHalves(WEEK, 1);
  const week = usualHalves(WEEK, null);

  assert.deepEqual(
    tuesday.map(({ at, name }) => [at, name]),
    [
      [0, "Tue 00:00–00:30"],
      [18, "Tue 09:00–09:30"],
      [19, "Tue 09:30–10:00"],
    ],
  );
  assert.equal(week.at(-1)?.at, 48 + 19);
});

test("the period as it was counts real half hours: a day of 25 hours has 50", () => {
  const start_ms = Date.parse("2026-10-24T22:00:00Z");
  const halves = Array.from(
    { length: 50 },
    (_, i): HalfHour => ({
      from: new Date(start_ms + i * 1_800_000).toISOString(),
      to: new Date(start_ms + (i + 1) * 1_800_000).toISOString(),
      arrivals: 1,
      arrivals_per_h: 2,
      cover_mean: 1,
      cover_min: 0,
      needed: null,
      missing: null,
    }),
  );

  const drawn = realHalves(halves, "Europe/Prague");

  assert.equal(drawn.at(-1)?.at, 49);
  assert.equal(drawn.at(-1)?.name, "Sun 25 Oct 23:30–00:00");
});

test("a desk that was never open and had no chats has nothing to show, and a half hour of it is closed", () => {
  const never = report([{ weekday: 0, time: "09:00", n: 0, arrivals_per_h: null, cover: null, needed: null }]);
  const [half] = usualHalves(never.by_weekday, null);

  assert.equal(isEmpty({ ...never, halves: null }), true);
  assert.equal(isEmpty(report(WEEK)), false);
  assert.deepEqual(openWeekdays(never.by_weekday), []);
  assert.ok(half);
  assert.equal(halfSpoken(half), "Mon 09:00–09:30, closed");
});

test("a half hour is said with what is known of it", () => {
  const [nine] = usualHalves(WEEK, 0);
  const [, , unknown] = usualHalves(WEEK, 1);

  assert.ok(nine && unknown);
  assert.equal(halfSpoken(nine), "Mon 09:00–09:30, 20 chats per hour, 2 agents there, 3 needed, 1 missing");
  assert.equal(
    halfSpoken(unknown),
    "Tue 09:30–10:00, 20 chats per hour, 2 agents there, too little known to say how many are needed",
  );
});
