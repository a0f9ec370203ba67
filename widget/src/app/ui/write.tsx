/** Instead of a chat: "write to me", "call me back", a suggestion. And their confirmation. */

import type { Instead } from "../state/model.ts";
import type { Key } from "../words/words.ts";
import { Asking } from "./asking.tsx";
import { Heading, type Props } from "./parts.tsx";

const WORDS: Record<Instead, [title: Key, text: Key]> = {
  write: ["write_title", "write_text"],
  callback: ["callback_title", "callback_text"],
  suggestion: ["suggestion_title", "suggestion_text"],
};

export function Write(props: Props) {
  const { state, deeds, t } = props;
  const as = state.writing ?? "write";
  const [title, text] = WORDS[as];
  return (
    <Asking
      key={as}
      {...props}
      as={as}
      label={t("send")}
      above={
        <>
          <Heading>{t(title)}</Heading>
          <p class="lead">{t(text)}</p>
          {state.chat && (
            <div class="card">
              <p class="small mut">{t("question")}</p>
              <p class="wrap" dir="auto">
                {state.chat.question}
              </p>
            </div>
          )}
        </>
      }
    >
      <button type="button" class="btn quiet wide" onClick={() => deeds.dispatch({ type: "writing", as: null })}>
        {t("back")}
      </button>
    </Asking>
  );
}

export function Confirmed({ state, deeds, t, when }: Props) {
  const { ticket } = state;
  if (!ticket) return null;
  const { phone, call_at } = ticket;
  return (
    <div class="scroll pad">
      <Heading>{t(ticket.kind ? "suggestion_thanks" : phone ? "callback_title" : "confirmed_title")}</Heading>
      <div class="card ticket">
        <p class="number">{t("ticket", { number: ticket.number })}</p>
        {phone && (
          <p>{call_at ? t("callback_when", { phone, when: when.moment(call_at) }) : t("callback_number", { phone })}</p>
        )}
        <p>
          {!phone && t("ticket_text")}{" "}
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
