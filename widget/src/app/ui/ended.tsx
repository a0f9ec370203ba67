/** After the chat: its ticket, the rating, the transcript by mail, a new start. */
import { useState } from "preact/hooks";
import { Messages } from "./messages.tsx";
import { Done, Field, Heading, type Props, Trouble } from "./parts.tsx";
import { RatingForm } from "./rating.tsx";

export function Ended(props: Props) {
  const { state, deeds, t } = props;
  return (
    <div class="scroll pad ended">
      <Heading>{t("ended_title")}</Heading>
      <TicketCard {...props} />
      {state.chat?.assigned_at && <RatingForm {...props} />}
      <MailMe {...props} />
      <details open>
        <summary>{t("conversation")}</summary>
        <Messages {...props} label={t("conversation")} class="own card" />
      </details>
      <div class="actions">
        <button type="button" class="btn soft wide" onClick={() => deeds.dispatch({ type: "restarted" })}>
          {t("new_chat")}
        </button>
      </div>
    </div>
  );
}

function TicketCard({ state, t, when }: Props) {
  const ticket = state.chat?.ticket;
  if (!ticket) return null;
  const said = state.log.messages.findLast(({ event }) => event?.code === "ticket")?.body;
  const email = state.chat?.transcript_email ?? state.chat?.visitor.email;
  return (
    <div class="card ticket">
      <p class="number">{t("ticket", { number: ticket.number })}</p>
      <p>
        {ticket.checkpoint_at || !said ? t("ticket_text") : said}{" "}
        {ticket.checkpoint_at && <b>{t("ticket_next", { when: when.moment(ticket.checkpoint_at) })}</b>}
      </p>
      {email && <p class="small mut">{t("ticket_mail", { email })}</p>}
      <p>
        <a href={ticket.url} target="_blank" rel="noreferrer">
          {t("ticket_open")}
        </a>
      </p>
    </div>
  );
}

function MailMe({ state, deeds, t }: Props) {
  const own = state.chat?.transcript_email ?? state.chat?.visitor.email;
  const [asking, setAsking] = useState(false);
  const [email, setEmail] = useState("");
  const busy = state.busy === "chat:transcript";
  if (state.mailed_to !== null) return <Done class="center small">{t("mailed", { email: state.mailed_to })}</Done>;
  return (
    <form
      class="mail"
      onSubmit={(event) => {
        event.preventDefault();
        if (own || asking) void deeds.mail(own ? "" : email);
        else setAsking(true);
      }}
    >
      {asking && (
        <Field label={t("email")}>
          {(control) => (
            <input
              {...control}
              type="email"
              autoComplete="email"
              required
              value={email}
              onInput={(event) => setEmail(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <Trouble state={state} t={t} deed="chat:transcript" />
      <button type="submit" class={asking ? "" : "plain"} disabled={busy}>
        {t("mail_me")}
      </button>
    </form>
  );
}
