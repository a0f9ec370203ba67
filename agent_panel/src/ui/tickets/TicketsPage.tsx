// Tickets: the list with its filter, beside it the one that is open.
import { useState } from "preact/hooks";
import { agents, listTickets } from "../../net/api.ts";
import { hrefOf } from "../../state/route.ts";
import { agent, dialog } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { usePages } from "../parts/usePages.ts";
import { FilterBar, type TicketView } from "./FilterBar.tsx";
import { TicketDetail } from "./TicketDetail.tsx";
import { TicketRow } from "./TicketRow.tsx";

const STATUSES = {
  unsolved: ["open", "in_progress", "waiting"],
  solved: ["solved", "closed"],
  all: [],
};

function useTickets(view: TicketView) {
  return usePages(JSON.stringify(view), async (cursor) => {
    const { q, department, assignee } = view;
    const status = view.status in STATUSES ? STATUSES[view.status as keyof typeof STATUSES] : [view.status];
    const reply = await listTickets({ q, department, assignee, status }, cursor);
    return reply.ok ? { ok: true, items: reply.tickets, next: reply.next } : reply;
  });
}

function TicketList({ view, chosen }: { view: TicketView; chosen: string | null }) {
  const [tickets, more, again] = useTickets(view);
  if (tickets.state === "loading" && tickets.items.length === 0) return <Loading lines={6} />;
  if (tickets.error) return <Problem error={tickets.error} retry={again} />;
  if (tickets.items.length === 0) return <Empty title={t("tickets.empty")}>{t("tickets.empty_how")}</Empty>;
  return (
    <>
      <ul class="ticket-list">
        {tickets.items.map((ticket) => (
          <TicketRow key={ticket.number} ticket={ticket} chosen={ticket.number === chosen} />
        ))}
      </ul>
      {tickets.next && (
        <button type="button" class="btn quiet" disabled={tickets.state === "loading"} onClick={more}>
          {t("more")}
        </button>
      )}
    </>
  );
}

export function TicketsPage({ number }: { number: string | null }) {
  const [view, setView] = useState<TicketView>({ q: "", status: "unsolved", department: "", assignee: "" });
  const [changes, setChanges] = useState(0);
  const [colleagues] = useLoad("agents", agents);
  const people = colleagues.state === "ready" ? colleagues.data.agents : [];
  return (
    <main class={`page tickets${number ? " with-detail" : ""}`} aria-label={t("nav.tickets")}>
      <section class="page-list" aria-label={t("tickets.list")}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.tickets")}</h2>
          <button
            type="button"
            class="btn soft"
            onClick={() => {
              dialog.value = { kind: "ticket", chat: null };
            }}
          >
            <Icon name="plus" />
            {t("list.new_ticket")}
          </button>
        </header>
        <FilterBar view={view} set={setView} people={people} rooms={agent.value?.departments ?? []} />
        <TicketList key={changes} view={view} chosen={number} />
      </section>
      {number ? (
        <TicketDetail key={number} number={number} people={people} onChange={() => setChanges(changes + 1)} />
      ) : (
        <div class="page-detail none">
          <Empty title={t("tickets.choose")}>
            <a href={hrefOf({ page: "search", query: {} })}>{t("tickets.or_search")}</a>
          </Empty>
        </div>
      )}
    </main>
  );
}
