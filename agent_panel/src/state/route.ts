// Which page of the panel is shown; written in the address after `#`, so that a page can be bookmarked and sent to a
// colleague, and Back works.

export type Route =
  | { page: "chats"; chat: string | null }
  | { page: "tickets"; number: string | null }
  | { page: "search"; query: Record<string, string> }
  | { page: "transcript"; chat: string }
  | { page: "problems"; problem: string | null }
  | { page: "incidents"; incident: string | null }
  | { page: "mails"; mail: string | null }
  | { page: "inbound"; mail: string | null }
  | { page: "contacts"; contact: string | null };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page, raw] = path.split("/");
  const id = raw ? decodeURIComponent(raw) : null;
  if (page === "tickets") return { page, number: id };
  if (page === "search") return { page, query: Object.fromEntries(new URLSearchParams(search)) };
  if (page === "transcript" && id) return { page, chat: id };
  if (page === "problems") return { page, problem: id };
  if (page === "incidents") return { page, incident: id };
  if (page === "mails" || page === "inbound") return { page, mail: id };
  if (page === "contacts") return { page, contact: id };
  return { page: "chats", chat: page === "chats" ? id : null };
}

export function hrefOf(route: Route): string {
  const tail = (id: string | null): string => (id ? `/${encodeURIComponent(id)}` : "");
  switch (route.page) {
    case "chats":
      return `#/chats${tail(route.chat)}`;
    case "tickets":
      return `#/tickets${tail(route.number)}`;
    case "transcript":
      return `#/transcript${tail(route.chat)}`;
    case "problems":
      return `#/problems${tail(route.problem)}`;
    case "incidents":
      return `#/incidents${tail(route.incident)}`;
    case "inbound":
      return `#/inbound${tail(route.mail)}`;
    case "mails":
      return `#/mails${tail(route.mail)}`;
    case "contacts":
      return `#/contacts${tail(route.contact)}`;
    case "search": {
      const query = new URLSearchParams(Object.entries(route.query).filter(([, value]) => value !== "")).toString();
      return query ? `#/search?${query}` : "#/search";
    }
  }
}
