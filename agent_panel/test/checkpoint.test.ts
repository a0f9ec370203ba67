import assert from "node:assert/strict";
import { test } from "node:test";
import { fromLocalInput, missedAt, quickPicks, SOON_MS, standing, toLocalInput } from "../src/state/checkpoint.ts";
import { openingOf } from "../src/state/hours.ts";

const ALWAYS = openingOf({ tz: "Europe/Prague", hours: "" });
const OFFICE = openingOf({ tz: "Europe/Prague", hours: "mon-fri 09:00-12:00,13:00-17:00" });

/** A wall clock of November in Prague, an hour ahead of UTC. */
const prague = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 10, day, hour - 1, minute);
const picked = (...given: Parameters<typeof quickPicks>): Record<string, string> =>
  Object.fromEntries(quickPicks(...given).map(({ name, at }) => [name, at.toISOString()]));

test("quick picks of a desk that is always open are what their names say", () => {
  assert.deepEqual(picked(ALWAYS, prague(25, 15)), {
    in_2h: "2026-11-25T16:00:00.000Z",
    tomorrow: "2026-11-26T09:00:00.000Z",
    monday: "2026-11-30T09:00:00.000Z",
  });
});

test("two hours over a lunch break end after it", () => {
  assert.equal(picked(OFFICE, prague(25, 11)).in_2h, "2026-11-25T13:00:00.000Z");
});

test("two hours on a Friday evening end on Monday, and a moment is offered once", () => {
  // 2026-11-27 is a Friday. Tomorrow at ten is closed, so it becomes Monday's opening.
  assert.deepEqual(picked(OFFICE, prague(27, 16)), {
    in_2h: "2026-11-30T09:00:00.000Z",
    tomorrow: "2026-11-30T08:00:00.000Z",
  });
});

test("a pick never lies in the past, however many seconds the clock shows", () => {
  const nowMs = prague(25, 10) + 59_999;

  for (const { at } of quickPicks(ALWAYS, nowMs)) assert.ok(at.getTime() > nowMs && at.getSeconds() === 0);
});

test("a moment goes through the local input and back to the minute", () => {
  const moment = new Date(prague(25, 10));

  assert.equal(fromLocalInput(toLocalInput(moment)), moment.toISOString());
});

test("an empty or broken input is no moment", () => {
  assert.equal(fromLocalInput(""), null);
  assert.equal(fromLocalInput("tomorrow"), null);
});

test("a promise is kept until it is near, near until its moment, and missed from then on", () => {
  const at = prague(25, 10);
  const ticket = { status: "open", checkpoint_at: new Date(at).toISOString(), missed_at: null } as const;

  assert.equal(standing(ticket, at - SOON_MS - 1), "kept");
  assert.equal(standing(ticket, at - SOON_MS), "soon");
  assert.equal(standing(ticket, at - 1), "soon");
  assert.equal(standing(ticket, at), "missed");
});

test("a missed promise stays missed whatever was promised instead, until it is over", () => {
  const next = new Date(prague(25, 18)).toISOString();
  const missed = new Date(prague(25, 10)).toISOString();
  const ticket = { status: "waiting", checkpoint_at: next, missed_at: missed } as const;

  assert.equal(standing(ticket, prague(25, 11)), "missed");
  assert.equal(missedAt(ticket), missed);
  assert.equal(standing({ ...ticket, status: "solved" }, prague(25, 11)), "over");
});
