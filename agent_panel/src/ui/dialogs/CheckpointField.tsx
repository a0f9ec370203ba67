// When the customer hears from us next: two quick picks and any other moment.
import { inHours, toLocalInput, tomorrowAt } from "../../state/checkpoint.ts";
import { currentMs } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";

interface CheckpointFieldProps {
  /** The local input's value; see checkpoint.ts. */
  value: string;
  set: (value: string) => void;
  error: string | null;
  hint?: string;
}

export function CheckpointField({ value, set, error, hint }: CheckpointFieldProps) {
  const picks = [
    { words: t("checkpoint.in_2h"), at: () => inHours(2, currentMs()) },
    { words: t("checkpoint.tomorrow"), at: () => tomorrowAt(10, currentMs()) },
  ];
  return (
    <Field label={t("checkpoint.label")} hint={hint} error={error}>
      {(ids) => (
        <div class="checkpoint">
          <input
            {...ids}
            type="datetime-local"
            value={value}
            min={toLocalInput(new Date(currentMs()))}
            onInput={(event) => set(event.currentTarget.value)}
          />
          <div class="quick">
            {picks.map((pick) => (
              <button
                key={pick.words}
                type="button"
                class="btn quiet small-btn"
                onClick={() => set(toLocalInput(pick.at()))}
              >
                {pick.words}
              </button>
            ))}
          </div>
        </div>
      )}
    </Field>
  );
}
