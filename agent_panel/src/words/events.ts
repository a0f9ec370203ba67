// What happened in a chat, in the agent's language: the body of an event is written in the visitor's.
import type { Message } from "../net/wire.ts";
import { nameOf } from "./people.ts";
import { tOr } from "./words.ts";

export function eventText(message: Message): string {
  const event = message.event;
  if (!event) return message.body;
  const fields = event as { agent?: { name: string } | string; department?: { name: string } | string; cause?: string };
  const { by, resolution, number } = event as { by?: string; resolution?: string | null; number?: string };
  const values = {
    agent: nameOf(fields.agent),
    department: nameOf(fields.department),
    number: number ?? "",
  };
  const variant = {
    returned: fields.cause ?? "",
    transferred: values.department && !values.agent ? "department" : "",
    closed: resolution ?? by ?? "",
  }[event.code as string];
  const plain = tOr(`event.${event.code}`, message.body, values);
  return variant ? tOr(`event.${event.code}.${variant}`, plain, values) : plain;
}
