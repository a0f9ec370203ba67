// A department as its form has it, and what of it is sent. Pure.
import type { Defaults, Department } from "../state/api.ts";
import { type Holiday, officeWeek, type Week } from "../state/week.ts";

export interface Draft {
  name: string;
  /** Only of a new one; "": made of the name. */
  id: string;
  tz: string;
  always: boolean;
  week: Week;
  holidays: Holiday[];
  /** One a line. */
  topics: string;
  tiers: number;
  /** As typed; "": as the setting of the whole desk. */
  service_target: string;
  first_news: string;
  escalate_after: string;
}

const HOUR_S = 3600;
const MINUTE_S = 60;

export const emptyDraft = (tz: string): Draft => ({
  name: "",
  id: "",
  tz,
  always: false,
  week: officeWeek(),
  holidays: [],
  topics: "",
  tiers: 3,
  service_target: "",
  first_news: "",
  escalate_after: "",
});

export function draftOf(department: Department, defaults: Defaults): Draft {
  return {
    ...emptyDraft(department.tz || defaults.tz),
    name: department.name,
    id: department.id,
    always: department.hours === null,
    week: department.hours ?? officeWeek(),
    holidays: department.holidays,
    topics: department.topics.join("\n"),
    tiers: department.tiers,
    service_target: typed(department.service_target_s, 1),
    first_news: typed(department.first_news_s, HOUR_S),
    escalate_after: typed(department.escalate_after_s, MINUTE_S),
  };
}

/** The request's body. A number that cannot be read is sent as it was typed: the server says so beside the field. */
export function bodyOf(draft: Draft): Record<string, unknown> {
  return {
    name: draft.name,
    tz: draft.tz.trim(),
    hours: draft.always ? null : draft.week,
    holidays: draft.holidays,
    topics: draft.topics.split("\n").filter((topic) => topic.trim() !== ""),
    tiers: draft.tiers,
    service_target_s: amount(draft.service_target, 1),
    first_news_s: amount(draft.first_news, HOUR_S),
    escalate_after_s: amount(draft.escalate_after, MINUTE_S),
  };
}

function typed(seconds: number | null, unit_s: number): string {
  return seconds === null ? "" : String(Math.round((seconds / unit_s) * 1000) / 1000);
}

function amount(text: string, unit_s: number): number | string | null {
  const clean = text.trim().replace(",", ".");
  if (clean === "") return null;
  const number = Number(clean);
  return Number.isFinite(number) ? number * unit_s : text;
}
