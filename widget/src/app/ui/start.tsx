/** Before the chat: the question and who asks it; outside opening hours the same form leaves a message. */
import { useState } from "preact/hooks";
import type { Form } from "../state/model.ts";
import { accepting, chosen, isOpen } from "../state/screen.ts";
import { Field, Heading, looksLikeEmail, type Props, Trouble } from "./parts.tsx";

export type Wrong = Partial<Record<keyof Form, string>>;

/** What is missing before the form can go: as a chat, or as a message by e-mail. */
function missing({ state, t }: Props, asTicket: boolean): Wrong {
  const { form, departments } = state;
  const wrong: Wrong = {};
  if (departments.length > 1 && !chosen(state)) wrong.department = t("required");
  if (!form.question.trim()) wrong.question = t("required");
  if (asTicket && !form.email.trim()) wrong.email = t("required");
  else if (form.email.trim() && !looksLikeEmail(form.email)) wrong.email = t("bad_email");
  return wrong;
}

/** The server's word on a field, until the form is sent again. */
function refused({ state }: Props): Wrong {
  const { error } = state;
  const known = error?.field && error.field in state.form && ["chat:start", "chat:to_ticket"].includes(error.deed);
  return known ? { [error.field as keyof Form]: error.message } : {};
}

export function Start(props: Props) {
  const { state, deeds, t, when } = props;
  const [tried, setTried] = useState<false | "chat" | "ticket">(false);
  const open = isOpen(state);
  const nobody = open && accepting(state) === 0;
  const opens_at = chosen(state)?.opens_at ?? state.departments.find((one) => one.opens_at)?.opens_at;
  const wrong = { ...(tried && missing(props, tried === "ticket")), ...refused(props) };

  const submit = (asTicket: boolean, form: HTMLFormElement | null) => {
    setTried(asTicket ? "ticket" : "chat");
    const [first] = Object.keys(missing(props, asTicket));
    if (first) (form?.elements.namedItem(first) as HTMLElement | null)?.focus();
    else if (asTicket) deeds.toTicket();
    else deeds.start();
  };

  return (
    <form
      class="scroll pad"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(!open, event.currentTarget);
      }}
    >
      <Heading>{t(open ? "start_title" : "closed_title")}</Heading>
      <p class="lead">
        {!open
          ? opens_at
            ? t("closed_opens", { when: when.moment(opens_at) })
            : t("closed_text")
          : t(nobody ? "nobody_text" : "start_text")}
      </p>
      <LastChat {...props} />
      <Fields {...props} wrong={wrong} emailNeeded={!open || tried === "ticket"} />
      <Trouble state={state} t={t} deed={open && tried !== "ticket" ? "chat:start" : "chat:to_ticket"} />
      <div class="actions">
        <button type="submit" class="wide" disabled={!!state.busy}>
          {t(open ? "start" : "leave_message")}
        </button>
        {(nobody || (open && state.error?.code === "not_open")) && (
          <button
            type="button"
            class="btn soft wide"
            disabled={!!state.busy}
            onClick={(event) => submit(true, event.currentTarget.form)}
          >
            {t("leave_message")}
          </button>
        )}
      </div>
    </form>
  );
}

function Fields(props: Props & { wrong: Wrong; emailNeeded: boolean }) {
  const { state, deeds, t, wrong, emailNeeded } = props;
  const { form, departments, visitor } = state;
  const set = (part: Partial<Form>) => deeds.dispatch({ type: "form", form: part });
  const department = chosen(state);
  return (
    <>
      {departments.length > 1 && (
        <Choice
          label={t("department")}
          error={wrong.department}
          name="department"
          value={department?.id ?? ""}
          empty={t("choose")}
          options={departments.map(({ id, name, open }) => [id, open ? name : `${name} · ${t("closed_now")}`])}
          pick={(id) => set({ department: id, topic: "" })}
        />
      )}
      {!visitor?.verified && (
        <div class="pair">
          <Name {...props} />
          <Email state={state} deeds={deeds} t={t} error={wrong.email} needed={emailNeeded} />
        </div>
      )}
      {!!department?.topics?.length && (
        <Choice
          label={t("topic")}
          hint={t("optional")}
          name="topic"
          value={form.topic}
          options={department.topics.map((topic) => [topic, topic])}
          pick={(topic) => set({ topic })}
        />
      )}
      <Field label={t("question")} error={wrong.question}>
        {(control) => (
          <textarea
            {...control}
            name="question"
            dir="auto"
            rows={3}
            maxLength={8000}
            value={form.question}
            onInput={(event) => set({ question: event.currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

interface ChoiceProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  name: string;
  value: string;
  /** Shown while nothing is chosen; without it, nothing may be chosen again. */
  empty?: string;
  options: [value: string, text: string][];
  pick: (value: string) => void;
}

function Choice({ label, hint, error, name, value, empty, options, pick }: ChoiceProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <select {...control} name={name} value={value} onChange={(event) => pick(event.currentTarget.value)}>
          <option value="" disabled={!!empty}>
            {empty}
          </option>
          {options.map(([id, text]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Name({ state, deeds, t }: Pick<Props, "state" | "deeds" | "t">) {
  return (
    <Field label={t("name")} hint={t("optional")}>
      {(control) => (
        <input
          {...control}
          name="name"
          dir="auto"
          autoComplete="name"
          maxLength={200}
          value={state.form.name}
          onInput={(event) => deeds.dispatch({ type: "form", form: { name: event.currentTarget.value } })}
        />
      )}
    </Field>
  );
}

type EmailProps = Pick<Props, "state" | "deeds" | "t"> & { error: string | undefined; needed: boolean };

export function Email({ state, deeds, t, error, needed }: EmailProps) {
  return (
    <Field label={t("email")} hint={needed ? undefined : t("optional")} error={error}>
      {(control) => (
        <input
          {...control}
          name="email"
          type="email"
          inputMode="email"
          autoComplete="email"
          maxLength={254}
          required={needed}
          value={state.form.email}
          onInput={(event) => deeds.dispatch({ type: "form", form: { email: event.currentTarget.value } })}
        />
      )}
    </Field>
  );
}

function LastChat({ state, deeds, t, when }: Props) {
  const last = state.last_chat;
  if (!last?.closed_at) return null;
  return (
    <button type="button" class="card last" onClick={() => deeds.dispatch({ type: "looked_back" })}>
      <span class="small mut">
        {t("last")} · {when.moment(last.closed_at)}
        {last.ticket && ` · ${t("ticket", { number: last.ticket.number })}`}
      </span>
      <span class="clip" dir="auto">
        {last.question}
      </span>
    </button>
  );
}
