// Ending a chat: solved, or a ticket with a promise. An unresolved chat ends with its number on the screen.
import { useState } from "preact/hooks";
import { close, hideChat } from "../../net/orders.ts";
import type { AgentSends, Chat, Priority, WireError } from "../../net/wire.ts";
import { firstPick, fromLocalInput } from "../../state/checkpoint.ts";
import type { Opening } from "../../state/hours.ts";
import { currentMs, desk, tell } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { PRIORITIES, topicNames } from "../card/editors.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { useFocus } from "../parts/useFocus.ts";
import { useOpening } from "../parts/useOpening.ts";
import { CheckpointField } from "./CheckpointField.tsx";
import { Dialog } from "./Dialog.tsx";

interface Answers {
  resolution: "resolved" | "unresolved";
  topic: string;
  summary: string;
  subject: string;
  priority: Priority;
  /** Null: the first quick pick. */
  checkpoint: string | null;
  email: string;
}

type Order = AgentSends["chat:close"][0];
const FIELDS = ["topic", "summary", "ticket.subject", "ticket.priority", "ticket.checkpoint_at", "ticket.email"];
const MOST_SUBJECT = 120;

function orderOf(chat: Chat, answers: Answers, checkpoint: string): Order {
  const { resolution, topic, summary, subject, priority, email } = answers;
  const order: Order = { chat_id: chat.id, resolution };
  if (topic) order.topic = topic;
  if (summary.trim()) order.summary = summary.trim();
  if (resolution === "resolved") return order;
  const at = fromLocalInput(checkpoint);
  order.ticket = { subject: subject.trim(), priority };
  if (at) order.ticket.checkpoint_at = at;
  if (email.trim()) order.ticket.email = email.trim();
  return order;
}

interface PartProps {
  chat: Chat;
  answers: Answers;
  checkpoint: string;
  opening: Opening;
  change: (part: Partial<Answers>) => void;
  error: WireError | null;
}

function TicketPart({ chat, answers, checkpoint, opening, change, error }: PartProps) {
  return (
    <div class="ticket-part">
      <Field label={t("ticket.subject")} error={errorOf(error, "ticket.subject", "subject")}>
        {(ids) => (
          <input
            {...ids}
            value={answers.subject}
            maxLength={200}
            required
            onInput={(e) => change({ subject: e.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={t("card.priority")} error={errorOf(error, "ticket.priority")}>
        {(ids) => (
          <select
            {...ids}
            value={answers.priority}
            onChange={(e) => change({ priority: e.currentTarget.value as Priority })}
          >
            {PRIORITIES.map((priority) => (
              <option key={priority} value={priority}>
                {t(`priority.${priority}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <CheckpointField
        value={checkpoint}
        set={(moment) => change({ checkpoint: moment })}
        opening={opening}
        hint={t("checkpoint.promise")}
        error={errorOf(error, "ticket.checkpoint_at", "checkpoint_at")}
      />
      <Field
        label={t("card.email")}
        hint={chat.visitor.email ? t("close.email_known") : t("close.email_needed")}
        error={errorOf(error, "ticket.email", "email")}
      >
        {(ids) => (
          <input
            {...ids}
            type="email"
            value={answers.email}
            onInput={(e) => change({ email: e.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  );
}

function Form(props: PartProps) {
  const { chat, answers, change, error } = props;
  return (
    <div class="dialog-body">
      <fieldset class="either">
        <legend>{t("close.how")}</legend>
        {(["resolved", "unresolved"] as const).map((resolution) => (
          <label key={resolution} class="choice">
            <input
              type="radio"
              name="resolution"
              checked={answers.resolution === resolution}
              onChange={() => change({ resolution })}
            />
            <span>
              {t(`close.${resolution}`)}
              <span class="tiny block">{t(`close.${resolution}_means`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t("card.topic")} error={errorOf(error, "topic")}>
        {(ids) => (
          <select {...ids} value={answers.topic} onChange={(e) => change({ topic: e.currentTarget.value })}>
            <option value="">{t("card.no_topic")}</option>
            {topicNames(desk.value.topics, chat.department.id, chat.topic).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("close.summary")} hint={t("close.summary_hint")} error={errorOf(error, "summary")}>
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            value={answers.summary}
            onInput={(e) => change({ summary: e.currentTarget.value })}
          />
        )}
      </Field>
      {answers.resolution === "unresolved" && <TicketPart {...props} />}
      <FormError error={error} fields={FIELDS} />
    </div>
  );
}

interface OpenedProps {
  number: string;
  promised: string | null;
  email: string;
  onClose: () => void;
}

function Opened({ number, promised, email, onClose }: OpenedProps) {
  const done = useFocus<HTMLButtonElement>();
  return (
    <>
      <div class="dialog-body opened" role="status">
        <p class="ticket-number num">{number}</p>
        <p>{t("close.ticket_opened", { number })}</p>
        {promised && <p class="mut">{t("close.ticket_promise", { when: promise(promised, currentMs()) })}</p>}
        {email && <p class="mut">{t("close.ticket_mailed", { email })}</p>}
      </div>
      <footer class="dialog-foot">
        <a class="btn quiet" href={`#/tickets/${number}`} onClick={onClose}>
          {t("foot.open_ticket", { number })}
        </a>
        <button type="button" ref={done} onClick={onClose}>
          {t("done")}
        </button>
      </footer>
    </>
  );
}

function firstAnswers(chat: Chat): Answers {
  return {
    resolution: "resolved",
    topic: chat.topic ?? "",
    summary: chat.summary ?? "",
    subject: chat.question.replace(/\s+/g, " ").slice(0, MOST_SUBJECT),
    priority: chat.priority,
    checkpoint: null,
    email: chat.visitor.email ?? "",
  };
}

export function CloseChat({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [answers, setAnswers] = useState<Answers>(() => firstAnswers(chat));
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const [number, setNumber] = useState<string | null>(null);
  const [openedMs] = useState(currentMs);
  const opening = useOpening(chat.department.id);
  const checkpoint = answers.checkpoint ?? firstPick(opening, openedMs);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const reply = await close(orderOf(chat, answers, checkpoint));
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    if (answers.resolution === "unresolved" && reply.chat.ticket) return setNumber(reply.chat.ticket.number);
    tell(t("close.done", { who: visitorName(chat.visitor) }));
    hideChat(chat.id);
    onClose();
  };

  const leave = (): void => {
    if (number) hideChat(chat.id);
    onClose();
  };

  return (
    <Dialog
      title={number ? t("close.ticket_title") : t("close.title", { who: visitorName(chat.visitor) })}
      onClose={leave}
    >
      {number ? (
        <Opened number={number} promised={fromLocalInput(checkpoint)} email={answers.email} onClose={leave} />
      ) : (
        <form onSubmit={submit} noValidate>
          <Form
            chat={chat}
            answers={answers}
            checkpoint={checkpoint}
            opening={opening}
            change={(part) => setAnswers({ ...answers, ...part })}
            error={error}
          />
          <footer class="dialog-foot">
            <button type="button" class="btn quiet" onClick={onClose}>
              {t("cancel")}
            </button>
            <button type="submit" disabled={busy}>
              {t(answers.resolution === "resolved" ? "close.submit" : "close.submit_ticket")}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
