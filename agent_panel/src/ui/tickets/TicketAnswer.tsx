// Answering a ticket: mailed to the customer, or kept as a note for the team. The draft survives like a chat's.
import { useRef, useState } from "preact/hooks";
import { answerTicket } from "../../net/api.ts";
import type { WireError } from "../../net/wire.ts";
import { draft, setDraft } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";

function newId(): string {
  return crypto.randomUUID?.() ?? String(Math.random());
}

export function TicketAnswer({ number, onSent }: { number: string; onSent: () => void }) {
  const key = `ticket:${number}`;
  const { text, note } = draft(key);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  // The same id until it went through: a second try after a lost reply must not send a second mail.
  const clientId = useRef(newId());

  const write = (value: string): void => {
    if (error) clientId.current = newId();
    setError(null);
    setDraft(key, { text: value });
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() === "") return;
    setBusy(true);
    const answer = { client_id: clientId.current, body: text.trim(), ...(note ? { internal: true } : {}) };
    const reply = await answerTicket(number, answer);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    clientId.current = newId();
    setDraft(key, { text: "", note: false });
    onSent();
  };

  return (
    <form class={`answer${note ? " noting" : ""}`} onSubmit={submit}>
      <Field label={t(note ? "tickets.note" : "tickets.answer")} error={error?.message}>
        {(ids) => (
          <textarea
            {...ids}
            rows={4}
            dir="auto"
            value={text}
            placeholder={t(note ? "composer.note_placeholder" : "tickets.answer_placeholder")}
            onInput={(event) => write(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="composer-tools">
        <span class="tiny hint">{t(note ? "composer.note_hint" : "tickets.answer_hint")}</span>
        <button
          type="button"
          class="btn quiet small-btn"
          aria-pressed={note}
          onClick={() => setDraft(key, { note: !note })}
        >
          {t("composer.note")}
        </button>
        <button type="submit" class="small-btn" disabled={busy || text.trim() === ""}>
          {t(note ? "composer.add_note" : "tickets.send")}
        </button>
      </div>
    </form>
  );
}
