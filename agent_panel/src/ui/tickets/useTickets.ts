// The tickets of a view, kept fresh: promises run out and customers answer while nobody touches the page.
import { useEffect } from "preact/hooks";
import { listTickets } from "../../net/api.ts";
import type { Ack, Ticket } from "../../net/wire.ts";
import { agent, currentMs } from "../../state/store.ts";
import { queryOf, shows, type TicketView } from "../../state/ticketView.ts";
import { type Paged, usePages } from "../parts/usePages.ts";

const FRESH_MS = 20_000;
/** Pages that are looked through at a time for tickets of a shelf, where the server's pages hold others too. */
const MOST_PAGES = 8;

type Page = Ack<{ items: Ticket[]; next: string | null }>;

async function nextPage(view: TicketView, cursor: string | null): Promise<Page> {
  const me = agent.value?.id ?? null;
  let after = cursor;
  for (let page = 1; ; page++) {
    const reply = await listTickets(queryOf(view, me), after);
    if (!reply.ok) return reply;
    const items = reply.tickets.filter((ticket) => shows(view, ticket, me, currentMs()));
    if (items.length > 0 || reply.next === null || page === MOST_PAGES) return { ok: true, items, next: reply.next };
    after = reply.next;
  }
}

/** Calls `again` while the page is looked at. */
export function useFresh(again: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, FRESH_MS);
    return () => clearInterval(timer);
  }, [again]);
}

export function useTickets(view: TicketView): [Paged<Ticket>, () => void, () => void] {
  return usePages(JSON.stringify(view), (cursor) => nextPage(view, cursor));
}
