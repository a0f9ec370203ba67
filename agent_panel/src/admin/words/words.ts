// Words of the settings. Each page brings its own catalogue, words/PAGE.json; frame.json is what all of them share.
import frame from "./frame.json" with { type: "json" };

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Catalogue = Record<string, string | Forms>;
export type Values = Record<string, string | number>;
export type Say<C extends Catalogue> = (key: keyof C & string, values?: Values) => string;

export const LOCALE = "en-GB";
const plural = new Intl.PluralRules(LOCALE);
const figures = new Intl.NumberFormat(LOCALE);

/** Speaks from one catalogue: `{name}` is replaced from `values`, `n` chooses the plural form. */
export function wordsOf<C extends Catalogue>(catalogue: C): Say<C> {
  return (key, values = {}) => {
    const entry = catalogue[key] as string | Forms;
    const text = typeof entry === "string" ? entry : (entry[plural.select(Number(values.n))] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? figures.format(value) : value;
    });
  };
}

export const say = wordsOf(frame);
