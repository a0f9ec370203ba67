import assert from "node:assert/strict";
import { test } from "node:test";
import { initial } from "../src/app/state/model.ts";
import { reduce } from "../src/app/state/reduce.ts";

const hide = (ids: string[]) =>
  ids.reduce((state, id) => reduce(state, { type: "incident_hidden", id }), initial).hidden_incidents;

test("an incident that was put away is remembered beside the earlier ones", () => {
  assert.deepEqual(hide(["a", "b"]), ["a", "b"]);
});

test("only the newest that were put away are kept", () => {
  const ids = Array.from({ length: 25 }, (_, n) => `i${n}`);

  assert.deepEqual(hide(ids), ids.slice(5));
});

test("putting a notice away leaves the incident where it is", () => {
  const incident = { id: "a", title: "Down", body: "It is down.", since: "2026-11-22T08:00:00.000Z", url: null };
  const running = reduce(initial, { type: "incident", incident });

  assert.equal(reduce(running, { type: "incident_hidden", id: "a" }).incident, incident);
});
