// The page's catalogue: keys to sentences, plural forms chosen by Intl.PluralRules.

import frame from "./en.json" with { type: "json" };
import reports from "./en_reports.json" with { type: "json" };

/** en.json: the frame, overview and coverage; en_reports.json: waits, satisfaction, people and staffing. */
const en = { ...frame, ...reports };

export type Key = keyof typeof en;
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Values = Record<string, string | number>;

export const LOCALE = "en-GB";
const plural = new Intl.PluralRules(LOCALE);
const figures = new Intl.NumberFormat(LOCALE);

/** The sentence of `key`; `{name}` is replaced from `values`, and `count` chooses the plural form. */
export function say(key: Key, values: Values = {}): string {
  const entry: string | Forms = en[key];
  const text = typeof entry === "string" ? entry : (entry[plural.select(Number(values.count))] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? figures.format(value) : value;
  });
}

/** Whether the catalogue has this key: for words that the server names, such as the cause of a gap. */
export function known(key: string): key is Key {
  return Object.hasOwn(en, key);
}
