/** What a visitor can do, as functions that the components call. Each ends in actions; none throws. */
import type { ChatToTicket, Rating, VisitorSends } from "../../wire.ts";
import type { Deed, Form } from "../state/model.ts";
import type { Outgoing } from "../state/outbox.ts";
import { chosen } from "../state/screen.ts";
import type { Ties } from "./ties.ts";
import { handling } from "./uploads.ts";

/** At most one typing event per this time while somebody types. */
const TYPING_MS = 3_000;

/** 128 random bits. randomUUID would need a secure context, which a desk on an intranet may not have. */
const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");

export type Deeds = ReturnType<typeof makeDeeds>;

export function makeDeeds(ties: Ties, identify: (identity?: string) => void) {
  const { host, state, dispatch } = ties;
  const typing = typer(ties);
  return {
    ...conversing(ties, typing),
    ...afterwards(ties),
    ...handling(ties, newId),
    dispatch,
    typing,
    retry: (client_id: string) => dispatch({ type: "retried", client_id, new_id: newId() }),
    withoutIdentity: () => identify(),
    close: () => host.tell("close"),
    chatId: () => idOf(state),
  };
}

const idOf = (state: Ties["state"]): string => state().chat?.id ?? "";

/** What goes through the outbox: it happens once, even if the connection is lost meanwhile. */
function conversing({ state, dispatch }: Ties, typing: (on: boolean) => void) {
  const put = (entry: Outgoing) => dispatch({ type: "put", entry });
  const fresh = () => ({ client_id: newId(), at: new Date().toISOString() });
  return {
    start(): void {
      const { question, phone, call_at, called_before, ...form } = trimmed(state().form);
      const filled = Object.fromEntries(Object.entries(form).filter(([, value]) => value));
      const department = chosen(state())?.id;
      const entry = fresh();
      const send = { ...filled, client_id: entry.client_id, question, ...(department && { department }) };
      put({ ...entry, event: "chat:start", send });
    },
    send(text: string): void {
      const body = text.trim();
      if (!body) return;
      const entry = fresh();
      put({ ...entry, event: "message:send", send: { chat_id: idOf(state), client_id: entry.client_id, body } });
      typing(false);
      dispatch({ type: "draft", draft: "" });
    },
    toTicket(): void {
      const { email, name, question, phone, call_at, called_before, consent } = trimmed(state().form);
      const as = state().writing;
      const entry = fresh();
      const department = chosen(state())?.id;
      const send: ChatToTicket = { client_id: entry.client_id, email: email || (state().visitor?.email ?? "") };
      if (name) send.name = name;
      if (consent) send.consent = consent;
      if (state().chat) send.chat_id = idOf(state);
      else {
        if (department) send.department = department;
        if (question) send.question = question;
      }
      if (as === "suggestion") send.kind = as;
      if (as === "callback") {
        send.phone = phone;
        send.called_before = called_before !== "";
        if (call_at) send.call_at = new Date(call_at).toISOString();
      }
      put({ ...entry, event: "chat:to_ticket", send });
    },
  };
}

/** What is asked now or not at all; without a connection it fails, and says so. */
function afterwards({ line, host, state, dispatch }: Ties) {
  async function ask<Event extends Deed & keyof VisitorSends>(event: Event, data: VisitorSends[Event][0]) {
    dispatch({ type: "doing", deed: event });
    const ack = await line.ask(event, data);
    if (ack?.ok) {
      dispatch({ type: "done", deed: event });
      return ack;
    }
    dispatch({ type: "failed", deed: event, error: ack?.error ?? { code: "unavailable", message: "" } });
    return null;
  }
  return {
    async leave(): Promise<void> {
      const ack = await ask("chat:leave", { chat_id: idOf(state) });
      if (ack) dispatch({ type: "chat", chat: ack.chat });
    },
    /** Whether it was the right one. */
    async enterCode(code: string): Promise<boolean> {
      const ack = await ask("code:enter", { chat_id: idOf(state), code: code.trim() });
      if (ack) dispatch({ type: "chat", chat: ack.chat });
      return ack !== null;
    },
    async rate(rating: Rating): Promise<void> {
      if (!(await ask("chat:rate", { chat_id: idOf(state), ...rating }))) return;
      dispatch({ type: "rated" });
      host.tell("rating", rating);
    },
    /** email: another address than the chat's own; "" for its own. */
    async mail(email: string): Promise<void> {
      const { chat } = state();
      const address = email.trim();
      const to = address || (chat?.transcript_email ?? chat?.visitor.email ?? "");
      if (await ask("chat:transcript", { chat_id: idOf(state), ...(address && { email: address }) }))
        dispatch({ type: "mailed", to });
    },
  };
}

function typer({ line, state }: Ties): (on: boolean) => void {
  let told_ms = 0;
  return (on) => {
    const now_ms = Date.now();
    if (state().chat?.state !== "active" || (on ? now_ms - told_ms < TYPING_MS : !told_ms)) return;
    told_ms = on ? now_ms : 0;
    void line.ask("typing", { chat_id: idOf(state), on });
  };
}

const trimmed = (form: Form): Form =>
  Object.fromEntries(Object.entries(form).map(([key, value]) => [key, value.trim()])) as unknown as Form;
