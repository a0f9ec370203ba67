// What a new problem is called.
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";

interface Props {
  title: string;
  setTitle: (title: string) => void;
  error?: string | null;
}

export function TitleField({ title, setTitle, error }: Props) {
  return (
    <Field label={t("problems.title")} error={error}>
      {(ids) => (
        <input
          {...ids}
          dir="auto"
          maxLength={200}
          value={title}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
