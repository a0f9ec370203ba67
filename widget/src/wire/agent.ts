/** The namespace /agent of docs/protocol.md: what an agent receives and sends. */
import type {
  AgentChat,
  AgentStatus,
  FileRules,
  Incident,
  Iso,
  Light,
  Message,
  Named,
  Note,
  Priority,
  Role,
  Ticket,
  Tier,
  Typing,
  Visitor,
} from "./objects.ts";
import type { MessageSend } from "./visitor.ts";

export interface AgentProfile {
  /** Of remote or temporary staff: false where they only work on what they are given. */
  may_search?: boolean;
  may_export?: boolean;
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
  /** What may be sent; null: no files here. */
  files?: FileRules | null;
  /** Of the departments that have a target of their own, in seconds. */
  service_targets?: Record<string, number>;
}

/** What an admin has changed, of what `hello` said; pushed while one works. */
export interface Standing {
  agent: AgentProfile;
  canned: CannedReply[];
  topics: Topic[];
  settings: { service_targets: Record<string, number> };
}

export interface AgentHello {
  agent: AgentProfile;
  status: AgentStatus;
  capacity: number;
  chats: AgentChat[];
  /** Chats their visitors ended; the agent still has to say how they ended. */
  to_resolve?: AgentChat[];
  queue: QueueSnapshot[];
  team: TeamEntry[];
  canned: CannedReply[];
  topics: Topic[];
  server_time: Iso;
  settings?: AgentSettings;
  incident?: Incident | null;
}

export interface Alarm {
  kind: "long_wait" | "no_reply" | "nobody_online" | "checkpoint_soon" | "checkpoint_due";
  on: boolean;
  chat_id?: string;
  department?: string;
  ticket?: string;
  since: Iso;
}

export type UnassignedReason = "closed" | "transferred" | "returned" | "taken";

export interface AgentReceives {
  hello: (hello: AgentHello) => void;
  desk: (standing: Standing) => void;
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
  incident: (incident: Incident | null) => void;
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
  phone?: string;
  call_at?: Iso;
  called_before?: boolean;
  channel?: "phone" | "callback" | "suggestion" | "mail";
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
