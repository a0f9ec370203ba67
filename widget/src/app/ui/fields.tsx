/** The fields of the forms before a chat and instead of one. */
import type { Form, Instead } from "../state/model.ts";
import { agreement, chosen } from "../state/screen.ts";
import { Field, type Props } from "./parts.tsx";

export type Wrong = Partial<Record<keyof Form, string>>;
export type FieldsProps = Props & { as: Instead | null; wrong: Wrong };

interface TextProps extends FieldsProps {
  name: "name" | "email" | "phone" | "call_at";
  label: string;
  type: "text" | "email" | "tel" | "datetime-local";
  autoComplete: string;
  optional?: boolean;
}

const set = ({ deeds }: Props, form: Partial<Form>) => deeds.dispatch({ type: "form", form });

function Text({ name, label, type, autoComplete, optional, ...props }: TextProps) {
  return (
    <Field label={label} hint={optional ? props.t("optional") : undefined} error={props.wrong[name]}>
      {(control) => (
        <input
          {...control}
          name={name}
          type={type as "text"}
          dir={name === "name" ? "auto" : undefined}
          autoComplete={autoComplete}
          maxLength={name === "phone" ? 40 : 200}
          required={!optional}
          value={props.state.form[name]}
          onInput={(event) => set(props, { [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

export function Email(props: FieldsProps) {
  const label = props.t("email");
  const optional = !props.as && props.state.settings.ask?.email !== "required";
  return <Text {...props} name="email" label={label} type="email" autoComplete="email" optional={optional} />;
}

function Call(props: FieldsProps) {
  const { state, t } = props;
  return (
    <>
      <Text {...props} name="phone" label={t("phone")} type="tel" autoComplete="tel" />
      <Text {...props} name="call_at" label={t("call_at")} type="datetime-local" autoComplete="off" optional />
      <label class="tick">
        <input
          type="checkbox"
          checked={!!state.form.called_before}
          onChange={(event) => set(props, { called_before: event.currentTarget.checked ? "yes" : "" })}
        />
        {t("called_before")}
      </label>
    </>
  );
}

/** What is asked depends on what it becomes; what a running chat has told already is not asked again. */
export function Fields(props: FieldsProps) {
  const { state, t, wrong, as } = props;
  const { form, departments, visitor, chat } = state;
  const department = chosen(state);
  // Before a ticket the name may be left out, and the address may not, whatever is asked before a chat.
  const ask = (!as && state.settings.ask) || {};
  return (
    <>
      {as === "callback" && <Call {...props} />}
      {!chat && departments.length > 1 && (
        <Choice
          label={t("department")}
          error={wrong.department}
          name="department"
          value={department?.id ?? ""}
          empty={t("choose")}
          options={departments.map(({ id, name, open }) => [id, open ? name : `${name} · ${t("closed_now")}`])}
          pick={(id) => set(props, { department: id, topic: "" })}
        />
      )}
      {chat ? (
        <Email {...props} />
      ) : (
        (!visitor?.verified || (as && !visitor.email)) && (
          <div class="pair">
            {ask.name !== "no" && (
              <Text
                {...props}
                name="name"
                label={t("name")}
                type="text"
                autoComplete="name"
                optional={ask.name !== "required"}
              />
            )}
            {ask.email !== "no" && <Email {...props} />}
          </div>
        )
      )}
      {!as && ask.topic !== "no" && !!department?.topics?.length && (
        <Choice
          label={t("topic")}
          {...(ask.topic === "required" ? { empty: t("choose") } : { hint: t("optional") })}
          error={wrong.topic}
          name="topic"
          value={form.topic}
          options={department.topics.map((topic) => [topic, topic])}
          pick={(topic) => set(props, { topic })}
        />
      )}
      {!chat && <Question {...props} />}
      {/* A chat was agreed to when it began; the server says where that is not enough. */}
      {(!chat || wrong.consent) && <Consent {...props} />}
    </>
  );
}

function Question(props: FieldsProps) {
  const { state, t, wrong, as } = props;
  const label = t(as === "suggestion" ? "suggestion" : as === "callback" ? "about" : "question");
  return (
    <Field label={label} hint={as === "callback" ? t("optional") : undefined} error={wrong.question}>
      {(control) => (
        <textarea
          {...control}
          name="question"
          dir="auto"
          rows={3}
          maxLength={8000}
          value={state.form.question}
          onInput={(event) => set(props, { question: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function Consent(props: FieldsProps) {
  const consent = agreement(props.state);
  const error = props.wrong.consent;
  return (
    consent && (
      <label class="tick">
        <input
          type="checkbox"
          name="consent"
          required={consent.required}
          aria-invalid={!!error}
          checked={props.state.form.consent === consent.version}
          onChange={(event) => set(props, { consent: event.currentTarget.checked ? consent.version : "" })}
        />
        <span>
          {consent.text} {error && <b>{error}</b>}
        </span>
      </label>
    )
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
