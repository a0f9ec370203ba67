// The tickets of a view, kept fresh: promises run out and customers answer while nobody touches the page.
import { useEffect } from "preact/hooks";
import { listTickets } from "../../net/api.ts";
import type { Ack, Ticket } from "../../net/wire.ts";
import { agent, currentMs } from "../../state/store.ts";
import { ticketNews } from "../../state/ticketNews.ts";
import { queryOf, shows, type TicketView } from "../../state/ticketView.ts";
import { type Paged, usePages } from "../parts/usePages.ts";

const FRESH_MS = 20_000;
/** One answer to many customers changes many tickets at once: one look for all of them. */
const GATHER_MS = 300;
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

/** Calls `again` at the server's news of the ticket (null: of any), and now and then while the page is looked at. */
export function useFresh(again: () => void, number: string | null = null): void {
  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const before = ticketNews.peek();
    const forget = ticketNews.subscribe((news) => {
      if (news === null || news === before || (number !== null && news.number !== number)) return;
      clearTimeout(gathering);
      gathering = setTimeout(again, GATHER_MS);
    });
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, FRESH_MS);
    return () => {
      forget();
      clearTimeout(gathering);
      clearInterval(timer);
    };
  }, [again, number]);
}

export function useTickets(view: TicketView): [Paged<Ticket>, () => void, () => void] {
  return usePages(JSON.stringify(view), (cursor) => nextPage(view, cursor));
}
