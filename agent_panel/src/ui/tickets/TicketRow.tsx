import type { Ticket } from "../../net/wire.ts";
import { ageSeconds, formatCoarse } from "../../state/clock.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { exact } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Checkpoint, PriorityMark, StatusMark } from "../parts/marks.tsx";

export function isOver(ticket: Ticket): boolean {
  return ticket.status === "solved" || ticket.status === "closed";
}

export function TicketRow({ ticket, chosen }: { ticket: Ticket; chosen: boolean }) {
  return (
    <li>
      <a
        class="ticket-row"
        href={hrefOf({ page: "tickets", number: ticket.number })}
        aria-current={chosen ? "true" : undefined}
      >
        <span class="ticket-subject">
          <span class="num mut">{ticket.number}</span> <b dir="auto">{ticket.subject}</b>
        </span>
        <span class="ticket-when tiny num" title={exact(ticket.created_at)}>
          {t("tickets.age", { age: formatCoarse(ageSeconds(ticket.created_at, now.value)) })}
        </span>
        <span class="ticket-who small mut" dir="auto">
          {ticket.requester.name ?? ticket.requester.email}
          {" · "}
          {ticket.assignee ? ticket.assignee.name : t("tickets.nobody")}
        </span>
        <span class="ticket-marks">
          <StatusMark status={ticket.status} />
          <PriorityMark priority={ticket.priority} />
          <Checkpoint at={ticket.checkpoint_at} over={isOver(ticket)} />
        </span>
      </a>
    </li>
  );
}
