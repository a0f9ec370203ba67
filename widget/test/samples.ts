/** Sample objects of the wire, complete enough to be reduced. */
import type { Department, Message, VisitorChat, VisitorHello } from "../src/wire.ts";

export const support: Department = {
  id: "support",
  name: "Support",
  open: true,
  opens_at: null,
  waiting: 0,
  accepting: 2,
};

export const chatOf = (part: Partial<VisitorChat> = {}): VisitorChat => ({
  id: "c1",
  state: "queued",
  department: { id: "support", name: "Support" },
  tier: 1,
  topic: null,
  priority: "normal",
  visitor: { id: "v1", name: null, email: null, verified: null },
  agent: null,
  created_at: "2026-03-02T10:00:00.000Z",
  queued_at: "2026-03-02T10:00:00.000Z",
  assigned_at: null,
  closed_at: null,
  last_seq: 1,
  queue: { position: 3, ahead: 2, wait: { likely_s: 170, upto_s: 350 }, reason: null },
  resolution: null,
  ticket: null,
  question: "Where is my parcel?",
  ...part,
});

export const messageOf = (seq: number, part: Partial<Message> = {}): Message => ({
  chat_id: "c1",
  seq,
  client_id: `m${seq}`,
  author: { kind: "agent", id: "a1", name: "Jana" },
  kind: "text",
  body: `text ${seq}`,
  at: "2026-03-02T10:00:00.000Z",
  ...part,
});

export const helloOf = (part: Partial<VisitorHello> = {}): VisitorHello => ({
  token: "t",
  visitor: { id: "v1", name: null, email: null, verified: null },
  departments: [support],
  incident: null,
  chat: null,
  last_chat: null,
  server_time: "2026-03-02T10:00:00.000Z",
  ...part,
});
