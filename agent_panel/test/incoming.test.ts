import assert from "node:assert/strict";
import { test } from "node:test";
import { incomingAlarm, incomingHello, incomingQueue } from "../src/net/incoming.ts";
import { alarmKey } from "../src/state/desk.ts";
import { at, hello, SUPPORT } from "./samples.ts";

test("a department is known by its id, whether the server names it by id or as an object", () => {
  const queue = { total: 0, waiting: [] };

  assert.equal(incomingQueue({ ...queue, department: SUPPORT }).department, "support");
  assert.equal(incomingQueue({ ...queue, department: "support" }).department, "support");
  assert.equal(
    incomingHello({ ...hello([]), queue: [{ ...queue, department: SUPPORT }] }).queue[0]?.department,
    "support",
  );
});

test("two alarms of one kind in two departments stay two", () => {
  const alarm = { kind: "nobody_online" as const, on: true, since: at(0) };

  const keys = [SUPPORT, { id: "sales", name: "Sales" }].map((department) =>
    alarmKey(incomingAlarm({ ...alarm, department })),
  );

  assert.equal(new Set(keys).size, 2);
});

test("an alarm without a department stays without one", () => {
  const alarm = { kind: "checkpoint_due" as const, on: true, ticket: "10023", since: at(0) };

  assert.deepEqual(incomingAlarm(alarm), alarm);
});
