// What the privacy page asks the server for. Days null: for ever.
import { request } from "../../net/api.ts";
import type { Ack } from "../../net/wire.ts";
import type { ConsentBody } from "./consent.ts";

/** As the server's errors name the whole desk's; a department's are "departments.<id>". */
export const DESK = "desk";

export const CLASSES = ["conversations", "files", "pages", "addresses"] as const;
export type Kind = (typeof CLASSES)[number];
export type Days = Partial<Record<Kind, number | null>>;

export interface Retention {
  desk: Days;
  departments: Record<string, Days>;
  version: number;
}

export interface Row {
  class: Kind;
  department: string | null;
  before: string;
  counts: Record<string, number>;
}

export interface ConsentText {
  version: string;
  text: Record<string, string>;
  required: boolean;
}

export interface Consent {
  desk: ConsentText | null;
  departments: Record<string, ConsentText | null>;
  version: number;
}

export interface Found {
  chats: number;
  tickets: number;
  visits: number;
  contacts: number;
  addresses: string[];
}

export interface Department {
  id: string;
  name: string;
}

interface All {
  retention: Retention;
  consent: Consent;
  departments: Department[];
}

export async function readAll(): Promise<Ack<All>> {
  const retention = await request<{ retention: Retention }>("GET", "/admin/retention");
  const consent = await request<{ consent: Consent }>("GET", "/admin/consent");
  const known = await request<{ departments: Department[] }>("GET", "/departments");
  if (!retention.ok) return retention;
  if (!consent.ok) return consent;
  return known.ok ? { ...known, ...retention, ...consent } : known;
}

export const changeDays = (desk: Days, departments: Record<string, Days | null>, if_version: number) =>
  request<{ retention: Retention }>("PATCH", "/admin/retention", { desk, departments, if_version });

export const runRetention = (dry_run: boolean) =>
  request<{ report: Row[] }>("POST", "/admin/retention/run", { dry_run });

export const changeConsent = (body: ConsentBody, if_version: number) =>
  request<{ consent: Consent }>("PATCH", "/admin/consent", { ...body, if_version });

export const look = (person: string) => request<{ found: Found }>("POST", "/admin/privacy/look", { person });

export const erase = (person: string) =>
  request<{ erased: Record<string, number>; purged: boolean }>("POST", "/admin/privacy/erase", { person });

/** Saves the file by the browser's own way. */
export async function exportPerson(person: string): Promise<Ack<object>> {
  const answer = await fetch("/api/v1/admin/privacy/export", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person }),
  }).catch(() => null);
  if (!answer?.ok) {
    const said = await answer?.json().catch(() => null);
    return { ok: false, error: said?.error ?? { code: "unavailable", message: "The server cannot be reached." } };
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = "person.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return { ok: true };
}
