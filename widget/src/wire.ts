/**
 * The wire contract of docs/protocol.md as types: what the two front ends send, and what they receive.
 *
 * Types only: importing this module costs no byte in a bundle. Times are ISO 8601 strings in UTC, durations are seconds in
 * fields named `..._s`, ids are opaque strings.
 */

// ---------------------------------------------------------------------------------------------------- common

export type Iso = string;

export type ErrorCode =
  | "invalid"
  | "unauthorized"
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

// --------------------------------------------------------------------------------------------------- objects

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
}

/** A Chat as an agent receives it. */
export interface AgentChat extends Chat {
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
  url: string;
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
}

export interface Incident {
  id: string;
  title: string;
  body: string;
  since: Iso;
  url: string | null;
}

export interface Typing {
  chat_id: string;
  author: Author;
  on: boolean;
  preview?: string;
}

// -------------------------------------------------------------------------------------------------- /visitor

export interface PageInfo {
  url: string;
  title: string;
  referrer?: string;
}

export interface VisitorAuth {
  token?: string;
  identity?: string;
  page?: PageInfo;
  locale?: string;
}

export interface Department extends Named {
  open: boolean;
  opens_at: Iso | null;
  waiting: number;
  /** Agents online, whatever their load. */
  accepting: number;
  /** The topics a visitor may choose. */
  topics?: string[];
}

export interface VisitorSettings {
  service_target_s: number;
  visitor_grace_s: number;
  site_name: string;
}

export interface VisitorHello {
  token: string;
  visitor: Visitor;
  departments: Department[];
  incident: Incident | null;
  chat: VisitorChat | null;
  last_chat: VisitorChat | null;
  server_time: Iso;
  settings?: VisitorSettings;
}

export interface VisitorReceives {
  hello: (hello: VisitorHello) => void;
  departments: (departments: Department[] | { departments: Department[] }) => void;
  chat: (chat: VisitorChat) => void;
  queue: (queue: Queue & { chat_id: string }) => void;
  message: (message: Message) => void;
  typing: (typing: Typing) => void;
  read: (read: { chat_id: string; seq: number; by: "agent" }) => void;
  incident: (incident: Incident | null) => void;
}

export interface ChatStart {
  client_id: string;
  question: string;
  department?: string;
  name?: string;
  email?: string;
  topic?: string;
  fields?: Record<string, string>;
}

export type MessageSend = { chat_id: string; client_id: string } & ({ body: string } | { file_id: string });

export interface ChatToTicket {
  client_id: string;
  email: string;
  question?: string;
  subject?: string;
  name?: string;
  chat_id?: string;
  department?: string;
  phone?: string;
  call_at?: Iso;
}

export interface TicketPromise {
  number: string;
  url: string;
  checkpoint_at: Iso | null;
}

/** Event -> [what the visitor sends, what the acknowledgement adds]. */
export interface VisitorSends {
  "chat:start": [ChatStart, { chat: VisitorChat }];
  "message:send": [MessageSend, { seq: number; at: Iso }];
  "chat:sync": [{ chat_id: string; after_seq: number }, { chat: VisitorChat; messages: Message[]; more: boolean }];
  typing: [{ chat_id: string; on: boolean; preview?: string }, object];
  read: [{ chat_id: string; seq: number }, object];
  page: [PageInfo, object];
  "chat:leave": [{ chat_id: string }, { chat: VisitorChat }];
  "chat:to_ticket": [ChatToTicket, { ticket: TicketPromise }];
  "chat:transcript": [{ chat_id: string; email?: string }, { mail_id: string }];
  "chat:rate": [{ chat_id: string } & Rating, object];
}

// ---------------------------------------------------------------------------------------------------- /agent

export interface AgentProfile {
  id: string;
  name: string;
  email: string;
  role: Role;
  tier: Tier;
  departments: Named[];
}

