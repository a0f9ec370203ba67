/** Before the chat: the question and who asks it; outside opening hours the same form leaves a message. */
import { accepting, chosen, isOpen } from "../state/screen.ts";
import { Asking, Ways } from "./asking.tsx";
import { Heading, type Props } from "./parts.tsx";

export function Start(props: Props) {
  const { state, deeds, t, when } = props;
  const open = isOpen(state);
  const nobody = open && accepting(state) === 0;
  const opens_at = chosen(state)?.opens_at ?? state.departments.find((one) => one.opens_at)?.opens_at;
  return (
    <Asking
      {...props}
      as={open ? null : "write"}
      label={t(open ? "start" : "leave_message")}
      above={
        <>
          <Heading>{t(open ? "start_title" : "closed_title")}</Heading>
          <p class="lead">
            {!open
              ? opens_at
                ? t("closed_opens", { when: when.moment(opens_at) })
                : t("closed_text")
              : t(nobody ? "nobody_text" : "start_text")}
          </p>
          <LastChat {...props} />
        </>
      }
    >
      {(nobody || (open && state.error?.code === "not_open")) && (
        <button
          type="button"
          class="btn soft wide"
          disabled={!!state.busy}
          onClick={() => deeds.dispatch({ type: "writing", as: "write" })}
        >
          {t("leave_message")}
        </button>
      )}
      <Ways {...props} ways={["callback", "suggestion"]} />
    </Asking>
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
