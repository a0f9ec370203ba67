import { useComputed } from "@preact/signals";
import { openChat } from "../../net/orders.ts";
import { draft, focusedPane, panes, profile } from "../../state/store.ts";
import { lastSpoken, type Thread, unread, wasReturned } from "../../state/thread.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { AgeLight, PriorityMark, ReturnedMark } from "../parts/marks.tsx";

function State({ thread }: { thread: Thread }) {
  const { chat } = thread;
  if (chat.state === "closed") return <span class="tiny">{t("row.ended")}</span>;
  if (chat.state === "queued") return <span class="tiny">{t("row.waiting")}</span>;
  if (chat.oldest_unanswered_at)
    return <AgeLight since={chat.oldest_unanswered_at} label="unanswered" of={chat.department} />;
  return <span class="tiny">{t("row.answered")}</span>;
}

function LastLine({ thread }: { thread: Thread }) {
  const { id } = thread.chat;
  const unsent = useComputed(() => (focusedPane.value === id ? "" : draft(id).text)).value;
  if (thread.typing) return <p class="typing-line">{t("row.typing")}</p>;
  if (unsent) {
    return (
      <p dir="auto">
        <span class="draft-mark">{t("row.draft")}</span> {unsent}
      </p>
    );
  }
  const last = lastSpoken(thread);
  const mine = last?.author.kind === "agent" && last.author.id === profile.value?.id;
  const body = last ? (last.kind === "file" ? (last.file?.name ?? last.body) : last.body) : thread.chat.question;
  return <p dir="auto">{mine ? t("row.you", { body }) : body}</p>;
}

export function ChatRow({ thread }: { thread: Thread }) {
  const { chat } = thread;
  const count = unread(thread);
  const open = useComputed(() => panes.value.open.includes(chat.id)).value;
  const current = useComputed(() => focusedPane.value === chat.id).value;
  return (
    <li>
      <button
        type="button"
        class={`row${open ? " open" : ""}`}
        aria-current={current ? "true" : undefined}
        onClick={() => openChat(chat.id)}
      >
        <b dir="auto">{visitorName(chat.visitor)}</b>
        <State thread={thread} />
        <LastLine thread={thread} />
        {count > 0 && (
          <span class="un num">
            {count}
            <span class="sr"> {t("row.unread", { n: count })}</span>
          </span>
        )}
        {(chat.priority !== "normal" || wasReturned(thread)) && (
          <span class="row-marks">
            <PriorityMark priority={chat.priority} />
            {wasReturned(thread) && <ReturnedMark />}
          </span>
        )}
      </button>
    </li>
  );
}
