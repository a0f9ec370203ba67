import assert from "node:assert/strict";
import { test } from "node:test";
import { lacking } from "../src/app/state/lacking.ts";
import { type Form, initial, type State } from "../src/app/state/model.ts";
import { chatOf } from "./samples.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const open = { open: true, opens_at: null, waiting: 0, accepting: 1 };
const DEPARTMENTS = [
  { id: "support", name: "Support", ...open },
  { id: "sales", name: "Sales", ...open },
];

const filled = (form: Partial<Form>, part: Partial<State> = {}): State => ({
  ...initial,
  departments: DEPARTMENTS.slice(0, 1),
  ...part,
  form: { ...initial.form, ...form },
});

test("a chat needs a question, and an address only where one was given", () => {
  assert.deepEqual(lacking(filled({}), null, NOW), { question: "need_question" });
  assert.deepEqual(lacking(filled({ question: "Where?", email: "eva@" }), null, NOW), { email: "bad_email" });
  assert.deepEqual(lacking(filled({ question: "Where?" }), null, NOW), {});
});

test("a message says what is missing in the order of its fields", () => {
  const lacks = lacking(filled({}, { departments: DEPARTMENTS }), "write", NOW);

  assert.deepEqual(Object.entries(lacks), [
    ["department", "need_department"],
    ["email", "need_email"],
    ["question", "need_question"],
  ]);
});

test("a call-back needs a number that can be called and a time that lies ahead, and no question", () => {
  const email = "eva@example.com";

  assert.deepEqual(lacking(filled({ email, phone: "call me" }), "callback", NOW), { phone: "need_phone" });
  assert.deepEqual(lacking(filled({ email, phone: "+420 777", call_at: "2020-01-01T10:00" }), "callback", NOW), {
    call_at: "call_past",
  });
  assert.deepEqual(lacking(filled({ email, phone: "+420 777" }), "callback", NOW), {});
});

test("what a running chat has told is not asked again", () => {
  const state = filled({ email: "eva@example.com" }, { departments: DEPARTMENTS, chat: chatOf() });

  assert.deepEqual(lacking(state, "write", NOW), {});
});

test("what the desk wants to know before a chat is missing until it is said, and only there", () => {
  const ask = { name: "required", email: "required", topic: "required" } as const;
  const settings = { ...initial.settings, ask };
  const departments = [{ id: "support", name: "Support", topics: ["Parcel"], ...open }];
  const part = { settings, departments };

  assert.deepEqual(lacking(filled({ question: "Where?" }, part), null, NOW), {
    name: "need_name",
    email: "need_email",
    topic: "need_topic",
  });
  assert.deepEqual(lacking(filled({ question: "Where?", email: "eva@example.com" }, part), "write", NOW), {});
  const said = { question: "Where?", name: "Eva", email: "eva@example.com", topic: "Parcel" };
  assert.deepEqual(lacking(filled(said, part), null, NOW), {});
});
