// A person as the form has them, and what of it is sent. Pure.
import type { Role, User } from "../state/api.ts";

export interface Draft {
  name: string;
  email: string;
  role: Role;
  departments: string[];
  capacity: string;
  tier: number;
  weekly_report: boolean;
  /** Only of a new one: whether a password is set here; else a link is mailed. */
  sets_password: boolean;
  password: string;
  /** The last day on which they may sign in, "2026-12-31"; "": no end. */
  last_day: string;
  may_search: boolean;
  may_export: boolean;
}

export const EMPTY: Draft = {
  name: "",
  email: "",
  role: "agent",
  departments: [],
  capacity: "3",
  tier: 1,
  weekly_report: false,
  sets_password: false,
  password: "",
  last_day: "",
  may_search: true,
  may_export: true,
};

export function draftOf(user: User): Draft {
  return {
    ...EMPTY,
    name: user.name,
    email: user.email,
    role: user.role,
    departments: user.departments,
    capacity: String(user.capacity),
    tier: user.tier,
    weekly_report: user.weekly_report,
    last_day: user.ends_at === null ? "" : lastDayOf(user.ends_at),
    may_search: user.may_search,
    may_export: user.may_export,
  };
}

/** What both a new account and a change of one say. A number that cannot be read goes as it was typed. */
export function bodyOf(draft: Draft, before: User | null = null): Record<string, unknown> {
  const same = before !== null && draft.last_day === (before.ends_at === null ? "" : lastDayOf(before.ends_at));
  const email = draft.email.trim();
  return {
    name: draft.name,
    // An address that did not change is not checked again.
    ...(email === before?.email ? {} : { email }),
    role: draft.role,
    departments: draft.departments,
    capacity: /^\d+$/.test(draft.capacity.trim()) ? Number(draft.capacity) : draft.capacity,
    tier: draft.tier,
    weekly_report: draft.role !== "agent" && draft.weekly_report,
    // An end at another hour than midnight, set by the command line, stays what it is.
    ...(same ? {} : { ends_at: draft.last_day === "" ? null : endOf(draft.last_day) }),
    may_search: draft.may_search,
    may_export: draft.may_export,
  };
}

export function newBodyOf(draft: Draft): Record<string, unknown> {
  const password = draft.sets_password ? { password: draft.password } : {};
  return { ...bodyOf(draft), ...password };
}

/** The end of that day where the admin is. */
function endOf(day: string): string {
  const start = new Date(`${day}T00:00:00`);
  if (Number.isNaN(start.getTime())) return day;
  return new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1).toISOString();
}

function lastDayOf(moment: string): string {
  const last = new Date(new Date(moment).getTime() - 1);
  return new Date(last.getTime() - last.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export const hasEnded = (user: User, now_ms: number): boolean =>
  user.ends_at !== null && new Date(user.ends_at).getTime() <= now_ms;
