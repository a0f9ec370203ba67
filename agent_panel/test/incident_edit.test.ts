import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident, IncidentOrder } from "../src/net/cases.ts";
import { changesOf } from "../src/state/incidentEdit.ts";
import { instant, localOf } from "../src/state/localTime.ts";
import { at, SUPPORT } from "./samples.ts";

const was = {
  id: "i1",
  title: "Belt",
  body: "It stands still.",
  kind: "planned",
  state: "announced",
  service: "Parcels",
  departments: [SUPPORT],
  starts_at: at(0),
  ends_at: at(3600),
  ended_at: null,
  created_by: { name: "Mia" },
  url: "https://desk.example/incidents/i1",
} satisfies Incident;

const order = (part: Partial<IncidentOrder> = {}): IncidentOrder => ({
  title: was.title,
  body: was.body,
  kind: was.kind,
  service: was.service,
  departments: ["support"],
  starts_at: was.starts_at,
  ends_at: was.ends_at,
  client_id: "",
  ...part,
});

test("what was not touched is not sent, so that nobody's words are undone", () => {
  assert.deepEqual(changesOf(was, order()), {});
  assert.deepEqual(changesOf(was, order({ title: " The belt " })), { title: "The belt" });
});

test("service and end are taken back by null, departments by an empty list", () => {
  const emptied = order({ service: " ", ends_at: null, departments: [] });
  assert.deepEqual(changesOf(was, emptied), { service: null, ends_at: null, departments: [] });
});

test("a start cannot be taken back", () => {
  assert.deepEqual(changesOf(was, order({ starts_at: null })), {});
  assert.deepEqual(changesOf(was, order({ starts_at: at(60) })), { starts_at: at(60) });
});

test("a moment comes back from the input as it went in, to the minute", () => {
  assert.equal(instant(localOf(at(0))), at(0));
  assert.equal(instant(localOf(at(59))), at(0));
  assert.deepEqual([localOf(null), instant("")], ["", null]);
});
