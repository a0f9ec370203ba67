// Where the ticket stands and when the customer hears next. A change of status owes the customer a sentence, and an
// unfinished one a moment.
import { useState } from "preact/hooks";
import { changeTicket, type TicketChange } from "../../net/api.ts";
import type { Ticket, TicketStatus, WireError } from "../../net/wire.ts";
import { fromLocalInput, toLocalInput } from "../../state/checkpoint.ts";
import { tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { CheckpointField } from "../dialogs/CheckpointField.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";

const STATUSES: TicketStatus[] = ["open", "in_progress", "waiting", "solved", "closed"];

export function isFinal(status: TicketStatus): boolean {
  return status === "solved" || status === "closed";
}

export function NextStep({ ticket, changed }: { ticket: Ticket; changed: (ticket: Ticket) => void }) {
  const [status, setStatus] = useState<TicketStatus>(ticket.status);
  const [checkpoint, setCheckpoint] = useState(
    ticket.checkpoint_at ? toLocalInput(new Date(ticket.checkpoint_at)) : "",
  );
  const [sentence, setSentence] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const change: TicketChange = { status };
    if (sentence.trim()) change.message = sentence.trim();
    if (!isFinal(status)) change.checkpoint_at = fromLocalInput(checkpoint);
    setBusy(true);
    const reply = await changeTicket(ticket.number, change);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    tell(t(sentence.trim() ? "next_step.mailed" : "next_step.saved"));
    changed(reply.ticket);
  };

  return (
    <form class="next-step" onSubmit={submit} noValidate>
      <h3>{t("next_step.title")}</h3>
      <Field label={t("tickets.status")} error={errorOf(error, "status")}>
        {(ids) => (
          <select {...ids} value={status} onChange={(event) => setStatus(event.currentTarget.value as TicketStatus)}>
            {STATUSES.map((each) => (
              <option key={each} value={each}>
                {t(`ticket.status.${each}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {!isFinal(status) && (
        <CheckpointField value={checkpoint} set={setCheckpoint} error={errorOf(error, "checkpoint_at")} />
      )}
      <Field label={t("next_step.sentence")} hint={t("next_step.sentence_hint")} error={errorOf(error, "message")}>
        {(ids) => (
          <textarea
            {...ids}
            rows={3}
            dir="auto"
            value={sentence}
            onInput={(event) => setSentence(event.currentTarget.value)}
          />
        )}
      </Field>
      <FormError error={error} fields={["status", "checkpoint_at", "message"]} />
      <button type="submit" disabled={busy}>
        {t(sentence.trim() ? "next_step.save_and_mail" : "next_step.save")}
      </button>
    </form>
  );
}
