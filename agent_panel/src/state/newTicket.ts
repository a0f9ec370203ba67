// The form for a ticket that somebody brings in by phone, by mail or in person: what it asks for, and the order it makes.
import type { AgentSends } from "../net/wire.ts";
import { fromLocalInput } from "./checkpoint.ts";

export const CHANNELS = ["phone", "callback", "mail", "suggestion"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface NewTicket {
  channel: Channel;
  subject: string;
  email: string;
  name: string;
  department: string;
  priority: string;
  question: string;
  phone: string;
  /** A local input's value. */
  callAt: string;
  /** Null: not asked. */
  calledBefore: boolean | null;
}

export type Field = keyof NewTicket | "checkpoint";

/** Whether the form asks for a telephone number at all. */
export function isCall({ channel }: Pick<NewTicket, "channel">): boolean {
  return channel === "phone" || channel === "callback";
}

/** Which fields are still empty that have to be filled in, in the order of the form. */
export function empty(form: NewTicket): Field[] {
  const needed: Field[] = [...(form.channel === "callback" ? (["phone"] as const) : []), "subject", "email"];
  return needed.filter((field) => String(form[field as keyof NewTicket] ?? "").trim() === "");
}

type Order = AgentSends["ticket:create"][0];

/** checkpoint: a local input's value. chat: a ticket while that chat goes on keeps the chat's channel. */
export function orderOf(form: NewTicket, checkpoint: string, clientId: string, chat: string | null): Order {
  const order: Order = {
    client_id: clientId,
    subject: form.subject.trim(),
    email: form.email.trim(),
    priority: form.priority,
  };
  for (const name of ["name", "department", "question"] as const) {
    if (form[name].trim()) order[name] = form[name].trim();
  }
  const at = fromLocalInput(checkpoint);
  if (at) order.checkpoint_at = at;
  if (chat !== null) return { ...order, chat_id: chat };
  order.channel = form.channel;
  if (!isCall(form)) return order;
  if (form.phone.trim()) order.phone = form.phone.trim();
  if (form.calledBefore !== null) order.called_before = form.calledBefore;
  const callAt = form.channel === "callback" ? fromLocalInput(form.callAt) : null;
  if (callAt) order.call_at = callAt;
  return order;
}
