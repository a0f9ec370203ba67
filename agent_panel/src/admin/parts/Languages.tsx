// Which of the six languages is being edited, and the sentence about what the environment has set.
import { Segments } from "../../ui/parts/Segments.tsx";
import { LANGUAGES, type Language } from "../state/desk.ts";
import words from "../words/languages.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

export const sayLanguage = wordsOf(words);

interface LanguagesProps {
  value: Language;
  pick: (language: Language) => void;
  /** Those with something of their own have a dot. */
  filled: (language: Language) => boolean;
}

export function Languages({ value, pick, filled }: LanguagesProps) {
  const options = LANGUAGES.map((each): [Language, preact.JSX.Element] => [
    each,
    <bdi key={each} lang={each}>
      {sayLanguage(each)}
      {filled(each) && " •"}
    </bdi>,
  ]);
  return <Segments legend={sayLanguage("language")} value={value} options={options} pick={pick} class="languages" />;
}

/** The hint under a field that cannot be changed here. */
export const fixedBy = (set_by: Record<string, string>, field: string): string | undefined => {
  const variable = set_by[field];
  return variable && sayLanguage("set_by", { variable });
};
