/** What both namespaces of docs/protocol.md share: errors, and the objects that travel. */

export type Iso = string;

export type ErrorCode =
  | "invalid"
  | "unauthorized"
  | "second_factor"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "closed"
  | "not_open"
  | "too_large"
  | "rate_limited"
  | "unavailable";

export interface WireError {
  code: ErrorCode;
  message: string;
  field?: string;
  retry_after_s?: number;
  opens_at?: Iso | null;
}

/** The acknowledgement of every event that a client sends; `ok: true` means stored durably. */
export type Ack<Extra = object> = ({ ok: true } & Extra) | { ok: false; error: WireError };

export type Priority = "low" | "normal" | "high" | "urgent";
export type Tier = 1 | 2 | 3;
export type Light = "green" | "amber" | "red";
export type AgentStatus = "online" | "away" | "offline";
export type Role = "agent" | "manager" | "admin";
export type Verified = null | "signed" | "code";
export type ChatState = "queued" | "active" | "closed";
export type Resolution = "resolved" | "unresolved" | "abandoned";
export type TicketStatus = "open" | "in_progress" | "waiting" | "solved" | "closed";

/** An agent or a department as others refer to it. */
export interface Named {
  id: string;
  name: string;
}

export interface Visitor {
  id: string;
  name: string | null;
  email: string | null;
  verified: Verified;
}

export interface Wait {
  likely_s: number;
  upto_s: number;
}

export interface Queue {
  position: number;
  ahead: number;
  /** Remaining seconds until an agent has the chat; null where no honest estimate exists (nobody accepting). */
  wait: Wait | null;
  reason: null | "overtaken" | "agent_left" | "returned";
  /** Only where the wait became far longer and `reason` does not say why: chats take longer than they did. */
  grew?: "slower";
}

export interface Rating {
  score: number;
  effort?: number | null;
  recommend?: number | null;
  comment?: string | null;
}

export interface Chat {
  id: string;
  state: ChatState;
  department: Named;
  tier: Tier;
  topic: string | null;
  priority: Priority;
  visitor: Visitor;
  agent: Named | null;
  created_at: Iso;
  queued_at: Iso | null;
  assigned_at: Iso | null;
  closed_at: Iso | null;
  last_seq: number;
  queue: Queue | null;
  resolution: Resolution | null;
  /** checkpoint_at: the promised next news, where the server says it. */
  ticket: { number: string; url: string; checkpoint_at?: Iso | null } | null;
  question: string;
}

/** A Chat as a visitor receives it. */
export interface VisitorChat extends Chat {
  /** The agent has read up to this seq. */
  read_seq?: number;
  rating?: Rating | null;
  transcript_email?: string | null;
  /** A code was mailed to the address that is known, and is awaited here. */
  code_sent?: boolean;
}

/** A Chat as an agent receives it. */
export interface AgentChat extends Chat {
  /** A code was mailed to the known address, and is awaited in the chat. */
  code_sent?: boolean;
  /** The age of this moment is the chat's clock; null when the visitor's last message has an answer. */
  oldest_unanswered_at: Iso | null;
  light: Light | null;
  tags: string[];
  summary: string | null;
  /** The visitor has read up to this seq. */
  read_seq: number;
  /** The visitor ended the chat and the agent has not said how yet. */
  needs_resolution: boolean;
}

export interface Author {
  kind: "visitor" | "agent" | "system";
  id: string | null;
  name: string | null;
}

export interface FileInfo {
  id: string;
  name: string;
  type: string;
  size_bytes: number;
  /** Opens with a token or a session only. */
  url: string;
  /** In pixels, of twice the size that is shown. */
  thumbnail?: { url: string; width: number; height: number } | null;
}

/** What may be sent: at most so much, of these extensions. */
export interface FileRules {
  max_bytes: number;
  types: string[];
}

export type ChatEvent =
  | { code: "assigned"; agent?: Named }
  | { code: "returned"; agent?: Named; cause?: "connection_lost" | "no_first_reply" }
  | { code: "transferred"; agent?: Named; department?: Named }
  | { code: "reassigned"; agent?: Named }
  | { code: "closed"; by?: "visitor" | "agent" | "system"; resolution?: Resolution | null }
  | { code: "ticket"; number?: string }
  | { code: "escalated" | "visitor_left" | "visitor_back" | "idle_warning" };

export interface Message {
  chat_id: string;
  /** 1, 2, 3 ... without gaps within one chat, the same for everyone. */
  seq: number;
  client_id: string | null;
  author: Author;
  kind: "text" | "file" | "event";
  body: string;
  at: Iso;
  file?: FileInfo | null;
  event?: ChatEvent | null;
}

/** Only agents ever receive one. */
export interface Note {
  chat_id: string;
  note_seq: number;
  after_seq: number;
  client_id: string;
  author: Author;
  body: string;
  at: Iso;
}

export interface Ticket {
  number: string;
  status: TicketStatus;
  priority: Priority;
  department: Named;
  tier: Tier;
  topic: string | null;
  subject: string;
  channel: string;
  requester: { name: string | null; email: string; verified: Verified };
  assignee: Named | null;
  checkpoint_at: Iso | null;
  created_at: Iso;
  updated_at: Iso;
  chat_id: string | null;
  tags: string[];
  url: string;
}

export interface TicketMessage {
  id: string;
  author: Author;
  verified: Verified;
  channel: string;
  body: string;
  at: Iso;
  mail?: unknown;
  files?: FileInfo[];
}

export interface Incident {
  id: string;
  title: string;
  body: string;
  since: Iso;
  url: string | null;
  kind?: "incident" | "planned";
  service?: string | null;
  ends_at?: Iso | null;
  news?: { body: string; at: Iso } | null;
}

export interface Typing {
  chat_id: string;
  author: Author;
  on: boolean;
  preview?: string;
}
