/** "Write to me instead": an address is enough, because the question is known already. And its confirmation. */
import { useState } from "preact/hooks";
import { Heading, looksLikeEmail, type Props, Trouble } from "./parts.tsx";
import { Email } from "./start.tsx";

export function Write(props: Props) {
  const { state, deeds, t } = props;
  const [tried, setTried] = useState(false);
  const fit = looksLikeEmail(state.form.email);
  const refused = state.error?.field === "email" ? state.error.message : undefined;
  return (
    <form
      class="scroll pad"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (fit) deeds.toTicket();
        else (event.currentTarget.elements.namedItem("email") as HTMLElement | null)?.focus();
      }}
    >
      <Heading>{t("write_title")}</Heading>
      <p class="lead">{t("write_text")}</p>
      <div class="card">
        <p class="small mut">{t("question")}</p>
        <p class="wrap" dir="auto">
          {state.chat?.question}
        </p>
      </div>
      <Email
        state={state}
        deeds={deeds}
        t={t}
        needed
        error={refused ?? (tried && !fit ? t(state.form.email ? "bad_email" : "required") : undefined)}
      />
      <Trouble state={state} t={t} deed="chat:to_ticket" />
      <div class="actions">
        <button type="submit" class="wide" disabled={!!state.busy}>
          {t("send")}
        </button>
        <button type="button" class="btn quiet wide" onClick={() => deeds.dispatch({ type: "writing", on: false })}>
          {t("back")}
        </button>
      </div>
    </form>
  );
}

export function Confirmed({ state, deeds, t, when }: Props) {
  const { ticket } = state;
  if (!ticket) return null;
  return (
    <div class="scroll pad">
      <Heading>{t("confirmed_title")}</Heading>
      <div class="card ticket">
        <p class="number">{t("ticket", { number: ticket.number })}</p>
        <p>
          {t("ticket_text")}{" "}
          {ticket.checkpoint_at && <b>{t("ticket_next", { when: when.moment(ticket.checkpoint_at) })}</b>}
        </p>
        <p class="small mut">{t("confirmed_mail", { email: ticket.email })}</p>
        <p>
          <a href={ticket.url} target="_blank" rel="noreferrer">
            {t("ticket_open")}
          </a>
        </p>
      </div>
      <div class="actions">
        <button type="button" class="btn quiet wide" onClick={() => deeds.dispatch({ type: "restarted" })}>
          {t("new_chat")}
        </button>
      </div>
    </div>
  );
}
