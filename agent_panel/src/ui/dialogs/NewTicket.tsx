// A ticket from a phone call, a wish to be called, a suggestion, or while a chat goes on.
import { useState } from "preact/hooks";
import { createTicket } from "../../net/orders.ts";
import type { Chat, WireError } from "../../net/wire.ts";
import { firstPick, toLocalInput } from "../../state/checkpoint.ts";
import {
  CHANNELS,
  empty,
  type Field as FieldName,
  type NewTicket as Form,
  isCall,
  orderOf,
} from "../../state/newTicket.ts";
import { hrefOf } from "../../state/route.ts";
import { agent, currentMs, tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { PRIORITIES } from "../card/editors.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Segments } from "../parts/Segments.tsx";
import { useOpening } from "../parts/useOpening.ts";
import { CheckpointField } from "./CheckpointField.tsx";
import { Dialog } from "./Dialog.tsx";

const CHANNEL_ICON = { phone: "phone", callback: "callback", mail: "mail", suggestion: "bulb" } as const;
const WIRE: Partial<Record<FieldName, string>> = {
  callAt: "call_at",
  calledBefore: "called_before",
  checkpoint: "checkpoint_at",
};
const FIELDS = ["subject", "email", "name", "department", "question", "phone", "call_at", "checkpoint_at", "priority"];

interface FormProps {
  form: Form;
  set: (part: Partial<Form>) => void;
  /** Why a field cannot go as it is. */
  wrong: (field: FieldName) => string | null;
}

interface InputProps extends FormProps {
  field: "subject" | "email" | "name" | "phone" | "callAt";
  label: string;
  hint?: string;
  type?: "text" | "email" | "tel" | "datetime-local";
}

function Input({ field, label, hint, type = "text", form, set, wrong }: InputProps) {
  return (
    <Field label={label} hint={hint} error={wrong(field)}>
      {(ids) => (
        <input
          {...ids}
          name={field}
          type={type as "text"}
          dir={type === "text" ? "auto" : undefined}
          maxLength={type === "datetime-local" ? undefined : 200}
          min={type === "datetime-local" ? toLocalInput(new Date(currentMs())) : undefined}
          value={form[field]}
          onInput={(event) => set({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function CallPart(props: FormProps) {
  const { form, set } = props;
  const wished = form.channel === "callback";
  return (
    <div class="ticket-part">
      <div class={wished ? "two" : ""}>
        <Input
          {...props}
          field="phone"
          type="tel"
          label={t("new_ticket.phone")}
          {...(wished ? {} : { hint: t("new_ticket.phone_hint") })}
        />
        {wished && <Input {...props} field="callAt" type="datetime-local" label={t("new_ticket.call_at")} />}
      </div>
      <Segments
        legend={t("new_ticket.called_before")}
        value={form.calledBefore}
        options={[
          [false, t("new_ticket.first_time")],
          [true, t("yes")],
          [null, t("new_ticket.not_asked")],
        ]}
        pick={(calledBefore) => set({ calledBefore })}
      />
    </div>
  );
}

function Choices({ form, set, wrong }: FormProps) {
  const rooms = agent.value?.departments ?? [];
  return (
    <div class="two">
      <Field label={t("card.department")} error={wrong("department")}>
        {(ids) => (
          <select {...ids} value={form.department} onChange={(e) => set({ department: e.currentTarget.value })}>
            {rooms.map((room) => (
              <option key={room.id} value={room.id}>
                {room.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("card.priority")} error={wrong("priority")}>
        {(ids) => (
          <select {...ids} value={form.priority} onChange={(e) => set({ priority: e.currentTarget.value })}>
            {PRIORITIES.map((priority) => (
              <option key={priority} value={priority}>
                {t(`priority.${priority}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

function Fields(props: FormProps & { chat: Chat | null }) {
  const { form, set, wrong, chat } = props;
  return (
    <>
      {!chat && (
        <Segments
          legend={t("new_ticket.channel")}
          class="channels"
          value={form.channel}
          options={CHANNELS.map((channel) => [
            channel,
            <>
              <Icon name={CHANNEL_ICON[channel]} />
              {t(`channel.${channel}`)}
            </>,
          ])}
          pick={(channel) => set({ channel })}
        />
      )}
      {!chat && isCall(form) && <CallPart {...props} />}
      <Input {...props} field="subject" label={t("ticket.subject")} />
      <div class="two">
        <Input {...props} field="name" label={t("card.name")} />
        <Input {...props} field="email" type="email" label={t("card.email")} hint={t("new_ticket.email_hint")} />
      </div>
      <Field
        label={t(form.channel === "suggestion" ? "new_ticket.suggestion" : "new_ticket.question")}
        error={wrong("question")}
      >
        {(ids) => (
          <textarea
            {...ids}
            rows={3}
            dir="auto"
            value={form.question}
            onInput={(event) => set({ question: event.currentTarget.value })}
          />
        )}
      </Field>
      <Choices {...props} />
    </>
  );
}

function firstForm(chat: Chat | null): Form {
  return {
    channel: "phone",
    subject: "",
    email: chat?.visitor.email ?? "",
    name: chat?.visitor.name ?? "",
    department: chat?.department.id ?? agent.value?.departments[0]?.id ?? "",
    priority: "normal",
    question: "",
    phone: "",
    callAt: "",
    calledBefore: null,
  };
}

export function NewTicket({ chat, onClose }: { chat: Chat | null; onClose: () => void }) {
  const [clientId] = useState(() => crypto.randomUUID?.() ?? String(Math.random()));
  const [openedMs] = useState(currentMs);
  const [form, setForm] = useState<Form>(() => firstForm(chat));
  const [chosen, setChosen] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const opening = useOpening(form.department);
  const checkpoint = chosen ?? firstPick(opening, openedMs);

  const wrong = (field: FieldName): string | null => {
    if (tried && empty(form).includes(field)) return t(`new_ticket.empty.${field as "subject" | "email" | "phone"}`);
    return errorOf(error, WIRE[field] ?? field);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const [first] = empty(form);
    if (first) {
      (event.currentTarget as HTMLFormElement).querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setBusy(true);
    const reply = await createTicket(orderOf(form, checkpoint, clientId, chat?.id ?? null));
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    tell(t("new_ticket.done", { number: reply.ticket.number }));
    onClose();
    location.hash = hrefOf({ page: "tickets", number: reply.ticket.number });
  };

  return (
    <Dialog title={t("new_ticket.title")} wide onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body">
          <Fields form={form} set={(part) => setForm({ ...form, ...part })} wrong={wrong} chat={chat} />
          <CheckpointField
            value={checkpoint}
            set={setChosen}
            opening={opening}
            hint={t("checkpoint.promise")}
            error={wrong("checkpoint")}
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
