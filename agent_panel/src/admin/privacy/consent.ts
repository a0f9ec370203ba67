// The consent as its form has it, and what of it is sent. Pure.
import type { Language } from "../state/desk.ts";
import { type Consent, type ConsentText, DESK, type Department } from "./orders.ts";

/** kind desk: of a department that asks what the desk asks; none: nothing is asked. */
export interface Own {
  kind: "desk" | "none" | "own";
  version: string;
  required: boolean;
  text: Partial<Record<Language, string>>;
}

/** By the names that the server's errors have: "desk", "departments.sales". */
export type Draft = Record<string, Own>;

export interface ConsentBody {
  desk: ConsentText | null;
  departments: Record<string, ConsentText | null>;
  /** Departments that ask what the desk asks. */
  as_desk: string[];
}

export function draftOf(there: Consent, departments: readonly Department[]): Draft {
  const draft: Draft = { [DESK]: own(there.desk) };
  for (const { id } of departments) draft[`departments.${id}`] = own(there.departments[id]);
  return draft;
}

function own(said: ConsentText | null | undefined): Own {
  if (said) return { ...said, kind: "own" };
  return { kind: said === null ? "none" : "desk", version: "", required: true, text: {} };
}

export function bodyOf(draft: Draft): ConsentBody {
  const body: ConsentBody = { desk: null, departments: {}, as_desk: [] };
  for (const [at, said] of Object.entries(draft)) {
    const id = at.slice("departments.".length);
    if (at === DESK) body.desk = textOf(said);
    else if (said.kind === "desk") body.as_desk.push(id);
    else body.departments[id] = textOf(said);
  }
  return body;
}

function textOf({ kind, version, required, text }: Own): ConsentText | null {
  if (kind !== "own") return null;
  const said = Object.entries(text).filter(([, words]) => words.trim() !== "");
  return { version, required, text: Object.fromEntries(said) };
}
