// A labelled line of text, or several lines: what is typed, its hint, and the sentence about what is wrong with it.
import type { InputHTMLAttributes, TextareaHTMLAttributes } from "preact";
import { Field } from "../../ui/parts/Field.tsx";

interface Typed {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  value: string;
  set: (typed: string) => void;
}

interface TextFieldProps extends Typed {
  type?: "text" | "email" | "password" | "date" | "number";
  class?: string;
  dir?: "auto";
  autocomplete?: string;
  autocapitalize?: "none";
  spellcheck?: boolean;
  inputMode?: "numeric" | "decimal";
  placeholder?: string;
  readOnly?: boolean;
  maxLength?: number;
  min?: number;
  max?: number;
  /** The id of what it suggests. */
  list?: string;
}

export function TextField({ label, hint, error, set, ...attributes }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input {...(attributes as InputHTMLAttributes)} {...ids} onInput={(event) => set(event.currentTarget.value)} />
      )}
    </Field>
  );
}

type AreaAttributes = Pick<
  TextareaHTMLAttributes,
  "dir" | "lang" | "maxLength" | "placeholder" | "readOnly" | "rows" | "spellcheck"
>;

export function TextArea({ label, hint, error, set, ...attributes }: Typed & AreaAttributes) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea {...attributes} {...ids} onInput={(event) => set(event.currentTarget.value)} />}
    </Field>
  );
}