export interface QueueEntry {
  chat_id: string;
  visitor: Visitor;
  question: string;
  queued_at: Iso;
  priority: Priority;
  position: number;
  light: Light;
}

export interface QueueSnapshot {
  /** The department's id. */
  department: string;
  total: number;
  /** The first 100. */
  waiting: QueueEntry[];
}

export interface TeamEntry {
  agent: Named;
  status: AgentStatus;
  reason: string | null;
  since: Iso;
  load: number;
  capacity: number;
  connected: boolean;
}

export interface CannedReply {
  shortcut: string;
  title: string;
  body: string;
  /** The department's id, null for all. */
  department: string | null;
}

export interface Topic {
  name: string;
  department: string | null;
}

export interface AgentSettings {
  service_target_s: number;
  alarm_after_s: number;
}

export interface AgentHello {
  agent: AgentProfile;
  status: AgentStatus;
  capacity: number;
  chats: AgentChat[];
  queue: QueueSnapshot[];
  team: TeamEntry[];
  canned: CannedReply[];
  topics: Topic[];
  server_time: Iso;
  settings?: AgentSettings;
}

export interface Alarm {
  kind: "long_wait" | "no_reply" | "nobody_online" | "checkpoint_due";
  on: boolean;
  chat_id?: string;
  department?: string;
  ticket?: string;
  since: Iso;
}

export type UnassignedReason = "closed" | "transferred" | "returned" | "taken";

export interface AgentReceives {
  hello: (hello: AgentHello) => void;
  assigned: (chat: AgentChat) => void;
  unassigned: (unassigned: { chat_id: string; reason: UnassignedReason }) => void;
  chat: (chat: AgentChat) => void;
  message: (message: Message) => void;
  note: (note: Note) => void;
  typing: (typing: Typing) => void;
  read: (read: { chat_id: string; seq: number; by: "visitor" | "agent" }) => void;
  queue: (queue: QueueSnapshot) => void;
  team: (entry: TeamEntry) => void;
  alarm: (alarm: Alarm) => void;
}

export interface ChatTransfer {
  chat_id: string;
  agent?: string;
  department?: string;
  tier?: Tier;
  note?: string;
  /** A manager may exceed an agent's capacity. */
  force?: boolean;
}

export interface ChatClose {
  chat_id: string;
  resolution: "resolved" | "unresolved";
  topic?: string;
  summary?: string;
  ticket?: { subject: string; priority?: Priority; checkpoint_at?: Iso; email?: string; tags?: string[] };
}

export interface TicketCreate {
  client_id: string;
  subject: string;
  email: string;
  chat_id?: string;
  [more: string]: unknown;
}

/** Event -> [what the agent sends, what the acknowledgement adds]. */
export interface AgentSends {
  "status:set": [
    { status: AgentStatus; reason?: string; capacity?: number },
    { status: AgentStatus; capacity: number },
  ];
  "message:send": [MessageSend, { seq: number; at: Iso }];
  "chat:sync": [
    { chat_id: string; after_seq: number; after_note_seq?: number },
    { chat: AgentChat; messages: Message[]; notes: Note[]; more: boolean },
  ];
  typing: [{ chat_id: string; on: boolean }, object];
  read: [{ chat_id: string; seq: number }, object];
  "note:add": [{ chat_id: string; client_id: string; body: string }, { note_seq: number; at: Iso }];
  "chat:watch": [{ chat_id: string }, { chat: AgentChat }];
  "chat:unwatch": [{ chat_id: string }, { chat: AgentChat }];
  "chat:take": [{ chat_id: string; force?: boolean }, { chat: AgentChat }];
  "chat:transfer": [ChatTransfer, { chat: AgentChat }];
  "chat:set": [
    { chat_id: string; priority?: Priority; topic?: string | null; tags?: string[]; name?: string; email?: string },
    { chat: AgentChat },
  ];
  "chat:close": [ChatClose, { chat: AgentChat }];
  "ticket:create": [TicketCreate, { ticket: Ticket }];
}
