/** How one event changes what the widget knows. Pure: the same state and action give the same state. */
import type { Queue, VisitorChat } from "../../wire.ts";
import { emptyLog, merge } from "./log.ts";
import type { Action, Deed, State } from "./model.ts";
import { drop, put, refuse, retry } from "./outbox.ts";
import { put as putUpload } from "./uploads.ts";

/** A chat that ended less than this ago is shown as ended (rate it, mail it); an older one only as a card to come back to. */
const JUST_ENDED_MS = 15 * 60_000;
/** Put away before that is over for long. */
const HIDDEN_KEPT = 20;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "linked":
      return { ...state, link: action.link, refusal: action.refusal ?? null, typing: null };
    case "hello":
      return greeted(state, action);
    case "departments":
      return { ...state, departments: action.departments };
    case "incident":
      return { ...state, incident: action.incident };
    case "settings":
      return { ...state, settings: { ...state.settings, ...action.settings } };
    case "incident_hidden":
      return { ...state, hidden_incidents: [...state.hidden_incidents, action.id].slice(-HIDDEN_KEPT) };
    case "chat":
      return withChat(state, action.chat);
    case "queue":
      return state.chat?.id === action.chat_id ? queued(state, action.queue) : state;
    case "messages":
      return received(state, action);
    case "read":
      return readUpTo(state, action);
    case "typing":
      return state.chat?.id === action.chat_id ? { ...state, typing: action.name } : state;
    case "put":
    case "sent":
    case "refused":
    case "retried":
    case "ticketed":
      return posted(state, action);
    case "upload":
      return { ...state, uploads: putUpload(state.uploads, action.upload) };
    case "dropped":
      return { ...state, uploads: state.uploads.filter(({ client_id }) => client_id !== action.client_id) };
    case "doing":
    case "done":
    case "failed":
    case "mailed":
    case "rated":
      return acted(state, action);
    default:
      return turned(state, action);
  }
}

function greeted(state: State, { hello, now_ms }: Action & { type: "hello" }): State {
  const email = state.form.email || hello.visitor.email || "";
  const name = state.form.name || hello.visitor.name || "";
  const next: State = {
    ...state,
    link: "live",
    known: true,
    visitor: hello.visitor,
    departments: hello.departments,
    settings: hello.settings ?? state.settings,
    incident: hello.incident,
    clock_offset_ms: Date.parse(hello.server_time) - now_ms,
    last_chat: hello.last_chat,
    form: { ...state.form, email, name },
  };
  if (hello.chat) return mine(withChat(next, hello.chat));
  const last = hello.last_chat;
  const ended_ms = last?.closed_at ? Date.parse(hello.server_time) - Date.parse(last.closed_at) : Infinity;
  // It ended while we were away, or just before this page was loaded.
  if (last && (state.chat?.id === last.id || (!state.known && ended_ms < JUST_ENDED_MS)))
    return mine(withChat(next, last));
  return mine({ ...next, chat: state.chat?.state === "closed" ? state.chat : null });
}

/** Unsent messages of a chat that is not on screen any more would wait for ever, unseen. */
function mine(state: State): State {
  const outbox = state.outbox.filter(
    (entry) => entry.event !== "message:send" || entry.send.chat_id === state.chat?.id,
  );
  return outbox.length === state.outbox.length ? state : { ...state, outbox };
}

function withChat(state: State, chat: VisitorChat): State {
  if (state.chat?.id !== chat.id) {
    // A closed chat that is not ours to follow (a late event of an earlier one) must not take the screen from an open one.
    if (state.chat && state.chat.state !== "closed" && chat.state === "closed") return state;
    const fresh = { log: emptyLog, setback: null, typing: null, seen_seq: 0, mailed_to: null, writing: null };
    // The question has become this chat; one that was typed meanwhile in another tab has not.
    const asked = state.form.question.trim() === chat.question;
    const form = asked ? { ...state.form, question: "", topic: "" } : state.form;
    return { ...state, ...fresh, form, chat, queue: chat.queue, rated: !!chat.rating };
  }
  const queue = chat.state === "queued" ? (chat.queue ?? state.queue) : null;
  const typing = chat.state === "active" ? state.typing : null;
  const read_seq = Math.max(chat.read_seq ?? 0, state.chat.read_seq ?? 0);
  const writing = chat.state === "queued" ? state.writing : null;
  return { ...state, chat: { ...chat, read_seq }, queue, typing, writing, rated: state.rated || !!chat.rating };
}

