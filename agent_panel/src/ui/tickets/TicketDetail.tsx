// One ticket: who asked what, the whole conversation, the answer by mail, and what is promised next.
import { changeTicket, readTicket } from "../../net/api.ts";
import type { Colleague, Ticket, TicketMessage } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { desk, now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { PriorityPicker, TagsEditor, TopicPicker } from "../card/editors.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Checkpoint, StatusMark, VerifiedMark, When } from "../parts/marks.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { AssigneePicker } from "./AssigneePicker.tsx";
import { ChatBefore } from "./ChatBefore.tsx";
import { Conversation } from "./Conversation.tsx";
import { NextStep } from "./NextStep.tsx";
import { TicketAnswer } from "./TicketAnswer.tsx";
import { isOver } from "./TicketRow.tsx";

/** A visitor who asked to be called: whom, and when. */
function CallBack({ ticket }: { ticket: Ticket }) {
  const { phone, call_at } = ticket;
  if (!phone) return null;
  return (
    <b>
      {call_at
        ? t("tickets.call_back_at", { phone, when: promise(call_at, now.value) })
        : t("tickets.call_back", { phone })}
    </b>
  );
}

function Head({ ticket }: { ticket: Ticket }) {
  const { requester } = ticket;
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
          <span class="num mut">{ticket.number}</span> {ticket.subject}
        </h2>
      </div>
      <p class="ticket-facts small">
        <StatusMark status={ticket.status} />
        <Checkpoint at={ticket.checkpoint_at} over={isOver(ticket)} />
        <span dir="auto">{requester.name}</span>
        <a href={`mailto:${encodeURIComponent(requester.email)}`}>{requester.email}</a>
        <VerifiedMark verified={requester.verified} />
        <span class="mut">
          {t("tickets.created")} <When at={ticket.created_at} />
        </span>
        <CallBack ticket={ticket} />
      </p>
    </header>
  );
}

interface SideProps {
  ticket: Ticket;
  people: Colleague[];
  changed: (ticket: Ticket) => void;
}

function Side({ ticket, people, changed }: SideProps) {
  const set = async (change: Parameters<typeof changeTicket>[1]) => {
    const reply = await changeTicket(ticket.number, change);
    if (reply.ok) changed(reply.ticket);
    return reply;
  };
  return (
    <dl class="facts ticket-side">
      <dt>{t("tickets.assignee")}</dt>
      <dd>
        <AssigneePicker ticket={ticket} people={people} set={(assignee) => set({ assignee })} />
      </dd>
      <dt>{t("card.priority")}</dt>
      <dd>
        <PriorityPicker value={ticket.priority} set={(priority) => set({ priority })} />
      </dd>
      <dt>{t("card.topic")}</dt>
      <dd>
        <TopicPicker chat={ticket} topics={desk.value.topics} set={(topic) => set({ topic })} />
      </dd>
      <dt>{t("card.department")}</dt>
      <dd>{t("pane.department", { department: ticket.department.name, tier: ticket.tier })}</dd>
      <dt>{t("card.tags")}</dt>
      <dd>
        <TagsEditor tags={ticket.tags} set={(tags) => set({ tags })} />
      </dd>
    </dl>
  );
}

interface DetailProps {
  number: string;
  people: Colleague[];
  onChange: () => void;
}

export function TicketDetail({ number, people, onChange }: DetailProps) {
  const [loaded, again, put] = useLoad<{ ticket: Ticket; messages: TicketMessage[] }>(number, () => readTicket(number));
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("tickets.ticket", { number })}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { ticket, messages } = loaded.data;
  const changed = (next: Ticket): void => {
    put({ ticket: next, messages });
    onChange();
  };
  return (
    <section class="page-detail" aria-label={t("tickets.ticket", { number })}>
      <Head ticket={ticket} />
      <div class="ticket-body">
        <div class="ticket-main">
          {ticket.chat_id && <ChatBefore id={ticket.chat_id} />}
          {(messages.length > 0 || !ticket.chat_id) && <Conversation messages={messages} />}
          <TicketAnswer number={number} onSent={again} />
        </div>
        <div class="ticket-aside">
          <Side ticket={ticket} people={people} changed={changed} />
          <NextStep
            key={ticket.updated_at}
            ticket={ticket}
            changed={(next) => {
              changed(next);
              again();
            }}
          />
        </div>
      </div>
    </section>
  );
}
