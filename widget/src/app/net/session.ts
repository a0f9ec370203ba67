/**
 * One visitor's session: joins the line to the server, the host page and the state.
 *
 * What the server says becomes actions (state/reduce.ts); after each action the duties (duties.ts) do what the new state owes the
 * outside. Components get the state and the deeds (deeds.ts), and never touch the line.
 */
import type { PageInfo, Typing, VisitorAuth, VisitorReceives } from "../../wire.ts";
import { type Action, initial } from "../state/model.ts";
import { restored } from "../state/outbox.ts";
import { reduce } from "../state/reduce.ts";
import { type Store, storeOf } from "../state/store.ts";
import { makeDeeds } from "./deeds.ts";
import { type Ring, takeDuties } from "./duties.ts";
import type { Host } from "./host.ts";
import { openLine } from "./line.ts";
import type { Ties } from "./ties.ts";

/** An agent whose connection is lost cannot say that they stopped typing. */
const TYPING_MS = 8_000;

export interface Asked {
  locale: string;
  department: string;
}

export interface Session {
  store: Store;
  deeds: ReturnType<typeof makeDeeds>;
}

export function startSession(host: Host, asked: Asked, ring: Ring): Session {
  const { kept } = host.boot;
  const store = storeOf({
    ...initial,
    open: host.boot.open,
    muted: !!kept.muted,
    hidden_incidents: Array.isArray(kept.hidden_incidents) ? kept.hidden_incidents : [],
    outbox: restored(kept.outbox),
    form: { ...initial.form, department: asked.department },
  });
  const who: VisitorAuth = { page: host.boot.page, locale: asked.locale };
  if (kept.token) who.token = kept.token;
  if (asked.department) who.department = asked.department;
  if (host.boot.identity) who.identity = host.boot.identity;

  const dispatch = (action: Action): void => {
    const before = store.value;
    store.value = reduce(before, action);
    if (store.value !== before) follow(before, store.value);
  };
  const line = openLine(() => who, {
    lost: () => dispatch({ type: "linked", link: "offline" }),
    refused: ({ message }) => dispatch({ type: "linked", link: "refused", refusal: message }),
    received: hearing(dispatch, (token) => {
      who.token = token;
      host.tell("keep", { token });
    }),
  });
  const ties: Ties = { line, token: () => who.token ?? "", host, state: () => store.value, dispatch };
  const follow = takeDuties(ties, ring);
  const identify = (identity?: string): void => {
    if (identity) who.identity = identity;
    else delete who.identity;
    dispatch({ type: "linked", link: "connecting" });
    line.reconnect();
  };
  host.listen(([kind, data]) => {
    if (kind === "open") dispatch({ type: "opened", on: data });
    if (kind === "identity") identify(data);
    if (kind === "page") visited(data);
  });
  const visited = (page: PageInfo): void => {
    who.page = page;
    void line.ask("page", { url: page.url, title: page.title });
  };
  return { store, deeds: makeDeeds(ties, identify) };
}

/** Each event of the server as an action. */
function hearing(dispatch: (action: Action) => void, keepToken: (token: string) => void): VisitorReceives {
  let typing_over: ReturnType<typeof setTimeout> | undefined;
  const typing = ({ chat_id, author, on }: Typing): void => {
    clearTimeout(typing_over);
    dispatch({ type: "typing", chat_id, name: on ? (author?.name ?? "") : null });
    if (on) typing_over = setTimeout(() => dispatch({ type: "typing", chat_id, name: null }), TYPING_MS);
  };
  return {
    hello: (hello) => {
      keepToken(hello.token);
      dispatch({ type: "hello", hello, now_ms: Date.now() });
    },
    departments: (list) =>
      dispatch({ type: "departments", departments: Array.isArray(list) ? list : list.departments }),
    incident: (incident) => dispatch({ type: "incident", incident }),
    settings: (settings) => dispatch({ type: "settings", settings }),
    chat: (chat) => dispatch({ type: "chat", chat }),
    queue: ({ chat_id, ...queue }) => dispatch({ type: "queue", chat_id, queue }),
    message: (message) => dispatch({ type: "messages", chat_id: message.chat_id, messages: [message] }),
    read: ({ chat_id, seq }) => dispatch({ type: "read", chat_id, seq }),
    typing,
  };
}
