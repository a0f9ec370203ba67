/** After the chat: its ticket, the rating, the transcript by mail, a new start. */
import { useState } from "preact/hooks";
import { Messages } from "./messages.tsx";
import { Field, Heading, type Props, Trouble } from "./parts.tsx";

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

function RatingForm({ state, deeds, t }: Props) {
  const given = state.chat?.rating;
  const [again, setAgain] = useState(false);
  const [score, setScore] = useState(given?.score ?? 0);
  const [effort, setEffort] = useState(given?.effort ?? 0);
  const [recommend, setRecommend] = useState(given?.recommend ?? -1);
  const [comment, setComment] = useState(given?.comment ?? "");
  if (state.rated && !again)
    return (
      <div class="card" role="status">
        <p>{t("rate_thanks")}</p>
        <button type="button" class="plain" onClick={() => setAgain(true)}>
          {t("rate_change")}
        </button>
      </div>
    );
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        setAgain(false);
        void deeds.rate({
          score,
          ...(effort > 0 && { effort }),
          ...(recommend >= 0 && { recommend }),
          ...(comment.trim() && { comment: comment.trim() }),
        });
      }}
    >
      <Scale
        name="score"
        title={t("rate_title")}
        hint={t("rate_scale")}
        from={1}
        to={5}
        value={score}
        pick={setScore}
        big
      />
      {score > 0 && (
        <>
          <Scale
            name="effort"
            title={t("effort")}
            hint={t("effort_scale")}
            from={1}
            to={7}
            value={effort}
            pick={setEffort}
          />
          <Scale
            name="recommend"
            title={t("recommend")}
            hint={t("recommend_scale")}
            from={0}
            to={10}
            value={recommend}
            pick={setRecommend}
          />
          <Field label={t("comment")} hint={t("optional")}>
            {(control) => (
              <textarea
                {...control}
                dir="auto"
                rows={2}
                maxLength={4000}
                value={comment}
                onInput={(event) => setComment(event.currentTarget.value)}
              />
            )}
          </Field>
          <Trouble state={state} t={t} deed="chat:rate" />
          <button type="submit" disabled={state.busy === "chat:rate"}>
            {t("rate_send")}
          </button>
        </>
      )}
    </form>
  );
}

interface ScaleProps {
  name: string;
  title: string;
  hint: string;
  from: number;
  to: number;
  value: number;
  pick: (value: number) => void;
  big?: boolean;
}

/** Radio buttons in a row: arrow keys move, the label is the number. */
function Scale({ name, title, hint, from, to, value, pick, big }: ScaleProps) {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return (
    <fieldset class={big ? "scale big" : "scale"}>
      <legend>{title}</legend>
      <p class="small mut">{hint}</p>
      <div class="numbers num">
        {numbers.map((number) => (
          <label key={number}>
            <input type="radio" name={name} checked={number === value} onChange={() => pick(number)} />
            <span>{number}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function MailMe({ state, deeds, t }: Props) {
  const own = state.chat?.transcript_email ?? state.chat?.visitor.email;
  const [asking, setAsking] = useState(false);
  const [email, setEmail] = useState("");
  const busy = state.busy === "chat:transcript";
  if (state.mailed_to !== null)
    return (
      <p class="center small" role="status">
        {t("mailed", { email: state.mailed_to })}
      </p>
    );
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
