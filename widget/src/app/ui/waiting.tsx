/** In the queue: the place, the honest wait, why it got worse, and the way out. */
import type { Queue } from "../../wire.ts";
import { offers } from "../state/screen.ts";
import { offersTicket, waitWords } from "../state/wait.ts";
import type { Words } from "../words/words.ts";
import { Ways } from "./asking.tsx";
import { Messages } from "./messages.tsx";
import { Heading, type Props, Sure, Trouble, useNow } from "./parts.tsx";

/** More people ahead than this are a number, not a row of marks. */
const MARKS = 8;

export function Waiting(props: Props) {
  const { state, deeds, t } = props;
  const now_ms = useNow(1_000) + state.clock_offset_ms;
  const { queue, chat, settings } = state;
  const queued_ms = chat?.queued_at ? now_ms - Date.parse(chat.queued_at) : 0;
  const offered =
    offers(state, "write") &&
    offersTicket(queued_ms, settings.service_target_s, queue ? queue.wait : { likely_s: 0, upto_s: 0 });
  const wait = queue && waitText(queue, t);
  const place = queue && placeText(queue, t);
  const write = () => deeds.dispatch({ type: "writing", as: "write" });
  return (
    <div class="scroll pad waiting">
      <Hourglass />
      <Heading>{place ?? t("loading")}</Heading>
      {wait && <p class="lead num">{wait}</p>}
      {queue && queue.ahead > 0 && <Marks ahead={queue.ahead} />}
      {state.setback && <p class="note amber">{t(state.setback)}</p>}
      {offered && (
        <div class={queue?.wait ? "card offer" : "offer"}>
          {queue?.wait && <p>{t("offer")}</p>}
          <button type="button" class="btn soft" onClick={write}>
            {t("write_instead")}
          </button>
        </div>
      )}
      <Messages {...props} label={t("question")} class="own card" />
      <Ways {...props} ways={offered ? ["callback"] : ["write", "callback"]} />
      <div class="ways">
        <Sure
          ask={t("leave_queue")}
          question={t("leave_sure")}
          stay={t("stay")}
          busy={state.busy === "chat:leave"}
          go={deeds.leave}
        />
      </div>
      <Trouble state={state} t={t} deed="chat:leave" />
      <p class="tiny">{t("grace", { n: Math.round(settings.visitor_grace_s / 60) })}</p>
    </div>
  );
}

export function waitText(queue: Queue, t: Words): string {
  const { key, ...numbers } = waitWords(queue.wait);
  return t(key, numbers);
}

export const placeText = ({ ahead }: Queue, t: Words): string => (ahead === 0 ? t("next") : t("ahead", { n: ahead }));

/** One mark for each person ahead, and one for the visitor. */
function Marks({ ahead }: { ahead: number }) {
  if (ahead > MARKS) return null;
  return (
    <div class="marks" aria-hidden="true">
      {Array.from({ length: ahead }, (_, index) => (
        <i key={ahead - index} />
      ))}
      <i class="me" />
    </div>
  );
}

function Hourglass() {
  return (
    <svg class="hourglass" viewBox="0 0 72 72" aria-hidden="true">
      <path
        class="glass"
        d="M20 10h32M20 62h32M24 10v8c0 8 12 12 12 18s-12 10-12 18v8M48 10v8c0 8-12 12-12 18s12 10 12 18v8"
      />
      <path class="sand top" d="M28 17h16c-1 6-5 9-8 13-3-4-7-7-8-13z" />
      <path class="sand fall" d="M36 34v20" />
      <path class="sand heap" d="M28 59c2-7 5-9 8-9s6 2 8 9z" />
    </svg>
  );
}
