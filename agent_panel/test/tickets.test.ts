import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ticket } from "../src/net/wire.ts";
import { byUrgency } from "../src/state/alarms.ts";
import { empty, type NewTicket, orderOf } from "../src/state/newTicket.ts";
import { changeOf, lacks, type NextStep, NO_STEP, toldBy } from "../src/state/nextStep.ts";
import { FIRST_VIEW, queryOf, shows } from "../src/state/ticketView.ts";
import { at, JANA, SUPPORT } from "./samples.ts";

const NOW = Date.parse(at(0));
const LATER = new Date(NOW + 3_600_000).toISOString();

function ticket(part: Partial<Ticket> = {}): Ticket {
  return {
    number: "10023",
    status: "open",
    priority: "normal",
    department: SUPPORT,
    tier: 1,
    topic: null,
    subject: "Blue box",
    channel: "widget",
    requester: { name: "Eva", email: "eva@example.com", verified: null },
    assignee: null,
    checkpoint_at: LATER,
    created_at: at(0),
    updated_at: at(0),
    chat_id: null,
    tags: [],
    url: "https://desk.example/t/x",
    missed_at: null,
    ...part,
  };
}

const step = (part: Partial<NextStep>): NextStep => ({ ...NO_STEP, ...part });

test("nothing is sent while nothing was changed", () => {
  assert.deepEqual(lacks(ticket(), NO_STEP, NOW), { status: "nothing" });
});

test("a new status that is not final needs a sentence, and the standing promise goes with it to the second", () => {
  const standing = new Date(NOW + 3_600_123).toISOString();
  const waiting = step({ status: "waiting" });

  assert.deepEqual(lacks(ticket({ checkpoint_at: standing }), waiting, NOW), { sentence: "sentence" });
  const told = { ...waiting, sentence: " We ask the carrier " };
  assert.deepEqual(lacks(ticket({ checkpoint_at: standing }), told, NOW), {});
  assert.deepEqual(changeOf(ticket({ checkpoint_at: standing }), told, NOW), {
    status: "waiting",
    message: "We ask the carrier",
    checkpoint_at: standing,
  });
});

test("a promise that has passed is not proposed again, and none may lie in the past", () => {
  const late = ticket({ checkpoint_at: new Date(NOW - 1000).toISOString() });
  const told = step({ status: "in_progress", sentence: "We look into it" });

  assert.deepEqual(lacks(late, told, NOW), { checkpoint: "checkpoint" });
  assert.deepEqual(lacks(late, { ...told, checkpoint: "2020-01-01T10:00" }, NOW), { checkpoint: "checkpoint_past" });
});

test("a sentence alone leaves status and promise as they are", () => {
  const told = step({ sentence: "Still on its way" });

  assert.deepEqual(lacks(ticket(), told, NOW), {});
  assert.deepEqual(changeOf(ticket(), told, NOW), { message: "Still on its way" });
});

test("solving needs a sentence or a solution, promises nothing, and leaves out the parts of the solution that are empty", () => {
  const solution = { cause: "A wrong label ", done: "", fully_solved: true, can_recur: null };
  const solved = step({ status: "solved", checkpoint: "2030-01-01T10:00", solution });

  assert.deepEqual(lacks(ticket(), solved, NOW), {});
  assert.deepEqual(lacks(ticket(), step({ status: "solved" }), NOW), { sentence: "sentence" });
  assert.deepEqual(changeOf(ticket(), solved, NOW), {
    status: "solved",
    solution: { cause: "A wrong label", done: null, fully_solved: true, can_recur: null },
  });
  assert.equal(toldBy(ticket(), solved, NOW).promise, null);
  assert.equal(toldBy(ticket(), step({ status: "solved" }), NOW).solution, null);
});

test("a solution that was begun is not sent with another status", () => {
  const solution = { cause: "A wrong label", done: "", fully_solved: null, can_recur: null };

  const change = changeOf(ticket(), step({ status: "waiting", sentence: "We wait", solution }), NOW);

  assert.equal(change.solution, undefined);
});

test("what was missed is due today, and what is finished never is", () => {
  const view = { ...FIRST_VIEW, shelf: "today" as const };
  const nextWeek = new Date(NOW + 7 * 86_400_000).toISOString();

  assert.equal(shows(view, ticket(), "jana", NOW), true);
  assert.equal(shows(view, ticket({ checkpoint_at: nextWeek }), "jana", NOW), false);
  assert.equal(shows(view, ticket({ checkpoint_at: nextWeek, missed_at: at(0) }), "jana", NOW), true);
  assert.equal(shows(view, ticket({ status: "solved", checkpoint_at: null }), "jana", NOW), false);
});

test("shelves know whose a ticket is, and ask the server for that", () => {
  const mine = { ...FIRST_VIEW, shelf: "mine" as const };

  assert.equal(shows(mine, ticket({ assignee: JANA }), JANA.id, NOW), true);
  assert.equal(shows(mine, ticket(), JANA.id, NOW), false);
  assert.equal(shows({ ...FIRST_VIEW, shelf: "unassigned" }, ticket(), JANA.id, NOW), true);
  assert.equal(queryOf(mine, JANA.id).assignee, JANA.id);
  assert.deepEqual(queryOf({ ...FIRST_VIEW, shelf: "missed", status: "every" }, null).status, [
    "open",
    "in_progress",
    "waiting",
  ]);
});

const CALL: NewTicket = {
  channel: "callback",
  subject: "Invoice",
  email: "eva@example.com",
  name: "",
  department: "support",
  priority: "high",
  question: "",
  phone: "",
  callAt: "",
  calledBefore: null,
};

test("a call-back needs a number, and what was not asked is not claimed", () => {
  assert.deepEqual(empty(CALL), ["phone"]);
  const order = orderOf({ ...CALL, phone: "+420 777", calledBefore: true }, "", "c", null);
  assert.deepEqual([order.channel, order.phone, order.called_before], ["callback", "+420 777", true]);
  assert.equal("called_before" in orderOf({ ...CALL, phone: "1" }, "", "c", null), false);
});

test("a ticket while a chat goes on keeps the chat's channel, and a suggestion has no telephone", () => {
  assert.equal(orderOf({ ...CALL, phone: "1" }, "", "c", "chat-1").channel, undefined);
  assert.equal(orderOf({ ...CALL, channel: "suggestion", phone: "1" }, "", "c", null).phone, undefined);
});

test("what has gone wrong stands before what may", () => {
  const alarms = [
    { kind: "checkpoint_soon", on: true, ticket: "1", since: at(0) },
    { kind: "checkpoint_due", on: true, ticket: "2", since: at(0) },
  ] as const;

  assert.deepEqual(
    byUrgency(alarms).map(({ ticket }) => ticket),
    ["2", "1"],
  );
});
