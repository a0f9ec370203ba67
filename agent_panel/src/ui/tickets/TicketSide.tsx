// What the team sets about a ticket, and what became of its promise, its solution and its rating.

import { useState } from "preact/hooks";
import { changeTicket } from "../../net/api.ts";
import type { Colleague, DepartmentInfo, Ticket, WireError } from "../../net/wire.ts";
import { missedAt, standing } from "../../state/checkpoint.ts";
import { desk, now } from "../../state/store.ts";
import { exact, promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { PriorityPicker, TagsEditor, TopicPicker } from "../card/editors.tsx";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { AssigneePicker } from "./AssigneePicker.tsx";
import { SolutionParts } from "./SolutionParts.tsx";
import { TierControl } from "./TierControl.tsx";

interface SideProps {
  ticket: Ticket;
  people: Colleague[];
  rooms: DepartmentInfo[];
  changed: (ticket: Ticket) => void;
}

type Setter = (change: Parameters<typeof changeTicket>[1]) => ReturnType<typeof changeTicket>;

function DepartmentPicker({ ticket, rooms, set }: { ticket: Ticket; rooms: DepartmentInfo[]; set: Setter }) {
  const [error, setError] = useState<WireError | null>(null);
  const { department } = ticket;
  if (rooms.length < 2) return <>{department.name}</>;
  const known = rooms.some(({ id }) => id === department.id) ? rooms : [department, ...rooms];
  return (
    <>
      <select
        class="bare"
        aria-label={t("card.department")}
        value={department.id}
        onChange={async (event) => {
          const reply = await set({ department: event.currentTarget.value });
          setError(reply.ok ? null : reply.error);
        }}
      >
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {error && (
        <span class="error block" role="alert">
          {error.message}
        </span>
      )}
    </>
  );
}

export function TicketFacts({ ticket, people, rooms, changed }: SideProps) {
  const set: Setter = async (change) => {
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
      <dt>{t("card.department")}</dt>
      <dd>
        <DepartmentPicker ticket={ticket} rooms={rooms} set={set} />
      </dd>
      <dt>{t("tickets.by_tier")}</dt>
      <dd>
        <TierControl ticket={ticket} changed={changed} />
      </dd>
      <dt>{t("card.priority")}</dt>
      <dd>
        <PriorityPicker value={ticket.priority} set={(priority) => set({ priority })} />
      </dd>
      <dt>{t("card.topic")}</dt>
      <dd>
        <TopicPicker chat={ticket} topics={desk.value.topics} set={(topic) => set({ topic })} />
      </dd>
      <dt>{t("card.tags")}</dt>
      <dd>
        <TagsEditor tags={ticket.tags} set={(tags) => set({ tags })} />
      </dd>
    </dl>
  );
}

function Step({ icon, tone = "", at, words }: { icon: IconName; tone?: string; at: string; words: string }) {
  return (
    <li class={tone}>
      <Icon name={icon} />
      <span>{words}</span>
      <time class="tiny num" dateTime={at} title={exact(at)}>
        {promise(at, now.value)}
      </time>
    </li>
  );
}

/** The ticket's promise from its beginning to what comes next, in the order of time. */
export function PromiseHistory({ ticket }: { ticket: Ticket }) {
  const state = standing(ticket, now.value);
  const missed = state === "missed" ? missedAt(ticket) : null;
  const next = ticket.checkpoint_at && ticket.checkpoint_at !== missed ? ticket.checkpoint_at : null;
  return (
    <section class="side-card">
      <h3>{t("history.title")}</h3>
      <ol class="history">
        <Step icon="plus" at={ticket.created_at} words={t("history.opened")} />
        {missed && <Step icon="urgent" tone="bad" at={missed} words={t("history.missed")} />}
        {next && state !== "over" && (
          <Step icon="clock" tone={state === "soon" ? "near" : ""} at={next} words={t("history.promised")} />
        )}
        {ticket.solved_at && <Step icon="check" tone="good" at={ticket.solved_at} words={t("history.solved")} />}
        {ticket.rating && (
          <Step icon="star" at={ticket.rating.at} words={t("history.rated", { score: ticket.rating.score })} />
        )}
      </ol>
      {ticket.rating?.comment && (
        <blockquote class="body" dir="auto">
          {ticket.rating.comment}
        </blockquote>
      )}
    </section>
  );
}

export function SolutionCard({ ticket }: { ticket: Ticket }) {
  const solution = ticket.solution ?? ticket.earlier_solution;
  if (!solution) return null;
  return (
    <section class="side-card">
      <h3>{t(ticket.solution ? "solution.title" : "solution.earlier")}</h3>
      <SolutionParts solution={solution} />
    </section>
  );
}
