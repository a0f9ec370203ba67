// Tickets: the list with its filter, beside it the one that is open.
import { useCallback, useEffect, useState } from "preact/hooks";
import { agents, departments } from "../../net/api.ts";
import type { Ticket } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { dialog, ticketView } from "../../state/store.ts";
import { FIRST_VIEW, isNarrowed, type TicketView } from "../../state/ticketView.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import type { Paged } from "../parts/usePages.ts";
import { FilterBar } from "./FilterBar.tsx";
import { TicketDetail } from "./TicketDetail.tsx";
import { TicketRow } from "./TicketRow.tsx";
import { useFresh, useTickets } from "./useTickets.ts";

function Nothing({ view }: { view: TicketView }) {
  const named = view.q || view.department || view.tier || view.status !== FIRST_VIEW.status;
  return (
    <Empty title={t(named ? "tickets.none_match" : `tickets.empty.${view.shelf}`)}>
      {named ? t("tickets.none_match_how") : t(`tickets.empty_how.${view.shelf}`)}
      {isNarrowed(view) && (
        <button
          type="button"
          class="btn quiet show-all"
          onClick={() => {
            ticketView.value = FIRST_VIEW;
          }}
        >
          {t("tickets.show_all")}
        </button>
      )}
    </Empty>
  );
}

interface ListProps {
  tickets: Paged<Ticket>;
  view: TicketView;
  chosen: string | null;
  more: () => void;
  again: () => void;
}

function TicketList({ tickets, view, chosen, more, again }: ListProps) {
  const { items, state, error, next } = tickets;
  if (state === "loading" && items.length === 0) return <Loading lines={6} />;
  if (error) return <Problem error={error} retry={again} />;
  if (items.length === 0) return <Nothing view={view} />;
  return (
    <>
      <ul class="ticket-list">
        {items.map((ticket) => (
          <TicketRow key={ticket.number} ticket={ticket} chosen={ticket.number === chosen} />
        ))}
      </ul>
      {next && (
        <button type="button" class="btn quiet" disabled={state === "loading"} onClick={more}>
          {t("more")}
        </button>
      )}
    </>
  );
}

export function TicketsPage({ number }: { number: string | null }) {
  const view = ticketView.value;
  const [colleagues] = useLoad("agents", agents);
  const [rooms] = useLoad("departments", departments);
  const [tickets, more, again] = useTickets(view);
  const [extended, setExtended] = useState(false);
  const people = colleagues.state === "ready" ? colleagues.data.agents : [];
  const known = rooms.state === "ready" ? rooms.data.departments : [];
  // Somebody who reads further down must not be thrown back to the first page.
  useFresh(useCallback(() => extended || again(), [extended, again]));
  useEffect(() => setExtended(false), [view]);
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
        <FilterBar
          view={view}
          rooms={known}
          set={(next) => {
            ticketView.value = next;
          }}
        />
        <TicketList
          tickets={tickets}
          view={view}
          chosen={number}
          again={again}
          more={() => {
            setExtended(true);
            more();
          }}
        />
      </section>
      {number ? (
        <TicketDetail key={number} number={number} people={people} rooms={known} onChange={again} />
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
