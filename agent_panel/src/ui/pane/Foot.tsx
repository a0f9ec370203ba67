// Where the composer would be, for a chat that cannot be written to: what happened to it, and what can be done now.
import { hideChat, takeOrAsk } from "../../net/orders.ts";
import { hrefOf } from "../../state/route.ts";
import { agent, dialog } from "../../state/store.ts";
import type { Thread } from "../../state/thread.ts";
import { nameOf, visitorName } from "../../words/people.ts";
import { t, tOr } from "../../words/words.ts";

function story(thread: Thread): string {
  const { chat } = thread;
  if (chat.needs_resolution) return t("foot.needs_resolution");
  if (chat.state === "closed") {
    if (chat.ticket) return t("foot.closed_ticket", { number: chat.ticket.number });
    return tOr(`foot.closed_${chat.resolution}`, t("foot.closed"));
  }
  if (thread.gone) return tOr(`foot.${thread.gone}`, t("foot.gone"));
  if (chat.state === "queued") return t("foot.queued", { department: chat.department.name });
  return t("foot.with", { agent: nameOf(chat.agent) });
}

function Act({ thread }: { thread: Thread }) {
  const { chat } = thread;
  const who = visitorName(chat.visitor);
  if (chat.needs_resolution) {
    return (
      <button
        type="button"
        onClick={() => {
          dialog.value = { kind: "close", chat: chat.id };
        }}
      >
        {t("foot.say_how")}
      </button>
    );
  }
  if (chat.ticket) {
    return (
      <a class="btn soft" href={hrefOf({ page: "tickets", number: chat.ticket.number })}>
        {t("foot.open_ticket", { number: chat.ticket.number })}
      </a>
    );
  }
  if (chat.state === "queued") {
    return (
      <button type="button" onClick={() => void takeOrAsk(chat.id, who)}>
        {t("row.take")}
      </button>
    );
  }
  const mayTakeOver = chat.state === "active" && agent.value !== null && agent.value.role !== "agent";
  if (!mayTakeOver) return null;
  return (
    <button
      type="button"
      class="btn quiet"
      onClick={() => {
        dialog.value = { kind: "take_over", chat: chat.id, who, why: nameOf(chat.agent) };
      }}
    >
      {t("foot.take_over")}
    </button>
  );
}

export function Foot({ thread }: { thread: Thread }) {
  return (
    <footer class="pane-foot">
      <p class="small">{story(thread)}</p>
      <div class="pane-orders">
        <Act thread={thread} />
        {!thread.chat.needs_resolution && (
          <button type="button" class="btn quiet" onClick={() => hideChat(thread.chat.id)}>
            {t("foot.put_away")}
          </button>
        )}
      </div>
    </footer>
  );
}
