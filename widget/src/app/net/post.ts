/**
 * Sends the outbox (state/outbox.ts), one entry after the other, until the server has acknowledged each.
 *
 * Guarantee: an entry leaves the outbox only with an answer. No answer (connection lost, ten seconds of silence) means that the same
 * entry is sent again under the same client_id, which the server takes once.
 */
import { lastSeq } from "../state/log.ts";
import type { Action, State } from "../state/model.ts";
import { nextToSend, type Outgoing, retryAfter_s } from "../state/outbox.ts";
import type { Line } from "./line.ts";

/** An order that would wait longer than this is handed back to its form with the reason; a message just waits. */
const PATIENCE_S = 5;

export function startPost(line: Line, state: () => State, dispatch: (action: Action) => void): () => void {
  let flying = false;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function rest(seconds: number): void {
    pause = setTimeout(() => {
      pause = undefined;
      pump();
    }, seconds * 1000);
  }

  async function pump(): Promise<void> {
    const entry = nextToSend(state().outbox);
    if (!entry || flying || pause || state().link !== "live") return;
    flying = true;
    const ack = await line.ask(entry.event, entry.send);
    flying = false;
    if (!ack) {
      if (state().link === "live") rest(1);
    } else if (!ack.ok) {
      const wait_s = retryAfter_s(ack.error);
      if (wait_s !== null && (entry.event === "message:send" || wait_s <= PATIENCE_S)) rest(wait_s);
      else dispatch({ type: "refused", client_id: entry.client_id, error: ack.error });
    } else for (const action of answered(entry, ack, state())) dispatch(action);
    void pump();
  }

  return pump;
}

/** What an acknowledgement tells, so that nothing depends on the push that usually comes with it. */
export function answered(entry: Outgoing, ack: object, state: State): Action[] {
  const { client_id } = entry;
  const sent: Action = { type: "sent", client_id };
  switch (entry.event) {
    case "chat:start":
      return [{ type: "chat", ...(ack as { chat: never }) }, sent];
    case "chat:to_ticket":
      return [sent, { type: "ticketed", ...(ack as { ticket: never }), asked: entry.send }];
    default: {
      const { seq, at } = ack as { seq: number; at: string };
      const { chat_id, body = "" } = entry.send;
      const what = entry.file ? { kind: "file" as const, file: entry.file } : { kind: "text" as const };
      if (seq <= lastSeq(state.log)) return [sent];
      const author = { kind: "visitor" as const, id: state.visitor?.id ?? null, name: state.visitor?.name ?? null };
      return [{ type: "messages", chat_id, messages: [{ chat_id, seq, client_id, author, ...what, body, at }] }, sent];
    }
  }
}
