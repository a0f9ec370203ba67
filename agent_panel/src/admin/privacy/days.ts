// Days of retention as their form has them, and what of it is sent. Pure.
import { CLASSES, type Days, DESK, type Department, type Retention } from "./orders.ts";

/** As typed, by the names that the server's errors have: "desk.files", "departments.sales.files". */
export type Typed = Record<string, string>;

export function typedOf(there: Retention, departments: readonly Department[]): Typed {
  const text = (days: number | null | undefined): string => (days == null ? "" : String(days));
  const all: Typed = {};
  for (const kind of CLASSES) all[`${DESK}.${kind}`] = text(there.desk[kind]);
  for (const { id } of departments)
    for (const kind of CLASSES) {
      const own = there.departments[id] ?? {};
      all[`departments.${id}.${kind}`] = own[kind] === null ? "0" : text(own[kind]);
    }
  return all;
}

/** For the desk nothing is "for ever"; for a department nothing is "as the desk" and 0 is "for ever". */
export function daysOf(all: Typed, at: string): Days {
  const days: Days = {};
  for (const kind of CLASSES) {
    const said = all[`${at}.${kind}`]?.trim() ?? "";
    if (at === DESK) days[kind] = said === "" ? null : read(said);
    else if (said !== "") days[kind] = said === "0" ? null : read(said);
  }
  return days;
}

/** By department, null where it has nothing of its own. */
export function departmentDays(all: Typed, departments: readonly Department[]): Record<string, Days | null> {
  const own = departments.map(({ id }): [string, Days | null] => {
    const days = daysOf(all, `departments.${id}`);
    return [id, Object.keys(days).length > 0 ? days : null];
  });
  return Object.fromEntries(own);
}

/** What is no whole number goes as it was typed: the server says so beside the field. */
const read = (said: string): number => (/^\d{1,9}$/.test(said) ? Number(said) : (said as unknown as number));
