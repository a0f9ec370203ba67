// The head of a ticket: what it is, how it stands, and how to reach who asked.
import type { Ticket } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { exact, promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { ChannelMark, PriorityMark, StatusMark, VerifiedMark } from "../parts/marks.tsx";
import { PromiseMark } from "./PromiseMark.tsx";

/** What a telephone dials: digits and a leading plus. */
function telOf(phone: string): string {
  return `tel:${phone.replace(/(?!^\+)[^\d]/g, "")}`;
}

function CalledBefore({ before }: { before: boolean | null | undefined }) {
  if (before === null || before === undefined) return null;
  return <span class={before ? "mark p-high" : "tiny"}>{t(before ? "call.before" : "call.first")}</span>;
}

/** Whom to call, and when: what a call-back is about, so it stands before everything else. */
function CallBack({ ticket }: { ticket: Ticket }) {
  const { phone, call_at, called_before } = ticket;
  if (!phone && !call_at && called_before === null) return null;
  return (
    <p class="call-back">
      {phone && (
        <a class="btn soft" href={telOf(phone)}>
          <Icon name="phone" />
          <span class="num">{phone}</span>
        </a>
      )}
      {call_at && <b title={exact(call_at)}>{t("call.at", { when: promise(call_at, now.value) })}</b>}
      <CalledBefore before={called_before} />
    </p>
  );
}

export function TicketHead({ ticket }: { ticket: Ticket }) {
  const { requester, number, subject } = ticket;
  return (
    <header class="ticket-head">
      <div class="ticket-title">
        <a
          class="btn plain square back"
          href={hrefOf({ page: "tickets", number: null })}
          aria-label={t("tickets.back")}
        >
          <Icon name="back" />
        </a>
        <h2 dir="auto">
          <span class="num mut">{number}</span> {subject}
        </h2>
      </div>
      <div class="ticket-states">
        <StatusMark status={ticket.status} />
        <PromiseMark ticket={ticket} />
        <PriorityMark priority={ticket.priority} always />
        <ChannelMark channel={ticket.channel} />
        {(ticket.reopened ?? 0) > 0 && (
          <span class="mark returned">
            <Icon name="returned" />
            {t("tickets.reopened", { n: ticket.reopened ?? 0 })}
          </span>
        )}
      </div>
      <p class="ticket-facts small">
        {requester.name && (
          <b dir="auto" title={requester.name}>
            {requester.name}
          </b>
        )}
        <a href={`mailto:${encodeURIComponent(requester.email)}`}>{requester.email}</a>
        <VerifiedMark verified={requester.verified} />
      </p>
      <CallBack ticket={ticket} />
    </header>
  );
}
