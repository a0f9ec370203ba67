// Which of the socket's events deserve the agent's attention, and in which words they will be announced.
import { type Desk, type DeskEvent, mineId } from "./desk.ts";
import type { Occasion } from "./settings.ts";

export interface Arrival {
  occasion: Occasion;
  /** Whom or what it is about, already readable. */
  who: string | null;
  text: string;
  chat_id: string | null;
}

function ofMessages(desk: Desk, event: Extract<DeskEvent, { type: "messages" }>): Arrival | null {
  const thread = desk.threads[event.chat_id];
  const fresh = event.messages.find(
    (m) => m.author.kind === "visitor" && m.kind !== "event" && m.seq > (thread?.chat.last_seq ?? 0),
  );
  if (!thread?.held || !fresh) return null;
  return { occasion: "message", who: thread.chat.visitor.name, text: fresh.body, chat_id: event.chat_id };
}

function ofQueue(desk: Desk, event: Extract<DeskEvent, { type: "queue" }>): Arrival | null {
  const before = desk.queues.find((queue) => queue.department === event.queue.department);
  const known = new Set(before?.waiting.map((entry) => entry.chat_id));
  const fresh = event.queue.waiting.find((entry) => !known.has(entry.chat_id));
  if (!before || !fresh) return null;
  return { occasion: "waiting", who: fresh.visitor.name, text: fresh.question, chat_id: null };
}

/** Judged against the desk before the event: what is already known is no news, and neither is a replay. */
export function occasionOf(desk: Desk, event: DeskEvent): Arrival | null {
  switch (event.type) {
    case "assigned": {
      const { visitor, question, id } = event.chat;
      if (desk.threads[id]?.held) return null;
      return { occasion: "assigned", who: visitor.name, text: question, chat_id: id };
    }
    case "messages":
      return ofMessages(desk, event);
    case "queue":
      return mineId(desk) === null ? null : ofQueue(desk, event);
    default:
      return null;
  }
}
