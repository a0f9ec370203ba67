// What a field needs where the catalogue, the draft and the server call it by one name.
import { type Catalogue, wordsOf } from "../words/words.ts";
import { type Part, sentence } from "./Form.tsx";

interface Named {
  label: string;
  hint: string | undefined;
  error: string | null;
  value: string;
  set: (typed: string) => void;
}

/** Its label is the catalogue's NAME, its hint NAME.hint where there is one. For fields that hold text. */
export function fieldsOf<C extends Catalogue, D>(catalogue: C, { draft, error, set }: Part<D>) {
  const say = wordsOf<Catalogue>(catalogue);
  return (name: keyof C & keyof D & string): Named => ({
    label: say(name),
    hint: `${name}.hint` in catalogue ? say(`${name}.hint`) : undefined,
    error: sentence(error, name),
    value: String(draft[name] ?? ""),
    set: (typed) => set({ [name]: typed } as unknown as Partial<D>),
  });
}
