// Entries of the audit log as a person reads them: one sentence, and what was changed field by field.
import { queryOf, request } from "../../net/api.ts";
import type { Ack } from "../../net/wire.ts";
import words from "../words/audit.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";

const say = wordsOf(words);

export interface Entry {
  n: number;
  at: string;
  actor: { kind: string; id: string | null; name: string | null };
  action: string;
  subject: string;
  subject_name: string | null;
  detail: Record<string, unknown>;
}

/** What is asked for; "" asks for all. */
export interface Asked {
  actor: string;
  action: string;
  subject: string;
  from: string;
  to: string;
}

export const EVERYTHING: Asked = { actor: "", action: "", subject: "", from: "", to: "" };
export const AREAS = [
  "session",
  "chat",
  "chats",
  "report",
  "code",
  "contact",
  "agent",
  "department",
  "canned",
  "settings",
  "config",
  "token",
  "mail",
  "password",
  "totp",
  "recovery",
  "person",
  "retention",
  "backup",
] as const;
/** Of the chain, nothing to read. */
const UNTOLD = new Set(["salt", "before", "after"]);

/** Everybody who has an account, to choose from. */
export const listPeople = (): Promise<Ack<{ users: { id: string; name: string }[] }>> => request("GET", "/admin/users");

/** `to` is the last day that is shown; the API takes the first that is not. */
export function listEntries(
  asked: Asked,
  cursor: string | null,
): Promise<Ack<{ entries: Entry[]; next: string | null }>> {
  const { actor, action, subject, from, to } = asked;
  return request("GET", `/audit${queryOf({ actor, action, subject: subject.trim(), from, to: dayAfter(to), cursor })}`);
}

export function dayAfter(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? "" : new Date(at + 86_400_000).toISOString().slice(0, 10);
}

/** "Ada read a conversation that she does not hold": who did what. */
export function sentenceOf(entry: Entry): string {
  const isOwn = entry.actor.kind === "agent" && entry.subject === `agent:${entry.actor.id}`;
  const own = `did.${entry.action}.own`;
  const key = isOwn && own in words ? own : `did.${entry.action}`;
  const who = actorOf(entry);
  const what = subjectOf(entry);
  return key in words ? say(key as keyof typeof words, { who, what }) : say("did.other", { who, what: entry.action });
}

export function actorOf({ actor }: Entry): string {
  if (actor.kind === "agent") return actor.name ?? say("who.gone");
  const key = `who.${actor.kind}`;
  return key in words ? say(key as keyof typeof words) : actor.kind;
}

/** As it is called, else by the kind and the beginning of its id. */
export function subjectOf({ subject, subject_name }: Entry): string {
  if (subject_name) return subject_name;
  const [kind = "", ...rest] = subject.split(":");
  const id = rest.join(":");
  const key = `kind.${kind}`;
  const name = key in words ? say(key as keyof typeof words) : kind;
  return id ? `${name} ${id.length > 12 ? `${id.slice(0, 8)}…` : id}` : name;
}

export interface Told {
  name: string;
  before: string | null;
  after: string;
}

/** What the entry tells besides: changed fields with what they were, then everything else. */
export function toldOf({ detail }: Entry, zone: string): Told[] {
  const plain = (value: unknown): string => read(value, zone);
  const before = fieldsOf(detail.before);
  const after = fieldsOf(detail.after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = names.map((name) => ({
    name: fieldName(name),
    before: name in before ? plain(before[name]) : null,
    after: plain(after[name]),
  }));
  const others = Object.entries(detail).filter(([name]) => !UNTOLD.has(name));
  return [...changes, ...others.map(([name, value]) => ({ name: fieldName(name), before: null, after: plain(value) }))];
}

export function fieldName(name: string): string {
  const key = `field.${name}`;
  if (key in words) return say(key as keyof typeof words);
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function read(value: unknown, zone: string): string {
  if (value === null || value === undefined || value === "") return say("value.none");
  if (typeof value === "boolean") return say(value ? "value.yes" : "value.no");
  if (typeof value === "number") return value.toLocaleString(LOCALE);
  if (typeof value === "string") return textOf(value, zone);
  if (Array.isArray(value)) return value.length ? value.map((one) => read(one, zone)).join(", ") : say("value.none");
  return JSON.stringify(value);
}

function textOf(value: string, zone: string): string {
  if (value.startsWith("sealed:")) return say("value.erased");
  return /^\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:\d\d|Z)$/.test(value) ? momentOf(value, zone) : value;
}

/** In the desk's zone. */
export function momentOf(at: string, zone: string): string {
  const times = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium", timeZone: zone });
  return times.format(new Date(at));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
