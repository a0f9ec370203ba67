// What a person asked before: tickets and chats, each with how sure it was then who was speaking.
import type { VisitorCard } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t, tOr } from "../../words/words.ts";
import { When } from "../parts/marks.tsx";

type Verified = "signed" | "code" | null | undefined;

/** undefined: not said. Signed is the usual, and needs no word. */
function Doubt({ verified }: { verified: Verified }) {
  return verified === null ? <span class="tiny"> · {t("identity.doubt")}</span> : null;
}

export function Earlier({ earlier }: { earlier: VisitorCard["earlier"] }) {
  if (earlier.chats.length + earlier.tickets.length === 0) return <p class="small mut">{t("card.no_earlier")}</p>;
  return (
    <ul class="earlier">
      {earlier.tickets.map((ticket) => (
        <li key={`t${ticket.number}`}>
          <a href={hrefOf({ page: "tickets", number: ticket.number })}>
            <span class="clip" dir="auto">
              {t("card.ticket", { number: ticket.number, subject: ticket.subject })}
            </span>
            <span class="tiny">
              {t(`ticket.status.${ticket.status}`)}
              <Doubt verified={ticket.verified} />
            </span>
          </a>
          <When at={ticket.created_at} />
        </li>
      ))}
      {earlier.chats.map((chat) => (
        <li key={`c${chat.id}`}>
          <a href={hrefOf({ page: "transcript", chat: chat.id })}>
            <span class="clip" dir="auto">
              {chat.topic ?? chat.question}
            </span>
            <span class="tiny">
              {tOr(`resolution.${chat.resolution}`, t("resolution.open"))}
              {chat.rating != null && ` · ${t("identity.rated", { score: chat.rating })}`}
              <Doubt verified={chat.verified} />
            </span>
          </a>
          <When at={chat.created_at} />
        </li>
      ))}
    </ul>
  );
}
