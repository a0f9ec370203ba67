// Where the ticket stands and when the customer hears next, in one place. A change of status owes the customer a
// sentence, an unfinished one a moment; what they will read is shown before it is sent.
import { useState } from "preact/hooks";
import { changeTicket } from "../../net/api.ts";
import type { Ticket, TicketStatus, WireError } from "../../net/wire.ts";
import {
  type Answers,
  answersOf,
  asksSolution,
  changeOf,
  checkpointOf,
  isFinal,
  type Lacks,
  lacks,
  NO_STEP,
  type NextStep as Step,
  statusOf,
  toldBy,
} from "../../state/nextStep.ts";
import { currentMs, draft, setDraft, tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { CheckpointField } from "../dialogs/CheckpointField.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { Segments } from "../parts/Segments.tsx";
import { useOpening } from "../parts/useOpening.ts";
import { MailPreview } from "./MailPreview.tsx";
import { SolutionForm } from "./SolutionParts.tsx";

const STATUSES: TicketStatus[] = ["open", "in_progress", "waiting", "solved", "closed"];
const FIELDS = ["status", "checkpoint_at", "message", "solution.cause", "solution.done"];

/** The draft of the sentence outlives the page, like that of an answer. */
function useStep(number: string): [Step, (part: Partial<Step>) => void] {
  const key = `next:${number}`;
  const [rest, setRest] = useState<Step>(NO_STEP);
  const change = ({ sentence, ...part }: Partial<Step>): void => {
    if (sentence !== undefined) setDraft(key, { text: sentence });
    setRest((was) => ({ ...was, ...part }));
  };
  return [{ ...rest, sentence: draft(key).text }, change];
}

interface FieldsProps {
  ticket: Ticket;
  step: Step;
  change: (part: Partial<Step>) => void;
  failing: Lacks;
  error: WireError | null;
}

function Sentence({ ticket, step, change, failing, error }: FieldsProps) {
  const solved = statusOf(ticket, step) === "solved";
  const said = failing.sentence ? t(`lack.${failing.sentence}`) : errorOf(error, "message");
  return (
    <Field
      label={t(solved ? "next_step.last_words" : "next_step.sentence")}
      hint={t(isFinal(statusOf(ticket, step)) ? "next_step.last_words_hint" : "next_step.sentence_hint")}
      error={said}
    >
      {(ids) => (
        <textarea
          {...ids}
          rows={3}
          dir="auto"
          value={step.sentence}
          onInput={(event) => change({ sentence: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function Fields(props: FieldsProps) {
  const { ticket, step, change, failing, error } = props;
  const opening = useOpening(ticket.department.id);
  const status = statusOf(ticket, step);
  const late = failing.checkpoint ? t(`lack.${failing.checkpoint}`) : errorOf(error, "checkpoint_at");
  return (
    <>
      <Segments
        legend={t("tickets.status")}
        class="statuses"
        value={status}
        options={STATUSES.map((each) => [each, t(`ticket.status.${each}`)])}
        pick={(next) => change({ status: next === ticket.status ? null : next })}
      />
      {asksSolution(ticket, step) && (
        <SolutionForm
          answers={answersOf(ticket, step)}
          error={error}
          change={(part: Partial<Answers>) => change({ solution: { ...answersOf(ticket, step), ...part } })}
        />
      )}
      {status === "solved" && !asksSolution(ticket, step) && (
        <button type="button" class="btn quiet small-btn" onClick={() => change({ solution: answersOf(ticket, step) })}>
          {t(ticket.solution ? "solution.correct" : "solution.add")}
        </button>
      )}
      <Sentence {...props} />
      {!isFinal(status) && (
        <CheckpointField
          value={checkpointOf(ticket, step, currentMs())}
          set={(checkpoint) => change({ checkpoint })}
          opening={opening}
          error={late}
        />
      )}
    </>
  );
}

export function NextStep({ ticket, changed }: { ticket: Ticket; changed: (ticket: Ticket) => void }) {
  const [step, change] = useStep(ticket.number);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const found = lacks(ticket, step, currentMs());
  const untouched = found.status === "nothing";

  const edit = (part: Partial<Step>): void => {
    setError(null);
    change(part);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(found).length > 0) {
      const wanted = found.sentence ? "textarea" : "input[type=datetime-local]";
      (event.currentTarget as HTMLFormElement).querySelector<HTMLElement>(wanted)?.focus();
      return;
    }
    setBusy(true);
    const reply = await changeTicket(ticket.number, changeOf(ticket, step, currentMs()));
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    setTried(false);
    change(NO_STEP);
    tell(t("next_step.mailed"));
    changed(reply.ticket);
  };

  return (
    <form class="next-step" onSubmit={submit} noValidate id="next-step">
      <h3>{t("next_step.title")}</h3>
      <Fields ticket={ticket} step={step} change={edit} failing={tried ? found : {}} error={error} />
      {!untouched && (
        <MailPreview number={ticket.number} subject={ticket.subject} told={toldBy(ticket, step, currentMs())} />
      )}
      <FormError error={error} fields={FIELDS} />
      <button type="submit" disabled={busy || untouched}>
        {t(untouched ? "next_step.untouched" : "next_step.save_and_mail")}
      </button>
    </form>
  );
}
