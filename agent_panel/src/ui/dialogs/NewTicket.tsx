// A ticket from a phone call, or while a chat goes on.
import { useState } from "preact/hooks";
import { createTicket } from "../../net/orders.ts";
import type { Chat, WireError } from "../../net/wire.ts";
import { fromLocalInput, inHours, toLocalInput } from "../../state/checkpoint.ts";
import { hrefOf } from "../../state/route.ts";
import { agent, currentMs, tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { PRIORITIES } from "../card/editors.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { CheckpointField } from "./CheckpointField.tsx";
import { Dialog } from "./Dialog.tsx";

const FIELDS = ["subject", "email", "name", "department", "question", "body", "checkpoint_at", "priority"];

function orderOf(form: FormData, checkpoint: string, clientId: string, chat: Chat | null) {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const order: { client_id: string; subject: string; email: string; [more: string]: unknown } = {
    client_id: clientId,
    subject: text("subject"),
    email: text("email"),
    priority: text("priority"),
  };
  for (const name of ["name", "department", "question"]) if (text(name)) order[name] = text(name);
  const at = fromLocalInput(checkpoint);
  if (at) order.checkpoint_at = at;
  if (chat) order.chat_id = chat.id;
  return order;
}

export function NewTicket({ chat, onClose }: { chat: Chat | null; onClose: () => void }) {
  const [clientId] = useState(() => crypto.randomUUID?.() ?? String(Math.random()));
  const [checkpoint, setCheckpoint] = useState(() => toLocalInput(inHours(2, currentMs())));
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const rooms = agent.value?.departments ?? [];

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reply = await createTicket(orderOf(form, checkpoint, clientId, chat));
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    tell(t("new_ticket.done", { number: reply.ticket.number }));
    onClose();
    location.hash = hrefOf({ page: "tickets", number: reply.ticket.number });
  };

  return (
    <Dialog title={t("new_ticket.title")} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body">
          <Field label={t("ticket.subject")} error={errorOf(error, "subject")}>
            {(ids) => <input {...ids} name="subject" maxLength={200} required />}
          </Field>
          <Field label={t("card.email")} hint={t("new_ticket.email_hint")} error={errorOf(error, "email")}>
            {(ids) => <input {...ids} name="email" type="email" defaultValue={chat?.visitor.email ?? ""} required />}
          </Field>
          <Field label={t("card.name")} error={errorOf(error, "name")}>
            {(ids) => <input {...ids} name="name" defaultValue={chat?.visitor.name ?? ""} />}
          </Field>
          <div class="two">
            <Field label={t("card.department")} error={errorOf(error, "department")}>
              {(ids) => (
                <select {...ids} name="department" defaultValue={chat?.department.id ?? rooms[0]?.id ?? ""}>
                  {rooms.map((room) => (
                    <option key={room.id} value={room.id}>
                      {room.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t("card.priority")} error={errorOf(error, "priority")}>
              {(ids) => (
                <select {...ids} name="priority" defaultValue="normal">
                  {PRIORITIES.map((priority) => (
                    <option key={priority} value={priority}>
                      {t(`priority.${priority}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <Field label={t("new_ticket.question")} error={errorOf(error, "question", "body")}>
            {(ids) => <textarea {...ids} name="question" rows={4} />}
          </Field>
          <CheckpointField
            value={checkpoint}
            set={setCheckpoint}
            hint={t("checkpoint.promise")}
            error={errorOf(error, "checkpoint_at")}
          />
          <FormError error={error} fields={FIELDS} />
        </div>
        <footer class="dialog-foot">
          <button type="button" class="btn quiet" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" disabled={busy}>
            {t("new_ticket.submit")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
