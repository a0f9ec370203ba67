// The shapes of docs/protocol.md as the panel receives them. Only types: nothing here is checked at run time,
// because both ends are built from the same contract and the server validates what it is sent.

export type Priority = "low" | "normal" | "high" | "urgent";
export type Presence = "online" | "away" | "offline";
export type Light = "green" | "amber" | "red";
export type Resolution = "resolved" | "unresolved" | "abandoned";
export type TicketStatus = "open" | "in_progress" | "waiting" | "solved" | "closed";

export interface Named {
  id: string;
  name: string;
}

export interface Visitor {
  id: string;
  name: string | null;
  email: string | null;
  verified: null | "signed" | "code";
}

export interface Chat {
  id: string;
  state: "queued" | "active" | "closed";
  department: Named;
  tier: 1 | 2 | 3;
  topic: string | null;
  priority: Priority;
  visitor: Visitor;
  agent: Named | null;
  created_at: string;
  queued_at: string;
  assigned_at: string | null;
  closed_at: string | null;
  last_seq: number;
  resolution: Resolution | null;
  ticket: { number: string; url: string } | null;
  question: string;
  oldest_unanswered_at?: string | null;
  light?: Light | null;
  tags?: string[];
  summary?: string | null;
  read_seq?: number;
  needs_resolution?: boolean;
}

export interface Author {
  kind: "visitor" | "agent" | "system";
  id: string | null;
  name: string | null;
}

export interface ChatEvent {
  code: string;
  agent?: Named | string | null;
  department?: Named | string | null;
  cause?: string;
  number?: string;
  by?: "visitor" | "agent" | "system";
  resolution?: Resolution | null;
}

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size_bytes: number;
  url: string;
}

export interface Message {
  chat_id: string;
  seq: number;
  client_id: string | null;
  author: Author;
  kind: "text" | "file" | "event";
  body: string;
  at: string;
  file?: Attachment | null;
  event?: ChatEvent | null;
}

export interface Note {
  chat_id: string;
  note_seq: number;
  after_seq: number;
  client_id: string;
  author: Author;
  body: string;
  at: string;
}

export interface WaitingChat {
  chat_id: string;
  visitor: Visitor;
  question: string;
  queued_at: string;
  priority: Priority;
  position: number;
  light: Light;
  returned?: boolean;
}

export interface QueueSnapshot {
  department: string | Named;
  total: number;
  waiting: WaitingChat[];
}

export interface TeamMember {
  agent: Named;
  status: Presence;
  reason?: string | null;
  since?: string | null;
  load: number;
  capacity: number;
  connected?: boolean;
}

export interface CannedReply {
  shortcut: string;
  title: string;
  body: string;
  department: string | null;
}

export interface Topic {
  name: string;
  department: string | null;
}

export interface Agent {
  id: string;
  name: string;
  email: string;
  role: "agent" | "manager" | "admin";
  tier?: number;
  capacity?: number;
  departments: Named[];
}

export interface DeskSettings {
  service_target_s: number;
  alarm_after_s: number;
}

export interface Hello {
  agent: Agent;
  status: Presence;
  capacity: number;
  chats: Chat[];
  queue: QueueSnapshot[];
  team: TeamMember[];
  canned: CannedReply[];
  topics: Topic[];
  settings?: DeskSettings;
  server_time: string;
}

export interface Alarm {
  kind: "long_wait" | "no_reply" | "nobody_online" | "checkpoint_due";
  on: boolean;
  chat_id?: string | null;
  department?: string | Named | null;
  ticket?: string | { number: string } | null;
  since: string;
}

export interface WireError {
  code: string;
  message: string;
  field?: string | null;
  retry_after_s?: number;
  opens_at?: string;
}

export type Reply<T> = ({ ok: true } & T) | { ok: false; error: WireError };

export interface Ticket {
  number: string;
  status: TicketStatus;
  priority: Priority;
  department: Named | string;
  tier: number;
  topic: string | null;
  subject: string;
  channel: string;
  requester: { name: string | null; email: string; verified: Visitor["verified"] };
  assignee: Named | null;
  checkpoint_at: string | null;
  created_at: string;
  updated_at: string;
  chat_id: string | null;
  tags: string[];
  url: string;
}

export interface TicketMessage {
  id: string;
  author: Author | string;
  verified?: Visitor["verified"];
  channel: string;
  body: string;
  at: string;
  internal?: boolean;
  mail?: { state?: string; error?: string | null } | string | null;
}

export interface VisitorCard {
  visitor: Visitor & { locale?: string | null; since?: string | null; chats_n?: number; rating?: { mean: number | null; n: number } | null };
  pages: { url: string; title: string | null; at: string; duration_s: number | null }[];
  earlier: {
    chats: { id: string; question: string; created_at: string; resolution: Resolution | null; topic: string | null }[];
    tickets: { number: string; subject: string; status: TicketStatus; created_at: string }[];
  };
}

export interface Decision {
  version: number;
  at: string;
  rule: string;
  winner: Named | null;
  candidates: { agent: Named | string; load: number; capacity: number; idle_s: number | null }[];
  excluded: { agent: Named | string; reason: string }[];
}

export interface FoundChat extends Chat {
  snippet?: string | null;
}

export interface Mail {
  id: string;
  kind: string;
  to: string;
  subject: string;
  state: "due" | "sent" | "failed";
  attempts: number;
  error: string | null;
  created_at: string;
  due_at: string | null;
  sent_at: string | null;
  ticket: string | null;
  chat_id: string | null;
  from?: string;
  text?: string;
  html?: string | null;
}

export interface DepartmentInfo extends Named {
  tz?: string;
  open?: boolean;
  topics?: string[];
}

export interface Colleague extends Named {
  departments: string[];
}
