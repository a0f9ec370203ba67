/**
 * The words of the widget: one catalogue per language, plural forms by the language's own rules.
 *
 * A text is a string with {placeholders}, or one string per plural category of `n`. A page fetches the one catalogue it speaks; English
 * stands in where that cannot be had.
 */
import en from "./en.json" with { type: "json" };

export type Key = keyof typeof en;
export type Catalogue = Record<Key, string | Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Values = Record<string, string | number>;
export type Words = (key: Key, values?: Values) => string;

export const LANGUAGES = ["en", "cs", "sk", "pl", "el", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** "cs-CZ" -> "cs"; a language without a catalogue gets English. */
export const languageOf = (locale: string): Language =>
  LANGUAGES.find((language) => locale.toLowerCase().split(/[-_]/)[0] === language) ?? "en";

/** The tag for times and dates: "en-GB" keeps its 14:02; what no browser understands becomes its language. */
export function tagOf(locale: string, preferred: readonly string[]): string {
  const language = languageOf(locale);
  const candidates = [locale.replaceAll("_", "-"), ...preferred].filter((tag) => tag.startsWith(`${language}-`));
  try {
    return Intl.getCanonicalLocales(candidates)[0] ?? language;
  } catch {
    return language;
  }
}

/** What the desk says instead of the widget's own words, as it is set now. */
export type OwnTexts = () => Partial<Record<Key, string>> | undefined;

export function wordsOf(catalogue: Catalogue, language: string, own?: OwnTexts): Words {
  const rules = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const entry = own?.()?.[key] ?? catalogue[key];
    const text = typeof entry === "string" ? entry : (entry[rules.select(Number(values.n))] ?? entry.other ?? "");
    // "08:00 π.μ." at the end of a sentence brings its own full stop.
    return text.replace(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
      const value = String(values[name] ?? "");
      return value.endsWith(".") ? value : value + stop;
    });
  };
}

const AGAIN_MS = 2_000;

/** Never fails: without any words there is nothing to show, so it goes on asking. */
export async function fetchWords(language: Language, own: OwnTexts): Promise<Words> {
  for (;;) {
    for (const each of [language, "en"]) {
      try {
        const answer = await fetch(`/assets/widget/words/${each}.json`);
        if (answer.ok) return wordsOf(await answer.json(), each, own);
      } catch {
        // English says more than an empty widget.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
