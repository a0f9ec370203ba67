// One text for all customers of a problem, with a look at what each of them reads before it goes.
import { useEffect, useState } from "preact/hooks";
import { type Answered, type ProblemDetail, previewProblem, solveProblem } from "../../net/cases.ts";
import type { Ack, WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";

/** After the last key, so that not every letter asks the server. */
const PREVIEW_MS = 300;

function Customer({ customer }: { customer: Answered }) {
  const how = customer.by.length ? customer.by.map((by) => t(`problems.by.${by}`)).join(", ") : t("problems.by.none");
  return (
    <li>
      <details>
        <summary>
          <b dir="auto">{customer.name ?? customer.email ?? customer.chats[0]}</b>{" "}
          <span class="small mut">
            {how}
            {customer.tickets.length > 0 && ` · ${customer.tickets.join(", ")}`}
          </span>
        </summary>
        <p class="case-text" dir="auto">
          {customer.text}
        </p>
      </details>
    </li>
  );
}

interface Props {
  detail: ProblemDetail;
  close: () => void;
  solved: (reply: Ack<ProblemDetail>) => void;
}

export function SolveProblem({ detail, close, solved }: Props) {
  const { problem } = detail;
  const [text, setText] = useState(detail.draft);
  const [customers, setCustomers] = useState<Answered[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      const reply = await previewProblem(problem.id, text);
      if (!current) return;
      setError(reply.ok ? null : reply.error);
      if (reply.ok) setCustomers(reply.customers);
    }, PREVIEW_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [problem.id, text]);
  const told = customers.filter((customer) => customer.by.length > 0).length;
  const send = async (): Promise<void> => {
    setBusy(true);
    const reply = await solveProblem(problem.id, { message: text, cause: problem.cause, solution: problem.solution });
    setBusy(false);
    if (reply.ok) solved(reply);
    else setError(reply.error);
  };
  return (
    <Dialog title={problem.title} wide onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="dialog-body">
          <Field
            label={t("problems.answer")}
            hint={t("problems.answer_hint", { visitor: "{visitor.name}", ticket: "{ticket.number}" })}
            error={errorOf(error, "message")}
          >
            {(ids) => (
              <textarea
                {...ids}
                dir="auto"
                rows={9}
                maxLength={8000}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <FormError error={error} fields={["message"]} />
          <h3>{t("problems.preview")}</h3>
          {customers.length === 0 && <p class="small mut">{t("problems.nobody")}</p>}
          <ul class="case-preview">
            {customers.map((customer) => (
              <Customer key={customer.email ?? customer.chats[0]} customer={customer} />
            ))}
          </ul>
        </div>
        <div class="dialog-foot">
          <button type="submit" class="btn" disabled={busy || !text.trim() || error?.field === "message"}>
            {told > 0 ? t("problems.send", { n: told }) : t("problems.just_solve")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
