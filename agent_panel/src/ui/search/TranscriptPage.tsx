// A chat to read: everything said, with the notes, and the ways to take it along.
import { readChat, transcriptUrl } from "../../net/api.ts";
import { openChat, watch } from "../../net/orders.ts";
import type { Chat } from "../../net/wire.ts";
import { linesOf } from "../../state/lines.ts";
import { hrefOf } from "../../state/route.ts";
import { agent, desk, now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { visitorName } from "../../words/people.ts";
import { t, tOr } from "../../words/words.ts";
import { LineView } from "../pane/LineView.tsx";
import { Icon } from "../parts/Icon.tsx";
import { PriorityMark, VerifiedMark } from "../parts/marks.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";

function ReadAlong({ chat }: { chat: Chat }) {
  if (chat.state === "closed") return null;
  const go = async (): Promise<void> => {
    location.hash = hrefOf({ page: "chats", chat: null });
    if (desk.value.threads[chat.id]) openChat(chat.id);
    else await watch(chat.id);
  };
  return (
    <button type="button" class="btn soft" onClick={() => void go()}>
      {t(desk.value.threads[chat.id]?.held ? "alarm.open_chat" : "transcript.read_along")}
    </button>
  );
}

function Head({ chat }: { chat: Chat }) {
  return (
    <header class="transcript-head">
      <div class="ticket-title">
        <button type="button" class="btn plain square" aria-label={t("transcript.back")} onClick={() => history.back()}>
          <Icon name="back" />
        </button>
        <h2 dir="auto">{visitorName(chat.visitor)}</h2>
        <ReadAlong chat={chat} />
      </div>
      <p class="ticket-facts small">
        <span class={`chip r-${chat.resolution ?? chat.state}`}>
          {chat.state === "closed"
            ? tOr(`resolution.${chat.resolution}`, t("resolution.open"))
            : t(`chat.${chat.state}`)}
        </span>
        <VerifiedMark verified={chat.visitor.verified} />
        <span>{promise(chat.created_at, now.value)}</span>
        <span>{t("pane.department", { department: chat.department.name, tier: chat.tier })}</span>
        {chat.agent && <span>{chat.agent.name}</span>}
        {chat.topic && <span>{chat.topic}</span>}
        <PriorityMark priority={chat.priority} />
        {chat.ticket && (
          <a href={hrefOf({ page: "tickets", number: chat.ticket.number })}>
            {t("search.ticket", { number: chat.ticket.number })}
          </a>
        )}
      </p>
      {chat.summary && (
        <p class="small" dir="auto">
          {chat.summary}
        </p>
      )}
      {agent.value?.may_export !== false && (
        <p class="small transcript-links">
          <span class="mut">{t("transcript.as")}</span>
          {(["html", "txt", "json"] as const).map((format) => (
            <a key={format} href={transcriptUrl(chat.id, format)} target="_blank" rel="noopener">
              {t(`transcript.${format}`)}
            </a>
          ))}
        </p>
      )}
    </header>
  );
}

export function TranscriptPage({ id }: { id: string }) {
  const [loaded, again] = useLoad(id, () => readChat(id));
  return (
    <main class="page transcript" aria-label={t("transcript.label")}>
      <div class="page-column">
        {loaded.state === "loading" && <Loading lines={8} />}
        {loaded.state === "failed" && <Problem error={loaded.error} retry={again} />}
        {loaded.state === "ready" && (
          <>
            <Head chat={loaded.data.chat} />
            <div class="log transcript-log">
              {linesOf(loaded.data.messages, loaded.data.notes, []).map((line) => (
                <LineView key={line.key} line={line} chat={loaded.data.chat} />
              ))}
            </div>
          </>
        )}
      </div>
    </main>
  );
}
