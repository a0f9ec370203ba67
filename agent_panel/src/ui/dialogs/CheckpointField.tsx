// When the customer hears from us next: quick picks in opening hours, and any other moment.
import { type QuickPick, quickPicks, toLocalInput } from "../../state/checkpoint.ts";
import type { Opening } from "../../state/hours.ts";
import { currentMs } from "../../state/store.ts";
import { dayTime, promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";

interface CheckpointFieldProps {
  /** The local input's value; see checkpoint.ts. */
  value: string;
  set: (value: string) => void;
  opening: Opening;
  error: string | null;
  hint?: string;
}

/**
 * What a pick is called: by its name where that is literally so, else by what it came to in opening hours. Tomorrow and
 * Monday are those of the department; under them stands when that is for the agent, who may be in another zone.
 */
function wordsOf({ name, at }: QuickPick, tz: string, nowMs: number): [label: string, moment: string] {
  const moment = promise(at.toISOString(), nowMs);
  const there = dayTime(at, tz, nowMs);
  switch (name) {
    case "in_2h":
      return [t(at.getTime() - nowMs < 7_300_000 ? "checkpoint.in_2h" : "checkpoint.in_2h_open"), moment];
    case "tomorrow":
      return [there, there === moment ? "" : moment];
    case "monday":
      return [there.startsWith("Monday") ? t("checkpoint.monday") : there, moment];
  }
}

export function CheckpointField({ value, set, opening, error, hint }: CheckpointFieldProps) {
  const nowMs = currentMs();
  return (
    <Field label={t("checkpoint.label")} hint={hint} error={error}>
      {(ids) => (
        <div class="checkpoint">
          <div class="quick">
            {quickPicks(opening, nowMs).map((pick) => {
              const [label, moment] = wordsOf(pick, opening.tz, nowMs);
              const local = toLocalInput(pick.at);
              return (
                <button
                  key={pick.name}
                  type="button"
                  class="btn quiet pick"
                  aria-pressed={value === local}
                  onClick={() => set(local)}
                >
                  {label}
                  {moment && <small class="num">{moment}</small>}
                </button>
              );
            })}
          </div>
          <input
            {...ids}
            type="datetime-local"
            value={value}
            min={toLocalInput(new Date(nowMs))}
            onInput={(event) => set(event.currentTarget.value)}
          />
        </div>
      )}
    </Field>
  );
}
