// The panel's words: keys to sentences, plural forms by Intl.PluralRules. English only for now; another language is
// another catalogue beside en.json.
import base from "./en.json" with { type: "json" };
import cases from "./en_cases.json" with { type: "json" };
import files from "./en_files.json" with { type: "json" };
import signIn from "./en_sign_in.json" with { type: "json" };

/** en.json: the desk, tickets and mails; en_cases.json: problems and incidents; en_files.json, en_sign_in.json: theirs. */
export const en = { ...base, ...cases, ...files, ...signIn };

export type Key = keyof typeof en;
export type Values = Record<string, string | number>;
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export const LOCALE = "en-GB";
const plural = new Intl.PluralRules(LOCALE);

/** The sentence of `key`; `{name}` is replaced from `values`, `n` chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  const entry: string | Forms = en[key];
  const text = typeof entry === "string" ? entry : (entry[plural.select(Number(values.n))] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The same for a key put together from the wire's words; what the catalogue lacks is shown as the wire wrote it. */
export function tOr(key: string, otherwise: string, values: Values = {}): string {
  return Object.hasOwn(en, key) ? t(key as Key, values) : otherwise;
}
