import type { FoundChat } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { pieces } from "../../state/snippet.ts";
import { visitorName } from "../../words/people.ts";
import { t, tOr } from "../../words/words.ts";
import { PriorityMark, When } from "../parts/marks.tsx";

export function FoundChatRow({ chat, words }: { chat: FoundChat; words: string }) {
  const outcome =
    chat.state === "closed" ? tOr(`resolution.${chat.resolution}`, t("resolution.open")) : t(`chat.${chat.state}`);
  return (
    <li>
      <a class="found" href={hrefOf({ page: "transcript", chat: chat.id })}>
        <b class="clip" dir="auto">
          {visitorName(chat.visitor)}
        </b>
        <When at={chat.created_at} />
        <p class="small" dir="auto">
          {pieces(chat.snippet ?? chat.question, words).map((piece, index) =>
            piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text,
          )}
        </p>
        <span class="found-facts tiny">
          <span class={`chip r-${chat.resolution ?? chat.state}`}>{outcome}</span>
          <span>{chat.department.name}</span>
          <span>{chat.agent ? chat.agent.name : t("search.no_agent")}</span>
          {chat.topic && <span>{chat.topic}</span>}
          {chat.ticket && <span class="num">{t("search.ticket", { number: chat.ticket.number })}</span>}
          <PriorityMark priority={chat.priority} />
        </span>
      </a>
    </li>
  );
}
