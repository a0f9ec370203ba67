/** Before the chat: the question and who asks it; outside opening hours the same form leaves a message. */
import { accepting, chosen, isOpen, offers } from "../state/screen.ts";
import { Asking, Ways } from "./asking.tsx";
import { Heading, type Props } from "./parts.tsx";

export function Start(props: Props) {
  const { state, deeds, t } = props;
  const writes = offers(state, "write");
  const chats = isOpen(state) && offers(state, "chat");
  const above = <Above {...props} chats={chats} writes={writes} />;
  const ways = <Ways {...props} ways={["callback", "suggestion"]} />;
  if (!chats && !writes)
    return (
      <div class="scroll pad">
        {above}
        {ways}
      </div>
    );
  return (
    <Asking {...props} as={chats ? null : "write"} label={t(chats ? "start" : "leave_message")} above={above}>
      {writes && chats && (accepting(state) === 0 || state.error?.code === "not_open") && (
        <button
          type="button"
          class="btn soft wide"
          disabled={!!state.busy}
          onClick={() => deeds.dispatch({ type: "writing", as: "write" })}
        >
          {t("leave_message")}
        </button>
      )}
      {ways}
    </Asking>
  );
}

/** What can be done here now. A desk that is open and takes no chats says what it takes instead. */
function Above(props: Props & { chats: boolean; writes: boolean }) {
  const { state, t, when, chats, writes } = props;
  const open = isOpen(state);
  const opens_at = chosen(state)?.opens_at ?? state.departments.find((one) => one.opens_at)?.opens_at;
  const title = !open ? "closed_title" : chats || !writes ? "start_title" : "write_title";
  const text = chats
    ? accepting(state)
      ? "start_text"
      : writes
        ? "nobody_text"
        : "wait_unknown"
    : open
      ? writes && "write_text"
      : opens_at
        ? writes
          ? "closed_opens"
          : "opens"
        : writes && "closed_text";
  return (
    <>
      <Heading>{t(title)}</Heading>
      {text && <p class="lead">{t(text, { when: opens_at ? when.moment(opens_at) : "" })}</p>}
      <LastChat {...props} />
    </>
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
