// One ticket: who asked what, the whole conversation, the answer by mail, and what is promised next.
import { readTicket } from "../../net/api.ts";
import type { Colleague, DepartmentInfo, Ticket, TicketMessage } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { ProblemLink } from "../problems/ProblemLink.tsx";
import { ChatBefore } from "./ChatBefore.tsx";
import { Conversation } from "./Conversation.tsx";
import { NextStep } from "./NextStep.tsx";
import { TicketAnswer } from "./TicketAnswer.tsx";
import { TicketHead } from "./TicketHead.tsx";
import { PromiseHistory, SolutionCard, TicketFacts } from "./TicketSide.tsx";
import { useFresh } from "./useTickets.ts";

interface DetailProps {
  number: string;
  people: Colleague[];
  rooms: DepartmentInfo[];
  onChange: () => void;
}

export function TicketDetail({ number, people, rooms, onChange }: DetailProps) {
  const [loaded, again, put] = useLoad<{ ticket: Ticket; messages: TicketMessage[] }>(number, () => readTicket(number));
  useFresh(again, number);
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
    again();
  };
  return (
    <section class="page-detail" aria-label={t("tickets.ticket", { number })}>
      <TicketHead ticket={ticket} />
      <div class="ticket-body">
        <div class="ticket-main">
          {ticket.chat_id && <ChatBefore id={ticket.chat_id} />}
          {(messages.length > 0 || !ticket.chat_id) && <Conversation messages={messages} />}
          <TicketAnswer number={number} onSent={again} />
        </div>
        <div class="ticket-aside">
          <NextStep ticket={ticket} changed={changed} />
          <TicketFacts ticket={ticket} people={people} rooms={rooms} changed={changed} />
          <ProblemLink kind="ticket" id={number} />
          <SolutionCard ticket={ticket} />
          <PromiseHistory ticket={ticket} />
        </div>
      </div>
    </section>
  );
}
