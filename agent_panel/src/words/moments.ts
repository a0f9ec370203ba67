// Moments as text. Lists say how long ago, a title says exactly when.
import { dayKey, formatCoarse } from "../state/clock.ts";
import { LOCALE, t } from "./words.ts";

const TIME = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const DAY_YEAR = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const EXACT = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });

export function clockTime(at: string | number): string {
  return TIME.format(new Date(at));
}

export function exact(at: string): string {
  return EXACT.format(new Date(at));
}

/** "14:02" today, "3 Nov" this year, "3 Nov 2024" before. */
export function shortMoment(at: string, nowMs: number): string {
  const moment = new Date(at);
  const today = new Date(nowMs);
  if (dayKey(at) === dayKey(today.toISOString())) return TIME.format(moment);
  return (moment.getFullYear() === today.getFullYear() ? DAY : DAY_YEAR).format(moment);
}

/** "14:02" today, "tomorrow 10:00", "3 Nov, 10:00" else: for promises. */
export function promise(at: string, nowMs: number): string {
  const tomorrow = new Date(nowMs + 86_400_000).toISOString();
  if (dayKey(at) === dayKey(new Date(nowMs).toISOString())) return t("moment.today", { time: clockTime(at) });
  if (dayKey(at) === dayKey(tomorrow)) return t("moment.tomorrow", { time: clockTime(at) });
  return t("moment.other", { day: shortMoment(at, nowMs), time: clockTime(at) });
}

/** The line between two days of a conversation. */
export function dayLine(at: string, nowMs: number): string {
  if (dayKey(at) === dayKey(new Date(nowMs).toISOString())) return t("moment.day_today");
  if (dayKey(at) === dayKey(new Date(nowMs - 86_400_000).toISOString())) return t("moment.day_yesterday");
  return WEEKDAY.format(new Date(at));
}

/** How far off a promise is: "in 12 min", "in 3 h", from the day after tomorrow on its day. */
export function countdown(at: string, nowMs: number): string {
  const leftS = Math.max(0, Math.ceil((Date.parse(at) - nowMs) / 1000));
  return leftS < 12 * 3600 ? t("moment.in", { age: formatCoarse(leftS) }) : promise(at, nowMs);
}

/** On the wall clock of `tz`: "tomorrow 10:00", else "Monday 10:00". */
export function dayTime(at: Date, tz: string, nowMs: number): string {
  const on = (options: Intl.DateTimeFormatOptions, moment: Date | number): string =>
    new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: tz }).format(moment);
  const time = on({ hour: "2-digit", minute: "2-digit" }, at);
  const date = { dateStyle: "short" } as const;
  if (on(date, at) === on(date, nowMs + 86_400_000)) return t("moment.tomorrow", { time });
  return t("moment.weekday", { day: on({ weekday: "long" }, at), time });
}
