// A labelled list of which one thing is chosen.
import { Field } from "../../ui/parts/Field.tsx";

interface ChoiceProps {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  value: string;
  options: readonly [value: string, words: string][];
  set: (value: string) => void;
}

export function Choice({ label, hint, error, value, options, set }: ChoiceProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => set(event.currentTarget.value)}>
          {options.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