function queued(state: State, queue: Queue): State {
  const better = state.queue !== null && queue.ahead < state.queue.ahead;
  const kept = better || state.setback === "slower" ? null : state.setback;
  return { ...state, queue, setback: queue.reason ?? kept ?? queue.grew ?? null };
}

function received(state: State, { chat_id, messages }: Action & { type: "messages" }): State {
  if (state.chat?.id !== chat_id) return state;
  let { outbox, typing, seen_seq } = state;
  for (const { client_id, author, seq } of messages) {
    outbox = drop(outbox, client_id);
    if (author.kind === "agent") typing = null;
    // Who writes has read what came before, in whatever tab.
    if (author.kind === "visitor") seen_seq = Math.max(seen_seq, seq);
  }
  return { ...state, log: merge(state.log, messages), outbox, typing, seen_seq };
}

function readUpTo(state: State, { chat_id, seq }: Action & { type: "read" }): State {
  if (state.chat?.id !== chat_id || seq <= (state.chat.read_seq ?? 0)) return state;
  return { ...state, chat: { ...state.chat, read_seq: seq } };
}

const isDeed = (event: string): event is Deed => event !== "message:send";

function posted(state: State, action: Action): State {
  switch (action.type) {
    case "put": {
      const { event } = action.entry;
      const busy = isDeed(event) ? event : state.busy;
      return { ...state, outbox: put(state.outbox, action.entry), busy, error: null };
    }
    case "sent":
      return { ...state, outbox: drop(state.outbox, action.client_id), busy: null };
    case "refused": {
      const event = state.outbox.find((entry) => entry.client_id === action.client_id)?.event;
      const outbox = refuse(state.outbox, action.client_id, action.error);
      if (!event || !isDeed(event)) return { ...state, outbox };
      return { ...state, outbox, busy: null, error: { ...action.error, deed: event } };
    }
    case "retried":
      return { ...state, outbox: retry(state.outbox, action.client_id, () => action.new_id) };
    case "ticketed":
      return {
        ...state,
        ticket: { ...action.ticket, ...action.asked },
        writing: null,
        busy: null,
        error: null,
        form: { ...state.form, question: "", call_at: "", called_before: "" },
      };
    default:
      return state;
  }
}

function acted(state: State, action: Action): State {
  switch (action.type) {
    case "doing":
      return { ...state, busy: action.deed, error: null };
    case "done":
      return { ...state, busy: null };
    case "failed":
      return { ...state, busy: null, error: { ...action.error, deed: action.deed } };
    case "mailed":
      return { ...state, busy: null, mailed_to: action.to };
    case "rated":
      return { ...state, busy: null, rated: true };
    default:
      return state;
  }
}

/** What the visitor does on the screen. */
function turned(state: State, action: Action): State {
  switch (action.type) {
    case "form":
      return { ...state, form: { ...state.form, ...action.form } };
    case "draft":
      return { ...state, draft: action.draft };
    case "writing":
      return { ...state, writing: action.as, error: null };
    case "opened":
      return { ...state, open: action.on };
    case "seen":
      return action.seq > state.seen_seq ? { ...state, seen_seq: action.seq } : state;
    case "muted":
      return { ...state, muted: action.on };
    case "looked_back":
      return state.last_chat ? withChat(state, state.last_chat) : state;
    case "restarted":
      return { ...state, chat: null, ticket: null, log: emptyLog, queue: null, error: null, draft: "", writing: null };
    default:
      return state;
  }
}
