/**
 * One visitor's session: joins the line to the server, the host page and the state.
 *
 * Events become actions (state/reduce.ts); after each action `follow` does what the new state owes the outside: resend, catch up,
 * mark as read, tell the host page. Components call `deeds` and never touch the line.
 */
import type { PageEvent } from "../../bridge.ts";
import type { ChatToTicket, PageInfo, Rating, VisitorAuth, VisitorSends } from "../../wire.ts";
import { hasGap, lastSeq } from "../state/log.ts";
import { type Action, type Deed, type Form, initial, type State } from "../state/model.ts";
import { type Outgoing, restored } from "../state/outbox.ts";
import { reduce } from "../state/reduce.ts";
import { accepting, chosen, isNews, isOpen, unread } from "../state/screen.ts";
import { storeOf } from "../state/store.ts";
import type { Host } from "./host.ts";
import { openLine } from "./line.ts";
import { startPost } from "./post.ts";

export type Session = ReturnType<typeof startSession>;
export type Deeds = Session["deeds"];

const newId = () => crypto.randomUUID();
const now = () => new Date().toISOString();
const isVisible = () => document.visibilityState === "visible";

export function startSession(
  host: Host,
  asked: { locale: string; department: string },
  ring: (chat_id: string, silently: boolean) => void,
) {
  const { kept } = host.boot;
  let { page, identity } = host.boot;
  let token = kept.token;
  const store = storeOf({
    ...initial,
    open: host.boot.open,
    muted: !!kept.muted,
    outbox: restored(kept.outbox),
    form: { ...initial.form, department: asked.department },
  });

  const line = openLine(
    (): VisitorAuth => ({ page, locale: asked.locale, ...(token && { token }), ...(identity && { identity }) }),
    {
      lost: () => dispatch({ type: "linked", link: "offline" }),
      refused: ({ message }) => dispatch({ type: "linked", link: "refused", refusal: message }),
      received: {
        hello(hello) {
          token = hello.token;
          host.tell("keep", { token });
          dispatch({ type: "hello", hello, now_ms: Date.now() });
          const seen = kept.seen;
          if (seen && seen.chat_id === store.value.chat?.id) dispatch({ type: "seen", seq: seen.seq });
        },
        departments: (list) =>
          dispatch({ type: "departments", departments: Array.isArray(list) ? list : list.departments }),
        incident: (incident) => dispatch({ type: "incident", incident }),
        chat: (chat) => dispatch({ type: "chat", chat }),
        queue: ({ chat_id, ...queue }) => dispatch({ type: "queue", chat_id, queue }),
        message: (message) => dispatch({ type: "messages", chat_id: message.chat_id, messages: [message] }),
        typing: heardTyping,
        read: ({ chat_id, seq }) => dispatch({ type: "read", chat_id, seq }),
      },
    },
  );
  const pump = startPost(line, () => store.value, dispatch);

  function dispatch(action: Action): void {
    const before = store.value;
    store.value = reduce(before, action);
    if (store.value !== before) follow(before, store.value);
  }

  function follow(before: State, after: State): void {
    void pump();
    void catchUp();
    markSeen();
    report(before, after);
  }

  let catching = false;
  /** Ask for what is missing: after a (re)connect, when another tab started the chat, or when a seq was skipped. */
  async function catchUp(): Promise<void> {
    const { chat, log, link } = store.value;
    if (catching || link !== "live" || !chat || (!hasGap(log) && lastSeq(log) >= chat.last_seq)) return;
    catching = true;
    const ack = await line.ask("chat:sync", { chat_id: chat.id, after_seq: lastSeq(log) });
    catching = false;
    if (ack?.ok) {
      dispatch({ type: "messages", chat_id: chat.id, messages: ack.messages });
      dispatch({ type: "chat", chat: ack.chat });
    } else setTimeout(catchUp, 2_000);
  }

  let told_read = "";
  function markSeen(): void {
    const { open, log, chat, link, seen_seq } = store.value;
    const seq = lastSeq(log);
    if (!chat || !open || !isVisible() || link !== "live" || seq === 0) return;
    const mark = `${chat.id} ${seq}`;
    if (mark !== told_read && chat.state !== "closed" && log.messages.some(({ author }) => author.kind === "agent")) {
      told_read = mark;
      void line.ask("read", { chat_id: chat.id, seq });
    }
    if (seq > seen_seq) {
      host.tell("keep", { seen: { chat_id: chat.id, seq } });
      dispatch({ type: "seen", seq });
    }
  }

  function emit(event: PageEvent, data: unknown): void {
    host.tell(event, data);
  }

  /** Tell the host page what changed for it. */
  function report(before: State, after: State): void {
    const goesOn = ({ chat }: State) => !!chat && chat.state !== "closed";
    if (goesOn(before) !== goesOn(after) || (after.known && !before.known)) host.tell("keep", { chat: goesOn(after) });
    if (before.outbox !== after.outbox) host.tell("keep", { outbox: after.outbox });
    if (before.muted !== after.muted) host.tell("keep", { muted: after.muted });
    if (unread(before) !== unread(after)) emit("unread", unread(after));
    if (before.departments !== after.departments) {
      const department = chosen(after);
      emit("status", { open: isOpen(after), accepting: accepting(after), opens_at: department?.opens_at ?? null });
    }
    const number = after.ticket?.number ?? after.chat?.ticket?.number;
    if (number && number !== (before.ticket?.number ?? before.chat?.ticket?.number)) emit("ticket", { number });
    // A whole history that comes after a reload is no news.
    if (before.chat?.id === after.chat?.id && lastSeq(before.log) > 0) {
      const news = after.log.messages.slice(lastSeq(before.log)).filter(isNews);
      for (const { body, at, author } of news) emit("message", { body, at, from: author.name });
      if (news.length && after.chat)
        ring(after.chat.id, after.muted || (after.open && isVisible() && document.hasFocus()));
    }
  }

  let typing_over: ReturnType<typeof setTimeout> | undefined;
  function heardTyping({
    chat_id,
    author,
    on,
  }: {
    chat_id: string;
    author: { name: string | null };
    on: boolean;
  }): void {
    clearTimeout(typing_over);
    dispatch({ type: "typing", chat_id, name: on ? (author.name ?? "") : null });
    // An agent whose connection is lost cannot say that they stopped.
    if (on) typing_over = setTimeout(() => dispatch({ type: "typing", chat_id, name: null }), 8_000);
  }

  async function ask<Event extends Deed & keyof VisitorSends>(event: Event, data: VisitorSends[Event][0]) {
    dispatch({ type: "doing", deed: event });
    const ack = await line.ask(event, data);
    if (ack?.ok) dispatch({ type: "done", deed: event });
    else dispatch({ type: "failed", deed: event, error: ack?.error ?? { code: "unavailable", message: "" } });
    return ack?.ok ? ack : null;
  }

  const put = (entry: Outgoing) => dispatch({ type: "put", entry });
  const chatId = () => store.value.chat?.id ?? "";

  let typed_at_ms = 0;
  const deeds = {
    dispatch,
    start(): void {
      const { name, email, topic, question } = trimmed(store.value.form);
      const department = chosen(store.value)?.id;
      const given = Object.entries({ name, email, topic, department }).filter(([, value]) => value);
      const client_id = newId();
      put({ client_id, at: now(), event: "chat:start", send: { client_id, question, ...Object.fromEntries(given) } });
    },
    send(text: string): void {
      const body = text.trim();
      if (!body) return;
      const client_id = newId();
      put({ client_id, at: now(), event: "message:send", send: { chat_id: chatId(), client_id, body } });
      deeds.typing(false);
      dispatch({ type: "draft", draft: "" });
    },
    retry: (client_id: string) => dispatch({ type: "retried", client_id, new_id: newId() }),
    toTicket(): void {
      const { email, name, question } = trimmed(store.value.form);
      const client_id = newId();
      const department = chosen(store.value)?.id;
      const send: ChatToTicket = { client_id, email, ...(name && { name }) };
      if (store.value.chat) send.chat_id = chatId();
      else if (department) send.department = department;
      if (question) send.question = question;
      put({ client_id, at: now(), event: "chat:to_ticket", send });
    },
    async leave(): Promise<void> {
      const ack = await ask("chat:leave", { chat_id: chatId() });
      if (ack) dispatch({ type: "chat", chat: ack.chat });
    },
    async rate(rating: Rating): Promise<void> {
      if (!(await ask("chat:rate", { chat_id: chatId(), ...rating }))) return;
      dispatch({ type: "rated" });
      emit("rating", rating);
    },
    async mail(email: string): Promise<void> {
      const own = store.value.chat?.transcript_email ?? store.value.chat?.visitor.email;
      const address = email.trim();
      if (await ask("chat:transcript", { chat_id: chatId(), ...(address && { email: address }) }))
        dispatch({ type: "mailed", to: address || own || "" });
    },
    /** At most one event every 3 s while somebody types; the server shows it a little longer. */
    typing(on: boolean): void {
      const now_ms = Date.now();
      if (store.value.chat?.state !== "active" || (on && now_ms - typed_at_ms < 3_000) || (!on && !typed_at_ms)) return;
      typed_at_ms = on ? now_ms : 0;
      void line.ask("typing", { chat_id: chatId(), on });
    },
    close: () => host.tell("close"),
    withoutIdentity(): void {
      identity = undefined;
      dispatch({ type: "linked", link: "connecting" });
      line.reconnect();
    },
  };

  function moved(to: PageInfo): void {
    page = to;
    void line.ask("page", { url: to.url, title: to.title });
  }

  host.listen(([kind, data]) => {
    if (kind === "open") dispatch({ type: "opened", on: data });
    if (kind === "page") moved(data);
    if (kind === "identity") {
      identity = data;
      line.reconnect();
    }
  });
  document.addEventListener("visibilitychange", markSeen);
  return { store, deeds };
}

const trimmed = (form: Form): Form =>
  Object.fromEntries(Object.entries(form).map(([key, value]) => [key, value.trim()])) as unknown as Form;
