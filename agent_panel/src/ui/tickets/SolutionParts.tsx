// The short form of a solving answer: to fill in, and to read. An empty part is left out.
import type { Solution, WireError } from "../../net/wire.ts";
import type { Answers } from "../../state/nextStep.ts";
import { t } from "../../words/words.ts";
import { errorOf, Field } from "../parts/Field.tsx";
import { Segments } from "../parts/Segments.tsx";

const TEXTS = ["cause", "done"] as const;
const QUESTIONS = ["fully_solved", "can_recur"] as const;

export function SolutionParts({ solution }: { solution: Solution }) {
  return (
    <dl class="solution">
      {TEXTS.map((part) => {
        const text = solution[part];
        return (
          text && (
            <div key={part}>
              <dt>{t(`solution.${part}`)}</dt>
              <dd class="body" dir="auto">
                {text}
              </dd>
            </div>
          )
        );
      })}
      {QUESTIONS.map((part) => {
        const answer = solution[part];
        return (
          answer !== null && (
            <div key={part}>
              <dt>{t(`solution.${part}`)}</dt>
              <dd>{t(answer ? "yes" : "no")}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}

interface FormProps {
  answers: Answers;
  change: (part: Partial<Answers>) => void;
  error: WireError | null;
}

export function SolutionForm({ answers, change, error }: FormProps) {
  return (
    <div class="solution-form">
      {TEXTS.map((part) => (
        <Field key={part} label={t(`solution.${part}`)} error={errorOf(error, `solution.${part}`)}>
          {(ids) => (
            <textarea
              {...ids}
              rows={2}
              dir="auto"
              value={answers[part]}
              onInput={(event) => change({ [part]: event.currentTarget.value })}
            />
          )}
        </Field>
      ))}
      {QUESTIONS.map((part) => (
        <Segments
          key={part}
          legend={t(`solution.${part}`)}
          value={answers[part]}
          options={[
            [true, t("yes")],
            [false, t("no")],
            [null, t("solution.left_out")],
          ]}
          pick={(answer) => change({ [part]: answer })}
        />
      ))}
    </div>
  );
}
