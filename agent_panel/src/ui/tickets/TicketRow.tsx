import type { Ticket } from "../../net/wire.ts";
import { ageSeconds, formatCoarse } from "../../state/clock.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { exact } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { ChannelMark, PriorityMark, StatusMark } from "../parts/marks.tsx";
import { PromiseMark } from "./PromiseMark.tsx";

export function TicketRow({ ticket, chosen }: { ticket: Ticket; chosen: boolean }) {
  const { number, subject, requester, department, tier, assignee } = ticket;
  return (
    <li>
      <a class="ticket-row" href={hrefOf({ page: "tickets", number })} aria-current={chosen ? "true" : undefined}>
        <span class="ticket-subject">
          <span class="num mut">{number}</span> <b dir="auto">{subject}</b>
        </span>
        <span class="ticket-when tiny num" title={exact(ticket.created_at)}>
          {t("tickets.age", { age: formatCoarse(ageSeconds(ticket.created_at, now.value)) })}
        </span>
        <span class="ticket-who small">
          <span class="clip" dir="auto">
            {requester.name || requester.email}
          </span>
          <span class="mut clip">{t("pane.department", { department: department.name, tier })}</span>
        </span>
        <PromiseMark ticket={ticket} />
        <span class="ticket-marks">
          <StatusMark status={ticket.status} />
          <PriorityMark priority={ticket.priority} always />
          <ChannelMark channel={ticket.channel} />
          <span class={assignee ? "ticket-assignee tiny clip" : "ticket-assignee tiny nobody clip"}>
            {assignee ? assignee.name : t("tickets.nobody")}
          </span>
        </span>
      </a>
    </li>
  );
}
