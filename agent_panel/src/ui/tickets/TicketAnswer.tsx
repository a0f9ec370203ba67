// Answering a ticket: mailed to the customer, or kept as a note for the team. The draft survives like a chat's.
import { useRef, useState } from "preact/hooks";
import { answerTicket } from "../../net/api.ts";
import type { WireError } from "../../net/wire.ts";
import { draft, setDraft } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { AttachButton, pasted, UploadTray, useDropping, useUploads } from "../parts/Attachments.tsx";
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
  const form = useRef<HTMLFormElement>(null);
  const uploads = useUploads({ ticket: number });
  const dropping = useDropping(form, uploads);
  const going = uploads.items.some(({ file, error }) => !file && !error);

  const write = (value: string): void => {
    if (error) clientId.current = newId();
    setError(null);
    setDraft(key, { text: value });
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() === "") return;
    setBusy(true);
    const file_ids = uploads.items.flatMap(({ file }) => file?.id ?? []);
    const answer = { client_id: clientId.current, body: text.trim(), file_ids, ...(note ? { internal: true } : {}) };
    const reply = await answerTicket(number, answer);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    clientId.current = newId();
    setDraft(key, { text: "", note: false });
    uploads.clear();
    onSent();
  };

  return (
    <form ref={form} class={`answer${note ? " noting" : ""}`} onSubmit={submit}>
      <Field label={t(note ? "tickets.note" : "tickets.answer")} error={error?.message}>
        {(ids) => (
          <textarea
            {...ids}
            rows={4}
            dir="auto"
            value={text}
            placeholder={t(note ? "composer.note_placeholder" : "tickets.answer_placeholder")}
            onInput={(event) => write(event.currentTarget.value)}
            onPaste={(event) => pasted(event, uploads)}
          />
        )}
      </Field>
      {dropping && <p class="drop">{t("file.drop")}</p>}
      <UploadTray uploads={uploads} />
      <div class="composer-tools">
        <AttachButton uploads={uploads} />
        <span class="tiny hint">{t(note ? "composer.note_hint" : "tickets.answer_hint")}</span>
        <button
          type="button"
          class="btn quiet small-btn"
          aria-pressed={note}
          onClick={() => setDraft(key, { note: !note })}
        >
          {t("composer.note")}
        </button>
        <button type="submit" class="small-btn" disabled={busy || going || text.trim() === ""}>
          {t(note ? "composer.add_note" : "tickets.send")}
        </button>
      </div>
    </form>
  );
}
