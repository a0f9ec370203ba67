import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, draftOf } from "../src/admin/privacy/consent.ts";
import { daysOf, departmentDays, typedOf } from "../src/admin/privacy/days.ts";
import { DESK } from "../src/admin/privacy/orders.ts";

const PLACES = [
  { id: "sales", name: "Sales" },
  { id: "support", name: "Support" },
];
const TEXT = { version: "1", text: { en: "We keep it." }, required: true };

test("a consent goes back as it came: of the desk, of its own, none, or as the desk", () => {
  const there = { desk: TEXT, departments: { sales: null }, version: 3 };
  const draft = draftOf(there, PLACES);

  assert.deepEqual(bodyOf(draft), { desk: TEXT, departments: { sales: null }, as_desk: ["support"] });
  const own = { ...TEXT, kind: "own" as const, text: { en: "Ours.", cs: "  " } };
  assert.deepEqual(bodyOf({ ...draft, "departments.support": own }).departments, {
    sales: null,
    support: { ...TEXT, text: { en: "Ours." } },
  });
  assert.equal(bodyOf(draftOf({ ...there, desk: null }, [])).desk, null);
});

test("days of the desk and of a department are read each in its own way", () => {
  const there = { desk: { files: 90 }, departments: { sales: { files: null, pages: 7 } }, version: 1 };
  const typed = typedOf(there, PLACES);

  assert.deepEqual(daysOf(typed, DESK), { conversations: null, files: 90, pages: null, addresses: null });
  assert.deepEqual(departmentDays(typed, PLACES), { sales: { files: null, pages: 7 }, support: null });
  assert.deepEqual(daysOf({ ...typed, "desk.pages": "1.5" }, DESK).pages, "1.5");
});
